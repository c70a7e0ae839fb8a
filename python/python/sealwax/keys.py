"""Keys that seal and open, and the key of rosters and pseudonyms."""

from __future__ import annotations

from typing import TypeAlias

from ._sealwax import (
    Certificate,
    Credentials,
    HashKey,
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

__all__ = [
    "Certificate",
    "Credentials",
    "HashKey",
    "Key",
    "KeyRing",
    "KeyService",
    "LinkSecret",
    "LocalKey",
    "Passphrase",
    "PublicKey",
    "RsaSecretKey",
    "SecretKey",
    "SigningKey",
    "VerifyingKey",
]

Key: TypeAlias = (
    Certificate | KeyService | LinkSecret | LocalKey | Passphrase | PublicKey | RsaSecretKey | SecretKey
)
"""What ``keys=`` takes; a public key and a certificate only seal, and an RSA secret key only opens."""
