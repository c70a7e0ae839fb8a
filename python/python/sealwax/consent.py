"""Waivers: an individual's choice to receive mail with less protection, as the host keeps it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from ._values import freeze, present
from .classification import Level
from .moment import rfc3339

__all__ = ["Basis", "Change", "Status", "Waiver"]

Basis: TypeAlias = Literal[
    "access-164.524",
    "authorization-164.508",
    "confidential-communication-164.522b",
    "preference",
]
"""The ground that a waiver stands on."""

Status: TypeAlias = Literal["active", "expired", "proposed", "revoked", "suspended", "superseded"]
"""The status of a waiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a waiver's status."""

    at: datetime | int
    """When."""
    status: Status
    """To what."""
    actor: str
    """By whom."""
    reason: str = ""
    """Why."""

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return {"at": rfc3339(self.at), "status": self.status, "actor": self.actor, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An individual's documented choice to receive mail with less protection.

    It holds what a decision looks at; what else a registry keeps of the choice stays there.
    """

    id: str
    """The record's id, unique in the registry."""
    recipient: str
    """The exact address that the choice is for."""
    basis: Basis
    """The ground it stands on."""
    categories: Collection[str]
    """The categories it covers; a message with any other is not covered."""
    communications: Collection[str] = ()
    """The types of communication it covers; empty covers mail, and one that is named without ``email`` covers none."""
    purposes: Collection[str] = ()
    """The purposes it covers; empty covers a message of any purpose."""
    maximum: Level = "sensitive"
    """The highest level it covers; ``critical`` is never covered, whatever stands here."""
    effective_from: datetime | int
    """From when on it can be active."""
    expires: datetime | int | None = None
    """When it ends; ``None`` is open."""
    risk_notice: str | None = None
    """The version of the risk notice that was given (HHS FAQ 2060); without one no waiver is active."""
    history: Collection[Change]
    """The append-only history of its status, oldest first."""

    def __post_init__(self) -> None:
        """Takes its own copy of each collection."""
        freeze(self, "categories", "communications", "purposes", "history")

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return present(
            id=self.id,
            recipient=self.recipient,
            basis=self.basis,
            scope={
                "communications": list(self.communications),
                "purposes": list(self.purposes),
                "categories": list(self.categories),
                "maximum": self.maximum,
            },
            effective_from=rfc3339(self.effective_from),
            expires=None if self.expires is None else rfc3339(self.expires),
            risk_notice=self.risk_notice,
            history=[change.to_dict() for change in self.history],
        )
