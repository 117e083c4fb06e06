"""Any order of registering, correcting, merging and parting keeps every right and every rupiah on the right family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import services as people
from berdaya.people.linkage import services
from berdaya.people.models import AidReceived, Consent, Merge, Person
from berdaya.people.types import AidInput
from tests.integration.people_samples import OLEAN, kk, nik, person

pytestmark = pytest.mark.django_db
WHY = "sudah dicocokkan dengan kartu aslinya"
FAMILIES = 4
STEPS = st.lists(
    st.tuples(st.sampled_from(("import", "correct", "merge", "part")), st.integers(0, 3), st.integers(0, 3)),
    min_size=3,
    max_size=12,
)


class Undone(Exception):  # noqa: N818 - thrown to roll one example back
    pass


def play(actor: Actor, steps: list[tuple[str, int, int]]) -> None:
    rows = people.register_many(actor=actor, people=[person(n) for n in range(FAMILIES)])
    ids = [row.person_id for row in rows if row.person_id]
    numbers = {one: nik(n) for n, one in enumerate(ids)}
    homes = {row.person_id: row.household_id for row in rows}
    rupiah: dict[int, UUID] = {}
    for n, one in enumerate(ids):
        people.register_aid_many(
            actor=actor,
            aid=[
                AidInput(key=new_id(), nik=nik(n), kk="", office="uji", programme=f"p{n}", year=2020, form="cash",
                         source="uji", area=OLEAN, value_idr=10**n, household_id=homes[one])
            ],
        )  # fmt: skip
        Consent.objects.create(
            household_id=homes[one], area=OLEAN, purpose=f"c{n}", given_on=date(2024, 1, 1), method="paper"
        )
        rupiah[10**n] = one
    into: dict[UUID, UUID] = {}
    for kind, a, b in steps:
        one, other = ids[a], ids[b]
        with suppress(Problem), transaction.atomic():
            if kind == "import":
                again = replace(person(50 + a), nik=numbers[one], kk="")
                [row] = people.register_many(actor=actor, people=[again])
                assert row.person_id == root(into, one)
            elif kind == "correct":
                people.correct_identity(actor=actor, person_id=one, nik=nik(20 + a), kk=kk(20 + a), reason=WHY)
                numbers[one] = nik(20 + a)
            elif kind == "merge":
                services.merge_persons(actor=actor, kept_id=one, gone_id=other, reason=WHY)
                into[other] = one
            else:
                services.unmerge(actor=actor, merge_id=_open_merge(other), reason=WHY)
                del into[other]
        check(into, homes, rupiah)


def _open_merge(gone: UUID) -> UUID:
    found = Merge.objects.filter(gone_id=gone, undone_on=None).first()
    if found is None:
        raise Problem("not_found")
    return found.id


def root(into: dict[UUID, UUID], one: UUID) -> UUID:
    while one in into:
        one = into[one]
    return one


def check(into: dict[UUID, UUID], homes: dict[UUID | None, UUID | None], rupiah: dict[int, UUID]) -> None:
    found = dict(AidReceived.objects.values_list("value_idr", "household_id"))
    assert found == {value: homes[root(into, owner)] for value, owner in rupiah.items()}
    wanted = Counter(homes[root(into, owner)] for owner in rupiah.values())
    assert Counter(Consent.objects.values_list("household_id", flat=True)) == wanted
    merged = dict(Person.objects.exclude(merged_into=None).values_list("id", "merged_into"))
    assert merged == into


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
@example(steps=[("merge", 0, 1), ("merge", 2, 0), ("correct", 2, 0), ("import", 1, 0), ("part", 0, 0), ("part", 1, 1)])
def test_any_order_keeps_every_right_and_every_rupiah(
    make_actor: Callable[..., Actor], steps: list[tuple[str, int, int]]
) -> None:
    with suppress(Undone), transaction.atomic():
        actor = make_actor("operator")
        with scoped(actor, reason=WHY):
            play(actor, steps)
        raise Undone
