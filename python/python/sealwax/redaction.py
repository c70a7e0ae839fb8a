"""What was taken out of a message, and what need not be in it."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from .record import Record

__all__ = ["Identified", "Identifiers", "Mode", "Purpose", "Redaction", "Removed"]

Mode: TypeAlias = Literal["mask", "pseudonym", "remove", "type"]
"""What takes the place of a value."""

Purpose: TypeAlias = Literal[
    "appointment",
    "billing",
    "individual",
    "newsletter",
    "operations",
    "research",
    "research-limited",
    "treatment",
]
"""What a message is for, as far as it decides which identifiers need to be in it (45 CFR 164.502(b))."""


class Redaction(Record):
    """What was taken out, by type and place; never a value."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """The id that the caller gave the message."""
        return cast(str, self._shape["id"])

    @property
    def redacted(self) -> dict[str, int]:
        """Per type, such as ``US_SSN``, how many values."""
        return dict(self._shape["redacted"])

    @property
    def removed(self) -> tuple[Removed, ...]:
        """The parts of a message that could not be rewritten, and were replaced by a line that says so."""
        return tuple(map(Removed, self._shape["removed"]))


class Removed(Record):
    """A part that could not be rewritten."""

    __slots__ = ()

    @property
    def part(self) -> str:
        """Its IMAP section number in the message that was given."""
        return cast(str, self._shape["part"])

    @property
    def kind(self) -> str:
        """The first half of its media type, such as ``image``."""
        return cast(str, self._shape["kind"])


class Identifiers(Record):
    """The identifiers of 45 CFR 164.514(b)(2) in a message."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """The id that the caller gave the message."""
        return cast(str, self._shape["id"])

    @property
    def purpose(self) -> Purpose | None:
        """The purpose that was stated."""
        return cast("Purpose | None", self._shape["purpose"])

    @property
    def safe_harbor(self) -> bool:
        """Whether none was found."""
        return cast(bool, self._shape["safe_harbor"])

    @property
    def unneeded(self) -> int | None:
        """How many the purpose does not need; ``None`` when none was stated."""
        return cast("int | None", self._shape["unneeded"])

    @property
    def identifiers(self) -> tuple[Identified, ...]:
        """By letter and type."""
        return tuple(map(Identified, self._shape["identifiers"]))


class Identified(Record):
    """Identifiers of one type."""

    __slots__ = ()

    @property
    def type(self) -> str:
        """The type, such as ``US_SSN``."""
        return cast(str, self._shape["type"])

    @property
    def letter(self) -> str:
        """Its item in 45 CFR 164.514(b)(2)(i), from ``A`` to ``R``."""
        return cast(str, self._shape["safe_harbor"])

    @property
    def kind(self) -> str:
        """The item in words."""
        return cast(str, self._shape["kind"])

    @property
    def count(self) -> int:
        """How many were found."""
        return cast(int, self._shape["count"])

    @property
    def needed(self) -> bool | None:
        """Whether the purpose needs it; ``None`` when none was stated."""
        return cast("bool | None", self._shape["needed"])
