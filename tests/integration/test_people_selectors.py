"""Search, the list of families and one family: scoped, without a number in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import selectors, services
from berdaya.process.overview import families as overview
from berdaya.process.overview.families import FamilyFilter
from tests.integration.people_samples import BONDOWOSO, CURAH, OLEAN, kk, nik, person

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]
NAMES = ["Siti Aminah", "H. Soegito", "Djoko Susilo", "Muh. Arif", "Ni Luh Putu", "Sitti Khotimah"]


@pytest.fixture
def families(ani: Actor, budi: Actor) -> None:
    with scoped(ani):
        services.register_many(
            actor=ani,
            people=[
                person(n, name=NAMES[n % 6], area=(OLEAN, CURAH)[n % 2], desil=1 + n % 6, female_head=n % 3 == 0)
                for n in range(24)
            ],
        )
        services.register_many(actor=ani, people=[person(50, kk=kk(0), name="Budi Anak", is_head=False)])
        services.register_many(actor=ani, people=[person(51, kk="", name="Tanpa Kartu", desil=None)])
    with scoped(budi):
        services.register_many(actor=budi, people=[person(60, area=BONDOWOSO, name="Siti Aminah")])


def names(actor: Actor, written: str) -> list[str]:
    return [row.name for row in overview.families(actor=actor, filters=FamilyFilter(q=written)).rows]


def test_the_list_meets_every_family_once_by_area(ani: Actor, families: None) -> None:
    with scoped(ani):
        page = overview.families(actor=ani, filters=FamilyFilter())
    assert len({row.id for row in page.rows}) == len(page.rows) == page.total == 25
    assert [(row.area, row.id) for row in page.rows] == sorted((row.area, row.id) for row in page.rows)
    [pair] = [row for row in page.rows if row.members == 2]
    assert pair.name == "Siti Aminah"


@pytest.mark.parametrize(
    ("narrow", "wanted"),
    [
        ({"area": str(OLEAN)}, 13),
        ({"area": "35.12"}, 25),
        ({"area": str(BONDOWOSO)}, 0),
        ({"q": "siti"}, 8),
        ({"q": "khotimah siti", "area": str(CURAH)}, 4),
        ({"q": "zz"}, 0),
    ],
)
def test_the_filter_narrows_list_and_count_alike(
    ani: Actor, families: None, narrow: dict[str, str], wanted: int
) -> None:
    with scoped(ani):
        page = overview.families(actor=ani, filters=FamilyFilter(**narrow))
    assert (len(page.rows), page.total) == (wanted, wanted)


@pytest.mark.parametrize(
    ("written", "found"),
    [("Sugito", "H. Soegito"), ("joko", "Djoko Susilo"), ("Mohammad Arief", "Muh. Arif"), ("luh put", "Ni Luh Putu")],
)
def test_names_are_found_in_any_spelling(ani: Actor, families: None, written: str, found: str) -> None:
    with scoped(ani):
        assert set(names(ani, written)) == {found}


@pytest.mark.parametrize(
    ("written", "count"), [("", 0), ("s", 0), ("' | ~35", 0), ("\\", 0), ("12345678", 0), ("siti & !aminah | x", 4)]
)
def test_odd_searches_do_no_harm(ani: Actor, families: None, written: str, count: int) -> None:
    with scoped(ani):
        assert len(selectors.search_people(written)) == count


def test_the_last_four_digits_find_without_showing(ani: Actor, budi: Actor, families: None) -> None:
    ending = nik(3)[-4:]
    with scoped(ani):
        (row,) = overview.families(actor=ani, filters=FamilyFilter(q=ending)).rows
        assert row.name == NAMES[3]
        assert ending not in str(asdict(row)).replace(str(row.id), "")
    with scoped(budi):
        assert selectors.search_people(ending) == []
        assert len(selectors.search_people(nik(60)[-4:])) == 1


def test_each_office_finds_its_own_namesake(ani: Actor, budi: Actor, families: None, make_actor: MakeActor) -> None:
    province = make_actor("auditor", area=3500000000, office="*")
    nation = make_actor("auditor", area=0, office="*")
    for actor, count in ((ani, 4), (budi, 1), (province, 5), (nation, 5)):
        with scoped(actor):
            assert len(selectors.search_people("aminah")) == count
    village = ani.with_(ranges=((OLEAN, OLEAN), (CURAH, CURAH)))
    with scoped(village):
        assert len(selectors.search_people("aminah")) == 4
    with scoped(ani.with_(ranges=((3511000000, 3511999999), (3512000000, 3512999999)))):
        assert len(selectors.search_people("aminah")) == 5


def test_the_family_page_shows_people_and_no_number(ani: Actor, families: None, make_actor: MakeActor) -> None:
    with scoped(ani):
        [row] = [one for one in overview.families(actor=ani, filters=FamilyFilter()).rows if one.members == 2]
        view = overview.family(actor=ani, household_id=row.id)
    assert [one.name for one in view.persons] == ["Siti Aminah", "Budi Anak"]
    assert [one.has_nik for one in view.persons] == [True, True]
    assert view.desil == {"desil": 1, "as_of": date(2021, 1, 1), "source": "DTSEN"}
    assert (view.has_kk, view.synthetic) == (True, True)
    assert nik(0) not in str(view)
    assert kk(0) not in str(view)
    assert "900000" not in str(view), "what a person earns stands on no page of the family"
    mentor = make_actor("mentor", kind="subject", office=None, households=(row.id,))
    with scoped(mentor):
        seen = overview.family(actor=mentor, household_id=row.id)
    assert (seen.desil, seen.aids, seen.consents) == (None, (), ())


def test_outsiders_find_nothing(ani: Actor, budi: Actor, families: None, make_actor: MakeActor) -> None:
    with scoped(ani):
        row = overview.families(actor=ani, filters=FamilyFilter()).rows[0]
    with scoped(budi):
        assert len(overview.families(actor=budi, filters=FamilyFilter()).rows) == 1
        with pytest.raises(Problem, match="Not found"):
            overview.family(actor=budi, household_id=row.id)
    lurah = make_actor("lurah", area=OLEAN, office="*")
    with scoped(lurah), pytest.raises(Problem, match="may not"):
        overview.families(actor=lurah, filters=FamilyFilter())


def test_a_list_takes_as_many_queries_for_many_as_for_few(ani: Actor, families: None) -> None:
    taken = set()
    with scoped(ani):
        for narrow in (FamilyFilter(q="luh put"), FamilyFilter(q="siti")):
            with CaptureQueriesContext(connection) as queries:
                assert overview.families(actor=ani, filters=narrow).rows
            taken.add(len(queries))
    assert len(taken) == 1
