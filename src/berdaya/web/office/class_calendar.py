"""The calendar of classes by month and by week; it prints on one sheet."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.calendar import class_calendar, month_of, next_session_day, week_of
from berdaya.web.components.parts import Crumb, Tab
from berdaya.web.session import OfficeRequest, office_page

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _asked(text: str, pattern: str) -> date | None:
    """`2024-07` or `2024-W27` as a day; None for anything else."""
    try:
        year, _dash, part = text.partition(pattern)
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            return None
        return date(int(year), int(part), 1) if pattern == "-" else date.fromisocalendar(int(year), int(part), 1)
    except ValueError:
        return None


def _address(**query: str) -> str:
    return f"{reverse('office:class-calendar')}?{urlencode({k: v for k, v in query.items() if v})}"


def _week_text(day: date) -> str:
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02d}"


@office_page("programme.read", "class.read")
def calendar(request: OfficeRequest) -> HttpResponse:
    """One month (`bulan=2024-07`) or one week (`minggu=2024-W27`); without either where the next session is."""
    programme = request.GET.get("program", "")[:40]
    week = _asked(request.GET.get("minggu", ""), "-W")
    month = None if week else _asked(request.GET.get("bulan", ""), "-")
    day = week or month or next_session_day(actor=request.actor, today=clock.today()) or clock.today()
    first, last = week_of(day) if week else month_of(day)
    view = class_calendar(actor=request.actor, first=first, last=last, programme=programme)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    name = "minggu" if week else "bulan"
    word = _week_text if week else _month_text
    title = (
        _("%(first)s sampai %(last)s") % {"first": fmt.day_short(first), "last": fmt.day(last)}
        if week
        else date_format(first, "F Y")
    )
    context = {
        "view": view,
        "title": title,
        "weekly": week is not None,
        "before": _address(**{name: word(before)}, program=programme),
        "after": _address(**{name: word(after)}, program=programme),
        "tabs": [
            Tab(_("Bulan"), _address(bulan=_month_text(first), program=programme), week is None),
            Tab(_("Minggu"), _address(minggu=_week_text(_busy_day(view.weeks, first)), program=programme),
                week is not None),
        ],
        "opens": "office:class-session" if can(request.actor, "attendance.record") else "",
        "programme": programme,
        "today": clock.today(),
        "crumbs": (Crumb(_("Kelas"), reverse("office:classes")), Crumb(_("Kalender"))),
    }  # fmt: skip
    return render(request, "office/class_calendar.html", context)


def _month_text(day: date) -> str:
    return f"{day:%Y-%m}"


def _busy_day(weeks: object, first: date) -> date:
    """The first day with a session, so that the week that opens is not an empty one."""
    days = [day for week in weeks for day in week if day.inside and day.sessions]  # type: ignore[attr-defined]
    return days[0].on if days else first
