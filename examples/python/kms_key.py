"""Seals a file with a key that never leaves AWS KMS.

    kms_key.py seal KEY IN OUT      KEY is the id, ARN or alias of a symmetric KMS key
    kms_key.py open KEY IN OUT

Region and credentials come from where boto3 looks for them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3

import sealwax


def kms_key(client: Any, key_id: str) -> sealwax.KeyService:
    """A key of KMS, to be given to ``Engine.seal`` and ``Engine.open`` like any other key."""

    def wrap(binding: bytes, data_key: bytes) -> bytes:
        answer = client.encrypt(KeyId=key_id, Plaintext=data_key, EncryptionContext=context(binding))
        return bytes(answer["CiphertextBlob"])

    def unwrap(binding: bytes, wrapped: bytes) -> bytes:
        answer = client.decrypt(KeyId=key_id, CiphertextBlob=wrapped, EncryptionContext=context(binding))
        return bytes(answer["Plaintext"])

    return sealwax.KeyService("aws-kms", key_id, wrap=wrap, unwrap=unwrap)


def context(binding: bytes) -> dict[str, str]:
    """What KMS binds a wrapped key to, and writes into its audit log: the kind of key, the message's id, the key."""
    return {"sealwax-binding": binding.hex()}


def main(arguments: list[str]) -> int:
    match arguments:
        case ["seal" | "open" as verb, key_id, source, target]:
            engine = sealwax.Engine()
            keys = [kms_key(boto3.client("kms"), key_id)]
            content = Path(source).read_bytes()
            done = engine.seal(content, keys=keys) if verb == "seal" else engine.open(content, keys=keys)
            Path(target).write_bytes(done)
            return 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
