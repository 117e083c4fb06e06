"""Sealing and blind indexes: what opens, what does not, and that the fast HMAC is the standard one."""

import base64
import hashlib
import hmac
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.kernel.crypto import (
    Key,
    KeyRing,
    KeyRingError,
    SealBrokenError,
    key_id_of,
    key_ring,
    parse_keys,
    prekeyed_hmac,
)

OLD = Key(1, b"a" * 32)
NEW = Key(2, b"b" * 32)
INDEX = b"i" * 32


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing([OLD], INDEX)


def test_sealed_value_opens_in_its_own_row_only(ring: KeyRing) -> None:
    sealed = ring.seal("3512014107900001", context=b"person.nik:1")
    assert ring.open(sealed, context=b"person.nik:1") == "3512014107900001"
    with pytest.raises(SealBrokenError):
        ring.open(sealed, context=b"person.nik:2")


@pytest.mark.parametrize("position", [1, 12, 14, -1])
def test_a_changed_byte_is_noticed(ring: KeyRing, position: int) -> None:
    sealed = bytearray(ring.seal("3512014107900001", context=b""))
    sealed[position] ^= 1
    with pytest.raises(SealBrokenError):
        ring.open(bytes(sealed), context=b"")


def test_short_and_foreign_values_are_refused(ring: KeyRing) -> None:
    with pytest.raises(SealBrokenError, match="too short"):
        ring.open(b"\x01abc", context=b"")
    with pytest.raises(SealBrokenError, match="key 9"):
        ring.open(b"\x09" + b"0" * 40, context=b"")


def test_rotation_opens_old_and_seals_new() -> None:
    before = KeyRing([OLD], INDEX)
    after = KeyRing([OLD, NEW], INDEX)
    sealed = before.seal("x", context=b"c")
    assert after.open(sealed, context=b"c") == "x"
    assert key_id_of(sealed) == OLD.id
    assert key_id_of(after.seal("x", context=b"c")) == NEW.id
    assert after.index("x", purpose="nik") == before.index("x", purpose="nik")


def test_many_equals_one_by_one_and_nonces_differ(ring: KeyRing) -> None:
    values = [str(n).zfill(16) for n in range(500)]
    contexts = [f"c{n}".encode() for n in range(500)]
    sealed = ring.seal_many(values, contexts=contexts)
    assert ring.open_many(sealed, contexts=contexts) == values
    assert len({one[1:13] for one in sealed}) == 500
    assert ring.index_many(values, purpose="nik") == [ring.index(v, purpose="nik") for v in values]
    assert ring.last_four_many(values, purpose="nik") == [ring.last_four(v, purpose="nik") for v in values]


def test_index_is_separate_per_purpose_and_key(ring: KeyRing) -> None:
    other = KeyRing([OLD], b"j" * 32)
    found = {
        ring.index("1", purpose="nik"),
        ring.index("1", purpose="kk"),
        ring.index("1", purpose="nik/last4"),
        other.index("1", purpose="nik"),
    }
    assert len(found) == 4
    assert ring.last_four("1", purpose="nik") == ring.index("1", purpose="nik/last4")[:8]


@given(key=st.binary(min_size=1, max_size=200), message=st.binary(max_size=300))
def test_prekeyed_hmac_is_hmac_sha256(key: bytes, message: bytes) -> None:
    assert prekeyed_hmac(key)(message) == hmac.new(key, message, hashlib.sha256).digest()


@given(st.text(max_size=60), st.binary(max_size=40))
def test_round_trip(value: str, context: bytes) -> None:
    ring = KeyRing([OLD], INDEX)
    assert ring.open(ring.seal(value, context=context), context=context) == value


def test_setting_as_text_and_mapping_agree() -> None:
    secret = os.urandom(32)
    text = base64.b64encode(secret).decode()
    assert parse_keys(f"7:{text}") == parse_keys({7: secret}) == parse_keys({"7": text}) == [Key(7, secret)]


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ("", "no key"),
        ("abc", "id:base64"),
        ("x:QUJD", "not a number"),
        ("1:***", "not base64"),
        ("1:QUJD", "not 32 bytes"),
        ("0:" + base64.b64encode(b"a" * 32).decode(), "1-255"),
        (",".join(["1:" + base64.b64encode(b"a" * 32).decode()] * 2), "twice"),
    ],
)
def test_a_bad_setting_says_what_is_wrong_without_repeating_it(setting: str, hint: str) -> None:
    with pytest.raises(KeyRingError, match=hint):
        KeyRing(parse_keys(setting), INDEX)


def test_ring_does_not_print_its_keys(ring: KeyRing) -> None:
    assert "aaaa" not in repr(ring)


def test_the_index_key_has_its_length() -> None:
    with pytest.raises(KeyRingError, match="BERDAYA_INDEX_KEY"):
        KeyRing([OLD], b"short")


def test_the_installation_has_a_ring() -> None:
    assert key_ring() is key_ring()
