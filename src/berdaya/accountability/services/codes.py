"""Codes on paper: issued for every recipient of a handover, replaced, taken back. Only keyed hashes are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require, signed
from berdaya.accountability import rules
from berdaya.accountability.models import ConfirmationCode, SpotCheck
from berdaya.accountability.recipients import Recipient, recipients_of
from berdaya.accountability.types import MENTOR_PHONE, SHARED_PHONE, IssuedCode
from berdaya.audit import services as audit
from berdaya.enterprises.models import Mentor
from berdaya.grants.models import Handover
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

PURPOSE = "confirmation"
CHECK_DAYS = 21


def digest(text: str) -> bytes:
    """32 bytes of a text under the key of the indexes."""
    return key_ring().index(text, purpose=PURPOSE)


@transaction.atomic
def issue_codes_many(*, actor: Actor, handovers: Sequence[UUID]) -> list[IssuedCode]:
    """A code for each recipient of these handovers: the family's person, or every member of the group.

    Codes that stand are answered again, so the same papers can be printed twice. One handover in twenty is drawn for a
    second look by somebody without a part in it, as a task. Raises `not_allowed`, `not_found`.
    """
    require(actor, "confirmation.record")
    rows = Handover.objects.select_related("decree_line__decree__programme").in_bulk(list(handovers))
    if len(rows) != len(set(handovers)):
        raise Problem("not_found")
    people = recipients_of(handovers)
    standing = {
        (code.handover_id, code.person_id): code
        for code in ConfirmationCode.objects.filter(handover_id__in=handovers, revoked_on=None)
    }
    shared, mentors = _phones(people)
    fresh: list[ConfirmationCode] = []
    issued: list[IssuedCode] = []
    for item in people:
        held = standing.get((item.handover, item.person))
        if held is None:
            held = _new(actor, rows[item.handover], item, _flags(item.phone, shared, mentors))
            fresh.append(held)
        issued.append(_shown(held, item))
    create(fresh)
    _draw(actor, [rows[key] for key in dict.fromkeys(code.handover_id for code in fresh)])
    if fresh:
        audit.record(actor=actor, name="confirmation.issued", count=len(fresh))
    return issued


def _new(actor: Actor, handover: Handover, item: Recipient, flags: list[str], number: int = 1) -> ConfirmationCode:
    today = clock.today()
    return ConfirmationCode(
        id=stable_id("confirmation-code", handover.pk, item.person, number),
        area=handover.area,
        office_id=handover.office_id,
        handover_id=handover.pk,
        person_id=item.person,
        number=number,
        code_hash=rules.code_hash(digest, rules.code_of(digest, handover.pk, item.person, number)),
        issued_on=today,
        expires_on=today + timedelta(days=rules.CODE_DAYS),
        flags=flags,
        account_id=signed(actor),
    )


def _shown(code: ConfirmationCode, item: Recipient) -> IssuedCode:
    text = rules.code_of(digest, code.handover_id, code.person_id, code.number)
    return IssuedCode(
        id=code.pk,
        handover=code.handover_id,
        person=code.person_id,
        name=item.name,
        phone=item.phone,
        code=text,
        expires_on=code.expires_on,
        flags=tuple(code.flags),
    )


def _phones(people: Iterable[Recipient]) -> tuple[set[str], set[str]]:
    """Numbers that stand at several families of the scope, and numbers of mentors."""
    wanted = sorted({item.phone for item in people if item.phone})
    rows = fetch(
        """
        SELECT p.phone FROM people_person p WHERE p.phone = ANY (%s)
        GROUP BY p.phone HAVING count(DISTINCT p.household_id) > 1
        """,
        [wanted],
    )
    mentors = Mentor.objects.filter(phone__in=wanted).values_list("phone", flat=True)
    return {row[0] for row in rows}, set(mentors)


def _flags(phone: str, shared: set[str], mentors: set[str]) -> list[str]:
    found = []
    if phone and phone in shared:
        found.append(SHARED_PHONE)
    if phone and phone in mentors:
        found.append(MENTOR_PHONE)
    return found


def _draw(actor: Actor, handovers: Sequence[Handover]) -> None:
    """Spot checks of what was drawn; the seed is the decree, fixed before anything was handed over."""
    today = clock.today()
    drawn = [row for row in handovers if rules.drawn(row.pk, seed=str(row.decree_line.decree_id))]
    known = set(SpotCheck.objects.filter(handover__in=drawn).values_list("handover_id", flat=True))
    drawn = [row for row in drawn if row.pk not in known]
    made = tasks.create_many(actor=actor, tasks=[_check_task(row) for row in drawn])
    create(
        SpotCheck(
            id=new_id(),
            area=row.area,
            office_id=row.office_id,
            handover_id=row.pk,
            drawn_on=today,
            task_id=made[f"spot-check:{row.pk}"],
        )
        for row in drawn
    )


def _check_task(row: Handover) -> NewTask:
    today = clock.today()
    line = row.decree_line
    return NewTask(
        cause=f"spot-check:{row.pk}",
        kind="spot_check",
        title=f"Uji petik barang pada BAST {row.number}",
        area=row.area,
        office_id=row.office_id,
        owner_role="verifier",
        raised_on=today,
        due_on=today + timedelta(days=CHECK_DAYS),
        programme_code=line.decree.programme.code,
        household_id=line.household_id,
        group_id=line.group_id,
        params={"handover": str(row.pk), "number": row.number},
    )


@transaction.atomic
def replace_code(*, actor: Actor, code_id: UUID, reason: str) -> IssuedCode:
    """Take a code back and give a new one: the paper was lost, or somebody else had it. Raises `not_found`."""
    require(actor, "confirmation.record")
    old = ConfirmationCode.objects.select_for_update().filter(pk=code_id, revoked_on=None).first()
    if old is None:
        raise Problem("not_found")
    item = next(item for item in recipients_of([old.handover_id]) if item.person == old.person_id)
    old.revoked_on = clock.today()
    old.save(update_fields=["revoked_on"])
    fresh = _new(actor, old.handover, item, list(old.flags), number=old.number + 1)
    create([fresh])
    audit.record(
        actor=actor,
        name="confirmation.replaced",
        subject_kind="handover",
        subject_id=old.handover_id,
        area=old.area,
        reason=reason,
    )
    return _shown(fresh, item)


def link_text(code: ConfirmationCode, address: str) -> str:
    """The message that carries a code to its owner's own phone; empty where the number is not hers alone."""
    if code.flags or code.used_at is not None:
        return ""
    text = rules.code_of(digest, code.handover_id, code.person_id, code.number)
    return f"Barang apa yang Ibu/Bapak terima? Katakan sendiri di {address}{text}/?lewat=wa"
