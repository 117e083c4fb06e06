"""Aid received anywhere and lists of people who may not be aided; screening against both, past one's own scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.numbers import KK, NIK, kk_index, named_errors, nik_index
from berdaya.people.types import AidInput, AidRecord, ExclusionInput, ExclusionRecord, Screening

_ADD_AID = """INSERT INTO people_aidreceived
  (id, area, household_id, nik_index, kk_index, office_name, programme, year, form, value_idr, source, import_key)
  SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::bytea[], %s::bytea[], %s::text[], %s::text[],
  %s::smallint[], %s::text[], %s::bigint[], %s::text[], %s::uuid[]) ON CONFLICT (import_key) DO NOTHING"""
_ADD_EXCLUSIONS = """INSERT INTO people_exclusion
  (id, area, kind, nik_index, kk_index, source, as_of, until, import_key)
  SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::text[], %s::date[],
  %s::date[], %s::uuid[]) ON CONFLICT (import_key) DO NOTHING"""


def register_aid_many(*, actor: Actor, aid: Sequence[AidInput]) -> int:
    """Add aid records; answers how many were new. `key` is the idempotency key (`kernel.ids.stable_id` of
    the row).

    Raises:
        Problem: `not_allowed`, `outside_scope` where an area lies outside the actor's scope.
    """
    require(actor, "aid.register")
    _inside(actor, [one.area for one in aid])
    if not aid:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _ADD_AID,
            [
                new_ids(len(aid)),
                [one.area for one in aid],
                [one.household_id for one in aid],
                [nik_index(one.nik) for one in aid],
                [kk_index(one.kk) for one in aid],
                [one.office for one in aid],
                [one.programme for one in aid],
                [one.year for one in aid],
                [one.form for one in aid],
                [one.value_idr for one in aid],
                [one.source for one in aid],
                [one.key for one in aid],
            ],
        )
        added = int(cursor.rowcount)
        record(actor=actor, name="people.aid_registered", subject_kind="aid", rows=len(aid), added=added)
    return added


def register_exclusions_many(*, actor: Actor, exclusions: Sequence[ExclusionInput]) -> int:
    """Add entries of exclusion lists; answers how many were new.

    Raises:
        Problem: `not_allowed`, `outside_scope`.
    """
    require(actor, "exclusion.register")
    _inside(actor, [one.area for one in exclusions])
    if not exclusions:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _ADD_EXCLUSIONS,
            [
                new_ids(len(exclusions)),
                [one.area for one in exclusions],
                [one.kind for one in exclusions],
                [nik_index(one.nik) for one in exclusions],
                [kk_index(one.kk) for one in exclusions],
                [one.source for one in exclusions],
                [one.as_of for one in exclusions],
                [one.until for one in exclusions],
                [one.key for one in exclusions],
            ],
        )
        added = int(cursor.rowcount)
        record(
            actor=actor,
            name="people.exclusions_registered",
            subject_kind="exclusion",
            rows=len(exclusions),
            added=added,
        )
    return added


def _inside(actor: Actor, areas: Sequence[int]) -> None:
    if not all(actor.covers(area) for area in set(areas)):
        raise Problem("outside_scope")


def screen_many(*, actor: Actor, numbers: Sequence[tuple[str, str]], as_of: date) -> list[Screening]:
    """Aid and exclusions of each `(nik, kk)` in the whole country, in order; an empty number finds nothing.

    Aid of every year is given, a cool-off is the caller's rule; exclusions are those in force on `as_of`.
    Answers no more than office, programme, year and form, or kind, source and date.

    Raises:
        Problem: `not_allowed`, `lookup_limit`.
    """
    require(actor, "candidate.screen")
    if not numbers:
        return []
    ring = key_ring()
    niks = ring.index_many((nik for nik, _ in numbers), purpose=NIK)
    kks = ring.index_many((kk for _, kk in numbers), purpose=KK)
    return _screen(
        actor,
        [index if nik else None for index, (nik, _) in zip(niks, numbers, strict=True)],
        [index if kk else None for index, (_, kk) in zip(kks, numbers, strict=True)],
        as_of,
    )


def _screen(actor: Actor, niks: Sequence[bytes | None], kks: Sequence[bytes | None], as_of: date) -> list[Screening]:
    aid: list[list[AidRecord]] = [[] for _ in niks]
    exclusions: list[list[ExclusionRecord]] = [[] for _ in niks]
    with transaction.atomic(), named_errors(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, office, programme, year, form FROM people_aid_of(%s::bytea[], %s::bytea[])",
            [list(niks), list(kks)],
        )
        for at, *facts in cursor.fetchall():
            aid[at - 1].append(AidRecord(*facts))
        cursor.execute(
            "SELECT at, kind, source, as_of FROM people_exclusions_of(%s::bytea[], %s::bytea[], %s)",
            [list(niks), list(kks), as_of],
        )
        for at, *facts in cursor.fetchall():
            exclusions[at - 1].append(ExclusionRecord(*facts))
        found = [Screening(tuple(one), tuple(other)) for one, other in zip(aid, exclusions, strict=True)]
        record(
            actor=actor,
            name="people.screened",
            subject_kind="person",
            asked=len(niks),
            found=sum(not one.clear for one in found),
        )
    return found
