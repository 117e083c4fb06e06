"""Graduation through the services: two people, evidence from the packages below, and what follows for the family."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from berdaya.enterprises.models import Enterprise, EnterpriseMonth, StatusSnapshot
from berdaya.enterprises.services import start_enterprises_many
from berdaya.enterprises.types import Method, NewEnterprise
from berdaya.graduation import selectors, services
from berdaya.graduation.models import Assessment
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Exclusion
from berdaya.programmes import services as programmes
from berdaya.programmes.types import Outcome
from berdaya.tasks.models import Task
from berdaya.visits.services import record_visits_many
from berdaya.visits.types import VisitInput
from tests.integration import programmes_world as world

pytestmark = pytest.mark.django_db
START, AS_OF, SIGNED = date(2024, 8, 20), date(2026, 9, 15), date(2026, 9, 20)


def business(actor: Actor, programme_id: UUID, name: str, **owner: UUID) -> UUID:
    new = stable_id("usaha", name)
    start = NewEnterprise(
        id=new, office_id=actor.office or 0, kind="fish_crackers", name=name, started_on=START,
        programme_id=programme_id, ref=name, baseline_income_idr=1_000_000, **owner,
    )  # fmt: skip
    start_enterprises_many(actor=actor, starts=[start])
    return new


def thriving(
    actor: Actor, enterprise: UUID, *, income: int = 1_800_000, methods: tuple[str, ...] = ("asked", "seen")
) -> None:
    """Eighteen observed months, an active status, and visits in August and September 2026."""
    visits = [
        VisitInput(
            id=stable_id("kunjungan", enterprise, n), enterprise_id=enterprise, mentor_id=None,
            occurred_on=date(2026, 9, 1 + n), method=Method(method), production_days=20, turnover_idr=3_000_000,
            stock_idr=400_000, income_idr=income,
        )
        for n, method in enumerate(methods)
    ]  # fmt: skip
    assert record_visits_many(actor=actor, visits=visits).flaws == {}
    row = Enterprise.objects.get(pk=enterprise)
    EnterpriseMonth.objects.bulk_create(
        EnterpriseMonth(
            enterprise=row,
            area=row.area,
            office_id=row.office_id,
            month=date(2025, 1 + n, 1),
            visits=1,
            production_days=20,
        )
        for n in range(12)
    )
    StatusSnapshot.objects.create(
        enterprise=row, area=row.area, office_id=row.office_id, as_of=date(2026, 9, 10), status="active"
    )


def opened(actor: Actor, count: int):
    homes = world.families(actor, count)
    with scoped(actor):
        programme = programmes.create_programme(actor=actor, config=world.config())
    return programme, homes


def test_one_assesses_another_approves_and_the_family_leaves_the_aid(operator, head):
    programme, homes = opened(operator, 3)
    with scoped(operator):
        good, poor, unseen = (
            business(operator, programme.id, f"U{n}", household_id=home.pk) for n, (home, _) in enumerate(homes)
        )
        thriving(operator, good)
        thriving(operator, poor, income=1_100_000)
        done = services.assess_many(actor=operator, programme_id=programme.id, as_of=AS_OF)
        assert done.outcomes == {"met": 1, "not_met": 1, "unknown": 1}
        assert done.held_back_by["income"] == 2
        again = services.assess_many(actor=operator, programme_id=programme.id, as_of=AS_OF)
        assert again == done
        assert Assessment.objects.count() == 3
        ids = selectors.to_approve(actor=operator, programme_id=programme.id, as_of=AS_OF)
        assert [Assessment.objects.get(pk=pk).enterprise_id for pk in ids] == [good]
        row = selectors.assessments(actor=operator, enterprise_id=unseen)[0]
        assert row.outcome is Outcome.UNKNOWN
        both = operator.with_(permissions=operator.permissions | head.permissions)
        with pytest.raises(Problem) as caught:
            services.approve_many(actor=both, assessment_ids=ids, on=SIGNED)
        assert caught.value.code == "same_person"
    with scoped(head):
        failed = [row.id for row in selectors.assessments(actor=head, outcome=Outcome.NOT_MET)]
        with pytest.raises(Problem) as caught:
            services.approve_many(actor=head, assessment_ids=[*ids, *failed], on=SIGNED)
        assert caught.value.code == "not_graduated"
        assert services.approve_many(actor=head, assessment_ids=ids, on=SIGNED) == 1
        with pytest.raises(Problem) as caught:
            services.approve_many(actor=head, assessment_ids=ids, on=SIGNED)
        assert caught.value.code == "already_decided"
        assert selectors.counts(actor=head, programme_id=programme.id).graduated == 1
        excluded = Exclusion.objects.get(kind="graduated:uep")
        assert bytes(excluded.kk_index) == world.mark("kkk0")
        task = Task.objects.get(kind="graduation_check")
        assert (task.enterprise_id, task.due_on) == (good, date(2027, 9, 20))
    with scoped(operator):
        # The next programme's screen knows the graduate.
        rules = world.config(
            programme={
                "code": "situbondo-2027", "area": "35.12", "year": 2027, "office": "D", "scheme": "individual",
            },
            dates={"proposal": "2027-02-01", "verification": None},
            eligibility={"exclude": ["graduated:uep"], "cool_off_years": {}},
            aid={"form": "goods"},
        )  # fmt: skip
        later = programmes.create_programme(actor=operator, config=rules)
        programmes.add_candidates_many(actor=operator, programme_id=later.id, rows=world.proposal(homes))
        programmes.screen_many(actor=operator, programme_id=later.id, on=date(2027, 2, 2))
        decided = programmes.decide_eligibility_many(actor=operator, programme_id=later.id, on=date(2027, 2, 2))
        assert decided.reasons == {"graduated:uep": 1}


def test_every_family_of_a_group_graduates(operator, head):
    programme, homes = opened(operator, 9)
    same = [row for row in homes if row[0].area == world.VILLAGES[0]]
    group = world.group(operator, "A", same)
    with scoped(operator):
        made = business(operator, programme.id, "G", group_id=group.pk)
        thriving(operator, made)
        assert services.assess_many(actor=operator, programme_id=programme.id, as_of=AS_OF).outcomes == {"met": 1}
        ids = selectors.to_approve(actor=operator, programme_id=programme.id, as_of=AS_OF)
    with scoped(head):
        services.approve_many(actor=head, assessment_ids=ids, on=SIGNED)
        marks = {bytes(row.kk_index) for row in Exclusion.objects.filter(kind="graduated:uep")}
        assert marks == {world.mark(f"kkk{homes.index(row)}") for row in same}


def test_an_open_complaint_and_a_missing_voice_hold_back(operator):
    programme, homes = opened(operator, 2)
    with scoped(operator):
        complained, asked_only = (
            business(operator, programme.id, f"U{n}", household_id=home.pk) for n, (home, _) in enumerate(homes)
        )
        thriving(operator, complained)
        thriving(operator, asked_only, methods=("asked", "asked"))
        Task.objects.create(
            id=new_id(), kind="complaint", cause="p1", title="Pengaduan", owner_role="head", raised_on=date(2026, 9, 1),
            due_on=date(2026, 9, 8), household_id=homes[0][0].pk, area=homes[0][0].area, office_id=operator.office,
        )  # fmt: skip
        done = services.assess_many(actor=operator, programme_id=programme.id, as_of=AS_OF)
        assert done.outcomes == {"not_met": 1, "unknown": 1}
        assert done.held_back_by == {"complaint": 1, "goods": 1, "income": 1, "production": 1}


def test_the_database_refuses_what_the_service_would(operator, head):
    programme, homes = opened(operator, 1)
    with scoped(operator):
        made = business(operator, programme.id, "U", household_id=homes[0][0].pk)
        services.assess_many(actor=operator, programme_id=programme.id, as_of=AS_OF)
        row = Assessment.objects.filter(enterprise_id=made)
        for change in (
            {"outcome": "met"},
            {"criteria": []},
            {"assessed_by": head.account_id},
            {"approved_by": operator.account_id},
            {"approved_by": head.account_id},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                row.update(**change)
    with scoped(head), pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(enterprise_id=made).update(approved_by=head.account_id)  # not met: fails closed


def test_outsiders_assess_and_approve_nothing(operator, make_actor):
    programme, homes = opened(operator, 1)
    with scoped(operator):
        made = business(operator, programme.id, "U", household_id=homes[0][0].pk)
        thriving(operator, made)
        services.assess_many(actor=operator, programme_id=programme.id, as_of=AS_OF)
        ids = selectors.to_approve(actor=operator, programme_id=programme.id, as_of=AS_OF)
        assert len(ids) == 1
    other = make_actor("head", office="diskop-situbondo")
    with scoped(other):
        assert selectors.assessments(actor=other) == []
        with pytest.raises(Problem) as caught:
            services.approve_many(actor=other, assessment_ids=ids, on=SIGNED)
        assert caught.value.code == "not_found"
    reader = make_actor("auditor", office="*")
    with scoped(reader):
        assert len(selectors.assessments(actor=reader)) == 1
        with pytest.raises(Problem) as caught:
            services.approve_many(actor=reader, assessment_ids=ids, on=SIGNED)
        assert caught.value.code == "not_allowed"
