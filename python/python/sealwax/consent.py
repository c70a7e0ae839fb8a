"""Waivers and preferences: an individual's choices about mail to them, as the host keeps them.

A waiver lowers protection as far as the policy allows; a preference only raises.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from ._values import present, settle
from .classification import Level
from .moment import rfc3339

__all__ = ["Asks", "Basis", "Change", "Form", "Preference", "Status", "Waiver"]

Asks: TypeAlias = Literal["elsewhere", "opt-out", "sealed"]
"""What an individual asks for: another way than mail to this address, no mail of a kind, or sealed mail only."""

Basis: TypeAlias = Literal[
    "access-164.524",
    "authorization-164.508",
    "confidential-communication-164.522b",
    "preference",
]
"""The ground that a waiver stands on."""

Form: TypeAlias = Literal["electronic", "email", "oral", "paper"]
"""The form in which a choice was expressed."""

Status: TypeAlias = Literal["active", "expired", "proposed", "revoked", "suspended", "superseded"]
"""The status of a waiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the status of a waiver or a preference."""

    at: datetime | int
    """When."""
    status: Status
    """To what."""
    actor: str
    """By whom."""
    reason: str = ""
    """Why."""

    def __post_init__(self) -> None:
        """Refuses what is not of its field's type, and words and times that do not exist."""
        settle(self)

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
    """The categories it covers; a message with any other is not covered. ``phi`` covers what PHI brings along."""
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
    review_by: datetime | int | None = None
    """When somebody has to ask again whether it still stands; a verdict says when that is over."""
    risk_notice: str | None = None
    """The version of the risk notice that was given (HHS FAQ 2060); without one no waiver is active."""
    alternative_offered: str | None = None
    """The secure way that was offered instead, such as ``portal``; without one no waiver is active."""
    entity: str | None = None
    """The covered entity that it was given to: it covers mail of no other."""
    sender: str | None = None
    """The only sender whose mail it covers; ``None`` is any."""
    group: str | None = None
    """The only group of senders whose mail it covers; ``None`` is any."""
    form: Form | None = None
    """How the choice was expressed; one that was spoken needs ``artefact_sha256`` and ``captured_by``."""
    artefact_sha256: str | None = None
    """The SHA-256 of what shows the choice, in hexadecimal digits; it goes with ``form``."""
    captured_by: str | None = None
    """Who wrote it down."""
    history: Collection[Change]
    """The append-only history of its status, oldest first."""

    def __post_init__(self) -> None:
        """Takes its own copy of each collection, and refuses what is not of its field's type."""
        settle(self)

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
            review_by=None if self.review_by is None else rfc3339(self.review_by),
            risk_notice=self.risk_notice,
            alternative_offered=self.alternative_offered,
            entity=self.entity,
            sender=self.sender,
            group=self.group,
            expression=None if self.form is None else present(form=self.form, artefact_sha256=self.artefact_sha256),
            captured_by=self.captured_by,
            history=[change.to_dict() for change in self.history],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """An individual's wish about mail to them (45 CFR 164.522): the mail is sealed, or it is returned.

    >>> told = Change(at=0, status="active", actor="front desk")
    >>> wish = Preference(id="p1", recipient="ann@example.org", asks="opt-out", effective_from=0, history=[told])
    >>> wish.to_dict()["asks"]
    'opt-out'
    """

    id: str
    """The record's id, unique among the preferences of the registry."""
    recipient: str
    """The exact address that the wish is about."""
    asks: Asks
    """What is asked for."""
    purposes: Collection[str] = ()
    """The kinds of communication that it is about, such as ``newsletter``; empty is every kind."""
    instead: str | None = None
    """The other way, in words for the sender, such as ``by letter``."""
    entity: str | None = None
    """The covered entity that was told; ``None`` is every one."""
    effective_from: datetime | int
    """From when on it holds."""
    expires: datetime | int | None = None
    """When it ends; ``None`` is open."""
    history: Collection[Change]
    """The append-only history of its status, oldest first."""

    def __post_init__(self) -> None:
        """Takes its own copy of each collection, and refuses what is not of its field's type."""
        settle(self)

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return present(
            id=self.id,
            recipient=self.recipient,
            asks=self.asks,
            purposes=list(self.purposes),
            instead=self.instead,
            entity=self.entity,
            effective_from=rfc3339(self.effective_from),
            expires=None if self.expires is None else rfc3339(self.expires),
            history=[change.to_dict() for change in self.history],
        )
