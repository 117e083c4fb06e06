"""Area codes (kode wilayah, Kemendagri): ``PP.KK.CC.DDDD`` as a 10-digit integer, zeros below the level.

An area with everything below it is therefore one range: 35.12 is ``3512000000..3512999999``.
"""

from __future__ import annotations

import re
from enum import IntEnum

NATION = 0
_WIDTHS = (2, 2, 2, 4)
_DIGITS_OF_LEVEL = (0, 2, 4, 6, 10)
_STEP_OF_LEVEL = (10**10, 10**8, 10**6, 10**4, 1)
_CODE = re.compile(r"^\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?$")
_FIRST_KOTA = 71
_KIND_OF_VILLAGE = {"1": "kelurahan", "2": "desa", "3": "desa_adat"}


class Level(IntEnum):
    """How deep an area lies (tingkat wilayah)."""

    NATION = 0
    PROVINCE = 1
    REGENCY = 2
    DISTRICT = 3
    VILLAGE = 4


class InvalidAreaCodeError(ValueError):
    """A text or number that is no area code in any notation."""


def parse_code(value: str | int | float) -> int:
    """``"35.12.04.2003"``, ``"3512042003"``, ``"35.12"``, ``3512`` or ``3512000000`` -> the 10-digit integer.

    A float with a fraction is refused: a spreadsheet that keeps 36.10 as a number loses its last zero.
    Raises :class:`InvalidAreaCodeError`.
    """
    if isinstance(value, bool):
        raise InvalidAreaCodeError(f"not an area code: {value!r}")
    if isinstance(value, float):
        if not value.is_integer():
            raise InvalidAreaCodeError(f"area code stored as a decimal number: {value!r}")
        value = int(value)
    text = str(value).strip().strip("'").rstrip(".")
    if "." in text or "-" in text or " " in text:
        text = re.sub(r"[\s.\-]+", ".", text)
        if not _CODE.match(text):
            raise InvalidAreaCodeError(f"not an area code: {value!r}")
        text = text.replace(".", "")
    if not (text.isascii() and text.isdigit()) or len(text) not in _DIGITS_OF_LEVEL[1:] or text.startswith("0"):
        raise InvalidAreaCodeError(f"not an area code: {value!r}")
    code = int(text.ljust(10, "0"))
    blocks = _blocks(code)
    depth = sum(1 for block in blocks if int(block))
    if any(int(block) for block in blocks[depth:]):
        raise InvalidAreaCodeError(f"an empty block inside the code: {value!r}")
    return code


def level_of(code: int) -> Level:
    """Level by the zeros at the end; ``0`` is the nation."""
    for level in (Level.NATION, Level.PROVINCE, Level.REGENCY, Level.DISTRICT):
        if code % _STEP_OF_LEVEL[level] == 0:
            return level
    return Level.VILLAGE


def area_range(code: int) -> tuple[int, int]:
    """Inclusive range of the area itself and all below it."""
    return code, code + _STEP_OF_LEVEL[level_of(code)] - 1


def contains(outer: int, inner: int) -> bool:
    """True where ``inner`` is ``outer`` or lies in it."""
    lo, hi = area_range(outer)
    return lo <= inner <= hi


def ancestor(code: int, level: Level) -> int:
    """The area of ``level`` that ``code`` lies in; ``code`` itself where it is not deeper."""
    return code - code % _STEP_OF_LEVEL[min(level, level_of(code))] if level else NATION


def parent_of(code: int) -> int | None:
    """The area one level up; None for a province."""
    level = level_of(code)
    return None if level <= Level.PROVINCE else ancestor(code, Level(level - 1))


def lineage(code: int) -> tuple[int, ...]:
    """From the province down to ``code`` itself."""
    return tuple(ancestor(code, Level(level)) for level in range(Level.PROVINCE, level_of(code) + 1))


def format_code(code: int) -> str:
    """The dotted notation without empty blocks: ``3512000000`` -> ``"35.12"``."""
    return ".".join(_blocks(code)[: level_of(code)])


def kind_of(code: int) -> str:
    """province, kabupaten, kota, kecamatan, kelurahan, desa or desa_adat, as the digits say it."""
    level, blocks = level_of(code), _blocks(code)
    if level is Level.VILLAGE:
        return _KIND_OF_VILLAGE.get(blocks[3][0], "desa")
    if level is Level.REGENCY:
        return "kota" if int(blocks[1]) >= _FIRST_KOTA else "kabupaten"
    return {Level.PROVINCE: "province", Level.DISTRICT: "kecamatan"}.get(level, "nation")


def _blocks(code: int) -> list[str]:
    text, blocks, start = f"{code:010d}", [], 0
    for width in _WIDTHS:
        blocks.append(text[start : start + width])
        start += width
    return blocks
