"""A verdict on short mails from Python, printed as the Rust program beside it does.

    face.py FOLDER

FOLDER holds the corpora; the mails are those of the program in Rust.
"""

import json
import statistics
import sys
import time
from pathlib import Path

HEADER = "From: ann@clinic.example\nTo: bob@hospital.example\nSubject: your note\n\n"


def main(folder):
    try:
        import sealwax
    except ImportError as error:
        print(f"left out: Python: {error}", file=sys.stderr)
        return
    texts = [json.loads(line)["text"] for line in (folder / "natural.jsonl").read_text().splitlines()]
    texts = [text for text in texts if 350 <= len(text.encode()) < 450][:100]
    mails = [(HEADER + text).replace("\n", "\r\n").encode() for text in texts]
    engine = sealwax.Engine(profile="hipaa-2013")
    transaction = sealwax.Transaction(sender="ann@clinic.example", recipients=["bob@hospital.example"])

    def decide(read):
        for mail in mails:
            verdict = engine.evaluate(mail, transaction, at=0)
            if read:
                assert verdict.deliveries

    for who, read in [("sealwax from Python", False), ("sealwax from Python, its deliveries read", True)]:
        rounds = []
        for _ in range(50):
            start = time.thread_time_ns()
            decide(read)
            rounds.append((time.thread_time_ns() - start) / len(mails))
        size = sum(map(len, mails)) // len(mails)
        print(f"a verdict on a mail of 500 B\t{who}\t{size}\t{statistics.median(rounds)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
