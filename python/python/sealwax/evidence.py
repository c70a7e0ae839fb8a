"""What a host knows of how a recipient can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from ._values import present, settle
from .moment import rfc3339

__all__ = ["Evidence", "EvidenceKind", "Transport"]

Transport: TypeAlias = Literal["none", "opportunistic", "encrypted", "verified", "dane"]
"""How well a connection is protected, from the weakest to the strongest."""

EvidenceKind: TypeAlias = Literal[
    "dane",
    "last-delivery",
    "local",
    "mta-sts-enforce",
    "mta-sts-testing",
    "partner-agreement",
    "probe",
    "static-table",
]
"""Where a piece of evidence comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that the host knows of how a recipient's server can be reached.

    >>> Evidence(kind="dane", level="dane", observed_at=0).to_dict()["observed_at"]
    '1970-01-01T00:00:00.000Z'
    """

    kind: EvidenceKind
    """Where the knowledge comes from."""
    level: Transport
    """The level it speaks of: proved, or, when ``failed``, not reached."""
    observed_at: datetime | int
    """When it was observed: an aware ``datetime``, or milliseconds since 1970 UTC."""
    valid_until: datetime | int | None = None
    """When it ends; ``None`` stands for the kind's own life time."""
    protocol: str | None = None
    """The protocol version that was negotiated, such as ``TLSv1.3``; one before TLS 1.2 proves nothing."""
    suite: str | None = None
    """The cipher suite that was negotiated, by its IANA, OpenSSL or GnuTLS name."""
    failed: bool = False
    """Whether the attempt to reach ``level`` failed."""

    def __post_init__(self) -> None:
        """Refuses what is not of its field's type, and words and times that do not exist."""
        settle(self)

    def to_dict(self) -> dict[str, Any]:
        """The shape that it has in a facts file."""
        return present(
            kind=self.kind,
            level=self.level,
            observed_at=rfc3339(self.observed_at),
            valid_until=None if self.valid_until is None else rfc3339(self.valid_until),
            protocol=self.protocol,
            suite=self.suite,
            failed=self.failed,
        )
