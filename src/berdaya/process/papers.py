"""Papers of selection: the provisional list, minutes of meeting and draw, and letters to one family."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.areas.selectors import paths
from berdaya.documents.services import issue_document
from berdaya.documents.types import (
    Column,
    DocumentDraft,
    DocumentInfo,
    LetterBody,
    MinutesBody,
    Note,
    NoticeBody,
    ReportBlock,
    Section,
    Table,
    Text,
)
from berdaya.documents.wording import long_date
from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.letters import signer_on
from berdaya.process.overview.common import found
from berdaya.process.overview.ranks import explanation
from berdaya.programmes.models import (
    Candidate,
    LotteryCommitment,
    MeetingDecision,
    Programme,
    ProvisionalList,
    Referral,
    SelectionEntry,
    SelectionRun,
    VillageMeeting,
)
from berdaya.programmes.rules.explain import Explanation, points
from berdaya.programmes.selectors import config_of

WITHOUT_NUMBERS = "Daftar ini tidak memuat NIK, desil, atau kategori siapa pun."


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about: its kind (part of the id), the row it tells of, the title of the letter, day and area."""

    kind: str
    subject: UUID
    title: str
    on: date
    area: int


def _issue(actor: Actor, programme: Programme, body: LetterBody, about: About) -> DocumentInfo:
    """One letter; the same content for the same subject answers the letter that was issued."""
    content = json.dumps([about.kind, str(about.subject), about.on.isoformat(), repr(body)])
    config = config_of(actor=actor, programme_id=programme.pk)
    return issue_document(
        actor=actor,
        draft=DocumentDraft(
            id=stable_id("paper", about.kind, about.subject, hashlib.sha256(content.encode()).hexdigest()),
            title=about.title,
            body=body,
            signer=signer_on(actor=actor, office=programme.office_id, letter=config.letter, day=about.on),
            occurred_on=about.on,
            area=about.area,
            office=programme.office_id,
            synthetic=programme.synthetic,
            programme_code=programme.code,
            subject_kind=about.kind,
            subject_id=about.subject,
        ),
    )


def name_of(candidate: Candidate) -> str:
    """Name of the person or group that is proposed."""
    if candidate.group is not None:
        return candidate.group.name
    return candidate.person.name if candidate.person else candidate.ref


def _trade(candidate: Candidate) -> str:
    code = candidate.kind or next(iter(candidate.interests), "")
    kind = catalogue().kinds.get(code)
    return kind.name() if kind else "-"


@transaction.atomic
def provisional_list(*, actor: Actor, programme_id: UUID) -> DocumentInfo:
    """The list as it hangs in the villages: by village, in the order of ranks, without NIK, desil or category."""
    posted = found(
        ProvisionalList.objects.select_related("programme", "run")
        .filter(programme=programme_id)
        .order_by("-posted_on", "-id")
        .first()
    )
    lines = SelectionEntry.objects.filter(run=posted.run).select_related("candidate__person", "candidate__group")
    by_village: dict[int, list[SelectionEntry]] = {}
    for line in lines.order_by("listed_area", "rank"):
        by_village.setdefault(line.listed_area, []).append(line)
    names = paths(by_village)
    columns = (Column("No. daftar", ""), Column("Nama"), Column("Jenis usaha"), Column("Kedudukan sementara"))
    blocks: list[ReportBlock] = [
        Text(
            f"Daftar sementara calon penerima program {posted.programme.name} diumumkan mulai "
            f"{long_date(posted.posted_on)} sampai dengan {long_date(posted.closes_on)}. Siapa pun boleh menyanggah "
            "secara tertulis atau lisan di kantor desa/kelurahan atau kepada TKSK sampai hari terakhir itu. Sanggahan "
            "diputuskan oleh petugas lain sebelum penetapan, dan penyanggah boleh meminta namanya tidak dicatat."
        ),
        Note(WITHOUT_NUMBERS),
    ]
    for area, rows in by_village.items():
        told = tuple(
            (row.number, name_of(row.candidate), _trade(row.candidate), "calon penerima" if row.selected else "tunggu")
            for row in rows
        )
        blocks += [Section(names.get(area, str(area))), Table(columns, told)]
    return _issue(
        actor,
        posted.programme,
        NoticeBody(f"Daftar sementara calon penerima {posted.programme.name}", tuple(blocks), title="Pengumuman"),
        About(
            "provisional_list",
            posted.pk,
            f"Pengumuman daftar sementara {posted.programme.name}",
            posted.posted_on,
            posted.area,
        ),
    )


@transaction.atomic
def meeting_minutes(*, actor: Actor, meeting_id: UUID) -> DocumentInfo:
    """Berita acara musyawarah: attendance, each decision with its reason, kinship. Raises ``bad_state`` before it."""
    meeting = found(VillageMeeting.objects.select_related("programme").filter(pk=meeting_id).first())
    if meeting.held_on is None:
        raise Problem("bad_state", state="planned")
    village = paths([meeting.area]).get(meeting.area, str(meeting.area))
    return _issue(
        actor,
        meeting.programme,
        MinutesBody(
            "Berita acara musyawarah",
            f"calon penerima program {meeting.programme.name}, {village}",
            meeting.held_on,
            meeting.place,
            "telah dilaksanakan musyawarah tentang calon penerima dengan hasil sebagai berikut.",
            _meeting_blocks(meeting),
            _meeting_signers(meeting),
        ),
        About("meeting", meeting.pk, f"Berita acara musyawarah {village}", meeting.held_on, meeting.area),
    )


def _meeting_blocks(meeting: VillageMeeting) -> tuple[ReportBlock, ...]:
    """Who was there, and each decision with its reason and the kinship that was found."""
    decisions = (
        MeetingDecision.objects.filter(meeting=meeting)
        .select_related("candidate__person", "candidate__group")
        .order_by("candidate__list_no")
    )
    told = tuple(
        (
            row.candidate.list_no,
            name_of(row.candidate),
            "diterima" if row.decision == "accepted" else "ditolak",
            " ".join(part for part in (row.reason, f"[{row.relation}]" if row.relation else "") if part) or "-",
        )
        for row in decisions
    )
    accepted = sum(row.decision == "accepted" for row in decisions)
    people = tuple(
        (number, one["name"], one["role"], "ya" if one.get("decides") else "tidak")
        for number, one in enumerate(meeting.attendance, start=1)
    )
    blocks: list[ReportBlock] = [
        Section("Yang hadir"),
        Table((Column("No.", ""), Column("Nama"), Column("Jabatan"), Column("Ikut memutuskan")), people),
        Section("Keputusan"),
        Text(f"Dari {len(told)} calon, {accepted} diterima dan {len(told) - accepted} ditolak."),
        Table((Column("No. daftar", ""), Column("Nama"), Column("Keputusan"), Column("Alasan dan hubungan")), told),
    ]
    if meeting.note:
        blocks.append(Note(meeting.note))
    return tuple(blocks)


def _meeting_signers(meeting: VillageMeeting) -> tuple[tuple[str, str], ...]:
    """Who signs the minutes: the chair and at most five of those who decided."""
    signers = [("Pimpinan musyawarah,", meeting.chair)]
    signers += [
        (f"{one['role'][:1].upper()}{one['role'][1:]},", one["name"])
        for one in meeting.attendance
        if one.get("decides")
    ][:5]
    return tuple(signers)


@transaction.atomic
def lottery_minutes(*, actor: Actor, programme_id: UUID) -> DocumentInfo:
    """Berita acara of the draw: the frozen list and both commitments; once they are open, the seeds and the outcome."""
    run = found(
        SelectionRun.objects.select_related("programme")
        .filter(programme=programme_id)
        .order_by("-frozen_on", "-id")
        .first()
    )
    promises = list(LotteryCommitment.objects.filter(programme=programme_id).order_by("-round", "party"))
    promises = [row for row in promises if row.round == promises[0].round]
    count = run.entries.count()
    blocks: list[ReportBlock] = [
        Section("Daftar yang dibekukan"),
        Text(f"Sebanyak {count} calon dinomori 1 sampai {count} dan dibekukan pada {long_date(run.frozen_on)}."),
        Text(f"Sidik SHA-256 daftar: {bytes(run.list_sha256).hex()}"),
        Section("Komitmen dua pihak"),
        Table(
            (Column("Pihak", ""), Column("Komitmen (SHA-256 dari benih)"), Column("Benih yang dibuka")),
            tuple((row.party, row.commitment, row.seed or "belum dibuka") for row in promises),
        ),
    ]
    if run.decided_on is not None and run.summary:
        told = run.summary
        blocks += [
            Section("Hasil"),
            Text(
                f"{told['selected']} terpilih, {told['waiting']} menunggu; {told['contested']} calon bernilai seri "
                "ditentukan oleh undian."
            ),
            Text(
                "Angka undi setiap calon = SHA-256(benih 1, baris baru, benih 2, baris baru, nomor daftar); yang lebih "
                "kecil didahulukan. Siapa pun dapat mengulangnya dengan perintah: berdaya lottery verify BERKAS."
            ),
        ]
    return _issue(
        actor,
        run.programme,
        MinutesBody(
            "Berita acara undian",
            f"urutan calon bernilai sama, program {run.programme.name}",
            run.decided_on or run.frozen_on,
            "",
            "daftar calon dibekukan dan komitmen undian dicatat sebagai berikut.",
            tuple(blocks),
            (("Pihak kesatu,", ""), ("Pihak kedua,", ""), ("Saksi,", "")),
        ),
        About(
            "lottery", run.pk, f"Berita acara undian {run.programme.name}", run.decided_on or run.frozen_on, run.area
        ),
    )


def rank_sentences(told: Explanation, area: str) -> Sequence[str]:
    """The explanation in plain Indonesian, for people who read little."""
    said = [
        f"Ada {told.listed} calon dalam daftar. Calon ini berada pada urutan ke-{told.rank}, dengan nilai "
        f"{points(told.score)} dari paling tinggi {points(told.most)}."
    ]
    where = f"di {area}" if area else "dalam program ini"
    if told.places:
        said.append(f"Tempat yang tersedia {where}: {told.places}.")
    if told.place == "selected":
        said.append("Hasilnya: mendapat tempat sebagai calon penerima.")
    else:
        lowest = f" Nilai terendah yang mendapat tempat {where}: {points(told.last_score)}." if told.last_score else ""
        said.append(
            f"Hasilnya: masuk daftar tunggu, nomor tunggu {told.waiting_no}.{lowest} Bila ada penerima yang diganti, "
            "calon dengan nomor tunggu terkecil yang sesuai kuota wilayah masuk lebih dahulu."
        )
    if told.equals > 1 and told.draw:
        said.append(
            f"Ada {told.equals} calon dengan nilai yang sama; urutan mereka ditentukan undian terbuka oleh dua pihak. "
            f"Angka undi calon ini dimulai dengan {told.draw[:8]}; yang lebih kecil didahulukan."
        )
    return said


@transaction.atomic
def rank_letter(*, actor: Actor, candidate_id: UUID, on: date) -> DocumentInfo:
    """One page for one family: its rank in plain words. Raises ``list_not_frozen`` where it was never ranked."""
    candidate = found(Candidate.objects.select_related("programme", "person", "group").filter(pk=candidate_id).first())
    told = explanation(actor=actor, candidate_id=candidate_id)
    if told is None:
        raise Problem("list_not_frozen")
    area = paths([told.quota_area]).get(told.quota_area, "") if told.quota_area else ""
    rows = tuple((part.name(), points(part.points), points(part.most)) for part in told.parts)
    posted = ProvisionalList.objects.filter(programme=candidate.programme).order_by("-posted_on").first()
    blocks: list[ReportBlock] = [
        *(Text(sentence) for sentence in rank_sentences(told, area)),
        Section("Dari mana nilainya"),
        Table((Column("Yang dinilai"), Column("Nilai", "text"), Column("Paling tinggi", "text")), rows),
    ]
    if posted is not None:
        blocks.append(
            Text(
                f"Keberatan dapat disampaikan sampai {long_date(posted.closes_on)} di kantor desa/kelurahan atau "
                "kepada TKSK, tertulis atau lisan."
            )
        )
    blocks.append(Note("Surat ini untuk keluarga yang bersangkutan; tidak dipungut biaya dan tidak perlu perantara."))
    return _issue(
        actor,
        candidate.programme,
        NoticeBody("Penjelasan urutan calon", tuple(blocks), recipient=(name_of(candidate), _home(candidate))),
        About("rank", candidate.pk, f"Penjelasan peringkat nomor {candidate.ref}", on, candidate.area),
    )


@transaction.atomic
def referral_letter(*, actor: Actor, referral_id: UUID) -> DocumentInfo:
    """The letter that sends a family to another programme, with the day on which its answer is due."""
    row = found(
        Referral.objects.select_related("offer", "candidate__programme", "candidate__person", "candidate__group")
        .filter(pk=referral_id)
        .first()
    )
    offer = row.offer
    blocks: list[ReportBlock] = [
        Text(
            f"Bersama ini kami merujuk {name_of(row.candidate)}, {_home(row.candidate)}, ke program {offer.name} "
            f"({offer.form})."
        ),
        Text(f"Alasan rujukan: {row.reason}"),
        Text(f"Mohon jawaban paling lambat {long_date(row.answer_due)}, diterima atau tidak beserta alasannya."),
        Note(f"Cara diusulkan: {offer.how} Kontak: {offer.contact}."),
    ]
    return _issue(
        actor,
        row.candidate.programme,
        NoticeBody(f"Rujukan ke program {offer.name}", tuple(blocks), recipient=(f"Pimpinan {offer.provider}",)),
        About("referral", row.pk, f"Rujukan ke {offer.name}", row.referred_on, row.area),
    )


@transaction.atomic
def replacement_letter(*, actor: Actor, candidate_id: UUID) -> DocumentInfo:
    """The notice that a recipient was replaced, why, and who came in. Raises ``bad_state`` where nobody was."""
    gone = found(Candidate.objects.select_related("programme", "person", "group").filter(pk=candidate_id).first())
    if gone.replaced_on is None:
        raise Problem("bad_state", state=gone.state)
    came = Candidate.objects.select_related("person", "group").filter(replaces=gone).first()
    blocks: list[ReportBlock] = [
        Text(
            f"Dengan ini diberitahukan bahwa {name_of(gone)}, {_home(gone)}, tidak lagi menjadi penerima program "
            f"{gone.programme.name} sejak {long_date(gone.replaced_on)}."
        ),
        Text(f"Alasan: {gone.replaced_reason}."),
    ]
    if came is not None:
        blocks.append(
            Text(
                f"Tempatnya diisi dari daftar tunggu menurut urutan peringkat oleh {name_of(came)}, {_home(came)} "
                f"(peringkat {came.rank}), yang ditetapkan dengan keputusan berikutnya."
            )
        )
    else:
        blocks.append(Text("Tidak ada calon pada daftar tunggu yang sesuai kuota wilayah; tempatnya kosong."))
    return _issue(
        actor,
        gone.programme,
        NoticeBody("Penggantian penerima", tuple(blocks), recipient=(name_of(gone), _home(gone))),
        About("replacement", gone.pk, f"Penggantian penerima nomor {gone.ref}", gone.replaced_on, gone.area),
    )


def _home(candidate: Candidate) -> str:
    return paths([candidate.area]).get(candidate.area, str(candidate.area))
