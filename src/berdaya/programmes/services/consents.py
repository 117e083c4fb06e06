"""What a consent that is taken back, or given anew, does to the candidacies of a family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.models import Candidate, Programme
from berdaya.programmes.services.eligibility import judge_again, lookup


@dataclass(frozen=True, slots=True)
class Touched:
    """A candidacy of the family: its programme and the state before and after. A decreed one waits for people."""

    candidate_id: UUID
    programme_code: str
    before: str
    after: str


@transaction.atomic
def consent_changed(*, actor: Actor, household_id: UUID, on: date) -> tuple[Touched, ...]:
    """Look the family's candidacies in the actor's office up once more and judge them again, all at once.

    A family that took its consent back is excluded at once wherever no decree names it; the place it held goes to the
    waiting list with the next decree. One that gave it anew comes back to where the other rules leave it. Candidacies
    of other offices see it at their next screening, decree and handover.
    """
    require(actor, "consent.record")
    rows = Candidate.objects.filter(household_id=household_id, duplicate_of=None, replaced_on=None)
    mine = list(rows.filter(office_id=actor.office or 0).order_by("programme__code").values_list("pk", "programme_id"))
    touched = []
    for pk, programme_id in mine:
        programme = Programme.objects.select_for_update().get(pk=programme_id)
        candidate = Candidate.objects.get(pk=pk)
        before = candidate.state
        if candidate.decreed_on is None and candidate.verdict:
            found = lookup(programme.pk, on).get(pk)
            Candidate.objects.filter(pk=pk).update(screening=found)
            version = programme.versions.order_by("-number")[:1].get()
            judge_again(version, parse_config(version.config), Candidate.objects.filter(pk=pk), on)
            candidate.refresh_from_db()
        touched.append(Touched(pk, programme.code, before, candidate.state))
    if touched:
        record(
            actor=actor, name="candidates.consent_changed", subject_kind="household", subject_id=household_id,
            candidacies=len(touched), changed=sum(item.before != item.after for item in touched),
        )  # fmt: skip
    return tuple(touched)
