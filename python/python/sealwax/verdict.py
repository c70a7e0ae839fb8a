"""The answer for a message: a ``Verdict`` with a ``Delivery`` for each recipient."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

from . import _sealwax
from ._values import own
from .classification import Classification
from .evidence import EvidenceKind, Transport
from .message import MessageLike, raw
from .moment import moment
from .record import Record
from .requirement import Contract, Requirement, Why
from .transaction import Authentication, Method

__all__ = [
    "Action",
    "Delivery",
    "DeliveryMethod",
    "Edit",
    "Fallback",
    "Keeps",
    "Kept",
    "Outcome",
    "PolicyId",
    "Proven",
    "Rejected",
    "SmtpReply",
    "Unapplied",
    "Verdict",
    "inner",
]

Action: TypeAlias = Literal["send", "approve", "hold", "return", "drop"]
"""What the host does with the message for one recipient."""

DeliveryMethod: TypeAlias = Literal["local", "clear", "tls", "smime", "pgp", "portal"]
"""How a message travels: what a host offers, and what TLS comes to where nothing leaves or nothing is demanded."""

Keeps: TypeAlias = Literal["addresses", "date", "keyword", "text"]
"""What of a header's value stays outside of the seal."""

Outcome: TypeAlias = (
    Transport
    | Literal[
        "certificate-expired",
        "certificate-host-mismatch",
        "certificate-not-trusted",
        "dane-required",
        "dnssec-invalid",
        "starttls-not-supported",
        "sts-policy-fetch-error",
        "sts-policy-invalid",
        "sts-webpki-invalid",
        "tlsa-invalid",
        "validation-failure",
    ]
)
"""How an attempt to deliver went: the level that it reached, or what failed (RFC 8460, section 4.3)."""


class Verdict(Record):
    """The answer for a whole message, read from what was decided when it is first asked for."""

    __slots__ = ("_decided", "_read")

    _decided: _sealwax.Decided | None
    _read: dict[str, Any] | None

    def __init__(self, decided: _sealwax.Decided | dict[str, Any]) -> None:
        """Wraps what was decided, or its shape; results are made by an engine, not by hand."""
        shape = decided if isinstance(decided, dict) else None
        source = own("decided", _sealwax.Decided, decided) if shape is None else None
        object.__setattr__(self, "_read", shape)
        object.__setattr__(self, "_decided", source)

    @property
    def _shape(self) -> dict[str, Any]:  # type: ignore[override]  # nobody sets it
        """The shape of the verdict."""
        # In this order: a thread that is faster sets the shape before it lets go of what was decided.
        decided, shape = self._decided, self._read
        if shape is None:
            shape = {} if decided is None else _shape_of(decided)
            object.__setattr__(self, "_read", shape)
            object.__setattr__(self, "_decided", None)
        return shape

    @property
    def policy(self) -> PolicyId:
        """The policy that decided."""
        return PolicyId(self._shape["policy"])

    @property
    def classification(self) -> Classification:
        """What the message is."""
        return Classification(self._shape["classification"])

    @property
    def complete(self) -> bool:
        """Whether everything in the message could be inspected."""
        return cast(bool, self._shape["complete"])

    @property
    def suite_lists(self) -> dict[str, list[str]]:
        """The lists of cipher suites that contracts of the deliveries name, each with the IANA names of its suites."""
        return {name: list(suites) for name, suites in self._shape["suite_lists"].items()}

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """One answer for each recipient, in the order of the transaction."""
        return tuple(Delivery(self._with_suites(shape)) for shape in self._shape["deliveries"])

    def _with_suites(self, shape: dict[str, Any]) -> dict[str, Any]:
        """A delivery whose contract has its suites, which stand once in the shape of the verdict."""
        contract = shape["transport"]
        if contract is None:
            return shape
        suites = self._shape["suite_lists"].get(contract["suite_list"], [])
        return {**shape, "transport": {**contract, "suites": suites}}

    def __repr__(self) -> str:
        return f"<Verdict level={self.classification.level} deliveries={len(self._shape['deliveries'])}>"


class PolicyId(Record):
    """Which policy decided."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name that the policy gives itself."""
        return cast(str, self._shape["name"])

    @property
    def hash(self) -> str:
        """SHA-256 of its canonical form, in hexadecimal."""
        return cast(str, self._shape["hash"])

    def __repr__(self) -> str:
        return f"<PolicyId {self.name} {self.hash[:12]}>"


class Delivery(Record):
    """The answer for one recipient."""

    __slots__ = ()

    @property
    def recipient(self) -> str:
        """The recipient's address."""
        return cast(str, self._shape["recipient"])

    @property
    def summary(self) -> str:
        """One line for a log: the recipient, the method or the action, and what decided."""
        return cast(str, self._shape["summary"])

    @property
    def action(self) -> Action:
        """What the host does."""
        return cast(Action, self._shape["action"])

    @property
    def method(self) -> DeliveryMethod | None:
        """How the message travels; ``None`` when it does not."""
        return cast("DeliveryMethod | None", self._shape["method"])

    @property
    def reader(self) -> Authentication | None:
        """What the portal asks of the recipient, at least, before it opens the message for them; ``None`` where neither the
        method nor the fallback is the portal. The secret of a link that is in the mail with the link authenticates nobody.
        """
        return cast("Authentication | None", self._shape.get("reader"))

    @property
    def fallback(self) -> Fallback | None:
        """What the host does when the contract cannot be met."""
        shape = self._shape["fallback"]
        return None if shape is None else Fallback(shape)

    @property
    def requirement(self) -> Requirement:
        """What was required."""
        return Requirement(self._shape["requirement"])

    @property
    def why(self) -> tuple[Why, ...]:
        """Per dimension above the bottom, what set it."""
        return tuple(map(Why, self._shape["why"]))

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        """The methods that would have been less friction, and why each was rejected."""
        return tuple(map(Rejected, self._shape["rejected"]))

    @property
    def evidence(self) -> Proven | None:
        """The evidence that it rests on; ``None`` when nothing valid is known of the recipient."""
        shape = self._shape.get("evidence")
        return None if shape is None else Proven(shape)

    @property
    def transport(self) -> Contract | None:
        """What the server enforces when it connects; ``None`` when nothing leaves by SMTP."""
        shape = self._shape["transport"]
        return None if shape is None else Contract(shape)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Changes to the message that belong to the decision."""
        return tuple(map(Edit, self._shape["edits"]))

    def outer(self, message: MessageLike) -> bytes | None:
        """What leaves for this recipient, of the message that was judged; ``None`` when nothing leaves.

        By TLS it is the message with the edits of the delivery. Of a sealed delivery it is the header fields that stand
        outside of the seal, without an empty line at the end: the sealed container, a MIME entity with ``MIME-Version``
        and ``Content-Type`` of its own, is put straight behind them. What goes into the container is ``inner(message)``.
        """
        return _outer(message, self._shape)

    @property
    def archive(self) -> bool:
        """Whether the host keeps a copy in its archive, because the policy asks for it of what leaves like this."""
        return cast(bool, self._shape["archive"])

    @property
    def reply(self) -> SmtpReply | None:
        """What the host says to the sending client when the message is not taken."""
        shape = self._shape["reply"]
        return None if shape is None else SmtpReply(shape)

    @property
    def waiver(self) -> str | None:
        """The id of the waiver that lowered the requirement."""
        return cast("str | None", self._shape["waiver"])

    @property
    def waiver_review_due(self) -> datetime | None:
        """By when somebody should have asked whether that waiver still stands, where that time is over."""
        text = self._shape.get("waiver_review_due")
        return None if text is None else moment(text)

    @property
    def unapplied_waivers(self) -> tuple[Unapplied, ...]:
        """The recipient's other waivers, and why each did not apply."""
        return tuple(map(Unapplied, self._shape["unapplied_waivers"]))

    @property
    def instead(self) -> str | None:
        """The other way that the recipient asked for (45 CFR 164.522(b)), in the words of the record."""
        return cast("str | None", self._shape.get("instead"))

    def __repr__(self) -> str:
        return f"<Delivery {self.recipient}: {self.method if self.action == 'send' else self.action}>"


class Proven(Record):
    """The evidence that a decision rests on."""

    __slots__ = ()

    @property
    def kind(self) -> EvidenceKind:
        """Where the knowledge comes from."""
        return cast(EvidenceKind, self._shape["kind"])

    @property
    def level(self) -> Transport:
        """What it proves."""
        return cast(Transport, self._shape["level"])

    @property
    def observed_at(self) -> datetime:
        """When it was observed."""
        return moment(self._shape["observed_at"])

    @property
    def age_seconds(self) -> int | None:
        """How old it was at the decision; an agreement and the administrator's own table have no age."""
        return cast("int | None", self._shape.get("age_seconds"))

    def __repr__(self) -> str:
        return f"<Proven {self.kind} level={self.level}>"


class Unapplied(Record):
    """A waiver that did not apply."""

    __slots__ = ()

    @property
    def waiver(self) -> str:
        """The id of the waiver."""
        return cast(str, self._shape["waiver"])

    @property
    def reason(self) -> str:
        """Why, in words that go on from the id, such as ``does not cover clinical-data``."""
        return cast(str, self._shape["reason"])

    def __repr__(self) -> str:
        return f"<Unapplied {self.waiver}: {self.reason}>"


class Rejected(Record):
    """A method that was not taken."""

    __slots__ = ()

    @property
    def method(self) -> Method:
        """The method."""
        return cast(Method, self._shape["method"])

    @property
    def reason(self) -> str:
        """Why, in words."""
        return cast(str, self._shape["reason"])

    def __repr__(self) -> str:
        return f"<Rejected {self.method}: {self.reason}>"


class Fallback(Record):
    """What the host does when a contract cannot be met."""

    __slots__ = ()

    @property
    def action(self) -> Action:
        """The action."""
        return cast(Action, self._shape["action"])

    @property
    def method(self) -> Method | None:
        """The method, when the action is to send."""
        return cast("Method | None", self._shape["method"])

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Changes to the message that belong to the method, instead of those of the delivery."""
        return tuple(map(Edit, self._shape["edits"]))

    def outer(self, message: MessageLike) -> bytes | None:
        """What leaves when the contract cannot be met, as ``Delivery.outer`` gives it; ``None`` when nothing leaves."""
        return _outer(message, self._shape)

    def __repr__(self) -> str:
        return f"<Fallback {self.method if self.action == 'send' else self.action}>"


class Edit(Record):
    """A change to the message."""

    __slots__ = ()

    @property
    def edit(self) -> Literal["add-header", "keep-only", "remove-header", "replace-subject"]:
        """What is changed."""
        return cast('Literal["add-header", "keep-only", "remove-header", "replace-subject"]', self._shape["edit"])

    @property
    def name(self) -> str | None:
        """The header's name; ``None`` for a subject, and where only some headers are kept."""
        return cast("str | None", self._shape.get("name"))

    @property
    def value(self) -> str | None:
        """The new value; ``None`` when headers are removed or kept."""
        return cast("str | None", self._shape.get("value"))

    @property
    def headers(self) -> tuple[Kept, ...]:
        """The headers that stand outside of the seal, with ``keep-only``; every other one is removed."""
        return tuple(map(Kept, self._shape.get("headers", ())))

    def __repr__(self) -> str:
        return f"<Edit {self.edit}>"


class Kept(Record):
    """A header that stands outside of the seal."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The header's name."""
        return cast(str, self._shape["name"])

    @property
    def keeps(self) -> Keeps:
        """What of its value stays."""
        return cast(Keeps, self._shape["keeps"])

    def __repr__(self) -> str:
        return f"<Kept {self.name}: {self.keeps}>"


class SmtpReply(Record):
    """What the host says to the sending client (RFC 5321, section 4.2; RFC 3463)."""

    __slots__ = ()

    @property
    def code(self) -> int:
        """The reply code, such as 550."""
        return cast(int, self._shape["code"])

    @property
    def status(self) -> str:
        """The enhanced status code, such as ``5.7.1``."""
        return cast(str, self._shape["status"])

    @property
    def text(self) -> str:
        """The text, which names no content."""
        return cast(str, self._shape["text"])

    def __repr__(self) -> str:
        return f"<SmtpReply {self.code} {self.status}>"


def inner(message: MessageLike) -> bytes:
    """What goes into the seal: the whole message but for every ``Bcc`` and ``Resent-Bcc``.

    >>> inner(b"Bcc: a@b.example\\nSubject: x\\n\\nhi")
    b'Subject: x\\n\\nhi'
    """
    return _sealwax.inner(raw(message))


def _shape_of(decided: _sealwax.Decided) -> dict[str, Any]:
    """A verdict, its deliveries one by one, so that many of them do not hold the interpreter."""
    shape: dict[str, Any] = json.loads(decided.summary())
    shape["deliveries"] = [json.loads(decided[place]) for place in range(len(decided))]
    return shape


def _outer(message: MessageLike, shape: dict[str, Any]) -> bytes | None:
    if shape["method"] is None:
        return None
    return _sealwax.outer(raw(message), json.dumps(shape["edits"]))
