"""Consent (persetujuan): read aloud in the family's own language, signed or thumbed, a copy left; and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Consent, Household

PURPOSES = ("programme", "research", "publication")
"""Taking part with one's data in programmes; being asked for comparison; being shown in public."""


@dataclass(frozen=True, slots=True)
class NewConsent:
    """One consent of a family. A thumbprint wants a witness; ``language`` is the one it was read in."""

    household_id: UUID
    purpose: str
    given_on: date
    method: Literal["signature", "thumbprint", "spoken"]
    language: str
    read_by: str
    witness: str = ""
    copy_left: bool = False


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
    fresh = {
        (one.household_id, one.purpose): one
        for one in consents
        if one.household_id in areas and (one.household_id, one.purpose) not in standing
    }
    create(
        Consent(
            id=stable_id("consent", one.household_id, one.purpose, one.given_on.isoformat()),
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
        )
        for one in fresh.values()
    )
    if fresh:
        record(actor=actor, name="people.consent_given", subject_kind="household", count=len(fresh))
    return len(fresh)


@transaction.atomic
def withdraw_consent(*, actor: Actor, household_id: UUID, purpose: str, on: date) -> None:
    """A family takes its consent back. Raises ``not_found`` where none stands."""
    require(actor, "consent.record")
    changed = Consent.objects.filter(household_id=household_id, purpose=purpose, withdrawn_on=None).update(
        withdrawn_on=on
    )
    if not changed:
        raise Problem("not_found")
    record(actor=actor, name="people.consent_withdrawn", subject_kind="household", subject_id=household_id)
