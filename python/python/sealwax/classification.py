"""What a message is."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from .record import Record

__all__ = ["Classification", "Level", "Strictness"]

Strictness: TypeAlias = Literal["narrow", "balanced", "strict"]
Level: TypeAlias = Literal["none", "personal", "sensitive", "critical"]
"""How sensitive a message is."""


class Classification(Record):
    """What a message is: its level, its categories, and the reasons in words."""

    __slots__ = ()

    @property
    def level(self) -> Level:
        """How sensitive it is."""
        return cast(Level, self._shape["level"])

    @property
    def categories(self) -> tuple[str, ...]:
        """The kinds of sensitive content in it, such as ``phi``."""
        return tuple(self._shape["categories"])

    @property
    def counts(self) -> dict[str, int]:
        """Per label, such as ``US_SSN``, the number of distinct values."""
        return dict(self._shape["counts"])

    @property
    def implied_phi(self) -> bool:
        """Whether the health context comes from outside the text: the list, the sender or the host."""
        return cast(bool, self._shape["implied_phi"])

    @property
    def rule(self) -> str | None:
        """The rule by which it is PHI, such as ``named-condition``; ``None`` where it is not, or where the list, the
        sender or what nobody read says so."""
        return cast("str | None", self._shape.get("rule"))

    @property
    def silenced(self) -> dict[str, int]:
        """Per detector, such as ``us-phone``, how many findings the policy's allow-lists silenced."""
        return dict(self._shape.get("silenced", {}))

    @property
    def forms(self) -> dict[str, dict[str, int]]:
        """Per section of forms of the policy that changed what is found: how many findings blank copies silence
        (``silenced``), and how many entries filled ones have (``entries``).
        """
        return {name: dict(how) for name, how in self._shape.get("forms", {}).items()}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words; never a matched value."""
        return tuple(self._shape["reasons"])

    def __repr__(self) -> str:
        return f"<Classification level={self.level} categories={','.join(self.categories)}>"
