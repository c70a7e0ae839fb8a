"""The engine: one policy, ready to be asked by any number of threads."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol, overload

from . import _sealwax
from ._values import one_of, own
from .classification import Strictness
from .errors import ArgumentError, PolicyError, SealwaxError
from .keys import HashKey, Key, VerifyingKey
from .message import MessageLike, raw
from .moment import When, millis
from .redaction import Identifiers, Mode, Purpose, Redaction
from .scan import Scan
from .sealing import Header, Opened, Rewrapped, Stanza, Terms, shape
from .stream import ChunkwiseReader, SealedReader, SealedWriter
from .transaction import Recipient, Transaction, facts
from .verdict import Outcome, Verdict

__all__ = ["Engine", "Feed"]


class SupportsWrite(Protocol):
    """A binary file object that is open for writing."""

    def write(self, data: bytes, /) -> int | None:
        """Takes ``data``."""

    def flush(self) -> None:
        """Passes on what is held."""


class SupportsRead(Protocol):
    """A binary file object that is open for reading."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        ...


class SupportsSeek(SupportsRead, Protocol):
    """A binary file object that can be read from any place."""

    def seek(self, offset: int, whence: int, /) -> int:
        """Moves to a place and returns it."""
        ...


class Engine:
    """A loaded policy and everything that is needed to apply it.

    An engine never changes, and any number of threads may share it. To reload a policy, build a new engine; when that
    raises, the old one still stands. The interpreter lock is released while an input of 2 KiB or more is worked on, and the
    handlers of signals run meanwhile: Ctrl-C is answered by ``KeyboardInterrupt`` in the midst of a long message.

    >>> engine = Engine(profile="hipaa-2013")
    >>> engine.scan(b"Subject: lunch\\r\\n\\r\\nAt noon?").level
    'none'
    """

    __slots__ = ("_engine",)

    def __init__(
        self,
        *,
        policy: str | os.PathLike[str] | None = None,
        profile: str | None = None,
        bundle: bytes | bytearray | memoryview | os.PathLike[str] | None = None,
        resources: Mapping[str, bytes] | None = None,
        limits: Mapping[str, int] | None = None,
        roster_key: HashKey | None = None,
        feed_budget: int | None = None,
        strictness: Strictness | None = None,
    ) -> None:
        """Loads a policy.

        ``policy`` is the TOML text of a policy, or the path of a file that holds it; ``profile`` names a built-in
        one; ``bundle`` is what :meth:`compile` gave, or the path of a file that ``sealwax compile`` wrote; without any
        of them it is ``hipaa-2013``. ``resources`` are the files that the policy names, such as rosters and
        term lists, by the name that it uses. ``limits`` bound what a message may cost, by the names of the policy's
        ``[limits]``, and count instead of them. ``roster_key`` is the key of the rosters; a policy that names one is
        refused without it. ``feed_budget`` is how many bytes all feeds of the engine may hold together; 1 GiB without it.
        ``strictness`` says how readily words of health beside a person are taken for PHI, instead of the policy.

        Raises ``PolicyError`` with the line and the column when the policy cannot be loaded.
        """
        if sum(source is not None for source in (policy, profile, bundle)) > 1:
            raise ArgumentError("an engine takes a policy, a profile or a bundle, and only one of them")
        text = _text_of(policy) if isinstance(policy, os.PathLike) else policy
        compiled = _bytes_of(bundle, "bundle") if isinstance(bundle, os.PathLike) else bundle
        self._engine = _sealwax.Engine(text, profile, compiled, resources, limits, roster_key, feed_budget, strictness)

    @staticmethod
    def compile(
        *,
        policy: str | os.PathLike[str] | None = None,
        profile: str | None = None,
        resources: Mapping[str, bytes] | None = None,
    ) -> bytes:
        """A policy as a bundle: read and proved, its detectors tried and compiled, with the files that it names.

        An engine that is made from it starts at once. It belongs to this build of Sealwax, which another one says.

        >>> bundle = Engine.compile(profile="minimal")
        >>> Engine(bundle=bundle)
        <Engine policy=minimal>

        Raises ``PolicyError`` as the constructor does.
        """
        if policy is not None and profile is not None:
            raise ArgumentError("a bundle takes a policy or a profile, not both")
        text = _text_of(policy) if isinstance(policy, os.PathLike) else policy
        return _sealwax.Engine.compile(text, profile, resources)

    @classmethod
    def from_bundle(
        cls,
        bundle: bytes | bytearray | memoryview | os.PathLike[str],
        *,
        limits: Mapping[str, int] | None = None,
        roster_key: HashKey | None = None,
        feed_budget: int | None = None,
        strictness: Strictness | None = None,
    ) -> Engine:
        """An engine from what :meth:`compile` gave, or from the path of a file that ``sealwax compile`` wrote.

        Raises ``PolicyError`` when it is damaged, or was compiled by another build.
        """
        return cls(
            bundle=bundle, limits=limits, roster_key=roster_key, feed_budget=feed_budget, strictness=strictness
        )

    def scan(self, message: MessageLike, *, id: str = "", show_text: bool = False) -> Scan:
        """What ``message`` holds, apart from any policy.

        ``id`` is passed through to the result. With ``show_text`` each entity carries the text that was found: keep
        such a result out of logs.
        """
        return Scan(self._engine.scan(raw(message), id, show_text))

    def scan_text(self, text: str, *, id: str = "", show_text: bool = False) -> Scan:
        """What a text without a message around it holds, such as a form field; it counts as part 1."""
        return Scan(self._engine.scan_text(text, id, show_text))

    def redact(
        self,
        message: MessageLike,
        *,
        mode: Mode = "type",
        key: HashKey | None = None,
        shift_dates: str | None = None,
        keep: Collection[str] = (),
        keep_participants: bool = False,
        id: str = "",
    ) -> tuple[bytes, Redaction]:
        """``message`` without what identifies somebody, and what was taken out; words of health stay.

        The message is written anew: every text of it is rewritten, addresses are nobody's, all but a few header fields
        are gone, and a line stands for each part that is no text. ``mode`` says what takes the place of a value. With
        ``shift_dates``, dates are moved instead, all of one subject by the same number of days. Pseudonyms and moved
        dates need ``key``. Types in ``keep`` stay; so do addresses and the date with ``keep_participants``.

        Raises ``RedactError`` when something is still found after every effort, and ``ValueError`` without a key that
        is needed.
        """
        how = (mode, key, shift_dates, keep, keep_participants)
        redacted, summary = self._engine.redact(raw(message), id, how)
        return redacted, Redaction(json.loads(summary))

    def redact_text(
        self,
        text: str,
        *,
        mode: Mode = "type",
        key: HashKey | None = None,
        shift_dates: str | None = None,
        keep: Collection[str] = (),
        id: str = "",
    ) -> tuple[str, Redaction]:
        """The same for one text without a message around it.

        >>> Engine().redact_text("SSN 536-90-4399, asthma")[0]
        'SSN [US_SSN], asthma'
        """
        redacted, summary = self._engine.redact_text(text, id, (mode, key, shift_dates, keep, False))
        return redacted, Redaction(json.loads(summary))

    def identifiers(self, message: MessageLike, *, purpose: Purpose | None = None, id: str = "") -> Identifiers:
        """Which identifiers of 45 CFR 164.514(b)(2) ``message`` holds, and whether ``purpose`` needs them.

        >>> report = Engine().identifiers(b"Subject: visit\\r\\n\\r\\nSSN 536-90-4399", purpose="appointment")
        >>> report.unneeded
        1
        """
        return Identifiers(json.loads(self._engine.identifiers(raw(message), id, purpose)))

    def identifiers_in_text(self, text: str, *, purpose: Purpose | None = None, id: str = "") -> Identifiers:
        """The same for one text without a message around it."""
        return Identifiers(json.loads(self._engine.identifiers_in_text(text, id, purpose)))

    @overload
    def evaluate(
        self,
        message: MessageLike,
        transaction: Transaction,
        *,
        part_texts: Mapping[str, str] | None = None,
        at: When = None,
    ) -> Verdict: ...

    @overload
    def evaluate(
        self,
        message: MessageLike,
        *,
        sender: str,
        recipients: Collection[Recipient | str],
        part_texts: Mapping[str, str] | None = None,
        at: When = None,
    ) -> Verdict: ...

    def evaluate(
        self,
        message: MessageLike,
        transaction: Transaction | None = None,
        *,
        sender: str | None = None,
        recipients: Collection[Recipient | str] | None = None,
        part_texts: Mapping[str, str] | None = None,
        at: When = None,
    ) -> Verdict:
        """How ``message`` must travel to each recipient, and why.

        Who sends it to whom is a ``Transaction``, or, where nothing else is to be said, a ``sender`` and
        ``recipients``. ``at`` is the time that evidence and waivers are judged at; ``None`` is now.

        ``part_texts`` holds, by IMAP section number, what you read in parts that the engine cannot read: the OCR of a
        fax or a picture, the transcript of a dictation. It is scanned as the part's own text.

        Raises ``EvaluateError`` without a recipient, or for the text of a part that the message does not have, and
        ``FactsError`` for a value that does not exist or that the policy does not know, such as a flag that it does not
        declare.
        """
        told = facts(_transaction(transaction, sender, recipients))
        return Verdict(self._engine.evaluate(raw(message), told, part_texts, millis(at)))

    def report_outcome(
        self,
        message: MessageLike,
        transaction: Transaction,
        *,
        recipient: str,
        outcome: Outcome,
        at: When = None,
    ) -> Verdict:
        """Decides again for one recipient after an attempt to deliver, as if its outcome had been known before.

        ``outcome`` names the failure as TLS reports do (RFC 8460, section 4.3), or the level over which the message was
        delivered. The verdict has one delivery: by the next method that satisfies, or by what the policy says when none
        does.

        Raises ``EvaluateError`` when the transaction has no such recipient, and ``FactsError`` for an unknown outcome.

        >>> engine = Engine(profile="minimal")
        >>> message = b"Subject: lunch\\r\\n\\r\\nAt noon?"
        >>> transaction = Transaction(sender="ann@clinic.example", recipients=["bob@example.org"])
        >>> engine.report_outcome(
        ...     message, transaction, recipient="bob@example.org", outcome="starttls-not-supported"
        ... ).deliveries[0].method
        'portal'
        """
        told = facts(transaction)
        one_of("outcome", Outcome, outcome)
        return Verdict(self._engine.report_outcome(raw(message), told, recipient, outcome, millis(at)))

    def feed(self, transaction: Transaction) -> Feed:
        """Takes one message in pieces, as a mail server gets it."""
        return Feed(self._engine.feed(facts(transaction)))

    def seal(
        self,
        plaintext: bytes | bytearray | memoryview,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        terms: Terms | None = None,
    ) -> bytes:
        """Seals ``plaintext`` so that each of ``keys`` opens it.

        ``context`` binds the sealed message to pairs that are not stored in it: they must be given again to open it.
        ``terms`` say how long it is kept, in which bucket, and more. Raises ``SealError``.
        """
        return self._engine.seal(plaintext, keys, context, shape(terms))

    def seal_detached(
        self,
        plaintext: bytes | bytearray | memoryview,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        terms: Terms | None = None,
    ) -> tuple[bytes, bytes]:
        """As ``seal``, into a header and a body that are kept apart, in a database and an object store for instance."""
        return self._engine.seal_detached(plaintext, keys, context, shape(terms))

    def open(
        self,
        sealed: bytes | bytearray | memoryview,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        threads: int = 1,
        past_retention: bool = False,
        senders: Collection[VerifyingKey] | None = None,
    ) -> bytes:
        """Opens a sealed message; nothing is returned before all of it is verified.

        ``threads`` may share the work on a message of 1 MiB or more. With ``senders``, it opens only if one of them signed
        it (``Terms.sign``); without, whoever sealed it. Raises ``OpenError``, the same for every reason but two: a message that was to be destroyed by
        now (``Terms.not_after``) has the code ``ended``, and opens only with ``past_retention``; one that none of
        ``senders`` signed has the code ``sender``. Python cannot wipe the ``bytes`` that it returns.
        """
        return self._engine.open(sealed, (keys, context, past_retention, senders), threads)

    def open_signed(
        self,
        sealed: bytes | bytearray | memoryview,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        header: bytes | None = None,
        threads: int = 1,
        past_retention: bool = False,
        senders: Collection[VerifyingKey] | None = None,
    ) -> Opened:
        """As ``open``, and says who signed the message; with ``header``, which was kept apart, ``sealed`` is its body.

        >>> from sealwax import LocalKey, SigningKey, Terms
        >>> engine, key, desk = Engine(), LocalKey.generate(), SigningKey.generate()
        >>> sealed = engine.seal(b"labs", keys=[key], terms=Terms(sign=desk))
        >>> opened = engine.open_signed(sealed, keys=[key])
        >>> opened.content, opened.sender == desk.verifying_key
        (b'labs', True)
        """
        access = (keys, context, past_retention, senders)
        return Opened(*self._engine.open_signed(sealed, header, access, threads))

    def open_detached(
        self,
        header: bytes | bytearray | memoryview,
        body: bytes | bytearray | memoryview,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        threads: int = 1,
        past_retention: bool = False,
        senders: Collection[VerifyingKey] | None = None,
    ) -> bytes:
        """As ``open``, of a message whose header was kept apart."""
        return self._engine.open_detached(header, body, (keys, context, past_retention, senders), threads)

    def rewrap(
        self,
        sealed: bytes | bytearray | memoryview,
        *,
        body: bytes | bytearray | memoryview | None = None,
        context: Mapping[str, str] | None = None,
        keys: Collection[Key] = (),
        add: Collection[Key] = (),
        hold: Collection[Key] = (),
        remove: Collection[str] = (),
        replace_all: bool = False,
    ) -> Rewrapped:
        """A new header, which changes who can open a message without touching its body.

        ``sealed`` is the message, or its header alone, with the ``body`` that belongs to it, of which the first 56 bytes are
        enough: it proves that a key is that of the message. ``context`` is what was given when a message of an older
        version was sealed. ``keys`` open it now; removing alone needs none where the recipient list was left open
        (``Terms.protect_recipients``). ``add`` shall open it, and so shall ``hold``, the keys of a legal hold, also when the
        message belongs to a bucket. The keys named in ``remove`` (``Stanza.name``) go, or with ``replace_all`` all that are
        not added. The same change made twice gives the same recipients.

        Raises ``HeaderError``, ``OpenError`` when no key opens it, and ``SealError`` when the change is not allowed.

        >>> from sealwax import LocalKey
        >>> engine, old, new = Engine(), LocalKey.generate(), LocalKey.generate()
        >>> sealed = engine.seal(b"labs", keys=[old])
        >>> change = engine.rewrap(sealed, keys=[old], add=[new], replace_all=True)
        >>> engine.open(change.header + sealed[change.old_length :], keys=[new])
        b'labs'
        """
        change = (keys, add, hold, remove, replace_all)
        return Rewrapped(*self._engine.rewrap(sealed, body, context, change))

    def survivors(self, sealed: bytes | bytearray | memoryview, *, keys: Collection[Key]) -> tuple[Stanza, ...]:
        """Who still opens a message after ``keys`` are gone; with nobody left, it is destroyed.

        ``sealed`` may be a header that was kept apart. Ask before the keys are destroyed: a stanza counts as theirs only when
        one of them opens what was wrapped for it, since its name may be that of another key as well. Raises
        ``HeaderError``.

        >>> from sealwax import LocalKey
        >>> engine, ours, hold = Engine(), LocalKey.generate(), LocalKey.generate()
        >>> sealed = engine.seal(b"labs", keys=[ours, hold])
        >>> [stanza.name for stanza in engine.survivors(sealed, keys=[ours])] == [hold.name]
        True
        """
        stanzas = Header.parse(sealed).stanzas
        return tuple(stanzas[place] for place in self._engine.survivors(sealed, keys))

    def sealed_writer(
        self,
        file: SupportsWrite,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        terms: Terms | None = None,
    ) -> SealedWriter:
        """A file object that seals what is written to it into ``file``, a binary file that is open for writing.

        Closing it ends the message; see ``SealedWriter``. Raises ``SealError``.
        """
        return SealedWriter(self._engine.sealed_writer(file, keys, context, shape(terms)))

    def sealed_writer_detached(
        self,
        file: SupportsWrite,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        terms: Terms | None = None,
    ) -> tuple[bytes, SealedWriter]:
        """As ``sealed_writer``, with the header given back instead of written: ``file`` takes the body alone."""
        header, writer = self._engine.sealed_writer_detached(file, keys, context, shape(terms))
        return header, SealedWriter(writer)

    def sealed_reader(
        self,
        file: SupportsSeek,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        header: bytes | None = None,
        past_retention: bool = False,
    ) -> SealedReader:
        """A file object that reads a sealed message from any place; ``file`` is a binary file that can seek.

        With ``header``, which was kept apart, ``file`` holds the body. A part of a message does not prove who signed it.
        Raises ``OpenError``, the same for every reason; so does reading.
        """
        return SealedReader(self._engine.sealed_reader(file, header, (keys, context, past_retention, None)))

    def chunkwise_reader(
        self,
        file: SupportsRead,
        *,
        keys: Collection[Key],
        context: Mapping[str, str] | None = None,
        header: bytes | None = None,
        past_retention: bool = False,
        senders: Collection[VerifyingKey] | None = None,
    ) -> ChunkwiseReader:
        """A file object that reads a sealed message from ``file``, which need not seek: a pipe, a socket, a download.

        It releases each chunk *before* the end of the message is known to be genuine; see ``ChunkwiseReader``. With
        ``header``, which was kept apart, ``file`` gives the body. Raises ``OpenError``, the same for every reason; so does
        reading.
        """
        access = (keys, context, past_retention, senders)
        return ChunkwiseReader(self._engine.chunkwise_reader(file, header, access))

    def __repr__(self) -> str:
        return f"<Engine policy={self._engine.policy_name}>"


class Feed:
    """One message that is handed over in pieces; it belongs to one thread at a time.

    Give it headers and then the body, as a milter does, or the whole message by ``raw``. All feeds of an engine together
    hold no more than its ``feed_budget``: a piece that goes beyond it raises ``EvaluateError`` with the code ``budget``, and
    there is no verdict on its message. Answer it with a temporary failure (451 in SMTP).
    """

    __slots__ = ("_cancel", "_feed")

    def __init__(self, feed: _sealwax.Feed) -> None:
        """Wraps a feed; use ``Engine.feed`` to get one."""
        self._feed = own("feed", _sealwax.Feed, feed)
        self._cancel = self._feed.cancel()

    def header(self, name: bytes | str, value: bytes | str) -> None:
        """Adds a header field."""
        self._feed.header(_octets("name", name), _octets("value", value))

    def body(self, chunk: bytes | bytearray | memoryview) -> None:
        """Adds a piece of the body, of any size, after the last header."""
        self._feed.body(chunk)

    def raw(self, chunk: bytes | bytearray | memoryview) -> None:
        """Adds a piece of the message as it stands, headers included."""
        self._feed.raw(chunk)

    def part_text(self, part: str, text: str) -> None:
        """Adds what you read in the part with this IMAP section number: the OCR of a fax, the transcript of a dictation.

        It is scanned as the part's own text. ``finish`` raises ``EvaluateError`` when the message has no such part;
        ``FactsError`` is raised for what is no section number.
        """
        self._feed.part_text(part, text)

    def deadline(self, work: int) -> None:
        """Bounds what this message may cost, in the units of the limit ``work``: about one for each look at a byte.

        What is left when they are spent is not inspected: the message is then incomplete, which raises. It holds until the
        next reset.
        """
        self._feed.deadline(work)

    def cancel(self) -> None:
        """Calls this message off; any thread may do so, also while another one is in ``finish``.

        Pieces and ``finish`` then raise ``EvaluateError`` with the code ``cancelled``, until the next reset.
        """
        self._cancel.call()

    def finish(self, *, at: When = None) -> Verdict:
        """The verdict on what was given, once: the message is forgotten, and ``reset`` makes the feed ready for the next one.

        Until then, another ``finish`` and further pieces raise ``EvaluateError`` with the code ``finished``.
        """
        return Verdict(self._feed.finish(millis(at)))

    def reset(self, transaction: Transaction) -> None:
        """Starts again with another message."""
        self._feed.reset(facts(transaction))
        self._cancel = self._feed.cancel()


def _transaction(
    transaction: Transaction | None,
    sender: str | None,
    recipients: Collection[Recipient | str] | None,
) -> Transaction:
    if transaction is not None and sender is None and recipients is None:
        return transaction
    if transaction is None and sender is not None and recipients is not None:
        return Transaction(sender=sender, recipients=recipients)
    raise ArgumentError("evaluate() takes a transaction, or a sender and recipients")


def _octets(argument: str, text: bytes | str) -> bytes:
    """The bytes of a header field; what a milter could not decode came in as surrogates, and goes out as it was."""
    if not isinstance(text, str):
        return text
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        refused = ArgumentError(f"`{argument}` takes bytes, or a str whose lone surrogates stand for bytes")
    raise refused


def _text_of(policy: os.PathLike[str]) -> str:
    """The text of a policy file."""
    return _decoded(_bytes_of(policy, "policy"))


def _bytes_of(file: os.PathLike[str], name: str) -> bytes:
    """What a file holds from which an engine is made."""
    try:
        path = os.fsdecode(file)
        return Path(path).read_bytes()
    except OSError as failure:
        refused: SealwaxError = PolicyError(f"the {name} file cannot be read: {failure.strerror}", "unreadable")
    except Exception:
        what = "the text of a policy" if name == "policy" else "the bytes of a bundle"
        refused = ArgumentError(f"`{name}` takes {what}, or the path of one")
    raise refused


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as failure:
        before = content[: failure.start]
    line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1
    raise PolicyError(f"line {line}, column {column}: the policy is not UTF-8", "syntax", line, column)
