"""Certificates, terms, headers, rewrapping, crypto-shredding, and streams that cannot seek."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import sealwax

DATA = Path(__file__).parents[2] / "testdata" / "sealed"
BUCKET = "clinic-7/2027-01"
PLAIN = bytes(range(256)) * 400


@pytest.fixture
def key() -> sealwax.LocalKey:
    return sealwax.LocalKey.generate()


def test_an_anonymous_recipient_stands_nowhere_in_the_header(engine: sealwax.Engine) -> None:
    keys: list[sealwax.LocalKey | sealwax.SecretKey] = [sealwax.LocalKey.generate(), sealwax.SecretKey.generate()]
    sealed = engine.seal(PLAIN, keys=keys, terms=sealwax.Terms(anonymous=True))
    assert [stanza.name for stanza in sealwax.Header.parse(sealed).stanzas] == ["local:", "x25519:"]
    assert all(engine.open(sealed, keys=[key]) == PLAIN for key in keys)


def test_a_reader_knows_who_sealed_a_message(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    desk, other = sealwax.SigningKey.generate(), sealwax.SigningKey.generate()
    signed, plain = (engine.seal(PLAIN, keys=[key], terms=sealwax.Terms(sign=one)) for one in (desk, None))
    assert sealwax.Header.parse(signed).is_signed
    assert not sealwax.Header.parse(plain).is_signed
    assert engine.open_signed(signed, keys=[key]) == (PLAIN, desk.verifying_key)
    assert engine.open_signed(plain, keys=[key]).sender is None
    senders = [other.verifying_key, desk.verifying_key]
    assert engine.open(signed, keys=[key], senders=senders) == PLAIN
    for sealed, known in ((signed, other), (plain, desk)):
        with pytest.raises(sealwax.OpenError) as raised:
            engine.open(sealed, keys=[key], senders=[known.verifying_key])
        assert raised.value.code == "sender"
    with pytest.raises(sealwax.ArgumentError, match="names nobody"):
        engine.open(plain, keys=[key], senders=[])
    header, body = engine.seal_detached(PLAIN, keys=[key], terms=sealwax.Terms(sign=desk))
    assert engine.open_detached(header, body, keys=[key], senders=senders) == PLAIN
    assert engine.open_signed(body, header=header, keys=[key]).sender == desk.verifying_key
    reader = engine.chunkwise_reader(io.BytesIO(signed), keys=[key], senders=senders)
    assert (reader.sender, reader.read(), reader.sender) == (None, PLAIN, desk.verifying_key)
    assert len({desk.verifying_key, sealwax.VerifyingKey.from_text(desk.verifying_key.to_text())}) == 1
    assert sealwax.SigningKey.from_text(desk.to_text()).verifying_key == desk.verifying_key
    assert repr(desk) == "<SigningKey>"


def test_a_key_ring_signs_and_knows_its_signers(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    ring = sealwax.KeyRing().rotated_signer("desk")
    signed = engine.seal(PLAIN, keys=[key], terms=sealwax.Terms(sign=ring.active_signer("desk")))
    ring = sealwax.KeyRing.from_text(ring.rotated_signer("desk").to_text())
    sender = engine.open_signed(signed, keys=[key]).sender
    assert [(name, version) for name, version, known in ring.signers if known == sender] == [("desk", 1)]
    assert ring.destroyed_signer("desk").signers == []
    assert ring.active_signer("front") is None


def test_the_length_of_a_padded_message_tells_little(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    terms = sealwax.Terms(padded=True)
    one, other = (engine.seal(text, keys=[key], terms=terms) for text in (b"positive", b"not detected"))
    assert len(one) == len(other)
    assert engine.open(one, keys=[key]) == b"positive"
    header = sealwax.Header.parse(one)
    assert (header.is_padded, header.size) == (True, 255)
    with engine.sealed_reader(io.BytesIO(other), keys=[key]) as reader:
        assert reader.read() == b"not detected"


def test_a_certificate_seals_and_its_key_opens(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    certificate = sealwax.Certificate.from_pem((DATA / "rsa.crt").read_text())
    secret = sealwax.RsaSecretKey.from_pem((DATA / "rsa.key").read_text())
    assert certificate.name == secret.name
    assert certificate.not_before == datetime(2026, 11, 22, 2, 9, 51, tzinfo=UTC) < certificate.not_after
    sealed = engine.seal(b"labs", keys=[certificate])
    assert [(one.kind, one.name) for one in sealwax.Header.parse(sealed).stanzas] == [
        ("rsa-oaep-sha256", certificate.name)
    ]
    assert engine.open(sealed, keys=[secret]) == b"labs"
    for other in (key, certificate):
        with pytest.raises(sealwax.OpenError):
            engine.open(sealed, keys=[other])
    with pytest.raises(TypeError, match="only opens"):
        engine.seal(b"labs", keys=[key, secret])


def test_the_files_of_another_program_seal_and_open(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    archive = (DATA.parent / "credentials" / "p256.p12").read_bytes()
    found = sealwax.Credentials.read(archive, passphrase="correct horse")
    (secret,) = found.secret_keys
    assert isinstance(secret, sealwax.SecretKey) and secret.name == found.certificate.name
    assert "p256:" in repr(found) and len(repr(found)) < 300
    sealed = engine.seal(b"labs", keys=[found.certificate])
    assert [(one.kind, one.name) for one in sealwax.Header.parse(sealed).stanzas] == [("hpke", secret.name)]
    for name in ("sealed/p256.key", "credentials/p256-encrypted.key"):
        file = sealwax.Credentials.read(memoryview((DATA.parent / name).read_bytes()), passphrase="correct horse")
        assert engine.open(sealed, keys=file.secret_keys) == b"labs"
        with pytest.raises(sealwax.KeyFormatError, match="a private key without its certificate"):
            _ = file.certificate
    (rsa,) = sealwax.Credentials.read((DATA / "rsa.key").read_bytes()).secret_keys
    assert isinstance(rsa, sealwax.RsaSecretKey)
    certificate = sealwax.Certificate.from_pem((DATA / "p384.crt").read_text())
    assert certificate.name.startswith("p384:")
    with pytest.raises(sealwax.OpenError):
        engine.open(engine.seal(b"labs", keys=[certificate]), keys=[key, secret])


@pytest.mark.parametrize(
    ("file", "passphrase", "code", "said"),
    [
        ("credentials/p256.p12", None, "encrypted", "its passphrase is needed"),
        ("credentials/p256.p12", "CANARY", "wrong-passphrase", "does not fit"),
        ("sealed/README.md", None, "form", "neither PEM nor DER"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_without_it(file: str, passphrase: str | None, code: str, said: str) -> None:
    with pytest.raises(sealwax.KeyFormatError, match=said) as caught:
        _ = sealwax.Credentials.read((DATA.parent / file).read_bytes(), passphrase=passphrase).certificate
    assert caught.value.code == code and "CANARY" not in str(caught.value)


def test_what_is_no_certificate_or_rsa_key_is_told_without_it() -> None:
    secret = (DATA / "rsa.key").read_text()
    broken = [
        (sealwax.Certificate.from_pem, secret),
        (sealwax.RsaSecretKey.from_pem, secret.replace("MII", "MIJ", 1)),
        (sealwax.RsaSecretKey.from_pem, (DATA / "rsa.crt").read_text()),
    ]
    for read, text in broken:
        with pytest.raises(sealwax.KeyFormatError) as caught:
            read(text)
        assert "MI" not in str(caught.value)
    shown = repr(sealwax.RsaSecretKey.from_pem(secret))
    assert shown.startswith("<RsaSecretKey rsa:") and len(shown) < 60


def test_terms_stand_in_the_header(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    end = datetime(2033, 1, 2, 3, 4, 5, tzinfo=UTC)
    terms = sealwax.Terms(
        stored={"tenant": "7"}, retention="six-years", not_after=end, key_epoch=3, protect_recipients=True, threads=2
    )
    sealed = engine.seal(PLAIN, keys=[key], context={"id": "1"}, terms=terms)
    header = sealwax.Header.parse(sealed)
    assert (header.stored, header.retention, header.not_after, header.key_epoch) == ({"tenant": "7"}, "six-years", end, 3)
    assert (header.bucket, header.needs_context, header.protects_recipients, header.size) == (None, True, True, len(PLAIN))
    assert len(header.sealed_id) == 32 and header.sealed_id in repr(header)
    assert engine.open(sealed, keys=[key], context={"id": "1"}, threads=2) == PLAIN
    plain = sealwax.Header.parse(engine.seal(b"", keys=[key]))
    assert (plain.not_after, plain.retention, plain.protects_recipients, plain.size) == (None, "", True, 0)
    for wrong, code in (
        (sealwax.Terms(retention="a\nb"), "retention-class"),
        (sealwax.Terms(bucket="x"), "bucket"),
        (sealwax.Terms(stored={"id": "2"}), "context"),
    ):
        with pytest.raises(sealwax.SealError) as caught:
            engine.seal(b"labs", keys=[key], context={"id": "1"}, terms=wrong)
        assert caught.value.code == code


def test_a_header_says_what_the_command_line_prints(
    program: Path, engine: sealwax.Engine, key: sealwax.LocalKey, tmp_path: Path
) -> None:
    sealed = engine.seal(b"labs", keys=[key], terms=sealwax.Terms(retention="six-years"))
    path = tmp_path / "sealed"
    path.write_bytes(sealed)
    shown = subprocess.run([program, "inspect", "--json", path], capture_output=True, check=True).stdout
    assert sealwax.Header.parse(sealed).to_dict() == json.loads(shown)
    for broken, code in ((b"no sealed message", "not-sealed"), (sealed[:40], "malformed")):
        with pytest.raises(sealwax.HeaderError) as caught:
            sealwax.Header.parse(broken)
        assert caught.value.code == code


def test_recipients_are_added_removed_and_replaced(engine: sealwax.Engine) -> None:
    old, new = sealwax.LocalKey.generate(), sealwax.LocalKey.generate()
    sealed = engine.seal(PLAIN, keys=[old], terms=sealwax.Terms(protect_recipients=False))

    def opens(message: bytes) -> list[bool]:
        return [opened(engine, message, key) for key in (old, new)]

    both = applied(engine.rewrap(sealed, keys=[old], add=[new]), sealed)
    assert opens(both) == [True, True]
    assert not engine.rewrap(both, keys=[old], add=[new]).changed
    assert opens(applied(engine.rewrap(both, remove=[old.name]), both)) == [False, True]
    assert opens(applied(engine.rewrap(both, keys=[old], add=[new], replace_all=True), both)) == [False, True]
    with pytest.raises(sealwax.OpenError):
        engine.rewrap(sealed, keys=[new], add=[new])
    with pytest.raises(sealwax.SealError) as caught:
        engine.rewrap(sealed, remove=[old.name])
    assert caught.value.code == "no-recipient"
    with pytest.raises(sealwax.HeaderError):
        engine.rewrap(b"no sealed message")
    with pytest.raises(sealwax.KeyFormatError):
        engine.rewrap(sealed, remove=["no-name"])
    with pytest.raises(TypeError, match="collection"):
        engine.rewrap(sealed, remove=old.name)


def test_a_protected_list_is_changed_by_its_readers_only(engine: sealwax.Engine) -> None:
    old, new = sealwax.LocalKey.generate(), sealwax.LocalKey.generate()
    sealed = engine.seal(b"labs", keys=[old, new])
    assert sealwax.Header.parse(sealed).protects_recipients
    with pytest.raises(sealwax.OpenError):
        engine.rewrap(sealed, remove=[old.name])
    header, body = sealed[: sealwax.Header.length(sealed)], sealed[sealwax.Header.length(sealed) :]
    forged = header[:-1] + bytes([header[-1] ^ 1]) + body
    assert not opened(engine, forged, old)
    assert opened(engine, applied(engine.rewrap(sealed, keys=[new], remove=[old.name]), sealed), new)


def test_a_bucket_is_shredded_but_for_a_legal_hold(engine: sealwax.Engine) -> None:
    ring = sealwax.KeyRing().rotated(BUCKET)
    active, hold = ring.active(BUCKET), sealwax.LocalKey.generate()
    assert active is not None
    sealed = engine.seal(b"labs", keys=[active], terms=sealwax.Terms(bucket=BUCKET, key_epoch=ring.epoch))
    with pytest.raises(sealwax.SealError):
        engine.rewrap(sealed, keys=[active], add=[hold])
    held = applied(engine.rewrap(sealed, keys=[active], hold=[hold]), sealed)
    assert engine.survivors(sealed, keys=[active]) == ()
    assert [stanza.name for stanza in engine.survivors(held, keys=[active])] == [hold.name]
    namesake = sealwax.KeyRing().rotated(BUCKET).active(BUCKET)
    assert namesake is not None and namesake.name == active.name
    assert len(engine.survivors(sealed, keys=[namesake])) == 1

    shredded = ring.rotated(BUCKET).destroyed(BUCKET)
    assert shredded.versions == [(BUCKET, 1, "destroyed"), (BUCKET, 2, "destroyed")]
    assert (shredded.keys, shredded.active(BUCKET), shredded.epoch) == ([], None, 3)
    again = sealwax.KeyRing.from_text(shredded.to_text())
    with pytest.raises(sealwax.OpenError):
        engine.open(sealed, keys=again.keys)
    assert opened(engine, held, hold)


def test_a_header_and_its_body_are_kept_apart(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    header, body = engine.seal_detached(PLAIN, keys=[key], terms=sealwax.Terms(retention="x"))
    assert sealwax.Header.length(header + body) == len(header)
    assert (sealwax.Header.parse(header).retention, sealwax.Header.parse(header).size) == ("x", None)
    assert engine.open(header + body, keys=[key]) == engine.open_detached(header, body, keys=[key]) == PLAIN
    assert engine.sealed_reader(io.BytesIO(body), keys=[key], header=header).read_at(300, 9) == PLAIN[300:309]
    assert engine.chunkwise_reader(io.BytesIO(body), keys=[key], header=header).readall() == PLAIN
    new = sealwax.LocalKey.generate()
    change = engine.rewrap(header, body=body[:56], keys=[key], add=[new])
    assert sealwax.Header.parse(change.header).digest == hashlib.sha256(change.header).hexdigest()
    with pytest.raises(sealwax.SealError, match="first 56 bytes of the body"):
        engine.rewrap(header, keys=[key], add=[new])
    assert engine.open_detached(change.header, body, keys=[new]) == PLAIN
    with pytest.raises(sealwax.OpenError):
        engine.open_detached(header + b"x", body, keys=[key])
    with pytest.raises(sealwax.OpenError):
        engine.chunkwise_reader(io.BytesIO(body), keys=[key], header=header[:-1])


def test_a_body_is_written_in_pieces_behind_a_header_that_is_kept_apart(
    engine: sealwax.Engine, key: sealwax.LocalKey
) -> None:
    body = io.BytesIO()
    header, writer = engine.sealed_writer_detached(body, keys=[key], terms=sealwax.Terms(retention="x"))
    with writer:
        writer.write(PLAIN)
    assert sealwax.Header.parse(header).retention == "x"
    assert engine.open_detached(header, body.getvalue(), keys=[key]) == PLAIN
    with engine.sealed_writer(body := io.BytesIO(), keys=[key], terms=sealwax.Terms(retention="y")) as attached:
        attached.write(PLAIN)
    assert sealwax.Header.parse(body.getvalue()).retention == "y"


def test_a_pipe_is_read_chunk_by_chunk(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    message = engine.seal(PLAIN, keys=[key], context={"id": "1"})
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as source:
        with os.fdopen(writing, "wb") as sink:
            sink.write(message[:40_000])  # less than a pipe holds, and the rest never comes
        reader = engine.chunkwise_reader(source, keys=[key], context={"id": "1"})
        assert not reader.seekable()
        start = reader.read(20_000)
        assert start is not None and 0 < len(start) <= 20_000 and PLAIN.startswith(start)
        with pytest.raises(sealwax.OpenError):
            reader.readall()
    whole = io.BufferedReader(engine.chunkwise_reader(io.BytesIO(message), keys=[key], context={"id": "1"}))
    assert (whole.read(5), whole.read()) == (PLAIN[:5], PLAIN[5:])
    with pytest.raises(sealwax.OpenError):
        engine.chunkwise_reader(io.BytesIO(message), keys=[key])


def test_an_exception_of_an_unseekable_file_is_passed_on(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    message = engine.seal(PLAIN, keys=[key])

    class Broken(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            if self.given > 30_000:
                raise ConnectionResetError("CANARY")
            piece = message[self.given : self.given + min(size, 7_000)]
            self.given += len(piece)
            return piece

    reader = engine.chunkwise_reader(Broken(), keys=[key])
    with pytest.raises(ConnectionResetError, match="CANARY"):
        reader.readall()


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is granted elsewhere")
def test_the_system_tells_what_it_protects() -> None:
    """In a process of its own, since the answer changes the process."""
    code = "import sealwax; first = sealwax.protect_memory(); assert first == sealwax.protect_memory(); print(first.no_dumps)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert told.stdout == "True\n"


def test_a_message_that_was_to_be_destroyed_opens_only_past_its_retention(
    engine: sealwax.Engine, key: sealwax.LocalKey
) -> None:
    def sealed(end: datetime) -> bytes:
        return engine.seal(PLAIN, keys=[key], terms=sealwax.Terms(not_after=end))

    ended, endless = sealed(datetime(2020, 1, 1, tzinfo=UTC)), sealed(datetime(9999, 12, 31, tzinfo=UTC))
    assert engine.open(endless, keys=[key]) == PLAIN
    assert sealwax.Header.parse(endless).not_after is None
    with pytest.raises(sealwax.OpenError) as caught:
        engine.open(ended, keys=[key])
    assert caught.value.code == "ended"
    with pytest.raises(sealwax.OpenError):
        engine.sealed_reader(io.BytesIO(ended), keys=[key])
    assert engine.open(ended, keys=[key], past_retention=True) == PLAIN
    assert engine.chunkwise_reader(io.BytesIO(ended), keys=[key], past_retention=True).readall() == PLAIN


def applied(change: sealwax.Rewrapped, old: bytes) -> bytes:
    """The message with its new header."""
    return change.header + old[change.old_length :]


def opened(engine: sealwax.Engine, message: bytes, key: sealwax.Key) -> bool:
    try:
        engine.open(message, keys=[key])
    except sealwax.OpenError:
        return False
    return True
