"""One person's number: claimed, shown for a reason, corrected; a household moved. Each is audited."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, connection, transaction

from berdaya.access.permissions import require
from berdaya.areas.codes import Level, level_of
from berdaya.audit.services import record
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Household, Person
from berdaya.people.numbers import NIK, kk_context, kk_index, known_numbers, named_errors, nik_context, nik_index
from berdaya.people.rules.nik import NumberResult, check_kk, check_nik
from berdaya.people.types import Claim

REASON_LETTERS = 10


def identity_claim(*, actor: Actor, nik: str) -> Claim:
    """Whether a NIK is new, inside the actor's scope, or elsewhere. Counted against a limit per hour, and
    audited.

    Raises:
        Problem: `identity_invalid`, `lookup_limit`, `not_allowed`.
    """
    require(actor, "candidate.propose")
    number = _valid(check_nik(nik), "NIK")
    index = key_ring().index(number, purpose=NIK)
    known = known_numbers([index], [])[0].get(index)
    answer = Claim.NEW if known is None else Claim.YOURS if known.mine else Claim.ELSEWHERE
    record(actor=actor, name="people.identity_claim", subject_kind="nik_index", subject_id=index.hex(), answer=answer)
    return answer


def _valid(result: NumberResult, label: str) -> str:
    if result.fault is not None:
        raise Problem("identity_invalid", number=label, fault=result.fault.value)
    return result.value


def with_reason(reason: str) -> str:
    """A written reason, blanks single; one of fewer than ten letters is none. Raises `reason_missing`."""
    text = " ".join(reason.split())
    if sum(char.isalpha() for char in text) < REASON_LETTERS:
        raise Problem("reason_missing")
    return text


def reveal_nik(*, actor: Actor, person_id: UUID, reason: str) -> str:
    """The NIK in clear, for a written reason that stays in the audit trail.

    Raises:
        Problem: `not_allowed`, `reason_missing`, `person_unknown`, `nik_absent`.
    """
    require(actor, "nik.reveal")
    why = with_reason(reason)
    person = _person(person_id)
    if person.nik_cipher is None:
        raise Problem("nik_absent")
    record(
        actor=actor,
        name="people.nik_revealed",
        subject_kind="person",
        subject_id=person.id,
        area=person.area,
        reason=why,
    )
    return key_ring().open(bytes(person.nik_cipher), context=nik_context(person.id))


def _person(person_id: UUID, *, lock: bool = False) -> Person:
    people = Person.objects.select_for_update() if lock else Person.objects
    person = people.filter(id=person_id).first()
    if person is None:
        raise Problem("person_unknown")
    return person


def correct_identity(*, actor: Actor, person_id: UUID, reason: str, nik: str = "", kk: str = "") -> None:
    """Mend a NIK or the family's KK number. Person, household and all that hangs on them keep their ids.

    History keeps the replaced version; the identity table follows by trigger.

    Raises:
        Problem: `not_allowed`, `reason_missing`, `person_unknown`, `identity_invalid`, `identity_taken`.
    """
    require(actor, "family.correct")
    why = with_reason(reason)
    ring = key_ring()
    try:
        with transaction.atomic():
            person = _person(person_id, lock=True)
            if nik:
                number = _valid(check_nik(nik), "NIK")
                person.nik_cipher = ring.seal(number, context=nik_context(person.id))
                person.nik_key = ring.current.id
                person.nik_index = nik_index(number)
                person.last4_index = ring.last_four(number, purpose=NIK)
                person.save(update_fields=["nik_cipher", "nik_key", "nik_index", "last4_index"])
            if kk:
                _correct_kk(person.household_id, _valid(check_kk(kk), "KK"))
            record(
                actor=actor,
                name="people.identity_corrected",
                subject_kind="person",
                subject_id=person.id,
                area=person.area,
                reason=why,
                nik=bool(nik),
                kk=bool(kk),
            )
    except IntegrityError as error:
        if "people_identity_once" not in str(error):
            raise
        raise Problem("identity_taken") from error


def _correct_kk(household_id: UUID, number: str) -> None:
    ring = key_ring()
    household = Household.objects.select_for_update().get(id=household_id)
    household.kk_cipher = ring.seal(number, context=kk_context(household.id))
    household.kk_key = ring.current.id
    household.kk_index = kk_index(number)
    household.incomplete = False
    household.save(update_fields=["kk_cipher", "kk_key", "kk_index", "incomplete"])


def move_household(*, actor: Actor, household_id: UUID, new_area: int, reason: str) -> int:
    """Move a family to another village: persons, money, goods, history and tasks follow. Answers the old area.

    The new area may lie outside the actor's scope; both areas read of it in the audit trail.

    Raises:
        Problem: `not_allowed`, `reason_missing`, `move_area_unknown`, `not_found`.
    """
    require(actor, "family.move")
    why = with_reason(reason)
    if level_of(new_area) is not Level.VILLAGE:
        raise Problem("move_area_unknown")
    with transaction.atomic(), named_errors(), connection.cursor() as cursor:
        cursor.execute("SELECT berdaya_move_root('household', %s, %s)", [household_id, new_area])
        old_area = int(cursor.fetchone()[0])
        for area in dict.fromkeys((old_area, new_area)):
            record(
                actor=actor,
                name="people.household_moved",
                subject_kind="household",
                subject_id=household_id,
                area=area,
                reason=why,
                old_area=old_area,
                new_area=new_area,
            )
    return old_area
