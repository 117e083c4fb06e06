"""From an account to the actor that the database sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from berdaya.access.models import Role, RoleSubject
from berdaya.access.permissions import PERMISSIONS, ROLE_NAMES, SUBJECT_ROLES
from berdaya.areas.codes import area_range
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor, scoped


@dataclass(frozen=True)
class RoleChoice:
    """One role that an account may switch to."""

    id: int
    kind: str
    title: str
    name_id: str
    name_en: str
    office_id: int | None
    area: int


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """What of a role's row makes its actor; ``ranges`` are inclusive pairs of area codes, empty for ``area`` alone."""

    id: int
    kind: str
    area: int
    office_id: int | None
    all_offices: bool
    ranges: tuple[tuple[int, int], ...] = ()


def _in_force(as_of: date) -> Q:
    return Q(valid_from__lte=as_of) & (Q(valid_until=None) | Q(valid_until__gte=as_of))


def _self(account_id: int) -> Actor:
    return Actor(kind="staff", role="self", account_id=account_id)


def roles_of(account_id: int) -> list[RoleChoice]:
    """Roles of the account that are in force today, the oldest first."""
    with scoped(_self(account_id)):
        roles = list(Role.objects.filter(_in_force(clock.today()), account_id=account_id).order_by("id"))
    return [
        RoleChoice(
            role.pk,
            role.kind,
            role.title,
            *ROLE_NAMES.get(role.kind, (role.kind, role.kind)),
            role.office_id,
            role.area,
        )
        for role in roles
    ]


def actor_for(account_id: int, *, name: str = "", role_id: int | None = None) -> Actor:
    """The actor of one role (the first in force where none is named).

    Raises ``not_found`` where the account holds no such role today: a role given back or expired opens nothing.
    """
    today = clock.today()
    with scoped(_self(account_id)):
        roles = Role.objects.filter(_in_force(today), account_id=account_id).order_by("id")
        role = roles.filter(pk=role_id).first() if role_id is not None else roles.first()
        if role is None:
            raise Problem("not_found")
        lists: list[tuple[str, UUID]] = []
        if role.kind in SUBJECT_ROLES:
            rows = RoleSubject.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), role=role)
            lists = list(rows.values_list("list", "subject_id").order_by("list", "subject_id"))
    ranges = tuple((int(lo), int(hi)) for lo, hi in role.ranges)
    standing = RoleStanding(role.pk, role.kind, role.area, role.office_id, role.all_offices, ranges)
    return actor_of(account_id, name, standing, lists)


def actor_of(account_id: int, name: str, role: RoleStanding, lists: Iterable[tuple[str, UUID]]) -> Actor:
    """The actor of a role in force whose row and whose lists (name, id) are known already."""
    subject = role.kind in SUBJECT_ROLES
    open_to: dict[str, list[UUID]] = defaultdict(list)
    for kind, key in lists if subject else ():
        open_to[kind].append(key)
    return Actor(
        kind="subject" if subject else "staff",
        role=role.kind,
        account_id=account_id,
        role_id=role.id,
        name=name,
        ranges=role.ranges or (area_range(role.area),),
        office=ALL_OFFICES if role.all_offices else role.office_id,
        groups=tuple(open_to["groups"]),
        enterprises=tuple(open_to["enterprises"]),
        households=tuple(open_to["households"]),
        classes=tuple(open_to["classes"]),
        permissions=PERMISSIONS.get(role.kind, frozenset()),
    )
