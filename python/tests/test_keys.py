"""Keys of every kind, and key services."""

from __future__ import annotations

from typing import Any

import pytest

import sealwax


def every_pair() -> list[tuple[sealwax.Key, sealwax.Key]]:
    """What seals, and what opens."""
    local, link, words = sealwax.LocalKey.generate(), sealwax.LinkSecret.generate(), sealwax.Passphrase("correct horse")
    pairs: list[tuple[sealwax.Key, sealwax.Key]] = [(local, local), (link, link), (words, sealwax.Passphrase("correct horse"))]
    for exchange in ("x25519", "p256", "p384", "xwing"):
        secret = sealwax.SecretKey.generate(exchange)
        pairs.append((sealwax.PublicKey.from_text(secret.public.to_text()), sealwax.SecretKey.from_text(secret.to_text())))
    service = masked("key-1")
    return [*pairs, (service, service)]


def masked(name: str, *, refuses: bool = False) -> sealwax.KeyService:
    """A service for show: a real one encrypts."""

    def mask(binding: bytes, key: bytes) -> bytes:
        assert binding.startswith(b"SLWX1 wrap")
        if refuses:
            raise RuntimeError("CANARY of the service")
        return bytes(byte ^ 0x55 for byte in key)

    return sealwax.KeyService("demo", name, wrap=mask, unwrap=mask)


def test_every_kind_of_key_opens_what_was_sealed_for_it_and_nothing_else(engine: sealwax.Engine) -> None:
    pairs = every_pair()
    for seals, opens in pairs:
        sealed = engine.seal(b"labs", keys=[seals])
        assert engine.open(sealed, keys=[opens]) == b"labs"
        with pytest.raises(sealwax.OpenError):
            engine.open(sealed, keys=[other for _, other in pairs if other is not opens])


def test_a_public_key_does_not_open(engine: sealwax.Engine) -> None:
    secret = sealwax.SecretKey.generate()
    sealed = engine.seal(b"labs", keys=[secret])
    with pytest.raises(sealwax.OpenError):
        engine.open(sealed, keys=[secret.public])
    assert engine.open(sealed, keys=[secret]) == b"labs"


def test_a_rotated_ring_opens_what_its_older_versions_sealed(engine: sealwax.Engine) -> None:
    ring = sealwax.KeyRing().rotated("clinic-7")
    active = ring.active("clinic-7")
    assert active is not None and ring.active("clinic-8") is None
    sealed = engine.seal(b"labs", keys=[active])
    again = sealwax.KeyRing.from_text(ring.rotated("clinic-7").to_text())
    assert (again.epoch, [key.name for key in again.keys]) == (2, ["local:clinic-7#1", "local:clinic-7#2"])
    assert engine.open(sealed, keys=again.keys) == b"labs"


def test_a_wrapped_ring_is_read_with_its_key_alone() -> None:
    words, ring = sealwax.Passphrase("correct horse"), sealwax.KeyRing().rotated("clinic-7")
    wrapped = ring.to_wrapped([words])
    assert b"SEALWAX-LOCAL" not in wrapped
    assert sealwax.KeyRing.from_wrapped(wrapped, [words]).to_text() == ring.to_text()
    with pytest.raises(sealwax.OpenError):
        sealwax.KeyRing.from_wrapped(wrapped, [sealwax.Passphrase("battery staple")])
    with pytest.raises(sealwax.KeyFormatError):
        sealwax.KeyRing.from_wrapped(ring.to_text().encode(), [words])
    with pytest.raises(sealwax.SealError):
        ring.to_wrapped([])


def test_a_service_that_raises_fails_the_call_without_its_reason(engine: sealwax.Engine) -> None:
    with pytest.raises(sealwax.SealError) as caught:
        engine.seal(b"CANARY", keys=[masked("key-1", refuses=True)])
    assert (caught.value.code, "CANARY" in str(caught.value)) == ("key-provider", False)
    sealed = engine.seal(b"CANARY", keys=[masked("key-1")])
    with pytest.raises(sealwax.OpenError) as refused:
        engine.open(sealed, keys=[masked("key-1", refuses=True)])
    assert "CANARY" not in str(refused.value)


def test_what_is_wrong_with_a_key_is_told_without_the_key() -> None:
    for broken in (
        lambda: sealwax.LinkSecret.from_text("sealwax-link-1CANARY"),
        lambda: sealwax.SecretKey.from_text("SEALWAX-X25519-SECRET-1CANARY"),
        lambda: sealwax.PublicKey.from_text("sealwax-x25519-1CANARY"),
        lambda: sealwax.KeyRing.from_text("epoch 1\nkey x 1 active CANARY"),
        lambda: sealwax.SecretKey.generate("CANARY"),
        lambda: sealwax.KeyService("", "CANARY", wrap=max, unwrap=max),
    ):
        with pytest.raises(sealwax.KeyFormatError) as caught:
            broken()
        assert "CANARY" not in str(caught.value)


def test_repr_shows_no_secret() -> None:
    secrets: list[sealwax.LinkSecret | sealwax.LocalKey | sealwax.SecretKey] = [sealwax.LinkSecret.generate(), sealwax.LocalKey.generate(), sealwax.SecretKey.generate()]
    for secret in secrets:
        assert secret.name in repr(secret)
        assert secret.to_text()[20:] not in repr(secret)
    assert repr(sealwax.Passphrase("CANARY")) == "<Passphrase>"
    assert repr(masked("key-1")) == "<KeyService(demo:key-1)>"
    assert repr(sealwax.KeyRing().rotated("x")) == "<KeyRing epoch=1>"


@pytest.mark.parametrize("kind", [sealwax.HashKey, sealwax.LinkSecret, sealwax.LocalKey, sealwax.SecretKey])
def test_a_key_is_read_out_of_the_file_that_it_is_kept_in(kind: Any) -> None:
    text = kind.generate().to_text()
    assert kind.from_text(f"\ufeff# made today\n\n  {text}\r\n").to_text() == text
    for wrong in ["# made today\n", f"{text}\n{text}\n", f"key {text}\n"]:
        with pytest.raises(sealwax.KeyFormatError):
            kind.from_text(wrong)
