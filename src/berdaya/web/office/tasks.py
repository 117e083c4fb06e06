"""Tasks: list, one task, completing it, opening it again."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.overview.tasks import TaskFilter, TaskRow
from berdaya.process.overview.tasks import task as task_of
from berdaya.process.overview.tasks import tasks as tasks_of
from berdaya.tasks.services import complete, reopen
from berdaya.web.components.parts import Badge, Crumb, Fact
from berdaya.web.components.tables import Cell, Control, Option, Picking
from berdaya.web.office import words
from berdaya.web.office.lists import Col, Labels, chips_of, kept, list_table, text_col
from berdaya.web.office.task_words import outcome, task_kind, task_title
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page, way


def _columns(*, done: bool) -> list[Col[TaskRow]]:
    columns = [
        Col(
            _("Tugas"),
            lambda row: Cell(_title(row), reverse("office:task", args=[row.id]), pick=str(row.id)),
            _title,
        ),
        Col(_("Tenggat"), lambda row: Cell(fmt.day_short(row.due_on), sub=_lateness(row)), lambda row: row.due_on),
        text_col(_("Pemilik"), lambda row: words.join((words.role(row.owner_role), row.owner))),
        text_col(_("Wilayah"), lambda row: row.place),
    ]
    if done:
        columns.append(
            Col(
                _("Selesai"),
                lambda row: Cell(fmt.day_short(row.done_on) if row.done_on else "", sub=outcome(row.outcome)),
                lambda row: row.done_on,
            )
        )
    return columns


def _title(row: TaskRow) -> str:
    return task_title(row.kind, row.title, row.params)


def _lateness(row: TaskRow) -> str:
    return _("lewat %(days)s hari") % {"days": row.late_days} if row.late_days else ""


@office_page("task.read")
def tasks(request: OfficeRequest) -> HttpResponse:
    """Tasks, the earliest date first."""
    filters = TaskFilter.parse(request.GET)
    page = tasks_of(actor=request.actor, filters=filters)
    labels: Labels = {
        "q": (_("Kata"), None),
        "area": (_("Wilayah"), None),
        "late": (_("Lewat tenggat"), None),
        "kind": (_("Jenis"), task_kind),
    }
    whose = (Option("", _("Tugas saya"), not filters.whose), Option("semua", _("Semua"), filters.whose == "semua"))
    state = (Option("", _("Terbuka"), not filters.state), Option("selesai", _("Selesai"), filters.state == "selesai"))
    context = {
        "title": _("Tugas"),
        "lead": _("Setiap tugas punya pemilik dan tenggat; yang paling dekat di atas."),
        "crumbs": (),
        "controls": (
            Control("q", _("Kata dalam judul"), "search", filters.q, width=20),
            Control("whose", _("Milik"), "select", options=whose),
            Control("state", _("Keadaan"), "select", options=state),
            *kept(filters, "late", "kind", "area"),
        ),
        "table": list_table(
            page,
            _columns(done=filters.state == "selesai"),
            filters,
            caption=_("Tugas"),
            noun=_("tugas"),
            chips=chips_of(filters, labels),
            empty=(_("Tidak ada tugas"), _("Tugas muncul dari peringatan, kunjungan yang terlambat, dan persetujuan.")),
            picking=_picking(filters, page.total) if filters.state != "selesai" else None,
        ),
    }
    return render(request, "office/list.html", context)


def _picking(filters: TaskFilter, total: int) -> Picking | None:
    """Ticks for who may hand tasks over."""
    address = way("office:tasks-hand-over")
    if not address:
        return None
    return Picking(
        "serahkan",
        "tugas",
        address,
        label=_("Serahkan yang ditandai"),
        counted=_("Serahkan {n} tugas yang ditandai"),
        every=_("Serahkan semua %(count)s tugas di daftar ini") % {"count": fmt.number(total)},
        every_href=f"{address}?{filters.query(page=1)}&semua=ya",
    )


@office_page("task.read")
def task(request: OfficeRequest, task_id: UUID) -> HttpResponse:
    """One task: completing it takes a sentence of what was done; opening it again takes the reason."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _changed(request, task_id)
        except Problem as raised:
            problem = raised
    row = task_of(actor=request.actor, task_id=task_id)
    hands_over = way("office:tasks-hand-over") if row.state == "open" else ""
    context = {
        "row": row,
        "title": _title(row),
        "facts": _facts(row),
        "open": row.state == "open" and can(request.actor, "task.complete"),
        "hand_over": f"{hands_over}?tugas={row.id}" if hands_over else "",
        "may_reopen": row.state == "done" and can(request.actor, "task.manage"),
        "problem": problem,
        "problem_text": told(problem),
        "outcome": request.POST.get("hasil", ""),
        "reason": request.POST.get("alasan", ""),
        "crumbs": (Crumb(_("Tugas"), reverse("office:tasks")), Crumb(_title(row))),
    }
    return render(request, "office/task.html", context, status=problem.status if problem else 200)


def _changed(request: OfficeRequest, task_id: UUID) -> HttpResponse:
    if request.POST.get("tindakan") == "buka":
        reopen(actor=request.actor, task_id=task_id, reason=request.POST.get("alasan", "")[:300])
        messages.success(request, _("Tugas terbuka lagi."))
        return HttpResponseRedirect(reverse("office:task", args=[task_id]))
    complete(actor=request.actor, task_id=task_id, outcome=request.POST.get("hasil", "").strip())
    messages.success(request, _("Tugas selesai."))
    return HttpResponseRedirect(reverse("office:tasks"))


def _facts(row: TaskRow) -> list[Fact]:
    state = {
        "open": Badge(_("terbuka"), "info", "ring"),
        "done": Badge(_("selesai"), "good", "tick"),
        "cancelled": Badge(_("dibatalkan"), "none", "cross"),
    }[row.state]
    facts = [
        Fact(_("Keadaan"), "", badge=state),
        Fact(_("Tenggat"), words.join((fmt.day(row.due_on), _lateness(row)))),
        Fact(_("Pemilik"), words.join((words.role(row.owner_role), row.owner))),
        Fact(_("Wilayah"), row.place),
        Fact(_("Muncul"), fmt.day(row.raised_on)),
    ]
    for label, text, route, subject in (
        (_("Usaha"), _("buka usaha"), "office:business", row.enterprise_id),
        (_("Kelompok"), _("buka kelompok"), "office:group", row.group_id),
        (_("Keluarga"), _("buka keluarga"), "office:family", row.household_id),
    ):
        if subject and way(route, subject):
            facts.append(Fact(label, text, way(route, subject)))
    rules = way("office:growth-rules") if row.kind == "growth_rules" else ""
    if rules:
        query = f"?{urlencode({'program': row.programme_code})}" if row.programme_code else ""
        facts.append(Fact(_("Syarat"), _("lihat siapa yang berganti kelas"), f"{rules}{query}"))
    if row.outcome:
        facts.append(Fact(_("Hasil"), outcome(row.outcome)))
    return facts
