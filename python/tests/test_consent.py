"""Waivers and preferences: what somebody chose about mail to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import sealwax
from sealwax import Change, Preference, Recipient, Transaction, Waiver

MESSAGE = b"Subject: labs\r\n\r\nMRN: 48210937, diabetes mellitus, metformin.\r\n"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HISTORY = [Change(at=BEGIN, status="active", actor="front desk")]


def waiver(**fields: Any) -> Waiver:
    sound: dict[str, Any] = {
        "id": "w1",
        "recipient": "bob@example.org",
        "basis": "preference",
        "categories": ["phi"],
        "effective_from": BEGIN,
        "risk_notice": "2026-01",
        "alternative_offered": "portal",
        "history": HISTORY,
    }
    return Waiver(**(sound | fields))


def decide(recipient: Recipient, **fields: Any) -> sealwax.Delivery:
    engine = sealwax.Engine(policy="include = ['hipaa-2013']")
    transaction = Transaction(sender="nurse@clinic.example", recipients=[recipient], **fields)
    return engine.evaluate(MESSAGE, transaction, at=NOW).deliveries[0]


def test_a_waiver_lowers_is_archived_and_its_overdue_review_is_said() -> None:
    delivery = decide(Recipient("bob@example.org", waivers=[waiver(review_by=datetime(2026, 6, 1, tzinfo=UTC))]))
    assert (delivery.waiver, delivery.method, delivery.archive) == ("w1", "clear", True)
    assert delivery.waiver_review_due == datetime(2026, 6, 1, tzinfo=UTC)
    assert delivery.unapplied_waivers == ()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"risk_notice": None}, "needs a risk notice before it is active"),
        ({"alternative_offered": None}, "needs a secure alternative that was offered before it is active"),
        ({"form": "oral"}, "needs something that shows what was spoken, and who wrote it down"),
        ({"sender": "doctor@clinic.example"}, "is for mail from another sender"),
        ({"expires": datetime(2026, 6, 1, tzinfo=UTC)}, "ended 2026-06-01T00:00:00Z"),
    ],
)
def test_a_waiver_that_does_not_apply_says_why(fields: dict[str, Any], reason: str) -> None:
    delivery = decide(Recipient("bob@example.org", waivers=[waiver(**fields)]))
    assert (delivery.waiver, delivery.method) == (None, "portal")
    assert [(one.waiver, one.reason) for one in delivery.unapplied_waivers] == [("w1", reason)]


def test_a_preference_is_heeded_and_says_what_is_asked_for_instead() -> None:
    wish = Preference(
        id="p1",
        recipient="bob@example.org",
        asks="elsewhere",
        instead="by letter",
        effective_from=BEGIN,
        history=HISTORY,
    )
    delivery = decide(Recipient("bob@example.org", preferences=[wish]))
    assert (delivery.action, delivery.instead) == ("return", "by letter")
    assert ("preference p1", "45 CFR 164.522(b)") in {(why.rule, why.citation) for why in delivery.why}
