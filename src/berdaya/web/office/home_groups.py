"""The first page of officers (their one group) and of sponsors (their groups, and what they advised)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.access.permissions import can
from berdaya.governance.services.coaching import record_coaching
from berdaya.governance.types import CoachingNote
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.home_groups import STATES, CoachedGroup, OwnFund, OwnGroup, coached_groups, own_groups
from berdaya.process.overview.tasks import task_counts
from berdaya.web.components.parts import Badge, Bar, Bars, Figure
from berdaya.web.office import words
from berdaya.web.office.acting import day_of, entry, id_of
from berdaya.web.office.fund_meetings import state_badge
from berdaya.web.office.funds import kind_name
from berdaya.web.session import OfficeRequest, office_page, way

NEEDY = ("late", "stopped", "idle")
"""Groups that a sponsor goes to first."""
Todo = tuple[str, str, str]
"""What to do, where, and a quieter line."""


def officer_home(request: OfficeRequest) -> HttpResponse:
    """What an officer does next: the cash, who has not paid, the next meeting, what waits, the papers."""
    groups = own_groups(actor=request.actor)
    context = {
        "groups": [
            {
                "view": group,
                "advice": group.advice,
                "todo": _todo(group),
                "funds": [_fund(fund) for fund in group.funds],
                "papers": _papers(group),
            }
            for group in groups
        ],
        "may_record": can(request.actor, "fund.record"),
        "today": clock.today(),
        "field": reverse("field:shell"),
    }
    return render(request, "office/home_officer.html", context)


def _fund(fund: OwnFund) -> dict[str, Any]:
    rows = sorted(fund.loans, key=lambda row: row.number)
    return {
        "view": fund,
        "name": kind_name(fund.kind),
        "due_idr": sum(card.next_due_idr for card in fund.due),
        "late_idr": sum(card.overdue_idr for card in fund.unpaid),
        "bars": Bars(
            _("Bagian pinjaman yang sudah kembali"),
            tuple(
                Bar(
                    f"{row.number}. {row.name}",
                    row.paid / (row.paid + row.open) if row.paid + row.open else 0.0,
                    fmt.rupiah(row.open),
                )
                for row in rows
            ),
            note=_("Angka di kanan adalah sisa utangnya."),
        )
        if rows
        else None,
    }


def _todo(group: OwnGroup) -> list[Todo]:
    """What waits for the officers, the nearest first; empty where nothing does."""
    today, found = clock.today(), []
    for fund in group.funds:
        for key, day, state in fund.waiting:
            found.append((
                _("Pertemuan %(on)s %(state)s") % {"on": fmt.day(day), "state": state_badge(state).text},
                reverse("office:fund-meeting-view", args=[key]), kind_name(fund.kind),
            ))  # fmt: skip
        if fund.unpaid:
            late = sum(card.overdue_idr for card in fund.unpaid)
            found.append((
                _("%(n)s anggota menunggak %(amount)s") % {"n": len(fund.unpaid), "amount": fmt.rupiah(late)},
                reverse("office:fund", args=[fund.fund]), _("Ingatkan sebelum pertemuan."),
            ))  # fmt: skip
        if fund.next_meeting == today and fund.last_met != today:
            found.append((
                _("Saatnya bertemu"), reverse("office:fund-meeting", args=[fund.fund]),
                _("Terakhir %(on)s.") % {"on": fmt.day(fund.last_met)} if fund.last_met else "",
            ))  # fmt: skip
        if fund.decisions:
            found.append((
                _("%(n)s usulan menunggu petugas kedua") % {"n": fund.decisions},
                reverse("office:fund", args=[fund.fund]) + "#usulan", kind_name(fund.kind),
            ))  # fmt: skip
    found += [
        (
            _("Masa jabatan %(position)s sudah lewat") % {"position": words.position(row.position).lower()},
            reverse("office:governance", args=[group.id]), row.name,
        )
        for row in group.officers if row.over
    ]  # fmt: skip
    return found


def _papers(group: OwnGroup) -> list[tuple[str, str]]:
    """Documents of the group that its officers open or print."""
    papers = []
    for fund in group.funds:
        name = f" ({kind_name(fund.kind)})" if len(group.funds) > 1 else ""
        papers += [
            (_("Semua buku") + name, reverse("office:fund-books", args=[fund.fund])),
            (_("Formulir kertas (PDF)") + name, reverse("office:fund-meeting-paper", args=[fund.fund])),
        ]
    papers.append((_("Kartu dan aturan"), reverse("office:governance", args=[group.id])))
    lpj = way("office:lpj-list")
    return [*papers, (_("LPJ"), lpj)] if lpj else papers


def sponsor_home(request: OfficeRequest) -> HttpResponse:
    """A sponsor's groups, those that need somebody first, each with the last advice and a note to write."""
    groups = coached_groups(actor=request.actor)
    counts = {state: sum(1 for row in groups if row.state == state) for state in STATES}
    total = max(len(groups), 1)
    names = _states()
    context = {
        "figures": [
            Figure(_("Kelompok binaan"), fmt.number(len(groups))),
            Figure(_("Perlu didatangi"), fmt.number(sum(counts[state] for state in NEEDY)),
                   source=_("menunggak, berhenti bertemu, atau usahanya tidak aktif")),
            Figure(_("Dibina dalam 30 hari"), fmt.number(_recent(groups)), source=_("catatan pembinaan")),
            Figure(_("Tugas terbuka saya"), fmt.number(task_counts(actor=request.actor).get("open", 0)),
                   href=way("office:tasks")),
        ],
        "picture": Bars(
            _("Keadaan kelompok binaan"),
            tuple(Bar(names[state].text, count / total, fmt.number(count)) for state, count in counts.items() if count),
        ),
        "groups": [_coached(row) for row in groups],
        "may_coach": can(request.actor, "group.coach"),
        "today": clock.today(),
    }  # fmt: skip
    return render(request, "office/home_sponsor.html", context)


def _recent(groups: tuple[CoachedGroup, ...]) -> int:
    today = clock.today()
    return sum(1 for row in groups if row.last is not None and (today - row.last.held_on).days <= 30)


def _states() -> dict[str, Badge]:
    return {
        "late": Badge(_("menunggak"), "bad", "ring"),
        "stopped": Badge(_("berhenti bertemu"), "warn", "half"),
        "well": Badge(_("bertemu dan lancar"), "good", "full"),
        "idle": Badge(_("usaha tidak aktif"), "bad", "ring"),
        "weak": Badge(_("usaha lemah"), "warn", "half"),
        "selling": Badge(_("usaha aktif"), "good", "full"),
        "none": Badge(_("belum ada keterangan"), "none", "question"),
    }


def _coached(row: CoachedGroup) -> dict[str, Any]:
    risk, lines = row.risk, []
    if risk is not None:
        lines.append(_("Kas %(amount)s") % {"amount": fmt.rupiah(risk.cash_idr)})
        if risk.lent_idr:
            lines.append(_("dipinjam %(amount)s") % {"amount": fmt.rupiah(risk.lent_idr)})
        if risk.days_late:
            lines.append(_("terlambat %(days)s hari") % {"days": fmt.number(risk.days_late)})
        if risk.last_met_on:
            lines.append(_("bertemu %(on)s") % {"on": fmt.day_short(risk.last_met_on)})
    return {"row": row, "badge": _states()[row.state], "line": words.join(lines)}


def followed_text(code: str) -> str:
    """What became of the advice before."""
    return {
        "yes": _("saran sebelumnya dijalankan"),
        "partly": _("saran sebelumnya dijalankan sebagian"),
        "no": _("saran sebelumnya belum dijalankan"),
    }.get(code, "")


@require_POST
@office_page("group.coach")
def coach(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """One coaching note from the page of the group."""
    note = CoachingNote(
        id_of(request, "id"), day_of(request, "tanggal"), entry(request, "dilihat", 400), entry(request, "saran", 400),
        request.POST.get("dijalankan", ""),
    )  # fmt: skip
    record_coaching(actor=request.actor, group_id=group_id, note=note)
    messages.success(request, _("Catatan pembinaan tersimpan. Kunjungan berikutnya memeriksa sarannya."))
    return HttpResponseRedirect(reverse("office:governance", args=[group_id]) + "#pembinaan")
