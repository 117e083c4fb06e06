"""Any order of corrections, imports, merges and parting: candidacy, its RAB, place and savings stay with the family."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from berdaya.funds import selectors as funds
from berdaya.funds import services as money
from berdaya.funds.types import EventKind, FundDraft, Payment, PaymentOutcome
from berdaya.grants.models import Proposal
from berdaya.grants.services import propose
from berdaya.grants.types import PackageLine
from berdaya.groups.models import Membership
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.selectors import verify_books
from berdaya.people import services as people
from berdaya.people.linkage import services
from berdaya.people.models import Household, Merge, Person
from berdaya.programmes import services as programmes
from berdaya.programmes.models import Candidate
from tests.integration import programmes_world as world
from tests.integration.people_samples import kk, nik, person
from tests.integration.test_linkage_property import WHY, Undone, root

pytestmark = pytest.mark.django_db
FAMILIES = 4
TODAY = date(2026, 10, 31)


ORDERS = st.lists(
    st.tuples(st.sampled_from(("import", "correct", "merge", "part", "ask")), st.integers(0, 3), st.integers(0, 3)),
    min_size=3,
    max_size=9,
)


def worth(n: int) -> int:
    """What candidate n asks for, in rupiah; no two ask for the same, and it parts into n + 1 things."""
    return (n + 1) * (300_000 + n)


class Village:
    """Four families, each a candidate, alone in a group of its own with savings of 10, 100, 1,000 and 10,000 rupiah.

    The first two ask for goods (RAB) at once, each for a sum of her own; the others when an order says so.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        made = people.register_many(actor=actor, people=[person(n) for n in range(FAMILIES)])
        self.ids = [one.person_id for one in made if one.person_id]
        self.homes = {one.person_id: one.household_id for one in made if one.person_id}
        self.numbers = {one: nik(n) for n, one in enumerate(self.ids)}
        self.funds: list[UUID] = []
        self.into: dict[UUID, UUID] = {}
        pairs = [(Household.objects.get(pk=self.homes[one]), Person.objects.get(pk=one)) for one in self.ids]
        programme = programmes.create_programme(actor=actor, config=world.config())
        rows = [replace(row, ref=f"c{n}") for n, row in enumerate(world.proposal(pairs))]
        programmes.add_candidates_many(actor=actor, programme_id=programme.id, rows=rows)
        for n, pair in enumerate(pairs):
            group, fund = world.group(actor, f"g{n}", [pair]), new_id()
            money.open_fund(actor=actor, draft=FundDraft(fund, group.pk, date(2024, 9, 2)))
            member = Membership.objects.get(group=group)
            paid = money.record_payment(
                actor=actor, payment=Payment(new_id(), member.pk, EventKind.SAVING, date(2024, 10, 30), 10 ** (n + 1))
            )
            assert paid.outcome is PaymentOutcome.RECORDED
            self.funds.append(fund)
        self.asked: dict[int, UUID] = {}
        for n in (0, 1):
            self.ask(n)

    def ask(self, n: int) -> None:
        """The RAB of one candidacy, whoever holds it now."""
        candidate = Candidate.objects.get(ref=f"c{n}")
        line = PackageLine("", candidate.kind or "cakes", "Oven", "", n + 1, "unit", worth(n) // (n + 1), True)
        self.asked[n] = propose(
            actor=self.actor, proposal_id=new_id(), candidate_id=candidate.pk, kind=line.kind, lines=[line]
        )

    def step(self, kind: str, a: int, b: int) -> None:
        one, other = self.ids[a], self.ids[b]
        if kind == "ask":
            self.ask(b)
        elif kind == "import":
            again = replace(person(50 + a), nik=self.numbers[one], kk="")
            [row] = people.register_many(actor=self.actor, people=[again])
            assert row.person_id == root(self.into, one)
        elif kind == "correct":
            people.correct_identity(actor=self.actor, person_id=one, nik=nik(20 + a), kk=kk(20 + a), reason=WHY)
            self.numbers[one] = nik(20 + a)
        elif kind == "merge":
            services.merge_persons(actor=self.actor, kept_id=one, gone_id=other, reason=WHY)
            self.into[other] = one
        elif open_merge := Merge.objects.filter(gone_id=other, undone_on=None).first():
            services.unmerge(actor=self.actor, merge_id=open_merge.id, reason=WHY)
            del self.into[other]

    def check(self) -> None:
        owners = [root(self.into, one) for one in self.ids]
        wanted = {n: (one, self.homes[one]) for n, one in enumerate(owners)}
        candidates = Candidate.objects.values_list("ref", "person_id", "household_id")
        assert {int(ref[1:]): (who, home) for ref, who, home in candidates} == wanted
        members = Membership.objects.values_list("group__code", "person_id", "household_id")
        # Nobody is in two groups at once: the place of a merged record keeps its name, its family is the kept one.
        assert {int(code[1:]): (root(self.into, who), home) for code, who, home in members} == wanted
        plans = Proposal.objects.values_list("id", "candidate__ref", "household_id", "value_idr")
        assert {row[0]: row[1:] for row in plans} == {
            key: (f"c{n}", wanted[n][1], worth(n)) for n, key in self.asked.items()
        }
        for row in Proposal.objects.select_related("candidate__household"):
            assert row.area == row.candidate.area
            assert sum(line.quantity * line.unit_price_idr for line in row.lines.all()) == row.value_idr
        for n, fund in enumerate(self.funds):
            [card] = funds.member_cards(actor=self.actor, fund=fund, as_of=TODAY)
            assert card.savings_idr == 10 ** (n + 1)
        assert [one.fault for one in verify_books(actor=self.actor)] == [None] * FAMILIES


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=ORDERS)
@example(steps=[("merge", 0, 2), ("ask", 0, 2), ("merge", 3, 0), ("ask", 0, 3), ("part", 0, 0), ("part", 0, 2)])
@example(steps=[("merge", 0, 1), ("merge", 2, 0), ("correct", 2, 0), ("import", 1, 0), ("part", 0, 0), ("part", 1, 1)])
def test_any_order_keeps_candidacy_group_and_savings_on_the_right_family(
    make_actor: Callable[..., Actor], steps: list[tuple[str, int, int]]
) -> None:
    with suppress(Undone), transaction.atomic(), frozen(TODAY):
        actor = make_actor("operator")
        with scoped(actor, reason=WHY):
            village = Village(actor)
            for kind, a, b in steps:
                with suppress(Problem), transaction.atomic():
                    village.step(kind, a, b)
                village.check()
        raise Undone
