"""Long work can be called off: by Ctrl-C, by another thread, by its own bounds."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest

import sealwax

ROW = "Ann Lee,1974-07-02,536-90-4399,38857281,617-555-0134,ann@example.org,type 2 diabetes\r\n"

PROGRAM = f"""
import signal, sys, sealwax
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
engine = sealwax.Engine()
transaction = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])
feed = engine.feed(transaction)
message = b"Subject: x\\r\\n\\r\\n" + {ROW!r}.encode() * 150_000
feed.raw(message)
work = dict(
    scan=lambda: engine.scan(message),
    scan_buffer=lambda: engine.scan(bytearray(message)),
    scan_text=lambda: engine.scan_text("\u00fc" + message.decode()),
    redact=lambda: engine.redact(message),
    identifiers=lambda: engine.identifiers(message),
    finish=lambda: feed.finish(),
)

def code(call):
    try:
        call()
    except sealwax.EvaluateError as error:
        return error.code

try:
    print("ready", flush=True)
    work[sys.argv[1]]()
except KeyboardInterrupt:
    print("interrupted", flush=True)
    if sys.argv[1] == "finish":
        print(code(feed.finish), code(lambda: feed.raw(b"x")))
        feed.reset(transaction)
        feed.raw(b"Subject: lunch\\r\\n\\r\\nAt noon?\\r\\n")
        print(feed.finish().complete)
else:
    print("finished", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for another process")
@pytest.mark.parametrize("work", ["scan", "scan_buffer", "scan_text", "redact", "identifiers", "finish"])
def test_ctrl_c_is_answered_in_the_midst_of_a_long_message(work: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, work], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    after = "cancelled cancelled\nTrue\n" if work == "finish" else ""
    assert said == "interrupted\n" + after


def test_another_thread_calls_a_feed_off_and_the_next_message_is_judged(engine: sealwax.Engine) -> None:
    transaction = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])
    feed = engine.feed(transaction)
    feed.raw(b"Subject: x\r\n\r\n" + ROW.encode() * 200_000)
    stopper = threading.Timer(0.1, feed.cancel)
    stopper.start()
    with pytest.raises(sealwax.EvaluateError) as raised:
        feed.finish()
    assert raised.value.code == "cancelled"
    stopper.join()
    feed.reset(transaction)
    feed.raw(b"Subject: lunch\r\n\r\nAt noon?\r\n")
    assert feed.finish().complete


def test_feeds_share_a_budget() -> None:
    engine = sealwax.Engine(feed_budget=100_000)
    transaction = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])
    feed = engine.feed(transaction)
    with pytest.raises(sealwax.EvaluateError) as raised:
        feed.raw(b"x" * 200_000)
    assert raised.value.code == "budget"
    with pytest.raises(sealwax.EvaluateError) as raised:
        feed.finish()
    assert raised.value.code == "refused"


def test_what_is_copied_a_piece_at_a_time_is_the_same(engine: sealwax.Engine) -> None:
    for letter in ("u", "\u00fc", "\u4e2d", "\U0001f600"):
        text = (letter * 99 + "\n") * 1_500 + "SSN 536-90-4399\n" + (letter * 99 + "\n") * 1_500
        (entity,) = engine.scan_text(text, show_text=True).entities
        assert (entity.text, entity.start, entity.end) == ("536-90-4399", 150_004, 150_015)
        redacted, _ = engine.redact_text(text)
        assert redacted == text.replace("536-90-4399", "[US_SSN]")
    message = b"Subject: x\r\n\r\n" + ROW.encode() * 3_500
    twice = bytes(byte for byte in message for _ in range(2))
    for buffer in (bytearray(message), memoryview(message), memoryview(twice)[::2]):
        assert engine.scan(buffer) == engine.scan(message)


def test_half_a_list_of_identifiers_is_not_given() -> None:
    engine = sealwax.Engine(limits={"work": 1_000})
    with pytest.raises(sealwax.RedactError) as raised:
        engine.identifiers(ROW.encode() * 100)
    assert raised.value.code == "work-limit"
    with pytest.raises(sealwax.RedactError) as raised:
        engine.identifiers_in_text(ROW * 100)
    assert raised.value.code == "work-limit"


def test_a_deadline_in_work_leaves_the_verdict_incomplete(engine: sealwax.Engine) -> None:
    transaction = sealwax.Transaction(sender="nurse@clinic.example", recipients=["ann@example.org"])
    feed = engine.feed(transaction)
    feed.deadline(1_000)
    feed.raw(b"Subject: x\r\n\r\n" + b"See you at lunch. " * 1_000)
    assert not feed.finish().complete


def test_what_is_found_is_a_sequence_whose_entities_are_made_when_they_are_asked_for() -> None:
    engine = sealwax.Engine(limits={"findings": 3})
    scan = engine.scan_text("\n".join(f"SSN 536-90-43{row}" for row in range(10, 20)))
    assert (len(scan.entities), scan.unlisted) == (3, 7)
    assert [entity.type for entity in scan.entities] == ["US_SSN"] * 3
    assert scan.entities[-1] == scan.entities[2] == scan.entities[1:][1]
    with pytest.raises(IndexError):
        scan.entities[3]
    assert scan == pickle.loads(pickle.dumps(scan))
    assert len(scan.to_dict()["entities"]) == 3
