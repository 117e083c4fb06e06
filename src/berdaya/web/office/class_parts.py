"""Sections of a class at work: invitations and answers, marks and certificates, materials, what people said."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.kernel.phones import whatsapp_link
from berdaya.kernel.problems import Problem
from berdaya.process.overview.classwork import ClassWork, Participant
from berdaya.web.components.parts import Badge, Bar, Bars
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.class_forms import AnswerForm, FeedbackForm, MaterialForm
from berdaya.web.office.sections import Act, Grid, Link, Part
from berdaya.web.session import OfficeRequest

TOP_MARK = 5


def help_names() -> dict[str, str]:
    """What people may need to come, in words."""
    return {
        "interpreter": _("juru bahasa"), "companion": _("pendamping"), "childcare": _("penitipan anak"),
        "transport": _("angkutan"),
    }  # fmt: skip


def invitation_parts(
    request: OfficeRequest, view: ClassWork, form: AnswerForm, *, plans: bool, records: bool
) -> list[Part]:
    """The list with cards, invitations and answers."""
    acts = []
    if plans and any(not p.invitation_id for p in view.people):
        acts.append(
            Act("undang", _("Terbitkan undangan"), primary=True,
                note=_("Satu surat untuk setiap peserta, bernomor dan dibekukan; yang sudah punya tetap."))
        )  # fmt: skip
    if records and any(p.invitation_id for p in view.people):
        acts.append(
            Act("jawab", _("Simpan jawaban"), form, _("Catat jawaban undangan"),
                note=_("Untuk yang menjawab lewat telepon atau datang ke kantor."))
        )  # fmt: skip
    return [Part(_("Peserta"), bars=_answers(view), table=_people(request, view), acts=acts, code="peserta")]


def _answers(view: ClassWork) -> Bars | None:
    sent = [p for p in view.people if p.invitation_id]
    if not sent:
        return None
    names = (("coming", _("akan datang")), ("not_coming", _("berhalangan")), ("sent", _("belum menjawab")))
    counts = {key: sum(p.invited == key for p in sent) for key, _name in names}
    bars = [Bar(name, counts[key] / len(sent), fmt.number(counts[key])) for key, name in names]
    return Bars(_("%(n)s dari %(all)s undangan belum dijawab") % {"n": counts["sent"], "all": len(sent)}, tuple(bars))


def _people(request: OfficeRequest, view: ClassWork) -> Table:
    columns = (Column(_("Peserta")), Column(_("Kartu")), Column(_("Undangan")), Column(_("Kirim")),
               Column(_("Hadir"), "right"))  # fmt: skip
    return Table(
        caption=_("Peserta"),
        columns=columns,
        rows=tuple(_person(request, view, p) for p in view.people),
        empty_title=_("Belum ada peserta"),
        empty_text=_("Peserta muncul setelah penempatan diterbitkan."),
    )


def _person(request: OfficeRequest, view: ClassWork, p: Participant) -> tuple[Cell, ...]:
    states = {
        "sent": Badge(_("belum menjawab"), "none", "ring"), "coming": Badge(_("akan datang"), "good"),
        "not_coming": Badge(_("berhalangan"), "bad", "ring"),
    }  # fmt: skip
    names = help_names()
    asked = ", ".join(names[need] for need in p.asked_for)
    said = " · ".join(x for x in (_("perlu %(what)s") % {"what": asked} if asked else "", p.note) if x)
    link = whatsapp(request, view, p)
    return (
        Cell(p.name or _("peserta tanpa nama"), sub=p.place, fake=view.synthetic),
        Cell(p.card),
        Cell("", sub=said, badge=states[p.invited]) if p.invited else Cell(_("belum diundang")),
        Cell(_("WhatsApp"), link) if link else Cell(""),
        Cell(f"{p.attended}/{p.sessions}" if p.placement_id else ""),
    )


def whatsapp(request: OfficeRequest, view: ClassWork, who: Participant) -> str:
    """A WhatsApp message with invitation and link filled in; nothing without a number."""
    said = _("Yth. %(name)s, Anda diundang mengikuti %(class)s di %(venue)s mulai %(day)s. Kode kartu: %(card)s.") % {
        "name": who.name, "class": view.name, "venue": view.venue, "day": fmt.day(view.starts_on), "card": who.card,
    }  # fmt: skip
    if who.token:
        address = request.build_absolute_uri(reverse("public:invitation", args=[who.token]))
        said += " " + _("Jawab dan unduh bahan di %(address)s") % {"address": address}
    return whatsapp_link(who.phone, said) or ""


def result_parts(view: ClassWork, *, plans: bool, records: bool) -> list[Part]:
    """Tests before and after, and certificates."""
    seats = [p for p in view.people if p.placement_id]
    parts = [Part(_("Tes sebelum dan sesudah"), bars=_growth(seats), table=_results(view, seats), code="hasil")]
    if records and seats:
        rows = [(p.key, p.name or p.card, p.place, (p.pre, p.post)) for p in seats]
        parts.append(
            Part(
                _("Catat nilai"),
                text=_("Angka 0 sampai 100. Kosongkan yang tidak ikut tes."),
                grid=Grid(("pre", "post"), (_("Sebelum"), _("Sesudah")), _("Peserta"), tuple(rows), 0, 100),
                acts=[Act("nilai", _("Simpan nilai"))],
                code="nilai",
            )
        )
    if plans:
        earned = sum(bool(p.certificate) for p in seats)
        acts = [Act("sertifikat", _("Terbitkan sertifikat"), primary=True)] if earned else []
        text = (
            _("%(n)s peserta memenuhi kehadiran dan nilai. Setiap sertifikat memuat QR yang dapat diperiksa siapa pun.")
            % {"n": earned}
            if earned
            else _("Belum ada peserta yang memenuhi kehadiran dan nilai.")
        )
        parts.append(Part(_("Sertifikat"), text=text, acts=acts, code="sertifikat"))
    return parts


def _growth(seats: Sequence[Participant]) -> Bars | None:
    known = [(p.pre, p.post) for p in seats if p.pre is not None and p.post is not None]
    if not known:
        return None
    before, after = (sum(marks) / len(known) for marks in zip(*known, strict=True))
    return Bars(
        _("Rata-rata bergerak dari %(a)s ke %(b)s") % {"a": fmt.number(before, 1), "b": fmt.number(after, 1)},
        (Bar(_("Sebelum"), before / 100, fmt.number(before, 1)), Bar(_("Sesudah"), after / 100, fmt.number(after, 1))),
        _("%(n)s peserta mengikuti kedua tes") % {"n": len(known)},
    )


def _results(view: ClassWork, seats: Sequence[Participant]) -> Table:
    columns = (Column(_("Peserta")), Column(_("Hadir"), "right"), Column(_("Sebelum"), "right"),
               Column(_("Sesudah"), "right"), Column(_("Sertifikat")))  # fmt: skip
    rows = tuple(
        (Cell(p.name or _("peserta tanpa nama"), sub=p.place, fake=view.synthetic),
         Cell(f"{p.attended}/{p.sessions}" if p.sessions else ""), Cell("" if p.pre is None else fmt.number(p.pre)),
         Cell("" if p.post is None else fmt.number(p.post)), Cell(p.certificate))
        for p in seats
    )  # fmt: skip
    return Table(
        caption=_("Hasil"), columns=columns, rows=rows, empty_title=_("Belum ada peserta"),
        empty_text=_("Peserta muncul setelah penempatan diterbitkan."),
    )  # fmt: skip


def mark_rows(posted: QueryDict, view: ClassWork) -> list[tuple[UUID, int | None, int | None]]:
    """The marks of a posted grid. Raises `invalid_form` for anything but empty and 0 to 100."""
    rows = []
    for p in view.people:
        if p.placement_id and (f"pre-{p.key}" in posted or f"post-{p.key}" in posted):
            pre, post = (_mark(posted.get(f"{name}-{p.key}", ""), p) for name in ("pre", "post"))
            if (pre, post) != (p.pre, p.post):
                rows.append((p.placement_id, pre, post))
    return rows


def _mark(text: str, who: Participant) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) > 100:
        raise Problem("invalid_form", detail=_("%(name)s: %(text)s bukan angka 0 sampai 100") % {
            "name": who.name or who.card, "text": text[:12]})  # fmt: skip
    return int(text)


def material_parts(view: ClassWork, form: MaterialForm, *, plans: bool, records: bool) -> list[Part]:
    """Files to take along."""
    links = [Link(title, reverse("office:class-material", args=[pk])) for pk, title in view.materials]
    acts = []
    if plans or records:
        note = _("PDF atau gambar, paling besar 20 MB. Peserta mengunduhnya lewat tautan undangan.")
        acts.append(Act("bahan", _("Simpan bahan"), form, _("Tambah bahan"), note))
    if plans:
        acts += [Act("hapus", _("Lepas: %(title)s") % {"title": title}, hidden={"bahan": str(pk)})
                 for pk, title in view.materials]  # fmt: skip
    text = "" if links else _("Belum ada bahan ajar.")
    return [Part(_("Bahan ajar"), text=text, links=links, acts=acts, code="bahan")]


def voice_parts(view: ClassWork, form: FeedbackForm, *, records: bool) -> list[Part]:
    """What participants said, without names."""
    count, *marks = view.feedback
    names = (_("Bermanfaat"), _("Jelas"), _("Tempat"))
    bars = None
    if count:
        drawn = [Bar(name, mark / TOP_MARK, fmt.number(mark, 1)) for name, mark in zip(names, marks, strict=True)]
        bars = Bars(_("%(n)s lembar, nilai 1 sampai 5") % {"n": count}, tuple(drawn))
    acts = [Act("umpan", _("Simpan"), form, _("Catat satu lembar umpan balik"))] if records else []
    text = "" if count else _("Belum ada umpan balik. Peserta mengisinya lewat tautan undangan atau di kertas.")
    return [Part(_("Umpan balik"), text=text, bars=bars, quotes=view.notes, acts=acts, code="umpan")]
