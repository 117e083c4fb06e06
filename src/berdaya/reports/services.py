"""The report of a programme, made once per day from frozen figures: PDF and XLSX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.documents.services import issue_document
from berdaya.documents.types import DocumentDraft, DocumentInfo, ReportBody, Signatory
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Programme
from berdaya.reports.models import ProgrammeSnapshot
from berdaya.reports.narrative import blocks, workbook
from berdaya.reports.selectors import programme_figures
from berdaya.reports.types import ProgrammeFigures

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Report:
    """What was made: the letter, and the file of the workbook."""

    document_id: UUID
    workbook_id: UUID


@transaction.atomic
def make_report(*, actor: Actor, code: str, as_of: date, signer: Signatory) -> Report:
    """Freeze the figures of a programme at ``as_of``, and make its report; the same day again answers the same one.

    Raises ``not_allowed``, ``not_found``, and what issuing a document raises.
    """
    require(actor, "report.make")
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise Problem("not_found")
    known = ProgrammeSnapshot.objects.filter(programme=programme, as_of=as_of).first()
    if known is not None and known.body.get("report"):
        return Report(UUID(known.body["report"]), UUID(known.body["workbook"]))
    figures = programme_figures(actor=actor, code=code, as_of=as_of)
    document = _letter(actor, programme, figures, signer)
    sheet = _sheet(actor, programme, figures)
    ProgrammeSnapshot.objects.update_or_create(
        programme=programme,
        as_of=as_of,
        defaults={
            "area": programme.area,
            "office_id": programme.office_id,
            "body": {**figures.frozen(), "report": str(document.id), "workbook": str(sheet)},
        },
    )
    record(actor=actor, name="report.made", subject_kind="programme", subject_id=programme.pk, as_of=str(as_of))
    return Report(document.id, sheet)


def _letter(actor: Actor, programme: Programme, figures: ProgrammeFigures, signer: Signatory) -> DocumentInfo:
    return issue_document(
        actor=actor,
        draft=DocumentDraft(
            id=stable_id(programme.code, "report", figures.as_of),
            title=f"Laporan {programme.name}",
            body=ReportBody(
                title=f"Laporan {programme.name}",
                as_of=figures.as_of,
                blocks=blocks(figures),
            ),
            signer=signer,
            occurred_on=figures.as_of,
            area=programme.area,
            office=programme.office_id,
            synthetic=programme.synthetic,
            programme_code=programme.code,
            subject_kind="programme",
            subject_id=programme.pk,
        ),
    )


def _sheet(actor: Actor, programme: Programme, figures: ProgrammeFigures) -> UUID:
    return store_file(
        actor=actor,
        draft=FileDraft(
            area=programme.area,
            office=programme.office_id,
            name=f"laporan-{programme.code}-{figures.as_of}.xlsx",
            media_type=XLSX,
            purpose="report",
            content=workbook(figures),
        ),
    )
