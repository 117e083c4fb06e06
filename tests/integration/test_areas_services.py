from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from berdaya.areas import selectors
from berdaya.areas.codes import Level
from berdaya.areas.models import Area, AreaCode
from berdaya.areas.services import import_areas, load_areas, record_positions_many
from berdaya.areas.source import EXPECTED_COUNTS
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped

pytestmark = pytest.mark.django_db
SITUBONDO = 3512000000


@pytest.fixture
def situbondo() -> None:
    selectors.forget()
    load_areas(within=SITUBONDO)


def test_the_whole_list_is_loaded_once_and_again() -> None:
    first = load_areas()
    counts = {level: Area.objects.filter(level=level).count() for level in EXPECTED_COUNTS}
    assert counts == EXPECTED_COUNTS
    assert (first.inserted, first.updated) == (91_599, 0)
    again = load_areas(force=True)
    assert (again.inserted, again.updated, again.total) == (0, 0, 91_599)


def test_a_changed_name_comes_back_and_a_code_that_left_is_kept_beside() -> None:
    load_areas()
    Area.objects.filter(code=SITUBONDO).update(name="Kabupaten Panarukan")
    Area.objects.create(code=3599000000, level=2, kind="kota", name="Kota Lama", parent=3500000000, edition="2019")
    result = load_areas(force=True)
    assert (result.inserted, result.updated) == (0, 1)
    assert Area.objects.get(code=SITUBONDO).name == "Kabupaten Situbondo"
    assert AreaCode.objects.get(code=3599000000).edition == "2019"


def test_every_role_reads_and_none_writes(situbondo: None, make_actor: Callable[..., Actor]) -> None:
    operator = make_actor("operator")
    for actor in (operator, PUBLIC):
        with scoped(actor):
            assert Area.objects.filter(code=SITUBONDO).exists()
    for actor in (operator, PUBLIC):
        with pytest.raises(ProgrammingError), transaction.atomic(), scoped(actor), connection.cursor() as cursor:
            cursor.execute("UPDATE areas_area SET name = 'x'")


def test_paths_children_and_look_up(situbondo: None) -> None:
    panji = selectors.find("Kec. Pandji", parent=SITUBONDO)
    assert (panji.outcome, panji.code) == ("variant", 3512080000)
    olean = selectors.resolve(village="Olean", district="Situbondo", regency="Kab. Sitoebondo", within=3500000000)
    assert olean.respelled
    assert selectors.path(olean.code or 0) == "Desa Olean, Kec. Situbondo, Kab. Situbondo, Jawa Timur"
    assert selectors.path(olean.code or 0, short=True) == "Desa Olean, Kec. Situbondo, Kab. Situbondo"
    assert selectors.area("35.12") == selectors.areas_by_code([SITUBONDO])[SITUBONDO]
    assert len(selectors.children(SITUBONDO)) == 17
    assert selectors.area("nonsense") is None


def test_code_and_name_are_checked_against_each_other(situbondo: None) -> None:
    code = selectors.resolve(village="Olean", district="Situbondo", within=SITUBONDO).code
    assert code is not None
    dotted = selectors.areas_by_code([code])[code].dotted
    assert selectors.resolve(code=dotted, village="Oleann", within=SITUBONDO).code == code
    assert selectors.resolve(code=dotted, village="Kotakan", within=SITUBONDO).flaw == "area.code_and_name_differ"
    assert selectors.resolve(code="35.13.01.2001", within=SITUBONDO).flaw == "area.code_unknown"
    unknown = selectors.resolve(village="Tidak Ada", district="Situbondo", within=SITUBONDO)
    assert (unknown.flaw, unknown.part) == ("area.unknown", "village")


def test_a_village_alone_is_looked_for_in_the_whole_kabupaten(situbondo: None) -> None:
    assert selectors.resolve(village="Olean", within=SITUBONDO).code is not None
    twice = selectors.resolve(village="Curah Tatal", within=SITUBONDO)
    assert twice.code is None or selectors.path(twice.code)


def test_codes_of_another_year_lead_to_their_successors(situbondo: None, tmp_path: Path) -> None:
    file = tmp_path / "2004.csv"
    file.write_text("kode,nama,pengganti\n35.12.99,Situbondo Kota,35.12.07\n", encoding="utf-8")
    assert import_areas(file=file, edition="2004") == 1
    assert import_areas(file=file, edition="2004") == 1
    found = selectors.area("35.12.99")
    assert found is not None
    assert found.code == 3512070000
    file.write_text("kode,nama\n35.1,Salah\n", encoding="utf-8")
    with pytest.raises(Problem, match="baris 2"):
        import_areas(file=file, edition="2004")


def test_positions_fall_back_to_the_kecamatan_and_say_so(situbondo: None, make_actor: Callable[..., Actor]) -> None:
    operator = make_actor("operator")
    first, second, third = [info.code for info in selectors.children(3512070000)][:3]
    with scoped(operator):
        points = [(first, -7.70, 114.00), (second, -7.72, 114.02)]
        assert record_positions_many(actor=operator, positions=points, source="synthetic") == 2
        assert record_positions_many(actor=operator, positions=points, source="synthetic") == 2
        record_positions_many(actor=operator, positions=[(first, -7.71, 114.01)], source="office")
        found = selectors.positions([first, second, third])
    assert found[first].source == "office"
    assert found[second] == selectors.Position(-7.72, 114.02, "synthetic")
    assert found[third].source == "kecamatan"
    assert found[third].lat == pytest.approx(-7.715)


def test_positions_outside_the_scope_or_the_country_are_refused(
    situbondo: None, make_actor: Callable[..., Actor]
) -> None:
    operator, viewer = make_actor("operator"), make_actor("lurah")
    with scoped(operator), pytest.raises(Problem, match="outside"):
        record_positions_many(actor=operator, positions=[(3513010000, -7.7, 114.0)], source="office")
    with scoped(operator), pytest.raises(Problem):
        record_positions_many(actor=operator, positions=[(3512070000, 7.7, 14.0)], source="office")
    with scoped(viewer), pytest.raises(Problem):
        record_positions_many(actor=viewer, positions=[(3512070000, -7.7, 114.0)], source="office")


def test_levels_are_those_of_the_codes(situbondo: None) -> None:
    assert {info.level for info in selectors.children(3512070000)} == {Level.VILLAGE}
