"""Verdicts through the public classes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import sealwax
from sealwax import Agreement, Evidence, Recipient, Transaction

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_phi_to_an_unknown_recipient_goes_to_the_portal(engine: sealwax.Engine, phi: bytes) -> None:
    verdict = engine.evaluate(phi, sender="nurse@clinic.example", recipients=["ann@example.org"], at=NOON)
    [delivery] = verdict.deliveries
    assert (delivery.recipient, delivery.action, delivery.method) == ("ann@example.org", "send", "portal")
    assert delivery.reader == "single-factor"
    assert verdict.classification.level == "sensitive"
    assert "phi" in verdict.classification.categories
    assert delivery.why[0].reason


def test_verified_tls_will_do_where_evidence_proves_it(engine: sealwax.Engine, phi: bytes) -> None:
    proof = Evidence(kind="mta-sts-enforce", level="verified", observed_at=datetime(2026, 11, 21, 9, tzinfo=UTC))
    hospital = Recipient("bob@hospital.example", evidence=[proof], baa="signed")
    [delivery] = engine.evaluate(phi, sender="ann@clinic.example", recipients=[hospital], at=NOON).deliveries
    assert delivery.method == "tls"
    assert delivery.transport is not None
    assert delivery.transport.level == "verified"
    assert delivery.transport.postfix.startswith("secure")
    assert delivery.evidence is not None
    assert (delivery.evidence.kind, delivery.evidence.age_seconds) == ("mta-sts-enforce", 3 * 60 * 60)
    assert delivery.evidence.observed_at == proof.observed_at
    assert delivery.summary.startswith("bob@hospital.example: verified TLS (")


def test_who_a_recipient_is_and_what_is_agreed_decides_over_phi(engine: sealwax.Engine, phi: bytes) -> None:
    proof = Evidence(kind="mta-sts-enforce", level="verified", observed_at=NOON)
    ended = Agreement(date="2026-01-01", end="2026-06-30", document_sha256="ab" * 32)
    recipients = [
        Recipient("ann@example.org", party="individual", evidence=[proof]),
        Recipient("claims@insurer.example", party="organization", evidence=[proof]),
        Recipient("office@vendor.example", baa="none", evidence=[proof]),
        Recipient("in@lab.example", baa="signed", agreement=ended, evidence=[proof]),
    ]
    verdict = engine.evaluate(phi, sender="ann@clinic.example", recipients=recipients, at=NOON)
    ways = [(delivery.action, delivery.method) for delivery in verdict.deliveries]
    assert ways == [("send", "tls"), ("send", "portal"), ("hold", None), ("hold", None)]
    assert any("ended on 2026-06-30" in why.reason for why in verdict.deliveries[3].why)


def test_a_time_is_a_datetime_or_milliseconds(engine: sealwax.Engine, phi: bytes) -> None:
    proof = Evidence(kind="dane", level="dane", observed_at=1_000)
    at = Transaction(sender="a@b.example", recipients=[Recipient("c@d.example", evidence=[proof], baa="signed")])
    early = engine.evaluate(phi, at, at=2_000).deliveries[0].method
    late = engine.evaluate(phi, at, at=datetime(2026, 1, 1, tzinfo=UTC)).deliveries[0].method
    assert (early, late) == ("tls", "portal")
    assert engine.evaluate(phi, at).deliveries[0].method == "portal"  # now is later as well


def test_a_feed_gives_the_verdict_of_the_whole_message(engine: sealwax.Engine, phi: bytes) -> None:
    transaction = Transaction(sender="ann@clinic.example", recipients=["bob@example.org"])
    whole = engine.evaluate(phi, transaction, at=0)
    feed = engine.feed(transaction)
    feed.header("Subject", b"your results")
    for byte in phi.partition(b"\r\n\r\n")[2]:
        feed.body(bytes([byte]))
    assert feed.finish(at=0) == whole
    feed.reset(transaction)
    feed.raw(bytearray(phi))
    assert feed.finish(at=0) == whole


def test_a_feed_gives_one_verdict_and_takes_no_more_until_it_is_reset(engine: sealwax.Engine) -> None:
    feed = engine.feed(Transaction(sender="ann@clinic.example", recipients=["bob@example.org"]))
    feed.raw(b"Subject: lunch\r\n\r\nAt noon?\r\n")
    assert feed.finish().complete
    for again in (feed.finish, lambda: feed.raw(b"x"), lambda: feed.part_text("1", "x")):
        with pytest.raises(sealwax.EvaluateError) as refused:
            again()
        assert refused.value.code == "finished"


FAX = b"Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n"


def test_what_the_host_read_is_scanned_in_its_part(engine: sealwax.Engine) -> None:
    transaction = Transaction(sender="ann@clinic.example", recipients=["bob@example.org"])
    alone = engine.evaluate(FAX, transaction, at=0)
    assert "phi" in alone.classification.categories
    assert engine.scan(FAX).opaque == ("fax",)
    read = engine.evaluate(FAX, transaction, part_texts={"1": "a map of the park"}, at=0)
    assert read.classification.level == "none"
    feed = engine.feed(transaction)
    feed.raw(FAX)
    feed.part_text("1", "MRN 38857281, diagnosis: diabetes")
    assert "phi" in feed.finish(at=0).classification.categories


def test_a_text_of_a_part_that_is_not_there_is_refused(engine: sealwax.Engine) -> None:
    transaction = Transaction(sender="ann@clinic.example", recipients=["bob@example.org"])
    with pytest.raises(sealwax.EvaluateError) as missing:
        engine.evaluate(FAX, transaction, part_texts={"2": "of another message"})
    assert missing.value.code == "unknown-part"
    with pytest.raises(sealwax.FactsError):
        engine.evaluate(FAX, transaction, part_texts={"TEXT": "no number"})


def test_the_policy_is_text_or_a_file(tmp_path: object, phi: bytes) -> None:
    from pathlib import Path

    text = 'name = "clinic"\ninclude = ["hipaa-2013"]\n'
    path = Path(str(tmp_path)) / "policy.toml"
    path.write_text(text, encoding="utf-8")
    for policy in (text, path):
        verdict = sealwax.Engine(policy=policy).evaluate(phi, sender="a@b.example", recipients=["c@d.example"])
        assert verdict.policy.name == "clinic"


def test_a_policy_names_files_that_are_handed_in() -> None:
    engine = sealwax.Engine(
        policy='name = "clinic"\ninclude = ["base.toml"]\n',
        resources={"base.toml": b'name = "base"\ninclude = ["hipaa-2013"]\n'},
    )
    assert repr(engine) == "<Engine policy=clinic>"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"sender": "a@b.example"},
        {"recipients": ["c@d.example"]},
        {"transaction": Transaction(sender="a@b.example", recipients=["c@d.example"]), "sender": "a@b.example"},
    ],
)
def test_who_sends_it_to_whom_is_said_once(engine: sealwax.Engine, arguments: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="a transaction, or a sender and recipients"):
        engine.evaluate(b"", **arguments)  # type: ignore[call-overload]


def test_an_outcome_is_decided_on_again() -> None:
    engine = sealwax.Engine(profile="minimal")
    message = b"Subject: lunch\r\n\r\nAt noon?\r\n"
    transaction = sealwax.Transaction(sender="ann@clinic.example", recipients=["bob@example.org"])
    first = engine.evaluate(message, transaction).deliveries[0]
    again = engine.report_outcome(
        message, transaction, recipient="bob@example.org", outcome="starttls-not-supported"
    ).deliveries[0]
    assert (first.method, again.method) == ("tls", "portal")
    with pytest.raises(sealwax.EvaluateError):
        engine.report_outcome(message, transaction, recipient="eve@example.org", outcome="verified")
    with pytest.raises(sealwax.FactsError, match="fine"):
        engine.report_outcome(
            message, transaction, recipient="bob@example.org", outcome="fine"  # type: ignore[arg-type]
        )


def test_a_sender_who_demands_requiretls_gets_it_in_the_contract() -> None:
    known = sealwax.Evidence(kind="dane", level="dane", observed_at=NOON)
    transaction = sealwax.Transaction(
        sender="ann@clinic.example",
        recipients=[sealwax.Recipient("bob@example.org", evidence=[known])],
        require_tls=True,
    )
    engine = sealwax.Engine(policy="archive = 'unsealed'")
    [delivery] = engine.evaluate(b"Subject: lunch\r\n\r\nAt noon?", transaction, at=NOON).deliveries
    assert delivery.transport is not None
    assert delivery.transport.require_tls
    assert delivery.archive
