"""Messages as callers hold them."""

from __future__ import annotations

from email.message import Message
from typing import TypeAlias

__all__ = ["MessageLike", "raw"]

MessageLike: TypeAlias = bytes | bytearray | memoryview | Message
"""A message as bytes, or as a message of the standard library's ``email`` package."""


def raw(message: MessageLike) -> bytes | bytearray | memoryview:
    """The bytes of a message.

    A message of the ``email`` package is written out with CRLF line ends, as ``smtplib`` would send it. What is
    parsed by that package and written out again is not always byte for byte what came in, which breaks signatures:
    to relay a message, keep its bytes and pass them.
    """
    if isinstance(message, Message):
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    if isinstance(message, bytes | bytearray | memoryview):
        return message
    raise TypeError(f"a message is bytes, bytearray, memoryview or an email message, not {type(message).__name__}")
