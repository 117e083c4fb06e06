"""Families: search, list, and one family with everything that reached it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from berdaya.access.permissions import require
from berdaya.enterprises.models import Enterprise
from berdaya.grants.models import Handover
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.people.models import AidReceived, Consent, DesilSnapshot, Household, Person
from berdaya.people.selectors import found_households
from berdaya.process.overview.common import Page, found, head_names, page_of, places, within
from berdaya.process.overview.tasks import open_tasks
from berdaya.programmes.models import Candidate


@dataclass(frozen=True)
class FamilyFilter(ListFilter):
    """Filter of the list of families. ``mark`` is the keyed mark of four last NIK digits, never the digits."""

    mark: str = ""


@dataclass(frozen=True)
class FamilyRow:
    """One family: its head, its place, its way through programmes."""

    id: UUID
    name: str
    members: int
    address: str
    place: str
    programmes: tuple[tuple[str, str, str], ...]
    synthetic: bool
    area: int = 0


@dataclass(frozen=True)
class PersonRow:
    """One member; the number is sealed, only whether there is one is told."""

    id: UUID
    name: str
    birth_date: date | None
    sex: str
    marital: str
    occupation: str
    is_head: bool
    has_nik: bool
    died_on: date | None
    group: tuple[UUID, str] | None


@dataclass(frozen=True)
class FamilyView:
    """One family and what reached it, with dates."""

    id: UUID
    name: str
    address: str
    place: str
    phone: str
    female_head: bool | None
    dependants: int | None
    incomplete: bool
    synthetic: bool
    has_kk: bool
    persons: tuple[PersonRow, ...]
    desil: Mapping[str, Any] | None
    candidacies: tuple[Mapping[str, Any], ...]
    aids: tuple[Mapping[str, Any], ...]
    businesses: tuple[Mapping[str, Any], ...]
    handovers: tuple[Mapping[str, Any], ...]
    consents: tuple[Mapping[str, Any], ...]
    tasks: tuple[Mapping[str, Any], ...]
    as_of: date
    area: int = 0


def families_queryset(*, actor: Actor, filters: FamilyFilter) -> QuerySet[Household]:
    """Families of the filter in the order of their areas."""
    require(actor, "family.read")
    rows = Household.objects.filter(within(filters.area), merged_into=None)
    members = Person.objects.filter(household_id=OuterRef("pk"), merged_into=None)
    if filters.q:
        rows = rows.filter(pk__in=found_households(filters.q))
    if filters.mark:
        rows = rows.filter(Exists(members.filter(last4_index=_bytes(filters.mark))))
    return rows.order_by("area", "id")


def _bytes(mark: str) -> bytes:
    try:
        return bytes.fromhex(mark)
    except ValueError:
        return b""


def families(*, actor: Actor, filters: FamilyFilter) -> Page[FamilyRow]:
    """One page of families."""
    page = page_of(families_queryset(actor=actor, filters=filters), filters)
    return page.having(family_rows(list(page.rows)))


def family_rows(rows: list[Household]) -> list[FamilyRow]:
    """Families as rows: names of heads, members and programmes in one query each."""
    ids = [item.pk for item in rows]
    names = head_names(ids)
    members: dict[UUID, int] = defaultdict(int)
    for pk in Person.objects.filter(household_id__in=ids, merged_into=None).values_list("household_id", flat=True):
        members[pk] += 1
    ways: dict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
    candidacies = Candidate.objects.filter(household_id__in=ids).order_by("proposed_on")
    for pk, code, name, state in candidacies.values_list("household_id", "programme__code", "programme__name", "state"):
        ways[pk].append((code, name, state))
    known = places(item.area for item in rows)
    return [
        FamilyRow(
            item.pk,
            names.get(item.pk, ""),
            members[item.pk],
            item.address,
            known.get(item.area, ""),
            tuple(ways[item.pk]),
            item.synthetic,
            item.area,
        )
        for item in rows
    ]


def family(*, actor: Actor, household_id: UUID) -> FamilyView:
    """One family; ``not_found`` outside the scope."""
    require(actor, "family.read")
    item = found(Household.objects.filter(pk=household_id).first())
    persons = list(item.persons.filter(merged_into=None).order_by("-is_head", "birth_date", "id"))
    joined = Membership.objects.filter(household=item, left_on=None).select_related("group")
    groups = {row.person_id: (row.group_id, row.group.name) for row in joined}
    whole = actor.kind == "staff"  # a mentor sees the family, not its registers
    desils = DesilSnapshot.objects.filter(household=item).order_by("-as_of").values("desil", "as_of", "source")
    names = [person.name for person in persons]
    return FamilyView(
        id=item.pk,
        name=names[0] if names else "",
        address=item.address,
        place=places([item.area]).get(item.area, ""),
        phone=item.phone,
        female_head=item.female_head,
        dependants=item.dependants,
        incomplete=item.incomplete,
        synthetic=item.synthetic,
        has_kk=item.kk_cipher is not None,
        persons=tuple(_person(person, groups.get(person.pk)) for person in persons),
        desil=desils.first() if whole else None,
        candidacies=tuple(
            Candidate.objects.filter(household=item)
            .order_by("proposed_on")
            .values("id", "programme__code", "programme__name", "state", "reason", "rank", "proposed_on")
        ),
        aids=()
        if not whole
        else tuple(
            AidReceived.objects.filter(household=item)
            .order_by("-year")
            .values("office_name", "programme", "year", "form", "value_idr")
        ),
        businesses=tuple(
            Enterprise.objects.filter(household=item).order_by("started_on").values("id", "name", "kind", "started_on")
        ),
        handovers=()
        if not whole
        else tuple(
            Handover.objects.filter(decree_line__household=item)
            .order_by("occurred_on")
            .values("id", "number", "occurred_on", "value_idr", "condition")
        ),
        consents=()
        if not whole
        else tuple(
            Consent.objects.filter(household=item).order_by("given_on").values("purpose", "given_on", "withdrawn_on")
        ),
        tasks=open_tasks(household_id=item.pk),
        as_of=clock.today(),
        area=item.area,
    )


def _person(person: Person, group: tuple[UUID, str] | None) -> PersonRow:
    return PersonRow(
        person.pk,
        person.name,
        person.birth_date,
        person.sex,
        person.marital,
        person.occupation,
        person.is_head,
        person.nik_cipher is not None,
        person.died_on,
        group,
    )
