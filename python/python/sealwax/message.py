"""Messages as callers hold them."""

from __future__ import annotations

from email.errors import InvalidBase64CharactersDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect
from email.generator import BytesGenerator
from email.message import Message
from email.policy import EmailPolicy
from io import BytesIO
from typing import TypeAlias

from .errors import ArgumentError, EvaluateError

__all__ = ["MessageLike", "raw"]

MessageLike: TypeAlias = bytes | bytearray | memoryview | Message
"""A message as bytes, or as a message of the standard library's ``email`` package.

Of a message of Django, pass what its ``message()`` returns.
"""


def raw(message: MessageLike) -> bytes | bytearray | memoryview:
    """The bytes of a message.

    A message of the ``email`` package is written out with CRLF line ends, as ``smtplib`` would send it. What is
    parsed by that package and written out again is not always byte for byte what came in, which breaks signatures:
    to relay a message, keep its bytes and pass them.

    A message with defects cannot be written out again as it came in, so what would be judged is not what came in: it is
    refused, with ``EvaluateError`` of the code ``incomplete``, as is one that cannot be written out. Pass its bytes.
    """
    if isinstance(message, Message):
        return _written(message)
    if isinstance(message, bytes | bytearray | memoryview):
        return message
    raise ArgumentError(f"a message is bytes, bytearray, memoryview or an email message, not {type(message).__name__}")


def _written(message: Message) -> bytes:
    if any(type(defect) not in _WRITTEN_AS_READ for part in message.walk() for defect in part.defects):
        raise EvaluateError(_INCOMPLETE, "incomplete")
    policy = message.policy
    if isinstance(policy, EmailPolicy):
        policy = policy.clone(refold_source="none")  # a field stays as it was read, however odd
    out = BytesIO()
    try:
        # Not by `as_bytes`: that of Django's messages takes no policy.
        BytesGenerator(out, mangle_from_=False, policy=policy).flatten(message, linesep="\r\n")
        return out.getvalue()
    except Exception:  # whatever the package raises may hold content, so neither it nor its context is passed on
        refusal = EvaluateError(_INCOMPLETE, "incomplete")
    raise refusal


_INCOMPLETE = "the email message has defects or cannot be written out: pass the bytes that it was read from"
# Noted when a part is decoded; the part itself is written as it was read.
_WRITTEN_AS_READ = (InvalidBase64CharactersDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect)
