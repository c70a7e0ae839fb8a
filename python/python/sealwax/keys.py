"""Keys that seal and open, and the key of rosters and pseudonyms."""

from __future__ import annotations

from typing import TypeAlias

from ._sealwax import HashKey, KeyRing, KeyService, LinkSecret, LocalKey, Passphrase, PublicKey, SecretKey

__all__ = [
    "HashKey",
    "Key",
    "KeyRing",
    "KeyService",
    "LinkSecret",
    "LocalKey",
    "Passphrase",
    "PublicKey",
    "SecretKey",
]

Key: TypeAlias = KeyService | LinkSecret | LocalKey | Passphrase | PublicKey | SecretKey
"""What ``keys=`` takes; a public key only seals."""
