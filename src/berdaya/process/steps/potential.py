"""What villages and families bring along, in a demo: resources on record, families that were asked, groups proposed.

Outside a demo people record this on the office web and on phones. It comes after the classes, so that the placements of
the examples stay what their folders ask for.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.areas.codes import Level, level_of
from berdaya.enterprises.catalogue import catalogue
from berdaya.forms.selectors import instruments
from berdaya.forms.services import record_responses_many
from berdaya.forms.types import Instrument, Question, Shape
from berdaya.forms.values import NewResponse
from berdaya.groups.models import GroupProposal, ProposalMember
from berdaya.groups.services import answer_many
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.process.folder import Folder
from berdaya.process.walk import Walk
from berdaya.programmes.models import Candidate
from berdaya.programmes.states import CandidateState
from berdaya.training.inputs import ASSESSMENT
from berdaya.training.models import VillageResource
from berdaya.training.services.grouping import propose_groups
from berdaya.training.services.resources import record_resources_many
from berdaya.training.values import NewResource

MOST_VILLAGES, MOST_FAMILIES, MOST_PEOPLE = 60, 40, 600
SOURCES = ("profil desa (contoh)", "musyawarah desa (contoh)", "pengamatan TKSK (contoh)")


def know(walk: Walk, files: Folder) -> str:
    """Resources, assessments and proposals of one programme; the same on every run."""
    if walk.checker is None:
        return "dicatat di web kantor"
    with walk.acting("potential") as actor:
        resources = 0 if files.resources else _resources(walk, actor)
        asked = _assessments(walk, actor)
        proposals = _proposals(walk, actor)
    return f"{resources} sumber daya, {asked} asesmen, {proposals} usulan kelompok"


def _day(walk: Walk) -> date:
    dates = walk.config.dates
    return dates.training or dates.verification or dates.proposal


def _resources(walk: Walk, actor: Actor) -> int:
    """What the kinds of business of a village live on, stronger where more people want them."""
    if VillageResource.objects.filter(office_id=actor.office or 0).exists():
        return 0
    wanted: dict[int, Counter[str]] = {}
    rows = Candidate.objects.filter(programme=walk.programme).values_list("area", "kind")
    for area, kind in rows:
        if level_of(area) is Level.VILLAGE and kind in catalogue().kinds:
            wanted.setdefault(area, Counter()).update(catalogue().kinds[kind].resources)
    villages = sorted(wanted, key=lambda area: (-wanted[area].total(), area))[:MOST_VILLAGES]
    day = _day(walk)
    made = [
        NewResource(area, resource, min(3, count), SOURCES[(at + n) % len(SOURCES)], day)
        for at, area in enumerate(sorted(villages))
        for n, (resource, count) in enumerate(sorted(wanted[area].items()))
    ]
    return record_resources_many(actor=actor, rows=made).created


def _assessments(walk: Walk, actor: Actor) -> int:
    """The first families of the decree are asked; one in eight leaves something open."""
    line = next((one for one in instruments(actor) if one.instrument.code == ASSESSMENT), None)
    if line is None:
        return 0
    families = Candidate.objects.filter(
        programme=walk.programme, state=CandidateState.DECREED.value, household__isnull=False
    ).order_by("list_no")
    rows = [
        NewResponse(
            line.id, home, area, _day(walk), _answers(line.instrument, at, kind, list(skills)),
            stable_id("example-assessment", walk.programme, home),
        )
        for at, (home, area, kind, skills) in enumerate(
            families.values_list("household_id", "area", "kind", "skills")[:MOST_FAMILIES]
        )
    ]  # fmt: skip
    return record_responses_many(actor=actor, rows=rows).new


def _answers(instrument: Instrument, at: int, kind: str, skills: list[str]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for n, question in enumerate(instrument.questions):
        if at % 8 == 7 and n % 9 == 4:
            continue
        answer = _answer(question, at * 7 + n * 3, kind, skills)
        if answer is not None:
            answers[question.code] = answer
    return answers


def _answer(question: Question, seed: int, kind: str, skills: list[str]) -> Any:
    if question.shape is Shape.LEVEL:
        return question.steps[(seed // 2) % len(question.steps)].level
    if question.shape is Shape.NUMBER:
        return (0, 2, 4, 6, 9, 14)[seed % 6]
    if question.shape is Shape.YES_NO:
        return seed % 5 not in {0, 3} if question.code.startswith(("free", "all")) else seed % 9 == 0
    if question.source == "kinds" and kind in catalogue().kinds:
        return [kind]
    return skills if question.source == "skills" and skills else None


def _proposals(walk: Walk, actor: Actor) -> int:
    """Groups proposed where families received one by one; some have answered already."""
    if walk.config.programme.scheme == "group" or GroupProposal.objects.filter(programme_id=walk.programme).exists():
        return 0
    decreed = Candidate.objects.filter(programme=walk.programme, state=CandidateState.DECREED.value)
    if decreed.count() > MOST_PEOPLE:
        return 0
    done = propose_groups(actor=actor, programme_id=walk.programme, on=_day(walk))
    for at, proposal in enumerate(done.proposals[:3]):
        answer_many(actor=actor, proposal_id=proposal, answers=_said(proposal, at), on=min(clock.today(), _day(walk)))
    return len(done.proposals)


def _said(proposal: UUID, at: int) -> dict[UUID, str]:
    """All join; or all but one; or half of them have not answered."""
    people = list(
        ProposalMember.objects.filter(proposal=proposal).order_by("number").values_list("person_id", flat=True)
    )
    if at == 2:
        return dict.fromkeys(people[: len(people) // 2], "yes")
    return {person: "no" if at and n == 0 else "yes" for n, person in enumerate(people)}
