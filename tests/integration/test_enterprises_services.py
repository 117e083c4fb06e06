"""Businesses started, mentored and judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from berdaya.enterprises import selectors, services
from berdaya.enterprises.models import Enterprise, Evidence, MentorAssignment, StatusSnapshot
from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.enterprises.texts import reason_text
from berdaya.enterprises.types import (
    Assignment,
    BusinessFilter,
    EvidenceKind,
    Method,
    MonthTurnover,
    NewEnterprise,
    NewEvidence,
    NewMentor,
    Status,
    TurnoverSource,
)
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
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
            rows, total = selectors.businesses(
                actor=world.operator, wanted=BusinessFilter(mentor_id=ids["T2"]), as_of=date(2025, 2, 1)
            )
            assert (total, rows[0].mentor) == (1, "TKSK Dua")


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
        with scoped(world.operator):
            record_visits_many(actor=world.operator, visits=[visit(enterprise, date(2025, 3, 9), turnover_idr=700)])
            for column, amount in (("market", 900), ("fund", 800)):
                services.set_month_turnover_many(
                    actor=world.operator,
                    column=column,  # type: ignore[arg-type]
                    turnover=[MonthTurnover(enterprise, month, amount)],
                )
            (row,) = selectors.months(actor=world.operator, enterprise_id=enterprise)
        assert (row.visit_idr, row.market_idr, row.book_idr) == (700, 900, 800)
        assert (row.shown_idr, row.shown_source) == (900, TurnoverSource.MARKET)


class TestStatus:
    def test_counts_sum_to_the_businesses_and_late_evidence_changes_the_past(self, world: World) -> None:
        busy, stopped, silent = world.enterprises
        facts = [visit(busy, date(2024, 10, 20)), visit(busy, date(2025, 2, 20))]
        facts += [
            visit(stopped, date(2024, 10, 20)),
            visit(stopped, date(2025, 2, 20), production_days=0, turnover_idr=0),
        ]
        as_of = month_end(5)
        with scoped(world.operator):
            record_visits_many(actor=world.operator, visits=facts)
            refresh_status_many(actor=world.operator, days=[as_of], milestones=(6, 12), until=as_of)
            counts = selectors.status_counts(actor=world.operator, as_of=as_of, programme_code="uji-2024")
            assert counts.counts == {Status.ACTIVE: 1, Status.DORMANT: 1, Status.UNKNOWN: 1}
            assert counts.total == Enterprise.objects.count()
            record_visits_many(actor=world.operator, visits=[visit(silent, date(2025, 2, 10))])
            refresh_status_many(actor=world.operator, days=[as_of], until=as_of)
            assert selectors.status_counts(actor=world.operator, as_of=as_of)[Status.ACTIVE] == 2

    def test_milestones_are_counted_from_each_start(self, world: World) -> None:
        with scoped(world.operator):
            record_visits_many(
                actor=world.operator, visits=[visit(item, date(2025, 2, 20)) for item in world.enterprises]
            )
            refresh_status_many(actor=world.operator, milestones=(6, 12, 24), until=date(2025, 9, 30))
            found = selectors.status_at_milestones(actor=world.operator, programme_code="uji-2024")
            assert set(found) == {6, 12}, "24 months have not passed yet"
            assert (found[6].as_of, found[6].alive) == (date(2025, 3, 1), 3)
            assert (found[12][Status.UNKNOWN], found[12].total) == (3, 3)

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
            page = selectors.business(actor=world.operator, enterprise_id=world.enterprises[0], as_of=date(2025, 2, 28))
        reason = page.row.reason
        with override("id"):
            assert reason_text(reason["reason"], reason) == (
                "Berproduksi 20 hari, omzet Rp1.000.000 (ditanyakan 20 Februari 2025)."
            )


class TestReads:
    def test_a_list_takes_two_queries_however_long(self, world: World) -> None:
        add_group(world)
        with scoped(world.operator):
            for limit in (1, 3, 50):
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    rows, total = selectors.businesses(
                        actor=world.operator, wanted=BusinessFilter(), as_of=date(2025, 1, 1), limit=limit
                    )
                assert len(queries) == 2
                assert (len(rows), total) == (min(limit, 4), 4)

    def test_the_page_takes_four_queries(self, world: World) -> None:
        with scoped(world.operator), CaptureQueriesContext(connection) as queries:
            selectors.business(actor=world.operator, enterprise_id=world.enterprises[0], as_of=date(2025, 1, 1))
        assert len(queries) == 4

    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (BusinessFilter(text="ikan 2"), 1),
            (BusinessFilter(text="100%"), 0),
            (BusinessFilter(kind="batik"), 1),
            (BusinessFilter(group=True), 1),
            (BusinessFilter(group=False), 3),
            (BusinessFilter(status=Status.UNKNOWN), 4),
            (BusinessFilter(status=Status.ACTIVE), 0),
            (BusinessFilter(area=(3512060000, 3512069999)), 4),
            (BusinessFilter(area=(3512110000, 3512119999)), 0),
            (BusinessFilter(programme_code="uji-2024"), 4),
            (BusinessFilter(programme_code="lain"), 0),
        ],
    )
    def test_filters(self, world: World, wanted: BusinessFilter, count: int) -> None:
        add_group(world)
        with scoped(world.operator):
            rows, total = selectors.businesses(actor=world.operator, wanted=wanted, as_of=date(2025, 1, 1))
        assert len(rows) == total == count

    @pytest.mark.parametrize("who", ["outsider", "other_office"])
    def test_outsiders_get_not_found(self, world: World, who: str) -> None:
        actor: Actor = getattr(world, who)
        with scoped(actor):
            assert selectors.businesses(actor=actor, wanted=BusinessFilter(), as_of=date(2025, 1, 1)) == ([], 0)
            with pytest.raises(Problem) as problem:
                selectors.business(actor=actor, enterprise_id=world.enterprises[0], as_of=date(2025, 1, 1))
        assert problem.value.code == "not_found"

    @pytest.mark.usefixtures("world")
    def test_the_lurah_sees_the_businesses_of_the_own_village(self, make_actor: Callable[..., Actor]) -> None:
        mine, other = make_actor("lurah", area=OLEAN, office="*"), make_actor("lurah", area=OLEAN + 1, office="*")
        for actor, count in ((mine, 3), (other, 0)):
            with scoped(actor):
                assert selectors.businesses(actor=actor, wanted=BusinessFilter(), as_of=START)[1] == count
