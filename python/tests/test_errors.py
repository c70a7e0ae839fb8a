"""Errors say where, and never what the message held."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

import sealwax
from sealwax import Change, Evidence, ListContext, Recipient, Transaction, Waiver

CANARY = "canary-7f3a"


def test_a_bad_policy_names_line_and_column() -> None:
    with pytest.raises(sealwax.PolicyError) as caught:
        sealwax.Engine(policy='name = "x"\nrelax_flor = {}\n')
    assert (caught.value.line, caught.value.column) == (2, 1)
    assert caught.value.code == "policy"
    assert "`relax_flor`" in str(caught.value)
    assert "relax_floor" in str(caught.value)


def test_an_error_inside_an_included_file_names_it() -> None:
    with pytest.raises(sealwax.PolicyError) as caught:
        sealwax.Engine(policy="include = ['part.toml']", resources={"part.toml": b"\n\nbaselin = 3\n"})
    error = caught.value
    assert (error.file, error.line, error.column) == ("part.toml", 3, 1)
    assert str(error).startswith("part.toml: line 3, column 1: unknown field `baselin`")
    assert pickle.loads(pickle.dumps(error)).file == "part.toml"
    with pytest.raises(sealwax.PolicyError) as caught:
        sealwax.Engine(policy="baselin = 3")
    assert caught.value.file is None


def test_an_unknown_profile_is_a_policy_error() -> None:
    with pytest.raises(sealwax.PolicyError, match="no-such-profile"):
        sealwax.Engine(profile="no-such-profile")


def test_a_policy_and_a_profile_exclude_each_other() -> None:
    with pytest.raises(TypeError, match="only one of them"):
        sealwax.Engine(policy="", profile="minimal")


def test_a_transaction_without_recipients_has_no_verdict(engine: sealwax.Engine) -> None:
    with pytest.raises(sealwax.EvaluateError) as caught:
        engine.evaluate(b"", sender="a@b.example", recipients=[])
    assert caught.value.code == "no-recipients"


CHANGE: dict[str, Any] = {"at": 0, "status": "active", "actor": "desk"}
WAIVER: dict[str, Any] = {
    "id": "w1",
    "recipient": "a@b.example",
    "basis": "preference",
    "categories": ["phi"],
    "effective_from": 0,
    "history": [],
}


@pytest.mark.parametrize(
    ("make", "field", "nearest"),
    [
        (lambda word: Recipient("a@b.example", baa=word), "baa", "signed"),
        (lambda word: Recipient("a@b.example", authentication=word), "authentication", "second-factor"),
        (lambda word: Recipient("a@b.example", party=word), "party", "individual"),
        (lambda word: Evidence(kind=word, level="dane", observed_at=0), "kind", "probe"),
        (lambda word: Evidence(kind="dane", level=word, observed_at=0), "level", "verified"),
        (lambda word: Change(**{**CHANGE, "status": word}), "status", "active"),
        (lambda word: Waiver(**{**WAIVER, "basis": word}), "basis", "preference"),
        (lambda word: Waiver(**{**WAIVER, "maximum": word}), "maximum", "sensitive"),
        (lambda word: Transaction(sender="", recipients=[], enforces=word), "enforces", "verified"),
        (lambda word: Transaction(sender="", recipients=[], methods=[word]), "methods", "portal"),
    ],
)
def test_a_literal_that_does_not_exist_is_refused_when_the_value_is_made(
    make: Callable[[Any], object], field: str, nearest: str
) -> None:
    make(nearest)
    wrong = [nearest.upper(), f" {nearest}", f"{nearest}s", nearest[1:], nearest.replace("-", "_") + "_"]
    for word in [*wrong, "", "078-05-1120 of Ann", 7]:
        with pytest.raises(sealwax.FactsError) as caught:
            make(word)
        assert isinstance(caught.value, ValueError)
        assert (caught.value.field, caught.value.nearest) == (field, nearest if word in wrong else None)
        assert nearest in caught.value.allowed
        assert f"`{field}`" in str(caught.value)
        assert "078-05-1120" not in repr(caught.value)


CLINIC = """
accounts = ["clinical"]
flags = ["vip"]
purposes = ["billing"]
[[stream]]
name = "bulk"
[[group]]
name = "front-desk"
members = ["desk@clinic.example"]
[[list]]
id = "news"
"""


@pytest.mark.parametrize(
    ("facts", "field", "recipient", "nearest"),
    [
        ({"flags": ["VIP"]}, "flags", None, "vip"),
        ({"groups": ["front_desk"]}, "groups", None, "front-desk"),
        ({"account": "Clinical"}, "account", None, "clinical"),
        ({"purpose": "billings"}, "purpose", None, "billing"),
        ({"stream": " bulk"}, "stream", None, "bulk"),
        ({"list": ListContext("newz")}, "list.id", None, "news"),
        ({"evidence": {"protocol": "TLSv1,3"}}, "evidence.protocol", 2, "TLSv1.3"),
        ({"evidence": {"suite": "TLS_AES_256_GCM_SHA348"}}, "evidence.suite", 2, "TLS_AES_256_GCM_SHA384"),
    ],
)
def test_a_fact_that_the_policy_does_not_know_is_named_with_its_recipient(
    facts: dict[str, Any], field: str, recipient: int | None, nearest: str
) -> None:
    seen = facts.pop("evidence", None)
    evidence = [] if seen is None else [Evidence(kind="probe", level="encrypted", observed_at=0, **seen)]
    recipients: list[Recipient | str] = ["a@b.example", Recipient("c@d.example", evidence=evidence)]
    transaction = Transaction(sender="a@b.example", recipients=recipients, **facts)
    with pytest.raises(sealwax.FactsError) as caught:
        sealwax.Engine(policy=CLINIC).evaluate(b"", transaction, at=0)
    error = caught.value
    assert (error.code, error.field, error.recipient) == ("unknown", field, recipient)
    assert error.nearest == nearest
    strict = sealwax.Engine(policy=f'unknown_facts = "strictest"\n{CLINIC}')
    assert len(strict.evaluate(b"", transaction, at=0).deliveries) == 2
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.field, again.nearest, again.allowed) == (
        str(error),
        error.field,
        error.nearest,
        error.allowed,
    )


@pytest.mark.parametrize("unit", [1, 1_000_000, 1_000_000_000])
def test_a_time_in_another_unit_than_milliseconds_is_noticed(engine: sealwax.Engine, unit: int) -> None:
    at = 1_795_253_400 * unit
    with pytest.raises(sealwax.FactsError, match="milliseconds"):
        engine.evaluate(b"", sender="a@b.example", recipients=["c@d.example"], at=at)
    makes: list[Callable[[], object]] = [
        lambda: Evidence(kind="dane", level="dane", observed_at=at),
        lambda: Evidence(kind="dane", level="dane", observed_at=0, valid_until=at),
        lambda: Change(**{**CHANGE, "at": at}),
        lambda: Waiver(**{**WAIVER, "effective_from": at}),
        lambda: Waiver(**{**WAIVER, "expires": at}),
    ]
    for make in makes:
        with pytest.raises(sealwax.FactsError, match="milliseconds"):
            make()


@pytest.mark.parametrize("at", [datetime(2026, 1, 1), 2**63])
def test_a_time_without_a_zone_or_out_of_range_is_refused(engine: sealwax.Engine, at: datetime | int) -> None:
    with pytest.raises(sealwax.FactsError):
        engine.evaluate(b"", sender="a@b.example", recipients=["c@d.example"], at=at)


@pytest.mark.parametrize("at", ["2026-01-01", 1.5, True])
def test_what_is_no_time_is_a_type_error(engine: sealwax.Engine, at: object) -> None:
    with pytest.raises(TypeError):
        engine.evaluate(b"", sender="a@b.example", recipients=["c@d.example"], at=at)  # type: ignore[call-overload]


def test_one_address_where_several_are_meant_is_a_type_error(engine: sealwax.Engine) -> None:
    with pytest.raises(TypeError, match="`recipients`"):
        Transaction(sender="a@b.example", recipients="c@d.example")
    with pytest.raises(TypeError, match="`recipients` takes a Recipient or a str"):
        engine.evaluate(b"", sender="a@b.example", recipients=[7])  # type: ignore[list-item]


def test_a_mistyped_key_is_refused_and_not_repeated() -> None:
    text = sealwax.LocalKey.generate().to_text()
    mistyped = text[:-1] + ("Q" if text[-1] != "Q" else "P")
    with pytest.raises(sealwax.KeyFormatError) as caught:
        sealwax.LocalKey.from_text(mistyped)
    assert caught.value.code == "checksum"
    assert text[20:30] not in repr(caught.value)


def test_exceptions_travel_between_processes() -> None:
    with pytest.raises(sealwax.PolicyError) as caught:
        sealwax.Engine(policy="name = ")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.code, again.line, again.column) == (
        str(caught.value),
        caught.value.code,
        caught.value.line,
        caught.value.column,
    )


def test_no_repr_or_exception_holds_content(engine: sealwax.Engine) -> None:
    raw = f"Subject: {CANARY}\r\n\r\nMRN 48210937, diabetes, {CANARY}@example.org\r\n".encode()
    key = sealwax.LocalKey.generate()
    verdict = engine.evaluate(raw, sender="a@b.example", recipients=["c@d.example"])
    scan = engine.scan(raw, show_text=True)
    shown = [verdict, verdict.deliveries, verdict.classification, scan, scan.entities, engine, key]
    assert any(entity.text and CANARY in entity.text for entity in scan.entities)
    for value in shown:
        assert CANARY not in repr(value)
        assert "48210937" not in repr(value)
    assert key.to_text()[15:] not in repr(key)
    sealed = engine.seal(raw, keys=[key])
    with pytest.raises(sealwax.OpenError) as caught:
        engine.open(sealed[:-1] + b"\0", keys=[key])
    assert CANARY not in repr(caught.value)
    for value in verdict.to_dict(), engine.scan(raw).to_dict():
        assert CANARY not in repr(value)


def test_a_limit_counts_and_an_unknown_one_is_refused() -> None:
    parts = b"".join(b"--b\r\n\r\nx\r\n" for _ in range(20))
    message = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"
    assert sealwax.Engine().scan(message).complete
    assert not sealwax.Engine(limits={"parts": 5}).scan(message).complete
    with pytest.raises(sealwax.PolicyError, match="`pards`"):
        sealwax.Engine(limits={"pards": 5})
