#!/usr/bin/env python3
"""Opens sealed messages: written from docs/FORMAT.md alone, over PyPI `cryptography` (50 or later).

    reader.py FILE.json...    checks test vectors; exit 1 when one is not as it says
"""

import hashlib
import hmac
import json
import sys
import unicodedata

from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, x25519
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

LOCAL, HPKE, HPKE_PQ, RSA_OAEP, PASSPHRASE, LINK = 1, 4, 5, 6, 7, 8
KEMS = {
    "p256": (0x0010, 65, KEM.P256, KDF.HKDF_SHA256, HPKE),
    "p384": (0x0011, 97, KEM.P384, KDF.HKDF_SHA384, HPKE),
    "x25519": (0x0020, 32, KEM.X25519, KDF.HKDF_SHA256, HPKE),
    "xwing": (0x647A, 1120, KEM.MLKEM768_X25519, KDF.HKDF_SHA256, HPKE_PQ),
}
CURVES = {"p256": (ec.SECP256R1(), 32), "p384": (ec.SECP384R1(), 48)}


class Refused(Exception):
    """The message does not open."""


class Fields:
    """Fields from the front of some bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        if length > len(self.data) - self.at:
            raise Refused("the header is cut")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, length, signed=False):
        return int.from_bytes(self.take(length), "big", signed=signed)

    def text(self, length, control=True):
        try:
            text = self.take(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("not UTF-8") from error
        if not control and any(unicodedata.category(char) == "Cc" for char in text):
            raise Refused("a control character")
        return text

    def end(self):
        if self.at != len(self.data):
            raise Refused("bytes are left over")


def read_context(data):
    fields, pairs = Fields(data), []
    for _ in range(fields.number(2)):
        name = fields.take(fields.number(2))
        value = fields.take(fields.number(4))
        pairs.append((name, value))
    fields.end()
    names = [name for name, _ in pairs]
    if b"" in names or names != sorted(set(names)):
        raise Refused("the context is not canonical")
    try:
        return {name.decode(): value.decode() for name, value in pairs}
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error


def canonical(context):
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    out = len(pairs).to_bytes(2, "big")
    for name, value in pairs:
        out += len(name).to_bytes(2, "big") + name + len(value).to_bytes(4, "big") + value
    if len(out) > 65_536:
        raise Refused("the context is too long")
    return out


class Header:
    def __init__(self, data):
        fields = Fields(data)
        if fields.take(4) != b"SLWX" or fields.number(1) != 1 or fields.number(2) != 1:
            raise Refused("not a sealed message of this version")
        flags, length = fields.number(1), fields.number(4)
        if flags & ~7 or length > 65_856:
            raise Refused("an unknown flag or a long core")
        self.padded, self.signed = bool(flags & 2), bool(flags & 4)
        self.read_core(Fields(fields.take(length)))
        self.bound = data[: fields.at]
        start = fields.at
        count = fields.number(2)
        if count > 4_096:
            raise Refused("too many stanzas")
        self.stanzas = [self.read_stanza(fields) for _ in range(count)]
        self.list = data[start : fields.at]
        self.mac = fields.take(32) if flags & 1 else None
        self.length = fields.at
        if self.length > 16 << 20:
            raise Refused("a long header")

    def read_core(self, fields):
        self.sealed_id = fields.take(16)
        self.key_epoch = fields.number(4)
        self.retention_class = fields.text(fields.number(1), control=False)
        self.not_after = fields.number(8, signed=True)
        length = fields.number(4)
        if length > 65_536:
            raise Refused("the context is too long")
        self.stored = read_context(fields.take(length))
        self.supplied_mac = fields.take(32)
        fields.end()

    @staticmethod
    def read_stanza(fields):
        kind, start = fields.number(2), fields.at
        provider = fields.text(fields.number(1), control=False)
        key_id = fields.text(fields.number(1), control=False)
        version = fields.number(4)
        if not provider:
            raise Refused("a key without provider")
        reference = fields.data[start : fields.at]
        return kind, (provider, key_id, version), reference, fields.take(fields.number(2))


def cobblestone(key, context, body):
    try:
        decryptor = Cobblestone256Decryptor(key, context)
        return decryptor.update(body) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise Refused("the body does not open") from error


def expand(key, info, length=32):
    return HKDFExpand(SHA512(), length, info).derive(key)


def fingerprint(key):
    return hashlib.sha512(b"SLWX1 key id" + key).digest()[:8].hex()


LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(text):
    """The prefix and the bytes of a key."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("mixed case")
    prefix, _, rest = text.lower().rpartition("1")
    groups = [LETTERS.index(char) for char in rest]
    check = 1
    for group in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *groups]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ group
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    if check != 1:
        raise ValueError("the check does not fit")
    bits = "".join(f"{group:05b}" for group in groups[:-6])
    return prefix, bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


def unwrap_hpke(use, private, binding, wrapped):
    number, enc, kem, kdf, _ = KEMS[use]
    if len(wrapped) != 2 + enc + 48 or wrapped[:2] != number.to_bytes(2, "big"):
        raise Refused("another key encapsulation")
    try:
        return Suite(kem, kdf, AEAD.AES_256_GCM).decrypt(wrapped[2:], private, binding)
    except (InvalidTag, ValueError) as error:
        raise Refused("the wrapped key does not open") from error


def point(private, length):
    """The public key of a private one on a curve, as RFC 9180 writes it."""
    numbers = private.public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(length, "big") + numbers.y.to_bytes(length, "big")


def may_be(reference, own):
    """Whether a stanza of this key reference, which may be anonymous, may be for the key whose own is `own`."""
    return reference in (own, (own[0], "", 0))


class SecretKey:
    """Secret bytes with a use: local, link, or one of KEMS."""

    def __init__(self, text, reference=None):
        prefix, self.secret = bech32(text)
        self.use = prefix.removeprefix("sealwax-").removesuffix("-").removesuffix("-secret")
        if self.use in KEMS:
            self.private, public = self.private_key()
            self.kind, name = KEMS[self.use][4], fingerprint(public)
        else:
            self.kind, name = {"local": LOCAL, "link": LINK}[self.use], fingerprint(self.secret)
        self.reference = tuple(reference or (self.use, name, 0))

    def private_key(self):
        if self.use == "x25519":
            private = x25519.X25519PrivateKey.from_private_bytes(self.secret)
            return private, private.public_key().public_bytes_raw()
        if self.use in CURVES:
            curve, length = CURVES[self.use]
            private = ec.derive_private_key(int.from_bytes(self.secret, "big"), curve)
            return private, point(private, length)
        from cryptography.hazmat.primitives.asymmetric import mlkem

        return xwing_private(self.secret, mlkem)

    def fits(self, kind, reference):
        return kind == self.kind and may_be(reference, self.reference)

    def unwrap(self, binding, wrapped):
        if self.use not in KEMS:
            return cobblestone(self.secret, binding, wrapped)
        return unwrap_hpke(self.use, self.private, binding, wrapped)


def xwing_private(seed, mlkem):
    """X-Wing (draft-connolly-cfrg-xwing-kem): the seed gives an ML-KEM-768 seed and an X25519 key."""
    expanded = hashlib.shake_256(seed).digest(96)
    first = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    second = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    public = first.public_key().public_bytes_raw() + second.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(first, second), public


class CurveKey:
    """The secret key of a certificate on a curve."""

    def __init__(self, private):
        self.private = private
        self.use = {256: "p256", 384: "p384"}[private.curve.key_size]
        public = point(private, private.curve.key_size // 8)
        self.reference = (self.use, fingerprint(public), 0)

    def fits(self, kind, reference):
        return kind == HPKE and may_be(reference, self.reference)

    def unwrap(self, binding, wrapped):
        return unwrap_hpke(self.use, self.private, binding, wrapped)


class RsaKey:
    """The secret RSA key of a certificate."""

    def __init__(self, private):
        self.private = private
        public = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.reference = ("rsa", fingerprint(public), 0)

    def fits(self, kind, reference):
        return kind == RSA_OAEP and may_be(reference, self.reference)

    def unwrap(self, binding, wrapped):
        oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), binding)
        try:
            return self.private.decrypt(wrapped, oaep)
        except ValueError as error:
            raise Refused("the wrapped key does not open") from error


class Passphrase:
    def __init__(self, text):
        self.text = unicodedata.normalize("NFC", text).encode()

    def fits(self, kind, reference):
        return kind == PASSPHRASE and reference == ("passphrase", "", 0)

    def unwrap(self, binding, wrapped):
        fields = Fields(wrapped)
        salt, memory, passes, lanes = fields.take(16), fields.number(4), fields.number(4), fields.number(4)
        if memory > 262_144 or passes > 10 or lanes > 16:
            raise Refused("the cost is over the limit")
        try:
            kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory)
        except ValueError as error:
            raise Refused("no such cost") from error
        return cobblestone(kdf.derive(self.text), binding, wrapped[fields.at :])


def data_keys(header, keys):
    """Each data key that a stanza gives: one that does not fit the body is of a forged stanza."""
    kinds = [kind for kind, *_ in header.stanzas]
    tries = 0
    for kind, reference, encoded, wrapped in header.stanzas:
        if kind == PASSPHRASE and len(kinds) > 1:
            continue
        for key in keys:
            if not key.fits(kind, reference) or tries == 64:
                continue
            tries += 1
            binding = b"SLWX1 wrap" + kind.to_bytes(2, "big") + header.sealed_id + encoded
            try:
                found = key.unwrap(binding, wrapped)
            except Refused:
                continue
            if len(found) == 32:
                yield found


def open_message(message, keys, supplied, detached=None):
    """The content of `message`, and who signed it; `detached` is the header when it is stored apart."""
    header = Header(message if detached is None else detached)
    if detached is not None and header.length != len(detached):
        raise Refused("bytes follow the header")
    body = message[header.length :] if detached is None else message
    for key in data_keys(header, keys):
        try:
            return open_body(header, body, key, supplied)
        except Refused:
            continue
    raise Refused("no key fits")


def open_body(header, body, key, supplied):
    if header.mac is not None:
        expected = expand(key, b"SLWX1 stanzas" + hashlib.sha512(header.list).digest())
        if not hmac.compare_digest(expected, header.mac):
            raise Refused("the list of recipients was changed")
    expected = bytes(32)
    if supplied:
        expected = expand(key, b"SLWX1 supplied" + hashlib.sha512(canonical(supplied)).digest())
    if not hmac.compare_digest(expected, header.supplied_mac) or header.stored.keys() & supplied.keys():
        raise Refused("another context")
    full = canonical(header.stored | supplied)
    text = cobblestone(key, b"SLWX1" + hashlib.sha512(header.bound + full).digest(), body)
    return content_of(header, body[:56], text)


def content_of(header, prefix, text):
    """The content of a text, which may be padded and signed, and the public key of who signed it."""
    if header.padded:
        text = text.rstrip(b"\0")
        if not text.endswith(b"\x80"):
            raise Refused("no padding")
        text = text[:-1]
    if not header.signed:
        return text, None
    if len(text) < 96:
        raise Refused("no signature")
    content, public, signature = text[:-96], text[-96:-64], text[-64:]
    pieces = [content[at : at + 16_384] for at in range(0, len(content), 16_384)]
    digest = hashlib.sha512(b"".join(hashlib.sha512(piece).digest() for piece in pieces)).digest()
    signed = b"SLWX1 sender" + hashlib.sha512(header.bound + prefix).digest() + digest
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError) as error:
        raise Refused("another signature") from error
    return content, public


def keys_of(case):
    def read(text, reference=None):
        if not text.startswith("-----BEGIN "):
            return SecretKey(text, reference)
        private = load_pem_private_key(text.encode(), None)
        return CurveKey(private) if isinstance(private, ec.EllipticCurvePrivateKey) else RsaKey(private)

    keys = [read(key["text"], key.get("key_ref")) for key in case["keys"]]
    return keys + [Passphrase(text) for text in case.get("passphrases", [])]


def check(case):
    """Whether the case is as it says."""
    try:
        detached = bytes.fromhex(case["header"]) if "header" in case else None
        opened = open_message(bytes.fromhex(case["sealed"]), keys_of(case), case.get("supplied", {}), detached)
        plain, sender = opened
    except Refused:
        return not case["valid"]
    expected = bech32(case["sender"])[1] if "sender" in case else None
    return case["valid"] and hashlib.sha256(plain).hexdigest() == case["plain_sha256"] and sender == expected


def main(files):
    cases = [case for file in files for case in json.load(open(file, encoding="utf-8"))["cases"]]
    wrong = [case["name"] for case in cases if not check(case)]
    valid = sum(case["valid"] for case in cases)
    print(f"{valid} valid and {len(cases) - valid} invalid messages, {len(wrong)} not as they say")
    for name in wrong:
        print(f"wrong: {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
