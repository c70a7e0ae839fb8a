"""On what terms a message is sealed, what a sealed message says in clear, and who shall open it from now on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from . import _sealwax
from ._values import own, settle
from .keys import SigningKey, VerifyingKey
from .moment import millis, moment
from .record import Record

__all__ = ["Header", "MemoryProtection", "Opened", "Rewrapped", "Stanza", "Terms", "protect_memory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a sealed message says and keeps to, beside its keys.

    >>> from sealwax import Engine, Header, KeyRing, Terms
    >>> ring = KeyRing().rotated("clinic-7/2027-01")
    >>> key = ring.active("clinic-7/2027-01")
    >>> terms = Terms(bucket="clinic-7/2027-01", retention="six-years", key_epoch=ring.epoch)
    >>> sealed = Engine().seal(b"labs", keys=[key], terms=terms)
    >>> Header.parse(sealed).bucket
    'clinic-7/2027-01'
    """

    stored: Mapping[str, str] = field(default_factory=dict)
    """Pairs that stand in clear in the header and are bound to the message: never anything about a patient."""
    retention: str = ""
    """The name of the retention class, in clear."""
    not_after: datetime | int | None = None
    """When the message is to be destroyed, in clear; ``None`` to keep it without end."""
    bucket: str | None = None
    """The id of the one key that may open the message, so that destroying that key destroys the message."""
    key_epoch: int = 0
    """The epoch of the key ring that the keys are from; 0 is none."""
    protect_recipients: bool = True
    """Whether a message does not open any more when somebody who cannot open it adds or takes away a recipient."""
    threads: int = 1
    """How many threads may share the sealing of one message of 1 MiB or more; they are joined before the call returns."""
    anonymous: bool = False
    """Whether headers name no recipient, only the kind of each key; not for a ``KeyService``, which is asked by its name."""
    padded: bool = False
    """Whether the length of the message tells only about how long its content is: what is shorter than 256 bytes is made that
    long, and at most 7 % are added to all else.
    """
    sign: SigningKey | None = None
    """Who signs the message, so that its readers know who sealed it, and nobody else."""

    def __post_init__(self) -> None:
        """Takes its own copy of ``stored``, and refuses what is not of its field's type."""
        settle(self)


Shape = tuple[dict[str, str], str, int | None, str | None, int, bool, int, bool, bool, SigningKey | None]


def shape(terms: Terms | None) -> Shape:
    """What the extension module takes."""
    terms = Terms() if terms is None else own("terms", Terms, terms)
    end = None if terms.not_after is None else millis(terms.not_after)
    return (
        dict(terms.stored),
        terms.retention,
        end,
        terms.bucket,
        terms.key_epoch,
        terms.protect_recipients,
        terms.threads,
        terms.anonymous,
        terms.padded,
        terms.sign,
    )


class Opened(NamedTuple):
    """What was sealed, and who signed it."""

    content: bytes
    """What was sealed."""
    sender: VerifyingKey | None
    """Whose signature it bears, proved to be right; ``None`` when nobody signed it. Whether the key is that of somebody whom
    you know is for you to say, or for ``senders``.
    """


class Header(Record):
    """What the header of a sealed message says in clear; none of it is proved until the message is opened."""

    __slots__ = ()

    @classmethod
    def parse(cls, sealed: bytes | bytearray | memoryview) -> Header:
        """Reads the header at the front of a sealed message, or one that was kept apart; raises ``HeaderError``."""
        text, _ = _sealwax.header(sealed)
        return cls(json.loads(text))

    @staticmethod
    def length(sealed: bytes | bytearray | memoryview) -> int:
        """The length of the header at the front of a sealed message, behind which its body begins."""
        return _sealwax.header(sealed)[1]

    @property
    def sealed_id(self) -> str:
        """The random id of the message, for logs and audit records."""
        return cast(str, self._shape["sealed_id"])

    @property
    def digest(self) -> str:
        """SHA-256 of the whole header: a host that keeps it apart notices an older header, which somebody put back."""
        return cast(str, self._shape["digest"])

    @property
    def key_epoch(self) -> int:
        """The epoch of the sender's key ring; 0 when there is none."""
        return cast(int, self._shape["key_epoch"])

    @property
    def retention(self) -> str:
        """The name of the retention class; empty for none."""
        return cast(str, self._shape["retention"]["class"])

    @property
    def not_after(self) -> datetime | None:
        """When the message is to be destroyed; ``None`` to keep it without end."""
        end = self._shape["retention"]["not_after"]
        return None if end is None else moment(end)

    @property
    def bucket(self) -> str | None:
        """The bucket that the message belongs to."""
        return cast("str | None", self._shape["bucket"])

    @property
    def stored(self) -> dict[str, str]:
        """The pairs that stand in clear."""
        return dict(self._shape["context"])

    @property
    def needs_context(self) -> bool:
        """Whether opening needs the context that was given when it was sealed."""
        return cast(bool, self._shape["needs_context"])

    @property
    def stanzas(self) -> tuple[Stanza, ...]:
        """Who can open the message."""
        return tuple(map(Stanza, self._shape["recipients"]))

    @property
    def protects_recipients(self) -> bool:
        """Whether a removed recipient would be noticed."""
        return cast(bool, self._shape["recipients_protected"])

    @property
    def is_signed(self) -> bool:
        """Whether a sender signed it; who it was is known when it is opened."""
        return cast(bool, self._shape["signed"])

    @property
    def is_padded(self) -> bool:
        """Whether its length tells only about how long the plaintext is."""
        return cast(bool, self._shape["padded"])

    @property
    def size(self) -> int | None:
        """The length of the plaintext, told by that of the message, and the most that it can be when it is padded; ``None``
        for a header without its body.
        """
        return cast("int | None", self._shape["message_bytes"])

    def __repr__(self) -> str:
        return f"<Header {self.sealed_id} stanzas={len(self.stanzas)}>"


class Stanza(Record):
    """One who can open a message."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """How the data key is wrapped, such as ``local`` or ``rsa-oaep-sha256``."""
        return cast(str, self._shape["kind"])

    @property
    def name(self) -> str:
        """The name of the key, as ``remove=`` of ``Engine.rewrap`` takes it."""
        return cast(str, self._shape["key"])

    @property
    def id(self) -> str:
        """The id in that name, which a bucket is compared with."""
        return cast(str, self._shape["id"])

    def __repr__(self) -> str:
        return f"<Stanza {self.kind} {self.name}>"


class Rewrapped(NamedTuple):
    """What ``Engine.rewrap`` made: the message is ``header`` and, behind it, the old message from ``old_length`` on."""

    header: bytes
    """The new header."""
    old_length: int
    """How many bytes of the old message it stands for."""
    changed: bool
    """Whether it differs from the old one."""


class MemoryProtection(NamedTuple):
    """What the system granted."""

    locked: bool
    """All memory of the process, now and later, is locked against swapping."""
    no_dumps: bool
    """No core dump is written, and no process of the same user may read the memory."""


def protect_memory() -> MemoryProtection:
    """Asks the system to keep the memory of this process, and with it every key, out of swap and core dumps.

    On Linux, memory is locked only where the process may lock without limit (``ulimit -l unlimited``); on other systems
    nothing is granted. A refusal is no exception: whoever needs protection looks at the answer. Python itself may still
    copy a key that is held as text.
    """
    return MemoryProtection(*_sealwax.protect_memory())
