"""What a decree rests on is frozen in the database, and tried rules become a version by two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from berdaya.audit.models import AuditEntry
from berdaya.documents.models import Document
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.by_hand import approve_stage
from berdaya.process.overview.simulation import Trial, simulation, trial_config
from berdaya.process.overview.versions import propose_trial, versions
from berdaya.programmes import selectors, services
from berdaya.programmes.models import Approval, Candidate, Decree, DecreeLine, ProgrammeVersion, RuleChange
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected
from tests.integration.test_programmes_village import fails

pytestmark = pytest.mark.django_db
ON = date(2024, 5, 2)


def refused(problem: str, call: Callable[[], object]) -> None:
    with pytest.raises(Problem) as caught:
        call()
    assert caught.value.code == problem


def decreed(operator: Actor, head: Actor) -> Any:
    programme = selected(operator)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    return programme


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "eligible", "reason": "x"},
        {"checks": []},
        {"facts": {"ever_in_business": True}},
        {"score": 1},
        {"rank": 99},
        {"verified": False},
        {"place": "waiting"},
        {"decreed_on": None},
        {"decreed_on": date(2024, 6, 2)},
        {"quota_area": 3512000000},
    ],
)
def test_the_facts_behind_a_decree_do_not_change(operator, head, change):
    decreed(operator, head)
    with scoped(operator):
        rows = Candidate.objects.filter(state="decreed")
        assert rows.count() == 4
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        Candidate.objects.filter(state="waiting").update(score=7)  # who is not decreed moves freely


@pytest.mark.parametrize("change", [{"number": "2"}, {"decreed_on": date(2024, 6, 9)}])
def test_a_decree_keeps_number_and_day(operator, head, change):
    decreed(operator, head)
    with scoped(operator), pytest.raises(DatabaseError), transaction.atomic():
        Decree.objects.update(**change)


def test_a_decree_in_force_takes_no_line_and_loses_none(operator, head):
    decreed(operator, head)
    with scoped(operator):
        decree, waiting = Decree.objects.get(), Candidate.objects.filter(state="waiting")[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            DecreeLine.objects.create(
                decree=decree, candidate=waiting, area=waiting.area, office_id=operator.office, number=99,
                household_id=waiting.household_id,
            )  # fmt: skip
        line = DecreeLine.objects.order_by("number").first()
        assert line is not None
        for change in ({"number": 50}, {"candidate": waiting}):
            with pytest.raises(DatabaseError), transaction.atomic():
                DecreeLine.objects.filter(pk=line.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            DecreeLine.objects.filter(pk=line.pk).delete()
        gone = Candidate.objects.get(pk=line.candidate_id)
        services.replace_recipient(actor=operator, candidate_id=gone.pk, reason="pindah", on=date(2024, 7, 1))
        with pytest.raises(DatabaseError), transaction.atomic():
            DecreeLine.objects.filter(pk=line.pk).update(replaced_on=None)


def test_the_letter_and_its_data_take_no_change(operator, head):
    decreed(operator, head)
    with scoped(operator), pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.update(number="lain")


def tried(operator: Actor, weights: dict[str, int] | None = None):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 7)))
    return programme, Trial(weights=weights or {"desil": 10, "female_head": 40}, total=3)


def test_tried_rules_become_a_version_when_a_second_person_approves(operator, head):
    programme, trial = tried(operator)
    with scoped(operator):
        before = simulation(actor=operator, code=programme.code, trial=trial).outcome
        assert before is not None
        call = {"actor": operator, "code": programme.code, "trial": trial, "on": ON}
        refused("reason_needed", lambda: propose_trial(**call, reason="  "))
        approval = propose_trial(**call, reason="Musyawarah daerah meminta ibu kepala keluarga didahulukan")
        assert propose_trial(**call, reason="lagi") == approval, "the same rules again are the same proposal"
        row = Approval.objects.get(pk=approval)
        assert row.summary["leaves"] == len(before.leaves)
        assert ProgrammeVersion.objects.filter(programme=programme.id).count() == 1, "nothing holds yet"
        fails("not_allowed", approve_stage, actor=operator, approval_id=approval)
    both = operator.with_(permissions=operator.permissions | head.permissions)
    with scoped(both):
        fails("same_person", approve_stage, actor=both, approval_id=approval)
    with scoped(head):
        approve_stage(actor=head, approval_id=approval, note="setuju")
        fails("already_decided", approve_stage, actor=head, approval_id=approval)
        assert selectors.config_of(actor=head, programme_id=programme.id).quota.total == 3
        newest, oldest = versions(actor=head, code=programme.code)
        assert (newest.number, oldest.number) == (2, 1)
        assert newest.reason.startswith("Musyawarah daerah")
        assert ("ranking.weights.desil", "40", "10") in newest.changed
    entry = AuditEntry.objects.get(name="programme.changed")
    assert entry.account_id == head.account_id


def test_rules_proposed_against_an_older_version_are_tried_again(operator, head):
    programme, trial = tried(operator)
    with scoped(operator):
        first = propose_trial(actor=operator, code=programme.code, trial=trial, reason="satu", on=ON)
        second = propose_trial(actor=operator, code=programme.code, trial=Trial(desil_max=3), reason="dua", on=ON)
    with scoped(head):
        approve_stage(actor=head, approval_id=second)
        fails("rules_moved", approve_stage, actor=head, approval_id=first)


def test_rules_rest_after_the_decree_and_the_same_rules_are_none(operator, head):
    programme = decreed(operator, head)
    with scoped(operator):
        call = {"actor": operator, "code": programme.code, "on": ON, "reason": "x"}
        refused("programme_frozen", lambda: propose_trial(**call, trial=Trial(desil_max=3)))
        config = selectors.config_of(actor=operator, programme_id=programme.id)
        assert trial_config(config, Trial()) == config


def test_the_same_rules_are_no_proposal(operator):
    programme, _ = tried(operator)
    with scoped(operator):
        refused(
            "rules_same", lambda: propose_trial(actor=operator, code=programme.code, trial=Trial(), reason="x", on=ON)
        )


def test_the_database_keeps_a_proposal_as_it_was_made(operator):
    programme, trial = tried(operator)
    with scoped(operator):
        propose_trial(actor=operator, code=programme.code, trial=trial, reason="satu", on=ON)
        version = ProgrammeVersion.objects.get(programme=programme.id)
        for change in ({"reason": "lain"}, {"config": {}}, {"version": version}):
            with pytest.raises(DatabaseError), transaction.atomic():
                RuleChange.objects.update(**change)


def test_another_office_sees_no_proposal(operator, make_actor):
    programme, trial = tried(operator)
    with scoped(operator):
        approval = propose_trial(actor=operator, code=programme.code, trial=trial, reason="satu", on=ON)
    for outsider in (
        make_actor("head", area=3511000000, office="dinsos-bondowoso"),
        make_actor("head", office="dinsos-bondowoso"),
    ):
        with scoped(outsider):
            assert not RuleChange.objects.exists()
            fails("not_found", approve_stage, actor=outsider, approval_id=approval)
