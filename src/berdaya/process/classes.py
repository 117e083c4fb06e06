"""Letters and papers of a class: invitations, cards, the list to sign, certificates, the report of the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.models import Office
from berdaya.access.permissions import require
from berdaya.documents.papers import paper
from berdaya.documents.services import issue_documents_many
from berdaya.documents.types import (
    Bars,
    CertificateBody,
    Column,
    DocumentDraft,
    DocumentInfo,
    Figure,
    Figures,
    InvitationBody,
    Note,
    ReportBody,
    Section,
    Signatory,
    Table,
    Text,
)
from berdaya.documents.wording import long_date
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.letters import signer_on
from berdaya.process.overview.classwork import ClassWork, class_work, with_guest_cards
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import ProgrammeConfig
from berdaya.training.services.inviting import Invited, keep_invitations, record_answer

PRESENT, ABSENT = "H", "–"


def days_of(work: ClassWork) -> str:
    """`8 sampai 12 Juli 2024` as letters write it."""
    if work.starts_on == work.ends_on:
        return long_date(work.starts_on)
    return f"{long_date(work.starts_on)} sampai {long_date(work.ends_on)}"


def _own(actor: Actor, class_id: UUID) -> ClassWork:
    work = class_work(actor=actor, class_id=class_id)
    if not work.mine:
        raise Problem("not_found")
    return work


def _office(work: ClassWork) -> str:
    return Office.objects.filter(pk=work.office).values_list("name", flat=True).first() or ""


def card_sheet(*, actor: Actor, class_id: UUID) -> bytes:
    """Cards of everybody on the list as PDF, eight on a page."""
    work = with_guest_cards(actor=actor, class_id=class_id)
    return paper("cards", {
        "title": f"Kartu peserta {work.code}", "office": _office(work), "class": work.name, "venue": work.venue,
        "days": days_of(work), "demo": work.synthetic,
        "rows": [
            {"name": p.name, "place": p.place, "code": p.card, "qr": p.card}
            for p in work.people
        ],
    })  # fmt: skip


def register_sheet(*, actor: Actor, class_id: UUID) -> bytes:
    """The list to sign as PDF, a column for each session; what is recorded already is filled in."""
    require(actor, "attendance.record")
    work = _own(actor, class_id)
    held = [s for s in work.sessions if not s.cancelled]
    marks = {
        s.id: {p.key: p.present for p in class_work(actor=actor, class_id=class_id, session_id=s.id).people}
        for s in held
    }
    return paper("register", {
        "title": f"Daftar hadir {work.code}", "class": work.name, "venue": work.venue, "days": days_of(work),
        "demo": work.synthetic, "sessions": [f"{s.number} ({s.held_on:%d/%m})" for s in held] or ["1"],
        "rows": [
            {"name": p.name, "place": p.place, "code": p.card,
             "marks": [_shown(marks[s.id].get(p.key)) for s in held] or [""]}
            for p in work.people
        ],
    })  # fmt: skip


def _shown(present: bool | None) -> str:
    return "" if present is None else PRESENT if present else ABSENT


@transaction.atomic
def invite(*, actor: Actor, class_id: UUID) -> list[DocumentInfo]:
    """An invitation letter for everybody on the list, numbered and frozen; who has one keeps it."""
    require(actor, "document.issue")
    work = _own(actor, class_id)
    config = config_of(actor=actor, programme_id=work.programme)
    first = next((s for s in work.sessions if not s.cancelled), None)
    hours = f"pukul {first.starts_at:%H.%M}–{first.ends_at:%H.%M}" if first else ""
    drafts = [
        DocumentDraft(
            id=stable_id("invitation", work.id, p.key),
            title=f"Undangan {work.name} untuk {p.name}",
            body=InvitationBody(
                name=p.name, origin=p.place, about=f"Undangan {work.name}", occasion=work.name, days=days_of(work),
                hours=hours, venue=f"{work.venue}, {work.place}", bring=("kartu peserta", "alat tulis"), card=p.card,
            ),
            signer=_signer(actor, work, config, min(clock.today(), work.starts_on)),
            occurred_on=min(clock.today(), work.starts_on),
            area=work.area,
            office=work.office,
            batch=f"Undangan {work.code} {work.programme_code}",
            synthetic=work.synthetic,
            programme_code=work.programme_code,
            subject_kind="placement" if p.placement_id else "outsider",
            subject_id=p.placement_id or p.outsider_id,
        )
        for p in work.people
    ]  # fmt: skip
    if not drafts:
        return []
    letters = issue_documents_many(actor=actor, drafts=drafts)
    keep_invitations(
        actor=actor,
        class_id=work.id,
        rows=[
            Invited(
                stable_id("invited", work.id, p.key), work.area, work.office, p.placement_id, p.outsider_id, letter.id
            )
            for p, letter in zip(work.people, letters, strict=True)
        ],
    )
    return letters


def answer_invitation(
    *, actor: Actor, class_id: UUID, key: str, answer: str, asked_for: Sequence[str] = (), note: str = ""
) -> None:
    """What somebody answered to an invitation (by WhatsApp or at the door). Raises `not_found` where none was sent."""
    work = _own(actor, class_id)
    who = next((p for p in work.people if p.key == key), None)
    if who is None or who.invitation_id is None:
        raise Problem("not_found")
    record_answer(actor=actor, invitation_id=who.invitation_id, answer=answer, asked_for=asked_for, note=note)


def _signer(actor: Actor, work: ClassWork, config: ProgrammeConfig, day: date) -> Signatory:
    return signer_on(actor=actor, office=work.office, letter=config.letter, day=day)


@transaction.atomic
def certify(*, actor: Actor, class_id: UUID) -> list[DocumentInfo]:
    """A certificate for everybody who has earned one, frozen, with a QR that the public page verifies."""
    require(actor, "document.issue")
    work = _own(actor, class_id)
    earned = [p for p in work.people if p.certificate]
    config = config_of(actor=actor, programme_id=work.programme)
    drafts = [
        DocumentDraft(
            id=stable_id("certificate", p.placement_id, p.certificate),
            title=f"Sertifikat {p.certificate} {p.name}",
            body=CertificateBody(
                name=p.name, origin=p.place, course=work.name, organiser=_office(work), place=work.venue,
                since=work.starts_on, until=work.ends_on, sessions=p.sessions, attended=p.attended,
                result="LULUS" if p.post is not None else "TELAH MENGIKUTI",
            ),
            signer=_signer(actor, work, config, work.ends_on),
            occurred_on=work.ends_on,
            area=work.area,
            office=work.office,
            number=p.certificate,
            batch=f"Sertifikat {work.code} {work.programme_code}",
            synthetic=work.synthetic,
            programme_code=work.programme_code,
            subject_kind="placement",
            subject_id=p.placement_id,
        )
        for p in earned
    ]  # fmt: skip
    return issue_documents_many(actor=actor, drafts=drafts) if drafts else []


def event_report(*, actor: Actor, class_id: UUID) -> DocumentInfo:
    """The report of the event in one click: who came, tests, what people said. A later day gives a new letter."""
    require(actor, "report.make")
    work = _own(actor, class_id)
    config = config_of(actor=actor, programme_id=work.programme)
    draft = DocumentDraft(
        id=stable_id("event_report", work.id, clock.today(), *(str(s.came) for s in work.sessions)),
        title=f"Laporan {work.name}",
        body=ReportBody(f"Laporan {work.name}", clock.today(), tuple(_blocks(work))),
        signer=_signer(actor, work, config, clock.today()),
        occurred_on=clock.today(),
        area=work.area,
        office=work.office,
        synthetic=work.synthetic,
        programme_code=work.programme_code,
        subject_kind="training_class",
        subject_id=work.id,
    )
    return issue_documents_many(actor=actor, drafts=[draft])[0]


def _blocks(work: ClassWork) -> list[Section | Text | Note | Figures | Bars | Table]:
    seats = [p for p in work.people if p.placement_id]
    tested = [p for p in seats if p.pre is not None and p.post is not None]
    count, useful, clear, place = work.feedback
    figures = [
        Figure("Peserta", len(seats), "orang", "penerima program"),
        Figure("Peserta luar", len(work.people) - len(seats), "orang", "lurah, TKSK, pengurus"),
        Figure("Pertemuan", sum(not s.cancelled for s in work.sessions), "kali"),
        Figure("Sertifikat", sum(bool(p.certificate) for p in seats), "orang"),
    ]
    blocks: list[Section | Text | Note | Figures | Bars | Table] = [
        Text(f"{work.name} berlangsung {days_of(work)} di {work.venue}, {work.place}, bersama pelatih "
             f"{work.trainer or 'yang ditunjuk'}{f' dan mitra {work.partner}' if work.partner else ''}."),
        Figures(tuple(figures)),
    ]  # fmt: skip
    held = [s for s in work.sessions if not s.cancelled]
    if held:
        bars = tuple(Figure(f"{s.number}. {s.held_on:%d/%m/%Y}", s.came, "hadir", s.topic) for s in held)
        blocks += [Section("Kehadiran"), Bars(bars, "Yang hadir pada setiap pertemuan")]
    if tested:
        before = sum(p.pre or 0 for p in tested) / len(tested)
        after = sum(p.post or 0 for p in tested) / len(tested)
        blocks += [
            Section("Tes"),
            Text(f"Rata-rata naik dari {before:.0f} menjadi {after:.0f} pada {len(tested)} orang di kedua tes."),
        ]
    if count:
        marks = (("Bermanfaat", useful), ("Jelas", clear), ("Tempat", place))
        said = ", ".join(f"{name.lower()} {mark:.1f}".replace(".", ",") for name, mark in marks)
        blocks += [Section("Umpan balik"), Text(f"{count} lembar, nilai 1 sampai 5: {said}.")]
    columns = (Column("Nama"), Column("Asal"), Column("Hadir", ""), Column("Sebelum", ""), Column("Sesudah", ""))
    rows = tuple((p.name, p.place, p.attended, p.pre, p.post) for p in work.people)
    return [*blocks, Section("Daftar peserta"), Table(columns, rows), *_helpers(work)]


def _helpers(work: ClassWork) -> list[Note]:
    names = {
        "interpreter": "juru bahasa",
        "companion": "pendamping",
        "childcare": "penitipan anak",
        "transport": "angkutan",
    }
    said = [
        f"pertemuan {s.number}: " + ", ".join(f"{names[k]} {v}" for k, v in s.helpers)
        for s in work.sessions
        if s.helpers
    ]
    return [Note("Dukungan peserta: " + "; ".join(said) + ".")] if said else []
