"""Sends an ``EmailMessage`` the way a policy asks for: as it is, or sealed for pickup with a notice instead.

    python send_mail.py --host 127.0.0.1 --port 25 --pickup ./pickup message.eml
"""

from __future__ import annotations

import argparse
import smtplib
import ssl
import sys
from collections.abc import Iterator
from email import message_from_binary_file
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from ipaddress import ip_address
from pathlib import Path

import sealwax


def main() -> int:
    """Reads the command line and sends one message; 1 when a recipient does not get it."""
    parser = argparse.ArgumentParser(description="Send a message the way a policy asks for.")
    parser.add_argument("message", type=Path, help="the message, as a file")
    parser.add_argument("--host", default="127.0.0.1", help="the next mail server")
    parser.add_argument("--port", type=int, default=25)
    parser.add_argument("--policy", type=Path, help="a policy file; without one, the profile hipaa-2013")
    parser.add_argument("--pickup", type=Path, required=True, help="the folder that sealed messages are put into")
    arguments = parser.parse_args()
    with arguments.message.open("rb") as file:
        message = message_from_binary_file(file, EmailMessage, policy=SMTP)
    with connect(arguments.host, arguments.port) as smtp:
        outcomes = list(send(message, sealwax.Engine(policy=arguments.policy), smtp, arguments.pickup))
    for delivery, was_sent in outcomes:
        print(f"{delivery.recipient}: {delivery.method if was_sent else delivery.action}")
    return 0 if all(was_sent for _, was_sent in outcomes) else 1


def connect(host: str, port: int) -> smtplib.SMTP:
    """A connection by TLS, or to this very machine: nothing is handed over in clear text to another."""
    smtp = smtplib.SMTP(host, port)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
    elif smtp.sock is None or not ip_address(smtp.sock.getpeername()[0]).is_loopback:
        smtp.close()
        raise ConnectionError(f"{host} offers no TLS")
    return smtp


def send(
    message: EmailMessage, engine: sealwax.Engine, smtp: smtplib.SMTP, pickup: Path
) -> Iterator[tuple[sealwax.Delivery, bool]]:
    """Asks for a verdict and carries it out, recipient by recipient; says whether each was sent."""
    [(_, sender)] = getaddresses(message.get_all("From", []))
    fields = [value for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    recipients = list(dict.fromkeys(address for _, address in getaddresses(fields)))
    # These bytes are judged: what is judged must be what travels, with the edits of each delivery. Nobody sees a `Bcc`:
    # `outer` takes it out of what leaves, and `inner` out of what is sealed.
    raw = message.as_bytes()
    for delivery in engine.evaluate(raw, sender=sender, recipients=recipients).deliveries:
        match delivery.action, delivery.method:
            case "send", "local" | "clear" | "tls" if leaving := delivery.outer(raw):
                # A mail server holds the next connection to `delivery.transport`: see `transport.postfix`.
                smtp.sendmail(sender, delivery.recipient, leaving)
            case "send", "portal":
                name = seal(sealwax.inner(raw), engine, pickup)
                smtp.send_message(notice(sender, delivery.recipient, name), sender, delivery.recipient)
            case _:
                yield delivery, False  # held, returned, or by a method that this program does not know
                continue
        yield delivery, True


def seal(raw: bytes, engine: sealwax.Engine, pickup: Path) -> str:
    """Seals the message under a key of its own into the folder, with the key beside it, and gives the file's name.

    A real portal keeps the keys apart from the sealed messages: in a key service, or with the recipient.
    """
    key = sealwax.LocalKey.generate()
    name = key.name.partition(":")[2]
    pickup.mkdir(mode=0o700, exist_ok=True)
    (pickup / f"{name}.sealed").write_bytes(engine.seal(raw, keys=[key]))
    path = pickup / f"{name}.key"
    path.touch(mode=0o600)
    path.write_text(key.to_text() + "\n", encoding="ascii")
    return name


def notice(sender: str, recipient: str, name: str) -> EmailMessage:
    """A message that says nothing but where the real one waits: subject and body of the real one stay out of it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, "A protected message is waiting"
    message.set_content(f"Pick up your message at https://portal.clinic.example/{name}\n")
    return message


if __name__ == "__main__":
    sys.exit(main())
