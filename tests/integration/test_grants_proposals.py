"""A family's own RAB becomes her package after two people; assets are looked at for life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from berdaya.enterprises.models import Enterprise
from berdaya.grants import queue, services
from berdaya.grants.models import Asset, AssetCheck, Proposal, ProposalLine
from berdaya.grants.types import AssetState, HandoverOutcome, PackageLine
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes.models import Candidate, DecreeLine
from berdaya.tasks.models import Task

from .test_grants_services import HANDED, TODAY, Office

pytestmark = pytest.mark.django_db
Make = Callable[..., Actor]
RAB = (
    PackageLine("", "fish_processing", "Freezer", "200 liter", 1, "unit", 1_900_000, True),
    PackageLine("", "fish_processing", "Ikan", "segar", 10, "kg", 25_000, False),
)


@pytest.fixture
def office(make_actor: Make, tmp_path: Path, settings: Any) -> Office:
    settings.BERDAYA_FILES = tmp_path
    return Office(make_actor("operator"), make_actor("head")).approve()


def ask(office: Office, ref: str = "1", kind: str = "fish_processing", lines: Any = RAB) -> UUID:
    key, candidate = new_id(), Candidate.objects.get(programme_id=office.programme, ref=ref).pk
    with frozen(TODAY), scoped(office.actor) as actor:
        return services.propose(actor=actor, proposal_id=key, candidate_id=candidate, kind=kind, lines=lines)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code


def test_a_proposal_fits_ceiling_and_kind(office: Office) -> None:
    dear = (replace(RAB[0], unit_price_idr=2_500_001),)
    assert code_of(lambda: ask(office, lines=dear)) == "grants.proposal_too_dear"
    assert code_of(lambda: ask(office, kind="cakes")) == "grants.proposal_other_kind"
    assert code_of(lambda: ask(office, lines=(replace(RAB[0], quantity=0),))) == "grants.bad_package_line"
    assert code_of(lambda: ask(office, lines=())) == "grants.bad_package_line"
    assert Proposal.objects.count() == ProposalLine.objects.count() == 0
    ask(office)
    assert code_of(lambda: ask(office)) == "grants.proposal_waits"


def test_two_people_make_it_her_package_and_she_receives_that(office: Office, make_actor: Make) -> None:
    key = ask(office)
    appraiser, head = make_actor("operator"), office.head
    both = appraiser.with_(permissions=appraiser.permissions | {"proposal.approve"})
    with frozen(TODAY), scoped(head) as actor:
        assert code_of(lambda: services.approve_proposal(actor=actor, proposal_id=key)) == "bad_state"
    with frozen(TODAY), scoped(appraiser) as actor:
        services.appraise(actor=actor, proposal_id=key, words="Layak")
    with frozen(TODAY), scoped(both) as actor:
        assert code_of(lambda: services.approve_proposal(actor=actor, proposal_id=key)) == "same_person"
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(both):
        Proposal.objects.filter(pk=key).update(approved_by=appraiser.account_id)
    with frozen(TODAY), scoped(head) as actor:
        code = services.approve_proposal(actor=actor, proposal_id=key)
        assert code_of(lambda: services.approve_proposal(actor=actor, proposal_id=key)) == "already_decided"
        assert code.startswith("RAB/1/")
    assert office.record(office.row("1"), office.row("2")) == [(HandoverOutcome.RECORDED, "")] * 2
    line = DecreeLine.objects.get(candidate__ref="1")
    with scoped(office.actor) as actor:
        package, due = queue.due_of(actor=actor, decree_line=line.pk)
    assert package is not None
    assert (package.code, due) == (code, {1: 0, 2: 0})


def test_what_was_sent_back_makes_room_for_another(office: Office) -> None:
    key = ask(office)
    with frozen(TODAY), scoped(office.head) as actor:
        services.send_back(actor=actor, proposal_id=key, reason="Harga freezer terlalu tinggi")
        assert code_of(lambda: services.send_back(actor=actor, proposal_id=key, reason="lagi")) == "already_decided"
    assert ask(office) != key


def test_assets_are_looked_at_and_what_is_gone_needs_minutes(office: Office, make_actor: Make) -> None:
    home = office.homes[0][0]
    business = Enterprise.objects.create(
        area=home.area, office_id=office.actor.office or 0, household=home, programme_id=office.programme, ref="1",
        kind="fish_processing", name="Abon Contoh", started_on=HANDED,
    )  # fmt: skip
    office.record(office.row("1"))
    stove = Asset.objects.filter(enterprise=business).order_by("name")[0].pk
    mentor = make_actor("mentor", kind="subject", enterprises=(business.pk,))
    other = make_actor("mentor", kind="subject")

    def look(state: AssetState, on: date, who: Actor, **more: str) -> int:
        one = services.AssetLook(new_id(), stove, state, on, **more)
        with frozen(TODAY), scoped(who) as actor:
            return services.look_at_assets_many(actor=actor, looks=[one])

    with frozen(TODAY), scoped(office.actor) as actor:
        assert services.raise_asset_checks(actor=actor, as_of=TODAY) == 1
        assert services.raise_asset_checks(actor=actor, as_of=TODAY) == 1
    assert Task.objects.get(kind="asset.check").enterprise_id == business.pk
    assert look(AssetState.WORKING, date(2026, 10, 1), mentor) == 1
    assert code_of(lambda: look(AssetState.SOLD, date(2026, 10, 5), mentor)) == "grants.loss_needs_minutes"
    assert code_of(lambda: look(AssetState.WORKING, date(2026, 11, 5), mentor)) == "grants.future"
    assert code_of(lambda: look(AssetState.LOST, date(2026, 10, 6), other, minutes="x")) == "not_found"
    look(AssetState.SOLD, date(2026, 10, 7), mentor, minutes="Dijual untuk berobat; saksi Ketua RT")
    look(AssetState.BROKEN, date(2026, 9, 1), mentor)
    assert Asset.objects.get(pk=stove).state == "sold"
    assert AssetCheck.objects.count() == 3
