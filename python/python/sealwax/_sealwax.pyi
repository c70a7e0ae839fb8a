"""The extension module: thin, positional, and private. Use the classes of ``sealwax``."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, final

from .classification import Strictness

__all__ = [
    "Cancel",
    "Certificate",
    "Credentials",
    "ChunkwiseReader",
    "Decided",
    "Engine",
    "Facts",
    "Feed",
    "Found",
    "HashKey",
    "KeyRing",
    "KeyService",
    "LinkSecret",
    "LocalKey",
    "Passphrase",
    "PublicKey",
    "Reader",
    "RsaSecretKey",
    "SecretKey",
    "SigningKey",
    "VerifyingKey",
    "Writer",
    "__version__",
    "header",
    "inner",
    "outer",
    "protect_memory",
]

_How = tuple[str, "HashKey | None", str | None, Collection[str], bool]
_Bytes = bytes | bytearray | memoryview
_Key = Certificate | KeyService | LinkSecret | LocalKey | Passphrase | PublicKey | RsaSecretKey | SecretKey
_Terms = tuple[
    Mapping[str, str], str, int | None, str | None, int, bool, int, bool, bool, SigningKey | None
]
_Keys = Collection[_Key]
_Pairs = Mapping[str, str] | None
_Access = tuple[_Keys, _Pairs, bool, Collection[VerifyingKey] | None]
_Change = tuple[_Keys, _Keys, _Keys, Collection[str], bool]

@final
class Engine:
    def __new__(
        cls,
        policy: str | None,
        profile: str | None,
        bundle: bytes | bytearray | memoryview | None,
        resources: Mapping[str, bytes] | None,
        limits: Mapping[str, int] | None,
        roster_key: HashKey | None,
        feed_budget: int | None,
        strictness: Strictness | None,
        /,
    ) -> Engine: ...
    @staticmethod
    def compile(policy: str | None, profile: str | None, resources: Mapping[str, bytes] | None, /) -> bytes: ...
    @property
    def policy_name(self) -> str: ...
    def scan(self, message: bytes | bytearray | memoryview, id: str, show_text: bool, /) -> Found: ...
    def scan_text(self, text: str, id: str, show_text: bool, /) -> Found: ...
    def evaluate(
        self,
        message: bytes | bytearray | memoryview,
        transaction: Facts,
        part_texts: _Pairs,
        at: int,
        /,
    ) -> Decided: ...
    def report_outcome(
        self,
        message: bytes | bytearray | memoryview,
        transaction: Facts,
        recipient: str,
        outcome: str,
        at: int,
        /,
    ) -> Decided: ...
    def redact(self, message: bytes | bytearray | memoryview, id: str, how: _How, /) -> tuple[bytes, str]: ...
    def redact_text(self, text: str, id: str, how: _How, /) -> tuple[str, str]: ...
    def identifiers(self, message: bytes | bytearray | memoryview, id: str, purpose: str | None, /) -> str: ...
    def identifiers_in_text(self, text: str, id: str, purpose: str | None, /) -> str: ...
    def feed(self, transaction: Facts, /) -> Feed: ...
    def seal(self, plaintext: _Bytes, keys: _Keys, context: _Pairs, terms: _Terms, /) -> bytes: ...
    def seal_detached(
        self, plaintext: _Bytes, keys: _Keys, context: _Pairs, terms: _Terms, /
    ) -> tuple[bytes, bytes]: ...
    def open(self, sealed: _Bytes, access: _Access, threads: int, /) -> bytes: ...
    def open_signed(
        self, sealed: _Bytes, header: _Bytes | None, access: _Access, threads: int, /
    ) -> tuple[bytes, VerifyingKey | None]: ...
    def open_detached(self, header: _Bytes, body: _Bytes, access: _Access, threads: int, /) -> bytes: ...
    def rewrap(
        self, sealed: _Bytes, body: _Bytes | None, context: _Pairs, change: _Change, /
    ) -> tuple[bytes, int, bool]: ...
    def survivors(self, sealed: _Bytes, keys: _Keys, /) -> list[int]: ...
    def sealed_writer(self, file: Any, keys: _Keys, context: _Pairs, terms: _Terms, /) -> Writer: ...
    def sealed_writer_detached(
        self, file: Any, keys: _Keys, context: _Pairs, terms: _Terms, /
    ) -> tuple[bytes, Writer]: ...
    def sealed_reader(self, file: Any, header: _Bytes | None, access: _Access, /) -> Reader: ...
    def chunkwise_reader(self, file: Any, header: _Bytes | None, access: _Access, /) -> ChunkwiseReader: ...

@final
class Cancel:
    def call(self) -> None: ...

@final
class Decided:
    def summary(self) -> str: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> str: ...

@final
class Found:
    def summary(self) -> str: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> str: ...

@final
class Facts:
    def __new__(cls, shape: str, /) -> Facts: ...

@final
class Feed:
    def cancel(self) -> Cancel: ...
    def deadline(self, work: int, /) -> None: ...
    def header(self, name: bytes, value: bytes, /) -> None: ...
    def body(self, chunk: bytes | bytearray | memoryview, /) -> None: ...
    def raw(self, chunk: bytes | bytearray | memoryview, /) -> None: ...
    def part_text(self, part: str, text: str, /) -> None: ...
    def finish(self, at: int, /) -> Decided: ...
    def reset(self, transaction: Facts, /) -> None: ...

@final
class HashKey:
    """A key of 256 bits for rosters and pseudonyms. It opens nothing, but whoever has it can test a guess."""

    @staticmethod
    def generate() -> HashKey:
        """A fresh key from the generator of the operating system."""

    @staticmethod
    def from_text(text: str, /) -> HashKey:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form, which is as secret as the key."""

@final
class LocalKey:
    """A symmetric key of 256 bits: whoever has it can seal and open. ``repr`` shows its name only."""

    @staticmethod
    def generate() -> LocalKey:
        """A fresh key from the generator of the operating system."""

    @staticmethod
    def from_text(text: str, /) -> LocalKey:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form, which is as secret as the key."""

    @property
    def name(self) -> str:
        """How sealed messages name the key; it does not reveal the key."""

@final
class LinkSecret:
    """The secret of one pickup link, for the part of the link behind ``#``. ``repr`` shows its name only."""

    @staticmethod
    def generate() -> LinkSecret:
        """A fresh secret from the generator of the operating system."""

    @staticmethod
    def from_text(text: str, /) -> LinkSecret:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form, which is as secret as the secret."""

    @property
    def name(self) -> str:
        """How sealed messages name the secret; it does not reveal it."""

@final
class SecretKey:
    """The secret half of a key pair, which opens what was sealed for the public half. ``repr`` shows its name only."""

    @staticmethod
    def generate(exchange: str = "x25519") -> SecretKey:
        """A fresh pair on ``x25519``, ``p256``, ``p384``, or ``xwing``, which also holds against a quantum computer."""

    @staticmethod
    def from_text(text: str, /) -> SecretKey:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form, which is as secret as the key."""

    @property
    def public(self) -> PublicKey:
        """The public half."""

    @property
    def name(self) -> str:
        """How sealed messages name the key."""

@final
class PublicKey:
    """A public key: whoever has it can seal for its owner, and cannot open."""

    @staticmethod
    def from_text(text: str, /) -> PublicKey:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form."""

    @property
    def name(self) -> str:
        """How sealed messages name the key."""

@final
class Certificate:
    """The key of an S/MIME certificate (RSA, P-256, P-384 or X25519): whoever has it can seal for its owner, and cannot open.

    Only the key is used. That the certificate is the recipient's, that it is valid now, and that it was not revoked, is for
    the caller to know.
    """

    @staticmethod
    def from_pem(text: str, /) -> Certificate:
        """Reads the owner's certificate of a PEM text (RFC 7468); raises ``KeyFormatError``."""

    @property
    def not_before(self) -> datetime:
        """When it begins to be valid."""

    @property
    def not_after(self) -> datetime:
        """When it stops to be valid."""

    @property
    def name(self) -> str:
        """How sealed messages name the key."""

@final
class RsaSecretKey:
    """The secret half of the RSA key in a ``Certificate``, which opens. ``repr`` shows its name only."""

    @staticmethod
    def from_pem(text: str, /) -> RsaSecretKey:
        """Reads an unencrypted RSA key in PEM; raises ``KeyFormatError``."""

    @property
    def name(self) -> str:
        """How sealed messages name the key."""

@final
class Credentials:
    """What a key file of another program holds, read from PEM, DER or PKCS #12. ``repr`` shows the names of keys only."""

    @staticmethod
    def read(file: _Bytes, /, *, passphrase: str | None = None) -> Credentials:
        """Reads a file, with the passphrase of one that is encrypted; raises ``KeyFormatError``, which names what was found."""

    @property
    def certificate(self) -> Certificate:
        """Whom can be sealed for: the owner, of a chain in any order. Raises ``KeyFormatError`` when there is none."""

    @property
    def secret_keys(self) -> list[SecretKey | RsaSecretKey]:
        """What opens. Raises ``KeyFormatError`` when there is no secret key that can be used."""

@final
class Passphrase:
    """A passphrase, stretched by Argon2id (RFC 9106). It seals alone."""

    def __new__(cls, text: str, /) -> Passphrase: ...

@final
class SigningKey:
    """The secret key of a sender, by which readers know who sealed a message. ``repr`` shows nothing of it."""

    @staticmethod
    def generate() -> SigningKey:
        """A fresh key from the generator of the operating system."""

    @staticmethod
    def from_text(text: str, /) -> SigningKey:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form, which is as secret as the key."""

    @property
    def verifying_key(self) -> VerifyingKey:
        """The public half, by which others know the sender."""

@final
class VerifyingKey:
    """The public key of a sender."""

    @staticmethod
    def from_text(text: str, /) -> VerifyingKey:
        """Reads the text form or a key file of it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text form."""

@final
class KeyService:
    """``wrap(binding, data_key)`` returns the wrapped key, at most ``max_wrapped`` bytes; ``unwrap(binding, wrapped)`` returns
    the 32 bytes again. ``binding`` says what the key is for: give it to a service that takes an encryption context.
    An exception of theirs makes the call fail and is not passed on, since it might name a secret: log it there. Threads
    that seal or open at the same time call them at the same time.
    """

    def __new__(
        cls,
        provider: str,
        id: str,
        *,
        wrap: Callable[[bytes, bytes], bytes],
        unwrap: Callable[[bytes, bytes], bytes],
        version: int = 0,
        max_wrapped: int = 1024,
    ) -> KeyService: ...

@final
class KeyRing:
    """Local keys with ids and versions: the newest version of an id seals and opens, older ones only open."""

    def __new__(cls) -> KeyRing: ...
    @staticmethod
    def from_text(text: str, /) -> KeyRing:
        """Reads the text of a key ring file, as ``sealwax keygen --ring`` writes it; raises ``KeyFormatError``."""

    def to_text(self) -> str:
        """The text of a key ring file, which is as secret as the keys."""

    @staticmethod
    def from_wrapped(wrapped: _Bytes, keys: _Keys, /) -> KeyRing:
        """Reads a wrapped key ring, as ``to_wrapped`` and ``sealwax keygen --ring`` write it, with one of ``keys``; raises
        ``OpenError`` when none unwraps it, and ``KeyFormatError`` when it is no wrapped key ring.
        """

    def to_wrapped(self, keys: _Keys, /) -> bytes:
        """The ring as a sealed message for ``keys``, such as one ``Passphrase``: its file alone then opens nothing. Raises
        ``SealError``.
        """

    def rotated(self, id: str, /) -> KeyRing:
        """A ring with a new version of the key ``id``, whose older versions still open."""

    def destroyed(self, id: str, /) -> KeyRing:
        """A ring in which every version of the key ``id`` is destroyed: what was sealed under them alone never opens again, if
        no copy of this ring is left anywhere.
        """

    @property
    def versions(self) -> list[tuple[str, int, str]]:
        """Every version of every key: its id, its number, and ``active``, ``destroyed`` or ``retired``."""

    def active(self, id: str, /) -> LocalKey | None:
        """The key that seals for ``id``; ``None`` when there is none."""

    @property
    def keys(self) -> list[LocalKey]:
        """Every key that opens."""

    def rotated_signer(self, id: str, /) -> KeyRing:
        """A ring with a new version of the signing key ``id``, whose older versions still tell who signed."""

    def destroyed_signer(self, id: str, /) -> KeyRing:
        """A ring in which every version of the signing key ``id`` is destroyed, as when it was stolen."""

    def active_signer(self, id: str, /) -> SigningKey | None:
        """The key that signs for the sender ``id``; ``None`` when there is none."""

    @property
    def signers(self) -> list[tuple[str, int, VerifyingKey]]:
        """Every version of every signing key that is not destroyed: its id, its number, and the key by which its signatures
        are known.
        """

    @property
    def epoch(self) -> int:
        """How often the ring has changed."""

@final
class Writer:
    def write(self, bytes: bytes | bytearray | memoryview, /) -> None: ...
    def flush(self) -> None: ...
    def finish(self) -> None: ...
    def abort(self) -> None: ...

@final
class Reader:
    @property
    def size(self) -> int: ...
    def read_at(self, offset: int, size: int, /) -> bytes: ...

@final
class ChunkwiseReader:
    @property
    def sender(self) -> VerifyingKey | None: ...
    def read(self, size: int, /) -> bytes: ...

def outer(message: bytes | bytearray | memoryview, edits: str, /) -> bytes: ...
def inner(message: bytes | bytearray | memoryview, /) -> bytes: ...
def header(sealed: _Bytes, /) -> tuple[str, int]: ...
def protect_memory() -> tuple[bool, bool]: ...

__version__: str
