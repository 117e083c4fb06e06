"""Lists, search and the family page: scoped, paged, without a number in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import selectors, services
from berdaya.people.types import HouseholdFilter
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


def names(found: selectors.HouseholdPage) -> list[str]:
    return [item.head for item in found.items]


def test_pages_follow_area_and_id_and_meet_every_family_once(ani: Actor, families: None) -> None:
    with scoped(ani):
        seen, cursor = [], None
        while True:
            page = selectors.households(actor=ani, after=cursor, limit=7)
            assert len(page.items) <= 7
            seen += page.items
            cursor = page.next
            if cursor is None:
                break
        assert len({item.id for item in seen}) == len(seen) == 25
        assert [(item.area, item.id) for item in seen] == sorted((item.area, item.id) for item in seen)
        assert selectors.count_households(actor=ani) == (25, True)
        [pair] = [item for item in seen if item.members == 2]
        assert pair.head == "Siti Aminah"


def test_the_filter_narrows_list_and_count_alike(ani: Actor, families: None) -> None:
    with scoped(ani):
        for narrow, wanted in (
            (HouseholdFilter(area=OLEAN), 13),
            (HouseholdFilter(area=3512000000), 25),
            (HouseholdFilter(area=BONDOWOSO), 0),
            (HouseholdFilter(desil_max=2), 8),
            (HouseholdFilter(female_head=True, area=CURAH), 4),
            (HouseholdFilter(incomplete=True), 1),
            (HouseholdFilter(search="siti"), 8),
            (HouseholdFilter(search="khotimah siti", area=CURAH), 4),
            (HouseholdFilter(search="zz"), 0),
        ):
            page = selectors.households(actor=ani, narrow=narrow)
            assert (len(page.items), True) == selectors.count_households(actor=ani, narrow=narrow) == (wanted, True), (
                narrow
            )


@pytest.mark.parametrize(
    ("written", "found"),
    [("Sugito", "H. Soegito"), ("joko", "Djoko Susilo"), ("Mohammad Arief", "Muh. Arif"), ("luh put", "Ni Luh Putu")],
)
def test_names_are_found_in_any_spelling(ani: Actor, families: None, written: str, found: str) -> None:
    with scoped(ani):
        assert set(names(selectors.households(actor=ani, narrow=HouseholdFilter(search=written)))) == {found}


@pytest.mark.parametrize("written", ["", "s", "' | ~35", "):* & a", "\\", "12345678", "siti & !aminah | x"])
def test_odd_searches_do_no_harm(ani: Actor, families: None, written: str) -> None:
    with scoped(ani):
        assert isinstance(selectors.search_people(written), list)


def test_the_last_four_digits_find_without_showing(ani: Actor, budi: Actor, families: None) -> None:
    ending = nik(3)[-4:]
    with scoped(ani):
        page = selectors.households(actor=ani, narrow=HouseholdFilter(search=ending))
        assert names(page) == [NAMES[3]]
        assert ending not in str([asdict(item) for item in page.items]).replace(str(page.items[0].id), "")
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


def test_the_family_page_shows_people_and_no_number(
    ani: Actor, families: None, make_actor: MakeActor, django_assert_num_queries: Any
) -> None:
    with scoped(ani):
        [item] = [one for one in selectors.households(actor=ani).items if one.members == 2]
        with django_assert_num_queries(6):
            view = selectors.family(actor=ani, household_id=item.id)
    assert [one.name for one in view.persons] == ["Siti Aminah", "Budi Anak"]
    assert view.persons[0].private is not None
    assert view.persons[0].private.income_idr == 900_000
    assert view.desils == ((date(2021, 1, 1), 1, "DTSEN"),)
    assert (view.has_kk, view.synthetic) == (True, True)
    assert nik(0) not in str(view)
    assert kk(0) not in str(view)
    auditor = make_actor("auditor", office="*")
    with scoped(auditor):
        seen = selectors.family(actor=auditor, household_id=item.id)
        assert [one.private for one in seen.persons] == [None, None]


def test_outsiders_find_nothing(ani: Actor, budi: Actor, families: None, make_actor: MakeActor) -> None:
    with scoped(ani):
        item = selectors.households(actor=ani).items[0]
    with scoped(budi):
        assert len(selectors.households(actor=budi).items) == 1
        with pytest.raises(Problem, match="Not found"):
            selectors.family(actor=budi, household_id=item.id)
    lurah = make_actor("lurah", area=OLEAN, office="*")
    with scoped(lurah), pytest.raises(Problem, match="may not"):
        selectors.households(actor=lurah)


def test_a_list_page_is_one_query(ani: Actor, families: None, django_assert_num_queries: Any) -> None:
    with scoped(ani):
        for limit in (1, 3, 50):
            with django_assert_num_queries(1):
                selectors.households(actor=ani, limit=limit)
        with django_assert_num_queries(3):
            selectors.households(actor=ani, narrow=HouseholdFilter(search="siti"))
