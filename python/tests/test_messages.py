"""Messages of the standard library's ``email`` package, and of Django."""

from __future__ import annotations

import pickle
import traceback
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, compat32, default

import pytest

import sealwax

CANARY = "canary-7f3a"


def judged(engine: sealwax.Engine, message: sealwax.MessageLike) -> sealwax.Verdict:
    return engine.evaluate(message, sender="ann@clinic.example", recipients=["bob@example.org"], at=0)


@pytest.mark.parametrize("policy", [compat32, default, SMTP])
@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: your results\r\nno field at all\r\n\r\nMRN 12345678, diabetes\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nMRN 12345678, diabetes\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nMRN 12345678, diabetes\r\n",
    ],
)
def test_a_message_with_defects_is_judged_by_its_own_bytes_only(
    engine: sealwax.Engine, policy: object, raw: bytes
) -> None:
    with pytest.raises(sealwax.EvaluateError) as caught:
        judged(engine, message_from_bytes(raw, policy=policy))  # type: ignore[call-overload]
    assert caught.value.code == "incomplete"
    assert "phi" in judged(engine, raw).classification.categories


def test_a_message_that_cannot_be_written_out_is_refused_without_its_content(engine: sealwax.Engine) -> None:
    message = EmailMessage()
    message.set_payload({CANARY: 1})  # type: ignore[call-overload]
    with pytest.raises(sealwax.EvaluateError) as caught:
        judged(engine, message)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.args)
    assert "{'" + CANARY not in shown
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert CANARY.encode() not in pickle.dumps(caught.value)


def test_a_message_of_django_is_judged_with_its_alternatives_and_attachments(engine: sealwax.Engine) -> None:
    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives

    if not settings.configured:
        settings.configure(USE_TZ=True)
    mail = EmailMultiAlternatives(
        "your visit", "see below", "Front Desk <desk@clinic.example>", ["Bob <bob@example.org>"], ["eve@example.net"]
    )
    assert judged(engine, mail.message()).classification.level == "none"
    mail.attach_alternative("<p>MRN 12345678, diagnosis: diabetes mellitus</p>", "text/html")
    mail.attach("labs.csv", "mrn,hba1c\n12345678,9.1\n", "text/csv")
    verdict = engine.evaluate(mail.message(), sender=mail.from_email, recipients=mail.recipients(), at=0)
    assert "phi" in verdict.classification.categories
    assert [delivery.recipient for delivery in verdict.deliveries] == ["bob@example.org", "eve@example.net"]


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(sealwax.KeyFormatError, match="empty"):
        sealwax.Passphrase("")


def test_every_refusal_of_an_argument_is_an_exception_of_the_package(engine: sealwax.Engine) -> None:
    for refused in (
        lambda: sealwax.Engine(policy="", profile="minimal"),
        lambda: engine.scan(CANARY),  # type: ignore[arg-type]
        lambda: engine.evaluate(b"", sender=CANARY),  # type: ignore[call-overload]
        lambda: engine.redact_text(CANARY, mode="pseudonym"),
        lambda: engine.redact_text(CANARY, keep=CANARY),
        lambda: engine.rewrap(b"", remove=CANARY),
    ):
        with pytest.raises(sealwax.SealwaxError) as caught:
            refused()
        assert isinstance(caught.value, TypeError | ValueError)
        assert CANARY not in repr(caught.value.args)
