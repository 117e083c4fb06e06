"""Consent of families (persetujuan): given, taken back with all that follows from it, and its sheets of paper."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.access.models import Office
from berdaya.access.permissions import require
from berdaya.areas.selectors import paths
from berdaya.documents.papers import paper
from berdaya.documents.wording import long_date
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.services import stop_showing
from berdaya.people.consent_texts import OFFICIAL, PURPOSES, Wording, language_of, languages, local_language
from berdaya.people.models import Consent, ConsentWording, Household
from berdaya.people.services.consent import (
    NewConsent,
    check_wording,
    record_consents_many,
    withdraw_consent,
    wordings,
    write_wording,
)
from berdaya.process.overview.common import head_names, within
from berdaya.programmes.models import Candidate
from berdaya.programmes.services import consent_changed
from berdaya.programmes.services.consents import Touched
from berdaya.programmes.states import CandidateState
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

TASK = "consent_withdrawn"
DAYS_TO_ACT = 3
"""Days until nothing is done with the data any more: 3 x 24 hours (UU 27/2022)."""
MOST_SHEETS = 200
TITLES: Mapping[str, str] = {
    "programme": "Ikut program dengan data keluarga",
    "research": "Ditanya lagi untuk perbandingan",
    "publication": "Tampil di pasar umum",
}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What followed: purposes that ended, shops and products taken down, candidacies, groups, the office's task."""

    purposes: tuple[str, ...]
    shops: int
    products: int
    touched: tuple[Touched, ...]
    groups: int
    task: UUID


@transaction.atomic
def give(*, actor: Actor, consent: NewConsent) -> int:
    """Record one consent; a family that had taken it back is judged again where it is a candidate. 0 where it stood.

    Raises ``entry_needed``.
    """
    if consent.given_on > clock.today():
        raise Problem("entry_needed", field="tanggal")
    given = record_consents_many(actor=actor, consents=[consent])
    if given and consent.purpose == "programme":
        consent_changed(actor=actor, household_id=consent.household_id, on=clock.today())
    return given


@transaction.atomic
def withdraw(*, actor: Actor, household_id: UUID, purpose: str, on: date, reason: str = "") -> Withdrawal:
    """A family takes its consent back, and everything that follows at once does: one transaction.

    Its shop leaves the public catalogue, open candidacies are excluded, and the office gets a task of three days for
    what people must do (decrees in force, groups, papers, other offices). Raises ``entry_needed`` for a day to
    come, ``not_found`` where none stands, ``consent_early``.
    """
    if on > clock.today():
        raise Problem("entry_needed", field="tanggal")
    home = Household.objects.filter(pk=household_id).first()
    if home is None:
        raise Problem("not_found")
    ended = withdraw_consent(actor=actor, household_id=household_id, purpose=purpose, on=on, reason=reason)
    shops = products = 0
    if "publication" in ended or "programme" in ended:
        shops, products = stop_showing(actor=actor, households=[household_id], reason="persetujuan ditarik")
    touched: tuple[Touched, ...] = ()
    if "programme" in ended:
        touched = consent_changed(actor=actor, household_id=household_id, on=clock.today())
    groups = Membership.objects.filter(household=household_id, left_on=None).values("group").distinct().count()
    name = head_names([household_id]).get(household_id, "")
    decreed = [item for item in touched if item.after == CandidateState.DECREED]
    made = tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"{TASK}:{household_id}:{purpose}",
                kind=TASK,
                title=f"Tindak lanjuti penarikan persetujuan {name}"[:240],
                area=home.area,
                office_id=actor.office or 0,
                owner_role="operator",
                raised_on=clock.today(),
                due_on=max(clock.today(), on + timedelta(days=DAYS_TO_ACT)),
                programme_code=touched[0].programme_code if touched else "",
                household_id=household_id,
                params={
                    "purposes": list(ended), "shops": shops, "products": products, "groups": groups,
                    "decreed": len(decreed),
                },
            )
        ],
    )  # fmt: skip
    return Withdrawal(ended, shops, products, touched, groups, next(iter(made.values())))


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent as it was given and, perhaps, taken back."""

    purpose: str
    given_on: date
    method: str
    language: str
    read_by: str
    witness: str
    copy_left: bool
    withdrawn_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A family's consents, newest first; ``language`` is what is offered first where it lives."""

    household_id: UUID
    name: str
    place: str
    rows: tuple[ConsentRow, ...]
    language: str
    candidacies: int
    office: str

    @property
    def standing(self) -> Mapping[str, ConsentRow]:
        """Purpose -> the consent that stands."""
        return {row.purpose: row for row in self.rows if row.withdrawn_on is None}


def consents_of(*, actor: Actor, household_id: UUID) -> ConsentView:
    """The page of one family's consents. Raises ``not_found`` outside the area."""
    require(actor, "family.read")
    home = Household.objects.filter(pk=household_id).first()
    if home is None or actor.kind != "staff":
        raise Problem("not_found")
    rows = Consent.objects.filter(household=home).order_by("-given_on", "-recorded_at")
    return ConsentView(
        home.pk,
        head_names([home.pk]).get(home.pk, ""),
        paths([home.area]).get(home.area, ""),
        tuple(
            ConsentRow(
                row.purpose, row.given_on, row.method, row.language, row.read_by, row.witness, bool(row.copy_left),
                row.withdrawn_on, row.withdrawn_reason,
            )
            for row in rows
        ),
        local_language(home.area),
        Candidate.objects.filter(household=home, replaced_on=None).count(),
        office_name(actor),
    )  # fmt: skip


def family_sheet(*, actor: Actor, household_id: UUID, language: str, purposes: Sequence[str] = ("programme",)) -> bytes:
    """The sheet of one family, two copies: filled in where a consent stands, blank where none does.

    Raises ``not_found``.
    """
    require(actor, "consent.record")
    home = Household.objects.filter(pk=household_id).first()
    if home is None:
        raise Problem("not_found")
    standing = Consent.objects.filter(household=home, purpose=purposes[0], withdrawn_on=None).first()
    facts: dict[str, Any] = {}
    if standing is not None:
        facts = {
            "method": standing.method, "read_by": standing.read_by, "witness": standing.witness,
            "language": standing.language, "on": long_date(standing.given_on),
        }  # fmt: skip
    return _sheets(actor, [(home, "", facts)], language, purposes)


def visit_sheets(*, actor: Actor, programme_id: UUID, language: str = "", area: str = "") -> bytes:
    """Blank sheets for the homes that wait for a visit, by village; at most 200. Raises ``bad_state`` without any.

    ``language`` empty takes the language offered first in the first village.
    """
    require(actor, "consent.record")
    waiting = Candidate.objects.filter(programme=programme_id, state=CandidateState.ELIGIBLE.value)
    rows = waiting.exclude(household=None).filter(within(area))
    agreed = Consent.objects.filter(purpose="programme", withdrawn_on=None).values("household_id")
    chosen = list(
        rows.exclude(household_id__in=agreed).select_related("household").order_by("area", "list_no")[:MOST_SHEETS]
    )
    if not chosen:
        raise Problem("bad_state", state="visited")
    homes: list[tuple[Household, str, dict[str, Any]]] = [
        (row.household, row.ref, {}) for row in chosen if row.household is not None
    ]
    return _sheets(actor, homes, language or local_language(chosen[0].area), ("programme",))


def _sheets(
    actor: Actor, homes: Sequence[tuple[Household, str, dict[str, Any]]], language: str, purposes: Sequence[str]
) -> bytes:
    code = language_of(language) or OFFICIAL
    stand = wordings(actor=actor)
    office = office_name(actor)
    names = head_names([home.pk for home, _, _ in homes])
    places = paths({home.area for home, _, _ in homes}, short=True)
    chosen = [(purpose, stand[code, purpose]) for purpose in purposes if purpose in PURPOSES]
    seal = hashlib.sha256("\n".join(wording.sha256 for _, wording in chosen).encode()).hexdigest()[:16]
    return paper("consent", {
        "title": "Lembar persetujuan", "office": office, "seal": seal,
        "demo": any(home.synthetic for home, _, _ in homes),
        "language": next(item.name for item in languages() if item.code == code),
        "checked": all(wording.checked for _, wording in chosen),
        "parts": [_part(purpose, wording, stand[OFFICIAL, purpose], office) for purpose, wording in chosen],
        "rows": [
            {
                "name": names.get(home.pk, ""), "address": home.address, "place": places.get(home.area, ""),
                "ref": ref or "–", "facts": facts,
            }
            for home, ref, facts in homes
        ],
    })  # fmt: skip


def _part(purpose: str, local: Wording, official: Wording, office: str) -> dict[str, Any]:
    return {
        "title": TITLES[purpose], "local": local.read_by(office), "official": official.read_by(office),
        "same": local.language == OFFICIAL,
    }  # fmt: skip


def office_name(actor: Actor) -> str:
    """Name of the actor's office, as it stands in what is read aloud."""
    row = Office.objects.filter(pk=actor.office or 0).first()
    return row.name if row else "Dinas Sosial"


def waiting_wordings(*, actor: Actor, language: str) -> list[ConsentWording]:
    """Wordings of the actor's office in one language that wait for a second person, the oldest first."""
    require(actor, "family.read")
    rows = ConsentWording.objects.filter(office_id=actor.office or 0, language=language, checked_by=None)
    return list(rows.order_by("purpose", "number"))


def write(*, actor: Actor, language: str, purpose: str, sentences: Sequence[str]) -> UUID:
    """Propose the office's own wording today. Raises ``wording_bad``."""
    return write_wording(
        actor=actor, language=language, purpose=purpose, sentences=sentences,
        area=Office.objects.get(pk=actor.office or 0).area, on=clock.today(),
    )  # fmt: skip


def vouch(*, actor: Actor, wording_id: UUID) -> None:
    """The second person vouches for a wording today."""
    check_wording(actor=actor, wording_id=wording_id, on=clock.today())
