from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.areas.codes import (
    InvalidAreaCodeError,
    Level,
    ancestor,
    area_range,
    contains,
    format_code,
    kind_of,
    level_of,
    lineage,
    parent_of,
    parse_code,
)

blocks = st.tuples(st.integers(11, 96), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))


def _closed(parts: tuple[int, int, int, int]) -> int:
    """A code whose zeros stand only at the end."""
    kept: list[int] = []
    for part in parts:
        kept.append(part if all(kept) and part else 0)
    return kept[0] * 10**8 + kept[1] * 10**6 + kept[2] * 10**4 + kept[3]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("35.12.04.2003", 3512042003),
        ("3512042003", 3512042003),
        (3512042003, 3512042003),
        ("35.12", 3512000000),
        (3512, 3512000000),
        (3512.0, 3512000000),
        ("35", 3500000000),
        ("'35.12.04", 3512040000),
        (" 35 12 04 ", 3512040000),
        ("35-12-04-2003", 3512042003),
        ("3512000000", 3512000000),
    ],
)
def test_every_notation_reads_as_the_same_integer(written: str | int | float, code: int) -> None:
    assert parse_code(written) == code


@pytest.mark.parametrize("written", ["", "3", "351", "35.1", 36.1, "35.12.4", "abc", "0512", "35.00.01", True, "٣٥"])
def test_what_is_no_code_is_refused(written: str | float) -> None:
    with pytest.raises(InvalidAreaCodeError):
        parse_code(written)


def test_an_area_with_all_below_it_is_one_range() -> None:
    assert area_range(3512000000) == (3512000000, 3512999999)
    assert area_range(3512042003) == (3512042003, 3512042003)
    assert area_range(0) == (0, 9_999_999_999)
    assert contains(3512000000, 3512042003)
    assert not contains(3513000000, 3512042003)


def test_levels_parents_and_kinds() -> None:
    assert [level_of(code) for code in lineage(3512042003)] == [1, 2, 3, 4]
    assert parent_of(3512042003) == 3512040000
    assert parent_of(3500000000) is None
    assert ancestor(3512042003, Level.REGENCY) == 3512000000
    assert ancestor(3500000000, Level.VILLAGE) == 3500000000
    assert [kind_of(code) for code in (3500000000, 3512000000, 5371000000, 3512040000)] == [
        "province",
        "kabupaten",
        "kota",
        "kecamatan",
    ]
    assert [kind_of(code) for code in (3175011001, 3512042003, 9103013001)] == [
        "kelurahan",
        "desa",
        "desa_adat",
    ]


@given(blocks)
def test_dotted_notation_round_trips(parts: tuple[int, int, int, int]) -> None:
    code = _closed(parts)
    assert parse_code(format_code(code)) == code
    assert all(contains(outer, code) for outer in lineage(code))
    assert len(lineage(code)) == level_of(code)
