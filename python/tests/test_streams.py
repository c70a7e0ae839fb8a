"""Sealed streams as file objects."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import sealwax

PLAIN = bytes(range(256)) * 400


@pytest.fixture
def key() -> sealwax.LocalKey:
    return sealwax.LocalKey.generate()


def sealed(engine: sealwax.Engine, key: sealwax.LocalKey, piece: int = 999) -> bytes:
    file = io.BytesIO()
    with engine.sealed_writer(file, keys=[key], context={"id": "1"}) as writer:
        for at in range(0, len(PLAIN), piece):
            assert writer.write(PLAIN[at : at + piece]) == len(PLAIN[at : at + piece])
    assert writer.closed and not file.closed
    return file.getvalue()


def test_what_is_written_in_pieces_opens_as_a_whole(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    assert engine.open(sealed(engine, key), keys=[key], context={"id": "1"}) == PLAIN


def test_a_sealed_file_is_read_from_any_place(engine: sealwax.Engine, key: sealwax.LocalKey, tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(sealed(engine, key))
    with path.open("rb") as file:
        reader = engine.sealed_reader(file, keys=[key], context={"id": "1"})
        assert reader.size == len(PLAIN)
        assert reader.read_at(50_000, 30_000) == PLAIN[50_000:80_000]
        assert reader.read_at(len(PLAIN) - 1, 10) == PLAIN[-1:]
        assert reader.read_at(len(PLAIN), 10) == reader.read_at(1 << 60, 10) == b""
        assert (reader.seek(-5, io.SEEK_END), reader.read(), reader.tell()) == (len(PLAIN) - 5, PLAIN[-5:], len(PLAIN))
        reader.seek(0)
        assert io.BufferedReader(reader).read() == PLAIN
        with pytest.raises(ValueError, match="no such place"):
            reader.seek(-1)


def test_a_message_that_was_not_ended_never_opens(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    given_up, let_go = io.BytesIO(), io.BytesIO()
    with pytest.raises(KeyError), engine.sealed_writer(given_up, keys=[key]) as writer:
        writer.write(PLAIN)
        raise KeyError
    dropped = engine.sealed_writer(let_go, keys=[key])
    dropped.write(PLAIN)
    del dropped
    for file in (given_up, let_go):
        with pytest.raises(sealwax.OpenError):
            engine.open(file.getvalue(), keys=[key])
    with pytest.raises(ValueError, match="finished"):
        writer.write(b"more")


def test_a_changed_chunk_is_refused_where_it_is_read(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    changed = bytearray(sealed(engine, key))
    changed[40_000] ^= 1
    reader = engine.sealed_reader(io.BytesIO(changed), keys=[key], context={"id": "1"})
    assert reader.read_at(80_000, 100) == PLAIN[80_000:80_100]
    with pytest.raises(sealwax.OpenError):
        reader.read_at(30_000, 20_000)
    with pytest.raises(sealwax.OpenError):
        engine.sealed_reader(io.BytesIO(changed[:-1]), keys=[key], context={"id": "1"})
    with pytest.raises(sealwax.OpenError):
        engine.sealed_reader(io.BytesIO(sealed(engine, key)), keys=[key])


def test_an_exception_of_the_file_is_passed_on(engine: sealwax.Engine, key: sealwax.LocalKey) -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space left"):
        engine.sealed_writer(Full(), keys=[key])
