"""How long the interpreter is held, and how soon Ctrl-C is answered, by the size of a message: `python stall.py`.

It prints the table of `docs/PERFORMANCE.md`; it is no test.
"""

from __future__ import annotations

import os
import signal
import threading
import time

import sealwax

ROW = b"Ann Lee,1974-07-02,536-90-4399,38857281,617-555-0134,ann@example.org,type 2 diabetes\r\n"


def longest_stall(engine: sealwax.Engine, message: bytes) -> tuple[float, float]:
    """The longest time for which another thread did not get to run, and how long the scan took, in milliseconds."""
    longest, done = 0.0, threading.Event()

    def tick() -> None:
        nonlocal longest
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(0.0002)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    clock = threading.Thread(target=tick)
    clock.start()
    start = time.perf_counter()
    for entity in engine.scan(message).entities:
        assert entity.type
    took = time.perf_counter() - start
    done.set()
    clock.join()
    return longest * 1000, took * 1000


def answered(engine: sealwax.Engine, message: bytes) -> float | None:
    """How long after a SIGINT the scan of ``message`` was left, in milliseconds; ``None`` where it had ended before."""
    sent = 0.0

    def send() -> None:
        nonlocal sent
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.05, send)
    timer.start()
    try:
        engine.scan(message)
    except KeyboardInterrupt:
        return (time.perf_counter() - sent) * 1000
    finally:
        timer.cancel()
    return None


def main() -> None:
    """Prints the table."""
    engine = sealwax.Engine()
    print("| message | size | scan, ms | longest stall, ms | Ctrl-C answered after, ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for megabytes in (1, 5, 50):
        message = b"Subject: x\r\n\r\n" + ROW * (megabytes * 1_000_000 // len(ROW))
        stall, took = longest_stall(engine, message)
        answer = answered(engine, message)
        shown = "–" if answer is None else f"{answer:.0f}"
        print(f"| dense table | {megabytes} MB | {took:.0f} | {stall:.1f} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
