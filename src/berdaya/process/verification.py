"""Home visits: given out as tasks, recorded with photo, position, the family's own words and its consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import can, require
from berdaya.files.services import store_photo
from berdaya.files.types import FileDraft
from berdaya.intake.files import read_workbook
from berdaya.intake.rows import read_verification
from berdaya.intake.types import VerificationRow
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.services.consent import NewConsent, record_consents_many
from berdaya.programmes import services
from berdaya.programmes.models import Candidate, Verification
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.programmes.values import NewVerification, Verified
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

TASK = "home_visit"


@transaction.atomic
def assign_visits(*, actor: Actor, programme_id: UUID, due_on: date, account_id: int | None = None) -> int:
    """A task for each home that nobody has visited, for the verifiers (TKSK) of its area; returns the open ones.

    Homes that have a task keep it. Raises ``bad_state`` where nobody waits for a visit.
    """
    programme, _, _ = open_programme(actor, programme_id, "task.manage")
    visited = Verification.objects.filter(candidate__programme=programme).values("candidate_id")
    rows = Candidate.objects.filter(programme=programme, state=CandidateState.ELIGIBLE.value).exclude(pk__in=visited)
    waiting = list(rows.select_related("person", "group").order_by("list_no"))
    if not waiting:
        raise Problem("bad_state", state="visited")
    made = tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"{TASK}:{row.pk}",
                kind=TASK,
                title=f"Kunjungi calon nomor {row.ref}",
                area=row.area,
                office_id=programme.office_id,
                owner_role="verifier",
                owner_account_id=account_id,
                raised_on=clock.today(),
                due_on=due_on,
                programme_code=programme.code,
                household_id=row.household_id,
                group_id=row.group_id,
                params={"candidate": str(row.pk), "ref": row.ref},
            )
            for row in waiting
        ],
    )
    return len(made)


@dataclass(frozen=True, slots=True)
class Visit:
    """One home visit as it was made; photo is the file's content, consent what was read aloud and signed."""

    found: NewVerification
    photo: bytes = b""
    consent: NewConsent | None = None


@transaction.atomic
def record_visit(*, actor: Actor, candidate_id: UUID, visit: Visit) -> None:
    """Write a visit down with its photo and consent, and end its task. The same visit again changes nothing.

    Raises ``not_found``, ``bad_state`` where this candidate awaits none, and what photos and consents raise.
    """
    candidate = Candidate.objects.filter(pk=candidate_id, ref=visit.found.ref).first()
    if candidate is None:
        raise Problem("not_found")
    found = visit.found
    if visit.photo:
        draft = FileDraft(
            visit.photo, "image/jpeg", f"rumah-{candidate.ref}.jpg", "home_photo", candidate.area, candidate.office_id
        )
        require(actor, "verification.record")
        found = replace(found, photo_id=store_photo(actor=actor, draft=draft))
    done = services.record_verification_many(actor=actor, programme_id=candidate.programme_id, rows=[found])
    if done.skipped:
        raise Problem("bad_state", state=candidate.state)
    if visit.consent is not None and can(actor, "consent.record"):
        record_consents_many(actor=actor, consents=[visit.consent])
    tasks.finish_many(actor=actor, causes=[f"{TASK}:{candidate.pk}"], outcome=found.result)


@transaction.atomic
def attach_photo(*, actor: Actor, verification_id: UUID, file: UUID) -> None:
    """The photo of a house that came after its visit; the first one stays. Raises ``not_allowed``."""
    require(actor, "verification.record")
    fetch("SELECT programmes_house_photo(%s, %s)", [verification_id, file])


def verification_of(row: VerificationRow, *, own_words: str = "") -> NewVerification:
    """A row of ``verification.csv`` as a visit with its meeting."""
    return NewVerification(
        ref=row.ref,
        visited_on=row.date,
        verifier=row.verifier,
        result=row.result,  # type: ignore[arg-type]
        meeting_on=row.meeting_date,
        meeting_decision=row.meeting_decision,  # type: ignore[arg-type]
        note=row.note,
        own_words=own_words,
    )


@transaction.atomic
def read_results(*, actor: Actor, programme_id: UUID, content: bytes, name: str) -> tuple[Verified, Mapping[str, int]]:
    """Results of many visits from one sheet (``verification.csv``), as a folder brings them; broken rows by reason.

    Raises what reading raises: a file that is no sheet, too large, without its columns.
    """
    require(actor, "verification.record")
    read = read_verification(read_workbook(content, name), as_of=clock.today())
    rows = [verification_of(row) for row in read.rows]
    done = services.record_verification_many(actor=actor, programme_id=programme_id, rows=rows)
    seen = Candidate.objects.filter(programme=programme_id, ref__in=[row.ref for row in rows])
    causes = [f"{TASK}:{pk}" for pk in seen.values_list("pk", flat=True)]
    tasks.finish_many(actor=actor, causes=causes, outcome="lembar hasil verifikasi")
    return done, read.refused
