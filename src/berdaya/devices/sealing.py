"""A NIK that a phone reads is sealed to the server's key at once; the phone itself cannot open it again.

ECDH on P-256 with a fresh key pair of the phone, HKDF-SHA256, AES-256-GCM: what WebCrypto offers on every phone. The
private keys follow from the key ring, one for each of its keys, so that rotation reaches them too.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from berdaya.kernel.crypto import Key, parse_keys
from berdaya.kernel.problems import Problem

ALGORITHM = "ECDH-P256+HKDF-SHA256+AES-256-GCM"
INFO = b"berdaya/nik-seal/1"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256 (FIPS 186-4, D.1.2.3)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a phone seals to: the key's id and its point, uncompressed, as base64url without padding."""

    id: int
    alg: str
    public: str


@lru_cache(maxsize=8)
def _private(key: Key) -> ec.EllipticCurvePrivateKey:
    wide = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=b"berdaya/device-seal").derive(key.secret)
    # 384 bits reduced by a 256-bit order leave no bias worth the name (FIPS 186-4, B.4.1).
    return ec.derive_private_key(int.from_bytes(wide, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> PublicKey:
    """The newest key of the ring."""
    key = max(parse_keys(settings.BERDAYA_KEYS), key=lambda item: item.id)
    point = _private(key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return PublicKey(key.id, ALGORITHM, base64.urlsafe_b64encode(point).decode().rstrip("="))


def open_sealed(envelope: Mapping[str, Any]) -> str:
    """The text that a phone sealed: ``{"v": 1, "key", "epk", "iv", "ct"}``. Raises ``seal_broken``."""
    try:
        key = next(item for item in parse_keys(settings.BERDAYA_KEYS) if item.id == int(envelope["key"]))
        point, nonce, cipher = (_bytes(envelope[name]) for name in ("epk", "iv", "ct"))
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = _private(key).exchange(ec.ECDH(), other)
        secret = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=INFO).derive(shared)
        return AESGCM(secret).decrypt(nonce, cipher, None).decode("ascii")
    except (KeyError, TypeError, ValueError, StopIteration, InvalidTag, binascii.Error) as error:
        raise Problem("seal_broken") from error


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
