"""Reading pairs, merges and claims, and look-alikes of a name that is being typed. Call inside a scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from berdaya.access.permissions import require
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.linkage.register import Reason
from berdaya.people.linkage.types import PairRow, PairView, Record, Similar, TransferRow
from berdaya.people.models import LookAlike, Merge, Person, TransferRequest
from berdaya.people.rules.names import spelling_key

WAITING = ("open", "asked")
SIMILAR_LIMIT = 12


def pairs_waiting(*, actor: Actor, state: str = "") -> QuerySet[LookAlike]:
    """Pairs of the actor's office, the likeliest first; `state` empty means those that wait for a decision."""
    require(actor, "family.read")
    states = (state,) if state else WAITING
    return LookAlike.objects.filter(state__in=states).order_by("-chance", "id")


def pair_rows(pairs: Iterable[LookAlike]) -> list[PairRow]:
    """Pairs as rows, with the names of both records: one query."""
    listed = list(pairs)
    wanted = {one for pair in listed for one in (pair.left_id, pair.right_id)}
    names = dict(Person.objects.filter(id__in=wanted).values_list("id", "name"))
    return [
        PairRow(
            id=pair.id,
            area=pair.area,
            chance=pair.chance,
            state=pair.state,
            left=names.get(pair.left_id, ""),
            right=names.get(pair.right_id, ""),
            found_on=pair.found_on,
            decided_on=pair.decided_on,
        )
        for pair in listed
    ]


def pair(*, actor: Actor, pair_id: UUID) -> PairView:
    """Both records side by side. Raises `not_allowed`, `not_found`."""
    require(actor, "family.read")
    found = LookAlike.objects.filter(id=pair_id).first()
    if found is None:
        raise Problem("not_found")
    records = _records((found.left_id, found.right_id))
    if len(records) != 2:
        raise Problem("not_found")
    merge = Merge.objects.filter(
        Q(kept_id=found.left_id, gone_id=found.right_id) | Q(kept_id=found.right_id, gone_id=found.left_id),
        undone_on=None,
    ).first()
    return PairView(
        id=found.id,
        chance=found.chance,
        state=found.state,
        reasons=tuple(Reason(str(field), str(level), float(bits)) for field, level, bits in found.reasons),
        left=records[found.left_id],
        right=records[found.right_id],
        area=found.area,
        model_version=found.model_version,
        decided_on=found.decided_on,
        decision_reason=found.decision_reason,
        merge_id=None if merge is None else merge.id,
    )


def _records(persons: Iterable[UUID]) -> dict[UUID, Record]:
    rows = (
        Person.objects.filter(id__in=list(persons))
        .select_related("household")
        .annotate(members=Count("household__persons", filter=Q(household__persons__merged_into=None)))
    )
    return {
        row.id: Record(
            person_id=row.id,
            household_id=row.household_id,
            name=row.name,
            birth_place=row.birth_place,
            birth_date=row.birth_date,
            sex=row.sex,
            area=row.area,
            address=row.household.address,
            phone=row.phone or row.household.phone,
            has_nik=row.nik_index is not None,
            has_kk=row.household.kk_index is not None,
            is_head=row.is_head,
            members=row.members,
            merged_into=row.merged_into,
            recorded_on=row.recorded_at.date(),
        )
        for row in rows
    }


def similar_people(*, actor: Actor, name: str, born: date | None = None, limit: int = SIMILAR_LIMIT) -> list[Similar]:
    """People of the scope whose name is like the one being typed, in any spelling; the nearest first.

    Fewer than three letters find nobody. Raises `not_allowed`.
    """
    require(actor, "family.read")
    words = [word for word in spelling_key(name).split() if len(word) > 1]
    if sum(len(word) for word in words) < 3:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM people_similar(%s, %s, %s)", [words, born, limit])
        ids = [row[0] for row in cursor.fetchall()]
    found = {row.id: row for row in Person.objects.filter(id__in=ids)}
    return [
        Similar(
            person_id=one,
            household_id=found[one].household_id,
            name=found[one].name,
            birth_date=found[one].birth_date,
            area=found[one].area,
            same_day=born is not None and found[one].birth_date == born,
        )
        for one in ids
        if one in found
    ]


def transfers(*, actor: Actor, limit: int = 200) -> list[TransferRow]:
    """Claims of the actor's office and on it, the open ones first; a family is named only where it may be read."""
    require(actor, "family.move")
    rows = list(TransferRequest.objects.order_by("-state", "-asked_on", "id")[:limit])
    heads = dict(
        Person.objects.filter(household_id__in=[row.household_id for row in rows], merged_into=None)
        .order_by("is_head", "id")
        .values_list("household_id", "name")
    )
    return [
        TransferRow(
            id=row.id,
            side=row.side,
            area=row.area,
            to_area=row.to_area,
            asking_office=row.asking_office,
            asked_on=row.asked_on,
            asked_reason=row.asked_reason,
            state=row.state,
            decision_reason=row.decision_reason,
            family=heads.get(row.household_id, ""),
            household_id=row.household_id,
        )
        for row in rows
    ]
