"""Sealing with Python libraries, printed as the Rust program beside it does: WORK, BYTES, NANOSECONDS.

    peers.py SECONDS

A library that is not installed is left out, with a line on standard error. `cargo xtask bench --peers` runs this with
the interpreter that SEALWAX_PYTHON names, else python3.
"""

import os
import statistics
import sys
import time

SIZES = [1_000, 10_000, 100_000, 25 << 20]


def cobblestone():
    from cryptography.cobblestone import Cobblestone256Encryptor

    def seal(plain):
        encryptor = Cobblestone256Encryptor(bytes(32), b"")
        return encryptor.update(plain) + encryptor.finalize()

    return seal


def sealwax():
    import sealwax

    engine, key = sealwax.Engine(), sealwax.LocalKey.generate()
    return lambda plain: engine.seal(plain, keys=[key])


def pyrage():
    from pyrage import encrypt, x25519

    recipient = x25519.Identity.generate().to_public()
    return lambda plain: encrypt(plain, [recipient])


def tink():
    import tink
    from tink import aead

    aead.register()
    remote = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)
    envelope = aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, remote)
    return lambda plain: envelope.encrypt(plain, b"")


def aws_encryption_sdk():
    import aws_encryption_sdk
    from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
    from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider

    class Local(RawMasterKeyProvider):
        provider_id = "local"

        def _get_raw_key(self, key_id):
            algorithm = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
            return WrappingKey(algorithm, bytes(32), EncryptionKeyType.SYMMETRIC)

    provider = Local()
    provider.add_master_key("one")
    policy = aws_encryption_sdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    return lambda plain: client.encrypt(source=plain, key_provider=provider)


WORKS = {
    "Python: sealwax": sealwax,
    "Python: cryptography.cobblestone, key given": cobblestone,
    "Python: pyrage, X25519": pyrage,
    "Python: tink, envelope": tink,
    "Python: aws-encryption-sdk": aws_encryption_sdk,
}


def measure(works, plain, seconds):
    """The median time of each work in nanoseconds; the rounds of all take turns."""
    rounds = {name: [] for name in works}
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(next(iter(rounds.values()))) < 5:
        for name, work in works.items():
            repeats = max(1, min(200, 2_000_000 // len(plain)))
            start = time.perf_counter_ns()
            for _ in range(repeats):
                work(plain)
            rounds[name].append((time.perf_counter_ns() - start) / repeats)
    return {name: statistics.median(times) for name, times in rounds.items()}


def main(seconds):
    works = {}
    for name, make in WORKS.items():
        try:
            works[name] = make()
        except ImportError as error:
            print(f"left out: {name}: {error}", file=sys.stderr)
    for size in SIZES if works else []:
        for name, nanos in measure(works, os.urandom(size), seconds).items():
            print(f"{name}\t{size}\t{nanos:.1f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
