"""Telephone numbers as people write them, and the link that opens WhatsApp with a message filled in."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_NOT_DIAL = re.compile(r"[^\d+]")
_SECOND = re.compile(r"[/;,|]|\bdan\b")
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


@lru_cache(maxsize=16_384)
def e164(written: str) -> str | None:
    """`+62...` (E.164) of a written number, Indonesian unless it says another country; None where it is none.

    Of two numbers (`0812... / 0813...`) the first is taken; one that begins with 8 has lost its leading zero.
    """
    text = _NOT_DIAL.sub("", _SECOND.split(written)[0])
    if text.startswith("8"):
        text = "0" + text
    elif text.startswith("62"):
        text = "+" + text
    elif text.startswith("0062"):
        text = "+" + text[2:]
    if text.startswith("+620"):
        text = "+62" + text[4:]
    if not 8 <= len(text) <= 16:
        return None
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=16_384)
def whatsapp_number(written: str) -> str | None:
    """A mobile number as wa.me wants it, digits with the country code first; None where no WhatsApp can be behind it.

    Members who work abroad keep a foreign number: it is taken where it says its country.
    """
    full = e164(written)
    if full is None:
        return None
    mobile = phonenumbers.number_type(phonenumbers.parse(full)) in _MOBILE
    return full.removeprefix("+") if mobile else None


def whatsapp_link(written: str, text: str) -> str | None:
    """`https://wa.me/62...?text=...`; None where the number cannot take a message."""
    number = whatsapp_number(written)
    return f"https://wa.me/{number}?text={quote(text, safe='')}" if number else None


def whatsapp_share(text: str) -> str:
    """The link that opens WhatsApp with the text and leaves the receiver to be chosen among the contacts."""
    return f"https://wa.me/?text={quote(text, safe='')}"
