"""What leaves and what is sealed, against the standard library's own reading of a message."""

from __future__ import annotations

import random
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, compat32

import pytest

import sealwax

ALLOWED = {"auto-submitted", "cc", "date", "from", "reply-to", "sender", "subject", "to"}
NAMES = ["Bcc", "Resent-Bcc", "To", "From", "Cc", "Subject", "Thread-Topic", "X-Patient", "Message-ID", "Date"]
VALUES = [
    "canary",
    '"Canary, canary" <ann@example.org>',
    "canary: ann@example.org, Canary <bob@example.org>;",
    "ann@example.org,{end} carl@example.org (canary)",
    "ann@example.org{end}\tcanary",
    "Sat, 21 Nov 2026 09:30:00 +0000 (canary)",
    "=?utf-8?B?Y2FuYXJ5?= <ann@example.org>",
    "canary\rBcc: canary",
    "",
]


def block(seed: int) -> bytes:
    """A message with something planted in every header."""
    draw = random.Random(seed)
    end = draw.choice(["\r\n", "\r\n", "\n", "\r"])
    lines = []
    for _ in range(draw.randrange(1, 14)):
        name = draw.choice(NAMES + ["X-" + draw.choice(["Note", "Ward"])])
        name = draw.choice([name, name.lower(), name.upper()]) + draw.choice(["", "", "", " ", "\t"])
        lines.append(f"{name}:{draw.choice(['', ' ', '  '])}{draw.choice(VALUES).replace('{end}', end)}{end}")
    return ("".join(lines) + f"{end}canary{end}").encode()


def names(raw: bytes) -> set[str]:
    return {name.strip().lower() for name in message_from_bytes(raw, policy=compat32).keys()}  # noqa: SIM118


@pytest.fixture
def portal(engine: sealwax.Engine, phi: bytes) -> sealwax.Delivery:
    [delivery] = engine.evaluate(phi, sender="ann@clinic.example", recipients=["bob@example.org"], at=0).deliveries
    assert delivery.method == "portal"
    return delivery


@pytest.mark.parametrize("seed", range(0, 2000, 100))
def test_no_planted_header_is_outside_for_the_email_package(portal: sealwax.Delivery, seed: int) -> None:
    for number in range(seed, seed + 100):
        raw = block(number)
        outside = portal.outer(raw)
        assert outside is not None
        assert names(outside) <= ALLOWED, number
        if b"\nsubject" not in outside.lower() and not outside.lower().startswith(b"subject"):
            assert b"canary" not in outside.lower(), number


@pytest.mark.parametrize("seed", range(0, 2000, 100))
def test_no_blind_copy_is_inside_for_the_email_package(seed: int) -> None:
    for number in range(seed, seed + 100):
        raw = block(number)
        inside = sealwax.inner(raw)
        assert not names(inside) & {"bcc", "resent-bcc"}, number
        kept = {name for name in names(raw) if name not in {"bcc", "resent-bcc"}}
        if b"\rBcc" not in raw:
            # For that package a blank before the colon of a blind copy ends the headers: without it, it sees more.
            assert kept <= names(inside), number
        assert sealwax.inner(inside) == inside


def test_what_leaves_by_tls_is_the_message_with_its_edits(engine: sealwax.Engine) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Bcc"] = "ann@clinic.example", "bob@example.org", "eve@example.org"
    message["Subject"] = "lunch"
    message.set_content("At noon?\n")
    verdict = engine.evaluate(message, sender="ann@clinic.example", recipients=["bob@example.org"], at=0)
    [delivery] = verdict.deliveries
    assert [(edit.edit, edit.name) for edit in delivery.edits] == [
        ("remove-header", "Bcc"),
        ("remove-header", "Resent-Bcc"),
    ]
    left = delivery.outer(message)
    assert left is not None
    del message["Bcc"]
    assert left == message.as_bytes()
    assert delivery.fallback is not None
    assert delivery.fallback.outer(message) == b"From: ann@clinic.example\r\nTo: bob@example.org\r\nSubject: lunch\r\n"
    assert delivery.fallback.edits[2].edit == "keep-only"


def test_the_edits_of_a_sealed_delivery_name_what_stays(portal: sealwax.Delivery) -> None:
    [kept] = [edit for edit in portal.edits if edit.edit == "keep-only"]
    assert {header.name.lower() for header in kept.headers} == ALLOWED
    assert kept.name is None
    assert kept.value is None
    assert repr(kept.headers[1]) == "<Kept From: addresses>"


def test_nothing_is_given_where_nothing_leaves(phi: bytes) -> None:
    engine = sealwax.Engine(policy="on_unmet = 'return'")
    [delivery] = engine.evaluate(phi, sender="ann@clinic.example", recipients=["bob@example.org"], at=0).deliveries
    assert delivery.method is None
    assert delivery.outer(phi) is None
