"""Registration: one row and many on one path, in scope only, never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from berdaya.audit.models import AuditEntry
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import services
from berdaya.people.models import DesilSnapshot, Household, Identity, Person, PersonPrivate
from berdaya.people.numbers import kk_context, nik_context
from berdaya.people.types import Outcome, PersonInput, Registered
from tests.integration.people_samples import BONDOWOSO, CURAH, OLEAN, kk, nik, person

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]


def register(actor: Actor, *people: PersonInput) -> list[Registered]:
    with scoped(actor):
        return services.register_many(actor=actor, people=people)


def test_a_row_becomes_a_sealed_person_in_a_household(ani: Actor) -> None:
    [done] = register(ani, person(1))
    assert done.outcome is Outcome.NEW
    with scoped(ani):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("berdaya_app",)
        stored = Person.objects.select_related("household", "private").get(id=done.person_id)
        assert (stored.name, stored.name_key, stored.area) == ("Siti Aminah Ba", "siti amina ba", OLEAN)
        assert (stored.birth_date, stored.sex, stored.is_head) == (date(1990, 7, 1), "P", True)
        assert nik(1).encode() not in bytes(stored.nik_cipher or b"")
        ring = key_ring()
        assert ring.open(bytes(stored.nik_cipher or b""), context=nik_context(stored.id)) == nik(1)
        home = stored.household
        assert ring.open(bytes(home.kk_cipher or b""), context=kk_context(home.id)) == kk(1)
        assert (home.address, home.dependants, home.female_head, home.incomplete) == ("=Jl. Merak 2", 3, True, False)
        assert (stored.private.disability, stored.private.income_idr) == (False, 900_000)
        assert list(home.desils.values_list("desil", "as_of")) == [(2, date(2021, 1, 1))]
        audit = AuditEntry.objects.get(name="people.registered")
        assert audit.body == {"rows": 1, "outcomes": {"new": 1}}
    assert set(Identity.objects.values_list("kind", "subject_id", "area")) == {
        ("nik", stored.id, OLEAN),
        ("kk", home.id, OLEAN),
    }


def test_the_same_list_twice_changes_nothing(ani: Actor) -> None:
    people = [person(number) for number in range(50)]
    first = register(ani, *people)
    before = (Household.objects.count(), Person.objects.count(), DesilSnapshot.objects.count())
    second = register(ani, *people)
    assert Counter(one.outcome for one in second) == {Outcome.KNOWN: 50}
    assert [one.person_id for one in second] == [one.person_id for one in first]
    assert [one.household_id for one in second] == [one.household_id for one in first]
    assert all(one.changed == () for one in second)
    assert (Household.objects.count(), Person.objects.count(), DesilSnapshot.objects.count()) == before


def test_what_differs_is_named_and_a_new_desil_is_added(ani: Actor) -> None:
    [first] = register(ani, person(1))
    newer = {"desil": 3, "desil_on": date(2021, 4, 1)}
    [other] = register(ani, person(1, name="Sitti Maimunah", kk=kk(9), **newer))
    assert other.changed == ("name", "kk")
    home = Household.objects.get(id=first.household_id)
    assert list(home.desils.values_list("desil", flat=True)) == [2], "another name on another card: another family's"
    [again] = register(ani, person(1, name="Sitti Maimunah", **newer))
    assert again.changed == ("name",)
    assert sorted(home.desils.values_list("desil", flat=True)) == [2, 3]
    assert Person.objects.get().name.startswith("Siti Aminah")


def test_families_share_a_household_and_repeats_share_a_person(ani: Actor) -> None:
    wife, husband, twice = person(1), person(2, kk=kk(1), is_head=False), person(3, nik=nik(1), kk=kk(3))
    results = register(ani, wife, husband, twice)
    assert [one.outcome for one in results] == [Outcome.NEW, Outcome.NEW, Outcome.REPEATED]
    assert len({one.household_id for one in results}) == 1
    assert results[2].person_id == results[0].person_id
    [child] = register(ani, person(4, kk=kk(1), area=CURAH))
    assert child.household_id == results[0].household_id
    assert set(Person.objects.values_list("area", flat=True)) == {OLEAN}
    assert Household.objects.count() == 1


def test_without_a_card_each_has_a_household_of_her_own(ani: Actor) -> None:
    results = register(ani, person(1, kk=""), person(2, kk=""))
    assert len({one.household_id for one in results}) == 2
    assert set(Household.objects.values_list("incomplete", "kk_index", "kk_key")) == {(True, None, None)}


def test_an_outsider_learns_elsewhere_and_nothing_more(ani: Actor, budi: Actor) -> None:
    register(ani, person(1))
    results = register(
        budi,
        person(1, area=BONDOWOSO, kk=kk(8)),
        person(2, area=BONDOWOSO, kk=kk(1)),
        person(3, area=OLEAN),
        person(4, area=BONDOWOSO),
    )
    assert [(one.outcome, one.person_id is None) for one in results] == [
        (Outcome.ELSEWHERE, True),
        (Outcome.ELSEWHERE, True),
        (Outcome.OUTSIDE, True),
        (Outcome.NEW, False),
    ]
    with scoped(budi):
        assert Person.objects.count() == 1
    with scoped(ani):
        assert Person.objects.count() == 1


def test_two_who_register_the_same_number_cannot_both_succeed(ani: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from berdaya.people.services import register as module

    register(ani, person(1))
    monkeypatch.setattr(module, "known_numbers", lambda *_: ({}, {}))
    with pytest.raises(Problem) as caught:
        register(ani, person(2), person(1))
    assert caught.value.code == "identity_busy"
    assert Person.objects.count() == 1
    assert Household.objects.count() == 1


def test_permission_and_empty_lists(make_actor: MakeActor) -> None:
    with pytest.raises(Problem, match="may not"):
        register(make_actor("auditor"), person(1))
    assert register(make_actor("operator")) == []


def test_a_thousand_rows_with_every_kind_of_text(ani: Actor) -> None:
    odd = ['O\'Brien "x", y', "back\\slash \\N", "line\nbreak", "", "tab\tthere", "é ü 漢"]
    people = [person(n, address=odd[n % len(odd)], birth_date=None, sex=None, desil=None, income_idr=None,
                     disability=None) for n in range(1_000)]  # fmt: skip
    results = register(ani, *people)
    assert Counter(one.outcome for one in results) == {Outcome.NEW: 1_000}
    stored = dict(Household.objects.values_list("id", "address"))
    assert [stored[one.household_id] for one in results] == [one.address for one in people]
    assert not PersonPrivate.objects.exists()
    assert Person.objects.filter(birth_date=None, sex="").count() == 1_000


def test_the_limit_of_lookups_holds(ani: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_lookupcount (account_id, hour, in_list, asked)"
            " VALUES (%s, date_trunc('hour', clock_timestamp()), true, 8999990)",
            [ani.account_id],
        )
    with pytest.raises(Problem) as caught:
        register(ani, *[person(number) for number in range(50)])
    assert caught.value.code == "lookup_limit"
    assert not Person.objects.exists()


def test_moving_in_bulk_of_a_changed_list_keeps_order(ani: Actor) -> None:
    first = register(ani, *[person(number) for number in range(20)])
    shuffled = [person(number) for number in (19, 3, 7)] + [replace(person(30), key="x")]
    again = register(ani, *shuffled)
    assert [one.key for one in again] == ["19", "3", "7", "x"]
    assert [one.person_id for one in again[:3]] == [first[n].person_id for n in (19, 3, 7)]
