"""What the daily checks found, and whether they ran."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import ListFilter
from berdaya.process.overview.daily import CheckRow, checks_of
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell
from berdaya.web.office.lists import Col, list_table, number_col
from berdaya.web.session import OfficeRequest, office_page


def _state(row: CheckRow) -> Badge:
    if row.on is None:
        return Badge(_("belum pernah"), "none", "question")
    if row.problem:
        return Badge(_("tidak selesai"), "bad", "cross")
    if row.on < clock.today():
        return Badge(fmt.day_short(row.on), "warn", "half")
    return Badge(_("hari ini"), "good", "tick")


def _columns() -> list[Col[CheckRow]]:
    language = fmt.language()
    return [
        Col(
            _("Pemeriksaan"),
            lambda row: Cell(row.name[language == "en"], _tasks_address(row), row.problem),
            lambda row: row.name[language == "en"],
        ),
        Col(_("Terakhir jalan"), lambda row: Cell("", badge=_state(row)), lambda row: row.on),
        number_col(_("Tugas yang berdiri"), lambda row: row.found),
        number_col(_("Beres sendiri"), lambda row: row.done),
    ]


def _tasks_address(row: CheckRow) -> str:
    kind = f"&kind={row.kind}" if row.kind else ""
    return f"{reverse('office:tasks')}?whose=semua{kind}" if row.found else ""


@office_page("task.manage")
def daily(request: OfficeRequest) -> HttpResponse:
    """Each daily check with its last run; a figure opens the tasks."""
    page = checks_of(actor=request.actor)
    context = {
        "title": _("Pemeriksaan harian"),
        "lead": _("Sistem melihat setiap hari apa yang terlupa, dan menjadikannya tugas. Tidak perlu ditekan."),
        "crumbs": (Crumb(_("Tugas"), reverse("office:tasks")), Crumb(_("Pemeriksaan harian"))),
        "controls": (),
        "table": list_table(
            page,
            _columns(),
            ListFilter(),
            caption=_("Pemeriksaan harian"),
            noun=_("pemeriksaan"),
            empty=(_("Belum ada"), _("Pemeriksaan jalan sendiri selama layanan web hidup.")),
        ),
    }
    return render(request, "office/list.html", context)
