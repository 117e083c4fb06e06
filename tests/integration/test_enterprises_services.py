"""Businesses started, mentored and judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from berdaya.enterprises import services
from berdaya.enterprises.models import Enterprise, EnterpriseMonth, Evidence, MentorAssignment, StatusSnapshot
from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.enterprises.texts import reason_text
from berdaya.enterprises.types import (
    Assignment,
    EvidenceKind,
    Method,
    MonthTurnover,
    NewEnterprise,
    NewEvidence,
    NewMentor,
    Status,
)
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.overview import enterprises as overview
from berdaya.process.overview.enterprises import BusinessFilter
from berdaya.visits.services import record_visits_many
from tests.business_world import OLEAN, START, World, add_group, build, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices)


def month_end(number: int) -> date:
    """The last day of the month that many months after September 2024."""
    from datetime import timedelta

    return services.add_months(date(2024, 9, 1), number + 1) - timedelta(days=1)


class TestStart:
    def test_the_area_is_the_owners_and_twice_is_once(self, world: World) -> None:
        start = NewEnterprise(
            id=world.enterprises[0],
            office_id=world.office_id,
            kind="batik",
            name="lain",
            started_on=START,
            household_id=world.households[0],
        )
        with scoped(world.operator):
            assert services.start_enterprises_many(actor=world.operator, starts=[start]) == 0
            assert Enterprise.objects.get(pk=start.id).area == OLEAN
            assert Enterprise.objects.count() == 3

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"household_id": None}, "enterprise_without_owner"),
            ({"kind": "rocket"}, "enterprise_unknown_kind"),
            ({"household_id": UUID(int=5)}, "enterprise_not_found"),
        ],
    )
    def test_what_is_refused(self, world: World, change: dict[str, object], code: str) -> None:
        start = NewEnterprise(
            id=new_id(),
            office_id=world.office_id,
            kind="batik",
            name="x",
            started_on=START,
            household_id=world.households[0],
        )
        with scoped(world.operator), pytest.raises(Problem) as problem:
            services.start_enterprises_many(actor=world.operator, starts=[replace(start, **change)])  # type: ignore[arg-type]
        assert problem.value.code == code


class TestMentors:
    def test_a_new_mentor_ends_the_assignment_before(self, world: World) -> None:
        with scoped(world.operator):
            ids = services.register_mentors_many(
                actor=world.operator,
                mentors=[
                    NewMentor(new_id(), world.office_id, "T1", "TKSK Satu", (3512060000,)),
                    NewMentor(new_id(), world.office_id, "T2", "TKSK Dua", (3512060000, 3512110000)),
                ],
            )
            give = [Assignment(enterprise, ids["T1"], START) for enterprise in world.enterprises]
            assert services.assign_mentors_many(actor=world.operator, assignments=give) == 3
            assert services.assign_mentors_many(actor=world.operator, assignments=give) == 0
            change = [Assignment(world.enterprises[0], ids["T2"], date(2025, 1, 1))]
            assert services.assign_mentors_many(actor=world.operator, assignments=change) == 1
            ended = MentorAssignment.objects.get(until__isnull=False)
            assert (ended.mentor_id, ended.until) == (ids["T1"], date(2025, 1, 1))
            seen = [overview.business(actor=world.operator, enterprise_id=item).mentor for item in world.enterprises]
            assert seen == ["TKSK Dua", "TKSK Satu", "TKSK Satu"]


class TestEvidence:
    def test_the_same_source_again_replaces_and_history_keeps_the_old(self, world: World) -> None:
        fact = NewEvidence(
            world.enterprises[0],
            EvidenceKind.BOOK,
            Method.DOCUMENT,
            date(2025, 1, 31),
            "fund_month",
            new_id(),
            amount_idr=500_000,
        )
        with scoped(world.operator):
            assert services.add_evidence_many(actor=world.operator, evidence=[fact]) == 1
            assert services.add_evidence_many(actor=world.operator, evidence=[fact]) == 0
            assert services.add_evidence_many(actor=world.operator, evidence=[replace(fact, amount_idr=4)]) == 1
            assert Evidence.objects.get().amount_idr == 4
            history = Evidence.objects.get().events.all()  # type: ignore[attr-defined]
            assert [event.amount_idr for event in history] == [500_000]

    def test_each_source_of_turnover_keeps_its_column(self, world: World) -> None:
        enterprise, month = world.enterprises[0], date(2025, 3, 1)
        with scoped(world.operator), clock.frozen(date(2025, 4, 30)):
            record_visits_many(actor=world.operator, visits=[visit(enterprise, date(2025, 3, 9), turnover_idr=700)])
            for column, amount in (("market", 900), ("fund", 800)):
                services.set_month_turnover_many(
                    actor=world.operator,
                    column=column,  # type: ignore[arg-type]
                    turnover=[MonthTurnover(enterprise, month, amount)],
                )
            (row,) = EnterpriseMonth.objects.filter(enterprise=enterprise)
            page = overview.business(actor=world.operator, enterprise_id=enterprise)
        assert (row.turnover_visit_idr, row.turnover_market_idr, row.turnover_fund_idr) == (700, 900, 800)
        shown = {figure.month: (figure.amount_idr, figure.source) for figure in page.months}
        assert (len(shown), shown[month], shown[date(2025, 4, 1)]) == (24, (900, "market"), (None, ""))


class TestStatus:
    def test_counts_sum_to_the_businesses_and_late_evidence_changes_the_past(self, world: World) -> None:
        busy, stopped, silent = world.enterprises
        facts = [visit(busy, date(2024, 10, 20)), visit(busy, date(2025, 2, 20))]
        facts += [
            visit(stopped, date(2024, 10, 20)),
            visit(stopped, date(2025, 2, 20), production_days=0, turnover_idr=0),
        ]
        as_of = month_end(5)
        with scoped(world.operator), clock.frozen(as_of):
            record_visits_many(actor=world.operator, visits=facts)
            refresh_status_many(actor=world.operator, days=[as_of], milestones=(6, 12), until=as_of)
            counts = overview.status_counts(programme_ids=[world.programme_id])[world.programme_id]
            assert counts == {Status.ACTIVE: 1, Status.DORMANT: 1, Status.UNKNOWN: 1}
            assert sum(counts.values()) == Enterprise.objects.count()
            record_visits_many(actor=world.operator, visits=[visit(silent, date(2025, 2, 10))])
            refresh_status_many(actor=world.operator, days=[as_of], until=as_of)
            counts = overview.status_counts(programme_ids=[world.programme_id])[world.programme_id]
            assert counts == {Status.ACTIVE: 2, Status.DORMANT: 1}

    def test_milestones_are_counted_from_each_start(self, world: World) -> None:
        with scoped(world.operator):
            record_visits_many(
                actor=world.operator, visits=[visit(item, date(2025, 2, 20)) for item in world.enterprises]
            )
            refresh_status_many(actor=world.operator, milestones=(6, 12, 24), until=date(2025, 9, 30))
            kept = StatusSnapshot.objects.exclude(milestone=None).values_list("milestone", "as_of", "status")
            assert (
                sorted(kept)
                == [(6, date(2025, 3, 1), Status.ACTIVE)] * 3 + [(12, date(2025, 9, 1), Status.UNKNOWN)] * 3
            ), "24 months have not passed yet"

    def test_the_same_again_changes_no_row(self, world: World) -> None:
        day = month_end(2)
        with scoped(world.operator):
            refresh_status_many(actor=world.operator, days=[day], until=day)
            before = dict(StatusSnapshot.objects.values_list("id", "recorded_at"))
            refresh_status_many(actor=world.operator, days=[day], until=day)
            assert dict(StatusSnapshot.objects.values_list("id", "recorded_at")) == before

    def test_the_reason_is_a_sentence_in_both_languages(self, world: World) -> None:
        from django.utils.translation import override

        with scoped(world.operator):
            record_visits_many(actor=world.operator, visits=[visit(world.enterprises[0], date(2025, 2, 20))])
            refresh_status_many(actor=world.operator, days=[date(2025, 2, 28)], until=date(2025, 2, 28))
            with clock.frozen(date(2025, 2, 28)):
                reason = overview.business(actor=world.operator, enterprise_id=world.enterprises[0]).reason
        with override("id"):
            assert reason_text(reason["reason"], reason) == (
                "Berproduksi 20 hari, omzet Rp1.000.000 (ditanyakan 20 Februari 2025)."
            )


class TestReads:
    def test_a_list_takes_as_many_queries_for_four_as_for_one(self, world: World) -> None:
        add_group(world)
        taken = set()
        with scoped(world.operator):
            for text, count in (("ikan 2", 1), ("", 4)):
                with CaptureQueriesContext(connection) as queries:
                    page = overview.businesses(actor=world.operator, filters=BusinessFilter(q=text))
                assert (len(page.rows), page.total) == (count, count)
                taken.add(len(queries))
        assert len(taken) == 1

    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            ({"q": "ikan 2"}, 1),
            ({"q": "100%"}, 0),
            ({"kind": "batik"}, 1),
            ({"status": "unknown"}, 4),
            ({"status": "active"}, 0),
            ({"area": "35.12.06"}, 4),
            ({"area": "35.12.11"}, 0),
            ({"programme": "uji-2024"}, 4),
            ({"programme": "lain"}, 0),
        ],
    )
    def test_filters(self, world: World, wanted: dict[str, str], count: int) -> None:
        add_group(world)
        with scoped(world.operator):
            page = overview.businesses(actor=world.operator, filters=BusinessFilter(**wanted))
        assert len(page.rows) == page.total == count

    @pytest.mark.parametrize("who", ["outsider", "other_office"])
    def test_outsiders_get_not_found(self, world: World, who: str) -> None:
        actor: Actor = getattr(world, who)
        with scoped(actor):
            assert overview.businesses(actor=actor, filters=BusinessFilter()).rows == ()
            with pytest.raises(Problem) as problem:
                overview.business(actor=actor, enterprise_id=world.enterprises[0])
        assert problem.value.code == "not_found"

    @pytest.mark.usefixtures("world")
    def test_the_lurah_sees_the_businesses_of_the_own_village(self, make_actor: Callable[..., Actor]) -> None:
        mine, other = make_actor("lurah", area=OLEAN, office="*"), make_actor("lurah", area=OLEAN + 1, office="*")
        for actor, count in ((mine, 3), (other, 0)):
            with scoped(actor):
                assert overview.businesses(actor=actor, filters=BusinessFilter()).total == count
