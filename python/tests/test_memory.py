"""How much memory a long message takes, as Linux counts it, beside the message that the caller has.

As a program, `python test_memory.py`, it prints the rows of Python in `docs/PERFORMANCE.md`.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sealwax

ROW = b"Ann Lee,1974-07-02,536-90-4399,38857281,617-555-0134,ann@example.org,type 2 diabetes\r\n"
LETTER = b"Dear Ann,\r\n\r\nthank you for the minutes of Tuesday, which I have read on the train.\r\n\r\nTom\r\n"
OTHER = "Liebe Änne,\r\n\r\nschöne Grüße aus Köln, wir hören uns später.\r\n\r\nJörg\r\n".encode()
CELLS = b"<tr><td>" + ROW.strip().replace(b",", b"</td><td>") + b"</td></tr>\r\n"
OBJECT = b'{"' + ROW.strip().replace(b",", b'","') + b'"},\r\n'
KINDS = {
    "letters": ("text/plain", LETTER),
    "letters, not ASCII": ("text/plain; charset=utf-8", OTHER),
    "table of people, CSV": ("text/csv", ROW),
    "table of people, HTML": ("text/html", CELLS),
    "people, JSON": ("application/json", OBJECT),
}
TRANSACTION = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])
SIZE = 8_000_000


def scan(engine: sealwax.Engine, message: bytes) -> int:
    """All of it in one call, and each entity looked at: how many there are."""
    return sum(1 for entity in engine.scan(message).entities if entity.type)


def evaluate(engine: sealwax.Engine, message: bytes) -> int:
    """The same to a verdict: how many deliveries it has."""
    return len(engine.evaluate(message, TRANSACTION).deliveries)


def feed(engine: sealwax.Engine, message: bytes) -> int:
    """The same in pieces."""
    pieces = engine.feed(TRANSACTION)
    view = memoryview(message)
    for start in range(0, len(message), 8_192):
        pieces.raw(view[start : start + 8_192])
    return len(pieces.finish().deliveries)


WORKS: dict[str, Callable[[sealwax.Engine, bytes], int]] = {"scan": scan, "evaluate": evaluate, "feed": feed}


def held(field: str) -> int:
    """What this process holds (`VmRSS`), or held at most (`VmHWM`), in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def measured(kind: str, name: str, size: int, work: int | None) -> int:
    """The most bytes that a message of this kind and size takes in this process, beside those that it had before."""
    engine = sealwax.Engine(limits={} if work is None else {"work": work})
    media, row = KINDS[kind]
    head = f"Subject: hello\r\nContent-Type: {media}\r\n\r\n[".encode()
    message = head + row * (size // len(row))
    WORKS[name](engine, head + row)
    gc.collect()
    before = held("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    found = WORKS[name](engine, message)
    peak = held("VmHWM") - before
    assert found or kind.startswith("letters"), "nothing was found"
    return peak


def peak(kind: str, name: str, size: int, work: int | None = None) -> int:
    """The same in a process of its own: what an earlier message left behind in the allocator would hide it."""
    words = [kind, name, str(size), *([] if work is None else [str(work)])]
    ran = subprocess.run([sys.executable, __file__, *words], check=True, capture_output=True, text=True)
    return int(ran.stdout)


CASES = [(kind, name, SIZE) for kind in KINDS for name in WORKS]


@pytest.mark.skipif(sys.platform != "linux", reason="it reads what Linux counts")
@pytest.mark.parametrize(("kind", "name", "size"), [*CASES, ("table of people, HTML", "feed", 20_000_000)])
def test_a_long_message_takes_no_more_than_three_times_its_length_and_eight_mebibytes(
    kind: str, name: str, size: int
) -> None:
    # To look through all of it takes long in a build for tests: it is read, and every view of it is made.
    assert peak(kind, name, size, size + 400_000) <= 3 * size + (8 << 20)


def table() -> None:
    """Prints the rows."""
    for kind in KINDS:
        for name, face in (("scan", "Python, scan"), ("feed", "Python, fed")):
            peaks = [f"{peak(kind, name, size) / 1e6:.1f}" for size in (5_000_000, 20_000_000)]
            print(f"| {kind} | {face} | {' | '.join(peaks)} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        table()
    else:
        kind, name, size, *limit = sys.argv[1:]
        print(measured(kind, name, int(size), int(limit[0]) if limit else None))
