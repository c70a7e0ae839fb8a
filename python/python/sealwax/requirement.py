"""What is required of a message, what set it, and what a server enforces for it."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from .evidence import Transport
from .record import Record

__all__ = [
    "AuditLevel",
    "Contract",
    "CryptoFloor",
    "Dimension",
    "Disposition",
    "MessageProtection",
    "Requirement",
    "Why",
]

AuditLevel: TypeAlias = Literal["normal", "full"]
"""How much evidence an audit record keeps."""

CryptoFloor: TypeAlias = Literal["any", "tls12-nist", "forward-secret-aead", "aes256-only"]
"""Which cryptography of a connection will do, from the weakest to the strongest."""

Dimension: TypeAlias = Literal[
    "transport", "message", "crypto", "post-quantum", "disposition", "audit", "retention"
]
"""One dimension of a requirement."""

Disposition: TypeAlias = Literal["send", "require-approval", "hold", "return"]
"""Whether a message may leave, from the mildest to the strictest."""

MessageProtection: TypeAlias = Literal["none", "sealed", "sealed-authenticated"]
"""How well the message itself is protected, from the weakest to the strongest."""


class Requirement(Record):
    """What is required of a message on its way to one recipient."""

    __slots__ = ()

    @property
    def transport(self) -> Transport:
        """How well the connection is protected."""
        return cast(Transport, self._shape["transport"])

    @property
    def message(self) -> MessageProtection:
        """How well the message itself is protected."""
        return cast(MessageProtection, self._shape["message"])

    @property
    def crypto(self) -> CryptoFloor:
        """Which cryptography will do."""
        return cast(CryptoFloor, self._shape["crypto"])

    @property
    def disposition(self) -> Disposition:
        """Whether the message may leave at all."""
        return cast(Disposition, self._shape["disposition"])

    @property
    def post_quantum(self) -> bool:
        """Whether the key exchange must be post-quantum."""
        return cast(bool, self._shape.get("post_quantum", False))

    @property
    def audit(self) -> AuditLevel:
        """How much evidence the audit record keeps."""
        return cast(AuditLevel, self._shape["audit"])

    @property
    def retention_days(self) -> int:
        """How many days the audit record is kept at least, beyond the default."""
        return cast(int, self._shape.get("retention_days", 0))

    def __repr__(self) -> str:
        return f"<Requirement transport={self.transport} message={self.message} disposition={self.disposition}>"


class Why(Record):
    """What set a dimension of the requirement."""

    __slots__ = ()

    @property
    def dimension(self) -> Dimension:
        """The dimension."""
        return cast(Dimension, self._shape["dimension"])

    @property
    def value(self) -> str:
        """The name of its value."""
        return cast(str, self._shape["value"])

    @property
    def rule(self) -> str:
        """The rule that set it, or ``baseline``, or the scope whose floor it is."""
        return cast(str, self._shape["rule"])

    @property
    def reason(self) -> str:
        """The reason, in words."""
        return cast(str, self._shape["reason"])

    @property
    def citation(self) -> str | None:
        """The citation that the rule names."""
        return cast("str | None", self._shape.get("citation"))

    def __repr__(self) -> str:
        return f"<Why {self.dimension}={self.value}: {self.rule}>"


class Contract(Record):
    """What the server enforces when it connects."""

    __slots__ = ()

    @property
    def level(self) -> Transport:
        """The level below which it does not send."""
        return cast(Transport, self._shape["level"])

    @property
    def minimum_protocol(self) -> str | None:
        """The lowest protocol version, such as ``TLSv1.2``; ``None`` when any will do."""
        return cast("str | None", self._shape["minimum_protocol"])

    @property
    def suite_list(self) -> str | None:
        """The name of the list of its suites; ``None`` when any will do."""
        return cast("str | None", self._shape["suite_list"])

    @property
    def suites(self) -> tuple[str, ...]:
        """The cipher suites that will do, by IANA name; empty when any will do."""
        return tuple(self._shape["suites"])

    @property
    def postfix(self) -> str:
        """The right-hand side of a Postfix ``smtp_tls_policy_maps`` entry that says the same."""
        return cast(str, self._shape["postfix"])

    @property
    def require_tls(self) -> bool:
        """Whether it is handed on with REQUIRETLS, and only to a server that offers it (RFC 8689, section 4.2.1)."""
        return cast(bool, self._shape["require_tls"])

    def __repr__(self) -> str:
        return f"<Contract {self.postfix}>"
