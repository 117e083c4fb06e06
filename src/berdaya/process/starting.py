"""One business for each recipient: of the family, of the existing group, or of the group formed from a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.enterprises.catalogue import catalogue, using
from berdaya.enterprises.services import adopt_enterprises_many, start_enterprises_many
from berdaya.enterprises.types import NewEnterprise
from berdaya.groups.models import Group, Membership
from berdaya.groups.types import Origin
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.people.models import PersonPrivate
from berdaya.programmes.models import DecreeLine, Programme
from berdaya.programmes.types import ProgrammeConfig
from berdaya.training.catalogue import catalogue_for
from berdaya.training.models import Placement

UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Started:
    """Recipients that have a business now, and how many of these began with this call."""

    total: int
    made: int


@dataclass(frozen=True, slots=True)
class _Programme:
    id: UUID
    office_id: int
    config: ProgrammeConfig

    @property
    def code(self) -> str:
        return self.config.programme.code

    @property
    def synthetic(self) -> bool:
        return self.config.example is not None


def started_on(config: ProgrammeConfig) -> date:
    """The day from which the months of a business are counted."""
    dates = config.dates
    return dates.followup_start or dates.handover or dates.decree or dates.proposal


@transaction.atomic
def start_businesses(*, actor: Actor, programme_id: UUID, config: ProgrammeConfig) -> Started:
    """Start what recipients of a decree in force do not have yet; a second call starts nothing."""
    office = Programme.objects.values_list("office_id", flat=True).get(pk=programme_id)
    programme = _Programme(programme_id, office, config)
    with using(catalogue_for(programme_id)):
        starts = [*_of_families(programme), *_of_groups(programme)]
    held = adopt_enterprises_many(actor=actor, starts=starts)
    fresh = [start for start in starts if start.group_id not in held]
    return Started(len(starts), start_enterprises_many(actor=actor, starts=fresh))


def _kind(*wanted: str) -> str:
    known = catalogue().kinds
    return next((code for code in wanted if code in known), UNSPECIFIED)


def _of_families(programme: _Programme) -> Iterable[NewEnterprise]:
    """Recipients that are families; in a scheme of groups the business is the group's."""
    if programme.config.programme.scheme == "group":
        return
    lines = (
        DecreeLine.objects.filter(
            decree__programme=programme.id,
            household__isnull=False,
            replaced_on=None,
            decree__approval__checked_by__isnull=False,
        )
        .select_related("candidate__person")
        .order_by("number")
    )
    trained = _trained_kinds(programme)
    incomes = dict(
        PersonPrivate.objects.filter(person__candidacies__programme=programme.id, income_idr__isnull=False).values_list(
            "person_id", "income_idr"
        )
    )
    for line in lines:
        candidate = line.candidate
        kind = _kind(candidate.kind, *trained.get(candidate.pk, ()), *candidate.interests)
        yield NewEnterprise(
            id=stable_id(programme.code, "enterprise", candidate.ref),
            office_id=programme.office_id,
            kind=kind,
            name=f"{catalogue().kinds[kind].id} {candidate.person.name if candidate.person else candidate.ref}",
            started_on=started_on(programme.config),
            household_id=line.household_id,
            programme_id=programme.id,
            ref=candidate.ref,
            baseline_income_idr=incomes.get(candidate.person_id) if candidate.person_id else None,
            synthetic=programme.synthetic,
        )


def _trained_kinds(programme: _Programme) -> dict[UUID, tuple[str, ...]]:
    """Candidate -> kinds of the class in which the person sits."""
    rows = Placement.objects.filter(
        run__programme=programme.id, run__published_at__isnull=False, training_class__isnull=False
    ).values_list("candidate_id", "training_class__kinds")
    return {candidate: tuple(kinds) for candidate, kinds in rows}


def _of_groups(programme: _Programme) -> Iterable[NewEnterprise]:
    """Existing groups on the decree, and groups formed from recipients of this programme."""
    existing = DecreeLine.objects.filter(
        decree__programme=programme.id,
        group__isnull=False,
        replaced_on=None,
        decree__approval__checked_by__isnull=False,
    ).values_list("group_id", flat=True)
    formed = Membership.objects.filter(
        left_on=None, group__origin=Origin.FORMED, person__candidacies__programme=programme.id
    ).values_list("group_id", flat=True)
    groups = Group.objects.filter(pk__in={*existing, *formed}).order_by("code")
    incomes: dict[UUID, list[int]] = defaultdict(list)
    members = Membership.objects.filter(
        group__in=groups, left_on=None, person__private__income_idr__isnull=False
    ).values_list("group_id", "person__private__income_idr")
    for group_id, income in members:
        incomes[group_id].append(income or 0)
    for group in groups:
        told = incomes[group.pk]
        yield NewEnterprise(
            id=stable_id(programme.code, "enterprise", group.code),
            office_id=programme.office_id,
            kind=_kind(group.kind),
            name=group.name,
            started_on=started_on(programme.config),
            group_id=group.pk,
            programme_id=programme.id,
            ref=group.code,
            baseline_income_idr=sum(told) // len(told) if told else None,
            synthetic=programme.synthetic,
        )
