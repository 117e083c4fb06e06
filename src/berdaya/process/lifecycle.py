"""The life of one group as the office records it: founding, officers, members, sponsor, merger, split, end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from berdaya.access.permissions import require
from berdaya.areas.codes import ancestor, area_range
from berdaya.funds.models import Fund
from berdaya.funds.rules import add_months
from berdaya.funds.selectors import names_of
from berdaya.funds.services import open_member_accounts
from berdaya.governance.models import GroupRules
from berdaya.governance.services import changes
from berdaya.governance.services.changes import GONE, open_matters
from berdaya.grants.models import Asset
from berdaya.groups import services as groups
from berdaya.groups.models import Group, Membership, Officer, SponsorOrganisation
from berdaya.groups.rules import gaps
from berdaya.groups.types import ElectionRow, GroupLimits, JoinRow, LeaveRow, Position
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Account
from berdaya.people.models import Person
from berdaya.people.selectors import search_people
from berdaya.process.overview.common import found, places
from berdaya.programmes.selectors import config_of
from berdaya.training.services.grouping import limits_of

MANAGE = "group.manage"
TERM_MONTHS = 24
MOST_TARGETS = 200


@dataclass(frozen=True)
class LifeMember:
    """A present member: where she lives where that is another village, and what she still owes the funds."""

    person: UUID
    membership: UUID
    number: int
    name: str
    position: str
    from_village: str
    debt_idr: int


@dataclass(frozen=True)
class LifeOfficer:
    """An officer in office; `until` is the end of the term that the group's rules give, `over` once it has passed."""

    position: str
    name: str
    since: date
    until: date
    over: bool


@dataclass(frozen=True)
class FoundPerson:
    """Somebody of the kecamatan who may join; `taken` where she is in a group already."""

    person: UUID
    household: UUID
    name: str
    place: str
    taken: bool


@dataclass(frozen=True)
class LifeView:
    """What the office needs in order to record a change of one group."""

    id: UUID
    name: str
    code: str
    synthetic: bool
    founded_on: date | None
    founding_known: bool
    limits: GroupLimits
    members: tuple[LifeMember, ...]
    officers: tuple[LifeOfficer, ...]
    sponsor: tuple[str, str]
    sponsors: tuple[tuple[str, str], ...]
    funds: tuple[tuple[UUID, str], ...]
    matters: Mapping[str, int]
    assets: tuple[tuple[UUID, str], ...]
    targets: tuple[tuple[UUID, str], ...]
    kind: str
    founded_year: int | None
    address: str
    area: int

    @property
    def lacking(self) -> tuple[str, ...]:
        """What keeps the group from being complete: codes of :func:`berdaya.groups.rules.gaps`."""
        return gaps(
            kind=self.kind, founded=self.founded_year is not None, members=len(self.members),
            officers=len(self.officers), limits=self.limits,
        )  # fmt: skip


def limits_for(*, actor: Actor, group_id: UUID) -> GroupLimits:
    """The limits of the programme by which the group was last proposed; the usual ones where there is none."""
    group = found(Group.objects.filter(pk=group_id).first())
    last = group.candidacies.order_by("-proposed_on", "-id").values_list("programme_id", flat=True).first()
    return limits_of(config_of(actor=actor, programme_id=last).group) if last else GroupLimits()


def officers_of(group: Group) -> tuple[LifeOfficer, ...]:
    """Officers in office by rank, each with the end of the term."""
    rows = list(Officer.objects.filter(group=group, until=None).select_related("membership"))
    names = names_of(row.membership for row in rows)
    rules = GroupRules.objects.filter(group=group).order_by("-number").first()
    months = rules.term_months if rules else TERM_MONTHS
    ranks = {position.value: at for at, position in enumerate(Position)}
    made = []
    for row in sorted(rows, key=lambda row: ranks.get(row.position, 9)):
        until = add_months(row.elected_on, months)
        made.append(LifeOfficer(row.position, names[row.membership_id], row.elected_on, until, until < clock.today()))
    return tuple(made)


def life_of(*, actor: Actor, group_id: UUID) -> LifeView:
    """One group with everything that a change needs. Raises `not_allowed`, `not_found`, `group_dissolved`."""
    require(actor, MANAGE)
    group = found(Group.objects.select_related("sponsor").filter(pk=group_id).first())
    if group.dissolved_on:
        raise Problem("group_dissolved", day=group.dissolved_on)
    limits = limits_for(actor=actor, group_id=group_id)
    assets = Asset.objects.filter(enterprise__group=group).exclude(state__in=GONE).order_by("name", "id")
    near = Group.objects.filter(dissolved_on=None, area__range=area_range(ancestor(group.area, limits.same)))
    sponsors = SponsorOrganisation.objects.filter(office_id=group.office_id).order_by("name")
    return LifeView(
        id=group.pk,
        name=group.name,
        code=group.code,
        synthetic=group.synthetic,
        founded_on=group.founded_on,
        founding_known=group.changes.filter(kind="founded").exists(),
        limits=limits,
        members=_members(group),
        officers=officers_of(group),
        sponsor=(group.sponsor.kind, group.sponsor.name) if group.sponsor else ("", ""),
        sponsors=tuple(sponsors.values_list("kind", "name")),
        funds=tuple(Fund.objects.filter(group=group, closed_on=None).order_by("opened_on").values_list("id", "kind")),
        matters=open_matters(actor=actor, group_id=group_id, settled=[row.pk for row in assets]),
        assets=tuple(assets.values_list("id", "name")),
        targets=tuple(
            (pk, f"{name} ({code})")
            for pk, name, code in near.exclude(pk=group.pk)
            .order_by("name")
            .values_list("id", "name", "code")[:MOST_TARGETS]
        ),
        kind=group.kind,
        founded_year=group.founded_year,
        address=group.address,
        area=group.area,
    )


def _members(group: Group) -> tuple[LifeMember, ...]:
    rows = list(Membership.objects.filter(group=group, left_on=None).order_by("number"))
    names = names_of(rows)
    homes = dict(Person.objects.filter(pk__in=[row.person_id for row in rows]).values_list("id", "area"))
    named = places(area for area in homes.values() if area != group.area)
    seats = dict(Officer.objects.filter(group=group, until=None).values_list("membership_id", "position"))
    debts: dict[str, int] = {}
    owed = Account.objects.filter(book__fund__group=group, code__startswith="debt:", balance__gt=0)
    for code, balance in owed.values_list("code", "balance"):
        debts[code] = debts.get(code, 0) + balance
    return tuple(
        LifeMember(
            row.person_id,
            row.pk,
            row.number,
            names[row.pk],
            seats.get(row.pk, ""),
            named.get(homes.get(row.person_id, group.area), ""),
            debts.get(f"debt:{row.number}", 0),
        )
        for row in rows
    )


def people_for(*, actor: Actor, group_id: UUID, search: str) -> tuple[FoundPerson, ...]:
    """People of the office's area by name or by the last four digits of the NIK, at most 20."""
    require(actor, MANAGE)
    found(Group.objects.filter(pk=group_id).first())
    keys = search_people(search)[:20]
    rows = list(Person.objects.filter(pk__in=keys).order_by("name", "id"))
    named = places(row.area for row in rows)
    taken = set(Membership.objects.filter(person__in=rows, left_on=None).values_list("person_id", flat=True))
    return tuple(
        FoundPerson(row.pk, row.household_id, row.name, named.get(row.area, ""), row.pk in taken) for row in rows
    )


@transaction.atomic
def take_in(*, actor: Actor, group_id: UUID, person: UUID, on: date) -> int:
    """Somebody joins; accounts are opened for her in every fund. Answers her number.

    Raises `not_found`, `entry_future`, and what joining raises (`group_too_big`, `group_member_elsewhere` ...).
    """
    _not_ahead(on)
    home = found(Person.objects.filter(pk=person).first())
    limits = limits_for(actor=actor, group_id=group_id)
    row = JoinRow(group_id, person, home.household_id, on)
    (made,) = groups.join_many(actor=actor, rows=[row], limits=limits)
    funds = list(Fund.objects.filter(group_id=group_id, closed_on=None).values_list("id", flat=True))
    if funds:
        open_member_accounts(actor=actor, funds=funds)
    return Membership.objects.get(pk=made).number


@transaction.atomic
def let_go(*, actor: Actor, group_id: UUID, person: UUID, on: date, reason: str) -> bool:
    """Somebody leaves, with the reason; answers whether the group is now below its size.

    Raises `group_no_member`, `entry_needed`, `funds.future`.
    """
    _not_ahead(on)
    if not reason.strip():
        raise Problem("entry_needed", field="alasan")
    row = LeaveRow(group_id, person, on, reason.strip()[:160])
    return bool(groups.leave_many(actor=actor, rows=[row], limits=limits_for(actor=actor, group_id=group_id)))


@transaction.atomic
def elect(*, actor: Actor, group_id: UUID, on: date, present: int, officers: Mapping[Position, UUID], rule: str) -> int:
    """Officers as the members chose them; terms that run end that day. Answers how many hold office.

    Raises `governance.no_minutes` where half of the members or fewer were present, and what `groups` refuses.
    """
    _not_ahead(on)
    members = Membership.objects.filter(group_id=group_id, left_on=None).count()
    if present * 2 <= members:
        raise Problem("governance.no_minutes")
    row = ElectionRow(group_id, on, present, dict(officers), rule)
    limits = limits_for(actor=actor, group_id=group_id)
    return groups.record_elections_many(actor=actor, rows=[row], limits=limits)


@transaction.atomic
def join_other(
    *, actor: Actor, group_id: UUID, into: UUID, on: date, present: int, minutes: str, settlement: Mapping[UUID, str]
) -> None:
    """The group merges into another and ends; its members get accounts in the other's funds."""
    _not_ahead(on)
    changes.merge(
        actor=actor, group_id=group_id, into=into, on=on, present=present, minutes=minutes, settlement=settlement,
        limits=limits_for(actor=actor, group_id=into),
    )  # fmt: skip
    funds = list(Fund.objects.filter(group_id=into, closed_on=None).values_list("id", flat=True))
    if funds:
        open_member_accounts(actor=actor, funds=funds)


def divide(
    *, actor: Actor, group_id: UUID, people: list[UUID], name: str, code: str, on: date, present: int, minutes: str
) -> UUID:
    """Some members form a group of their own; answers it. Raises `entry_needed`, `group_code_taken`, and as `split`."""
    _not_ahead(on)
    if not name.strip() or not code.strip():
        raise Problem("entry_needed", field="nama" if not name.strip() else "kode")
    if Group.objects.filter(Q(code=code.strip()), office_id=actor.office or 0).exists():
        raise Problem("group_code_taken", value=code.strip())
    return changes.split(
        actor=actor, group_id=group_id, members=people, name=name.strip()[:160], code=code.strip()[:60], on=on,
        present=present, minutes=minutes, limits=limits_for(actor=actor, group_id=group_id),
    )  # fmt: skip


def end(*, actor: Actor, group_id: UUID, on: date, present: int, minutes: str, settlement: Mapping[UUID, str]) -> None:
    """The group ends with its money and things settled, as `changes.dissolve`."""
    _not_ahead(on)
    changes.dissolve(actor=actor, group_id=group_id, on=on, present=present, minutes=minutes, settlement=settlement)


def _not_ahead(on: date) -> None:
    if on > clock.today():
        raise Problem("funds.future", day=on)
