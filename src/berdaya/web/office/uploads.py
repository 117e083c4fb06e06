"""Uploading a list into a programme, seeing what was refused and why, screening what was taken."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.files.selectors import file_info
from berdaya.intake.limits import LIMITS
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process import by_hand
from berdaya.process.imports import Imported
from berdaya.process.overview.programmes import programme_head
from berdaya.process.overview.uploads import RunRow, runs_of, take_list
from berdaya.web.components.parts import Crumb
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import import_words, imports
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page


@office_page("import.run")
def upload(request: OfficeRequest, code: str) -> HttpResponse:
    """The list of candidates or groups of one programme."""
    name, scheme = programme_head(actor=request.actor, code=code)
    problem: Problem | None = None
    done: Imported | None = None
    if request.method == "POST":
        try:
            if "pratinjau" in request.POST:
                return imports.start(request, kind="groups" if scheme == "group" else "candidates", programme=code)
            done = _take(request, code)
        except Problem as raised:
            problem = raised
    back = reverse("office:programme", args=[code])
    runs = runs_of(actor=request.actor, code=code)
    context = {
        "name": name,
        "code": code,
        "scheme": scheme,
        "done": done,
        "refused": import_words.reasons(done.refused) if done else [],
        "refused_picture": import_words.refused_picture(done.refused) if done else None,
        "problem_text": told(problem),
        "runs": _runs(runs),
        "may_screen": bool(runs),
        "crumbs": (Crumb(_("Program"), reverse("office:programmes")), Crumb(name, back), Crumb(_("Unggah daftar"))),
    }
    return render(request, "office/upload.html", context, status=problem.status if problem else 200)


def _take(request: OfficeRequest, code: str) -> Imported:
    file = request.FILES.get("berkas")
    if not isinstance(file, UploadedFile):
        raise Problem("file_empty", file="–")
    size = file.size or 0
    if size > LIMITS.file_bytes:
        raise Problem("file_too_large", file=file.name, megabytes=LIMITS.file_bytes // 1024**2)
    return take_list(
        actor=request.actor, code=code, content=file.read(), name=(file.name or "")[:160], language=fmt.language()
    )


def _runs(runs: tuple[RunRow, ...]) -> Table:
    rows = tuple(
        (
            Cell(run.file_name),
            Cell(fmt.moment(run.recorded_at)),
            Cell(fmt.number(run.rows_in)),
            Cell(fmt.number(run.rows_taken)),
            Cell(fmt.number(sum(run.refused.values()))),
            Cell(
                _("unduh salinan") if run.checked_copy_id else "",
                reverse("office:file", args=[run.checked_copy_id]) if run.checked_copy_id else "",
            ),
        )
        for run in runs
    )
    return Table(
        caption=_("Berkas yang sudah dibaca"),
        columns=(
            Column(_("Berkas")),
            Column(_("Waktu")),
            Column(_("Baris"), "right"),
            Column(_("Diterima"), "right"),
            Column(_("Ditolak"), "right"),
            Column(_("Salinan dengan alasan")),
        ),
        rows=rows,
        empty_title=_("Belum ada berkas"),
        empty_text=_("Berkas yang sama dua kali tidak mengubah apa-apa."),
    )


@require_POST
@office_page("candidate.screen")
def screen_list(request: OfficeRequest, code: str) -> HttpResponse:
    """Screen all candidates of the programme; the funnel then shows what fell out and why."""
    programme = by_hand.of_office(actor=request.actor, code=code)
    done = by_hand.judge(actor=request.actor, programme_id=programme, on=clock.today())
    messages.success(request, judged(done))
    return HttpResponseRedirect(reverse("office:programme", args=[code]))


def judged(done: by_hand.Judged) -> str:
    """What the screening found, as one sentence."""
    figures = {"passed": fmt.number(done.eligible), "total": fmt.number(done.total)}
    return _("%(passed)s dari %(total)s memenuhi syarat.") % figures


@office_page("import.run")
def file(request: OfficeRequest, file_id: UUID) -> HttpResponse:
    """The checked copy of an uploaded list, only where its row is visible; a download, never shown inline."""
    info = file_info(actor=request.actor, file=file_id)
    response = FileResponse(info.open(), as_attachment=True, filename=info.name, content_type=info.media_type)
    return cast(HttpResponse, response)
