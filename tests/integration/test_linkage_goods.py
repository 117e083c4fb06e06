"""Any order of merging, parting and visits: decree line, goods, things, business and visits stay with their family."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from berdaya.enterprises.catalogue import catalogue
from berdaya.enterprises.models import Enterprise, EnterpriseMonth, Evidence
from berdaya.enterprises.services import start_enterprises_many
from berdaya.enterprises.types import Method, NewEnterprise
from berdaya.grants.models import Asset, FundingShare, Handover, HandoverLine
from berdaya.grants.services import register_assets
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.linkage import services
from berdaya.people.models import Merge
from berdaya.programmes.models import Candidate, DecreeLine
from berdaya.visits.models import Visit
from berdaya.visits.services import record_visits_many
from berdaya.visits.types import VisitInput
from tests.integration.test_grants_services import RECORDED, TODAY, VALUE, Office
from tests.integration.test_linkage_property import WHY, Undone, root

pytestmark = pytest.mark.django_db
REFS = ("1", "2", "3")
STEPS = st.lists(
    st.tuples(st.sampled_from(("merge", "part", "visit")), st.integers(0, 2), st.integers(0, 2)),
    min_size=3,
    max_size=9,
)


class Recipients:
    """Three recipients with their goods and a business each."""

    def __init__(self, make_actor: Callable[..., Actor]) -> None:
        self.office = Office(make_actor("operator"), make_actor("head")).approve()
        self.actor = self.office.actor
        self.ids = [person.pk for _, person in self.office.homes[:3]]
        self.homes = {person.pk: home.pk for home, person in self.office.homes[:3]}
        self.into: dict[UUID, UUID] = {}
        self.visits: dict[UUID, int] = {}
        assert self.office.record(*(self.office.row(ref) for ref in REFS)) == [RECORDED] * 3
        starts = [
            NewEnterprise(
                new_id(), self.actor.office or 0, kind, f"Usaha {ref}", date(2024, 9, 9), self.homes[one],
                programme_id=self.office.programme, ref=ref,
            )
            for kind, ref, one in zip(sorted(catalogue().kinds), REFS, self.ids, strict=False)
        ]  # fmt: skip
        self.businesses = [start.id for start in starts]
        with frozen(TODAY), scoped(self.actor):
            assert start_enterprises_many(actor=self.actor, starts=starts) == len(REFS)
            assert register_assets(actor=self.actor, programme_id=self.office.programme) > 0

    def step(self, kind: str, a: int, b: int) -> None:
        one, other = self.ids[a], self.ids[b]
        if kind == "merge":
            services.merge_persons(actor=self.actor, kept_id=one, gone_id=other, reason=WHY)
            self.into[other] = one
        elif kind == "visit":
            key = new_id()
            turnover = 1_000 + len(self.visits)
            visit = VisitInput(
                key, self.businesses[a], None, date(2025, 1 + len(self.visits) % 12, 5), Method.SEEN,
                turnover_idr=turnover,
            )  # fmt: skip
            assert record_visits_many(actor=self.actor, visits=[visit]).counts
            self.visits[key] = a
        elif found := Merge.objects.filter(gone_id=other, undone_on=None).first():
            services.unmerge(actor=self.actor, merge_id=found.pk, reason=WHY)
            del self.into[other]

    def check(self) -> None:
        owner = [root(self.into, one) for one in self.ids]
        home = {ref: self.homes[one] for ref, one in zip(REFS, owner, strict=True)}
        lines = DecreeLine.objects.filter(replaced_on=None).values_list("candidate__ref", "household_id")
        assert dict(lines) == home
        assert dict(Candidate.objects.filter(ref__in=REFS).values_list("ref", "household_id")) == home
        given_to = Handover.objects.values_list("decree_line__candidate__ref", "decree_line__household_id")
        assert dict(given_to) == home
        assert dict(Enterprise.objects.values_list("ref", "household_id")) == home
        for ref, business in zip(REFS, self.businesses, strict=True):
            things = Asset.objects.filter(enterprise__household_id=home[ref], enterprise=business)
            assert sorted(things.values_list("name", flat=True)) == ["Kompor", "Wajan (1)", "Wajan (2)"]
            assert set(things.values_list("line__handover__decree_line__candidate__ref", flat=True)) == {ref}
            worth = HandoverLine.objects.filter(handover__decree_line__candidate__ref=ref)
            assert sum(worth.values_list("amount_idr", flat=True)) == VALUE
            shares = FundingShare.objects.filter(subject_id__in=list(worth.values_list("pk", flat=True)))
            assert sum(shares.values_list("amount_idr", flat=True)) == VALUE
        seen = {key: self.businesses[at] for key, at in self.visits.items()}
        assert dict(Visit.objects.values_list("pk", "enterprise_id")) == seen
        households = dict(Visit.objects.values_list("pk", "enterprise__household_id"))
        assert households == {key: home[REFS[at]] for key, at in self.visits.items()}
        for row in (*Visit.objects.select_related("enterprise__household"), *Evidence.objects.all()):
            assert row.area == row.enterprise.household.area, "what hangs on a business lives where its family lives"
        assert EnterpriseMonth.objects.exclude(turnover_visit_idr=None).count() == len(
            {(at, Visit.objects.get(pk=key).occurred_on.replace(day=1)) for key, at in self.visits.items()}
        )


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
@example(steps=[("visit", 0, 0), ("merge", 0, 1), ("visit", 1, 0), ("merge", 2, 0), ("part", 0, 0), ("part", 0, 1)])
def test_any_order_keeps_goods_business_and_visits_on_the_right_family(
    make_actor: Callable[..., Actor], steps: list[tuple[str, int, int]]
) -> None:
    with suppress(Undone), transaction.atomic(), frozen(TODAY):
        recipients = Recipients(make_actor)
        with scoped(recipients.actor, reason=WHY):
            recipients.check()
            for kind, a, b in steps:
                with suppress(Problem), transaction.atomic():
                    recipients.step(kind, a, b)
                recipients.check()
        raise Undone


def test_what_came_while_two_families_were_one_goes_with_its_candidacy(make_actor: Callable[..., Actor]) -> None:
    with frozen(TODAY):
        office = Office(make_actor("operator"), make_actor("head"))
        (kept_home, kept), (gone_home, gone) = office.homes[:2]
        with scoped(office.actor, reason=WHY):
            merge = services.merge_persons(actor=office.actor, kept_id=kept.pk, gone_id=gone.pk, reason=WHY)
        office.approve()
        with scoped(office.actor, reason=WHY):
            lines = DecreeLine.objects.filter(candidate__ref__in=("1", "2"))
            assert set(lines.values_list("household_id", flat=True)) == {kept_home.pk}
        assert office.record(office.row("1"), office.row("2")) == [RECORDED] * 2
        with scoped(office.actor, reason=WHY):
            starts = [
                NewEnterprise(
                    new_id(), office.actor.office or 0, kind, f"Usaha {ref}", date(2024, 9, 9), kept_home.pk,
                    programme_id=office.programme, ref=ref,
                )
                for kind, ref in zip(sorted(catalogue().kinds), REFS[:2], strict=False)
            ]  # fmt: skip
            assert start_enterprises_many(actor=office.actor, starts=starts) == 2
            assert services.unmerge(actor=office.actor, merge_id=merge, reason=WHY) is None
            home = {"1": kept_home.pk, "2": gone_home.pk}
            assert dict(Candidate.objects.filter(ref__in=home).values_list("ref", "household_id")) == home
            assert dict(lines.values_list("candidate__ref", "household_id")) == home
            assert dict(Enterprise.objects.values_list("ref", "household_id")) == home
            for row in Enterprise.objects.select_related("household"):
                assert row.household is not None
                assert row.area == row.household.area
