"""The SMTP envelope and what the host knows of the people in it.

Plain frozen values. What is left out takes the safe end: an unknown capability is none.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, TypeAlias

from . import _sealwax
from ._values import own, present, settle
from .consent import Preference, Waiver
from .evidence import Evidence, Transport

__all__ = ["Agreement", "Authentication", "BaaState", "ListContext", "Method", "Party", "Recipient", "Transaction"]

Authentication: TypeAlias = Literal["none", "single-factor", "second-factor"]
"""How a recipient is authenticated when they open a sealed message."""

BaaState: TypeAlias = Literal["phi-forbidden", "none", "unknown", "not-needed", "signed"]
"""Whether a business associate agreement stands (45 CFR 164.504(e)).

``none`` says that it is known that none stands with an organisation that needs one.
"""

Party: TypeAlias = Literal["organization", "unknown", "individual"]
"""Who a recipient is, as far as agreements go: an individual, such as a patient, needs none."""

Method: TypeAlias = Literal["tls", "smime", "pgp", "portal"]
"""How a message travels, least friction for the reader first."""


class _Told:
    """What the engine was told of a frozen value, kept beside its fields: it is read once for all messages."""

    __slots__ = ("_facts",)

    _facts: _sealwax.Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction(_Told):
    """An SMTP transaction (RFC 5321, section 3.3): a sender, recipients, and what the host knows and can do.

    >>> transaction = Transaction(sender="ann@clinic.example", recipients=["bob@example.org"], purpose="billing")
    >>> transaction.to_dict()["recipients"][0]["baa"]
    'unknown'
    """

    sender: str
    """The sender's address, in any form that names one; empty for a bounce."""
    recipients: Collection[Recipient | str]
    """The recipients, in the order of the answer's deliveries; an address alone is one of whom nothing is known."""
    account: str | None = None
    """The account that the sender belongs to, for the policy's account floor."""
    groups: Collection[str] = ()
    """The groups that the sender belongs to, beside those that the policy derives from the address."""
    stream: str | None = None
    """The stream the host sends it in, for instance ``bulk`` or ``business``."""
    purpose: str | None = None
    """What the message is for, for instance ``appointment``, ``billing`` or ``newsletter``."""
    list: ListContext | None = None
    """The list or audience that the recipients were taken from."""
    methods: Collection[Method] | None = None
    """The methods that the host can carry out; ``None`` stands for TLS and the portal."""
    enforces: Transport | None = None
    """The level below which the host refuses to send when a delivery asks for it; ``None`` is ``encrypted``."""
    require_tls: bool = False
    """Whether the client demanded REQUIRETLS in its MAIL command (RFC 8689): authenticated TLS on every hop."""
    flags: Collection[str] = ()
    """Facts that the host raises by name; the policy can only raise on them."""

    def __post_init__(self) -> None:
        """Takes its own copy of each collection, and refuses what is not of its field's type."""
        settle(self)

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return present(
            sender=self.sender,
            recipients=[_known(recipient).to_dict() for recipient in self.recipients],
            account=self.account,
            groups=[*self.groups],
            stream=self.stream,
            purpose=self.purpose,
            list=None if self.list is None else self.list.to_dict(),
            methods=None if self.methods is None else [*self.methods],
            enforces=self.enforces,
            require_tls=self.require_tls or None,
            flags=[*self.flags],
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient and what the host knows of them."""

    address: str
    """The address, in any form that names one; what is not one address is refused."""
    _: KW_ONLY
    internal: bool = False
    """Whether the recipient belongs to the sender's own organisation."""
    evidence: Collection[Evidence] = ()
    """What is known of how the recipient's server can be reached."""
    smime: bool = False
    """Whether a valid S/MIME certificate is at hand (RFC 8551)."""
    pgp: bool = False
    """Whether a valid OpenPGP key is at hand (RFC 9580)."""
    baa: BaaState = "unknown"
    """Whether a business associate agreement stands."""
    party: Party | None = None
    """Who they are; ``None`` leaves it to the policy's sets, partners and ``default_recipient``."""
    agreement: Agreement | None = None
    """When the agreement stands and which document it is; one that does not stand is as good as none."""
    authentication: Authentication | None = None
    """How the portal authenticates the recipient; ``None`` when it is not known: ``Delivery.reader`` then asks for it. With
    ``"none"`` the portal seals nothing for them.
    """
    waivers: Collection[Waiver] = ()
    """Waiver records that the host holds for this recipient."""
    preferences: Collection[Preference] = ()
    """The recipient's wishes about mail to them that the host holds."""

    def __post_init__(self) -> None:
        """Takes its own copy of each collection, and refuses what is not of its field's type."""
        settle(self)

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return present(
            address=self.address,
            internal=self.internal,
            evidence=[item.to_dict() for item in self.evidence],
            keys={"smime": self.smime, "pgp": self.pgp},
            baa=self.baa,
            party=self.party,
            agreement=None if self.agreement is None else self.agreement.to_dict(),
            authentication=self.authentication,
            waivers=[waiver.to_dict() for waiver in self.waivers],
            preferences=[preference.to_dict() for preference in self.preferences],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """When a business associate agreement stands, and the hash of its document.

    >>> Agreement(date="2026-01-01", end="2026-12-31").to_dict()
    {'date': '2026-01-01', 'end': '2026-12-31'}
    """

    date: str | None = None
    """The first day, or the time, from which it stands (RFC 3339); ``None``: it always has."""
    end: str | None = None
    """The last day on which it stands, or the time at which it ends; ``None``: it always will."""
    document_sha256: str | None = None
    """SHA-256 of the signed document, 64 hexadecimal digits."""

    def __post_init__(self) -> None:
        """Refuses what is not of its field's type."""
        settle(self)

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return present(date=self.date, end=self.end, document_sha256=self.document_sha256)


@dataclass(frozen=True, slots=True)
class ListContext:
    """The list or audience that recipients were taken from."""

    id: str
    """The list's name or ``List-Id`` (RFC 2919)."""
    _: KW_ONLY
    health: bool = False
    """Whether being on the list tells something of a person's health, as with "dialysis clinic patients"."""

    def __post_init__(self) -> None:
        """Refuses what is not of its field's type."""
        settle(self)

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return {"id": self.id, "health": self.health}


def _known(recipient: Recipient | str) -> Recipient:
    return Recipient(recipient) if isinstance(recipient, str) else recipient


def facts(transaction: Transaction) -> _sealwax.Facts:
    """What the engine reads of a transaction."""
    known: _sealwax.Facts | None = getattr(own("transaction", Transaction, transaction), "_facts", None)
    if known is not None:
        return known
    shape = transaction.to_dict()
    # One by one, so that many recipients do not hold the interpreter.
    recipients = ", ".join([json.dumps(recipient) for recipient in shape.pop("recipients", ())])
    members = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in shape.items()]
    read = _sealwax.Facts("{" + ", ".join([*members, f'"recipients": [{recipients}]']) + "}")
    object.__setattr__(transaction, "_facts", read)
    return read
