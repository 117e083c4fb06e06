"""Filling in an instrument about a family, a business or a group; who has no assessment yet; the form on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from berdaya.access.permissions import can, require
from berdaya.enterprises.catalogue import Named
from berdaya.enterprises.models import Enterprise
from berdaya.forms import selectors as forms
from berdaya.forms.models import Response
from berdaya.forms.services import ANSWERING, record_responses_many
from berdaya.forms.types import Answers, Instrument, Question
from berdaya.forms.values import InstrumentLine, NewResponse, ResponseLine
from berdaya.groups.models import Group, Membership
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Household, Person
from berdaya.process.overview.common import Page, found, head_names, page_of, places, staff_only, within
from berdaya.programmes.models import Candidate, Programme
from berdaya.programmes.states import CandidateState
from berdaya.training.catalogue import catalogue_of
from berdaya.training.inputs import ASSESSMENT
from berdaya.training.shipped import OfficeCatalogue, Part

READING = {"household": "family.read", "enterprise": "business.read", "group": "group.read"}
OUT = {
    CandidateState.DUPLICATE.value, CandidateState.EXCLUDED.value, CandidateState.INELIGIBLE.value,
    CandidateState.REFUSED_VERIFICATION.value,
}  # fmt: skip
"""Candidates who have left the way: nobody asks them for an assessment."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an instrument is about: a family, a business or a group."""

    kind: str
    id: UUID
    area: int
    name: str
    place: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class FillView:
    """The page of one instrument and one subject: the questions, what they can be answered with, earlier answers."""

    line: InstrumentLine
    subject: Judged
    choices: Mapping[str, tuple[Named, ...]]
    earlier: tuple[ResponseLine, ...]
    may_fill: bool


def subject_of(*, actor: Actor, kind: str, subject_id: UUID) -> Judged:
    """The family, business or group of an id. Raises `not_found`, `not_allowed`."""
    require(actor, READING.get(kind, "family.read"))
    if kind == "household":
        home = found(Household.objects.filter(pk=subject_id, merged_into=None).first())
        name, area, synthetic = head_names([home.pk]).get(home.pk, ""), home.area, home.synthetic
    elif kind == "enterprise":
        business = found(Enterprise.objects.filter(pk=subject_id).first())
        name, area, synthetic = business.name, business.area, business.synthetic
    elif kind == "group":
        group = found(Group.objects.filter(pk=subject_id).first())
        name, area, synthetic = group.name, group.area, group.synthetic
    else:
        raise Problem("not_found")
    return Judged(kind, subject_id, area, name, places([area]).get(area, ""), synthetic)


def fill_view(*, actor: Actor, code: str, subject_id: UUID) -> FillView:
    """An instrument in its newest version, ready to be filled in about one subject."""
    line = forms.instrument(actor, code)
    subject = subject_of(actor=actor, kind=line.instrument.subject, subject_id=subject_id)
    choices = choices_of(line.instrument, catalogue_of(actor.office))
    earlier = tuple(forms.responses_of(actor, subject_id, code=code))
    fills = bool(actor.office) and any(can(actor, permission) for permission in ANSWERING)
    return FillView(line, subject, choices, earlier, fills)


def choices_of(instrument: Instrument, listed: OfficeCatalogue) -> dict[str, tuple[Named, ...]]:
    """What questions with several codes can be answered with, by question, in the order of names."""
    parts = {"kinds": Part.KIND, "skills": Part.SKILL, "resources": Part.RESOURCE}
    found_: dict[str, tuple[Named, ...]] = {}
    for question in instrument.questions:
        part = parts.get(question.source)
        if part is not None:
            offered = [item for code, item in listed.offered(part).items() if code != "unspecified"]
            found_[question.code] = tuple(sorted(offered, key=lambda item: item.id))
    return found_


@transaction.atomic
def fill(
    *, actor: Actor, code: str, subject_id: UUID, answers: Answers, occurred_on: date, response_id: UUID | None = None,
    version: int | None = None,
) -> ResponseLine:  # fmt: skip
    """Record answers about one subject; the instrument computes the score. The same id again changes nothing.

    Raises `form_answer_unfit` and its siblings, `form_not_yet`, `training_code_unknown` for a code that stands in no
    catalogue, `not_found`, `not_allowed`.
    """
    line = forms.instrument(actor, code, version)
    subject = subject_of(actor=actor, kind=line.instrument.subject, subject_id=subject_id)
    listed = catalogue_of(actor.office)
    for question in line.instrument.questions:
        _known(question, answers.get(question.code), listed)
    row = NewResponse(line.id, subject_id, subject.area, occurred_on, answers, response_id or new_id())
    record_responses_many(actor=actor, rows=[row])
    return next(one for one in forms.responses_of(actor, subject_id, code=code) if one.id == row.id)


def _known(question: Question, answer: Any, listed: OfficeCatalogue) -> None:
    sources = {"kinds": listed.kinds, "skills": listed.skills, "resources": listed.resources}
    if question.source not in sources or not isinstance(answer, list | tuple):
        return
    unknown = sorted(set(map(str, answer)) - set(sources[question.source]))
    if unknown:
        raise Problem("training_code_unknown", what=question.label.id.lower(), code_text=", ".join(unknown))


# Who has been asked, and who has not


@dataclass(frozen=True)
class AssessFilter(ListFilter):
    """Whose assessment: of one ``programme``, ``state`` belum or sudah."""

    programme: str = ""
    state: str = ""


@dataclass(frozen=True)
class AssessRow:
    """One person of a programme; ``on`` is the day of the newest assessment of the family, None where there is none."""

    person_id: UUID
    household_id: UUID
    name: str
    place: str
    on: date | None
    band: str
    missing: int
    synthetic: bool


@dataclass(frozen=True)
class AssessView:
    """The page: how many are assessed, how ready they are, and the list."""

    page: Page[AssessRow]
    total: int
    done: int
    bands: tuple[tuple[str, str, int], ...]
    programmes: tuple[tuple[str, str], ...]
    programme: str
    instrument: Instrument | None


def programme_of(code: str) -> tuple[tuple[tuple[str, str], ...], Programme | None]:
    """Programmes to choose from, the newest first, and the one that was named (the newest without)."""
    rows = list(Programme.objects.order_by("-year", "code")[:50])
    chosen = next((row for row in rows if row.code == code), rows[0] if rows else None)
    return tuple((row.code, row.name) for row in rows), chosen


def people_of(programme: Programme) -> QuerySet[Person]:
    """Candidates and members of groups that are still on the way of a programme."""
    on_the_way = Candidate.objects.filter(programme=programme).exclude(state__in=OUT)
    members = Membership.objects.filter(group__in=on_the_way.values("group_id"), left_on=None)
    return Person.objects.filter(
        Q(pk__in=on_the_way.values("person_id")) | Q(pk__in=members.values("person_id")), merged_into=None
    )


def _responses() -> QuerySet[Response]:
    return Response.objects.filter(instrument__code=ASSESSMENT)


def assess_queryset(*, actor: Actor, filters: AssessFilter) -> QuerySet[Person]:
    """People of the filter by area and name."""
    staff_only(actor)
    require(actor, "family.read")
    _all, programme = programme_of(filters.programme)
    if programme is None:
        return Person.objects.none()
    asked = Exists(_responses().filter(subject_id=OuterRef("household_id")))
    rows = people_of(programme).filter(within(filters.area))
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    if filters.state in {"belum", "sudah"}:
        rows = rows.filter(asked if filters.state == "sudah" else ~asked)
    return rows.order_by("area", "name", "id")


def assess_rows(rows: Sequence[Person]) -> list[AssessRow]:
    """People with the newest assessment of their family; two queries whatever their number."""
    homes = [row.household_id for row in rows]
    newest = _responses().filter(subject_id__in=homes).order_by("subject_id", "-occurred_on", "-recorded_at")
    told = {
        home: (on, scores)
        for home, on, scores in newest.distinct("subject_id").values_list("subject_id", "occurred_on", "scores")
    }
    known = places(row.area for row in rows)
    made = []
    for row in rows:
        on, scores = told.get(row.household_id) or (None, {})
        made.append(
            AssessRow(
                row.pk, row.household_id, row.name, known.get(row.area, ""), on, scores.get("band") or "",
                len(scores.get("missing", ())), row.synthetic,
            )
        )  # fmt: skip
    return made


def assess_view(*, actor: Actor, filters: AssessFilter) -> AssessView:
    """Everything that the page shows."""
    queryset = assess_queryset(actor=actor, filters=filters)
    programmes, programme = programme_of(filters.programme)
    lines = [line for line in forms.instruments(actor) if line.instrument.code == ASSESSMENT]
    instrument = lines[0].instrument if lines else None
    page = page_of(queryset, filters)
    if programme is None:
        return AssessView(page.having([]), 0, 0, (), programmes, "", instrument)
    everybody = people_of(programme).filter(within(filters.area))
    newest = _responses().filter(subject_id__in=everybody.values("household_id"))
    newest = newest.order_by("subject_id", "-occurred_on", "-recorded_at").distinct("subject_id")
    counted = Counter(scores.get("band") or "" for scores in newest.values_list("scores", flat=True))
    named = [(b.code, b.label.id) for b in instrument.bands] if instrument else []
    asked = Exists(_responses().filter(subject_id=OuterRef("household_id")))
    return AssessView(
        page=page.having(assess_rows(list(page.rows))), total=everybody.count(), done=everybody.filter(asked).count(),
        bands=tuple((code, label, counted[code]) for code, label in (*named, ("", ""))), programmes=programmes,
        programme=programme.code, instrument=instrument,
    )  # fmt: skip
