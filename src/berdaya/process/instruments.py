"""The office's instruments: new versions with a question more or less, XLSForm out and in, the XForm of Collect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from berdaya.access.models import Office
from berdaya.access.permissions import require
from berdaya.forms import editing, rules, xlsform
from berdaya.forms import selectors as forms
from berdaya.forms.services import publish_instrument
from berdaya.forms.types import Instrument
from berdaya.forms.values import InstrumentLine
from berdaya.intake.files import Cell, read_workbook
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.assessing import choices_of
from berdaya.process.overview.common import staff_only
from berdaya.training.catalogue import catalogue_of

PERMISSION = "instrument.manage"
MOST_BYTES = 2 << 20
SUBJECTS = ("household", "enterprise", "group")


@dataclass(frozen=True, slots=True)
class InstrumentView:
    """One instrument: the version shown, the others, and what questions with codes can be answered with."""

    line: InstrumentLine
    versions: tuple[int, ...]


def instrument_list(*, actor: Actor) -> list[tuple[InstrumentLine, int]]:
    """The newest version of each instrument of the office, and how many versions there are."""
    staff_only(actor)
    found: dict[str, tuple[InstrumentLine, int]] = {}
    for line in forms.instruments(actor):
        first, count = found.get(line.instrument.code, (line, 0))
        found[line.instrument.code] = (first, count + 1)
    return list(found.values())


def instrument_view(*, actor: Actor, code: str, version: int | None = None) -> InstrumentView:
    """One instrument with all versions there are. Raises `not_found`."""
    line = forms.instrument(actor, code, version)
    versions = tuple(one.instrument.version for one in forms.instruments(actor) if one.instrument.code == code)
    return InstrumentView(line, versions)


def _publish(actor: Actor, body: Mapping[str, Any]) -> Instrument:
    require(actor, PERMISSION)
    if not actor.office:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    area = Office.objects.values_list("area", flat=True).get(pk=actor.office)
    publish_instrument(actor=actor, area=area, body=body)
    return rules.parse(body)


@transaction.atomic
def add_question(*, actor: Actor, code: str, question: editing.NewQuestion) -> Instrument:
    """Publish the next version with one question more. Raises `form_instrument_unreadable`, `not_found`."""
    require(actor, PERMISSION)
    try:
        body = editing.with_question(editing.body_of(forms.instrument(actor, code).instrument), question)
    except rules.InstrumentError as error:
        raise Problem("form_instrument_unreadable", detail=str(error)) from error
    return _publish(actor, body)


@transaction.atomic
def drop_question(*, actor: Actor, code: str, question: str) -> Instrument:
    """Publish the next version with one question less; answers to older versions keep theirs.

    Raises `not_found`, `form_instrument_unreadable`.
    """
    require(actor, PERMISSION)
    instrument = forms.instrument(actor, code).instrument
    if question not in {q.code for q in instrument.questions}:
        raise Problem("not_found")
    try:
        body = editing.without_question(editing.body_of(instrument), question)
    except rules.InstrumentError as error:
        raise Problem("form_instrument_unreadable", detail=str(error)) from error
    return _publish(actor, body)


def instrument_versions(*, actor: Actor) -> list[Instrument]:
    """Every version of every instrument of the office, by code, newest first."""
    return [line.instrument for line in forms.instruments(actor)]


def sheets_of(actor: Actor, instrument: Instrument) -> xlsform.Sheets:
    """An instrument as XLSForm rows, with what its codes stand for at the actor's office."""
    by_question = choices_of(instrument, catalogue_of(actor.office))
    by_source = {
        q.source: [(item.code, item.id, item.en) for item in by_question[q.code]]
        for q in instrument.questions
        if q.code in by_question
    }
    return xlsform.sheets_of(instrument, by_source)


def xlsform_of(*, actor: Actor, code: str, version: int | None = None) -> bytes:
    """An instrument as XLSForm workbook."""
    return xlsform.to_xlsx(sheets_of(actor, forms.instrument(actor, code, version).instrument))


def read_xlsform(*, actor: Actor, content: bytes, name: str, subject: str = "") -> tuple[Instrument, tuple[str, ...]]:
    """Publish an XLSForm as the next version of the instrument that its `form_id` names, or as a new one.

    What is the same as the newest version is not published again. Answers the instrument and what was left behind.
    Raises `form_xlsform_unreadable`, `file_too_large` and what reading a file raises.
    """
    require(actor, PERMISSION)
    if len(content) > MOST_BYTES:
        raise Problem("file_too_large", file=name, megabytes=MOST_BYTES >> 20)
    sheets = _rows(read_workbook(content, name).sheets)
    try:
        found = xlsform.read(sheets)
        body = dict(found.body)
        if subject and "berdaya_meta" not in sheets:
            body["subject"] = subject
        if body["subject"] not in SUBJECTS:
            raise rules.InstrumentError(f"berdaya_meta: subject {body['subject']}")
        # The grammar of ODK finds what ours does not look for: names that are no XML, references to nothing.
        xlsform.to_xform(sheets_of(actor, rules.parse(body)))
    except rules.InstrumentError as error:
        raise Problem("form_xlsform_unreadable", detail=str(error)) from error
    known = [one.instrument for one in forms.instruments(actor) if one.instrument.code == body["code"]]
    if known:
        body["version"] = known[0].version
        if rules.parse(body) == known[0]:
            return known[0], found.left
        body["version"] = known[0].version + 1
    with transaction.atomic():
        return _publish(actor, body), found.left


def _rows(sheets: Mapping[str, list[list[Cell]]]) -> xlsform.Sheets:
    found: xlsform.Sheets = {}
    for name, rows in sheets.items():
        if not rows:
            continue
        head = [str(cell or "").strip() for cell in rows[0]]
        found[name.strip().lower()] = [
            {key: _text(cell) for key, cell in zip(head, row, strict=False) if key and _text(cell)}
            for row in rows[1:]
            if any(_text(cell) for cell in row)
        ]
    return found


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
