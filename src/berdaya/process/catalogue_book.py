"""The office's catalogue as one workbook, out and in: a sheet for each part, codes as they stand everywhere else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

import xlsxwriter

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.intake import columns as read
from berdaya.intake.columns import Column
from berdaya.intake.files import Workbook, read_workbook
from berdaya.intake.reading import read_sheet
from berdaya.intake.types import CellProblem
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.catalogue import catalogue_of
from berdaya.training.services.catalogue import PERMISSION, save_entries_many
from berdaya.training.shipped import NewEntry, OfficeCatalogue, Part, entry_of, good_of
from berdaya.training.values import Counted

MOST_BYTES = 4 << 20


def _text(name: str, heading: str, *, required: bool = False, longest: int = 200) -> Column:
    return Column(name, heading, read.text(longest), required=required, blank="")


_CODE = Column("code", "Kode", read.code, required=True, blank="")
_NAMES = (_CODE, _text("name", "Nama", required=True, longest=120), _text("english", "Nama Inggris", longest=120))
_SKILLS = Column("skills", "Keterampilan", read.codes, blank=())
_KINDS = Column("kinds", "Jenis Usaha", read.codes, blank=())
_RETIRED = Column("retired", "Dihentikan", read.yes_no, blank=False)
SHEETS: Mapping[Part, tuple[str, tuple[Column, ...]]] = {
    Part.RESOURCE: ("Sumber Daya", (*_NAMES, _RETIRED)),
    Part.SKILL: ("Keterampilan", (*_NAMES, _RETIRED)),
    Part.KIND: ("Jenis Usaha", (
        *_NAMES, Column("category", "Kategori", read.code, blank=""), _SKILLS,
        Column("resources", "Sumber Daya", read.codes, blank=()), _RETIRED,
    )),
    Part.COURSE: ("Kursus", (
        *_NAMES, _SKILLS, Column("sessions", "Pertemuan", read.whole(1, 60), blank=0),
        Column("hours", "Jam", read.whole(1, 12), blank=0), Column("topics", "Materi", read.texts, blank=()), _RETIRED,
    )),
    Part.PACKAGE: ("Paket", (
        *_NAMES, _KINDS, _text("goods_name", "Barang", required=True), _text("specification", "Spesifikasi"),
        Column("quantity", "Jumlah", read.whole(1, 1_000_000), required=True),
        _text("unit", "Satuan", required=True, longest=30), Column("price", "Harga Satuan", read.idr, required=True),
        Column("durable", "Aset", read.yes_no, blank=False), _RETIRED,
    )),
}  # fmt: skip
"""Sheet and columns of each part; a package takes a line for each of its goods."""


@dataclass(frozen=True, slots=True)
class BookRead:
    """What became of a workbook: what was written, or the cells that keep it from being written (then nothing is)."""

    counted: Counted | None
    problems: tuple[CellProblem, ...] = ()


def catalogue_workbook(*, actor: Actor) -> IO[bytes]:
    """The catalogue in force as XLSX, ready to be changed and read back."""
    require(actor, "programme.read")
    listed = catalogue_of(actor.office)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 2})
    for part, (title, columns) in SHEETS.items():
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 28 if column.name in {"name", "english", "goods_name", "topics"} else 18)
            sheet.write_string(0, at, column.heading, head)
        for number, row in enumerate(_rows(listed, part), start=1):
            for at, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, at, value)
                elif value:
                    sheet.write_string(number, at, value)
    book.close()
    file.seek(0)
    record(actor=actor, name="list.exported", subject_kind="list", subject_id="catalogue", rows=len(listed.kinds))
    return file


def _rows(listed: OfficeCatalogue, part: Part) -> Iterable[Sequence[str | int]]:
    for code in listed.part(part):
        entry = entry_of(listed, part, code)
        assert entry is not None  # noqa: S101 - codes of the very mapping
        names = (entry.code, entry.name, entry.english)
        retired = "ya" if entry.retired else "tidak"
        match part:
            case Part.KIND:
                yield (*names, entry.category, ";".join(entry.skills), ";".join(entry.resources), retired)
            case Part.COURSE:
                yield (*names, ";".join(entry.skills), entry.sessions, entry.hours, ";".join(entry.topics), retired)
            case Part.PACKAGE:
                for good in map(good_of, entry.goods):
                    yield (
                        *names, ";".join(entry.kinds), good.name, good.specification, good.quantity, good.unit,
                        good.unit_price_idr, "ya" if good.durable else "tidak", retired,
                    )  # fmt: skip
            case _:
                yield (*names, retired)


def read_catalogue(*, actor: Actor, content: bytes, name: str) -> BookRead:
    """Write a workbook of :func:`catalogue_workbook`'s shape into the office's catalogue: all of it or nothing.

    Sheets may be missing. Raises what reading a file raises, and `training_entry_unfit`.
    """
    require(actor, PERMISSION)
    if len(content) > MOST_BYTES:
        raise Problem("file_too_large", file=name, megabytes=MOST_BYTES >> 20)
    book = read_workbook(content, name)
    problems: list[CellProblem] = []
    rows: list[NewEntry] = []
    found = {part: _plain(part) for part in SHEETS if _has(book, SHEETS[part][0])}
    if not found:
        raise Problem("sheet_missing", file=name, sheet=SHEETS[Part.KIND][0], found=", ".join(book.sheets))
    for part, make in found.items():
        title, columns = SHEETS[part]
        reading = read_sheet(book, title, columns, make, as_of=clock.today(), keys=("code", "name"))
        problems += reading.problems
        rows += _packed(reading.rows) if part is Part.PACKAGE else reading.rows
    if problems:
        return BookRead(None, tuple(problems))
    return BookRead(save_entries_many(actor=actor, rows=rows))


def _has(book: Workbook, title: str) -> bool:
    return any(sheet.casefold() == title.casefold() for sheet in book.sheets)


def _plain(part: Part) -> Callable[..., Any]:
    names = [column.name for column in SHEETS[part][1]]

    def make(_row: int, *cells: Any) -> NewEntry:
        facts = dict(zip(names, cells, strict=True))
        if part is Part.PACKAGE:
            durable = "ya" if facts.pop("durable") else "tidak"
            line = [facts.pop(key) for key in ("goods_name", "specification", "quantity", "unit", "price")]
            facts["goods"] = ("|".join(str(cell).replace("|", "/") for cell in (*line, durable)),)
        return NewEntry(part, **facts)

    return make


def _packed(rows: Iterable[NewEntry]) -> list[NewEntry]:
    """One entry for each package; its lines stand in the order of the sheet, its facts in the first of them."""
    found: dict[str, NewEntry] = {}
    for row in rows:
        known = found.get(row.code)
        found[row.code] = row if known is None else replace(known, goods=known.goods + row.goods)
    return list(found.values())
