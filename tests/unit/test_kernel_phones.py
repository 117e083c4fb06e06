"""Telephone numbers as people write them, and the links that open WhatsApp."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.kernel.phones import e164, whatsapp_link, whatsapp_number, whatsapp_share

PREFIXES = ("811", "812", "813", "821", "822", "852", "853", "857", "859", "877", "878", "881", "896")
WRITTEN = ("0{}", "+62{}", "62{}", "{}", "0062{}", "+62 (0) {}", "(0{})", " 0{} ")

mobiles = st.tuples(st.sampled_from(PREFIXES), st.integers(0, 9_999)).map(lambda x: f"{x[0]}0000{x[1]:04d}")
separators = st.sampled_from(["", " ", "-", ".", " - "])


@given(digits=mobiles, style=st.sampled_from(WRITTEN), cut=st.integers(1, 10), between=separators)
def test_every_way_of_writing_reaches_the_same_phone(digits: str, style: str, cut: int, between: str) -> None:
    written = style.format(f"{digits[:cut]}{between}{digits[cut:]}")
    assert whatsapp_number(written) == f"62{digits}"
    assert e164(written) == f"+62{digits}"


@given(st.text())
def test_whatever_is_typed_gives_digits_or_nothing(written: str) -> None:
    number = whatsapp_number(written)
    assert number is None or re.fullmatch(r"[1-9]\d{6,14}", number)


@given(digits=mobiles)
def test_what_was_read_is_read_the_same_again(digits: str) -> None:
    once = e164(f"0{digits}")
    assert once is not None
    assert e164(once) == once


@pytest.mark.parametrize("written", ["", "-", "021-5550101", "+62 21 555 0101", "12345", "0812abc", "tidak ada"])
def test_a_landline_or_a_slip_gets_no_message(written: str) -> None:
    assert whatsapp_number(written) is None
    assert whatsapp_link(written, "Halo") is None


def test_a_member_abroad_keeps_her_number() -> None:
    assert whatsapp_number("+65 9123 4567") == "6591234567"


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_message_arrives_letter_by_letter(text: str) -> None:
    link = whatsapp_link("0812 0000 1234", text)
    assert link is not None
    for address, path in ((link, "/6281200001234"), (whatsapp_share(text), "/")):
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", path)
        assert parse_qs(parts.query, keep_blank_values=True) == {"text": [text]}
