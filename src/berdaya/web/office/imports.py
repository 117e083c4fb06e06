"""Importing lists: the file or pasted cells, what its headings and places mean, the preview, progress, undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can, require
from berdaya.intake.jobs import set_second
from berdaya.intake.limits import LIMITS
from berdaya.intake.services import XLSX
from berdaya.intake.template import make_template
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process import import_jobs, import_work
from berdaya.process.overview.imports import (
    SHOWN_AT_ONCE,
    ImportRow,
    ImportView,
    import_view,
    imports_of,
    kinds_for,
    programmes_for,
    two_people,
    without_nik,
)
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import import_words
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page, way

REFRESH_SECONDS = 4
PASTED_CHARS = 4_000_000


def start(request: OfficeRequest, *, kind: str, programme: str) -> HttpResponseRedirect:
    """Take the uploaded file, or the pasted cells, and go to its page. Raises what starting an import raises."""
    pasted = request.POST.get("sel", "").strip("\r\n")
    file = request.FILES.get("berkas")
    if isinstance(file, UploadedFile):
        if (file.size or 0) > LIMITS.file_bytes:
            raise Problem("file_too_large", file=file.name, megabytes=LIMITS.file_bytes >> 20)
        content, name = file.read(), (file.name or "")[:160]
    elif pasted:
        content, name = pasted[:PASTED_CHARS].encode(), _("tempelan.tsv")
    else:
        raise Problem("file_empty", file="–")
    begun = import_jobs.start_import(
        actor=request.actor, kind=kind, content=content, name=name, programme=programme, language=fmt.language()
    )
    if begun.repeated:
        messages.info(request, _("Berkas ini sudah pernah diunggah; inilah impornya."))
    else:
        import_work.work_here(actor=request.actor, job_id=begun.job_id)
    return HttpResponseRedirect(reverse("office:import", args=[begun.job_id]))


@office_page("import.run", "import.confirm")
def imports(request: OfficeRequest) -> HttpResponse:
    """All imports of the office, and the form to begin one."""
    actor, problem = request.actor, None
    if request.method == "POST":
        try:
            if "dua" in request.POST:
                require(actor, import_jobs.CONFIRM)
                set_second(actor=actor, wanted=request.POST["dua"] == "ya")
                return HttpResponseRedirect(reverse("office:imports"))
            require(actor, "import.run")
            return start(request, kind=request.POST.get("jenis", ""), programme=request.POST.get("program", ""))
        except Problem as raised:
            problem = raised
    works = can(actor, "import.run")
    count, nameless = without_nik(actor=actor)
    context = {
        "kinds": kinds_for(actor=actor, language=fmt.language()) if works else (),
        "programmes": programmes_for(actor=actor),
        "chosen": request.POST.get("jenis", "candidates"),
        "problem_text": told(problem),
        "table": _table(imports_of(actor=actor, language=fmt.language())),
        "nameless": nameless,
        "nameless_count": count,
        "two": two_people(actor=actor),
        "may_rule": can(actor, import_jobs.CONFIRM),
        "crumbs": (),
    }
    return render(request, "office/imports.html", context, status=problem.status if problem else 200)


def _table(rows: tuple[ImportRow, ...]) -> Table:
    return Table(
        caption=_("Impor kantor ini"),
        columns=(
            Column(_("Berkas")),
            Column(_("Jenis")),
            Column(_("Waktu")),
            Column(_("Baris"), "right"),
            Column(_("Ditolak"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(row.file_name, reverse("office:import", args=[row.id]), row.programme),
                Cell(row.kind_name),
                Cell(fmt.moment(row.recorded_at)),
                Cell(fmt.number(row.rows_total)),
                Cell(fmt.number(row.refused)),
                Cell(badge=import_words.state_badge(row.state)),
            )
            for row in rows
        ),
        empty_title=_("Belum ada impor"),
        empty_text=_("Unggah daftar di atas; tidak ada yang tersimpan sebelum pratinjaunya disetujui."),
    )


@office_page("import.run")
def template(request: OfficeRequest, kind: str) -> HttpResponse:  # noqa: ARG001 - pages share one shape
    """The empty list of a kind, with drop-down lists."""
    response = HttpResponse(make_template(kind, language=fmt.language()), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="templat-{kind}.xlsx"'
    return response


@office_page("import.run", "import.confirm")
def import_(request: OfficeRequest, job_id: UUID) -> HttpResponse:
    """One import: whatever it waits for, its preview, its progress, what became of it."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _decide(request, job_id)
            return HttpResponseRedirect(reverse("office:import", args=[job_id]))
        except Problem as raised:
            problem = raised
    view = import_view(
        actor=request.actor, job_id=job_id, language=fmt.language(), with_hanging="terpakai" in request.GET
    )
    response = render(request, "office/import.html", _context(view, problem), status=problem.status if problem else 200)
    if view.row.state in {"reading", "queued", "running", "undoing"}:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _decide(request: OfficeRequest, job_id: UUID) -> None:
    actor, sent = request.actor, request.POST
    act = sent.get("tindakan", "")
    if act == "judul":
        view = import_view(actor=actor, job_id=job_id, language=fmt.language())
        mapping = {row.title: sent.get(f"kolom-{at}", "") or "-" for at, row in enumerate(view.headings)}
        import_jobs.confirm_headings(actor=actor, job_id=job_id, mapping=mapping)
    elif act == "wilayah":
        view = import_view(actor=actor, job_id=job_id, language=fmt.language())
        answers = {
            one.written: int(sent[f"desa-{at}"])
            for at, one in enumerate(view.questions)
            if sent.get(f"desa-{at}", "").isdecimal()
        }
        import_jobs.answer_places(actor=actor, job_id=job_id, answers=answers)
    elif act == "setuju":
        import_jobs.confirm_import(actor=actor, job_id=job_id)
    elif act == "henti":
        import_jobs.stop_import(actor=actor, job_id=job_id)
    elif act == "lanjut":
        import_jobs.go_on(actor=actor, job_id=job_id)
    elif act == "buang":
        import_jobs.drop_import(actor=actor, job_id=job_id)
    elif act == "batal":
        import_jobs.ask_undo(actor=actor, job_id=job_id, reason=sent.get("alasan", ""))
    else:
        raise Problem("bad_state", state=act)
    if can(actor, "import.run"):
        import_work.work_here(actor=actor, job_id=job_id)


def _context(view: ImportView, problem: Problem | None) -> dict[str, Any]:
    row = view.row
    return {
        "view": view,
        "row": row,
        "badge": import_words.state_badge(row.state),
        "problem_text": told(problem),
        "failure": view.problem.get(fmt.language(), ""),
        "picture": _picture(view),
        "progress": _progress(view),
        "refused": import_words.reasons(view.refused),
        "refused_picture": import_words.refused_picture(view.refused),
        "warnings": import_words.reasons(view.warnings),
        "unknown": sum(not heading.field for heading in view.headings),
        "fields_changed": [
            (import_words.field_name(name.removeprefix("field:")), count)
            for name, count in sorted(view.counts.items(), key=lambda item: -item[1])
            if name.startswith("field:")
        ],
        "changes": _changes(view),
        "hanging": [
            (
                import_words.hanging(one.root, one.place),
                one.count,
                [(name, way(f"office:{page}", pk)) for name, page, pk in one.examples],
            )
            for one in view.hanging or ()
        ],
        "hanging_later": view.may_undo and view.hanging is None,
        "hanging_asked": view.row.rows_done > SHOWN_AT_ONCE and view.hanging is not None,
        "unknown_badge": Badge(_("belum dikenali"), "warn", "question"),
        "came_in": view.counts.get("new", 0) + view.counts.get("known", 0),
        "next_href": (way("office:steps", row.programme) if row.programme else way("office:families"))
        if row.state == "done"
        else "",
        "programme_href": way("office:programme", row.programme) if row.programme else "",
        "crumbs": (Crumb(_("Impor"), reverse("office:imports")), Crumb(row.file_name)),
    }


def _picture(view: ImportView) -> dict[str, Any] | None:
    """New, changed, identical, refused: one bar of all rows in four parts, with its finding and a note."""
    total = view.row.rows_total or sum(view.refused.values())
    if not total or view.row.state in {"reading", "mapping"}:
        return None
    new = view.counts.get("new", 0) + view.counts.get("known", 0)
    figures = [
        (_("Baru"), new, 2),
        (_("Berubah"), view.counts.get("changed", 0), 3),
        (_("Sama"), view.counts.get("identical", 0), 0),
        (_("Ditolak"), sum(view.refused.values()), 6),
    ]
    parts, at = [], 0.0
    for name, count, colour in figures:
        width = 100 * count / max(total, sum(figure[1] for figure in figures))
        text = f"{fmt.number(count)} · {fmt.percent(count / total)}" if count else fmt.number(0)
        parts.append({"name": name, "text": text, "colour": colour, "x": f"{at:.3f}%", "width": f"{width:.3f}%"})
        at += width
    done = view.row.state in {"done", "undoing", "undone"}
    return {
        "title": _("%(new)s dari %(total)s baris baru") % {"new": fmt.number(new), "total": fmt.number(total)},
        "parts": parts,
        "note": "" if done else _("Belum ada yang tersimpan."),
    }


def _progress(view: ImportView) -> Bars | None:
    row = view.row
    if row.state not in {"running", "queued", "stopped", "failed"} or not row.rows_total or not row.rows_done:
        return None
    share = row.rows_done / row.rows_total
    text = f"{fmt.number(row.rows_done)} / {fmt.number(row.rows_total)}"
    left = (
        "" if view.left is None else _("Sisa kira-kira %(minutes)s menit") % {"minutes": max(1, round(view.left / 60))}
    )
    return Bars(
        _("%(percent)s sudah ditulis") % {"percent": fmt.percent(share)}, (Bar(_("Ditulis"), share, text),), left
    )


def _changes(view: ImportView) -> Table | None:
    if not view.changes:
        return None
    rows = []
    for one in view.changes:
        for name, (old, new) in one["changes"].items():
            shown = (_("nomor tidak ditampilkan"), "") if name in {"nik", "kk"} else (old, new)
            rows.append(
                (
                    Cell(str(one["row"])),
                    Cell(str(one["name"]), way("office:family", UUID(str(one["household"])))),
                    Cell(import_words.field_name(name)),
                    Cell(_value(shown[0])),
                    Cell(_value(shown[1])),
                )
            )
    return Table(
        caption=_("Yang akan berubah, isian demi isian"),
        columns=(
            Column(_("Baris"), "right"), Column(_("Nama")), Column(_("Isian")), Column(_("Tercatat")),
            Column(_("Di daftar")),
        ),
        rows=tuple(rows),
        empty_title="",
        empty_text="",
    )  # fmt: skip


def _value(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return fmt.number(value) if isinstance(value, int) else str(value)
