"""After the classes: people of one kecamatan and trade form groups (KUBE)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.areas import selectors as areas
from berdaya.areas.codes import Level, ancestor
from berdaya.groups import services as groups
from berdaya.groups.services import Proposed, Source
from berdaya.groups.types import FormedGroups, GroupLimits, Joiner
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.programmes.models import Candidate
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.programmes.types import GroupRule
from berdaya.training.catalogue import catalogue_for
from berdaya.training.models import Placement

_LEVELS = {"desa": Level.VILLAGE, "kecamatan": Level.DISTRICT, "kabupaten": Level.REGENCY}


def limits_of(rule: GroupRule) -> GroupLimits:
    """The limits of groups that a programme asks for."""
    return GroupLimits(
        smallest=rule.size.min,
        largest=rule.size.max,
        same=_LEVELS[rule.same],
        officer_min_age=max(18, rule.officer_min_age),
    )


def trade(kinds: list[str], interests: list[str], kind: str) -> str:
    """The trade of a person in a class of these kinds: her first wish among them, else the class's first, else hers."""
    wished = [i for i in interests if i in kinds]
    return next(iter((*wished, *kinds, *([kind] if kind else []), *interests)), "")


@transaction.atomic
def form_groups(*, actor: Actor, programme_id: UUID, on: date) -> FormedGroups:
    """Form groups of the decreed families of a programme by kecamatan and trade (`groups.rules.form`).

    The trade is that of the class in which the person is placed; who has no seat goes by her own wish. Groups of
    synthetic families elect by the documented rule; real groups wait for their own election.
    """
    programme, _, config = open_programme(actor, programme_id, "group.manage")
    limits = limits_of(config.group)
    joiners = joiners_of(programme.pk)
    names = _names(joiners, limits, programme.pk)
    return groups.form_groups(
        actor=actor,
        joiners=joiners,
        limits=limits,
        on=on,
        code_prefix=programme.code,
        names=names,
        synthetic=programme.synthetic,
        example_election=programme.synthetic,
    )


def _names(joiners: list[Joiner], limits: GroupLimits, programme_id: UUID) -> dict[tuple[int, str], str]:
    """Stems of groups' names by area and trade: `KUBE Batik tulis Situbondo`."""
    stems = {(ancestor(j.area, limits.same), j.kind) for j in joiners if j.kind}
    known = areas.areas_by_code({area for area, _ in stems})
    kinds = catalogue_for(programme_id).kinds
    return {
        (area, kind): " ".join(
            ["KUBE", kinds[kind].id if kind in kinds else kind, *([known[area].name] if area in known else [])]
        )
        for area, kind in stems
    }


def propose_groups(*, actor: Actor, programme_id: UUID, on: date) -> Proposed:
    """Propose groups to the decreed families of a programme by kecamatan and trade; see `groups.propose_groups`."""
    programme, _, config = open_programme(actor, programme_id, "group.manage")
    limits = limits_of(config.group)
    joiners = joiners_of(programme.pk)
    source = Source(programme.pk, programme.code, programme.synthetic, _names(joiners, limits, programme.pk))
    return groups.propose_groups(actor=actor, source=source, joiners=joiners, limits=limits, on=on)


def joiners_of(programme_id: UUID) -> list[Joiner]:
    """Decreed families of a programme who may form groups, each with the kinds of the class she sits in."""
    seated = Placement.objects.filter(training_class__programme=programme_id, in_force=True)
    kinds = {p: list(found) for p, found in seated.values_list("person_id", "training_class__kinds")}
    rows = list(
        Candidate.objects.filter(
            programme=programme_id, state=CandidateState.DECREED.value, household__isnull=False, person__isnull=False
        ).values_list("person_id", "household_id", "list_no", "interests", "kind", "facts")
    )
    people = {
        pk: (area, born)
        for pk, area, born in Person.objects.filter(pk__in=[r[0] for r in rows]).values_list("id", "area", "birth_date")
    }
    spots = areas.positions({area for area, _ in people.values()})
    joiners = []
    for person, household, number, interests, kind, facts in rows:
        area, born = people[person]
        spot = spots.get(area)
        joiners.append(
            Joiner(
                id=person,
                household=household,
                number=number,
                area=area,
                kind=trade(kinds.get(person, []), interests, kind),
                latitude=spot.lat if spot else None,
                longitude=spot.lon if spot else None,
                birth_date=born,
                in_business=bool(facts.get("ever_in_business")),
            )
        )
    return joiners
