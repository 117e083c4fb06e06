"""Proposing groups to people, taking their answers, and the founding meeting that makes a proposal a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.groups import rules
from berdaya.groups.models import ACTIVE, Group, GroupProposal, GroupWish, Membership, ProposalMember
from berdaya.groups.services.members import record_elections_many
from berdaya.groups.services.registry import PERMISSION, office_of
from berdaya.groups.types import (
    ElectionRow,
    Formed,
    Forming,
    GroupLimits,
    Joiner,
    Left,
    Leftover,
    Origin,
    Position,
)
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What proposing did: proposals by id, people in them, open ones that stayed, who is left and why."""

    proposals: tuple[UUID, ...]
    people: int
    kept: int
    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class Founding:
    """Berita acara pendirian: day and place of the meeting, people present, who was elected and how."""

    on: date
    place: str
    present: int
    officers: Mapping[Position, UUID]
    rule: str = "consensus"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The programme out of whose classes people come: its id and code, and whether its people are invented."""

    programme_id: UUID
    code: str
    synthetic: bool = False
    names: Mapping[tuple[int, str], str] = field(default_factory=dict)


def wishes_of(programme_id: UUID) -> list[tuple[UUID, UUID]]:
    """Who asks for whom in a programme. Call inside a scope."""
    rows = GroupWish.objects.filter(programme_id=programme_id).order_by("recorded_at", "id")
    return list(rows.values_list("person_id", "wanted_id"))


def free(programme_id: UUID, joiners: Sequence[Joiner]) -> tuple[list[Joiner], list[Leftover]]:
    """People who may be proposed now: in no group, and in no open proposal to which somebody answered."""
    ids = [j.id for j in joiners]
    grouped = set(Membership.objects.filter(ACTIVE, person__in=ids).values_list("person_id", flat=True))
    standing = ProposalMember.objects.filter(closed=False, person__in=ids).exclude(answer=NO)
    answered = _answered(programme_id)
    asked = set(standing.filter(proposal__in=answered).values_list("person_id", flat=True))
    asked |= set(standing.exclude(proposal__programme_id=programme_id).values_list("person_id", flat=True))
    busy = grouped | asked
    left = [Leftover(j, Left.IN_A_GROUP, 0, 0) for j in joiners if j.id in grouped]
    return [j for j in joiners if j.id not in busy], left


def _answered(programme_id: UUID) -> list[UUID]:
    """Open proposals to which at least one person has answered: they stay when groups are proposed anew."""
    rows = ProposalMember.objects.filter(proposal__programme_id=programme_id, proposal__state="open", closed=False)
    return list(rows.exclude(answer="").values_list("proposal_id", flat=True).distinct())


def forming(programme_id: UUID, joiners: Sequence[Joiner], limits: GroupLimits) -> Forming:
    """What proposing would give now, without writing it; whoever said no to a proposal is not asked for it again."""
    people, left = free(programme_id, joiners)
    found = rules.form(people, limits, wishes_of(programme_id))
    return Forming(found.groups, (*found.leftovers, *left))


@transaction.atomic
def propose_groups(
    *, actor: Actor, source: Source, joiners: Sequence[Joiner], limits: GroupLimits, on: date
) -> Proposed:
    """Propose groups to people of one kecamatan and trade (`rules.form`); those who asked for each other sit together.

    Open proposals that nobody has answered are dropped and made anew; the others stay with their people.
    """
    require(actor, PERMISSION)
    office = office_of(actor)
    known = GroupProposal.objects.select_for_update().filter(programme_id=source.programme_id).order_by("number")
    list(known)
    kept = set(_answered(source.programme_id))
    stale = known.filter(state="open").exclude(pk__in=kept)
    ProposalMember.objects.filter(proposal__in=stale).update(closed=True)
    stale.update(state="dropped")
    people, left = free(source.programme_id, joiners)
    found = rules.form(people, limits, wishes_of(source.programme_id))
    start = (known.aggregate(last=Max("number"))["last"] or 0) + 1
    proposals = [_proposal(source, office, formed, n, on) for n, formed in enumerate(found.groups, start)]
    GroupProposal.objects.bulk_create(proposals)
    members = [
        ProposalMember(
            id=new_id(), area=proposal.area, office_id=office, proposal=proposal, person_id=m.id,
            household_id=m.household, number=n,
        )
        for proposal, formed in zip(proposals, found.groups, strict=True)
        for n, m in enumerate(formed.members, 1)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            ProposalMember.objects.bulk_create(members)
    except IntegrityError as error:
        # Another planner proposed the same people a moment ago.
        raise Problem("group_member_taken", number=0, group="") from error
    audit.record(
        actor=actor, name="group.proposed", subject_kind="programme", subject_id=source.programme_id,
        groups=len(proposals), people=len(members), kept=len(kept), left=len(found.leftovers),
    )  # fmt: skip
    return Proposed(tuple(p.pk for p in proposals), len(members), len(kept), (*found.leftovers, *left))


def _proposal(source: Source, office: int, formed: Formed, number: int, on: date) -> GroupProposal:
    stem = source.names.get((formed.area, formed.kind), "KUBE")
    return GroupProposal(
        id=stable_id("group-proposal", source.programme_id, number), area=formed.members[0].area, office_id=office,
        programme_id=source.programme_id, number=number, name=f"{stem} {number}"[:160], kind=formed.kind,
        proposed_on=on, synthetic=source.synthetic,
    )  # fmt: skip


def _open(proposal_id: UUID) -> GroupProposal:
    """Lock an open proposal. Raises `not_found`, `group_proposal_closed`."""
    proposal = GroupProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise Problem("not_found")
    if proposal.state != "open":
        raise Problem("group_proposal_closed")
    return proposal


@transaction.atomic
def answer_many(*, actor: Actor, proposal_id: UUID, answers: Mapping[UUID, str], on: date) -> tuple[int, int]:
    """Take down who confirms (`yes`), who leaves (`no`) and who takes the answer back (empty); answers both counts.

    Raises `group_proposal_stranger`, `group_proposal_closed`, `group_member_taken`, `not_found`.
    """
    require(actor, PERMISSION)
    proposal = _open(proposal_id)
    rows = {m.person_id: m for m in ProposalMember.objects.select_for_update().filter(proposal=proposal)}
    if set(answers) - set(rows) or set(answers.values()) - {YES, NO, ""}:
        raise Problem("group_proposal_stranger")
    changed = []
    for person, answer in answers.items():
        row = rows[person]
        if row.answer != answer:
            row.answer, row.answered_on = answer, on if answer else None
            changed.append(row)
    try:
        with transaction.atomic():
            ProposalMember.objects.bulk_update(changed, ["answer", "answered_on"])
    except IntegrityError as error:
        # Who left may have been proposed elsewhere meanwhile.
        raise Problem("group_member_taken", number=changed[0].number, group=proposal.name) from error
    counts = [row.answer for row in rows.values()]
    audit.record(
        actor=actor, name="group.answered", subject_kind="group_proposal", subject_id=proposal.pk, area=proposal.area,
        changed=len(changed), yes=counts.count(YES), no=counts.count(NO),
    )  # fmt: skip
    return counts.count(YES), counts.count(NO)


@transaction.atomic
def drop_proposal(*, actor: Actor, proposal_id: UUID, reason: str) -> None:
    """Give a proposal up: its people may be proposed anew. Raises `not_found`, `group_proposal_closed`."""
    require(actor, PERMISSION)
    proposal = _open(proposal_id)
    _end(proposal, "dropped")
    audit.record(
        actor=actor, name="group.proposal_dropped", subject_kind="group_proposal", subject_id=proposal.pk,
        area=proposal.area, reason=reason,
    )  # fmt: skip


def _end(proposal: GroupProposal, state: str, group: Group | None = None, place: str = "") -> None:
    ProposalMember.objects.filter(proposal=proposal).update(closed=True)
    proposal.state, proposal.group, proposal.place = state, group, place
    proposal.save(update_fields=["state", "group", "place"])


@transaction.atomic
def wish(*, actor: Actor, programme_id: UUID, area: int, person: UUID, wanted: UUID, mutual: bool) -> None:
    """Take down that a person asks to be with another, and with `mutual` that the other asks as well."""
    require(actor, PERMISSION)
    office = office_of(actor)
    pairs = [(person, wanted), *([(wanted, person)] if mutual else [])]
    if person == wanted:
        raise Problem("group_household_twice", number=0)
    GroupWish.objects.bulk_create(
        [
            GroupWish(
                id=stable_id("group-wish", programme_id, a, b), area=area, office_id=office,
                programme_id=programme_id, person_id=a, wanted_id=b,
            )
            for a, b in pairs
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    audit.record(actor=actor, name="group.wished", subject_kind="programme", subject_id=programme_id, pairs=len(pairs))


@transaction.atomic
def drop_wish(*, actor: Actor, programme_id: UUID, person: UUID, wanted: UUID) -> None:
    """Take a wish back, in both directions."""
    require(actor, PERMISSION)
    both = Q(person=person, wanted=wanted) | Q(person=wanted, wanted=person)
    count, _ = GroupWish.objects.filter(both, programme_id=programme_id, office_id=office_of(actor)).delete()
    audit.record(actor=actor, name="group.unwished", subject_kind="programme", subject_id=programme_id, pairs=count)


@transaction.atomic
def found_group(*, actor: Actor, proposal_id: UUID, code_prefix: str, founding: Founding, limits: GroupLimits) -> UUID:
    """The founding meeting makes a proposal a group of those who confirmed, with the officers it elected.

    Raises `group_too_small`, `group_too_big`, `group_member_taken`, `group_meeting_early`, `group_meeting_absent`,
    what `record_elections_many` raises, `group_proposal_closed`, `not_found`.
    """
    require(actor, PERMISSION)
    office = office_of(actor)
    _lock_all(proposal_id)
    proposal = _open(proposal_id)
    if not proposal.proposed_on <= founding.on <= clock.today():
        raise Problem("group_meeting_early", day=founding.on)
    members = list(
        ProposalMember.objects.filter(proposal=proposal, answer=YES).select_related("person").order_by("number")
    )
    for wrong in rules.check_members([_joiner(m) for m in members], proposal.area, limits):
        raise Problem(wrong.code, **wrong.params)
    if founding.present * 2 <= len(members):
        raise Problem("group_meeting_absent", present=founding.present, members=len(members))
    code = _code(office, code_prefix)
    group = Group.objects.create(
        id=stable_id("group", office, code), area=proposal.area, office_id=office, code=code,
        name=founding.name.strip() or proposal.name, kind=proposal.kind, founded_on=founding.on,
        founded_year=founding.on.year, origin=Origin.FORMED, synthetic=proposal.synthetic,
    )  # fmt: skip
    try:
        with transaction.atomic():
            Membership.objects.bulk_create(
                Membership(
                    id=stable_id("member", group.pk, n), area=group.area, office_id=office, group=group,
                    person_id=m.person_id, household_id=m.household_id, number=n, joined_on=founding.on,
                )
                for n, m in enumerate(members, 1)
            )  # fmt: skip
    except IntegrityError as error:
        if "groups_one_group_at_a_time" not in str(error):
            raise
        raise Problem("group_member_taken", number=0, group=proposal.name) from error
    election = ElectionRow(group.pk, founding.on, founding.present, dict(founding.officers), founding.rule)
    record_elections_many(actor=actor, rows=[election], limits=limits)
    _end(proposal, "founded", group, founding.place)
    audit.record(
        actor=actor, name="group.founded", subject_kind="group", subject_id=group.pk, area=group.area,
        members=len(members), present=founding.present, code=code,
    )  # fmt: skip
    return group.pk


def _joiner(m: ProposalMember) -> Joiner:
    return Joiner(m.person_id, m.household_id, m.number, m.person.area, "", birth_date=m.person.birth_date)


def _lock_all(proposal_id: UUID) -> None:
    """Lock the proposals of a programme in one order: two foundings at once follow each other and get two codes."""
    programme = GroupProposal.objects.filter(pk=proposal_id).values("programme_id")
    rows = GroupProposal.objects.select_for_update().filter(programme_id__in=programme).order_by("pk")
    list(rows.values_list("pk"))


def _code(office: int, prefix: str) -> str:
    """The next free code `PREFIX-001`."""
    taken = set(Group.objects.filter(office_id=office, code__startswith=f"{prefix}-").values_list("code", flat=True))
    number = len(taken) + 1
    while f"{prefix}-{number:03d}" in taken:
        number += 1
    return f"{prefix}-{number:03d}"
