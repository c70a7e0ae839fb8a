"""Addresses through Python: each form of the shared table gets the address, or the error, that every face gives it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import sealwax
from sealwax import Engine, Recipient

TABLE = Path(__file__).parents[2] / "testdata" / "addresses.toml"
FORMS: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["form"]
ENGINE = Engine(policy="name = 'empty'")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: ascii(form["written"])[:60])
def test_every_form_gets_the_address_or_an_error_that_names_its_place(form: dict[str, Any]) -> None:
    recipients: list[Recipient | str] = ["bob@mailbox.example", Recipient(form["written"])]
    if form.get("canonical"):
        verdict = ENGINE.evaluate(b"", sender="desk@clinic.example", recipients=recipients)
        assert verdict.deliveries[1].recipient == form["canonical"]
        return
    with pytest.raises(sealwax.FactsError) as caught:
        ENGINE.evaluate(b"", sender="desk@clinic.example", recipients=recipients)
    assert "evil" not in f"{caught.value} {caught.value!r}"


def test_a_bounce_has_the_empty_sender() -> None:
    for sender in ["", "<>"]:
        verdict = ENGINE.evaluate(b"Subject: undelivered\r\n\r\n", sender=sender, recipients=["bob@mailbox.example"])
        assert verdict.deliveries[0].action == "send"


def test_an_outcome_is_of_an_address_in_any_form() -> None:
    transaction = sealwax.Transaction(sender="ann@clinic.example", recipients=["bob@mailbox.example"])
    verdict = ENGINE.report_outcome(
        b"", transaction, recipient="Bob <bob@MAILBOX.example.>", outcome="starttls-not-supported"
    )
    assert len(verdict.deliveries) == 1
    with pytest.raises(sealwax.FactsError):
        ENGINE.report_outcome(b"", transaction, recipient="bob", outcome="starttls-not-supported")
