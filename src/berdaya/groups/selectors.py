"""Reading groups. Call inside a scope; each function asks for `group.read`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from berdaya.access.permissions import require
from berdaya.areas.codes import Level, ancestor, area_range
from berdaya.groups import rules
from berdaya.groups.models import ACTIVE, Election, Group, Membership, Officer
from berdaya.groups.types import (
    ElectionLine,
    GroupDetail,
    GroupFilter,
    GroupLimits,
    GroupLine,
    MemberLine,
    TermLine,
)
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person

_ACTIVE_MEMBERS = Count("memberships", filter=Q(memberships__left_on=None), distinct=True)
_OFFICERS = Count("officers", filter=Q(officers__until=None), distinct=True)


def _chosen(wanted: GroupFilter) -> QuerySet[Group]:
    rows = Group.objects.all()
    if not wanted.dissolved:
        rows = rows.filter(dissolved_on=None)
    if wanted.area:
        rows = rows.filter(area__range=area_range(wanted.area))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.sponsor:
        rows = rows.filter(sponsor__kind=wanted.sponsor)
    if wanted.origin:
        rows = rows.filter(origin=wanted.origin)
    if wanted.incomplete is not None:
        rows = rows.filter(incomplete=wanted.incomplete)
    if wanted.text:
        rows = rows.filter(Q(name__icontains=wanted.text) | Q(code__icontains=wanted.text))
    return rows


def group_count(actor: Actor, wanted: GroupFilter) -> int:
    """How many groups the filter means."""
    require(actor, "group.read")
    return _chosen(wanted).count()


def group_lines(actor: Actor, wanted: GroupFilter, *, offset: int = 0, limit: int = 50) -> list[GroupLine]:
    """A page of groups, ordered by area and code; two queries whatever the size of the page."""
    require(actor, "group.read")
    page = list(_chosen(wanted).select_related("sponsor").order_by("area", "code", "id")[offset : offset + limit])
    counts = {
        pk: (members, officers)
        for pk, members, officers in Group.objects.filter(pk__in=[g.pk for g in page])
        .annotate(members=_ACTIVE_MEMBERS, terms=_OFFICERS)
        .values_list("pk", "members", "terms")
    }
    return [_line(g, *counts[g.pk]) for g in page]


def _line(group: Group, members: int, officers: int) -> GroupLine:
    return GroupLine(
        id=group.pk,
        code=group.code,
        name=group.name,
        kind=group.kind,
        area=group.area,
        origin=group.origin,
        sponsor_kind=group.sponsor.kind if group.sponsor else "",
        sponsor_name=group.sponsor.name if group.sponsor else "",
        founded_year=group.founded_year,
        members=members,
        officers=officers,
        incomplete=group.incomplete,
        synthetic=group.synthetic,
    )


def group_detail(actor: Actor, group_id: UUID, *, as_of: date, limits: GroupLimits | None = None) -> GroupDetail:
    """One group with members, terms and elections as they were on a day. Raises `not_found`.

    Names are empty where the role may see the group but not its families (a sponsor organisation).
    """
    require(actor, "group.read")
    limits = limits or GroupLimits()
    group = Group.objects.select_related("sponsor").filter(pk=group_id).first()
    if group is None:
        raise Problem("not_found")
    members = list(Membership.objects.filter(group=group).order_by("number"))
    people = {p.pk: p for p in Person.objects.filter(pk__in=[m.person_id for m in members])}
    person_of = {m.pk: m.person_id for m in members}
    terms = list(Officer.objects.filter(group=group).order_by("-elected_on", "position"))
    held: dict[UUID, list[str]] = defaultdict(list)
    for term in terms:
        if term.elected_on <= as_of and (term.until is None or as_of < term.until):
            held[term.membership_id].append(term.position)
    lines = tuple(_member(group, m, people.get(m.person_id), tuple(held[m.pk])) for m in members)
    active = [m for m in lines if m.joined_on <= as_of and (m.left_on is None or as_of < m.left_on)]
    return GroupDetail(
        line=_line(group, len(active), sum(len(m.positions) for m in active)),
        address=group.address,
        founded_on=group.founded_on,
        dissolved_on=group.dissolved_on,
        members=lines,
        terms=tuple(_term(t, person_of[t.membership_id], people) for t in terms),
        elections=tuple(_election(e) for e in Election.objects.filter(group=group).order_by("-elected_on")),
        gaps=rules.gaps(
            kind=group.kind,
            founded=group.founded_year is not None,
            members=len(active),
            officers=sum(len(m.positions) for m in active),
            limits=limits,
        ),
    )


def _member(group: Group, m: Membership, person: Person | None, positions: tuple[str, ...]) -> MemberLine:
    area = person.area if person else group.area
    return MemberLine(
        membership_id=m.pk,
        person_id=m.person_id,
        household_id=m.household_id,
        number=m.number,
        name=person.name if person else "",
        area=area,
        joined_on=m.joined_on,
        left_on=m.left_on,
        reason=m.reason,
        positions=positions,
        from_elsewhere=ancestor(area, Level.DISTRICT) != ancestor(group.area, Level.DISTRICT),
    )


def _term(t: Officer, person_id: UUID, people: dict[UUID, Person]) -> TermLine:
    person = people.get(person_id)
    return TermLine(t.position, person.name if person else "", person_id, t.elected_on, t.until)


def _election(e: Election) -> ElectionLine:
    return ElectionLine(e.elected_on, e.present, e.rule, tuple(e.result.get("vacant", ())))


def members_by_group(
    actor: Actor, group_ids: Iterable[UUID], *, as_of: date
) -> dict[UUID, list[tuple[UUID, int, UUID, UUID]]]:
    """(membership, number, person, household) of every active member by group, ordered by number; one query."""
    require(actor, "group.read")
    found: dict[UUID, list[tuple[UUID, int, UUID, UUID]]] = defaultdict(list)
    rows = (
        Membership.objects.filter(group__in=list(group_ids), joined_on__lte=as_of)
        .filter(Q(left_on=None) | Q(left_on__gt=as_of))
        .order_by("group", "number")
    )
    for group, pk, number, person, household in rows.values_list(
        "group_id", "id", "number", "person_id", "household_id"
    ):
        found[group].append((pk, number, person, household))
    return dict(found)


def officers_by_group(actor: Actor, group_ids: Iterable[UUID]) -> dict[UUID, dict[str, UUID]]:
    """Person by position of every group, as of now; one query."""
    require(actor, "group.read")
    found: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    rows = Officer.objects.filter(group__in=list(group_ids), until=None)
    for group, position, person in rows.values_list("group_id", "position", "membership__person_id"):
        found[group][position] = person
    return dict(found)


def group_of_household(actor: Actor, household_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The group that each household belongs to now, through any of its persons."""
    require(actor, "group.read")
    rows = Membership.objects.filter(ACTIVE, household__in=list(household_ids)).order_by("household", "joined_on")
    return dict(rows.values_list("household_id", "group_id"))
