"""How long the interpreter is held, and how soon Ctrl-C is answered, by the size of a message: `python stall.py`.

It prints the table of `docs/PERFORMANCE.md`; it is no test. The sizes in megabytes are its arguments, 5 20 50 without any.
"""

from __future__ import annotations

import base64
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable

import sealwax

ROW = b"Ann Lee,1974-07-02,536-90-4399,38857281,617-555-0134,ann@example.org,type 2 diabetes\r\n"
CELLS = b"<tr><td>" + ROW.strip().replace(b",", b"</td><td>") + b"</td></tr>\r\n"
LETTER = b"Dear Ann,\r\n\r\nthank you for the minutes of Tuesday, which I have read on the train.\r\n\r\nTom\r\n"
TRANSACTION = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])
PIECE = 64 * 1024
RUNS = 5


def mail(kind: str, content: bytes, size: int) -> bytes:
    """A message of this type, whose content is repeated up to this size."""
    return f"Subject: x\r\nContent-Type: {kind}\r\n\r\n".encode() + content * (size // len(content))


def attachment(size: int) -> bytes:
    """A message that is a file in base64."""
    file = base64.encodebytes(random.Random(1).randbytes(size // 78 * 57))
    return b"Subject: x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + file


MESSAGES: dict[str, Callable[[int], bytes]] = {
    "letters": lambda size: mail("text/plain", LETTER, size),
    "attachment": attachment,
    "dense table": lambda size: mail("text/csv", ROW, size),
    "page": lambda size: mail("text/html", CELLS, size),
}


def scan(engine: sealwax.Engine, message: bytes) -> None:
    """All of it in one call, and each entity looked at."""
    for entity in engine.scan(message).entities:
        assert entity.type


def feed(engine: sealwax.Engine, message: bytes) -> None:
    """The same in pieces, to a verdict."""
    pieces = engine.feed(TRANSACTION)
    view = memoryview(message)
    for start in range(0, len(message), PIECE):
        pieces.raw(view[start : start + PIECE])
    pieces.finish()


def redact(engine: sealwax.Engine, message: bytes) -> None:
    """A message written anew, as large as the one before."""
    engine.redact(message)


def identifiers(engine: sealwax.Engine, message: bytes) -> None:
    """Which identifiers there are."""
    engine.identifiers(message)


def waited(threads: list[int]) -> float:
    """How long these threads waited for a processor, in seconds: the machine has other work. Linux tells it."""
    delays = []
    for thread in threads:
        with open(f"/proc/self/task/{thread}/schedstat") as told:
            delays.append(int(told.read().split()[1]))
    return sum(delays) / 1e9


def longest_stall(work: Callable[[], None]) -> tuple[float, float]:
    """The longest time for which the interpreter kept another thread waiting, and how long the work took, in seconds."""
    longest, done, main = 0.0, threading.Event(), threading.get_native_id()

    def tick() -> None:
        nonlocal longest
        threads = [main, threading.get_native_id()]
        last, before = time.perf_counter(), waited(threads)
        while not done.is_set():
            time.sleep(0.0002)
            now, after = time.perf_counter(), waited(threads)
            longest, last, before = max(longest, now - last - (after - before)), now, after

    clock = threading.Thread(target=tick)
    clock.start()
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    done.set()
    clock.join()
    return longest, took


def answered(work: Callable[[], None], after: float) -> float:
    """How long after a SIGINT the work was left, in seconds; 0 where it had ended before."""
    sent = 0.0

    def send() -> None:
        nonlocal sent
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    timer, is_at_work = threading.Timer(after, send), False
    try:
        timer.start()
        is_at_work = True
        work()
        is_at_work = False
        timer.join()
    except KeyboardInterrupt:
        return time.perf_counter() - sent if is_at_work else 0.0
    return 0.0


def main() -> None:
    """Prints the table."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Python's own code gives up the interpreter often, so that what is seen is what the extension holds.
    sys.setswitchinterval(0.0005)
    engine = sealwax.Engine()
    idle, _ = longest_stall(lambda: time.sleep(1))
    print(f"Where nothing is done, the longest time is {idle * 1000:.1f} ms.\n")
    print("| message | size | work | took, ms | longest stall, ms | Ctrl-C answered after, ms |")
    print("| --- | ---: | --- | ---: | ---: | ---: |")
    for megabytes in [int(size) for size in sys.argv[1:]] or [5, 20, 50]:
        for name, make in MESSAGES.items():
            message = make(megabytes * 1_000_000)
            for call in (scan, feed, redact, identifiers):
                row(engine, name, megabytes, call, message)


def row(
    engine: sealwax.Engine, name: str, megabytes: int, call: Callable[[sealwax.Engine, bytes], None], message: bytes
) -> None:
    """Prints a row: of each the shortest of some runs, since other work on the machine only adds."""

    def work() -> None:
        call(engine, message)

    runs = [longest_stall(work) for _ in range(1 if megabytes > 20 else RUNS)]
    stall, took = min(stall for stall, _ in runs), min(took for _, took in runs)
    answer = max(answered(work, took * share) for share in (0.05, 0.15, 0.3, 0.6, 0.9))
    shown = f"{took * 1000:.0f} | {stall * 1000:.1f} | {answer * 1000:.0f}"
    print(f"| {name} | {megabytes} MB | {call.__name__} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
