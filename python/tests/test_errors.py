"""Errors say where, and never what the message held."""

from __future__ import annotations

import pickle
from datetime import datetime

import pytest

import sealwax
from sealwax import Evidence, Recipient, Transaction

CANARY = "canary-7f3a"


def test_a_bad_policy_names_line_and_column() -> None:
    with pytest.raises(sealwax.PolicyError) as caught:
        sealwax.Engine(policy='name = "x"\nrelax_flor = {}\n')
    assert (caught.value.line, caught.value.column) == (2, 1)
    assert caught.value.code == "policy"
    assert "`relax_flor`" in str(caught.value)
    assert "relax_floor" in str(caught.value)


def test_an_unknown_profile_is_a_policy_error() -> None:
    with pytest.raises(sealwax.PolicyError, match="no-such-profile"):
        sealwax.Engine(profile="no-such-profile")


def test_a_policy_and_a_profile_exclude_each_other() -> None:
    with pytest.raises(TypeError, match="not both"):
        sealwax.Engine(policy="", profile="minimal")


def test_a_transaction_without_recipients_has_no_verdict(engine: sealwax.Engine) -> None:
    with pytest.raises(sealwax.EvaluateError) as caught:
        engine.evaluate(b"", sender="a@b.example", recipients=[])
    assert caught.value.code == "no-recipients"


@pytest.mark.parametrize(
    ("recipient", "words"),
    [
        (Recipient("a@b.example", baa="singed"), "singed"),  # type: ignore[arg-type]
        (Recipient("a@b.example", authentication="retina"), "retina"),  # type: ignore[arg-type]
        (Recipient("a@b.example", evidence=[Evidence(kind="dan", level="dane", observed_at=0)]), "dan"),  # type: ignore[arg-type]
    ],
)
def test_a_fact_that_does_not_exist_is_named(engine: sealwax.Engine, recipient: Recipient, words: str) -> None:
    with pytest.raises(sealwax.FactsError, match=f"`{words}`") as caught:
        engine.evaluate(b"", sender="a@b.example", recipients=[recipient])
    assert isinstance(caught.value, ValueError)
    assert " line " not in str(caught.value)


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
    with pytest.raises(TypeError, match="a recipient is"):
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
