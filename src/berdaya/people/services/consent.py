"""Consent (persetujuan): read aloud in the family's own language, signed or thumbed, a copy left; and withdrawn.

An office may put its own wording of a language in the place of the shipped one; a second person who speaks it agrees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.consent_texts import PURPOSES, Wording, language_of, languages, shipped_wording
from berdaya.people.models import Consent, ConsentWording, Household

MOST_SENTENCES = 12
LONGEST = 400


@dataclass(frozen=True, slots=True)
class NewConsent:
    """One consent of a family. A thumbprint wants a witness; ``language`` is the one it was read in.

    ``text_sha256`` names the wording; empty takes the one that stands for language and purpose.
    """

    household_id: UUID
    purpose: str
    given_on: date
    method: Literal["signature", "thumbprint", "spoken"]
    language: str
    read_by: str
    witness: str = ""
    copy_left: bool = False
    text_sha256: str = ""


@transaction.atomic
def record_consents_many(*, actor: Actor, consents: Sequence[NewConsent]) -> int:
    """Write down consents; one of a purpose stands at a time, and where it stands, it stays. Returns the new.

    Families outside the scope are left out. Raises ``consent_bad`` for a thumbprint or spoken word without a witness,
    or without who read it and in which language.
    """
    require(actor, "consent.record")
    for one in consents:
        if one.purpose not in PURPOSES or not one.language.strip() or not one.read_by.strip():
            raise Problem("consent_bad")
        if one.method != "signature" and not one.witness.strip():
            raise Problem("consent_bad")
    wanted = [one.household_id for one in consents]
    areas = dict(Household.objects.filter(pk__in=wanted).values_list("id", "area"))
    standing = set(
        Consent.objects.filter(household_id__in=wanted, withdrawn_on=None).values_list("household_id", "purpose")
    )
    texts = wordings(actor=actor)
    fresh = {
        (one.household_id, one.purpose): one
        for one in consents
        if one.household_id in areas and (one.household_id, one.purpose) not in standing
    }
    before = Counter(Consent.objects.filter(household_id__in=wanted).values_list("household_id", "purpose"))
    create(
        Consent(
            id=stable_id(
                "consent",
                one.household_id,
                one.purpose,
                one.given_on.isoformat(),
                *((before[one.household_id, one.purpose],) if before[one.household_id, one.purpose] else ()),
            ),
            area=areas[one.household_id],
            household_id=one.household_id,
            purpose=one.purpose,
            given_on=one.given_on,
            method=one.method,
            language=one.language.strip()[:40],
            read_by=one.read_by.strip()[:120],
            witness=one.witness.strip()[:120],
            copy_left=one.copy_left,
            recorded_by=actor.account_id,
            text_sha256=one.text_sha256 or _read(texts, one).sha256,
        )
        for one in fresh.values()
    )
    if fresh:
        record(actor=actor, name="people.consent_given", subject_kind="household", count=len(fresh))
    return len(fresh)


def _read(texts: Mapping[tuple[str, str], Wording], one: NewConsent) -> Wording:
    code = language_of(one.language)
    return texts.get((code, one.purpose)) or shipped_wording(code, one.purpose)


@transaction.atomic
def withdraw_consent(*, actor: Actor, household_id: UUID, purpose: str, on: date, reason: str = "") -> tuple[str, ...]:
    """A family takes its consent back; answers the purposes that ended. No reason is needed.

    Without the consent to take part, the others end with it. Raises ``not_found`` where none stands, ``consent_early``
    before the day on which it was given.
    """
    require(actor, "consent.record")
    standing = Consent.objects.select_for_update().filter(household_id=household_id, withdrawn_on=None)
    given = dict(standing.values_list("purpose", "given_on"))
    if purpose not in given:
        raise Problem("not_found")
    ended = tuple(sorted(given)) if purpose == "programme" else (purpose,)
    if any(on < given[name] for name in ended):
        raise Problem("consent_early")
    standing.filter(purpose__in=ended).update(
        withdrawn_on=on, withdrawn_reason=reason.strip()[:200], withdrawn_by=actor.account_id
    )
    record(
        actor=actor, name="people.consent_withdrawn", subject_kind="household", subject_id=household_id,
        purposes=", ".join(ended),
    )  # fmt: skip
    return ended


def wordings(*, actor: Actor) -> dict[tuple[str, str], Wording]:
    """(language, purpose) -> the wording that stands in the actor's office: its own, where two people agreed on one."""
    found = {
        (language.code, purpose): shipped_wording(language.code, purpose)
        for language in languages()
        for purpose in PURPOSES
    }
    own = ConsentWording.objects.filter(office_id=actor.office or 0, checked_by__isnull=False).order_by("number")
    for row in own:
        found[row.language, row.purpose] = Wording(row.language, row.purpose, tuple(row.sentences), True, row.number)
    return found


@transaction.atomic
def write_wording(*, actor: Actor, language: str, purpose: str, sentences: Sequence[str], area: int, on: date) -> UUID:
    """Propose the office's own wording, one sentence each; it is read aloud once somebody else agrees.

    Raises ``wording_bad`` for an unknown language or purpose, nothing written, or more than twelve sentences of 400
    letters.
    """
    require(actor, "consent.record")
    said = [sentence.strip() for sentence in sentences if sentence.strip()]
    known = language in {item.code for item in languages()} and purpose in PURPOSES
    if not known or not said or len(said) > MOST_SENTENCES or max(map(len, said)) > LONGEST or not actor.office:
        raise Problem("wording_bad")
    last = (
        ConsentWording.objects.filter(office_id=actor.office, language=language, purpose=purpose)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    made = ConsentWording.objects.create(
        id=new_id(),
        area=area,
        office_id=actor.office,
        language=language,
        purpose=purpose,
        number=(last or 0) + 1,
        sentences=said,
        written_by=actor.account_id or 0,
        written_on=on,
    )
    record(
        actor=actor, name="people.wording_written", subject_kind="consent_wording", subject_id=made.pk,
        language=language, purpose=purpose,
    )  # fmt: skip
    return made.pk


@transaction.atomic
def check_wording(*, actor: Actor, wording_id: UUID, on: date) -> None:
    """The second person vouches for the wording; from now on it is the one that is read aloud.

    Raises ``not_found``, ``same_person``, ``already_decided``.
    """
    require(actor, "consent.check")
    row = ConsentWording.objects.select_for_update().filter(pk=wording_id, office_id=actor.office or 0).first()
    if row is None:
        raise Problem("not_found")
    if row.checked_by is not None:
        raise Problem("already_decided")
    if row.written_by == actor.account_id:
        raise Problem("same_person")
    row.checked_by, row.checked_on = actor.account_id, on
    row.save(update_fields=["checked_by", "checked_on"])
    record(actor=actor, name="people.wording_checked", subject_kind="consent_wording", subject_id=row.pk)
