"""Running an exhibition or a contest: open, change, enter businesses, takings and sheets, close, print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.market import contests, fairs
from berdaya.market.types import StallTakings
from berdaya.process.overview import events as overview
from berdaya.process.overview.events import ContestView, ExhibitionView
from berdaya.web.components.parts import Crumb
from berdaya.web.office import words
from berdaya.web.office.acting import Acts, id_of, ids_of
from berdaya.web.office.event_forms import (
    ContestForm,
    ExhibitionForm,
    contest_facts,
    criteria_of,
    criteria_rows,
    exhibition_facts,
    first_day,
)
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page

MOST_IDR = 10**12
MOST_LEADS = 100_000


def event_crumbs(*last: Crumb) -> tuple[Crumb, ...]:
    """The way back from a page of an exhibition or a contest."""
    return (Crumb(_("Pameran dan lomba"), reverse("office:events")), *last)


@office_page("market.manage")
def exhibition_new(request: OfficeRequest) -> HttpResponse:
    """Open an exhibition or a bazaar."""
    return _exhibition_form(request, None)


@office_page("market.manage")
def exhibition_edit(request: OfficeRequest, exhibition_id: UUID) -> HttpResponse:
    """Change name, place and days of an exhibition that is open."""
    return _exhibition_form(request, overview.exhibition(actor=request.actor, exhibition_id=exhibition_id))


def _exhibition_form(request: OfficeRequest, view: ExhibitionView | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ExhibitionForm(
        posted, actor=request.actor, auto_id="p-%s", initial=exhibition_facts(view) if view else first_day()
    )

    def save(key: UUID, code: str) -> None:
        fairs.open_exhibition(actor=request.actor, exhibition=form.row(key, code))

    context = {
        "title": _("Ubah pameran") if view else _("Buka pameran atau bazar"),
        "lead": _("Setelah dibuka, pilih usaha yang mendapat stan. Pendamping mencatat penjualan dari HP-nya."),
        "button": _("Simpan perubahan") if view else _("Buka pameran"),
        "form": form,
    }
    return _event_form(request, view, "office:exhibition", save, context)


@office_page("market.manage")
def contest_new(request: OfficeRequest) -> HttpResponse:
    """Open a contest with its criteria."""
    return _contest_form(request, None)


@office_page("market.manage")
def contest_edit(request: OfficeRequest, contest_id: UUID) -> HttpResponse:
    """Change a contest; its criteria only while nobody is marked."""
    return _contest_form(request, overview.contest(actor=request.actor, contest_id=contest_id))


def _contest_form(request: OfficeRequest, view: ContestView | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ContestForm(posted, auto_id="l-%s", initial=contest_facts(view) if view else first_day())

    def save(key: UUID, code: str) -> None:
        contest = form.row(request.actor, key, code)
        contests.open_contest(
            actor=request.actor, contest=contest, criteria=criteria_of(request.POST), enterprises=()
        )  # fmt: skip

    context = {
        "title": _("Ubah lomba") if view else _("Buka lomba"),
        "lead": _("Setiap juri memberi nilai 0 sampai 100 pada setiap kriteria; bobot menentukan peringkat."),
        "button": _("Simpan perubahan") if view else _("Buka lomba"),
        "form": form,
        "criteria": criteria_rows(request.actor, posted, view),
        "fixed": bool(view and view.jurors),
    }
    return _event_form(request, view, "office:contest", save, context)


def _event_form(
    request: OfficeRequest,
    view: ExhibitionView | ContestView | None,
    page: str,
    save: Callable[[UUID, str], None],
    context: Mapping[str, Any],
) -> HttpResponse:
    """The form of an event; sent, it is saved under its id and code, and its page opens. An office changes its own."""
    if view is not None and not view.row.mine:
        raise Problem("not_found")
    problem: Problem | None = None
    if request.method == "POST":
        key = view.row.id if view else id_of(request, "id")
        try:
            save(key, view.code if view else "")
            return HttpResponseRedirect(reverse(page, args=[key]))
        except Problem as raised:
            problem = shown(raised)
    above = [Crumb(view.row.name, reverse(page, args=[view.row.id]))] if view else []
    frame = {
        "crumbs": event_crumbs(*above, Crumb(_("Ubah") if view else _("Baru"))),
        "key": request.POST.get("id") if request.POST else new_id(),
        "problem": told(problem),
    }
    return render(request, "office/event_form.html", {**context, **frame}, status=problem.status if problem else 200)


def exhibition_acts(request: OfficeRequest, view: ExhibitionView) -> Acts:
    """What the buttons of the page of an exhibition do."""
    actor, key = request.actor, view.row.id
    return {
        "stan": partial(_seat, request, key),
        "lepas": partial(_free, request, key),
        "omzet": partial(_takings, request, view),
        "tutup": partial(
            _after, partial(fairs.close_exhibition, actor=actor, exhibition_id=key),
            _("Pameran ditutup. HP pendamping tidak menawarkannya lagi."),
        ),
        "buka": partial(
            _after, partial(fairs.reopen_exhibition, actor=actor, exhibition_id=key), _("Pameran dibuka lagi."),
        ),
    }  # fmt: skip


def contest_acts(request: OfficeRequest, view: ContestView) -> Acts:
    """What the buttons of the page of a contest do."""
    actor, key = request.actor, view.row.id
    return {
        "peserta": partial(_enter, request, key),
        "keluar": partial(_withdraw, request, key),
        "nilai": partial(_mark, request, view),
        "tutup": partial(
            _after, partial(contests.close_contest, actor=actor, contest_id=key),
            _("Lomba ditutup; peringkatnya tetap."),
        ),
        "buka": partial(
            _after, partial(contests.reopen_contest, actor=actor, contest_id=key), _("Lomba dibuka lagi."),
        ),
    }  # fmt: skip


def _after(call: partial[None], said: str) -> str:
    call()
    return said


def _seat(request: OfficeRequest, key: UUID) -> str:
    fresh = fairs.seat_stalls_many(actor=request.actor, exhibition_id=key, enterprises=_some(request))
    return ngettext("%(n)s usaha mendapat stan.", "%(n)s usaha mendapat stan.", fresh) % {"n": fmt.number(fresh)}


def _enter(request: OfficeRequest, key: UUID) -> str:
    fresh = contests.enter_many(actor=request.actor, contest_id=key, enterprises=_some(request))
    return ngettext("%(n)s usaha ikut lomba.", "%(n)s usaha ikut lomba.", fresh) % {"n": fmt.number(fresh)}


def _some(request: OfficeRequest) -> list[UUID]:
    found = ids_of(request, "usaha")
    if not found:
        raise Problem("invalid_form", detail=_("centang usahanya lebih dahulu"))
    return found


def _free(request: OfficeRequest, key: UUID) -> str:
    fairs.free_stall(actor=request.actor, exhibition_id=key, stall_id=id_of(request, "stan"))
    return _("Stan dilepas.")


def _withdraw(request: OfficeRequest, key: UUID) -> str:
    contests.withdraw_entry(actor=request.actor, contest_id=key, entry_id=id_of(request, "peserta"))
    return _("Peserta dikeluarkan dari daftar.")


def _takings(request: OfficeRequest, view: ExhibitionView) -> str:
    rows = []
    own = own_stalls(request, view)
    asked = {name.removeprefix("omzet-") for name in request.POST if name.startswith("omzet-")}
    if not asked or asked - {str(item["id"]) for item in own}:
        raise Problem("not_found")
    for item in own:
        key, sent = item["id"], request.POST
        if f"omzet-{key}" not in sent:
            continue
        name = str(item["enterprise__name"])
        turnover = _whole(sent.get(f"omzet-{key}", ""), MOST_IDR, name)
        leads = _whole(sent.get(f"calon-{key}", ""), MOST_LEADS, name)
        rows.append(StallTakings(key, sent.get(f"nomor-{key}", "")[:20] or str(item["number"]), turnover, leads))
    changed = fairs.enter_takings_many(actor=request.actor, exhibition_id=view.row.id, takings=rows)
    return ngettext("Angka %(n)s stan tersimpan.", "Angka %(n)s stan tersimpan.", changed) % {"n": fmt.number(changed)}


def own_stalls(request: OfficeRequest, view: ExhibitionView) -> list[Mapping[str, Any]]:
    """Stalls whose books the actor's office keeps, by number."""
    return [item for item in by_number(view) if item["office_id"] == request.actor.office]


def by_number(view: ExhibitionView) -> list[Mapping[str, Any]]:
    """Stalls as one walks past them: 2 stands before 10."""
    return sorted(view.stalls, key=lambda item: (len(item["number"]), item["number"]))


def _whole(text: str, most: int, name: str) -> int:
    digits = text.strip().removeprefix("Rp").replace(".", "").replace(" ", "")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdecimal() and int(digits) <= most):
        raise Problem("invalid_form", detail=_("%(name)s: %(text)s bukan angka") % {"name": name, "text": text[:20]})
    return int(digits)


def _mark(request: OfficeRequest, view: ContestView) -> str:
    """One juror's sheet from paper. The service takes it as it takes one from a phone."""
    entry = id_of(request, "peserta")
    known = {item.id: item for item in view.entries}
    if entry not in known:
        raise Problem("not_found")
    marks = {
        name: _whole(request.POST.get(f"nilai-{number}", ""), 100, name)
        for number, (name, _weight) in enumerate(view.criteria, start=1)
        if request.POST.get(f"nilai-{number}", "").strip()
    }
    fresh = contests.mark_entry(
        actor=request.actor, entry_id=entry, juror=request.POST.get("juri", "").strip()[:80], marks=marks
    )
    name = known[entry].name
    return (_("Nilai %(name)s tersimpan.") if fresh else _("Nilai %(name)s sudah tersimpan sebelumnya.")) % {
        "name": name
    }


@office_page("programme.read")
def exhibition_print(request: OfficeRequest, exhibition_id: UUID) -> HttpResponse:
    """The list of stalls for the wall and for signatures; the browser prints it."""
    view = overview.exhibition(actor=request.actor, exhibition_id=exhibition_id)
    context = {
        "title": _("Daftar stan: %(name)s") % {"name": view.row.name},
        "lead": words.join((view.row.venue, view.row.place, days(view))),
        "crumbs": event_crumbs(
            Crumb(view.row.name, reverse("office:exhibition", args=[exhibition_id])), Crumb(_("Cetak"))
        ),
        "stalls": [(item, words.kind(item["enterprise__kind"])) for item in by_number(view)],
        "done": view.row.closed_on,
        "total": view.row,
    }
    return render(request, "office/event_print.html", context)


@office_page("programme.read")
def contest_print(request: OfficeRequest, contest_id: UUID) -> HttpResponse:
    """A sheet for a juror's marks; once the contest is closed, the result with its signatures."""
    view = overview.contest(actor=request.actor, contest_id=contest_id)
    entries = view.entries if view.row.closed_on else sorted(view.entries, key=lambda item: item.name)
    title = _("Hasil %(name)s") if view.row.closed_on else _("Lembar juri: %(name)s")
    context = {
        "title": title % {"name": view.row.name},
        "lead": fmt.day(view.row.held_on),
        "crumbs": event_crumbs(Crumb(view.row.name, reverse("office:contest", args=[contest_id])), Crumb(_("Cetak"))),
        "entries": [(item, words.kind(item.kind)) for item in entries],
        "criteria": view.criteria,
        "jurors": view.jurors,
        "done": view.row.closed_on,
    }
    return render(request, "office/event_print.html", context)


def days(view: ExhibitionView) -> str:
    """``3 Mei 2026`` or ``3 Mei sampai 5 Mei 2026``."""
    row = view.row
    if row.starts_on == row.ends_on:
        return fmt.day(row.starts_on)
    return _("%(first)s sampai %(last)s") % {"first": fmt.day(row.starts_on), "last": fmt.day(row.ends_on)}
