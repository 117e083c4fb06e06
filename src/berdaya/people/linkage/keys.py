"""Columns of a list made comparable: one spelling, one way to write a date, a number, a telephone.

All work is done once for each different value, not once for each row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from berdaya.people.rules.dates import read_date
from berdaya.people.rules.names import spelling_key

_DIGITS = re.compile(r"\D+")
_WORDS = re.compile(r"[a-z0-9]+")
_STREET = {"jalan": "jl", "jln": "jl", "gang": "gg", "dusun": "dsn", "kampung": "kp", "kpg": "kp", "street": "st",
           "nomor": "no", "road": "rd", "place": "pl", "avenue": "av", "crescent": "cr"}  # fmt: skip
_MEN = frozenset({"l", "m", "lk", "lakilaki", "male", "pria", "laki", "1"})
_WOMEN = frozenset({"p", "f", "pr", "perempuan", "female", "wanita", "w", "2"})
_FAR = date(2100, 1, 1)
FILLER_DAYS = frozenset({"0101", "1231", "0701"})
"""Month and day that stand where nobody knew them: the first and last of the year, and its middle."""

PEOPLE_NAMES = ("name", "mother")
"""Fields with names of people, compared word by word."""
SIXTEEN = 16


def prepare(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """``row`` (a number), then the comparable columns of each mapped field; nothing is NULL but what is missing.

    ``frame`` holds text columns. A field makes one column of its name, and some of their own kind beside it:
    ``name_set`` (words sorted), ``name_flat`` (no blanks), ``name_words`` (list), ``birth_date`` as YYYYMMDD.
    """
    made: list[pl.Series] = [pl.Series("row", range(frame.height), pl.Int64)]
    texts = {field: frame[column].cast(pl.String).str.strip_chars() for field, column in columns.items()}
    if "name" not in texts and ("given_name" in texts or "surname" in texts):
        made += _two_names(texts)
    for field, series in texts.items():
        if field in PEOPLE_NAMES:
            made += _name_columns(field, _mapped(series, spelling_key))
        elif field == "birth_date":
            made += _date_columns(_mapped(series, date_text))
        elif field not in {"given_name", "surname"}:
            made.append(_mapped(series, _PLAIN.get(field, plain_words)).alias(field))
    return pl.DataFrame(made)


def _two_names(texts: Mapping[str, pl.Series]) -> list[pl.Series]:
    """Given name and surname: each on its own, and both as one name that does not care for their order."""
    parts = [_mapped(texts[field], plain_words).alias(field) for field in ("given_name", "surname") if field in texts]
    together = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    return [*parts, *_name_columns("name", together.replace("", None))]


def _mapped(series: pl.Series, make: Callable[[str], str]) -> pl.Series:
    """``make`` over the different values of a text column; an empty answer is NULL."""
    different = series.unique().drop_nulls()
    made = pl.Series([make(text) or None for text in different.to_list()], dtype=pl.String)
    table = pl.DataFrame({"old": different, "new": made})
    return pl.DataFrame({"old": series}).join(table, on="old", how="left", maintain_order="left")["new"]


def _name_columns(field: str, keys: pl.Series) -> list[pl.Series]:
    different = (
        pl.DataFrame({"k": keys}).group_by("k").len("n").drop_nulls("k").with_columns(w=pl.col("k").str.split(" "))
    )
    hashed = pl.element().hash(seed=1).cast(pl.Int64, wrap_numerical=True)
    sorted_words = pl.col("w").list.sort().list.join(" ")
    made = different.select(
        "k",
        sorted_words.alias(f"{field}_set"),
        pl.col("k").str.replace_all(" ", "").alias(f"{field}_flat"),
        # Numbers instead of words: lists of them are compared several times as fast.
        pl.col("w").list.eval(hashed).alias(f"{field}_words"),
        (pl.col("w").list.eval(pl.element().str.len_chars()).list.min() == 1).alias(f"{field}_initial"),
        pl.col("w").list.first().alias(f"{field}_first"),
        pl.col("w").list.last().alias(f"{field}_last"),
        pl.col("n").sum().over(sorted_words).cast(pl.Int32).alias(f"{field}_count"),
    )
    whole = pl.DataFrame({"k": keys}).join(made, on="k", how="left", maintain_order="left")
    return whole.rename({"k": field}).get_columns()


def _date_columns(days: pl.Series) -> list[pl.Series]:
    frame = pl.DataFrame({"d": days}).select(
        pl.col("d").alias("birth_date"),
        pl.col("d").str.slice(0, 4).alias("birth_year"),
        pl.col("d").str.slice(4, 4).alias("birth_day"),
        # Day and month in either order are one key.
        (
            pl.col("d").str.slice(0, 4)
            + pl.min_horizontal(pl.col("d").str.slice(4, 2), pl.col("d").str.slice(6, 2))
            + pl.max_horizontal(pl.col("d").str.slice(4, 2), pl.col("d").str.slice(6, 2))
        ).alias("birth_any"),
        pl.col("d").str.slice(4, 4).is_in(list(FILLER_DAYS)).alias("birth_filler"),
    )
    return frame.get_columns()


def date_text(text: str) -> str:
    """YYYYMMDD; of a date that cannot be, its eight digits as they stand."""
    digits = _DIGITS.sub("", text)
    if len(digits) == 8 and digits == text:
        return digits
    if len(digits) == 4 and digits == text:
        return digits + "0101"
    found = read_date(text, as_of=_FAR)
    if found.value is not None:
        return f"{found.value:%Y%m%d}"
    if len(digits) != 8:
        return ""
    return digits if text[:4].isdigit() else digits[4:] + digits[2:4] + digits[:2]


def plain_words(text: str) -> str:
    """Small letters and digits, accents off, single blanks; the usual words of a street shortened."""
    folded = text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = _WORDS.findall(folded.lower())
    return " ".join(_STREET.get(word, word) for word in words)


def _number(text: str) -> str:
    """The digits of a NIK or KK; what is no number of sixteen digits tells nothing."""
    digits = _DIGITS.sub("", text)
    return digits if len(digits) == SIXTEEN and len(set(digits)) > 2 else ""


def _phone(text: str) -> str:
    digits = _DIGITS.sub("", text)
    digits = digits.removeprefix("62").lstrip("0")
    return digits if len(digits) >= 5 and len(set(digits)) > 1 else ""


def _sex(text: str) -> str:
    word = "".join(_WORDS.findall(text.lower()))
    return "L" if word in _MEN else "P" if word in _WOMEN else ""


def _area(text: str) -> str:
    """Ten digits of a village's code; of a shorter code the digits that are there."""
    return _DIGITS.sub("", text)[:10] or plain_words(text)


def _compact(text: str) -> str:
    return "".join(_WORDS.findall(text.lower()))


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "nik": _number,
    "kk": _number,
    "phone": _phone,
    "sex": _sex,
    "area": _area,
    "postcode": _compact,
    "id_number": _compact,
    "street_number": _compact,
}
