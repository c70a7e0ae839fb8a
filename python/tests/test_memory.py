"""How much memory a long message takes, as Linux counts it, beside the message that the caller has."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sealwax

ROW = b"Ann Lee,1974-07-02,536-90-4399,38857281,617-555-0134,ann@example.org,type 2 diabetes\r\n"
CELLS = b"<tr><td>" + ROW.strip().replace(b",", b"</td><td>") + b"</td></tr>\r\n"
OBJECT = b'{"' + ROW.strip().replace(b",", b'","') + b'"},\r\n'
SIZE = 8_000_000
MOST = 3 * SIZE + (8 << 20)
TRANSACTION = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])


def scan(engine: sealwax.Engine, message: bytes) -> None:
    """All of it in one call, and each entity looked at."""
    assert [entity.type for entity in engine.scan(message).entities]


def evaluate(engine: sealwax.Engine, message: bytes) -> None:
    """The same to a verdict."""
    engine.evaluate(message, TRANSACTION)


def feed(engine: sealwax.Engine, message: bytes) -> None:
    """The same in pieces."""
    pieces = engine.feed(TRANSACTION)
    view = memoryview(message)
    for start in range(0, len(message), 8_192):
        pieces.raw(view[start : start + 8_192])
    pieces.finish()


def held(field: str) -> int:
    """What this process holds (`VmRSS`), or held at most (`VmHWM`), in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


@pytest.mark.skipif(sys.platform != "linux", reason="it reads what Linux counts")
@pytest.mark.parametrize("work", [scan, evaluate, feed])
@pytest.mark.parametrize(("kind", "row"), [("text/csv", ROW), ("text/html", CELLS), ("application/json", OBJECT)])
def test_a_long_message_takes_no_more_than_three_times_its_length_and_eight_mebibytes(
    kind: str, row: bytes, work: Callable[[sealwax.Engine, bytes], None]
) -> None:
    # To look through all of it takes long in a build for tests: it is read, and every view of it is made.
    engine = sealwax.Engine(limits={"work": SIZE + 400_000})
    head = f"Subject: hello\r\nContent-Type: {kind}\r\n\r\n[".encode()
    message = head + row * (SIZE // len(row))
    work(engine, head + row)
    gc.collect()
    before = held("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    work(engine, message)
    assert held("VmHWM") - before <= MOST
