"""Scanning real mail with the patterns of Presidio, printed as the Rust program beside it does.

    presidio.py FOLDER

FOLDER holds the corpora. Only the recognizers that are patterns run: no model of language.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import tldextract
from presidio_analyzer import PatternRecognizer, RecognizerRegistry

# Its list of domains is the one that came with it: nothing is fetched.
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR


def recognizers():
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    return [each for each in registry.get_recognizers(language="en", all_fields=True) if isinstance(each, PatternRecognizer)]


def took(work):
    """The processor time of a work in nanoseconds."""
    start = time.thread_time_ns()
    work()
    return time.thread_time_ns() - start


def main(folder):
    records = [json.loads(line) for line in (folder / "natural.jsonl").read_text().splitlines()]
    # As many as the program in Rust takes would keep it busy for minutes.
    texts = [record["text"] for record in records[::64]]
    start = statistics.median(took(recognizers) for _ in range(3))
    known = recognizers()
    who = f"Presidio, {len(known)} recognizers of patterns"

    def scan():
        for text in texts:
            for recognizer in known:
                recognizer.analyze(text, recognizer.supported_entities)

    size = sum(len(text.encode()) for text in texts)
    print(f"text scan, natural\t{who}\t{size}\t{statistics.median(took(scan) for _ in range(5))}")
    print(f"start of an engine\t{who}\t0\t{start}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
