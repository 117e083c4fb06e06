"""Birth and other dates as offices write them: dd/mm/yyyy, `Situbondo, 1 Pebruari 1990`, Excel cells and
serials.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

_MONTH_NAMES = {
    1: "januari jan january",
    2: "februari pebruari feb peb february",
    3: "maret mar mrt march",
    4: "april apr",
    5: "mei may",
    6: "juni jun june",
    7: "juli jul july",
    8: "agustus agu agt ags agst aug august",
    9: "september sep sept",
    10: "oktober okt oct october",
    11: "november nopember nov nop",
    12: "desember des dec december",
}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
"""Months on diplomas and old family cards (12-III-1985)."""
_MONTHS = {name: month for month, names in _MONTH_NAMES.items() for name in names.split()}
_MONTHS |= {name.lower(): number for number, name in enumerate(ROMAN, start=1)}
_NUMERIC = re.compile(r"^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?$")
_WORDS = re.compile(r"^(\d{1,2})\s*[-\s./]?\s*([A-Za-z]+)\.?\s*[-\s./]?\s*(\d{4}|\d{2})$")
_DATE_TAIL = re.compile(
    r"^(.*?)[\s,;:./-]*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?<!\d)\d{8}|"
    r"\d{1,2}\s*[-\s./]\s*(?:\d{1,2}|[A-Za-z]+\.?)\s*[-\s./]\s*(?:\d{4}|\d{2}))$"
)
_HOUR = re.compile(r"(?<=\d)\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?$")
"""The hour that a database adds to a day."""
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(61, 73_051)
EARLIEST = date(1900, 3, 1)


class DateFault(StrEnum):
    """Why a date is refused."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"
    FUTURE = "future"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True)
class DateResult:
    """A date or the fault that refuses it. `place` is what stood before it in a TTL text."""

    value: date | None = None
    fault: DateFault | None = None
    place: str = ""


def read_date(raw: object, *, as_of: date) -> DateResult:
    """The date of a cell, day before month always. Two-digit years: the latest not after `as_of`."""
    if isinstance(raw, str):
        return _read_text(raw, as_of)
    if isinstance(raw, datetime):
        return DateResult(value=raw.date())
    if isinstance(raw, date):
        return DateResult(value=raw)
    if raw is None:
        return DateResult(fault=DateFault.MISSING)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _from_number(raw)
    return DateResult(fault=DateFault.UNREADABLE)


def read_birth_date(raw: object, *, as_of: date, max_age: int = 120) -> DateResult:
    """A birth date: as `read_date`, not after `as_of` and not more than `max_age` years before it."""
    result = read_date(raw, as_of=as_of)
    if result.value is None:
        return result
    if result.value > as_of:
        return DateResult(fault=DateFault.FUTURE, place=result.place)
    if result.value.year < as_of.year - max_age:
        return DateResult(fault=DateFault.TOO_OLD, place=result.place)
    return result


def age_on(born: date, day: date) -> int:
    """Completed years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _from_number(raw: float) -> DateResult:
    """An Excel serial (days since 1899-12-30, valid after the invented 29 February 1900) or ddmmyyyy as a
    number.
    """
    whole = int(raw)
    if whole in _EXCEL_SERIALS:
        return DateResult(value=_EXCEL_EPOCH + timedelta(days=whole))
    if raw == whole and 1_01_1900 <= whole <= 31_12_2100:
        return _build(whole // 1_000_000, whole // 10_000 % 100, whole % 10_000)
    return DateResult(fault=DateFault.UNREADABLE)


@lru_cache(maxsize=65_536)
def _read_text(raw: str, as_of: date) -> DateResult:
    text = _HOUR.sub("", " ".join(raw.strip().lstrip("'").split()))
    if not text:
        return DateResult(fault=DateFault.MISSING)
    found = _read_plain(text, as_of)
    if found is not None:
        return found
    tail = _DATE_TAIL.match(text)
    if tail and tail.group(1):
        found = _read_plain(tail.group(2), as_of)
        if found is not None:
            return DateResult(value=found.value, fault=found.fault, place=tail.group(1).strip(" ,.-/"))
    return DateResult(fault=DateFault.UNREADABLE)


def _read_plain(text: str, as_of: date) -> DateResult | None:
    if match := _NUMERIC.match(text):
        return _build(int(match[1]), int(match[2]), _full_year(match[3], as_of))
    if match := _ISO.match(text):
        return _build(int(match[3]), int(match[2]), int(match[1]))
    if match := _WORDS.match(text):
        month = _MONTHS.get(match[2].lower())
        return None if month is None else _build(int(match[1]), month, _full_year(match[3], as_of))
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 8:
        return _build(int(text[:2]), int(text[2:4]), int(text[4:]))
    return _from_number(int(text)) if len(text) == 5 else None


def _full_year(text: str, as_of: date) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    century = as_of.year // 100 * 100
    return century + year if century + year <= as_of.year else century - 100 + year


def _build(day: int, month: int, year: int) -> DateResult:
    try:
        value = date(year, month, day)
    except ValueError:
        return DateResult(fault=DateFault.IMPOSSIBLE)
    if value < EARLIEST:
        return DateResult(fault=DateFault.TOO_OLD)
    return DateResult(value=value)
