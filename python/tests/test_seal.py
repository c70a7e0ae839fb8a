"""Sealing and opening."""

from __future__ import annotations

import pytest

import sealwax


def test_each_key_opens_what_was_sealed_for_both(engine: sealwax.Engine) -> None:
    ours, theirs = sealwax.LocalKey.generate(), sealwax.LocalKey.generate()
    for plaintext in (b"", b"labs", bytes(100_000)):
        sealed = engine.seal(plaintext, keys=[ours, theirs])
        assert engine.open(sealed, keys=[ours]) == engine.open(bytearray(sealed), keys=[theirs]) == plaintext


def test_a_key_has_a_text_form(engine: sealwax.Engine) -> None:
    key = sealwax.LocalKey.generate()
    again = sealwax.LocalKey.from_text(key.to_text())
    assert again.name == key.name
    assert engine.open(engine.seal(b"labs", keys=[key]), keys=[again]) == b"labs"


def test_a_context_must_be_given_again(engine: sealwax.Engine) -> None:
    key = sealwax.LocalKey.generate()
    sealed = engine.seal(b"labs", keys=[key], context={"message-id": "<1@clinic.example>"})
    assert engine.open(sealed, keys=[key], context={"message-id": "<1@clinic.example>"}) == b"labs"
    with pytest.raises(sealwax.OpenError):
        engine.open(sealed, keys=[key])


def test_every_reason_not_to_open_is_the_same_error(engine: sealwax.Engine) -> None:
    key, other = sealwax.LocalKey.generate(), sealwax.LocalKey.generate()
    sealed = engine.seal(bytes(20_000), keys=[key])
    flipped = bytearray(sealed)
    flipped[-1] ^= 1
    texts = set()
    cases = [(b"", [key]), (sealed, []), (sealed, [other]), (sealed[:-1], [key]), (bytes(flipped), [key])]
    for wrong, keys in cases:
        with pytest.raises(sealwax.OpenError) as caught:
            engine.open(wrong, keys=keys)
        texts.add((str(caught.value), caught.value.code))
    assert len(texts) == 1


def test_nobody_to_seal_for_is_an_error(engine: sealwax.Engine) -> None:
    with pytest.raises(sealwax.SealError) as caught:
        engine.seal(b"labs", keys=[])
    assert caught.value.code == "no-recipient"
