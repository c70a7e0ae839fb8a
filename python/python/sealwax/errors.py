"""What can go wrong. No exception ever holds message text, a match or a key."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "ArgumentError",
    "EvaluateError",
    "FactsError",
    "HeaderError",
    "KeyFormatError",
    "OpenError",
    "PolicyError",
    "RedactError",
    "SealError",
    "SealwaxError",
]


class SealwaxError(Exception):
    """The base of every exception that this package raises of its own."""

    def __init__(self, message: str, code: str = "error", *details: object) -> None:
        """Makes an exception; all of it is in ``args``, so that it travels between processes."""
        super().__init__(message, code, *details)
        self._message = message
        self._code = code

    @property
    def code(self) -> str:
        """A stable word for programs; the text may change between versions."""
        return self._code

    def __str__(self) -> str:
        return self._message


class PolicyError(SealwaxError):
    """The policy cannot be loaded; the engine that ran before it, if any, goes on unchanged."""

    def __init__(
        self,
        message: str,
        code: str = "error",
        line: int | None = None,
        column: int | None = None,
        file: str | None = None,
    ) -> None:
        """Makes an exception for a place in a policy."""
        super().__init__(message, code, line, column, file)
        self._file = file
        self._line = line
        self._column = column

    @property
    def file(self) -> str | None:
        """The included file that is at fault, by the name that it is included by; ``None`` for the policy itself."""
        return self._file

    @property
    def line(self) -> int | None:
        """The line of the text of the policy or of ``file``, from 1; ``None`` when the fault has no place."""
        return self._line

    @property
    def column(self) -> int | None:
        """The column in that line, from 1; ``None`` when the fault has no place."""
        return self._column


class FactsError(SealwaxError, ValueError):
    """A transaction, a recipient or a time has a value that does not exist, or that the policy does not know.

    The value itself is repeated only where it is one plain word in the place of a literal.
    """

    def __init__(
        self,
        message: str,
        code: str = "facts",
        field: str | None = None,
        recipient: int | None = None,
        nearest: str | None = None,
        allowed: Sequence[str] = (),
    ) -> None:
        """Makes an exception for a field of the facts."""
        super().__init__(message, code, field, recipient, nearest, allowed)
        self._field = field
        self._recipient = recipient
        self._nearest = nearest
        self._allowed = tuple(allowed)

    @property
    def field(self) -> str | None:
        """The field, such as ``flags``, or ``evidence.suite`` of a recipient; ``None`` where the text alone names it."""
        return self._field

    @property
    def recipient(self) -> int | None:
        """Which recipient it is of, counted from 1; ``None`` for the message as a whole."""
        return self._recipient

    @property
    def nearest(self) -> str | None:
        """The known value that was probably meant."""
        return self._nearest

    @property
    def allowed(self) -> tuple[str, ...]:
        """The values that would do; empty where there are none, or too many to be listed."""
        return self._allowed


class ArgumentError(SealwaxError, TypeError, ValueError):
    """An argument is of a type, or has a value, that the call does not take. The argument itself is not repeated."""

    def __init__(self, message: str, code: str = "argument") -> None:
        """Makes an exception for an argument."""
        super().__init__(message, code)


class EvaluateError(SealwaxError):
    """The message cannot be evaluated as asked: the transaction has no recipient, or a feed was already finished."""


class RedactError(SealwaxError):
    """Identifiers are still found after every effort to take them out; nothing is given out then."""


class SealError(SealwaxError):
    """The message cannot be sealed."""


class HeaderError(SealwaxError, ValueError):
    """The header of a sealed message cannot be read: it is no sealed message, a newer one, or cut or broken."""


class OpenError(SealwaxError):
    """The sealed message cannot be opened.

    A wrong key, a changed byte and a truncated file are one error on purpose: an attacker who could tell them apart
    would learn something.
    """


class KeyFormatError(SealwaxError, ValueError):
    """The text is not a key. The text itself is not repeated."""
