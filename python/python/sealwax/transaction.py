"""The SMTP envelope and what the host knows of the people in it.

Plain frozen values. What is left out takes the safe end: an unknown capability is none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, TypeAlias

from ._values import freeze, present
from .consent import Waiver
from .evidence import Evidence, Transport

__all__ = ["Authentication", "BaaState", "ListContext", "Method", "Recipient", "Transaction"]

Authentication: TypeAlias = Literal["none", "single-factor", "second-factor"]
"""How a recipient is authenticated when they open a sealed message."""

BaaState: TypeAlias = Literal["phi-forbidden", "unknown", "not-needed", "signed"]
"""Whether a business associate agreement stands (45 CFR 164.504(e))."""

Method: TypeAlias = Literal["tls", "smime", "pgp", "portal"]
"""How a message travels, least friction for the reader first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """An SMTP transaction (RFC 5321, section 3.3): a sender, recipients, and what the host knows and can do.

    >>> transaction = Transaction(sender="ann@clinic.example", recipients=["bob@example.org"], purpose="billing")
    >>> transaction.to_dict()["recipients"][0]["baa"]
    'unknown'
    """

    sender: str
    """The sender's address."""
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
        """Takes its own copy of each collection."""
        freeze(self, "recipients", "groups", "methods", "flags")

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
    """The address as it stands in the envelope: no display name."""
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
    authentication: Authentication = "none"
    """How the recipient is authenticated when they open a sealed message."""
    waivers: Collection[Waiver] = ()
    """Waiver records that the host holds for this recipient."""

    def __post_init__(self) -> None:
        """Takes its own copy of each collection."""
        freeze(self, "evidence", "waivers")

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return {
            "address": self.address,
            "internal": self.internal,
            "evidence": [item.to_dict() for item in self.evidence],
            "keys": {"smime": self.smime, "pgp": self.pgp},
            "baa": self.baa,
            "authentication": self.authentication,
            "waivers": [waiver.to_dict() for waiver in self.waivers],
        }


@dataclass(frozen=True, slots=True)
class ListContext:
    """The list or audience that recipients were taken from."""

    id: str
    """The list's name or ``List-Id`` (RFC 2919)."""
    _: KW_ONLY
    health: bool = False
    """Whether being on the list tells something of a person's health, as with "dialysis clinic patients"."""

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return {"id": self.id, "health": self.health}


def _known(recipient: Recipient | str) -> Recipient:
    if isinstance(recipient, str):
        return Recipient(recipient)
    if isinstance(recipient, Recipient):
        return recipient
    raise TypeError(f"a recipient is a Recipient or an address, not {type(recipient).__name__}")
