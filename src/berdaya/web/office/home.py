"""The first page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import SUBJECT_ROLES, can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.home import HomeView, StatusFigures, TaskGroup
from berdaya.process.overview.home import home as home_of
from berdaya.process.overview.next_up import NextSession, NextVisit, next_sessions, next_visits
from berdaya.process.overview.tasks import TaskFilter, TaskRow
from berdaya.web.components.parts import Bar, Bars, Figure, TaskItem, Trend, status_badge
from berdaya.web.office import words
from berdaya.web.office.home_groups import officer_home, sponsor_home
from berdaya.web.office.strips import status_strip
from berdaya.web.office.task_words import task_kind, task_title
from berdaya.web.session import OfficeRequest, office_page, way

OUTDOORS = ("visit.record", "attendance.record", "fund.record", "verification.record")
WATCHERS = {"head", "supervisor", "mayor", "camat", "lurah", "ukpd", "auditor"}
"""Who asks what the whole place owes, not only what is on the own list."""
OUTDOOR_ROLES = SUBJECT_ROLES | {"verifier"}
"""Who works outdoors finds the field app on the first page; an operator may open it all the same."""


@office_page()
def home(request: OfficeRequest) -> HttpResponse:
    """What needs me today, and at most five figures; those with groups of their own find these."""
    if request.actor.role == "group_officer":
        return officer_home(request)
    if request.actor.role == "sponsor":
        return sponsor_home(request)
    view = home_of(actor=request.actor)
    sessions = next_sessions(actor=request.actor)
    more = view.task_counts.get("open", 0) - len(view.tasks)
    context = {
        "view": view,
        "figures": figures_of(view),
        "groups": [_group(group) for group in view.task_groups]
        if len(view.tasks) < view.task_counts.get("open", 0)
        else [],
        "tasks": [task_item(row) for row in view.tasks],
        "more_tasks": more,
        "statuses": status_strip(view.statuses.now, note=_status_note(view.statuses)) if view.statuses else None,
        "office_late": _office_late(view) if request.actor.role in WATCHERS else None,
        "month": way("office:month"),
        "approvals": [
            {
                "programme_code": row.programme_code,
                "programme_name": row.programme_name,
                "stage_name": words.approval_stage(row.stage),
                "made_by": row.made_by,
                "on": row.on,
                "own": row.own,
                "href": reverse("office:approve", args=[row.programme_code, row.id]),
            }
            for row in view.approvals
        ],
        "visits": [_visit_item(row) for row in next_visits(actor=request.actor)],
        "sessions": [_session_item(row) for row in sessions],
        "ahead": any(row.held_on >= view.as_of for row in sessions),
        "lead": _lead(view),
        "starts": _starts(request),
        "may_approve": request.actor.kind == "staff" and can(request.actor, "family.read"),
        "field_app": any(can(request.actor, code) for code in OUTDOORS) and request.actor.role in OUTDOOR_ROLES,
    }
    return render(request, "office/home.html", context)


def _status_note(statuses: StatusFigures) -> str:
    words_of = {"on": fmt.day(statuses.as_of), "count": fmt.number(statuses.before.get("active", 0))}
    return _("Keadaan %(on)s; aktif 30 hari sebelumnya: %(count)s.") % words_of


def _starts(request: OfficeRequest) -> list[dict[str, str]]:
    """For who has neither tasks nor figures: what the role is for."""
    wanted = (
        ("office:accounts", _("Beri kode masuk"), _("Akun baru, peran, dan kode sekali pakai di kertas.")),
        ("office:field", _("Pendamping dan HP"), _("Siapa mengirim, HP mana yang hilang, apa yang bertentangan.")),
        ("office:programmes", _("Program kantor"), _("Tahap setiap program, dari daftar sampai laporan.")),
    )
    return [
        {"href": way(route), "text": text, "what": what}
        for route, text, what in wanted
        if way(route) and can(request.actor, "account.manage")
    ]


def _lead(view: HomeView) -> str:
    waiting = view.task_counts.get("open", 0)
    if not waiting:
        return _("Tidak ada tugas yang menunggu Anda.")
    late = view.task_counts.get("late", 0)
    if late:
        return _("%(open)s tugas menunggu Anda, %(late)s lewat tenggat.") % {
            "open": fmt.number(waiting),
            "late": fmt.number(late),
        }
    return _("%(open)s tugas menunggu Anda.") % {"open": fmt.number(waiting)}


def task_item(row: TaskRow) -> TaskItem:
    """A task as the list on the home page shows it."""
    return TaskItem(
        due=row.due_on,
        title=task_title(row.kind, row.title, row.params),
        href=reverse("office:task", args=[row.id]),
        owner=words.join((words.role(row.owner_role), row.owner)),
        place=row.place,
        late_days=row.late_days,
        other_year=row.due_on.year != clock.today().year,
    )


def _group(group: TaskGroup) -> TaskItem:
    """Many tasks of one kind as one line with the nearest date."""
    query = TaskFilter(kind=group.kind).query()
    late = _("%(late)s lewat tenggat") % {"late": fmt.number(group.late)} if group.late else ""
    return TaskItem(
        due=group.nearest,
        title=task_kind(group.kind),
        href=f"{reverse('office:tasks')}?{query}",
        owner=words.join((_("%(count)s tugas") % {"count": fmt.number(group.count)}, late)),
        other_year=group.nearest.year != clock.today().year,
    )


def _visit_item(row: NextVisit) -> TaskItem:
    return TaskItem(
        due=row.due_on,
        title=row.name,
        href=reverse("office:business", args=[row.enterprise]),
        owner=_reason(row.reason),
        place=row.place,
        late_days=row.late_days,
        other_year=row.due_on.year != clock.today().year,
    )


def _office_late(view: HomeView) -> Bars | None:
    """Overdue tasks of everybody in the scope as bars that open their lists."""
    piles = view.office_late
    if not piles:
        return None
    title = _("%(count)s tugas lewat tenggat; terbanyak: %(kind)s") % {
        "count": fmt.number(sum(pile.count for pile in piles)),
        "kind": task_kind(piles[0].kind),
    }
    most = piles[0].count
    return Bars(title, tuple(_late_bar(pile, most) for pile in piles[:5]))


def _late_bar(pile: TaskGroup, most: int) -> Bar:
    query = TaskFilter(kind=pile.kind, late="ya", whose="semua").query()
    words_of = {"count": fmt.number(pile.count), "day": fmt.day_short(pile.nearest)}
    return Bar(
        task_kind(pile.kind),
        pile.count / most,
        _("%(count)s, sejak %(day)s") % words_of,
        f"{reverse('office:tasks')}?{query}",
    )


def _reason(reason: str) -> str:
    if reason.startswith("status_"):
        return status_badge(reason.removeprefix("status_")).text
    return {
        "never_visited": _("belum pernah dikunjungi"),
        "advice_open": _("saran terakhir belum diperiksa"),
        "monthly": _("kunjungan bulanan"),
    }[reason]


def _session_item(row: NextSession) -> TaskItem:
    number = _("pertemuan ke-%(number)s, pukul %(hour)s") % {
        "number": row.number,
        "hour": f"{row.starts_at:%H.%M}",
    }
    return TaskItem(
        due=row.held_on,
        title=row.name,
        href=reverse("office:class-session", args=[row.id]),
        owner=words.join((number, row.venue)),
        place=row.place,
        other_year=row.held_on.year != clock.today().year,
    )


def figures_of(view: HomeView) -> list[Figure]:
    """At most five, in the order in which they matter."""
    figures: list[Figure] = []
    day = fmt.day_short(view.as_of)
    if view.statuses is not None:
        figures += _status_figures(view.statuses)
    if view.visits_month is not None:
        figures.append(
            Figure(
                _("Usaha dikunjungi, 30 hari"),
                fmt.number(view.visited),
                href=f"{reverse('office:businesses')}?seen=30",
                compare=_("%(count)s kunjungan") % {"count": fmt.number(view.visits_month)},
                source=_("sampai kunjungan terakhir, %(day)s") % {"day": fmt.day_short(view.last_visit)},
            )
        )
    if view.selected is not None:
        figures.append(
            Figure(
                _("Penerima terpilih"),
                fmt.number(view.selected),
                href=reverse("office:stage", args=[view.only_programme, "terpilih"])
                if view.only_programme
                else reverse("office:programmes"),
                compare=_("dari %(count)s calon") % {"count": fmt.number(view.candidates)},
                source=_("Semua program · %(day)s") % {"day": day},
            )
        )
    if view.funds:
        figures.append(
            Figure(
                _("Modal bergulir"),
                fmt.rupiah_short(view.capital_idr),
                href=reverse("office:funds"),
                exact=fmt.rupiah(view.capital_idr),
                compare=_("%(funds)s dana kelompok") % {"funds": fmt.number(view.funds)},
            )
        )
    elif view.goods_idr is not None:
        figures.append(
            Figure(
                _("Barang disalurkan"),
                fmt.rupiah_short(view.goods_idr),
                href=reverse("office:handovers"),
                exact=fmt.rupiah(view.goods_idr),
                compare=_("%(count)s berita acara") % {"count": fmt.number(view.handovers)},
                source=_("BAST terakhir %(day)s") % {"day": fmt.day_short(view.last_handover)},
            )
        )
    return figures[:5]


def _status_figures(statuses: StatusFigures) -> list[Figure]:
    total = sum(statuses.now.values())
    source = _("Bukti usaha · %(day)s") % {"day": fmt.day_short(statuses.as_of)}
    link = reverse("office:businesses")
    figures = []
    for code, label in (("active", _("Usaha aktif")), ("unknown", _("Usaha belum diketahui"))):
        now, before = statuses.now.get(code, 0), statuses.before.get(code, 0)
        share = _("%(share)s dari %(total)s usaha") % {"share": fmt.percent(now, total), "total": fmt.number(total)}
        change, trend = _change(now, before)
        figures.append(
            Figure(
                label,
                fmt.number(now),
                href=f"{link}?status={code}",
                compare=f"{share}; {change}" if statuses.before else share,
                trend=trend if statuses.before else "",
                source=source,
            )
        )
    return figures


def _change(now: int, before: int) -> tuple[str, Trend]:
    if now == before:
        return _("sama dengan 30 hari lalu"), "same"
    gap = fmt.number(abs(now - before))
    if now > before:
        return _("naik %(gap)s dari 30 hari lalu") % {"gap": gap}, "up"
    return _("turun %(gap)s dari 30 hari lalu") % {"gap": gap}, "down"
