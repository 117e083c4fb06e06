"""One session of a class: cards, list and QR; moved or cancelled where something came in between."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import segno
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.overview.classwork import ClassWork, SessionRow, check_in_state, class_work, session_class
from berdaya.training import services
from berdaya.training.values import NewPresence
from berdaya.web.components.parts import Crumb, Figure
from berdaya.web.office.acting import ids_of
from berdaya.web.office.class_forms import CancelForm, CardForm, CheckInForm, MoveForm
from berdaya.web.office.classwork import class_crumbs
from berdaya.web.office.sections import Act, Link, Part, Ticks, WorkPage, act, cleaned, show
from berdaya.web.session import OfficeRequest, office_page


@office_page("attendance.record")
def session(request: OfficeRequest, session_id: UUID) -> HttpResponse:
    """One session: scan or type cards, tick the list, open the QR for people's own phones, confirm shared ones."""
    class_id = session_class(actor=request.actor, session_id=session_id)
    view = class_work(actor=request.actor, class_id=class_id, session_id=session_id)
    if not view.mine:
        raise Problem("not_found")
    row = next(s for s in view.sessions if s.id == session_id)
    posted = request.POST if request.method == "POST" else None
    aim = posted.get("aksi", "") if posted else ""
    card = CardForm(posted if aim == "kartu" else None, auto_id="kartu-%s")
    opened = CheckInForm(posted if aim == "buka" else None, auto_id="qr-%s", initial={"minutes": 30})
    plans = can(request.actor, "class.plan")
    moved = MoveForm(posted if aim == "pindah" else None, auto_id="pindah-%s", initial=_present(row))
    gone = CancelForm(posted if aim == "batal" else None, auto_id="batal-%s")
    planning = {
        "pindah": partial(_move, request, view, row, moved), "batal": partial(_cancel, request, session_id, gone),
    } if plans else {}  # fmt: skip
    answer = act(request, planning | {
        "kartu": partial(_scan, request, session_id, card),
        "daftar": partial(_tick, request, view, session_id),
        "buka": partial(_open, request, session_id, opened),
        "tutup": partial(_close, request, session_id),
        "pastikan": partial(_confirm, request, session_id),
    })  # fmt: skip
    if isinstance(answer, HttpResponse):
        return answer
    came = sum(p.present is True and not p.waiting for p in view.people)
    page = WorkPage(
        title=_("Presensi pertemuan %(number)s") % {"number": row.number},
        lead=(view.name, fmt.day(row.held_on), f"{row.starts_at:%H.%M}–{row.ends_at:%H.%M}"),
        figures=[Figure(_("Hadir"), fmt.number(came), compare=_("dari %(n)s orang") % {"n": len(view.people)})],
        crumbs=class_crumbs(
            view, Crumb(_("Pelaksanaan"), reverse("office:class-work", args=[view.id])), Crumb(_("Presensi"))
        ),
        parts=[
            *(_presence(request, view, row, card, opened) if not row.cancelled else _gone(row)),
            *(_planning(row, moved, gone) if plans else []),
        ],
        fake=view.synthetic,
    )
    return show(request, page, problem=answer if isinstance(answer, Problem) else None)


def _present(row: SessionRow) -> dict[str, object]:
    """What stands there now, for the form that moves it."""
    return {
        "held_on": row.held_on, "starts_at": f"{row.starts_at:%H:%M}", "ends_at": f"{row.ends_at:%H:%M}",
        "room": row.room, "trainer": row.own_trainer, "topic": row.topic, **dict(row.helpers),
    }  # fmt: skip


def _move(request: OfficeRequest, view: ClassWork, row: SessionRow, form: MoveForm) -> str:
    facts = cleaned(form)
    services.plan_sessions_many(
        actor=request.actor, class_id=view.id, rows=[form.row(row.number)], accept_soft=facts["accept_soft"]
    )
    return _("Pertemuan dipindahkan ke %(day)s. Beri tahu peserta yang sudah diundang.") % {
        "day": fmt.day(facts["held_on"])
    }


def _cancel(request: OfficeRequest, session_id: UUID, form: CancelForm) -> str:
    services.cancel_session(actor=request.actor, session_id=session_id, reason=cleaned(form)["reason"])
    return _("Pertemuan dibatalkan; ruang dan pelatih bebas lagi.")


def _gone(row: SessionRow) -> list[Part]:
    return [Part(_("Dibatalkan"), text=row.cancelled)]


def _planning(row: SessionRow, moved: MoveForm, gone: CancelForm) -> list[Part]:
    """Move and cancel; a cancelled session comes back by being moved."""
    acts = [Act("pindah", _("Pindahkan"), moved, _("Pindahkan hari, jam, ruang, atau pelatih"))]
    if not row.cancelled:
        acts.append(Act("batal", _("Batalkan pertemuan"), gone, _("Batalkan pertemuan ini")))
    return [Part(_("Ubah rencana"), acts=acts, code="ubah")]


def _scan(request: OfficeRequest, session_id: UUID, form: CardForm) -> str:
    taken = services.record_presences_many(
        actor=request.actor, session_id=session_id, rows=[NewPresence(card=cleaned(form)["card"], method="card")]
    )
    if taken.outcomes[0] == "unknown":
        raise Problem("training_card_unknown")
    if taken.outcomes[0] == "elsewhere":
        raise Problem("training_card_elsewhere")
    return _("%(name)s hadir.") % {"name": taken.names[0] or _("Peserta")}


def _tick(request: OfficeRequest, view: ClassWork, session_id: UUID) -> str:
    ticked = set(request.POST.getlist("hadir"))
    rows = [
        NewPresence(present=p.key in ticked, placement_id=p.placement_id, outsider_id=p.outsider_id)
        for p in view.people
        if not (p.present is None and p.key not in ticked and p.outsider_id)
    ]
    services.record_presences_many(actor=request.actor, session_id=session_id, rows=rows)
    return _("Daftar hadir tersimpan: %(n)s hadir.") % {"n": len(ticked)}


def _open(request: OfficeRequest, session_id: UUID, form: CheckInForm) -> str:
    services.open_check_in(actor=request.actor, session_id=session_id, minutes=cleaned(form)["minutes"])
    return _("Presensi lewat ponsel terbuka.")


def _close(request: OfficeRequest, session_id: UUID) -> str:
    services.close_check_in(actor=request.actor, session_id=session_id)
    return _("Presensi lewat ponsel tertutup.")


def _confirm(request: OfficeRequest, session_id: UUID) -> str:
    ids = ids_of(request, "pasti")
    count = services.confirm_presences_many(actor=request.actor, session_id=session_id, ids=ids)
    return _("%(n)s presensi dipastikan.") % {"n": count}


def _presence(
    request: OfficeRequest, view: ClassWork, row: SessionRow, card: CardForm, opened: CheckInForm
) -> list[Part]:
    by = {"card": _("kartu"), "list": _("daftar"), "phone": _("ponsel"), "paper": _("kertas")}
    rows = tuple(
        (p.key, p.name or p.card, " · ".join(x for x in (p.place, by.get(p.method, "")) if x), p.present is True)
        for p in view.people
    )
    waiting = tuple(
        (str(p.presence_id), p.name or p.card, _("ponsel yang sama dipakai orang lain"), True)
        for p in view.people
        if p.waiting
    )
    state = check_in_state(actor=request.actor, session_id=row.id)
    parts = [Part(_("Kartu"), acts=[Act("kartu", _("Catat hadir"), card, primary=True)], code="kartu")]
    if waiting:
        parts.append(
            Part(
                _("Menunggu dipastikan"),
                text=_("Satu ponsel dipakai lebih dari satu orang. Pastikan bahwa mereka ada di sini."),
                ticks=Ticks("pasti", _("Orang ini hadir"), waiting),
                acts=[Act("pastikan", _("Pastikan yang dicentang"))],
            )
        )
    parts.append(
        Part(
            _("Daftar"),
            ticks=Ticks("hadir", _("Centang yang hadir"), rows),
            acts=[Act("daftar", _("Simpan daftar"))],
            code="daftar",
        )
    )
    if state is None:
        text = _("Tertutup. Buka hanya selama peserta berada di ruang; kode baru dibuat setiap kali dibuka.")
        parts.append(
            Part(_("Ponsel peserta"), text=text, acts=[Act("buka", _("Buka presensi ponsel"), opened)], code="qr")
        )
        return parts
    token, until = state
    address = request.build_absolute_uri(reverse("shop:check-in", args=[token]))
    drawn = segno.make(address, error="m").svg_inline(
        scale=6, omitsize=False, svgclass=None, lineclass=None, dark="#14253D"
    )
    parts.append(
        Part(
            _("Ponsel peserta"),
            text=_("Terbuka sampai %(until)s. Peserta memindai kode ini lalu mengetik kode kartunya.")
            % {"until": fmt.moment(until)},
            qr=mark_safe(drawn),  # noqa: S308 - drawn here from an address of our own
            links=[Link(address, address)],
            acts=[Act("tutup", _("Tutup sekarang"))],
            code="qr",
        )
    )
    return parts
