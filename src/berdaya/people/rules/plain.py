"""Phones, money, whole numbers, yes and no, L/P: what stands in the other cells of an office's list."""

from __future__ import annotations

import re
from functools import lru_cache

from berdaya.kernel.phones import e164
from berdaya.people.rules.nik import Sex

MAX_IDR = 10**15


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_YES = _set("ya y yes ada iya 1 v x true benar pernah sudah √ ✓ ✔")
_NO = _set("tidak t tdk no n tidak_ada 0 - false bukan belum tak nihil kosong") | {
    "tidak ada",
    "blm",
}
_MALE = _set("l lk laki lakilaki pria m male cowok laki2 lk2 1")
_FEMALE = _set("p pr prp prmp perempuan wanita w f female cewek 2")
_MONEY = re.compile(
    r"^(?:rp|idr)?\.?\s*(-?)\s*([\d.,\s]+?)\s*(?:,-|,=|\.-)?\s*(rb|ribu|jt|juta|m|miliar|milyar)?\.?"
    r"\s*(?:(?:/|per|tiap|se)\s*(?:bulan|bln|bl)\.?)?$"
)
_UNITS = {
    "rb": 10**3,
    "ribu": 10**3,
    "jt": 10**6,
    "juta": 10**6,
    "m": 10**9,
    "miliar": 10**9,
    "milyar": 10**9,
}
_THOUSANDS_DOT = re.compile(r"^\d{1,3}(?:\.\d{3})+(?:,\d+)?$")
_THOUSANDS_COMMA = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_DECIMAL = re.compile(r"^\d+(?:[.,]\d+)?$")


def read_yes_no(raw: object) -> bool | None:
    """Ya / tidak in the words people use; None where it says neither."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, (int, float)):
        return bool(raw) if raw in {0, 1} else None
    if isinstance(raw, str):
        word = raw.strip().lower().rstrip(".")
        if word in _YES:
            return True
        if word in _NO:
            return False
    return None


def read_sex(raw: object) -> Sex | None:
    """L or P in the words people use; None where it says neither."""
    if isinstance(raw, float) and raw.is_integer():
        raw = str(int(raw))
    if not isinstance(raw, str):
        return None
    word = raw.strip().lower().replace("-", "").replace(" ", "").rstrip(".")
    if word in _MALE:
        return Sex.MALE
    return Sex.FEMALE if word in _FEMALE else None


def read_whole(raw: object) -> int | None:
    """A whole number written as number or text; None where it is none."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return raw
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else None
    if isinstance(raw, str):
        text = raw.strip().lstrip("'")
        if text.lstrip("-").isdecimal() and text.isascii() and len(text) <= 18:
            return int(text)
    return None


def read_idr(raw: object) -> int | None:
    """Whole rupiah of `1.250.000`, `Rp20.000.000`, `Rp 2,5 juta`, `1,250,000`; None where it is no amount.

    Sen are rounded off. A dot or comma before exactly three digits parts thousands, as offices write; so
    `1.250` is 1,250 rupiah and never one and a quarter.
    """
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, (int, float)):
        return round(raw) if abs(raw) <= MAX_IDR else None
    return _idr_of_text(raw) if isinstance(raw, str) and len(raw) <= 40 else None


@lru_cache(maxsize=16_384)
def _idr_of_text(raw: str) -> int | None:
    match = _MONEY.match(raw.strip().lstrip("'").lower())
    if match is None:
        return None
    digits = re.sub(r"\s", "", match[2])
    if _THOUSANDS_DOT.match(digits):
        number = float(digits.replace(".", "").replace(",", "."))
    elif _THOUSANDS_COMMA.match(digits):
        number = float(digits.replace(",", ""))
    elif _DECIMAL.match(digits):
        number = float(digits.replace(",", "."))
    else:
        return None
    amount = round(number * _UNITS.get(match[3] or "", 1))
    if amount > MAX_IDR:
        return None
    return -amount if match[1] else amount


def read_phone(raw: object) -> str | None:
    """`+62...` (E.164) of a written Indonesian number; None where phonenumbers finds it impossible.

    A numeric cell has lost its leading zero: `8123456789` is read as `08123456789`. Of two numbers in one
    cell (`0812... / 0813...`) the first is taken.
    """
    if isinstance(raw, float) and raw.is_integer():
        raw = str(int(raw))
    elif isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return None
    return e164(raw)
