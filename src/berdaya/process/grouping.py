"""Groups out of classes: proposals, who confirms, the paper list, and the founding meeting with its minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.models import Office
from berdaya.access.permissions import can, require
from berdaya.documents.papers import paper
from berdaya.governance.services.changes import record_founding
from berdaya.groups import services as groups
from berdaya.groups.models import GroupProposal, ProposalMember
from berdaya.groups.rules import age_on
from berdaya.groups.services.proposals import NO, YES, wishes_of
from berdaya.groups.types import Formed, GroupLimits, Leftover, Position
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.overview.common import found, places, staff_only
from berdaya.programmes.models import Candidate, Programme
from berdaya.programmes.selectors import config_of
from berdaya.programmes.states import CandidateState
from berdaya.training.services.grouping import joiners_of, limits_of, propose_groups

MANAGE = "group.manage"
MOST_MINUTES = 4000


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal with its answers."""

    id: UUID
    number: int
    name: str
    kind: str
    place: str
    state: str
    people: int
    yes: int
    no: int
    group_id: UUID | None
    synthetic: bool

    @property
    def silent(self) -> int:
        return self.people - self.yes - self.no

    @property
    def heard(self) -> bool:
        """True once anybody answered."""
        return bool(self.yes or self.no)


@dataclass(frozen=True, slots=True)
class WishRow:
    """Two people who ask for each other (or one who asks)."""

    person: UUID
    wanted: UUID
    names: tuple[str, str]
    mutual: bool


@dataclass(frozen=True, slots=True)
class GroupingView:
    """The page of a programme: proposals, what could be proposed now, who is left and why, wishes."""

    programme_id: UUID
    code: str
    name: str
    synthetic: bool
    rows: tuple[ProposalRow, ...]
    possible: tuple[Formed, ...]
    left: tuple[tuple[str, str, Leftover], ...]
    left_count: int
    wishes: tuple[WishRow, ...]
    people: int
    limits: GroupLimits
    may: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person of a proposal."""

    person_id: UUID
    number: int
    ref: str
    name: str
    place: str
    age: int | None
    answer: str
    wants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The page of one proposal."""

    row: ProposalRow
    programme_code: str
    programme_name: str
    proposed_on: date
    meeting_place: str
    members: tuple[MemberRow, ...]
    limits: GroupLimits
    may: bool

    @property
    def confirmed(self) -> tuple[MemberRow, ...]:
        return tuple(m for m in self.members if m.answer == YES)


def _programme(code: str) -> Programme:
    return found(Programme.objects.filter(code=code).first())


def grouping_view(*, actor: Actor, code: str, most_left: int = 50) -> GroupingView:
    """Proposals of a programme and what could be proposed now."""
    staff_only(actor)
    require(actor, "group.read")
    programme = _programme(code)
    limits = limits_of(config_of(actor=actor, programme_id=programme.pk).group)
    joiners = joiners_of(programme.pk)
    now = groups.forming(programme.pk, joiners, limits)
    names = dict(
        Person.objects.filter(pk__in=[x.joiner.id for x in now.leftovers[:most_left]]).values_list("id", "name")
    )
    refs = _refs(programme.pk)
    return GroupingView(
        programme_id=programme.pk, code=code, name=programme.name, synthetic=programme.synthetic,
        rows=tuple(_rows(list(GroupProposal.objects.filter(programme_id=programme.pk).order_by("-number")))),
        possible=now.groups,
        left=tuple((refs.get(x.joiner.id, ""), names.get(x.joiner.id, ""), x) for x in now.leftovers[:most_left]),
        left_count=len(now.leftovers), wishes=_wishes(programme.pk), people=len(joiners), limits=limits,
        may=can(actor, MANAGE) and programme.office_id == actor.office,
    )  # fmt: skip


def _refs(programme_id: UUID) -> dict[UUID, str]:
    rows = Candidate.objects.filter(programme=programme_id, person__isnull=False)
    return {person: ref for person, ref in rows.values_list("person_id", "ref") if person}


def _rows(proposals: list[GroupProposal]) -> list[ProposalRow]:
    answers: dict[UUID, Counter[str]] = {}
    for proposal, answer in ProposalMember.objects.filter(proposal__in=proposals).values_list("proposal_id", "answer"):
        answers.setdefault(proposal, Counter())[answer] += 1
    known = places(p.area for p in proposals)
    made = []
    for p in proposals:
        count = answers.get(p.pk, Counter())
        made.append(
            ProposalRow(
                p.pk, p.number, p.name, p.kind, known.get(p.area, ""), p.state, count.total(), count[YES], count[NO],
                p.group_id, p.synthetic,
            )
        )  # fmt: skip
    return made


def _wishes(programme_id: UUID) -> tuple[WishRow, ...]:
    pairs = wishes_of(programme_id)
    names = dict(Person.objects.filter(pk__in={p for pair in pairs for p in pair}).values_list("id", "name"))
    asked, rows, told = set(pairs), [], set()
    for a, b in pairs:
        if (b, a) in told:
            continue
        told.add((a, b))
        rows.append(WishRow(a, b, (names.get(a, ""), names.get(b, "")), (b, a) in asked))
    return tuple(rows)


def propose(*, actor: Actor, code: str) -> groups.Proposed:
    """Propose groups to the decreed people of a programme who stand in none. Raises `not_found`, `not_allowed`."""
    return propose_groups(actor=actor, programme_id=_programme(code).pk, on=clock.today())


def wish_by_ref(*, actor: Actor, code: str, one: str, other: str, mutual: bool) -> None:
    """Take down that two people of the list ask for each other. Raises `group_wish_unknown`."""
    programme = _programme(code)
    rows = Candidate.objects.filter(programme=programme, state=CandidateState.DECREED.value, person__isnull=False)
    people = dict(rows.filter(ref__in=[one, other]).values_list("ref", "person_id"))
    for ref in (one, other):
        if ref not in people:
            raise Problem("group_wish_unknown", ref=ref)
    groups.wish(
        actor=actor, programme_id=programme.pk, area=programme.area, person=people[one], wanted=people[other],
        mutual=mutual,
    )  # fmt: skip


def proposal_view(*, actor: Actor, proposal_id: UUID) -> ProposalView:
    """One proposal with its people. Raises `not_found`."""
    staff_only(actor)
    require(actor, "group.read")
    proposal = found(GroupProposal.objects.filter(pk=proposal_id).first())
    programme = found(Programme.objects.filter(pk=proposal.programme_id).first())
    members = list(ProposalMember.objects.filter(proposal=proposal).order_by("number"))
    people = {p.pk: p for p in Person.objects.filter(pk__in=[m.person_id for m in members])}
    known, refs, today = places(p.area for p in people.values()), _refs(programme.pk), clock.today()
    asked = set(wishes_of(programme.pk))
    rows = []
    for m in members:
        person = people.get(m.person_id)
        wants = tuple(people[b].name for a, b in sorted(asked, key=str) if a == m.person_id and b in people)
        rows.append(
            MemberRow(
                m.person_id, m.number, refs.get(m.person_id, ""), person.name if person else "",
                known.get(person.area, "") if person else "",
                age_on(person.birth_date, today) if person and person.birth_date else None, m.answer, wants,
            )
        )  # fmt: skip
    return ProposalView(
        row=_rows([proposal])[0], programme_code=programme.code, programme_name=programme.name,
        proposed_on=proposal.proposed_on, meeting_place=proposal.place, members=tuple(rows),
        limits=limits_of(config_of(actor=actor, programme_id=programme.pk).group),
        may=can(actor, MANAGE) and proposal.office_id == actor.office,
    )  # fmt: skip


@transaction.atomic
def found_by_meeting(*, actor: Actor, proposal_id: UUID, founding: groups.Founding, minutes: str) -> UUID:
    """The founding meeting: the group with its members and officers, and the minutes that prove it.

    Raises what `groups.found_group` and `governance.record_founding` raise; then nothing is written.
    """
    proposal = found(GroupProposal.objects.filter(pk=proposal_id).first())
    programme = found(Programme.objects.filter(pk=proposal.programme_id).first())
    limits = limits_of(config_of(actor=actor, programme_id=programme.pk).group)
    made = groups.found_group(
        actor=actor, proposal_id=proposal_id, code_prefix=programme.code, founding=founding, limits=limits
    )
    record_founding(actor=actor, group_id=made, on=founding.on, present=founding.present, minutes=minutes)
    return made


POSITIONS: Mapping[Position, str] = {
    Position.CHAIR: "Ketua", Position.SECRETARY: "Sekretaris", Position.TREASURER: "Bendahara",
}  # fmt: skip


def proposal_paper(*, actor: Actor, proposal_id: UUID) -> bytes:
    """The list to take along: who joins or leaves, signatures, and the minutes of the founding meeting to fill in."""
    view = proposal_view(actor=actor, proposal_id=proposal_id)
    office = Office.objects.filter(pk=actor.office or 0).values_list("name", flat=True).first() or ""
    return paper("proposal", {
        "title": f"Usulan kelompok {view.row.number}", "name": view.row.name, "place": view.row.place,
        "programme": view.programme_name, "office": office, "demo": view.row.synthetic,
        "smallest": view.limits.smallest, "largest": view.limits.largest,
        "positions": list(POSITIONS.values()),
        "rows": [
            {"number": m.number, "ref": m.ref, "name": m.name, "place": m.place,
             "age": "" if m.age is None else str(m.age), "answer": m.answer}
            for m in view.members
        ],
    })  # fmt: skip
