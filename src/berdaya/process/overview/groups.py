"""Groups: the list, and one group with members, officers and its cash book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from berdaya.access.permissions import require
from berdaya.funds.selectors import fund_figures, fund_statement, funds_of_groups, member_cards, names_of
from berdaya.funds.types import FundFigures, MemberLedger, Statement
from berdaya.groups.models import Group, Membership, Officer
from berdaya.intake.jobs import brought_along, register_place
from berdaya.intake.results import Brought
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.overview.common import Page, found, order_of, page_of, places, within
from berdaya.process.overview.tasks import open_tasks


@dataclass(frozen=True)
class GroupFilter(ListFilter):
    """Filter of the list of groups."""

    sponsor: str = ""
    incomplete: str = ""


@dataclass(frozen=True)
class GroupRow:
    """One group: members, sponsor, what is still missing."""

    id: UUID
    code: str
    name: str
    kind: str
    place: str
    members: int
    sponsor: str
    sponsor_kind: str
    founded_year: int | None
    incomplete: bool
    synthetic: bool
    area: int = 0


@dataclass(frozen=True)
class MemberRow:
    """One member with the office held in the group and, where a fund exists, the member's own card."""

    number: int
    name: str
    position: str
    household_id: UUID
    joined_on: date
    left_on: date | None
    card: MemberLedger | None
    synthetic: bool


@dataclass(frozen=True)
class GroupView:
    """One group with members, officers, cash book and open tasks."""

    row: GroupRow
    address: str
    officers: tuple[tuple[str, str, date], ...]
    members: tuple[MemberRow, ...]
    figures: FundFigures | None
    statement: Statement | None
    businesses: tuple[Mapping[str, Any], ...]
    candidacies: tuple[Mapping[str, Any], ...]
    tasks: tuple[Mapping[str, Any], ...]
    register: Mapping[str, Any] | None = None
    """Where it stood in the office's register: `page`, `file`, `sheet`, `row`."""
    brought: tuple[Brought, ...] = ()
    """What it came with by the office's list, aid of no programme, and what the office decided on it."""


GROUP_SORTS = {"wilayah": ("area", "id"), "nama": ("name", "id"), "kode": ("code",)}


def groups_queryset(*, actor: Actor, filters: GroupFilter) -> QuerySet[Group]:
    """Groups of the filter with the count of present members."""
    require(actor, "group.read")
    rows = Group.objects.filter(within(filters.area), dissolved_on=None).select_related("sponsor")
    if filters.sponsor:
        rows = rows.filter(sponsor__kind=filters.sponsor)
    if filters.incomplete in {"ya", "tidak"}:
        rows = rows.filter(incomplete=filters.incomplete == "ya")
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(code__iexact=filters.q))
    return rows.order_by(*order_of(filters.sort, GROUP_SORTS))


def groups(*, actor: Actor, filters: GroupFilter) -> Page[GroupRow]:
    """One page of groups."""
    page = page_of(groups_queryset(actor=actor, filters=filters), filters)
    return page.having(group_rows(list(page.rows)))


def group_rows(rows: list[Group]) -> list[GroupRow]:
    """Groups as rows."""
    present = Membership.objects.filter(group__in=rows, left_on=None)
    members = dict(present.values_list("group_id").annotate(count=Count("id")).order_by())
    known = places(item.area for item in rows)
    return [
        GroupRow(
            item.pk,
            item.code,
            item.name,
            item.kind,
            known.get(item.area, ""),
            members.get(item.pk, 0),
            item.sponsor.name if item.sponsor else "",
            item.sponsor.kind if item.sponsor else "",
            item.founded_year or (item.founded_on.year if item.founded_on else None),
            item.incomplete,
            item.synthetic,
            item.area,
        )
        for item in rows
    ]


def group(*, actor: Actor, group_id: UUID, since: date | None = None, words: str = "id") -> GroupView:
    """One group with the cash book from ``since`` (twelve months where not named); ``not_found`` outside the scope."""
    require(actor, "group.read")
    item = found(Group.objects.select_related("sponsor").filter(pk=group_id).first())
    today = clock.today()
    officers = Officer.objects.filter(group=item, until=None)
    positions = {row.membership_id: row.position for row in officers}
    fund = funds_of_groups(actor=actor, groups=[item.pk]).get(item.pk)
    cards = {card.membership: card for card in member_cards(actor=actor, fund=fund, as_of=today)} if fund else {}
    figures = fund_figures(actor=actor, as_of=today, groups=[item.pk]) if fund else []
    members = list(Membership.objects.filter(group=item).order_by("left_on", "number"))
    # By the group, not through the persons: officers and sponsors see none.
    names = names_of(members)
    invented = set(
        Person.objects.filter(pk__in=[row.person_id for row in members], synthetic=True).values_list("id", flat=True)
    )
    return GroupView(
        row=group_rows([item])[0],
        address=item.address,
        officers=tuple(
            (row.position, names.get(row.membership_id, ""), row.elected_on)
            for row in sorted(officers, key=lambda row: _RANKS.get(row.position, 9))
        ),
        members=tuple(
            MemberRow(
                row.number,
                names[row.pk],
                positions.get(row.pk, ""),
                row.household_id,
                row.joined_on,
                row.left_on,
                cards.get(row.pk),
                row.person_id in invented,
            )
            for row in members
        ),
        figures=figures[0] if figures else None,
        statement=fund_statement(
            actor=actor, fund=fund, since=since or _year_before(today), until=today, language=words
        )
        if fund
        else None,
        businesses=tuple(item.enterprises.order_by("started_on").values("id", "name", "kind")),
        candidacies=tuple(item.candidacies.values("id", "programme__code", "programme__name", "state")),
        tasks=open_tasks(group_id=item.pk),
        # The list that a group came by belongs to the office, not to those who see their own group only.
        register=register_place(group=item.pk) if actor.kind == "staff" else None,
        brought=tuple(brought_along(group=item.pk)) if actor.kind == "staff" else (),
    )


_RANKS = {"ketua": 0, "sekretaris": 1, "bendahara": 2}


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, 1)
