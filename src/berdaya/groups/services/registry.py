"""Groups enter the registry: those that exist already, and those that a programme forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.groups import rules
from berdaya.groups.models import ACTIVE, Group, Membership, Officer, SponsorOrganisation
from berdaya.groups.services.members import elect_by_example, refresh_incomplete
from berdaya.groups.types import (
    Formed,
    FormedGroups,
    GroupLimits,
    GroupRow,
    Joiner,
    Left,
    Leftover,
    MemberRow,
    Origin,
    Position,
    Refused,
    Registered,
    Sponsor,
)
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

PERMISSION = "group.manage"


def office_of(actor: Actor) -> int:
    """The one office that the actor writes for. Raises `not_allowed` for roles without one."""
    if not actor.office:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    return actor.office


def sponsor_ids(*, actor: Actor, area: int, organisations: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Sponsor organisations by (kind, name), made where they are new. Raises `group_sponsor_unknown`."""
    require(actor, PERMISSION)
    office, wanted = office_of(actor), sorted(set(organisations))
    for kind, _ in wanted:
        if kind not in set(Sponsor):
            raise Problem("group_sponsor_unknown", kind=kind, known=", ".join(Sponsor))
    rows = [
        SponsorOrganisation(
            id=stable_id("sponsor", office, *pair), area=area, office_id=office, kind=pair[0], name=pair[1]
        )
        for pair in wanted
    ]
    with transaction.atomic():
        SponsorOrganisation.objects.bulk_create(rows, ignore_conflicts=True)
        names = [name for _, name in wanted]
        found = SponsorOrganisation.objects.filter(office_id=office, name__in=names)
        return {(s.kind, s.name): s.pk for s in found}


def register_existing_many(
    *,
    actor: Actor,
    rows: Sequence[GroupRow],
    sponsor_area: int,
    on: date,
    limits: GroupLimits | None = None,
    synthetic: bool = False,
) -> Registered:
    """Take groups that exist already, as their list has them; nothing that is missing refuses a group.

    Code is the key: a group known under it stays as it is. A member of another group is refused by name, an officer
    whose age is unknown or below 18 is taken as a member only; both are in `refused`. `sponsor_area` is the area in
    which sponsor organisations are registered, `on` the day of registration.
    """
    require(actor, PERMISSION)
    office, limits = office_of(actor), limits or GroupLimits()
    with transaction.atomic():
        pairs = [(r.sponsor_kind, r.sponsor_name or r.sponsor_kind) for r in rows if r.sponsor_kind]
        sponsors = sponsor_ids(actor=actor, area=sponsor_area, organisations=pairs)
        codes = [r.code for r in rows]
        known = dict(Group.objects.filter(office_id=office, code__in=codes).values_list("code", "id"))
        fresh = [r for r in rows if r.code not in known]
        made = {
            r.code: _group(r, office, sponsors.get((r.sponsor_kind, r.sponsor_name or r.sponsor_kind)), synthetic)
            for r in fresh
        }
        create(made.values())
        members, refused = _seat_members(fresh, made, on)
        officers, unfit = _seat_officers(fresh, members, made, on, limits)
        incomplete = refresh_incomplete([g.pk for g in made.values()], limits)
        audit.record(
            actor=actor, name="group.registered", subject_kind="office", subject_id=office,
            groups=len(made), members=len(members), officers=officers, refused=len(refused) + len(unfit),
        )  # fmt: skip
    return Registered(
        groups=known | {code: group.pk for code, group in made.items()},
        members={key: m.pk for key, m in members.items()},
        created=len(made),
        known=len(known),
        officers=officers,
        incomplete=incomplete,
        refused=(*refused, *unfit),
    )


def _group(row: GroupRow, office: int, sponsor: UUID | None, synthetic: bool) -> Group:
    return Group(
        id=stable_id("group", office, row.code),
        area=row.area,
        office_id=office,
        code=row.code,
        name=row.name,
        kind=row.kind,
        founded_on=row.founded_on,
        founded_year=row.founded_year or (row.founded_on.year if row.founded_on else None),
        address=row.address,
        sponsor_id=sponsor,
        origin=Origin.EXISTING,
        synthetic=synthetic,
    )


def _joined(row: GroupRow, member: MemberRow, on: date) -> date:
    founded = row.founded_on or (date(row.founded_year, 1, 1) if row.founded_year else on)
    return min(on, member.joined_on or founded)


def _seat_members(
    rows: Sequence[GroupRow], made: dict[str, Group], on: date
) -> tuple[dict[tuple[str, int], Membership], list[Refused]]:
    """Insert memberships; whoever is in another group already, visible or not, is refused."""
    wanted: dict[tuple[str, int], Membership] = {}
    refused: list[Refused] = []
    seen: set[UUID] = set()
    for row in rows:
        for m in row.members:
            if m.person_id in seen or (row.code, m.number) in wanted:
                refused.append(Refused(row.code, m.number, "group_member_taken"))
                continue
            seen.add(m.person_id)
            group = made[row.code]
            wanted[row.code, m.number] = Membership(
                id=stable_id("member", group.pk, m.number), area=group.area, office_id=group.office_id,
                group=group, person_id=m.person_id, household_id=m.household_id, number=m.number,
                joined_on=_joined(row, m, on),
            )  # fmt: skip
    # The unique key on active memberships reaches beyond the scope, so the database decides who is taken.
    create(wanted.values(), skip_known=True)
    there = set(Membership.objects.filter(group__in=[g.pk for g in made.values()]).values_list("id", flat=True))
    taken = [key for key, m in wanted.items() if m.pk not in there]
    refused += [Refused(code, number, "group_member_taken") for code, number in taken]
    return {key: m for key, m in wanted.items() if m.pk in there}, refused


def _seat_officers(
    rows: Sequence[GroupRow],
    members: dict[tuple[str, int], Membership],
    made: dict[str, Group],
    on: date,
    limits: GroupLimits,
) -> tuple[int, list[Refused]]:
    """Insert the officers that the list names and the rules allow."""
    officers: list[Officer] = []
    refused: list[Refused] = []
    for row in rows:
        held: set[str] = set()
        births = {m.person_id: m.birth_date for m in row.members if (row.code, m.number) in members}
        for m in row.members:
            if m.position not in set(Position) or (row.code, m.number) not in members:
                continue
            found = rules.check_officers({Position(m.position): m.person_id}, births, on, limits)
            if found or m.position in held:
                code = found[0].code if found else "group_officer_twice"
                refused.append(Refused(row.code, m.number, code))
                continue
            held.add(m.position)
            group, membership = made[row.code], members[row.code, m.number]
            officers.append(
                Officer(
                    id=stable_id("officer", membership.pk, m.position, on),
                    area=group.area,
                    office_id=group.office_id,
                    group=group,
                    membership=membership,
                    position=m.position,
                    elected_on=on,
                )
            )
    create(officers)
    return len(officers), refused


def form_groups(
    *,
    actor: Actor,
    joiners: Sequence[Joiner],
    limits: GroupLimits,
    on: date,
    code_prefix: str,
    names: dict[tuple[int, str], str],
    synthetic: bool = False,
    example_election: bool = False,
) -> FormedGroups:
    """Form groups of people of one trade and place (`rules.form`), with codes `code_prefix-001` and on.

    `names` gives the stem of a group's name by (area, kind). With `example_election` the officers of synthetic
    groups are chosen by the documented rule; real groups elect and `record_elections_many` takes the result.
    People in a group already are left out with the reason. Codes go on after those that exist.
    """
    require(actor, PERMISSION)
    office = office_of(actor)
    if example_election and not synthetic:
        raise Problem("group_demo_election")
    with transaction.atomic():
        busy = set(
            Membership.objects.filter(ACTIVE, person__in=[j.id for j in joiners]).values_list("person_id", flat=True)
        )
        forming = rules.form([j for j in joiners if j.id not in busy], limits)
        start = Group.objects.filter(office_id=office, code__startswith=f"{code_prefix}-").count()
        groups = [
            (_new_group(f, office, f"{code_prefix}-{n:03d}", _name(names, f, n), on, synthetic), f)
            for n, f in enumerate(forming.groups, start + 1)
        ]
        create(g for g, _ in groups)
        memberships = [m for g, f in groups for m in _memberships(g, f.members, on)]
        create(memberships)
        officers = 0
        if example_election:
            officers = elect_by_example(groups=[(g.pk, f.members) for g, f in groups], on=on, limits=limits)
        refresh_incomplete([g.pk for g, _ in groups], limits)
        in_a_group = [Leftover(j, Left.IN_A_GROUP, 0, limits.smallest) for j in joiners if j.id in busy]
        audit.record(
            actor=actor, name="group.formed", subject_kind="office", subject_id=office, groups=len(groups),
            members=len(memberships), left=len(forming.leftovers) + len(in_a_group), prefix=code_prefix,
        )  # fmt: skip
    return FormedGroups(
        groups={g.code: g.pk for g, _ in groups},
        members=len(memberships),
        officers=officers,
        leftovers=(*forming.leftovers, *in_a_group),
    )


def _name(names: dict[tuple[int, str], str], formed: Formed, number: int) -> str:
    return f"{names.get((formed.area, formed.kind), 'KUBE')} {number}"[:160]


def _new_group(formed: Formed, office: int, code: str, name: str, on: date, synthetic: bool) -> Group:  # noqa: PLR0917
    # The home of a group is the village of its first member: members of the kecamatan meet there.
    return Group(
        id=stable_id("group", office, code), area=formed.members[0].area, office_id=office, code=code, name=name,
        kind=formed.kind, founded_on=on, founded_year=on.year, origin=Origin.FORMED, synthetic=synthetic,
    )  # fmt: skip


def _memberships(group: Group, members: Sequence[Joiner], on: date) -> list[Membership]:
    return [
        Membership(
            id=stable_id("member", group.pk, n), area=group.area, office_id=group.office_id, group=group,
            person_id=m.id, household_id=m.household, number=n, joined_on=on,
        )
        for n, m in enumerate(members, 1)
    ]  # fmt: skip


def complete_group(*, actor: Actor, group_id: UUID, limits: GroupLimits | None = None, **facts: object) -> None:
    """Fill in what a group lacked (name, kind, founded_on, founded_year, address), then judge again what is missing."""
    require(actor, PERMISSION)
    allowed = {"name", "kind", "founded_on", "founded_year", "address"}
    if set(facts) - allowed:
        raise TypeError(f"unknown facts: {sorted(set(facts) - allowed)}")
    with transaction.atomic():
        group = Group.objects.select_for_update().filter(pk=group_id).first()
        if group is None:
            raise Problem("not_found")
        for name, value in facts.items():
            setattr(group, name, value)
        group.save(update_fields=sorted(facts))
        refresh_incomplete([group_id], limits or GroupLimits())
        audit.record(
            actor=actor, name="group.completed", subject_kind="group", subject_id=group_id, area=group.area,
            fields=sorted(facts),
        )  # fmt: skip


def _locked_living(group_id: UUID) -> Group:
    """The group, locked until the transaction ends. Raises `not_found`, `group_dissolved`."""
    group = Group.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise Problem("not_found")
    if group.dissolved_on:
        raise Problem("group_dissolved", day=group.dissolved_on)
    return group


def name_sponsor(*, actor: Actor, group_id: UUID, kind: str, name: str) -> UUID | None:
    """The organisation that coaches a group; an empty kind leaves it without one. Answers the organisation.

    Raises `not_found`, `group_dissolved`, `group_sponsor_unknown`.
    """
    require(actor, PERMISSION)
    with transaction.atomic():
        group = _locked_living(group_id)
        pair = (kind, name or kind)
        sponsor = sponsor_ids(actor=actor, area=group.area, organisations=[pair])[pair] if kind else None
        if group.sponsor_id != sponsor:
            group.sponsor_id = sponsor
            group.save(update_fields=["sponsor"])
            audit.record(
                actor=actor, name="group.sponsored", subject_kind="group", subject_id=group_id, area=group.area,
                sponsor=str(sponsor or ""),
            )  # fmt: skip
    return sponsor


def dissolve_group(*, actor: Actor, group_id: UUID, on: date, reason: str) -> None:
    """End a group: memberships and terms end that day. Raises `not_found`, `group_dissolved`."""
    require(actor, PERMISSION)
    with transaction.atomic():
        group = _locked_living(group_id)
        Officer.objects.filter(group=group, until=None).update(until=on)
        Membership.objects.filter(ACTIVE, group=group).update(left_on=on, reason=reason)
        group.dissolved_on = on
        group.save(update_fields=["dissolved_on"])
        audit.record(
            actor=actor, name="group.dissolved", subject_kind="group", subject_id=group_id, area=group.area,
            reason=reason,
        )  # fmt: skip


def move_group(*, actor: Actor, group_id: UUID, area: int, reason: str) -> int:
    """Move a group with its fund, history and tasks to another area; answers the area it came from.

    The target may lie outside the actor's scope; the group must not. Raises `not_found`, `outside_scope`.
    """
    require(actor, PERMISSION)
    with transaction.atomic():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT berdaya_move_root('group', %s, %s)", [group_id, area])
                (before,) = cursor.fetchone()
        except DatabaseError as error:
            code = getattr(error.__cause__, "sqlstate", "")
            if code == "BD001":
                raise Problem("outside_scope") from error
            if code == "BD002":
                raise Problem("not_found") from error
            raise
        audit.record(
            actor=actor, name="group.moved", subject_kind="group", subject_id=group_id, area=int(before),
            reason=reason, before=int(before), after=area,
        )  # fmt: skip
    return int(before)
