"""NIK (nomor induk kependudukan) and KK (kartu keluarga) numbers.

A NIK is 16 digits: six of the area where it was first registered, DDMMYY (day + 40 for women), four of a
serial. There is no check digit (Permendagri 72/2022 and DOMAIN §6). The area is where the number was given,
so another address is a warning and never an error. Excel keeps 15 digits of a number: every numeric cell
counts as damaged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NIK_DIGITS = 16
FEMALE_DAY_OFFSET = 40
_KEYBOARD = frozenset({"1234567890123456", "0123456789012345"})
_FLOAT_TEXT = re.compile(r"^\s*\d{13,17}[.,]0{1,2}\s*$")
_SEPARATORS = str.maketrans("", "", " .-'’`\u00a0\u200b\t")


class NumberFault(StrEnum):
    """Why a NIK or KK number is refused."""

    MISSING = "missing"
    NUMERIC_CELL = "numeric_cell"
    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    ZEROS = "zeros"
    PLACEHOLDER = "placeholder"
    DAY = "day"
    MONTH = "month"
    AREA = "area"
    SERIAL = "serial"


class NikWarning(StrEnum):
    """What looks odd about a NIK but never refuses it."""

    AREA_DIFFERS = "area_differs"
    SEX_DIFFERS = "sex_differs"
    BIRTH_DATE_DIFFERS = "birth_date_differs"


class Sex(StrEnum):
    """Jenis kelamin: L (laki-laki) and P (perempuan)."""

    MALE = "L"
    FEMALE = "P"


@dataclass(frozen=True, slots=True)
class NumberResult:
    """A cleaned number (16 digits) or the fault that refuses it; exactly one of the two is set."""

    value: str = ""
    fault: NumberFault | None = None


@dataclass(frozen=True, slots=True)
class NikFacts:
    """What a NIK says: `district` (six digits of first registration), birth date and sex."""

    district: str
    birth_date: date | None
    sex: Sex


def clean_number(raw: object) -> NumberResult:
    """Sixteen digits of a cell that holds a NIK or KK number, checked for what both have in common.

    A leading apostrophe, blanks, dots and dashes between digits are dropped. A numeric cell is always a
    fault, even where all digits seem to be there: Excel may have changed the last one already.
    """
    if not isinstance(raw, str):
        return NumberResult(fault=NumberFault.MISSING if raw is None else NumberFault.NUMERIC_CELL)
    if (
        len(raw) == NIK_DIGITS
        and raw.isascii()
        and raw.isdigit()
        and raw != raw[0] * NIK_DIGITS
        and raw not in _KEYBOARD
    ):
        return NumberResult(value=raw)
    if _FLOAT_TEXT.match(raw):
        return NumberResult(fault=NumberFault.NUMERIC_CELL)
    text = raw.translate(_SEPARATORS).strip()
    fault = _fault_of(text)
    return NumberResult(value=text) if fault is None else NumberResult(fault=fault)


def _fault_of(text: str) -> NumberFault | None:
    checks = (
        (not text, NumberFault.MISSING),
        (_spoiled_text(text), NumberFault.NUMERIC_CELL),
        (not (text.isascii() and text.isdigit()), NumberFault.NOT_DIGITS),
        (not text.strip("0"), NumberFault.ZEROS),
        (len(text) != NIK_DIGITS, NumberFault.LENGTH),
        (len(set(text)) == 1 or text in _KEYBOARD, NumberFault.PLACEHOLDER),
    )
    return next((fault for failed, fault in checks if failed), None)


def _spoiled_text(text: str) -> bool:
    """`3.51201E+15`, `3,51E15`: a number that was turned into text after Excel had it; only dots are gone by now."""
    mantissa, sign, exponent = text.upper().replace(",", "").replace("+", "").partition("E")
    return bool(sign) and mantissa.isdigit() and exponent.isdigit()


def check_nik(raw: object) -> NumberResult:
    """A valid NIK, or the first fault: days 01-31 and 41-71, month 01-12, a province of 11-97, serial above
    0000.

    The calendar date is not tried further: registered NIKs with 30 February exist and the office cannot
    change them. `nik_facts` gives no birth date for those.
    """
    result = clean_number(raw)
    if result.fault is not None:
        return result
    nik = result.value
    if not "11" <= nik[:2] <= "97" or nik[2:4] == "00" or nik[4:6] == "00":
        return NumberResult(fault=NumberFault.AREA)
    day = int(nik[6:8])
    if not (1 <= day <= 31 or 41 <= day <= 71):
        return NumberResult(fault=NumberFault.DAY)
    if not "01" <= nik[8:10] <= "12":
        return NumberResult(fault=NumberFault.MONTH)
    if nik[12:] == "0000":
        return NumberResult(fault=NumberFault.SERIAL)
    return result


def check_kk(raw: object) -> NumberResult:
    """A valid family-card number: 16 digits that begin with an area; the rest follows no rule that binds."""
    result = clean_number(raw)
    if result.fault is None and not "11" <= result.value[:2] <= "97":
        return NumberResult(fault=NumberFault.AREA)
    return result


def nik_facts(nik: str, *, as_of: date) -> NikFacts:
    """What a valid NIK says about its holder.

    Century rule: the year is the latest one with these two digits whose birthday is not after `as_of`. A
    person over 99 gets a year too late; the written birth date then wins (a difference is only a warning).
    """
    day = int(nik[6:8])
    sex = Sex.FEMALE if day > FEMALE_DAY_OFFSET else Sex.MALE
    day -= FEMALE_DAY_OFFSET if sex is Sex.FEMALE else 0
    month, short = int(nik[8:10]), int(nik[10:12])
    century = as_of.year // 100 * 100
    for year in (century + short, century - 100 + short):
        try:
            born = date(year, month, day)
        except ValueError:
            continue
        if born <= as_of:
            return NikFacts(nik[:6], born, sex)
    return NikFacts(nik[:6], None, sex)


def nik_warnings(
    nik: str, *, as_of: date, area: int | None = None, birth_date: date | None = None, sex: Sex | None = None
) -> tuple[NikWarning, ...]:
    """What differs between a NIK and the rest of its row. `area` is a 10-digit bigint; all are warnings."""
    warnings: list[NikWarning] = []
    if area is not None and int(nik[:6]) != area // 10_000:
        warnings.append(NikWarning.AREA_DIFFERS)
    day = int(nik[6:8])
    female = day > FEMALE_DAY_OFFSET
    if sex is not None and female != (sex is Sex.FEMALE):
        warnings.append(NikWarning.SEX_DIFFERS)
    if birth_date is not None and birth_date <= as_of:
        expected = f"{birth_date.day:02d}{birth_date.month:02d}{birth_date.year % 100:02d}"
        written = f"{day - FEMALE_DAY_OFFSET if female else day:02d}{nik[8:12]}"
        if expected != written:
            warnings.append(NikWarning.BIRTH_DATE_DIFFERS)
    return tuple(warnings)
