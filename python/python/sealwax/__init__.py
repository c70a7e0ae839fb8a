"""Sealwax decides how a mail message must travel to each of its recipients, explains why, and seals it.

    import sealwax

    engine = sealwax.Engine(profile="hipaa-2013")
    verdict = engine.evaluate(raw, sender="ann@clinic.example", recipients=["bob@example.org"])
    for delivery in verdict.deliveries:
        print(delivery.recipient, delivery.action, delivery.method)

An engine never changes and is shared by threads. Results are frozen, and ``to_dict()`` gives the same JSON shape that
the command line prints. No exception and no ``repr`` holds content of a message or a key.
"""

from __future__ import annotations

from ._sealwax import __version__
from .classification import Classification, Level, Strictness
from .consent import Asks, Basis, Change, Form, Preference, Status, Waiver
from .engine import Engine, Feed
from .errors import (
    ArgumentError,
    EvaluateError,
    FactsError,
    HeaderError,
    KeyFormatError,
    OpenError,
    PolicyError,
    RedactError,
    SealError,
    SealwaxError,
)
from .evidence import Evidence, EvidenceKind, Transport
from .keys import (
    Certificate,
    Credentials,
    HashKey,
    Key,
    KeyRing,
    KeyService,
    LinkSecret,
    LocalKey,
    Passphrase,
    PublicKey,
    RsaSecretKey,
    SecretKey,
    SigningKey,
    VerifyingKey,
)
from .message import MessageLike
from .moment import When
from .redaction import Identified, Identifiers, Mode, Purpose, Redaction, Removed
from .requirement import (
    AuditLevel,
    Contract,
    CryptoFloor,
    Dimension,
    Disposition,
    MessageProtection,
    Requirement,
    Why,
)
from .scan import Anomaly, Entities, Entity, Lack, Scan, WhyNot
from .sealing import Header, MemoryProtection, Opened, Rewrapped, Stanza, Terms, protect_memory
from .stream import ChunkwiseReader, SealedReader, SealedWriter
from .transaction import Agreement, Authentication, BaaState, ListContext, Method, Party, Recipient, Transaction
from .verdict import (
    Action,
    Delivery,
    DeliveryMethod,
    Edit,
    Fallback,
    Keeps,
    Kept,
    Outcome,
    PolicyId,
    Proven,
    Rejected,
    SmtpReply,
    Unapplied,
    Verdict,
    inner,
)

__all__ = [
    "Action",
    "Agreement",
    "Anomaly",
    "ArgumentError",
    "Asks",
    "AuditLevel",
    "Authentication",
    "BaaState",
    "Basis",
    "Certificate",
    "Credentials",
    "Change",
    "ChunkwiseReader",
    "Classification",
    "Contract",
    "CryptoFloor",
    "Delivery",
    "DeliveryMethod",
    "Dimension",
    "Disposition",
    "Edit",
    "Engine",
    "Entities",
    "Entity",
    "EvaluateError",
    "Evidence",
    "EvidenceKind",
    "FactsError",
    "Fallback",
    "Feed",
    "Form",
    "HashKey",
    "Header",
    "HeaderError",
    "Identified",
    "Identifiers",
    "Keeps",
    "Kept",
    "Key",
    "KeyFormatError",
    "KeyRing",
    "KeyService",
    "Lack",
    "Level",
    "LinkSecret",
    "ListContext",
    "LocalKey",
    "MemoryProtection",
    "MessageLike",
    "MessageProtection",
    "Method",
    "Mode",
    "OpenError",
    "Opened",
    "Outcome",
    "Party",
    "Passphrase",
    "PolicyError",
    "PolicyId",
    "Preference",
    "Proven",
    "PublicKey",
    "Purpose",
    "Recipient",
    "RedactError",
    "Redaction",
    "Rejected",
    "Removed",
    "Requirement",
    "Rewrapped",
    "RsaSecretKey",
    "Scan",
    "SealError",
    "SealedReader",
    "SealedWriter",
    "SealwaxError",
    "SecretKey",
    "SigningKey",
    "SmtpReply",
    "Stanza",
    "Status",
    "Strictness",
    "Terms",
    "Transaction",
    "Transport",
    "Unapplied",
    "Verdict",
    "VerifyingKey",
    "Waiver",
    "When",
    "Why",
    "WhyNot",
    "__version__",
    "inner",
    "protect_memory",
]
