"""How two records are compared, field by field: levels from "the same" to "something else", as Splink reads them.

Each level is a condition of DuckDB over the columns that `keys.prepare` makes. A level's place in its list is its
strength; the weights come from training, never from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

RARE, FREQUENT = 6, 60
"""So many records of a list have a name that is rare, and so many one that is not frequent."""

Level = tuple[str, str]
"""Label and condition; the label is what a person reads beside the bar of the level's weight."""
Comparison = dict[str, Any]


def comparison(field: str, missing: str, levels: Sequence[Level]) -> Comparison:
    """One field for Splink. ``missing`` is the condition under which nothing is known."""
    made: list[dict[str, Any]] = [
        {"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True},
    ]
    for label, condition in levels:
        made.append({"sql_condition": condition, "label_for_charts": label})
    made.append({"sql_condition": "ELSE", "label_for_charts": "different"})
    return {"output_column_name": field, "comparison_levels": made, "comparison_description": field}


def _either_missing(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _off_by_one(column: str, wrong: int = 1) -> str:
    # Lengths are compared first: an edit distance costs a hundred times as much.
    return (
        f"(abs(length({column}_l) - length({column}_r)) <= {wrong}"
        f" AND damerau_levenshtein({column}_l, {column}_r) <= {wrong})"
    )


def _one_slip(column: str) -> str:
    """One letter left out, added, changed, or two in the wrong order, in a word of five letters or more.

    One slip leaves the first or the second half as it was: looking at the halves spares most edit distances.
    """
    half = f"least(length({column}_l), length({column}_r)) // 2 - 1"
    kept = " OR ".join(f"{side}({column}_l, {half}) = {side}({column}_r, {half})" for side in ("left", "right"))
    return f"(length({column}_l) > 4 AND length({column}_r) > 4 AND ({kept}) AND {_off_by_one(column)})"


def _digits_apart(column: str, wrong: int) -> str:
    """Numbers of one length with at most so many digits different."""
    return f"hamming({column}_l, {column}_r) <= {wrong}"


def _neighbours(column: str) -> str:
    """Numbers of one length with one digit wrong, or two neighbours in the wrong order."""
    return (
        f"(hamming({column}_l, {column}_r) <= 2"
        f" AND (hamming({column}_l, {column}_r) <= 1 OR damerau_levenshtein({column}_l, {column}_r) <= 1))"
    )


def _inside(field: str) -> str:
    """Every word of the shorter name stands in the longer one, be it as an initial."""
    words_l, words_r = f"{field}_words_l", f"{field}_words_r"
    bits_l, bits_r = f"{field}_bits_l", f"{field}_bits_r"
    split_l, split_r = f"string_split({field}_l, ' ')", f"string_split({field}_r, ' ')"

    begin_l, begin_r = f"{field}_begin_l", f"{field}_begin_r"

    def within(one: str, other: str) -> str:
        fits = f"list_bool_or(list_transform({other}, lambda o: starts_with(o, w)))"
        return f"len(list_filter({one}, lambda w: NOT {fits})) = 0"

    return (
        f"((({bits_l} & {bits_r}) = {bits_l} AND list_has_all({words_r}, {words_l}))"
        f" OR (({bits_l} & {bits_r}) = {bits_r} AND list_has_all({words_l}, {words_r}))"
        f" OR (({field}_initial_l OR {field}_initial_r)"
        f" AND ((({begin_l} & {begin_r}) = {begin_l} AND {within(split_l, split_r)})"
        f" OR (({begin_l} & {begin_r}) = {begin_r} AND {within(split_r, split_l)}))))"
    )


def _resembles(text: str, letters: str) -> str:
    """Jaro-Winkler of 0.9 or more, asked only where the letters let it be.

    A letter that the other has not is matched by none; with `m` letters that may match, the similarity is at most
    0.6 (m/length + m/length + 1) / 3 + 0.4, so that 2 m (sum of lengths) is at least 3 (product of lengths).
    """
    long_l, long_r = f"strlen({text}_l)", f"strlen({text}_r)"
    only_l = f"bit_count({letters}_l & ~{letters}_r)"
    only_r = f"bit_count({letters}_r & ~{letters}_l)"
    return (
        f"(2 * least({long_l} - {only_l}, {long_r} - {only_r}) * ({long_l} + {long_r}) >= 3 * {long_l} * {long_r}"
        f" AND jaro_winkler_similarity({text}_l, {text}_r) >= 0.9)"
    )


def _people_name(field: str) -> Comparison:
    flat_l, flat_r = f"{field}_flat_l", f"{field}_flat_r"
    letters = f"{field}_letters"
    same = f"({field}_set_l = {field}_set_r OR {flat_l} = {flat_r})"
    count = f"greatest({field}_count_l, {field}_count_r)"
    return comparison(
        field,
        _either_missing(field),
        (
            ("same_rare", f"{same} AND {count} <= {RARE}"),
            ("same", f"{same} AND {count} <= {FREQUENT}"),
            ("same_frequent", same),
            # One slip takes one letter away and brings one other at most.
            ("slip", f"bit_count(xor({letters}_l, {letters}_r)) <= 2 AND {_one_slip(f'{field}_flat')}"),
            ("shortened", _inside(field)),
            ("alike", f"{_resembles(f'{field}_set', letters)} OR {_resembles(f'{field}_flat', letters)}"),
            (
                "one_word",
                f"{field}_first_l = {field}_first_r OR {field}_last_l = {field}_last_r"
                f" OR (({field}_bits_l & {field}_bits_r) <> 0 AND list_has_any({field}_words_l, {field}_words_r))",
            ),
        ),
    )


def _birth() -> Comparison:
    year_apart = "abs(birth_year_l - birth_year_r)"
    return comparison(
        "birth_date",
        _either_missing("birth_date"),
        (
            ("same", "birth_date_l = birth_date_r AND NOT birth_filler_l"),
            ("swapped", "birth_any_l = birth_any_r AND NOT birth_filler_l"),
            ("filler", "birth_year_l = birth_year_r AND (birth_filler_l OR birth_filler_r)"),
            ("slip", f"{_digits_apart('birth_date', 1)} OR (birth_day_l = birth_day_r"
                     f" AND {year_apart} IN (1, 9, 10, 11, 20))"),
            ("near", "birth_year_l = birth_year_r AND (substr(birth_day_l, 1, 2) = substr(birth_day_r, 1, 2)"
                     " OR substr(birth_day_l, 3, 2) = substr(birth_day_r, 3, 2))"),
            ("year", f"birth_year_l = birth_year_r OR {_digits_apart('birth_date', 2)}"),
        ),
    )  # fmt: skip


def _number(field: str) -> Comparison:
    return comparison(
        field,
        _either_missing(field),
        (
            ("same", f"{field}_l = {field}_r"),
            ("slip", _neighbours(field)),
            ("beginning", f"left({field}_l, 12) = left({field}_r, 12)"),
        ),
    )


def _plain_number(field: str) -> Comparison:
    return comparison(
        field,
        _either_missing(field),
        (("same", f"{field}_l = {field}_r"), ("slip", _off_by_one(field)), ("two_slips", _off_by_one(field, 2))),
    )


def _exact(field: str) -> Comparison:
    return comparison(field, _either_missing(field), (("same", f"{field}_l = {field}_r"),))


def _sex(field: str) -> Comparison:
    return comparison(field, _either_missing(field), (("same", f"{field}_l = {field}_r"),))


def _area(field: str) -> Comparison:
    return comparison(
        field,
        _either_missing(field),
        (
            ("same", f"{field}_l = {field}_r"),
            ("district", f"left({field}_l, 6) = left({field}_r, 6)"),
            ("regency", f"left({field}_l, 4) = left({field}_r, 4)"),
        ),
    )


def _phone(field: str) -> Comparison:
    return comparison(
        field,
        _either_missing(field),
        (
            ("same", f"{field}_l = {field}_r"),
            ("ending", f"right({field}_l, 6) = right({field}_r, 6) OR left({field}_l, 8) = left({field}_r, 8)"),
        ),
    )


def _text(field: str) -> Comparison:
    return comparison(
        field,
        _either_missing(field),
        (
            ("same", f"{field}_l = {field}_r"),
            ("alike", f"jaro_winkler_similarity({field}_l, {field}_r) >= 0.9"),
        ),
    )


_KINDS: Mapping[str, Callable[[str], Comparison]] = {
    "nik": _number,
    "kk": _number,
    "name": _people_name,
    "mother": _people_name,
    "birth_date": lambda _: _birth(),
    "sex": _sex,
    "area": _area,
    "phone": _phone,
    "id_number": _plain_number,
    "street_number": _exact,
    "postcode": _plain_number,
    "state": _exact,
}
_TOLD_BY_ANOTHER = {"village": "area", "district": "area", "given_name": "", "surname": ""}
"""Fields that say again what another says: counting both would count one agreement twice."""


def comparisons(fields: Collection[str]) -> list[Comparison]:
    """The comparisons of a list with these fields, each field once."""
    made = []
    for field in fields:
        if field in _TOLD_BY_ANOTHER and (not _TOLD_BY_ANOTHER[field] or _TOLD_BY_ANOTHER[field] in fields):
            continue
        made.append(_KINDS.get(field, _text)(field))
    if ("given_name" in fields or "surname" in fields) and "name" not in fields:
        made.insert(0, _people_name("name"))
    return made


def register_comparisons() -> list[Comparison]:
    """The fields and levels that PostgreSQL answers for the register (`people_look_alikes`), to train its weights."""
    words_l, words_r = "name_words_l", "name_words_r"
    year_apart = "abs(birth_year_l - birth_year_r)"
    return [
        comparison(
            "name",
            _either_missing("name"),
            (
                ("same", "name_set_l = name_set_r OR name_flat_l = name_flat_r"),
                ("shortened", f"list_has_all({words_l}, {words_r}) OR list_has_all({words_r}, {words_l})"),
                ("alike", "jaro_winkler_similarity(name_l, name_r) >= 0.9"),
                ("one_word", f"list_has_any({words_l}, {words_r})"),
            ),
        ),
        comparison(
            "birth_date",
            _either_missing("birth_date"),
            (
                ("same", "birth_date_l = birth_date_r AND NOT birth_filler_l"),
                ("swapped", "birth_any_l = birth_any_r AND NOT birth_filler_l"),
                ("filler", "birth_year_l = birth_year_r AND (birth_filler_l OR birth_filler_r)"),
                ("slip", f"birth_day_l = birth_day_r AND {year_apart} IN (1, 9, 10, 11, 20)"),
                (
                    "near",
                    "birth_year_l = birth_year_r AND (left(birth_day_l, 2) = left(birth_day_r, 2)"
                    " OR right(birth_day_l, 2) = right(birth_day_r, 2))",
                ),
                ("year", "birth_year_l = birth_year_r"),
            ),
        ),
        _sex("sex"),
        _area("area"),
        *(_sex(field) for field in ("phone", "address", "nik", "kk")),
    ]
