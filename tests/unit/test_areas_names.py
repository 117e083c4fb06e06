from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.areas.codes import Level, contains
from berdaya.areas.names import Named, NameIndex, edit_distance, plain, spelling_key
from berdaya.areas.source import EXPECTED_COUNTS, AreaLine, read_reference


@pytest.fixture(scope="module")
def reference() -> list[AreaLine]:
    return read_reference()


def _index(lines: Iterable[AreaLine]) -> NameIndex:
    return NameIndex.of(Named(line.code, line.name, line.kind) for line in lines)


def test_reference_counts_are_those_of_the_decree(reference: list[AreaLine]) -> None:
    counts: dict[int, int] = defaultdict(int)
    for line in reference:
        counts[line.level] += 1
    assert counts == EXPECTED_COUNTS
    kinds = [line.kind for line in reference]
    assert (kinds.count("kabupaten"), kinds.count("kota")) == (416, 98)
    assert kinds.count("kelurahan") == 8_496
    assert kinds.count("desa") + kinds.count("desa_adat") == 75_266


def test_each_official_name_finds_itself_unless_its_parent_has_it_twice(reference: list[AreaLine]) -> None:
    children: dict[int | None, list[AreaLine]] = defaultdict(list)
    for line in reference:
        children[line.parent].append(line)
    lost = ambiguous = 0
    for lines in children.values():
        index = _index(lines)
        for line in lines:
            match = index.find(line.name)
            ambiguous += match.outcome == "ambiguous"
            lost += match.outcome == "unknown" or (match.code is not None and match.code != line.code)
    assert lost == 0
    assert ambiguous < 50


@pytest.mark.parametrize(
    ("written", "outcome", "code"),
    [
        ("Kabupaten Situbondo", "exact", 3512000000),
        ("KAB. SITUBONDO", "exact", 3512000000),
        ("Sitoebondo", "variant", 3512000000),
        ("Situbndo", "variant", 3512000000),
        ("Kota Malang", "exact", 3573000000),
        ("Kab Malang", "exact", 3507000000),
        ("Malang", "ambiguous", None),
        ("Banjuwangi", "variant", 3510000000),
        ("Lumadjang", "variant", 3508000000),
        ("Makassar", "unknown", None),
        ("", "unknown", None),
    ],
)
def test_regencies_of_east_java_as_people_write_them(
    reference: list[AreaLine], written: str, outcome: str, code: int | None
) -> None:
    match = _index(line for line in reference if line.parent == 3500000000).find(written)
    assert (match.outcome, match.code) == (outcome, code)


@pytest.mark.parametrize(
    ("written", "code"),
    [("5 Ulu", 1671021005), ("V Ulu", 1671021005), ("Kel. Lima Ulu", 1671021005), ("13 Ilir", 1671051003)],
)
def test_numerals_and_number_words_are_one(reference: list[AreaLine], written: str, code: int) -> None:
    villages = [line for line in reference if line.level is Level.VILLAGE and contains(1671000000, line.code)]
    assert _index(villages).find(written).code == code


def test_provinces_by_their_everyday_names(reference: list[AreaLine]) -> None:
    index = _index(line for line in reference if line.level is Level.PROVINCE)
    for written, code in [
        ("DKI Jakarta", 31),
        ("Prov. Djawa Timoer", 35),
        ("NTT", 53),
        ("Sumatra Selatan", 16),
    ]:
        assert index.find(written).code == code * 10**8


def test_the_prefix_tells_kelurahan_from_desa() -> None:
    index = NameIndex.of([Named(1504081008, "Terusan", "kelurahan"), Named(1504082006, "Terusan", "desa")])
    assert index.find("Kel. Terusan").code == 1504081008
    assert index.find("Desa Terusan").code == 1504082006
    assert index.find("Terusan").outcome == "ambiguous"


def test_a_typing_error_never_changes_a_number() -> None:
    index = NameIndex.of([Named(1, "Karang Anyar I"), Named(2, "Karang Anyar II")])
    assert index.find("Karanganjar 2").code == 2
    assert index.find("Karang Anyar III").outcome == "unknown"


def test_spelling_key_joins_old_and_new_orthography() -> None:
    for old, new in [
        ("Soekaradja", "Sukaraja"),
        ("Tjikokol", "Cikokol"),
        ("Kramat Djati", "Kramatjati"),
        ("Tj. Priok", "Tanjung Priok"),
        ("Sjarif", "Syarif"),
        ("Ra'as", "Raas"),
    ]:
        assert spelling_key(old) == spelling_key(new)
    assert plain("Kec. Kota Raja") != ""


words = st.text(alphabet="abcdeo", max_size=8)


@given(words, words)
def test_edit_distance_is_symmetric_and_bounded(one: str, other: str) -> None:
    full = edit_distance(one, other, limit=20)
    assert full == edit_distance(other, one, limit=20)
    assert (full == 0) == (one == other)
    assert edit_distance(one, other, limit=1) == min(full, 2)
