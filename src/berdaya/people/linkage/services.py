"""Doubles found, decided, merged and parted again; families claimed from another office. Each write is audited."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.areas.codes import Level, level_of
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.linkage import register
from berdaya.people.linkage.types import Decision, Transfer
from berdaya.people.models import LookAlike
from berdaya.people.numbers import named_errors, nik_index
from berdaya.people.rules.nik import check_nik
from berdaya.people.services.identity import with_reason

PERMISSION = "family.merge"
PORTION = 2_000


def link_new(*, actor: Actor, person_ids: Sequence[UUID]) -> int:
    """Look for doubles of people who have just come in, in the whole country; answers how many pairs are new.

    Each pair goes to the lowest office that covers both records. Called after an import or a registration; calling
    it again finds nothing new. Raises `not_allowed`.
    """
    require(actor, "import.run")
    found = 0
    for start in range(0, len(person_ids), PORTION):
        found += _link_portion(person_ids[start : start + PORTION])
    if person_ids:
        record(actor=actor, name="people.linked", subject_kind="person", people=len(person_ids), pairs=found)
    return found


def _link_portion(person_ids: Sequence[UUID]) -> int:
    with named_errors(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT one, other, area, office, levels FROM people_look_alikes(%s::uuid[])", [list(person_ids)]
        )
        pairs = [pair for pair in cursor.fetchall() if pair[3] is not None]
        weighed = register.weigh([pair[4] for pair in pairs])
        kept = [
            {
                "id": str(new_id()),
                "one": str(one),
                "other": str(other),
                "area": area,
                "office": office,
                "chance": round(chance, 4),
                "reasons": [[reason.field, reason.level, reason.bits] for reason in reasons],
            }
            for (one, other, area, office, _levels), (chance, reasons) in zip(pairs, weighed, strict=True)
            if chance >= register.POSSIBLE
        ]
        if not kept:
            return 0
        cursor.execute(
            "SELECT people_keep_look_alikes(%s::jsonb, %s, %s)", [json.dumps(kept), register.VERSION, clock.today()]
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def decide_look_alike(
    *, actor: Actor, pair_id: UUID, decision: Decision, reason: str, keep: UUID | None = None
) -> UUID | None:
    """What a person says of a pair, kept for ever. `SAME` merges into the record `keep`; answers the merge's id.

    Raises:
        Problem: `not_allowed`, `not_found`, `already_decided`, `reason_missing`, `merged_already`.
    """
    require(actor, PERMISSION)
    why = with_reason(reason)
    pair = LookAlike.objects.filter(id=pair_id).first()
    if pair is None:
        raise Problem("not_found")
    with named_errors(), connection.cursor() as cursor:
        cursor.execute("SELECT people_decide_look_alike(%s, %s, %s, %s)", [pair_id, decision, clock.today(), why])
    record(
        actor=actor,
        name="people.look_alike_decided",
        subject_kind="look_alike",
        subject_id=pair_id,
        area=pair.area,
        reason=why,
        decision=decision.value,
        chance=pair.chance,
    )
    if decision is not Decision.SAME:
        return None
    kept = keep or pair.left_id
    if kept not in {pair.left_id, pair.right_id}:
        raise Problem("not_found")
    gone = pair.right_id if kept == pair.left_id else pair.left_id
    return merge_persons(actor=actor, kept_id=kept, gone_id=gone, reason=why)


@transaction.atomic
def merge_persons(*, actor: Actor, kept_id: UUID, gone_id: UUID, reason: str) -> UUID:
    """Make one record of two. Every participation, right and rupiah of `gone_id` follows to `kept_id`.

    The other family goes along where nobody else is left in it; else it stays a family of its own. Nothing is
    deleted: the merged record keeps its number and history, and what could not follow (a place in the same group,
    the same consent) stays with it. Answers the id by which `unmerge` parts them again.

    Raises:
        Problem: `not_allowed`, `not_found`, `reason_missing`, `merged_already`.
    """
    require(actor, PERMISSION)
    why = with_reason(reason)
    merge_id = new_id()
    with named_errors(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_merge_persons(%s, %s, %s, %s, %s)", [merge_id, kept_id, gone_id, clock.today(), why]
        )
        families = bool(cursor.fetchone()[0])
    record(
        actor=actor,
        name="people.merged",
        subject_kind="person",
        subject_id=kept_id,
        reason=why,
        merged=str(gone_id),
        families=families,
    )
    return merge_id


@transaction.atomic
def unmerge(*, actor: Actor, merge_id: UUID, reason: str) -> None:
    """Part what was merged: all that was moved goes back, and what came later about a candidacy goes with it (its RAB,
    decree line, seat, business); anything else that came later stays with the record that was kept.

    Raises:
        Problem: `not_allowed`, `not_found`, `reason_missing`, `merged_already` (a later merge comes first).
    """
    require(actor, PERMISSION)
    why = with_reason(reason)
    with named_errors(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT people_unmerge_persons(%s, %s, %s)", [merge_id, clock.today(), why])
    record(actor=actor, name="people.unmerged", subject_kind="merge", subject_id=merge_id, reason=why)


@transaction.atomic
def request_transfer(*, actor: Actor, nik: str, to_area: int, reason: str) -> Transfer:
    """Ask the office that holds a family to let it move to one's own area. Counted against the look-up limit.

    Raises:
        Problem: `not_allowed`, `identity_invalid`, `reason_missing`, `move_area_unknown`, `not_found`, `lookup_limit`.
    """
    require(actor, "family.move")
    why = with_reason(reason)
    number = check_nik(nik)
    if number.fault is not None:
        raise Problem("identity_invalid", number="NIK", fault=number.fault.value)
    if level_of(to_area) is not Level.VILLAGE:
        raise Problem("move_area_unknown")
    request = new_id()
    with named_errors(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_ask_transfer(%s, %s, %s, %s, %s, %s)",
            [request, new_id(), nik_index(number.value), to_area, clock.today(), why],
        )
        answer = Transfer(str(cursor.fetchone()[0]))
    record(
        actor=actor,
        name="people.transfer_asked",
        subject_kind="transfer",
        subject_id=request,
        area=to_area,
        reason=why,
        answer=answer.value,
    )
    return answer


@transaction.atomic
def decide_transfer(*, actor: Actor, transfer_id: UUID, accept: bool, reason: str) -> None:
    """The holding office's word. Accepted, the family moves with all that hangs on it.

    Raises:
        Problem: `not_allowed`, `not_found`, `reason_missing`, `already_decided`.
    """
    require(actor, "family.move")
    why = with_reason(reason)
    with named_errors(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT people_decide_transfer(%s, %s, %s, %s)", [transfer_id, accept, clock.today(), why])
    record(
        actor=actor,
        name="people.transfer_decided",
        subject_kind="transfer",
        subject_id=transfer_id,
        reason=why,
        accepted=accept,
    )
