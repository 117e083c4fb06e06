"""Doubles found after an import, decided, merged and parted; families claimed from another office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, transaction

from berdaya.areas.models import Area
from berdaya.audit.models import AuditEntry
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import services as people
from berdaya.people.linkage import selectors, services
from berdaya.people.linkage.merging import STAYS
from berdaya.people.linkage.types import Decision, Transfer
from berdaya.people.models import AidReceived, Consent, DesilSnapshot, Household, LookAlike, Merge, Person
from berdaya.people.types import AidInput, Outcome, PersonInput, Registered
from berdaya.process.overview.families import FamilyFilter, families
from tests.integration.people_samples import BONDOWOSO, CURAH, OLEAN, kk, nik, person

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]
WHY = "sudah dicocokkan dengan kartu aslinya"


@pytest.fixture
def jatim(make_actor: MakeActor) -> Actor:
    return make_actor("operator", area=3500000000, office="dinsos-jatim")


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    for code in (OLEAN, CURAH, BONDOWOSO):
        Area.objects.get_or_create(
            code=code, defaults={"level": 4, "kind": "desa", "name": f"Desa {code}", "edition": "uji"}
        )


def registered(actor: Actor, *rows: PersonInput) -> list[Registered]:
    with scoped(actor):
        return people.register_many(actor=actor, people=list(rows))


def double(number: int, **changes: Any) -> PersonInput:
    """The woman of `person(1)` with another number and card, as another hand wrote her."""
    return person(number, **({"name": "Hj. Sitti Aminah Ba", "birth_date": date(1990, 7, 1)} | changes))


def linked(actor: Actor, *rows: Registered) -> int:
    with scoped(actor):
        return services.link_new(actor=actor, person_ids=[row.person_id for row in rows if row.person_id])


def refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(Problem) as caught, transaction.atomic():
        call()
    assert caught.value.code == code


def subjects() -> set[str]:
    """Every column of the schema that may name a person or a household."""
    named = {"household_id", "person_id", "subject_id", "household_key", "member_id", "recipient_id"}
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("berdaya.") or hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.concrete_fields:
            target = field.related_model._meta.db_table if field.is_relation else ""
            if target in {"people_person", "people_household"} or (not target and field.column in named):
                found.add(f"{model._meta.db_table}.{field.column}")
    return found


def test_every_column_that_names_somebody_has_a_rule_for_merging() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl, col FROM people_merge_rules()")
        follows = {f"{table}.{column}" for table, column in cursor.fetchall()}
    assert subjects() - follows - set(STAYS) == set()
    assert follows & set(STAYS) == set()
    assert follows - subjects() == set(), "a rule for a column that is not there"


def test_a_double_is_found_with_its_reasons_and_only_once(ani: Actor) -> None:
    [first] = registered(ani, person(1))
    [second, stranger] = registered(
        ani, double(2), person(3, name="Bambang Sutrisno", birth_date=date(1971, 2, 3), phone="", address="Dusun Lor")
    )
    assert linked(ani, second, stranger) == 1
    assert linked(ani, second, stranger) == 0
    with scoped(ani):
        [pair] = selectors.pairs_waiting(actor=ani)
        view = selectors.pair(actor=ani, pair_id=pair.id)
        assert {view.left.person_id, view.right.person_id} == {first.person_id, second.person_id}
        assert pair.chance > 0.9
        levels = {reason.field: reason.level for reason in view.reasons}
        assert (levels["birth_date"], levels["area"], levels["nik"]) == ("filler", "same", "different")
        assert any(reason.bits > 0 for reason in view.reasons)
        assert any(reason.bits < 0 for reason in view.reasons)
        assert selectors.pair_rows([pair])[0].left


def test_a_brother_of_one_home_is_no_double(ani: Actor) -> None:
    [first, brother] = registered(
        ani, person(1), person(2, kk=kk(1), name="Slamet Riyadi", birth_date=date(1994, 11, 20))
    )
    assert first.household_id == brother.household_id
    assert linked(ani, first, brother) == 0


def test_a_pair_of_two_areas_goes_to_the_office_above_both_and_nobody_else(
    ani: Actor, budi: Actor, jatim: Actor
) -> None:
    registered(ani, person(1))
    [far] = registered(budi, double(2, area=BONDOWOSO, nik=nik(2, district="351101"), kk=kk(2, district="351101")))
    assert linked(budi, far) == 1
    for outsider in (ani, budi):
        with scoped(outsider):
            assert not selectors.pairs_waiting(actor=outsider).exists()
    with scoped(jatim):
        [pair] = selectors.pairs_waiting(actor=jatim)
        assert pair.area == 3500000000
        assert selectors.pair(actor=jatim, pair_id=pair.id).left.name
    with scoped(budi):
        refused("not_found", lambda: selectors.pair(actor=budi, pair_id=pair.id))
        refused(
            "not_found",
            lambda: services.decide_look_alike(actor=budi, pair_id=pair.id, decision=Decision.SAME, reason=WHY),
        )


def test_another_office_of_the_same_area_sees_nothing(ani: Actor, make_actor: MakeActor) -> None:
    registered(ani, person(1))
    [second] = registered(ani, double(2))
    assert linked(ani, second) == 1
    other = make_actor("operator", office="diskop-situbondo")
    with scoped(other):
        assert not selectors.pairs_waiting(actor=other).exists()


def test_a_decision_is_made_once_with_a_reason_and_kept(ani: Actor, make_actor: MakeActor) -> None:
    registered(ani, person(1))
    [second] = registered(ani, double(2))
    linked(ani, second)
    mayor = make_actor("mayor", office="*")
    with scoped(ani):
        [pair] = selectors.pairs_waiting(actor=ani)
        refused("reason_missing", lambda: decide(ani, pair.id, Decision.DIFFERENT, reason="ok"))
    with scoped(mayor):
        refused("not_allowed", lambda: decide(mayor, pair.id, Decision.DIFFERENT))
    with scoped(ani):
        decide(ani, pair.id, Decision.ASKED)
        assert [row.state for row in selectors.pairs_waiting(actor=ani)] == ["asked"]
        decide(ani, pair.id, Decision.DIFFERENT)
        refused("already_decided", lambda: decide(ani, pair.id, Decision.SAME))
        [entry, _] = AuditEntry.objects.filter(name="people.look_alike_decided").order_by("-recorded_at", "-id")
        assert entry.reason == WHY
    assert linked(ani, second) == 0
    row = LookAlike.objects.get()
    assert (row.state, row.decided_by, row.decision_reason) == ("different", ani.account_id, WHY)


def decide(actor: Actor, pair: UUID, decision: Decision, *, reason: str = WHY, keep: UUID | None = None) -> UUID | None:
    return services.decide_look_alike(actor=actor, pair_id=pair, decision=decision, reason=reason, keep=keep)


def consent(row: Registered, purpose: str) -> None:
    area = Household.objects.get(id=row.household_id).area
    Consent.objects.create(
        household_id=row.household_id, area=area, purpose=purpose, given_on=date(2024, 1, 1), method="paper"
    )


def aid(actor: Actor, row: Registered, number: str, year: int) -> None:
    with scoped(actor):
        people.register_aid_many(
            actor=actor,
            aid=[
                AidInput(
                    key=new_id(), nik=number, kk="", office="Dinas Koperasi", programme=f"Modal {year}", year=year,
                    form="business_aid", source="uji", area=OLEAN, value_idr=1_000_000, household_id=row.household_id,
                )
            ],
        )  # fmt: skip


def test_a_merge_takes_everything_along_and_a_parting_brings_it_back(ani: Actor) -> None:
    [kept] = registered(ani, person(1))
    [gone] = registered(ani, double(2, area=CURAH, desil_on=date(2022, 1, 1)))
    for row, purposes in ((kept, ("publish",)), (gone, ("publish", "photo"))):
        for purpose in purposes:
            consent(row, purpose)
    aid(ani, gone, nik(2), 2021)
    assert kept.person_id is not None
    assert gone.person_id is not None
    before = state_of(kept, gone)
    with scoped(ani, reason=WHY):
        merge = services.merge_persons(actor=ani, kept_id=kept.person_id, gone_id=gone.person_id, reason=WHY)
        assert Household.objects.get(id=gone.household_id).merged_into == kept.household_id
        assert set(Consent.objects.filter(household_id=kept.household_id).values_list("purpose", flat=True)) == {
            "publish", "photo",
        }  # fmt: skip
        assert Consent.objects.filter(household_id=gone.household_id).count() == 1, "the same consent twice is kept"
        assert AidReceived.objects.get().household_id == kept.household_id
        assert DesilSnapshot.objects.filter(household_id=kept.household_id).count() == 2
        [again] = people.register_many(actor=ani, people=[double(2)])
        assert (again.outcome, again.person_id, again.household_id) == (
            Outcome.KNOWN, kept.person_id, kept.household_id,
        )  # fmt: skip
        [screen] = people.screen_many(actor=ani, numbers=[(nik(1), "")], as_of=date(2024, 6, 1))
        assert [record.year for record in screen.aid] == [2021]
        [screen] = people.screen_many(actor=ani, numbers=[(nik(2), "")], as_of=date(2024, 6, 1))
        assert [record.year for record in screen.aid] == [2021]
        page = families(actor=ani, filters=FamilyFilter())
        assert [row.id for row in page.rows] == [kept.household_id]
    with scoped(ani, reason=WHY):
        services.unmerge(actor=ani, merge_id=merge, reason=WHY)
    assert state_of(kept, gone) == before
    with scoped(ani):
        refused("merged_already", lambda: services.unmerge(actor=ani, merge_id=merge, reason=WHY))
        assert AuditEntry.objects.filter(name__in=("people.merged", "people.unmerged")).count() == 2


def state_of(*rows: Registered) -> list[object]:
    return [
        (
            Household.objects.filter(id=row.household_id).values_list("area", "merged_into")[0],
            Person.objects.filter(id=row.person_id).values_list("area", "household_id", "merged_into")[0],
            sorted(Consent.objects.filter(household_id=row.household_id).values_list("purpose", "area")),
            sorted(AidReceived.objects.filter(household_id=row.household_id).values_list("year", "area")),
            sorted(DesilSnapshot.objects.filter(household_id=row.household_id).values_list("as_of", "area")),
        )
        for row in rows
    ]


def test_a_family_with_others_in_it_goes_on_without_the_merged_one(ani: Actor) -> None:
    [kept] = registered(ani, person(1))
    [gone, son] = registered(ani, double(2), person(3, kk=kk(2), name="Agus", birth_date=date(2010, 5, 5)))
    aid(ani, gone, nik(2), 2020)
    assert kept.person_id is not None
    assert gone.person_id is not None
    with scoped(ani):
        services.merge_persons(actor=ani, kept_id=kept.person_id, gone_id=gone.person_id, reason=WHY)
    assert Household.objects.get(id=son.household_id).merged_into is None
    assert AidReceived.objects.get().household_id == son.household_id
    assert Merge.objects.get().families_too is False


def test_outsiders_cannot_merge_and_nobody_merges_twice(ani: Actor, budi: Actor) -> None:
    [one, two] = registered(ani, person(1), double(2))
    assert one.person_id is not None
    assert two.person_id is not None
    with scoped(budi):
        refused("not_found", lambda: merge(budi, one.person_id, two.person_id))
    with scoped(ani):
        refused("not_found", lambda: merge(ani, one.person_id, one.person_id))
        merge(ani, one.person_id, two.person_id)
        refused("merged_already", lambda: merge(ani, two.person_id, one.person_id))


def merge(actor: Actor, kept: UUID | None, gone: UUID | None) -> UUID:
    assert kept is not None
    assert gone is not None
    return services.merge_persons(actor=actor, kept_id=kept, gone_id=gone, reason=WHY)


def test_merges_are_parted_in_the_order_back(ani: Actor) -> None:
    one, two, three = registered(ani, person(1), double(2), double(3))
    with scoped(ani):
        first = merge(ani, two.person_id, three.person_id)
        second = merge(ani, one.person_id, two.person_id)
        [again] = people.register_many(actor=ani, people=[double(3)])
        assert again.person_id == one.person_id
        refused("merged_already", lambda: services.unmerge(actor=ani, merge_id=first, reason=WHY))
        services.unmerge(actor=ani, merge_id=second, reason=WHY)
        services.unmerge(actor=ani, merge_id=first, reason=WHY)
    assert not Person.objects.exclude(merged_into=None).exists()


def test_saying_the_same_merges_into_the_chosen_record(ani: Actor) -> None:
    [one] = registered(ani, person(1))
    [two] = registered(ani, double(2))
    linked(ani, two)
    with scoped(ani):
        [pair] = selectors.pairs_waiting(actor=ani)
        refused("not_found", lambda: decide(ani, pair.id, Decision.SAME, keep=new_id()))
        merged = decide(ani, pair.id, Decision.SAME, keep=two.person_id)
        assert selectors.pair(actor=ani, pair_id=pair.id).merge_id == merged
    assert Person.objects.get(id=one.person_id).merged_into == two.person_id


def test_look_alikes_are_found_while_a_name_is_typed(ani: Actor, budi: Actor) -> None:
    registered(ani, person(1, name="Soedjatmiko Hadi", birth_date=date(1980, 3, 4)), person(2, name="Sujatmiko"))
    with scoped(ani):
        found = selectors.similar_people(actor=ani, name="Sujatmi", born=date(1980, 3, 4))
        assert [row.name for row in found] == ["Soedjatmiko Hadi", "Sujatmiko"]
        assert found[0].same_day
        assert selectors.similar_people(actor=ani, name="su") == []
    with scoped(budi):
        assert selectors.similar_people(actor=budi, name="Sujatmi") == []


def test_a_claim_becomes_a_request_that_the_holder_decides(ani: Actor, budi: Actor, jatim: Actor) -> None:
    [row] = registered(ani, person(1))
    with scoped(budi):
        ask = lambda: services.request_transfer(actor=budi, nik=nik(1), to_area=BONDOWOSO, reason=WHY)  # noqa: E731
        assert ask() is Transfer.ASKED
        assert ask() is Transfer.ASKED_BEFORE
        [mine] = selectors.transfers(actor=budi)
        assert (mine.side, mine.family, mine.state) == ("asks", "", "open")
        refused("not_found", lambda: settle(budi, mine.id, accept=True))
    with scoped(ani):
        [theirs] = selectors.transfers(actor=ani)
        assert (theirs.side, theirs.family) == ("holds", "Siti Aminah Ba")
        settle(ani, theirs.id, accept=True)
        refused("already_decided", lambda: settle(ani, theirs.id, accept=False))
    assert Household.objects.get(id=row.household_id).area == BONDOWOSO
    assert Person.objects.get(id=row.person_id).area == BONDOWOSO
    with scoped(budi):
        [mine] = selectors.transfers(actor=budi)
        assert (mine.state, mine.family) == ("accepted", "Siti Aminah Ba")


def settle(actor: Actor, transfer: UUID, *, accept: bool) -> None:
    services.decide_transfer(actor=actor, transfer_id=transfer, accept=accept, reason=WHY)


def test_a_refused_claim_moves_nothing_and_may_be_made_again(ani: Actor, budi: Actor) -> None:
    registered(ani, person(1))
    with scoped(budi):
        services.request_transfer(actor=budi, nik=nik(1), to_area=BONDOWOSO, reason=WHY)
        refused(
            "not_found",
            lambda: services.request_transfer(actor=budi, nik=nik(7), to_area=BONDOWOSO, reason=WHY),
        )
    with scoped(ani):
        [theirs] = selectors.transfers(actor=ani)
        settle(ani, theirs.id, accept=False)
    assert Household.objects.get().area == OLEAN
    with scoped(budi):
        assert services.request_transfer(actor=budi, nik=nik(1), to_area=BONDOWOSO, reason=WHY) is Transfer.ASKED
    with scoped(ani):
        own = services.request_transfer(actor=ani, nik=nik(1), to_area=CURAH, reason=WHY)
        assert own is Transfer.YOURS


def test_a_changed_number_leaves_nothing_behind(ani: Actor) -> None:
    [one, two] = registered(ani, person(1), double(2))
    with scoped(ani):
        merge(ani, one.person_id, two.person_id)
        people.correct_identity(actor=ani, person_id=one.person_id, nik=nik(9), kk=kk(9), reason=WHY)  # type: ignore[arg-type]
        known = people.register_many(actor=ani, people=[replace(person(9), kk=""), replace(double(2), kk="")])
    assert {row.person_id for row in known} == {one.person_id}
