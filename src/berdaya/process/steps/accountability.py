"""After the handover: codes and LPJ are opened; in a demo, invented people also speak, account and complain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from berdaya.accountability.models import Lpj, LpjItem
from berdaya.accountability.services import lpj
from berdaya.accountability.services.statements import record_list_many
from berdaya.accountability.types import EntryKind, IssuedCode, ListedWord, NewEntry
from berdaya.enterprises.texts import rupiah
from berdaya.example.pictures import receipt_photo
from berdaya.followup.complaints import public as complaints
from berdaya.followup.complaints import services as handling
from berdaya.followup.complaints.types import Channel, NewComplaint, Subject
from berdaya.followup.models import Complaint
from berdaya.grants.models import HandoverLine
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.process.accounting import issue_programme_codes, open_reports
from berdaya.process.walk import Walk

SPOKE, DIFFERED, QUIET = 62, 64, 80
ACCOUNTED, SUBMITTED, BEGUN = 48, 60, 75
PHOTOGRAPHED = 10
"""So many reports of a programme have photos of their receipts."""
WORDS = (
    "Datangnya baik, sudah dipakai.",
    "Sudah diterima di balai desa.",
    "Lengkap, terima kasih.",
    "",
)
MISSING = ("Kurang dari yang tertulis di surat.", "Satu barang belum diantar sampai sekarang.")
UNREADABLE = "Tanggal nota kedua tidak terbaca; mohon difoto ulang."
RESULTS = ("Barang ditukar oleh penyedia.", "Uang dikembalikan; petugasnya ditegur.", "Pendamping diganti.")
CASES = (
    (Subject.GOODS, "Barang yang datang tidak sama dengan yang tertulis di surat. Mereknya lain dan lebih kecil."),
    (Subject.MONEY, "Sebelum mengambil barang kami diminta uang transpor. Tidak diberi kuitansi."),
    (Subject.MENTOR, "Pendamping tidak pernah datang, tetapi di buku tertulis datang setiap bulan."),
    (Subject.SELECTION, "Tetangga saya lebih membutuhkan, tetapi tidak masuk daftar."),
    (Subject.VILLAGE, "Nama keluarga aparat desa didahulukan."),
    (Subject.OTHER, "Tempat pelatihan terlalu jauh untuk ibu yang menyusui."),
)


def speak(walk: Walk) -> str:
    """Codes for every handover and an LPJ for every recipient; invented words only where the data are synthetic."""
    with walk.acting("accountability") as actor:
        codes = issue_programme_codes(actor=actor, programme_id=walk.programme)
        reports = open_reports(actor=actor, programme_id=walk.programme)
    if not (settings.DEMO and walk.synthetic and walk.checker):
        return f"{len(codes)} kode, {reports} LPJ"
    with _later(walk, 21), walk.checking("kata penerima") as checker:
        words = record_list_many(actor=checker, rows=list(_words(codes)))
    accounted = _account(walk)
    cases = _complain(walk)
    return f"{len(codes)} kode, {words} penerima bicara, {reports} LPJ, {accounted} diajukan, {cases} aduan"


@contextmanager
def _later(walk: Walk, days: int) -> Iterator[None]:
    """Invented people act some days after the handover, not on the day the demo stands still at."""
    on = walk.config.dates.handover
    if on is None or not (settings.DEMO and walk.synthetic):
        yield
        return
    with clock.frozen(min(on + timedelta(days=days), clock.today())):
        yield


def _part(*parts: object) -> int:
    """0 to 99, the same on every machine."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()[0] * 100 // 256


def _words(codes: Sequence[IssuedCode]) -> Iterator[ListedWord]:
    lines: dict[UUID, UUID] = {}
    wanted = {code.handover for code in codes}
    for handover, line in (
        HandoverLine.objects.filter(handover__in=wanted).order_by("item__number").values_list("handover_id", "id")
    ):
        lines.setdefault(handover, line)
    for code in codes:
        whole, own = _part(code.handover, "word"), _part(code.handover, code.person, "word")
        if whole >= QUIET or (whole >= SPOKE and own >= SPOKE):
            continue
        differs = SPOKE <= whole < DIFFERED
        share = own
        yield ListedWord(
            id=stable_id("demo-word", code.handover, code.person),
            handover=code.handover,
            person=code.person,
            company="Lurah",
            words=(MISSING if differs else WORDS)[share % (2 if differs else 4)],
            short=((lines[code.handover], 0),) if differs else (),
        )


def _account(walk: Walk) -> int:
    """Receipts of about three reports in four; most are handed in, and most of those accepted by somebody else."""
    with _later(walk, 85), walk.acting("lpj") as actor:
        rows = Lpj.objects.filter(decree_line__decree__programme=walk.programme, state="draft").order_by("pk")
        if rows.filter(entries__isnull=False).exists() or not rows.exists():
            return 0
        items: dict[UUID, list[LpjItem]] = {}
        for item in LpjItem.objects.filter(lpj__in=rows).order_by("lpj_id", "number"):
            items.setdefault(item.lpj_id, []).append(item)
        shares = {row.pk: _part(row.pk, "lpj") for row in rows}
        begun = [row for row in rows if shares[row.pk] < BEGUN]
        books = {
            row.pk: _entries(row, items[row.pk], whole=shares[row.pk] < SUBMITTED, photo=number < PHOTOGRAPHED)
            for number, row in enumerate(begun)
        }
        lpj.add_books_many(actor=actor, books=books)
        handed_in = {key: "" for key, share in shares.items() if share < SUBMITTED}
        lpj.submit_many(actor=actor, authors=handed_in)
    with walk.acting("lpj") as actor:
        lpj.remind_many(actor=actor, programme_code=walk.code)
    with _later(walk, 100), walk.checking("lpj") as checker:
        accepted = [key for key in handed_in if shares[key] < ACCOUNTED]
        returned = [key for key in handed_in if shares[key] == ACCOUNTED]
        lpj.decide_many(actor=checker, lpj_ids=accepted, accept=True)
        lpj.decide_many(actor=checker, lpj_ids=returned, accept=False, reason=UNREADABLE)
    return len(handed_in)


def _entries(report: Lpj, items: Sequence[LpjItem], *, whole: bool, photo: bool) -> list[NewEntry]:
    found = []
    for item in items if whole else items[:1]:
        on = min(report.received_on + timedelta(days=7 + _part(item.pk, "day") % 60), clock.today())
        amount = item.amount_idr if whole else item.amount_idr // 2 or 1
        found.append(
            NewEntry(
                id=stable_id("demo-receipt", item.pk),
                kind=EntryKind.SPENT,
                occurred_on=on,
                amount_idr=amount,
                receipt=receipt_photo("TOKO CONTOH", item.name, rupiah(amount)) if photo else b"",
                item=item.pk,
                seller="Toko Contoh",
                description=f"{item.quantity} {item.unit}",
            )
        )
    return found


def _complain(walk: Walk) -> int:
    """A handful of invented complaints in the programme's area, with codes that nobody was given; half are closed."""
    keys = [stable_id("demo-complaint", walk.code, number) for number in range(len(CASES))]
    for number, (key, (subject, words)) in enumerate(zip(keys, CASES, strict=True)):
        with _later(walk, 20 + 150 * number):
            complaints.file_complaint(
                complaint=NewComplaint(
                    id=key,
                    channel=(Channel.WEB, Channel.PHONE, Channel.PAPER)[number % 3],
                    subject=subject,
                    area=walk.office.area,
                    words=words,
                    withheld="Saya anggota kelompok itu." if number == 1 else "",
                    contact="081200000000" if number == 0 else "",
                    safe_time="pagi" if number == 0 else "",
                ),
                code=hashlib.sha256(key.bytes).hexdigest().upper()[:10],
                source=complaints.digest(f"demo|{walk.code}"),
            )
    for number, result in enumerate(RESULTS):
        with _later(walk, 30 + 150 * number), walk.checking("aduan") as checker:
            if Complaint.objects.filter(pk=keys[number], state="received").exists():
                handling.take(actor=checker, complaint_id=keys[number])
                handling.close(actor=checker, complaint_id=keys[number], result=result)
    return len(CASES)
