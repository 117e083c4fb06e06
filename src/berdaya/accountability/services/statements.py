"""What recipients say in person, and the second look at goods; never recorded by whoever handed them over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.accountability.models import ConfirmationCode, SpotCheck, Statement, StatementLine
from berdaya.accountability.recipients import recipients_of
from berdaya.accountability.types import Channel, ListedWord, Said, Word
from berdaya.audit import services as audit
from berdaya.files.services import store_photo
from berdaya.files.types import FileDraft
from berdaya.grants.models import Handover
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks.services import complete as complete_task


@transaction.atomic
def record_in_person(*, actor: Actor, id: UUID, handover_id: UUID, person_id: UUID, said: Said) -> Word:  # noqa: A002
    """Keep what a recipient says at the village office, with whom she chose; the same id twice changes nothing.

    Raises `not_allowed` (mentors), `not_found`, `accountability.had_part` for whoever recorded the handover,
    `accountability.not_recipient`, `accountability.lines_missing`, and what storing a photo raises.
    """
    require(actor, "confirmation.record")
    handover = _without_part(actor, handover_id)
    if person_id not in {item.person for item in recipients_of([handover_id])}:
        raise Problem("accountability.not_recipient")
    wanted = {line.pk: line.quantity for line in handover.lines.all()}
    told = {line.line: line.quantity for line in said.lines}
    if set(told) != set(wanted) or len(told) != len(said.lines) or min(told.values(), default=0) < 0:
        raise Problem("accountability.lines_missing")
    complete = all(told[line] >= quantity for line, quantity in wanted.items())
    if not Statement.objects.filter(pk=id).exists():
        _keep(actor, id, handover, person_id, said, complete=complete)
    who = (said.company and f"Penerima, bersama {said.company}") or "Penerima"
    rows = fetch(
        "SELECT accountability_settle_mine(%s, %s, %s, %s, %s, %s)",
        [handover_id, id, clock.today(), who[:120], said.words, not complete],
    )
    return Word(rows[0][0])


@transaction.atomic
def record_list_many(*, actor: Actor, rows: Sequence[ListedWord]) -> int:
    """Words of many recipients from a signed list, such as one that a lurah brought; known ids are left alone.

    Raises `not_allowed`, `not_found`, `accountability.had_part`. Returns how many are new.
    """
    require(actor, "confirmation.record")
    known = set(Statement.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", flat=True))
    fresh = [row for row in rows if row.id not in known]
    handovers = Handover.objects.prefetch_related("lines").in_bulk({row.handover for row in fresh})
    if len(handovers) != len({row.handover for row in fresh}):
        raise Problem("not_found")
    if any(handover.account_id == actor.account_id for handover in handovers.values()):
        raise Problem("accountability.had_part")
    said = [_listed(actor, row, handovers[row.handover]) for row in fresh]
    create(statement for statement, _ in said)
    create(line for _, lines in said for line in lines)
    today = clock.today()
    fetch(
        "SELECT accountability_settle_mine(s.h, s.i, s.d, 'Penerima', s.w, s.m)"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::text[], %s::boolean[]) AS s(h, i, d, w, m)",
        [
            [row.handover for row in fresh],
            [row.id for row in fresh],
            [row.said_on or today for row in fresh],
            [row.words for row in fresh],
            [not statement.complete for statement, _ in said],
        ],
    )
    if fresh:
        audit.record(actor=actor, name="confirmation.listed", count=len(fresh))
    return len(fresh)


def _listed(actor: Actor, row: ListedWord, handover: Handover) -> tuple[Statement, list[StatementLine]]:
    lines = list(handover.lines.all())
    told = dict(row.short)
    statement = Statement(
        id=row.id,
        area=handover.area,
        office_id=handover.office_id,
        handover=handover,
        person_id=row.person,
        said_on=row.said_on or clock.today(),
        channel=Channel.IN_PERSON,
        complete=all(told.get(line.pk, line.quantity) >= line.quantity for line in lines),
        words=row.words,
        company=row.company,
        account_id=actor.account_id,
    )
    return statement, [
        StatementLine(
            id=stable_id("statement-line", row.id, line.pk),
            area=handover.area,
            office_id=handover.office_id,
            statement_id=row.id,
            line_id=line.pk,
            quantity=told.get(line.pk, line.quantity),
        )
        for line in lines
    ]


def _without_part(actor: Actor, handover_id: UUID) -> Handover:
    handover = Handover.objects.filter(pk=handover_id).first()
    if handover is None:
        raise Problem("not_found")
    if handover.account_id == actor.account_id:
        raise Problem("accountability.had_part")
    return handover


def _keep(actor: Actor, key: UUID, handover: Handover, person: UUID, said: Said, *, complete: bool) -> None:
    photo = None
    if said.photo:
        draft = FileDraft(
            content=said.photo,
            media_type="image/jpeg",
            name="konfirmasi.jpg",
            purpose="confirmation",
            area=handover.area,
            office=handover.office_id,
        )
        photo = store_photo(actor=actor, draft=draft)
    code = ConfirmationCode.objects.filter(handover=handover, person_id=person, revoked_on=None, used_at=None).first()
    create(
        [
            Statement(
                id=key,
                area=handover.area,
                office_id=handover.office_id,
                handover=handover,
                person_id=person,
                code=code,
                said_on=clock.today(),
                channel=Channel.IN_PERSON,
                complete=complete,
                words=said.words,
                company=said.company,
                place=said.place,
                own_photo_id=photo,
                account_id=actor.account_id,
            )
        ]
    )
    create(
        StatementLine(
            id=new_id(),
            area=handover.area,
            office_id=handover.office_id,
            statement_id=key,
            line_id=line.line,
            quantity=line.quantity,
        )
        for line in said.lines
    )
    audit.record(
        actor=actor,
        name="confirmation.said",
        subject_kind="handover",
        subject_id=handover.pk,
        area=handover.area,
        complete=complete,
    )


@transaction.atomic
def record_spot_check(*, actor: Actor, handover_id: UUID, complete: bool, words: str) -> None:
    """The second look at a drawn handover. Raises `not_found`, `accountability.had_part`, `accountability.no_words`.

    Neither whoever recorded the handover nor somebody whose area is only this kecamatan may look.
    """
    require(actor, "task.complete")
    handover = _without_part(actor, handover_id)
    check = SpotCheck.objects.select_for_update().filter(handover=handover, checked_on=None).first()
    if check is None:
        raise Problem("not_found")
    if actor.hi - actor.lo < _KECAMATAN and actor.covers(handover.area):
        raise Problem("accountability.had_part")
    if not words.strip():
        raise Problem("accountability.no_words")
    check.checked_on = clock.today()
    check.checker_id = actor.account_id
    check.complete = complete
    check.words = words.strip()
    check.save(update_fields=["checked_on", "checker_id", "complete", "words"])
    if check.task_id is not None:
        complete_task(actor=actor, task_id=check.task_id, outcome=words)
    audit.record(
        actor=actor,
        name="handover.spot_checked",
        subject_kind="handover",
        subject_id=handover.pk,
        area=handover.area,
        complete=complete,
    )


_KECAMATAN = 10_000
"""Areas of one kecamatan differ by less."""
