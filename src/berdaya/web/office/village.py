"""Visits, meetings and objections of one programme: who must do what in which village, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.intake.limits import LIMITS
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.people.consent_texts import local_language
from berdaya.process import papers, verification
from berdaya.process.overview.village import (
    Head,
    MeetingRow,
    MeetingView,
    ObjectionRow,
    PostedFilter,
    PostedRow,
    VisitCounts,
    VisitFilter,
    VisitRow,
)
from berdaya.process.overview.village import meeting as meeting_of
from berdaya.process.overview.village import meetings as meetings_of
from berdaya.process.overview.village import posted_list as posted_of
from berdaya.process.overview.village import visit_list as visits_of
from berdaya.programmes import services
from berdaya.programmes.rules.kin import Attendee
from berdaya.programmes.services.meetings import Decided, Minutes
from berdaya.programmes.services.objections import NewObjection
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
from berdaya.web.office.acting import act, day_of, entry, id_of, upload_of
from berdaya.web.office.consent_words import options
from berdaya.web.office.lists import Col, Labels, chips_of, list_table, number_col, select, text_col
from berdaya.web.office.programmes import results, tabs
from berdaya.web.session import OfficeRequest, office_page

DAYS = 14
"""Days that a home visit gets unless the office says otherwise."""
ATTENDANTS = 8
"""Lines for attendance on the form of a meeting."""


def crumbs_of(head: Head, *more: Crumb) -> tuple[Crumb, ...]:
    """The way back from a page of one programme."""
    return (
        Crumb(_("Program"), reverse("office:programmes")),
        Crumb(head.name, reverse("office:programme", args=[head.code])),
        *more,
    )


@office_page("family.read")
def visits(request: OfficeRequest, code: str) -> HttpResponse:
    """Homes to be visited: give them out as tasks, read back a sheet of results."""
    filters = VisitFilter.parse(request.GET)
    head, counts, page = visits_of(actor=request.actor, code=code, filters=filters)
    acted = act(
        request,
        {"tugaskan": lambda: _assign(request, head), "unggah": lambda: _results_in(request, head)},
        reverse("office:visits", args=[code]),
    )
    if acted.answer:
        return acted.answer
    labels: Labels = {"q": (_("Nama"), None), "area": (_("Wilayah"), None)}
    states = [("open", _("belum dikunjungi")), ("done", _("sudah dikunjungi"))]
    context = {
        "head": head,
        "counts": counts,
        "progress": _progress(counts),
        "problem_text": acted.text,
        "may_assign": can(request.actor, "task.manage") and counts.waiting > 0,
        "may_upload": can(request.actor, "verification.record"),
        "may_print": can(request.actor, "consent.record"),
        "languages": options(local_language(head.area)),
        "area": filters.area,
        "due": clock.today() + timedelta(days=DAYS),
        "controls": (
            Control("q", _("Nama"), "search", filters.q, width=20),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="35.12"),
            select("state", _("Kunjungan"), filters.state, states),
        ),
        "table": list_table(
            page,
            _visit_columns(code),
            filters,
            caption=_("Kunjungan rumah"),
            noun=_("rumah"),
            chips=chips_of(filters, labels),
            empty=(_("Tidak ada rumah yang menunggu"), _("Saring dan nilai calon lebih dahulu pada halaman Langkah.")),
        ),
        "tabs": tabs(code, "visits", steps=True),
        "crumbs": crumbs_of(head, Crumb(_("Kunjungan"))),
    }
    return render(request, "office/visits.html", context, status=acted.status)


def _visit_columns(code: str) -> list[Col[VisitRow]]:
    return [
        text_col(_("No."), lambda row: row.ref),
        Col(
            _("Nama"),
            lambda row: Cell(row.name, reverse("office:decision", args=[code, row.candidate_id]), row.address),
            lambda row: row.name,
        ),
        text_col(_("Wilayah"), lambda row: row.place),
        text_col(_("Tenggat"), lambda row: fmt.day_short(row.due_on) if row.due_on else ""),
        Col(_("Hasil"), lambda row: Cell(badge=visit_badge(row.result)), lambda row: row.result),
        text_col(_("Foto"), lambda row: _("ada") if row.photo else ""),
        text_col(_("Persetujuan"), lambda row: _("ada") if row.consent else ""),
    ]


def visit_badge(result: str) -> Badge:
    """What a home visit found, as a badge."""
    if not result:
        return Badge(_("belum"), "none", "ring")
    return Badge(
        results(result), "good" if result == "confirmed" else "bad", "tick" if result == "confirmed" else "cross"
    )


def _progress(counts: VisitCounts) -> Bars | None:
    total = counts.waiting + counts.visited
    if not total:
        return None
    done = {"done": fmt.number(counts.visited), "total": fmt.number(total)}
    return Bars(
        _("%(done)s dari %(total)s rumah sudah dikunjungi") % done,
        (
            Bar(_("sudah dikunjungi"), counts.visited / total, fmt.number(counts.visited)),
            Bar(_("belum dikunjungi"), counts.waiting / total, fmt.number(counts.waiting)),
        ),
        note=_("%(count)s rumah belum menjadi tugas siapa pun.") % {"count": fmt.number(counts.unassigned)}
        if counts.unassigned
        else "",
    )


def _assign(request: OfficeRequest, head: Head) -> str:
    count = verification.assign_visits(actor=request.actor, programme_id=head.id, due_on=day_of(request, "tenggat"))
    return _("%(count)s rumah menjadi tugas TKSK di wilayahnya.") % {"count": fmt.number(count)}


def _results_in(request: OfficeRequest, head: Head) -> str:
    content, name = upload_of(request, "lembar", LIMITS.file_bytes)
    done, refused = verification.read_results(actor=request.actor, programme_id=head.id, content=content, name=name)
    return _("%(accepted)s diterima, %(refused)s gugur, %(open)s menunggu musyawarah, %(broken)s baris ditolak.") % {
        "accepted": fmt.number(done.accepted),
        "refused": fmt.number(done.refused),
        "open": fmt.number(done.open),
        "broken": fmt.number(sum(refused.values()) + done.skipped),
    }


@office_page("programme.read")
def meetings(request: OfficeRequest, code: str) -> HttpResponse:
    """Village meetings of a programme: what is planned, recorded, accepted."""
    head, rows, unplanned = meetings_of(actor=request.actor, code=code)
    acted = act(request, {"rencanakan": lambda: _plan(request, head)}, reverse("office:meetings", args=[code]))
    if acted.answer:
        return acted.answer
    context = {
        "head": head,
        "rows": [(row, _meeting_badge(row), _meeting_said(row)) for row in rows],
        "unplanned": unplanned,
        "problem_text": acted.text,
        "may_plan": can(request.actor, "meeting.plan") and unplanned > 0,
        "on": clock.today() + timedelta(days=7),
        "tabs": tabs(code, "meetings", steps=True),
        "crumbs": crumbs_of(head, Crumb(_("Musyawarah"))),
    }
    return render(request, "office/meetings.html", context, status=acted.status)


def _plan(request: OfficeRequest, head: Head) -> str:
    count = services.plan_meetings(actor=request.actor, programme_id=head.id, planned_on=day_of(request, "tanggal"))
    return _("%(count)s musyawarah direncanakan; lurah dan kepala desanya mendapat tugas.") % {"count": count}


def _meeting_badge(row: MeetingRow) -> Badge:
    return {
        "planned": Badge(_("direncanakan"), "none", "ring"),
        "recorded": Badge(_("dicatat"), "info", "half"),
        "accepted": Badge(_("diterima"), "good", "tick"),
    }[row.state]


def _meeting_said(row: MeetingRow) -> str:
    if row.state == "planned":
        return _("%(count)s calon, rencana %(day)s") % {"count": row.candidates, "day": fmt.day_short(row.planned_on)}
    kin = _("%(count)s kerabat pemutus") % {"count": row.kin} if row.kin else ""
    done = _("%(yes)s diterima, %(no)s ditolak") % {"yes": row.accepted, "no": row.rejected}
    return words.join((fmt.day_short(row.held_on) if row.held_on else "", done, kin))


@office_page("programme.read")
def meeting(request: OfficeRequest, code: str, meeting_id: UUID) -> HttpResponse:
    """One meeting: its agenda as a form, its minutes to print, the scan of what was signed."""
    view = meeting_of(actor=request.actor, code=code, meeting_id=meeting_id)
    here = reverse("office:meeting", args=[code, meeting_id])
    acted = act(
        request,
        {
            "catat": lambda: _record(request, view),
            "terima": lambda: _accept(request, view),
            "cetak": lambda: _printed(papers.meeting_minutes(actor=request.actor, meeting_id=meeting_id).number),
            "pindaian": lambda: keep_scan(request),
        },
        here,
    )
    if acted.answer:
        return acted.answer
    row = view.row
    sent = request.POST if acted.problem else None
    context = {
        "view": view,
        "badge": _meeting_badge(row),
        "agenda": [_agenda(item, sent) for item in view.agenda],
        "attendance": _attendance(view, sent),
        "entries": _entries(view, request, sent),
        "problem_text": acted.text,
        "may_record": row.state != "accepted" and can(request.actor, "meeting.record"),
        "may_accept": row.state == "recorded" and not row.own and can(request.actor, "meeting.accept"),
        "own": row.state == "recorded" and row.own,
        "may_print": row.held_on is not None and can(request.actor, "document.issue"),
        "crumbs": crumbs_of(
            view.head, Crumb(_("Musyawarah"), reverse("office:meetings", args=[code])), Crumb(row.place)
        ),
    }
    return render(request, "office/meeting.html", context, status=acted.status)


def _agenda(item: Any, sent: Any) -> dict[str, Any]:
    key = item.candidate_id
    return {
        "row": item,
        "badge": visit_badge(item.visited),
        "trade": words.kind(item.trade) if item.trade else "",
        "decision": sent.get(f"putusan-{key}", "") if sent else item.decision,
        "reason": sent.get(f"alasan-{key}", "") if sent else item.reason,
        "relation": sent.get(f"hubungan-{key}", "") if sent else item.relation,
    }


def _entries(view: MeetingView, request: OfficeRequest, sent: Any) -> dict[str, str]:
    if sent:
        return {name: sent.get(name, "") for name in ("tanggal", "tempat", "pimpinan", "catatan")}
    held = view.row.held_on or min(view.row.planned_on, clock.today())
    chair = view.chair or (request.actor.name if request.actor.role == "lurah" else "")
    return {"tanggal": held.isoformat(), "tempat": view.venue, "pimpinan": chair, "catatan": view.note}


def _attendance(view: MeetingView, sent: Any) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for number in range(1, ATTENDANTS + 1):
        known: Any = view.attendance[number - 1] if number <= len(view.attendance) else {}
        if sent:
            known = {
                "name": sent.get(f"hadir-{number}", ""),
                "role": sent.get(f"jabatan-{number}", ""),
                "decides": f"putus-{number}" in sent,
            }
        lines.append({"number": number, "decides": True, **known})
    return lines


def _record(request: OfficeRequest, view: MeetingView) -> str:
    sent = request.POST
    present = tuple(
        Attendee(
            sent.get(f"hadir-{number}", "")[:120], sent.get(f"jabatan-{number}", "")[:60], f"putus-{number}" in sent
        )
        for number in range(1, ATTENDANTS + 1)
        if sent.get(f"hadir-{number}", "").strip()
    )
    decided = []
    for item in view.agenda:
        said = sent.get(f"putusan-{item.candidate_id}", "")
        if said in {"accepted", "rejected"}:
            reason = sent.get(f"alasan-{item.candidate_id}", "")
            relation = sent.get(f"hubungan-{item.candidate_id}", "")
            decided.append(Decided(item.candidate_id, said, reason, relation))  # type: ignore[arg-type]
    services.record_meeting(
        actor=request.actor,
        meeting_id=view.row.id,
        minutes=Minutes(
            held_on=day_of(request, "tanggal"),
            place=entry(request, "tempat", 120),
            chair=entry(request, "pimpinan", 120),
            attendance=present,
            decisions=tuple(decided),
            note=sent.get("catatan", "").strip()[:4000],
        ),
    )
    return _("Musyawarah tercatat; petugas lain menerimanya.")


def _accept(request: OfficeRequest, view: MeetingView) -> str:
    done = services.accept_meeting(actor=request.actor, meeting_id=view.row.id, on=clock.today())
    return _("Berita acara diterima: %(yes)s lolos verifikasi, %(no)s gugur, %(open)s menunggu kunjungan.") % {
        "yes": done.get(True, 0),
        "no": done.get(False, 0),
        "open": done.get(None, 0),
    }


def _printed(number: str) -> str:
    return _("Surat nomor %(number)s siap dicetak.") % {"number": number}


def keep_scan(request: OfficeRequest) -> str:
    """Keep the scan of a signed letter that the form names."""
    content, _name = upload_of(request, "berkas", services.SCAN_BYTES)
    sha256 = services.keep_scan(
        actor=request.actor,
        document_id=id_of(request, "surat"),
        content=content,
        signed_on=day_of(request, "ditandatangani"),
    )
    return _("Pindaian tersimpan. Sidik SHA-256: %(sha)s") % {"sha": sha256}


@office_page("programme.read")
def objections(request: OfficeRequest, code: str) -> HttpResponse:
    """The provisional list and the objections against it."""
    filters = PostedFilter.parse(request.GET)
    view, page = posted_of(actor=request.actor, code=code, filters=filters)
    acted = act(
        request,
        {
            "umumkan": lambda: _post(request, view.head),
            "terima": lambda: _hear(request, view.head),
            "putuskan": lambda: _decide(request),
            "cetak": lambda: _printed(papers.provisional_list(actor=request.actor, programme_id=view.head.id).number),
        },
        reverse("office:objections", args=[code]),
    )
    if acted.answer:
        return acted.answer
    actor = request.actor
    labels: Labels = {"q": (_("Nama atau nomor"), None), "area": (_("Wilayah"), None)}
    context = {
        "view": view,
        "figures": _objection_figures(view),
        "rows": [(row, _decision_badge(row), _about(row)) for row in view.objections],
        "problem_text": acted.text,
        "today": clock.today(),
        "may_post": view.ranked and view.posted_on is None and can(actor, "decree.propose"),
        "may_hear": view.running and can(actor, "objection.record"),
        "may_decide": can(actor, "objection.decide"),
        "may_print": view.posted_on is not None and can(actor, "document.issue"),
        "days": view.asked_days or 7,
        "sent": request.POST if acted.problem else {},
        "controls": (
            Control("q", _("Nama atau nomor"), "search", filters.q, width=20),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="35.12"),
        ),
        "table": list_table(
            page, _posted_columns(), filters, caption=_("Daftar sementara"), noun=_("calon"),
            chips=chips_of(filters, labels),
        ),
        "tabs": tabs(code, "objections", steps=True),
        "crumbs": crumbs_of(view.head, Crumb(_("Sanggahan"))),
    }  # fmt: skip
    return render(request, "office/objections.html", context, status=acted.status)


def _posted_columns() -> list[Col[PostedRow]]:
    return [
        number_col(_("No. daftar"), lambda row: row.number),
        Col(_("Nama dan desa"), lambda row: Cell(row.name, sub=row.place), lambda row: row.name),
        text_col(_("Nomor usulan"), lambda row: row.ref),
        text_col(_("Jenis usaha"), lambda row: words.kind(row.trade) if row.trade else ""),
        Col(
            _("Kedudukan sementara"),
            lambda row: Cell(badge=words.state_badge("selected" if row.selected else "waiting")),
            lambda row: words.state("selected" if row.selected else "waiting"),
        ),
    ]


def _objection_figures(view: Any) -> list[Figure]:
    if view.posted_on is None:
        return []
    left = (view.closes_on - clock.today()).days
    until = fmt.day(view.closes_on)
    rest = _("%(days)s hari lagi") % {"days": left + 1} if view.running else _("sudah berakhir")
    return [
        Figure(
            _("Calon pada daftar"),
            fmt.number(view.lines),
            compare=_("%(n)s di wilayah Anda") % {"n": fmt.number(view.own_lines)}
            if view.own_lines != view.lines
            else "",
            source=_("diumumkan %(day)s") % {"day": fmt.day(view.posted_on)},
        ),
        Figure(_("Masa sanggah"), rest, source=_("sampai %(day)s") % {"day": until}),
        Figure(_("Sanggahan"), fmt.number(len(view.objections)), source=_("tertulis atau lisan")),
        Figure(_("Belum diputus"), fmt.number(view.open), source=_("SK menunggu")),
    ]


def _decision_badge(row: ObjectionRow) -> Badge:
    return {
        "": Badge(_("belum diputus"), "warn", "half"),
        "upheld": Badge(_("diterima"), "info", "tick"),
        "dismissed": Badge(_("ditolak"), "none", "cross"),
    }[row.decision]


def _about(row: ObjectionRow) -> str:
    about = {
        "against": _("Terhadap %(name)s") % {"name": row.against or "–"},
        "missing": _("Ada yang belum didata"),
        "other": _("Lain-lain"),
    }[row.about]
    channel = {"paper": _("tertulis"), "spoken": _("lisan"), "phone": _("telepon")}[row.channel]
    return words.join((about, channel, row.place, fmt.day_short(row.received_on)))


def _post(request: OfficeRequest, head: Head) -> str:
    days = entry(request, "hari", 3)
    length = int(days) if days.isdecimal() else 0
    services.post_list(actor=request.actor, programme_id=head.id, on=clock.today(), days=min(max(length, 1), 60))
    return _("Daftar sementara diumumkan; sanggahan diterima sampai masa sanggah berakhir.")


def _hear(request: OfficeRequest, head: Head) -> str:
    sent = request.POST
    about, channel = sent.get("tentang", ""), sent.get("cara", "")
    services.hear_objection(
        actor=request.actor,
        programme_id=head.id,
        heard=NewObjection(
            words=entry(request, "isi"),
            channel=channel if channel in {"paper", "spoken", "phone"} else "spoken",  # type: ignore[arg-type]
            about=about if about in {"against", "missing", "other"} else "other",  # type: ignore[arg-type]
            received_on=day_of(request, "diterima"),
            said_by=sent.get("penyanggah", ""),
            ref=entry(request, "nomor", 40) if about == "against" else "",
            area=request.actor.lo if request.actor.role in {"lurah", "camat"} else 0,
        ),
    )
    return _("Sanggahan tercatat; orang lain yang memutus.")


def _decide(request: OfficeRequest) -> str:
    upheld = entry(request, "putusan") == "upheld"
    came = services.decide_objection(
        actor=request.actor,
        objection_id=id_of(request, "sanggahan"),
        upheld=upheld,
        reason=entry(request, "alasan"),
        on=clock.today(),
    )
    if not upheld:
        return _("Sanggahan ditolak dengan alasan.")
    return _("Sanggahan diterima; tempatnya diisi dari daftar tunggu.") if came else _("Sanggahan diterima.")
