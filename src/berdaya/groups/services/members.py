"""Who belongs to a group and who holds office: joining, leaving, elections; the rules are checked at every change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from berdaya.access.permissions import require
from berdaya.areas.codes import ancestor
from berdaya.audit import services as audit
from berdaya.groups import rules
from berdaya.groups.models import ACTIVE, Election, Group, Membership, Officer
from berdaya.groups.types import ElectionRow, GroupLimits, Joiner, JoinRow, LeaveRow, Minutes, Position
from berdaya.kernel.bulk import create, save
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person

PERMISSION = "group.manage"


def refresh_incomplete(group_ids: Sequence[UUID], limits: GroupLimits) -> int:
    """Mark groups that lack something (belum lengkap) and unmark those that no longer do; answers how many lack."""
    members = Counter(Membership.objects.filter(ACTIVE, group__in=group_ids).values_list("group_id", flat=True))
    officers = Counter(Officer.objects.filter(until=None, group__in=group_ids).values_list("group_id", flat=True))
    lacking: list[Group] = []
    changed: list[Group] = []
    for group in Group.objects.filter(pk__in=group_ids):
        missing = rules.gaps(
            kind=group.kind,
            founded=group.founded_year is not None,
            members=members[group.pk],
            officers=officers[group.pk],
            limits=limits,
        )
        if missing:
            lacking.append(group)
        if group.incomplete != bool(missing):
            group.incomplete = bool(missing)
            changed.append(group)
    save(changed, ["incomplete"])
    return len(lacking)


def _groups(ids: Iterable[UUID]) -> dict[UUID, Group]:
    """Lock the groups. Raises `not_found` where one is outside the scope, `group_dissolved`."""
    wanted = sorted(set(ids))
    found = {g.pk: g for g in Group.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    for pk in wanted:
        if pk not in found:
            raise Problem("not_found")
        if found[pk].dissolved_on:
            raise Problem("group_dissolved", day=found[pk].dissolved_on)
    return found


def join_many(*, actor: Actor, rows: Sequence[JoinRow], limits: GroupLimits) -> list[UUID]:
    """Take people into groups; answers membership ids in the order of the rows.

    Raises `group_too_big`, `group_member_elsewhere`, `group_household_twice`, `group_member_taken`, `not_found`.
    """
    require(actor, PERMISSION)
    with transaction.atomic():
        groups = _groups(r.group_id for r in rows)
        homes = dict(Person.objects.filter(pk__in=[r.person_id for r in rows]).values_list("id", "area"))
        active = Membership.objects.filter(ACTIVE, group__in=groups)
        households: dict[UUID, set[UUID]] = defaultdict(set)
        for group_id, household in active.values_list("group_id", "household_id"):
            households[group_id].add(household)
        last = dict(Membership.objects.filter(group__in=groups).values_list("group").annotate(Max("number")).order_by())
        made = []
        for row in rows:
            group, taken = groups[row.group_id], households[row.group_id]
            number = last[group.pk] = last.get(group.pk, 0) + 1
            if row.person_id not in homes:
                raise Problem("not_found")
            if ancestor(homes[row.person_id], limits.same) != ancestor(group.area, limits.same):
                raise Problem("group_member_elsewhere", number=number, area=homes[row.person_id])
            if row.household_id in taken:
                raise Problem("group_household_twice", number=number)
            taken.add(row.household_id)
            if len(taken) > limits.largest:
                raise Problem("group_too_big", count=len(taken), largest=limits.largest)
            made.append(
                Membership(
                    id=stable_id("member", group.pk, number),
                    area=group.area,
                    office_id=group.office_id,
                    group=group,
                    person_id=row.person_id,
                    household_id=row.household_id,
                    number=number,
                    joined_on=row.joined_on,
                )
            )
        try:
            with transaction.atomic():
                Membership.objects.bulk_create(made)
        except IntegrityError as error:
            if "groups_one_group_at_a_time" not in str(error):
                raise
            raise Problem("group_member_taken", number=made[0].number, group="") from error
        refresh_incomplete(list(groups), limits)
        audit.record(actor=actor, name="group.joined", subject_kind="group", members=len(made))
    return [m.pk for m in made]


def leave_many(*, actor: Actor, rows: Sequence[LeaveRow], limits: GroupLimits) -> list[UUID]:
    """End memberships and the offices that go with them; answers the groups that are now below their size.

    People die and move: a group that gets too small is told of, never kept from letting go. Raises
    `group_no_member`.
    """
    require(actor, PERMISSION)
    with transaction.atomic():
        groups = _groups(r.group_id for r in rows)
        for row in rows:
            membership = Membership.objects.filter(
                ACTIVE, group=row.group_id, person=row.person_id, joined_on__lte=row.left_on
            ).first()
            if membership is None:
                raise Problem("group_no_member", day=row.left_on)
            Officer.objects.filter(membership=membership, until=None).update(until=row.left_on)
            membership.left_on, membership.reason = row.left_on, row.reason
            membership.save(update_fields=["left_on", "reason"])
            audit.record(
                actor=actor, name="group.left", subject_kind="group", subject_id=row.group_id,
                area=groups[row.group_id].area, reason=row.reason, membership=str(membership.pk),
            )  # fmt: skip
        refresh_incomplete(list(groups), limits)
        count = Counter(Membership.objects.filter(ACTIVE, group__in=groups).values_list("group_id", flat=True))
    return sorted((pk for pk in groups if count[pk] < limits.smallest), key=str)


def _write_minutes(groups: dict[UUID, Group], minutes: Sequence[tuple[UUID, Minutes]]) -> int:
    """End the terms that run, then write minutes and new terms."""
    people = {person for _, m in minutes for _, person in m.officers}
    seats = {
        (m.group_id, m.person_id): m for m in Membership.objects.filter(ACTIVE, group__in=groups, person__in=people)
    }
    running = Officer.objects.filter(group__in=groups, until=None)
    ending: dict[date, set[UUID]] = defaultdict(set)
    for group_id, m in minutes:
        ending[m.elected_on].add(group_id)
    for day, ended in sorted(ending.items()):
        running.filter(group__in=ended).update(until=day)
    elections, officers = [], []
    for group_id, m in minutes:
        group = groups[group_id]
        election = Election(
            id=stable_id("election", group_id, m.elected_on), area=group.area, office_id=group.office_id,
            group=group, elected_on=m.elected_on, present=m.present, rule=m.rule,
            result={"officers": {p.value: str(who) for p, who in m.officers}, "vacant": [p.value for p in m.vacant]},
        )  # fmt: skip
        elections.append(election)
        officers += [
            Officer(
                id=stable_id("officer", election.pk, position), area=group.area, office_id=group.office_id,
                group=group, membership=seats[group_id, person], election=election, position=position,
                elected_on=m.elected_on,
            )
            for position, person in m.officers
        ]  # fmt: skip
    create(elections)
    create(officers)
    return len(officers)


def elect_by_example(*, groups: Sequence[tuple[UUID, Sequence[Joiner]]], on: date, limits: GroupLimits) -> int:
    """Officers of synthetic groups by `rules.elect`, with minutes that name the rule; called by `form_groups`."""
    found = _groups(pk for pk, _ in groups)
    return _write_minutes(found, [(pk, rules.elect(members, on, limits)) for pk, members in groups])


def record_elections_many(*, actor: Actor, rows: Sequence[ElectionRow], limits: GroupLimits) -> int:
    """Record what members decided; earlier terms end that day. Answers the number of new officers.

    Raises `group_officer_no_member`, `group_officer_twice`, `group_officer_minor`, `group_officer_age_unknown`.
    """
    require(actor, PERMISSION)
    with transaction.atomic():
        groups = _groups(r.group_id for r in rows)
        births: dict[UUID, dict[UUID, date | None]] = defaultdict(dict)
        active = Membership.objects.filter(ACTIVE, group__in=groups)
        for group_id, person, born in active.values_list("group_id", "person_id", "person__birth_date"):
            births[group_id][person] = born
        minutes = []
        for row in rows:
            for wrong in rules.check_officers(row.officers, births[row.group_id], row.elected_on, limits):
                raise Problem(wrong.code, **wrong.params)
            filled = tuple((p, row.officers[p]) for p in Position if p in row.officers)
            vacant = tuple(p for p in Position if p not in row.officers)
            minutes.append((row.group_id, Minutes(row.elected_on, row.present, filled, row.rule, vacant)))
        count = _write_minutes(groups, minutes)
        refresh_incomplete(list(groups), limits)
        for row in rows:
            audit.record(
                actor=actor, name="group.elected", subject_kind="group", subject_id=row.group_id,
                area=groups[row.group_id].area, present=row.present, rule=row.rule,
            )  # fmt: skip
    return count
