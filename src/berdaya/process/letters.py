"""Letters that speak of several domains: the decree (SK) with its annex, and who signs for an office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby
from uuid import UUID

from berdaya.areas.codes import Level, ancestor
from berdaya.areas.selectors import paths
from berdaya.documents.selectors import printed
from berdaya.documents.services import issue_document, signatory_on
from berdaya.documents.types import (
    Annex,
    AnnexColumn,
    AnnexSection,
    Capacity,
    DecreeBody,
    DocumentDraft,
    DocumentInfo,
    Signatory,
)
from berdaya.enterprises.catalogue import catalogue
from berdaya.grants import queue
from berdaya.grants.services.letters import issue_handover_letters
from berdaya.groups.models import Membership
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Decree, DecreeLine
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import Letter, ProgrammeConfig, Subject
from berdaya.reports.narrative import grouped

_FORMS = {"goods": "barang", "cash": "modal usaha", "coaching": "pembinaan"}


def signer_of(letter: Letter) -> Signatory:
    """Who signs, as ``[letter]`` of the programme names."""
    on_behalf = letter.position if letter.capacity == "a.n." else ""
    return Signatory(
        name=letter.name,
        position=letter.position,
        city=letter.city,
        nip=letter.nip,
        rank=letter.rank,
        capacity=Capacity(letter.capacity),
        on_behalf_of=on_behalf,
    )


def signer_on(*, actor: Actor, office: int, letter: Letter, day: date) -> Signatory:
    """Who signs on a day: as ``[letter]`` of the programme names, else who is registered at the office for that day.

    Where neither is known the line of the name stays empty, to be filled in by hand.
    """
    if letter.name:
        return signer_of(letter)
    try:
        known = signatory_on(actor=actor, office=office, day=day)
    except Problem:
        return signer_of(letter)
    return replace(known, city=letter.city or known.city)


def issue_decree(*, actor: Actor, decree_id: UUID, config: ProgrammeConfig) -> DocumentInfo:
    """The decree in force as a letter with its annex: recipients by kabupaten, kecamatan and village; no NIK."""
    decree = Decree.objects.select_related("programme").get(pk=decree_id)
    lines = list(
        DecreeLine.objects.filter(decree=decree, replaced_on=None)
        .select_related("candidate__person", "group")
        .order_by("number")
    )
    document = issue_document(
        actor=actor,
        draft=DocumentDraft(
            id=stable_id("decree", decree.pk),
            title=f"SK {decree.number} {decree.programme.name}",
            body=_body(config, lines, decree.decreed_on),
            signer=signer_on(actor=actor, office=decree.office_id, letter=config.letter, day=decree.decreed_on),
            occurred_on=decree.decreed_on,
            area=decree.area,
            office=decree.office_id,
            number=decree.number,
            copies=("Inspektorat", "Badan Pengelolaan Keuangan Daerah", "Arsip"),
            synthetic=decree.programme.synthetic,
            programme_code=decree.programme.code,
            subject_kind="decree",
            subject_id=decree.pk,
        ),
    )
    Decree.objects.filter(pk=decree.pk, document=None).update(document_id=document.id)
    return document


PRINTED_AT_ONCE = 300


def print_day(*, actor: Actor, day_id: UUID, start: int = 1) -> bytes:
    """The BAST of a day for the printer, village by village in the order of the queue, from queue number ``start`` on.

    Letters that were not issued yet are issued. A sheet with the village's name stands before its letters. At most 300
    at once: the next part begins behind the last number. Raises `not_found` where nobody has received from there on.
    """
    day = queue.day(actor=actor, day_id=day_id)
    slots = [slot for slot in queue.slots(actor=actor, day_id=day_id) if slot.handover and slot.number >= start]
    slots = slots[:PRINTED_AT_ONCE]
    if not slots:
        raise Problem("not_found")
    config = config_of(actor=actor, programme_id=day.programme)
    handovers = [slot.handover for slot in slots if slot.handover]
    issued = issue_handover_letters(
        actor=actor,
        programme_id=day.programme,
        handovers=handovers,
        signer=signer_on(actor=actor, office=actor.office or 0, letter=config.letter, day=day.planned_on),
    )
    letters = {letter.subject_id: letter.id for letter in issued}
    names = paths({slot.area for slot in slots}, short=True)
    runs = []
    for area, members in groupby(slots, key=lambda slot: slot.area):
        part = list(members)
        text = f"{len(part)} BAST, antrean {part[0].number} sampai {part[-1].number}"
        runs.append((names.get(area, ""), text, [letters[slot.handover] for slot in part]))
    return printed(actor=actor, runs=runs, title=f"BAST {day.place} {day.planned_on:%d-%m-%Y}")


def _body(config: ProgrammeConfig, lines: list[DecreeLine], on: date) -> DecreeBody:
    unit = "kelompok" if config.subject is Subject.GROUP else "keluarga"
    name, year = config.programme.name or config.programme.code, config.programme.year
    form = _FORMS[config.aid.form]
    sources = ", ".join(
        f"{funding.source}{f' ({funding.activity})' if funding.activity else ''}"
        for funding in config.programme.funding
    )
    clauses = [
        f"Menetapkan {grouped(len(lines))} {unit} sebagaimana tercantum dalam Lampiran sebagai penerima {form} pada "
        f"program {name} Tahun {year}.",
        "Penerima sebagaimana dimaksud dalam Diktum KESATU wajib menggunakan bantuan untuk usaha, menerima "
        "pendampingan, dan melaporkan perkembangannya.",
        f"Segala biaya yang timbul akibat ditetapkannya Keputusan ini dibebankan pada {sources or 'anggaran kantor'}.",
        "Keputusan ini mulai berlaku pada tanggal ditetapkan, dengan ketentuan apabila di kemudian hari terdapat "
        "kekeliruan akan diperbaiki sebagaimana mestinya.",
    ]
    return DecreeBody(
        title_line=f"Keputusan {config.letter.position or config.programme.office}",
        about=f"Penetapan Penerima {form.capitalize()} Program {name} Tahun {year}",
        maker=config.letter.position or config.programme.office,
        considering=config.letter.menimbang,
        recalling=config.letter.mengingat,
        clauses=tuple(clauses),
        regarding=(f"Berita acara musyawarah dan daftar peringkat sampai dengan {on:%d/%m/%Y}",),
        annex=_annex(unit, lines),
    )


def _annex(unit: str, lines: list[DecreeLine]) -> Annex:
    areas = {line.area for line in lines}
    names = paths({ancestor(area, Level.REGENCY) for area in areas}, short=True)
    places = paths(areas, short=True)
    sections: dict[int, list[tuple[str | int, ...]]] = defaultdict(list)
    sizes = _members(line.group_id for line in lines if line.group_id)
    for line in lines:
        sections[ancestor(line.area, Level.REGENCY)].append(
            (line.number, _name(line), _detail(line, sizes), places.get(line.area, ""))
        )
    fourth = "Jenis usaha dan anggota" if unit == "kelompok" else "Jenis usaha"
    return Annex(
        title=f"Daftar {unit} penerima",
        columns=(
            AnnexColumn("No.", "number"),
            AnnexColumn("Nama", width=3),
            AnnexColumn(fourth, width=3),
            AnnexColumn("Alamat", width=4),
        ),
        sections=tuple(
            AnnexSection(names.get(code, str(code)), tuple(rows)) for code, rows in sorted(sections.items())
        ),
        note="Nomor identitas tidak dicantumkan; kantor menyimpannya terkunci.",
    )


def _members(groups: Iterable[UUID]) -> dict[UUID, int]:
    counted: dict[UUID, int] = defaultdict(int)
    rows = Membership.objects.filter(group__in=list(groups), left_on=None).values_list("group_id", flat=True)
    for group in rows:
        counted[group] += 1
    return counted


def _name(line: DecreeLine) -> str:
    if line.group is not None:
        return line.group.name
    person = line.candidate.person
    return person.name if person else line.candidate.ref


def _detail(line: DecreeLine, sizes: dict[UUID, int]) -> str:
    code = line.group.kind if line.group is not None else line.candidate.kind
    code = code or next(iter(line.candidate.interests), "")
    kind = catalogue().kinds.get(code)
    name = kind.name() if kind else "-"
    return f"{name}, {sizes.get(line.group_id, 0)} anggota" if line.group_id else name
