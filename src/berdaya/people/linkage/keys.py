"""Columns of a list made comparable: one spelling, one way to write a date, a number, a telephone.

All work is done on whole columns; what is written in an unusual way, once for each different value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from berdaya.people.rules.dates import EARLIEST, read_date
from berdaya.people.rules.spelling import spelling_keys

_DIGITS = re.compile(r"\D+")
_WORDS = re.compile(r"[a-z0-9]+")
_STREET = {"jalan": "jl", "jln": "jl", "gang": "gg", "dusun": "dsn", "kampung": "kp", "kpg": "kp", "street": "st",
           "nomor": "no", "road": "rd", "place": "pl", "avenue": "av", "crescent": "cr"}  # fmt: skip
_MEN = frozenset({"l", "m", "lk", "lakilaki", "male", "pria", "laki", "1"})
_WOMEN = frozenset({"p", "f", "pr", "perempuan", "female", "wanita", "w", "2"})
_FAR = date(2100, 1, 1)
_PIVOT = date(2030, 12, 31)
"""A year of two digits is the latest not after this: the same list reads the same next year."""
_WAYS = {r"^\d{2}/\d{2}/\d{4}$": "%d/%m/%Y", r"^\d{2}-\d{2}-\d{4}$": "%d-%m-%Y", r"^\d{4}-\d{2}-\d{2}$": "%Y-%m-%d"}
FILLER_DAYS = frozenset({"0101", "1231", "0701"})
"""Month and day that stand where nobody knew them: the first and last of the year, and its middle."""

PEOPLE_NAMES = ("name", "mother")
"""Fields with names of people, compared word by word."""
SIXTEEN = 16
_BLANK = ord(" ")


def prepare(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """``row`` (a number), then the comparable columns of each mapped field; nothing is NULL but what is missing.

    ``frame`` holds text columns. A field makes one column of its name, and some of their own kind beside it:
    ``name_set`` (words sorted), ``name_flat`` (no blanks), ``name_words`` (list), ``name_bits`` and ``name_letters``
    (words and letters as bits), ``birth_date`` as YYYYMMDD.
    """
    made: list[pl.Series] = [pl.Series("row", range(frame.height), pl.Int64)]
    texts = {field: frame[column].cast(pl.String).str.strip_chars() for field, column in columns.items()}
    if "name" not in texts and ("given_name" in texts or "surname" in texts):
        made += _two_names(texts)
    for field, series in texts.items():
        if field in PEOPLE_NAMES:
            made += _name_columns(field, _spelled(series))
        elif field == "birth_date":
            made += _date_columns(_dates(series))
        elif field in _PLAIN:
            made.append(_mapped(series, _PLAIN[field]).alias(field))
        elif field not in {"given_name", "surname"}:
            made.append(_AT_ONCE.get(field, _plain)(series).alias(field))
    return pl.DataFrame(made)


def _two_names(texts: Mapping[str, pl.Series]) -> list[pl.Series]:
    """Given name and surname: each on its own, and both as one name that does not care for their order."""
    parts = [_plain(texts[field]).alias(field) for field in ("given_name", "surname") if field in texts]
    together = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    return [*parts, *_name_columns("name", together.replace("", None))]


def _spelled(series: pl.Series) -> pl.Series:
    return _once_each(series, lambda different: spelling_keys(different).replace("", None))


def _once_each(series: pl.Series, make: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """``make`` over the different values of a text column, put back to where they stand."""
    different = series.unique().drop_nulls()
    table = pl.DataFrame({"old": different, "new": make(different)})
    return pl.DataFrame({"old": series}).join(table, on="old", how="left", maintain_order="left")["new"]


def _dates(series: pl.Series) -> pl.Series:
    """The usual ways to write a date all at once, the others one by one."""
    frame = pl.DataFrame({"old": series})
    text = pl.col("old")
    ways = [pl.when(text.str.contains(way)).then(text.str.to_date(form, strict=False)) for way, form in _WAYS.items()]
    day = pl.coalesce(ways)
    quick = frame.select(pl.when(day.is_between(EARLIEST, _FAR)).then(day.dt.strftime("%Y%m%d"))).to_series()
    rest = _mapped(frame.select(pl.when(quick.is_null()).then(text)).to_series(), date_text)
    return quick.fill_null(rest) if rest.null_count() < rest.len() else quick


def _mapped(series: pl.Series, make: Callable[[str], str]) -> pl.Series:
    """``make`` over the different values of a text column; an empty answer is NULL."""
    return _once_each(series, lambda texts: pl.Series([make(text) or None for text in texts], dtype=pl.String))


def _name_columns(field: str, keys: pl.Series) -> list[pl.Series]:
    different = (
        pl.DataFrame({"k": keys}).group_by("k").len("n").drop_nulls("k").with_columns(w=pl.col("k").str.split(" "))
    )
    hashed = pl.element().hash(seed=1).cast(pl.Int64, wrap_numerical=True)
    made = _sorted_words(different).select(
        "k",
        pl.col("set").alias(f"{field}_set"),
        pl.col("k").str.replace_all(" ", "", literal=True).alias(f"{field}_flat"),
        # Numbers instead of words: lists of them are compared several times as fast.
        pl.col("w").list.eval(hashed).alias(f"{field}_words"),
        (pl.col("w").list.eval(pl.element().str.len_chars()).list.min() == 1).alias(f"{field}_initial"),
        pl.col("w").list.first().alias(f"{field}_first"),
        pl.col("w").list.last().alias(f"{field}_last"),
        pl.col("n").sum().over("set").cast(pl.Int32).alias(f"{field}_count"),
    )
    words = made[f"{field}_words"].list.len().to_numpy()
    text = np.frombuffer(" ".join(["", *made["k"]]).encode(), np.uint8)
    made = made.with_columns(
        pl.Series(f"{field}_bits", _ored(1 << (made[f"{field}_words"].explode().to_numpy() % 63), words)),
        pl.Series(f"{field}_letters", _letters(text[text != _BLANK], made[f"{field}_flat"].str.len_bytes().to_numpy())),
        pl.Series(f"{field}_begin", _letters(text[1:][text[:-1] == _BLANK], words)),
    )
    whole = pl.DataFrame({"k": keys}).join(made, on="k", how="left", maintain_order="left")
    return whole.rename({"k": field}).get_columns()


def _sorted_words(different: pl.DataFrame) -> pl.DataFrame:
    """With a column ``set``; two words are put in order without sorting a list, which costs ten times as much."""
    first, last = pl.col("w").list.first(), pl.col("w").list.last()
    many = pl.col("w").list.len() > 2
    few = (
        pl.when(pl.col("w").list.len() == 1)
        .then("k")
        .otherwise(pl.concat_str(pl.min_horizontal(first, last), pl.max_horizontal(first, last), separator=" "))
    )
    return pl.concat([
        different.filter(~many).with_columns(set=few),
        different.filter(many).with_columns(set=pl.col("w").list.sort().list.join(" ")),
    ])  # fmt: skip


def _letters(text: NDArray[np.uint8], lengths: NDArray[Any]) -> NDArray[np.int32]:
    """One bit per letter that occurs in each run: words that differ in many letters are not alike."""
    return _ored(np.int32(1) << (text & 31).astype(np.int32), lengths)


def _ored(bits: NDArray[Any], lengths: NDArray[Any]) -> NDArray[Any]:
    """All bits of each run; no run is empty."""
    ends = np.cumsum(lengths, dtype=np.int64)
    result: NDArray[Any] = np.bitwise_or.reduceat(bits, ends - lengths) if bits.size else bits
    return result


def _date_columns(days: pl.Series) -> list[pl.Series]:
    frame = pl.DataFrame({"d": days}).select(
        pl.col("d").alias("birth_date"),
        pl.col("d").str.slice(0, 4).cast(pl.Int16, strict=False).alias("birth_year"),
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
    found = read_date(text, as_of=_PIVOT)
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


def _plain(series: pl.Series) -> pl.Series:
    """`plain_words` of many texts at once."""
    return _once_each(series, _plain_different)


def _plain_different(series: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"old": series})
    # Blanks are doubled, so that two words of a street side by side do not share the blank between them.
    blanked = pl.col("old").str.to_lowercase().str.replace_all("[^a-z0-9]+", "  ")
    short = pl.format("  {}  ", blanked).str.replace_many(
        [f" {word} " for word in _STREET], [f" {word} " for word in _STREET.values()]
    )
    quick = frame.select(
        pl.when(pl.col("old").str.contains(r"^[\x00-\x7f]*$")).then(short.str.replace_all(" +", " ").str.strip_chars())
    ).to_series()
    rest = _mapped(frame.select(pl.when(quick.is_null()).then(pl.col("old"))).to_series(), plain_words)
    return (quick.fill_null(rest) if rest.null_count() < rest.len() else quick).replace("", None)


def _numbers(series: pl.Series) -> pl.Series:
    """The digits of a NIK or KK; what is no number of sixteen digits tells nothing."""
    digits = series.str.replace_all(r"\D+", "")
    return _kept(digits, digits.str.len_chars() == SIXTEEN, 2)


def _phones(series: pl.Series) -> pl.Series:
    digits = series.str.replace_all(r"\D+", "").str.strip_prefix("62").str.strip_chars_start("0")
    return _kept(digits, digits.str.len_chars() >= 5, 1)


def _kept(digits: pl.Series, enough: pl.Series, dull: int) -> pl.Series:
    """Numbers that are long enough and of more than so many different digits; the others are NULL."""
    frame = pl.DataFrame({"d": digits, "enough": enough})
    return frame.select(pl.when("enough", pl.col("d").str.split("").list.n_unique() > dull).then("d")).to_series()


def _sex(text: str) -> str:
    word = "".join(_WORDS.findall(text.lower()))
    return "L" if word in _MEN else "P" if word in _WOMEN else ""


def _area(text: str) -> str:
    """Ten digits of a village's code; of a shorter code the digits that are there."""
    return _DIGITS.sub("", text)[:10] or plain_words(text)


def _compact(text: str) -> str:
    return "".join(_WORDS.findall(text.lower()))


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "sex": _sex,
    "area": _area,
    "postcode": _compact,
    "id_number": _compact,
    "street_number": _compact,
}
_AT_ONCE: Mapping[str, Callable[[pl.Series], pl.Series]] = {"nik": _numbers, "kk": _numbers, "phone": _phones}
