"""Keys that seal and open."""

from __future__ import annotations

from typing import TypeAlias

from ._sealwax import KeyRing, KeyService, LinkSecret, LocalKey, Passphrase, PublicKey, SecretKey

__all__ = ["Key", "KeyRing", "KeyService", "LinkSecret", "LocalKey", "Passphrase", "PublicKey", "SecretKey"]

Key: TypeAlias = KeyService | LinkSecret | LocalKey | Passphrase | PublicKey | SecretKey
"""What ``keys=`` takes; a public key only seals."""
