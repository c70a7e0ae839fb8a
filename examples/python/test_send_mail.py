"""Runs the example against a mail server on this machine that keeps what it gets."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

import sealwax

sys.path.insert(0, str(Path(__file__).parent))

import send_mail  # noqa: E402


class Sink:
    """A mail server that keeps every message that it is given."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.received: dict[str, bytes] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.received |= dict.fromkeys(envelope.rcpt_tos, envelope.content)
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    yield sink
    controller.stop()


def message(text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann <nurse@clinic.example>"
    message["To"] = "Bob <bob@example.org>"
    message["Subject"] = "your results"
    message.set_content(text)
    return message


def run(monkeypatch: pytest.MonkeyPatch, sink: Sink, folder: Path, text: str, bcc: str = "") -> int:
    path = folder / "message.eml"
    mail = message(text)
    if bcc:
        mail["Bcc"] = bcc
    path.write_bytes(mail.as_bytes())
    arguments = ["--host", "127.0.0.1", "--port", str(sink.port), "--pickup", str(folder / "pickup"), str(path)]
    monkeypatch.setattr(sys, "argv", ["send_mail.py", *arguments])
    return send_mail.main()


def test_ordinary_mail_travels_as_it_is(
    monkeypatch: pytest.MonkeyPatch, sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, sink, tmp_path, "Lunch at noon?\n") == 0
    assert b"Lunch at noon?" in sink.received["bob@example.org"]
    assert capsys.readouterr().out == "bob@example.org: tls\n"
    assert not (tmp_path / "pickup").exists()


def test_bcc_gets_the_message_and_nobody_sees_it(
    monkeypatch: pytest.MonkeyPatch, sink: Sink, tmp_path: Path
) -> None:
    for text in ("Lunch at noon?\n", "MRN 12345678, diagnosis: diabetes, HbA1c 9.1\n"):
        sink.received.clear()
        assert run(monkeypatch, sink, tmp_path, text, bcc="Eve <eve@example.net>") == 0
        assert set(sink.received) == {"bob@example.org", "eve@example.net"}
        assert b"eve@" not in sink.received["bob@example.org"]
        assert b"bcc" not in b"".join(sink.received.values()).lower()
    for sealed in (tmp_path / "pickup").glob("*.sealed"):
        key = sealwax.LocalKey.from_text(sealed.with_suffix(".key").read_text(encoding="ascii").strip())
        assert b"eve@" not in sealwax.Engine().open(sealed.read_bytes(), keys=[key])


def test_phi_is_sealed_and_the_notice_holds_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, sink, tmp_path, "MRN 12345678, diagnosis: diabetes, HbA1c 9.1\n") == 0
    assert capsys.readouterr().out == "bob@example.org: portal\n"
    notice = sink.received["bob@example.org"]
    assert b"https://portal.clinic.example/" in notice
    for secret in (b"12345678", b"diabetes", b"your results"):
        assert secret not in notice
    [sealed] = (tmp_path / "pickup").glob("*.sealed")
    key = sealwax.LocalKey.from_text(sealed.with_suffix(".key").read_text(encoding="ascii").strip())
    opened = sealwax.Engine().open(sealed.read_bytes(), keys=[key])
    assert b"MRN 12345678" in opened
    assert b"Subject: your results" in opened
