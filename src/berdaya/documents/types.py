"""The parts of a letter, as frozen values: what an office fills in, before it becomes frozen data and a PDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class LetterKind(StrEnum):
    """Jenis surat. The value is the code in numbers, file names and frozen data."""

    DECREE = "sk"
    HANDOVER = "bast"
    STATEMENT = "statement"
    REPORT = "report"
    CERTIFICATE = "certificate"
    MINUTES = "ba"
    NOTICE = "surat"
    INVITATION = "invitation"


class Paper(StrEnum):
    """Ukuran kertas. F4 (215 x 330 mm) is the usual paper of Indonesian offices."""

    A4 = "A4"
    F4 = "F4"


class Capacity(StrEnum):
    """Kedudukan penanda tangan: own post, acting (vacant post), daily acting (holder away), on behalf of."""

    OWN = ""
    ACTING = "Plt."
    DAILY_ACTING = "Plh."
    ON_BEHALF = "a.n."


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Kop surat. `emblem_sha256` names the SVG of the region's arms that the renderer receives beside the letters."""

    government: str
    office: str
    address: str
    contact: str = ""
    emblem_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Penanda tangan. `on_behalf_of` is the principal's post and used with `a.n.` only."""

    name: str
    position: str
    city: str
    nip: str = ""
    rank: str = ""
    capacity: Capacity = Capacity.OWN
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class LetterFrame:
    """Everything around the body: who writes, under which number and date, and how a reader checks it."""

    head: Letterhead
    signer: Signatory
    number: str
    date: date
    token: str
    verify_url: str
    paper: Paper = Paper.A4
    demo: bool = False
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnexColumn:
    """Kolom lampiran. `kind` is text, number (centred) or money (whole rupiah); width in parts, 0 = as needed."""

    name: str
    kind: str = "text"
    width: float = 0


@dataclass(frozen=True, slots=True)
class AnnexSection:
    """Bagian lampiran, such as one kabupaten, with an optional subtotal in the last column."""

    title: str
    rows: tuple[tuple[str | int, ...], ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """Lampiran keputusan."""

    title: str
    columns: tuple[AnnexColumn, ...]
    sections: tuple[AnnexSection, ...]
    total: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DecreeBody:
    """Isi Surat Keputusan. `title_line` is e.g. "Keputusan Kepala Dinas Sosial Provinsi Banten"."""

    title_line: str
    about: str
    maker: str
    considering: tuple[str, ...]
    recalling: tuple[str, ...]
    clauses: tuple[str, ...]
    regarding: tuple[str, ...] = ()
    annex: Annex | None = None


@dataclass(frozen=True, slots=True)
class HandoverItem:
    """Barang yang diserahkan: whole units at a unit value in rupiah; condition good, damaged or short."""

    name: str
    spec: str
    quantity: int
    unit: str
    unit_value: int
    condition: str = "good"
    tags: tuple[str, ...] = ()

    @property
    def value(self) -> int:
        return self.quantity * self.unit_value


@dataclass(frozen=True, slots=True)
class HandoverBody:
    """Isi BAST. The parties are (label, text) rows as printed; `members` is set for a group.

    `funding` names sources and sub-kegiatan, `record` time, position and proof; the signatures are SVG as drawn on a
    screen, empty where the paper itself is signed.
    """

    about: str
    place: str
    giver: tuple[tuple[str, str], ...]
    receiver: tuple[tuple[str, str], ...]
    receiver_name: str
    receiver_title: str
    basis: str
    items: tuple[HandoverItem, ...]
    terms: tuple[str, ...]
    receiver_below: str = ""
    members: int = 0
    shortfalls: tuple[str, ...] = ()
    witness_name: str = ""
    witness_title: str = ""
    originals: str = "2 (dua)"
    funding: str = ""
    record: tuple[str, ...] = ()
    signature: str = ""
    giver_signature: str = ""
    witness_signature: str = ""


@dataclass(frozen=True, slots=True)
class CashRow:
    """Baris buku kas. `reversed` rows are struck through; their correction is a row of its own."""

    seq: int
    date: date
    text: str
    income: int
    expense: int
    balance: int
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class CashBook:
    """Satu buku dalam satu satuan (Rp, ekor, karung)."""

    title: str
    unit: str
    opening: int
    rows: tuple[CashRow, ...]

    @property
    def closing(self) -> int:
        return self.opening + sum(row.income - row.expense for row in self.rows)


@dataclass(frozen=True, slots=True)
class Figure:
    """Angka utama. `unit` is IDR, % or a word; `note` says source and date."""

    name: str
    value: int | float | str | None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatementBody:
    """Isi buku kas satu kelompok."""

    name: str
    since: date
    until: date
    figures: tuple[Figure, ...]
    books: tuple[CashBook, ...]
    head_seq: int
    head_hash: str
    signers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Judul bagian laporan."""

    title: str


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraf laporan."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Catatan kehati-hatian: borrowed figures, moved dates, what a figure does not say."""

    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Deretan angka utama, at most five."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Diagram batang dari nol, such as the funnel."""

    items: tuple[Figure, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Kolom tabel laporan. Unit "text" is left-aligned; IDR, % or a word are numbers."""

    name: str
    unit: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Tabel laporan with an optional row of totals (None leaves a cell empty)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    total: tuple[str | int | float | None, ...] | None = None
    title: str = ""


ReportBlock = Section | Text | Note | Figures | Bars | Table


@dataclass(frozen=True, slots=True)
class ReportBody:
    """Isi laporan program."""

    title: str
    as_of: date
    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class InvitationBody:
    """Isi surat undangan: who is asked to what, when and where; `card` is the code that the reader brings along."""

    name: str
    origin: str
    about: str
    occasion: str
    days: str
    hours: str
    venue: str
    bring: tuple[str, ...] = ()
    card: str = ""


@dataclass(frozen=True, slots=True)
class CertificateBody:
    """Isi sertifikat pelatihan."""

    name: str
    origin: str
    course: str
    organiser: str
    place: str
    since: date
    until: date
    sessions: int
    attended: int
    result: str


@dataclass(frozen=True, slots=True)
class MinutesBody:
    """Isi berita acara: what was done on ``held_on``, by whom; `signers` are (post, name) with a line for each."""

    title: str
    about: str
    held_on: date
    place: str
    opening: str
    blocks: tuple[ReportBlock, ...]
    signers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NoticeBody:
    """Isi surat biasa or pengumuman. With a `title` (PENGUMUMAN) it stands in the middle and has no addressee."""

    subject: str
    blocks: tuple[ReportBlock, ...]
    title: str = ""
    recipient: tuple[str, ...] = ()
    attachment: str = "-"


LetterBody = (
    DecreeBody | HandoverBody | StatementBody | ReportBody | CertificateBody | MinutesBody | NoticeBody | InvitationBody
)


@dataclass(frozen=True, slots=True)
class PageRange:
    """Halaman satu surat di dalam berkasnya, counted from 1, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """Berkas PDF dengan letak setiap surat menurut token-nya."""

    pdf: bytes
    pages: dict[str, PageRange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """Surat yang akan diterbitkan. `id` is the idempotency key; `area` and `office` say who may read it.

    `number` is given where the office's register gave it (a decree); otherwise the next one of the office, kind and
    year is taken. `batch` names letters that share a printed file, in one kabupaten; empty: a file of its own.
    """

    id: UUID
    title: str
    body: LetterBody
    signer: Signatory
    occurred_on: date
    area: int
    office: int
    number: str = ""
    batch: str = ""
    copies: tuple[str, ...] = ()
    synthetic: bool = False
    programme_code: str = ""
    subject_kind: str = ""
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """Surat yang terbit. `file` is the printed file it lies in, at pages `first_page` to `last_page`."""

    id: UUID
    kind: LetterKind
    number: str
    title: str
    occurred_on: date
    token: str
    area: int
    office: int
    programme_code: str
    subject_kind: str
    subject_id: UUID | None
    file: UUID
    first_page: int
    last_page: int
    data_sha256: str


@dataclass(frozen=True, slots=True)
class SignerRow:
    """Penanda tangan yang terdaftar, with the first and last day on which they sign (None: until somebody follows)."""

    id: UUID
    name: str
    nip: str
    rank: str
    position: str
    capacity: str
    since: date
    until: date | None

    def signs_on(self, day: date) -> bool:
        """True where the day lies within their days."""
        return self.since <= day and (self.until is None or self.until >= day)


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """Hasil pemeriksaan keaslian: what the public may know of a letter, without personal data."""

    kind: LetterKind
    number: str
    occurred_on: date
    office: str
    data_sha256: str
    synthetic: bool
