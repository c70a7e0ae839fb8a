"""Whatever is handed over, what is raised is the package's own, and holds nothing of it.

Each public callable has a row with arguments that it takes. One by one, each argument is replaced by every value of
``WRONG``, all of which hold a canary. A callable without a row fails the test, so the table cannot fall behind.
"""

from __future__ import annotations

import dataclasses
import inspect
import io
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from email import message_from_bytes
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import sealwax
from sealwax import SealwaxError

WORD = "7k3q canary 078-05-1120"
NUMBER = 70_313_370_313_370_313_371
CANARIES = ("7k3q", "canary", "078-05-1120", "7031337", "70_313_370")
PHI = b"Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes mellitus, HbA1c 9.1\r\n"


class Odd:
    """Answers to whatever it is asked with an exception that holds the canary."""

    def _raise(self, *_: object) -> Any:
        raise ValueError(WORD, self)

    __iter__ = __len__ = __index__ = __int__ = __float__ = __bool__ = __fspath__ = _raise
    __getitem__ = __buffer__ = __call__ = __eq__ = __str__ = _raise
    keys = items = values = read = write = seek = flush = to_dict = _raise

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return WORD


class OddMapping(Mapping[Any, Any]):
    """A mapping that breaks when it is gone through."""

    def __getitem__(self, key: object) -> Any:
        raise KeyError(WORD)

    def __iter__(self) -> Iterator[Any]:
        yield WORD
        raise ValueError(WORD)

    def __len__(self) -> int:
        raise OverflowError(WORD)


class OddZone(tzinfo):
    """A time zone that knows no offset."""

    def utcoffset(self, at: datetime | None) -> timedelta:
        raise ValueError(WORD)

    dst = utcoffset

    def tzname(self, at: datetime | None) -> str:
        raise ValueError(WORD)


def odd_items() -> Iterator[Any]:
    """Breaks after its first item."""
    yield WORD
    raise ValueError(WORD)


def odd_email() -> Message:
    """A message that cannot be written out."""
    message = message_from_bytes(b"Content-Type: text/plain; charset=us-ascii\r\n\r\nx")
    message.set_payload(WORD + "\udc80\ud800")
    return message


def odd_fields() -> Message:
    """A message with a header field that no encoding has."""
    message = Message()
    message["X-Note"] = WORD + "\ud800"
    return message


def released() -> memoryview:
    """A view of nothing any more."""
    view = memoryview(WORD.encode())
    view.release()
    return view


def wrong(folder: Path) -> list[Any]:
    """Values of every shape, each with a canary."""
    latin = folder / "latin.toml"
    latin.write_bytes(b'name = "x"\n# ' + WORD.encode() + b" \xe9\xff\n")
    return [
        WORD,
        WORD + "\ud800",
        "\udcff" + WORD,
        WORD + "\0\n",
        WORD.encode(),
        bytearray(WORD.encode()),
        memoryview(WORD.encode()),
        memoryview(WORD.encode() + b" ").cast("I"),
        memoryview(WORD.encode())[::2],
        released(),
        [WORD],
        [WORD + "\ud800"],
        [WORD.encode()],
        [[WORD]],
        (WORD, NUMBER),
        {WORD},
        {WORD: WORD},
        {WORD: WORD + "\ud800"},
        {WORD + "\ud800": WORD},
        {WORD: WORD.encode()},
        {WORD: NUMBER},
        {WORD.encode(): WORD},
        {WORD: {WORD: [WORD]}},
        {NUMBER: NUMBER},
        [{WORD: [NUMBER]}],
        [{}],
        [None],
        NUMBER,
        -NUMBER,
        10**5000 + NUMBER,
        NUMBER / 1e3,
        float("nan"),
        complex(7031337, 1),
        None,
        True,
        -1,
        Odd(),
        [Odd()],
        {WORD: Odd()},
        OddMapping(),
        odd_items(),
        Odd,
        datetime(7031, 3, 3),
        datetime(2026, 1, 1, tzinfo=OddZone()),
        latin,
        folder,
        folder / "absent.toml",
        io.StringIO(WORD),
        io.BytesIO(WORD.encode()),
        io.BytesIO(),
        odd_email(),
        odd_fields(),
        KEY,
        LOCAL,
        TRANSACTION,
    ]


ENGINE = sealwax.Engine()
BUNDLE = sealwax.Engine.compile(profile="minimal")
LOCAL = sealwax.LocalKey.generate()
DESK = sealwax.SigningKey.generate()
KEY = sealwax.HashKey.generate()
SECRET = sealwax.SecretKey.generate()
RING = sealwax.KeyRing().rotated("ring")
SEALED = ENGINE.seal(b"labs", keys=[LOCAL])
PIECES = ENGINE.seal_detached(b"labs", keys=[LOCAL])
TOLD: dict[str, Any] = {"at": 0, "status": "active", "actor": "desk", "reason": "told"}
AGREEMENT: dict[str, Any] = {"date": "2026-01-01", "end": "2026-12-31", "document_sha256": "0" * 64}
SEEN: dict[str, Any] = {
    "kind": "probe",
    "level": "encrypted",
    "observed_at": 0,
    "valid_until": 1,
    "protocol": "TLSv1.3",
    "suite": "TLS_AES_256_GCM_SHA384",
    "failed": False,
}
WAIVER: dict[str, Any] = {
    "id": "w1",
    "recipient": "a@b.example",
    "basis": "preference",
    "categories": ["phi"],
    "communications": ["email"],
    "purposes": [],
    "maximum": "sensitive",
    "effective_from": 0,
    "expires": 1,
    "review_by": 1,
    "risk_notice": "v1",
    "alternative_offered": "portal",
    "entity": "clinic",
    "sender": "a@b.example",
    "group": "desk",
    "form": "paper",
    "artefact_sha256": "0" * 64,
    "captured_by": "desk",
    "history": [sealwax.Change(**TOLD)],
}
PREFERENCE: dict[str, Any] = {
    "id": "p1",
    "recipient": "a@b.example",
    "asks": "opt-out",
    "purposes": [],
    "instead": "by letter",
    "entity": "clinic",
    "effective_from": 0,
    "expires": 1,
    "history": [sealwax.Change(**TOLD)],
}
RECIPIENT: dict[str, Any] = {
    "address": "a@b.example",
    "internal": False,
    "evidence": [sealwax.Evidence(**SEEN)],
    "smime": False,
    "pgp": False,
    "baa": "unknown",
    "party": "individual",
    "agreement": sealwax.Agreement(**AGREEMENT),
    "authentication": "none",
    "waivers": [],
    "preferences": [],
}
LIST: dict[str, Any] = {"id": "news", "health": False}
SENT: dict[str, Any] = {
    "sender": "a@b.example",
    "recipients": ["c@d.example"],
    "account": None,
    "groups": [],
    "stream": None,
    "purpose": None,
    "list": None,
    "methods": ["tls"],
    "enforces": "encrypted",
    "require_tls": False,
    "flags": [],
}
TERMS: dict[str, Any] = {
    "stored": {"a": "b"},
    "retention": "six-years",
    "not_after": 1,
    "bucket": None,
    "key_epoch": 1,
    "protect_recipients": False,
    "anonymous": True,
    "padded": True,
    "sign": DESK,
    "threads": 1,
}
TRANSACTION = sealwax.Transaction(**SENT)
REDACT: dict[str, Any] = {"mode": "type", "key": KEY, "shift_dates": "a", "keep": [], "id": ""}
OPEN: dict[str, Any] = {"keys": [LOCAL], "context": {}, "past_retention": True}
SEAL: dict[str, Any] = {"keys": [LOCAL], "context": {}, "terms": sealwax.Terms(**TERMS)}


def used(value: object) -> object:
    """What a host does with a value of the facts."""
    if isinstance(value, sealwax.Terms):
        return sealwax.Header.parse(ENGINE.seal(b"labs", keys=[LOCAL], terms=value)).not_after
    if isinstance(value, sealwax.Transaction):
        transaction = value
    else:
        recipient = value if isinstance(value, sealwax.Recipient) else _told(value)
        transaction = dataclasses.replace(TRANSACTION, recipients=[recipient])
    return ENGINE.evaluate(PHI, transaction, at=0)


def _told(value: object) -> sealwax.Recipient:
    """A recipient of whom this is known."""
    if isinstance(value, sealwax.Agreement):
        return sealwax.Recipient("c@d.example", agreement=value)
    if isinstance(value, sealwax.Evidence):
        return sealwax.Recipient("c@d.example", evidence=[value])
    if isinstance(value, sealwax.Waiver):
        return sealwax.Recipient("c@d.example", waivers=[value])
    assert isinstance(value, sealwax.Preference)
    return sealwax.Recipient("c@d.example", preferences=[value])


def made(kind: Callable[..., object]) -> Callable[..., object]:
    """Makes a value of the facts and uses it."""
    return lambda **fields: used(kind(**fields))


def on(value: Callable[[], Any], method: str) -> Callable[..., object]:
    """Calls a method of a fresh value by keywords, whose names may be positions."""

    def call(**arguments: Any) -> object:
        found = getattr(value(), method)
        places = [arguments.pop(name) for name in list(arguments) if name.startswith("_")]
        return found(*places, **arguments)

    return call


def feed() -> sealwax.Feed:
    """A fresh feed."""
    return ENGINE.feed(TRANSACTION)


def writer() -> sealwax.SealedWriter:
    """A fresh writer."""
    return ENGINE.sealed_writer(io.BytesIO(), keys=[LOCAL])


def reader() -> sealwax.SealedReader:
    """A fresh reader."""
    return ENGINE.sealed_reader(io.BytesIO(SEALED), keys=[LOCAL])


def chunkwise() -> sealwax.ChunkwiseReader:
    """A fresh reader of a pipe."""
    return ENGINE.chunkwise_reader(io.BytesIO(SEALED), keys=[LOCAL])


def header() -> sealwax.Header:
    """The header of a sealed message."""
    return sealwax.Header.parse(SEALED)


@cache
def delivery() -> sealwax.Delivery:
    """One that leaves by verified TLS."""
    policy = 'name = "x"\n[baseline]\ntransport = "verified"\n'
    dane = sealwax.Evidence(kind="dane", level="dane", observed_at=0)
    known = sealwax.Recipient("c@d.example", evidence=[dane])
    transaction = sealwax.Transaction(sender="a@b.example", recipients=[known], enforces="dane")
    return sealwax.Engine(policy=policy).evaluate(PHI, transaction, at=1).deliveries[0]


def fallback() -> sealwax.Fallback:
    """What is done when its contract cannot be met."""
    fallback = delivery().fallback
    assert fallback is not None
    return fallback


def engine() -> sealwax.Engine:
    """The engine."""
    return ENGINE


def wrap(binding: bytes, key: bytes) -> bytes:
    """A key service that keeps what it gets."""
    return key


Row = tuple[Callable[..., object], dict[str, Any]]
ROWS: dict[str, Row] = {
    "Agreement": (made(sealwax.Agreement), AGREEMENT),
    "Change": (sealwax.Change, TOLD),
    "ChunkwiseReader": (sealwax.ChunkwiseReader, {"reader": None}),
    "ChunkwiseReader.readinto": (on(chunkwise, "readinto"), {"_buffer": bytearray(4)}),
    "Delivery.outer": (on(delivery, "outer"), {"message": PHI}),
    "Engine": (
        sealwax.Engine,
        {
            "policy": "",
            "profile": None,
            "bundle": None,
            "resources": {"a": b"b"},
            "limits": {"parts": 5},
            "roster_key": KEY,
            "feed_budget": 1 << 20,
        },
    ),
    "Engine.chunkwise_reader": (
        lambda **a: ENGINE.chunkwise_reader(**a).read(),
        {"file": io.BytesIO(SEALED), **OPEN, "header": None, "senders": None},
    ),
    "Engine.compile": (sealwax.Engine.compile, {"policy": "", "profile": None, "resources": {"a": b"b"}}),
    "Engine.evaluate": (
        on(engine, "evaluate"),
        {"message": PHI, "transaction": None, "sender": "a@b.example", "recipients": ["c@d.example"], "part_texts": {}}
        | {"at": 0},
    ),
    "Engine.feed": (on(engine, "feed"), {"transaction": TRANSACTION}),
    "Engine.from_bundle": (
        sealwax.Engine.from_bundle,
        {"bundle": BUNDLE, "limits": {"parts": 5}, "roster_key": KEY, "feed_budget": 1 << 20},
    ),
    "Engine.identifiers": (on(engine, "identifiers"), {"message": PHI, "purpose": "billing", "id": ""}),
    "Engine.identifiers_in_text": (on(engine, "identifiers_in_text"), {"text": "x", "purpose": "billing", "id": ""}),
    "Engine.open": (on(engine, "open"), {"sealed": SEALED, **OPEN, "threads": 1, "senders": None}),
    "Engine.open_signed": (on(engine, "open_signed"), {"sealed": SEALED, **OPEN, "header": None, "threads": 1, "senders": None}),
    "Engine.open_detached": (
        on(engine, "open_detached"),
        {"header": PIECES[0], "body": PIECES[1], **OPEN, "threads": 1, "senders": None},
    ),
    "Engine.redact": (on(engine, "redact"), {"message": PHI, **REDACT, "keep_participants": False}),
    "Engine.redact_text": (on(engine, "redact_text"), {"text": "SSN 536-90-4399", **REDACT}),
    "Engine.report_outcome": (
        on(engine, "report_outcome"),
        {"message": PHI, "transaction": TRANSACTION, "recipient": "c@d.example", "outcome": "verified", "at": 0},
    ),
    "Engine.rewrap": (
        on(engine, "rewrap"),
        {
            "sealed": SEALED,
            "body": None,
            "context": {},
            "keys": [LOCAL],
            "add": [SECRET],
            "hold": [],
            "remove": [],
            "replace_all": False,
        },
    ),
    "Engine.scan": (on(engine, "scan"), {"message": PHI, "id": "", "show_text": False}),
    "Engine.scan_text": (on(engine, "scan_text"), {"text": "x", "id": "", "show_text": False}),
    "Engine.seal": (on(engine, "seal"), {"plaintext": b"labs", **SEAL}),
    "Engine.seal_detached": (on(engine, "seal_detached"), {"plaintext": b"labs", **SEAL}),
    "Engine.sealed_reader": (
        lambda **a: ENGINE.sealed_reader(**a).read(),
        {"file": io.BytesIO(SEALED), **OPEN, "header": None},
    ),
    "Engine.sealed_writer": (lambda **a: ENGINE.sealed_writer(**a).close(), {"file": io.BytesIO(), **SEAL}),
    "Engine.sealed_writer_detached": (
        lambda **a: ENGINE.sealed_writer_detached(**a)[1].close(),
        {"file": io.BytesIO(), **SEAL},
    ),
    "Engine.survivors": (on(engine, "survivors"), {"sealed": SEALED, "keys": [LOCAL]}),
    "Entities": (sealwax.Entities, {"found": []}),
    "Evidence": (made(sealwax.Evidence), SEEN),
    "Fallback.outer": (on(fallback, "outer"), {"message": PHI}),
    "Feed": (sealwax.Feed, {"feed": None}),
    "Feed.body": (on(feed, "body"), {"chunk": b"x"}),
    "Feed.deadline": (on(feed, "deadline"), {"work": 1}),
    "Feed.finish": (on(feed, "finish"), {"at": 0}),
    "Feed.header": (on(feed, "header"), {"name": "Subject", "value": b"x"}),
    "Feed.part_text": (on(feed, "part_text"), {"part": "1", "text": "x"}),
    "Feed.raw": (on(feed, "raw"), {"chunk": b"x"}),
    "Feed.reset": (on(feed, "reset"), {"transaction": TRANSACTION}),
    "Certificate.from_pem": (on(lambda: sealwax.Certificate, "from_pem"), {"_text": "x"}),
    "Credentials.read": (on(lambda: sealwax.Credentials, "read"), {"_file": b"x", "passphrase": "x"}),
    "HashKey.from_text": (on(lambda: sealwax.HashKey, "from_text"), {"_text": KEY.to_text()}),
    "Header.length": (sealwax.Header.length, {"sealed": SEALED}),
    "Header.parse": (sealwax.Header.parse, {"sealed": SEALED}),
    "KeyRing.active": (on(lambda: RING, "active"), {"_id": "ring"}),
    "KeyRing.destroyed": (on(lambda: RING, "destroyed"), {"_id": "ring"}),
    "KeyRing.from_text": (on(lambda: sealwax.KeyRing, "from_text"), {"_text": RING.to_text()}),
    "KeyRing.from_wrapped": (
        on(lambda: sealwax.KeyRing, "from_wrapped"),
        {"_wrapped": RING.to_wrapped([LOCAL]), "_keys": [LOCAL]},
    ),
    "KeyRing.to_wrapped": (on(lambda: RING, "to_wrapped"), {"_keys": [LOCAL]}),
    "KeyRing.rotated": (on(lambda: RING, "rotated"), {"_id": "ring"}),
    "KeyRing.rotated_signer": (on(lambda: RING, "rotated_signer"), {"_id": "desk"}),
    "KeyRing.destroyed_signer": (on(lambda: RING, "destroyed_signer"), {"_id": "desk"}),
    "KeyRing.active_signer": (on(lambda: RING, "active_signer"), {"_id": "desk"}),
    "KeyService": (
        lambda **a: ENGINE.seal(b"labs", keys=[sealwax.KeyService(**a)]),
        {"provider": "kms", "id": "a", "wrap": wrap, "unwrap": wrap, "version": 0, "max_wrapped": 1024},
    ),
    "LinkSecret.from_text": (
        on(lambda: sealwax.LinkSecret, "from_text"),
        {"_text": sealwax.LinkSecret.generate().to_text()},
    ),
    "ListContext": (sealwax.ListContext, LIST),
    "LocalKey.from_text": (on(lambda: sealwax.LocalKey, "from_text"), {"_text": LOCAL.to_text()}),
    "Passphrase": (lambda _text: sealwax.Passphrase(_text), {"_text": "words"}),
    "Preference": (made(sealwax.Preference), PREFERENCE),
    "PublicKey.from_text": (on(lambda: sealwax.PublicKey, "from_text"), {"_text": SECRET.public.to_text()}),
    "Recipient": (made(sealwax.Recipient), RECIPIENT),
    "RsaSecretKey.from_pem": (on(lambda: sealwax.RsaSecretKey, "from_pem"), {"_text": "x"}),
    "SealedReader": (sealwax.SealedReader, {"reader": None}),
    "SealedReader.read_at": (on(reader, "read_at"), {"offset": 0, "size": 2}),
    "SealedReader.readinto": (on(reader, "readinto"), {"_buffer": bytearray(4)}),
    "SealedReader.seek": (on(reader, "seek"), {"_offset": 0, "_whence": 0}),
    "SealedWriter": (sealwax.SealedWriter, {"writer": None}),
    "SealedWriter.write": (on(writer, "write"), {"_data": b"x"}),
    "SecretKey.from_text": (on(lambda: sealwax.SecretKey, "from_text"), {"_text": SECRET.to_text()}),
    "SecretKey.generate": (sealwax.SecretKey.generate, {"exchange": "x25519"}),
    "SigningKey.from_text": (on(lambda: sealwax.SigningKey, "from_text"), {"_text": DESK.to_text()}),
    "VerifyingKey.from_text": (
        on(lambda: sealwax.VerifyingKey, "from_text"),
        {"_text": DESK.verifying_key.to_text()},
    ),
    "Terms": (made(sealwax.Terms), TERMS),
    "Transaction": (made(sealwax.Transaction), SENT),
    "Waiver": (made(sealwax.Waiver), WAIVER),
    "inner": (sealwax.inner, {"message": PHI}),
}

REPEATED = {
    ("Engine", "limits"),
    ("Engine", "policy"),
    ("Engine", "profile"),
    ("Engine.compile", "policy"),
    ("Engine.compile", "profile"),
    ("Engine.from_bundle", "limits"),
    ("KeyService", "wrap"),
}
"""Arguments whose words an exception may repeat: a policy is written by an administrator, and its errors quote it."""
OWN_EXCEPTIONS = {"file"}
"""Arguments of the caller's own code, whose exceptions are passed on as they are."""
MADE_BY_ENGINE = {
    name
    for name, value in vars(sealwax).items()
    if inspect.isclass(value) and (issubclass(value, sealwax.Verdict.__mro__[1]) or issubclass(value, SealwaxError))
}
"""Results, which no host makes, and exceptions, which hold what they are given."""
HOLD_WHAT_THEY_GET = {"MemoryProtection", "Opened", "Rewrapped"}
"""Named tuples, which raise nothing."""


def public() -> Iterator[tuple[str, Any]]:
    """Every callable that a host can call with arguments, by its name in the table."""
    for name in sealwax.__all__:
        value = getattr(sealwax, name)
        if inspect.isclass(value):
            if name not in MADE_BY_ENGINE and _takes_arguments(value):
                yield name, value
            for method, held in vars(value).items():
                bare = getattr(value, method)
                shown = not method.startswith("_") and not isinstance(held, property)
                if shown and callable(bare) and _takes_arguments(held):
                    yield f"{name}.{method}", bare
        elif inspect.isroutine(value) and _takes_arguments(value):
            yield name, value


def _takes_arguments(value: Any) -> bool:
    bare = getattr(value, "__func__", value)
    try:
        names = [name for name in inspect.signature(bare).parameters if name not in {"self", "cls"}]
    except (TypeError, ValueError):
        return False
    return names != []


def test_every_public_callable_has_a_row() -> None:
    assert {name for name, _ in public()} - HOLD_WHAT_THEY_GET == ROWS.keys()


def told(error: BaseException) -> str:
    """All that an exception says, to a person, a log or a collector of exceptions."""
    pieces = [str(error), repr(error), repr(error.args), *traceback.format_exception(error)]
    for name in dir(error):
        if name not in {"__traceback__", "__doc__", "with_traceback"} and not name.startswith("__"):
            pieces.append(repr(getattr(error, name)))
    pieces += [repr(vars(error)), repr(getattr(error, "__notes__", None))]
    return "\n".join(pieces)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_raised_is_the_package_s_own_and_holds_nothing_of_what_was_given(name: str, tmp_path: Path) -> None:
    call, arguments = ROWS[name]
    refused = 0
    for argument in arguments:
        for value in wrong(tmp_path):
            others = {key: rewound(other) for key, other in arguments.items()}
            try:
                call(**{**others, argument: value})
                continue
            except SealwaxError as raised:
                error: BaseException = raised
            except Exception as raised:
                of_file = argument in OWN_EXCEPTIONS and isinstance(value, Odd | type | io.StringIO)
                assert of_file, f"{argument}: {raised!r}"
                continue
            refused += 1
            assert error.__context__ is None, f"{argument}: {error!r}"
            assert error.__cause__ is None, f"{argument}: {error!r}"
            if (name, argument) not in REPEATED:
                shown = told(error)
                assert not [canary for canary in CANARIES if canary in shown], f"{argument}: {error!r}"
    assert refused > 0


NOT_WRITTEN_HERE = {"Certificate.from_pem", "Credentials.read", "RsaSecretKey.from_pem"}
NOT_WRITTEN_HERE |= {"ChunkwiseReader", "Engine", "Feed", "SealedReader", "SealedWriter"}
"""Rows with an argument that a table cannot write down, or that contradict each other."""


def rewound(value: Any) -> Any:
    """The value, or a file of the same bytes that was not read yet."""
    return io.BytesIO(value.getvalue()) if isinstance(value, io.BytesIO) else value


@pytest.mark.parametrize("name", ROWS)
def test_the_arguments_of_a_row_are_taken(name: str) -> None:
    call, arguments = ROWS[name]
    if name not in NOT_WRITTEN_HERE:
        call(**{key: rewound(value) for key, value in arguments.items()})


def test_a_result_is_not_made_of_content() -> None:
    results = [getattr(sealwax, name) for name in MADE_BY_ENGINE]
    for kind in results:
        if issubclass(kind, SealwaxError):
            continue
        with pytest.raises(sealwax.ArgumentError) as caught:
            kind(WORD)
        assert WORD not in told(caught.value)


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"name = \xe9", (1, 8)), ("name = 'ü'\n# ü \xff".encode() + b"\xe9", (2, 6)), (b"\n\n\xff", (3, 1))],
)
def test_a_policy_file_that_is_not_utf_8_names_the_place(
    content: bytes, place: tuple[int, int], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_bytes(content)
    with pytest.raises(sealwax.PolicyError, match="not UTF-8") as caught:
        sealwax.Engine(policy=policy)
    assert (caught.value.code, caught.value.line, caught.value.column) == ("syntax", *place)


def test_a_policy_file_that_is_not_there_is_a_policy_error(tmp_path: Path) -> None:
    with pytest.raises(sealwax.PolicyError, match="cannot be read: No such file") as caught:
        sealwax.Engine(policy=tmp_path / "absent.toml")
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(("at", "year"), [(2**62, None), (253_402_300_799_999, None), (-(2**63), 1)])
def test_the_end_of_a_message_beyond_what_a_datetime_holds_is_none_or_the_nearest(at: int, year: int | None) -> None:
    sealed = ENGINE.seal(b"labs", keys=[LOCAL], terms=sealwax.Terms(not_after=at))
    end = sealwax.Header.parse(sealed).not_after
    assert (end and end.year, end and end.tzinfo) == (year, year and UTC)


def test_a_second_call_from_inside_of_the_first_is_refused() -> None:
    class Echo(io.BytesIO):
        """Writes back into the writer that it is written to by."""

        writer: sealwax.SealedWriter | None = None

        def write(self, data: Any, /) -> int:
            if self.writer is not None:
                self.writer.write(data)
            return super().write(data)

    file = Echo()
    sealing = ENGINE.sealed_writer(file, keys=[LOCAL])
    file.writer = sealing
    with pytest.raises(sealwax.ArgumentError, match="in use by another call"):
        sealing.write(b"x" * (1 << 20))
