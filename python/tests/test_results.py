"""Results are frozen, compare by value, travel between processes, and are the JSON of the command line."""

from __future__ import annotations

import copy
import inspect
import json
import pickle

import pytest

import sealwax
from sealwax.record import Record

RECORDS = [item for _, item in inspect.getmembers(sealwax, inspect.isclass) if issubclass(item, Record)]


def test_to_dict_is_json_and_a_copy(engine: sealwax.Engine, phi: bytes) -> None:
    verdict = engine.evaluate(phi, sender="a@b.example", recipients=["c@d.example"], at=0)
    shape = verdict.to_dict()
    assert json.loads(json.dumps(shape)) == shape
    assert set(shape) == {"policy", "classification", "complete", "suite_lists", "deliveries"}
    shape["deliveries"].clear()
    assert len(verdict.deliveries) == 1


def test_results_are_frozen(engine: sealwax.Engine) -> None:
    scan = engine.scan(b"")
    for name in ("level", "anything", "_shape"):
        with pytest.raises(AttributeError):
            setattr(scan, name, 1)
    with pytest.raises(AttributeError):
        del scan._shape
    with pytest.raises(TypeError):
        hash(scan)


def test_results_compare_by_value_and_travel_between_processes(engine: sealwax.Engine, phi: bytes) -> None:
    scan = engine.scan(phi, id="1")
    assert scan == engine.scan(phi, id="1") != engine.scan(phi, id="2")
    assert pickle.loads(pickle.dumps(scan)) == copy.copy(scan) == copy.deepcopy(scan) == scan


def test_every_property_reads_what_the_engine_wrote(engine: sealwax.Engine, phi: bytes) -> None:
    """Walks through every record that can be reached, so that a renamed field is noticed."""
    policy = (
        'name = "p"\ninclude = ["hipaa-2013"]\n[[rule]]\nid = "r"\nwhen = { level = "sensitive" }\n'
        'require = { disposition = "return" }\nreason = "x"\ncitation = "y"\n'
    )
    recipients = [
        sealwax.Recipient("c@d.example"),
        sealwax.Recipient(
            "e@f.example",
            baa="signed",
            evidence=[sealwax.Evidence(kind="dane", level="dane", observed_at=0)],
        ),
    ]
    transaction = sealwax.Transaction(sender="a@b.example", recipients=recipients, enforces="verified")
    roots = [
        engine.scan(phi, show_text=True),
        engine.scan(b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno part"),
        engine.evaluate(phi, transaction, at=1),
        sealwax.Engine(policy=policy).evaluate(phi, transaction, at=1),
    ]
    seen: set[type] = set()
    for root in roots:
        walk(root, seen)
    assert {sealwax.Scan, sealwax.Entity, sealwax.Anomaly, sealwax.Verdict, sealwax.Delivery, sealwax.Why} <= seen
    assert {sealwax.Contract, sealwax.Fallback, sealwax.SmtpReply, sealwax.Rejected} <= seen


def walk(value: object, seen: set[type]) -> None:
    if isinstance(value, tuple | sealwax.Entities):
        for item in value:
            walk(item, seen)
    if not isinstance(value, Record):
        return
    seen.add(type(value))
    assert repr(value).startswith(f"<{type(value).__name__} ")
    properties = {name for name, item in inspect.getmembers(type(value)) if isinstance(item, property)}
    assert set(value.to_dict()) <= properties
    for name in properties:
        walk(getattr(value, name), seen)


def test_every_class_and_property_has_a_docstring() -> None:
    assert len(RECORDS) > 10
    for record in RECORDS:
        assert record.__doc__
        for name, item in vars(record).items():
            if isinstance(item, property):
                assert item.__doc__, f"{record.__name__}.{name}"
