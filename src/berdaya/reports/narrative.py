"""The report of a programme (laporan program) as blocks of a letter, and as sheets of a workbook.

Both are made from the same frozen figures, so that paper and Excel can never disagree.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import override

from berdaya.documents.types import (
    Bars,
    Column,
    Figure,
    Figures,
    Note,
    ReportBlock,
    Section,
    Table,
    Text,
)
from berdaya.enterprises.texts import STATUS_LABELS
from berdaya.enterprises.types import Status
from berdaya.kernel import formats
from berdaya.reports.types import STATUSES, Milestone, ProgrammeFigures

GOODS_SHOWN = 12
REASONS = {
    "civil_servant": "aparatur sipil negara",
    "army_police": "TNI atau Polri",
    "pensioner": "pensiunan",
    "deceased": "meninggal dunia",
    "mentor": "pendamping atau petugas program",
    "graduated:uep": "sudah graduasi UEP",
    "graduated": "sudah graduasi UEP",
    "cool_off/business_aid": "sudah menerima bantuan usaha sejenis",
    "group_exclusions": "ada anggota pada daftar pengecualian",
    "never_kube": "sudah pernah menerima KUBE",
}


def blocks(figures: ProgrammeFigures) -> tuple[ReportBlock, ...]:
    """The whole report: what was decided, what it cost, what became of it, and what the figures do not say."""
    return (
        *_summary(figures),
        *_selection(figures),
        *_money(figures),
        *_goods(figures),
        *_businesses(figures),
        *_income(figures),
        Note(
            "Angka ini menggambarkan program, bukan sebab turun atau naiknya angka kemiskinan resmi. Usaha yang belum "
            "dikunjungi dihitung sebagai belum diketahui, bukan sebagai tidak aktif."
        ),
    )


def _unit(figures: ProgrammeFigures) -> str:
    return "kelompok" if figures.unit == "group" else "keluarga"


def _summary(figures: ProgrammeFigures) -> Iterable[ReportBlock]:
    alive = figures.statuses.get("active", 0) + figures.statuses.get("weak", 0)
    share = alive / figures.businesses if figures.businesses else None
    day = figures.as_of.strftime("%d/%m/%Y")
    items = [Figure("Ditetapkan", figures.funnel.selected, _unit(figures), f"kuota {grouped(figures.funnel.quota)}")]
    if figures.money.goods_value_idr:
        items.append(
            Figure("Nilai barang", formats.rupiah_short(figures.money.goods_value_idr, lang="id"), "", "menurut BAST")
        )
    if figures.money.capital_idr:
        items.append(
            Figure("Modal bergulir", formats.rupiah_short(figures.money.capital_idr, lang="id"), "", "menurut buku kas")
        )
    items.append(Figure("Usaha hidup", None if share is None else round(100 * share, 1), "%", f"per {day}"))
    items.append(Figure("Graduasi", figures.graduated, "usaha", "dinilai dan disetujui dua orang"))
    yield Figures(tuple(items))


def status_name(name: str) -> str:
    """The word of a status in letters, which are Indonesian whatever the language of the page."""
    with override("id"):
        return str(STATUS_LABELS[Status(name)])


def grouped(value: int) -> str:
    """2500 -> "2.500", in letters, which are Indonesian whatever the language of the page."""
    return formats.number(value, lang="id")


def _selection(figures: ProgrammeFigures) -> Iterable[ReportBlock]:
    funnel = figures.funnel
    yield Section("Dari daftar ke keputusan")
    yield Bars(
        tuple(
            Figure(name, value)
            for name, value in (
                # A list of groups holds rows of members too: they do not compare with groups.
                *([] if figures.unit == "group" else [("Baris daftar", funnel.rows_in)]),
                ("Memenuhi syarat", funnel.eligible),
                ("Terverifikasi", funnel.verified),
                ("Ditetapkan", funnel.selected),
                ("Daftar tunggu", funnel.waiting),
            )
        ),
        title="Corong penetapan",
    )
    rows = [(REASONS.get(reason, reason), count) for reason, count in sorted(funnel.excluded.items())]
    if rows or funnel.duplicates:
        yield Table(
            (Column("Alasan dikecualikan"), Column("Jumlah", "baris")),
            (("ganda (NIK atau KK sama)", funnel.duplicates), *rows),
            total=("Jumlah", funnel.duplicates + sum(count for _, count in rows)),
            title="Yang tidak dilanjutkan",
        )


def _money(figures: ProgrammeFigures) -> Iterable[ReportBlock]:
    yield Section("Dana")
    yield Table(
        (Column("Sumber dana"), Column("Kegiatan"), Column("Jumlah", "IDR")),
        figures.money.by_source,
        total=("Jumlah", "", sum(amount for *_, amount in figures.money.by_source)),
        title="Dana menurut sumber",
    )


def _goods(figures: ProgrammeFigures) -> Iterable[ReportBlock]:
    goods = figures.money.goods
    if not goods:
        return
    yield Section("Barang")
    shown, rest = goods[:GOODS_SHOWN], goods[GOODS_SHOWN:]
    rows: list[tuple[str | int | float | None, ...]] = [
        (name, quantity, unit, value) for name, unit, quantity, value in shown
    ]
    if rest:
        rows.append((f"{grouped(len(rest))} jenis barang lain", None, "", sum(value for *_, value in rest)))
    yield Table(
        (Column("Barang"), Column("Banyaknya", "satuan"), Column("Satuan"), Column("Nilai", "IDR")),
        tuple(rows),
        total=("Jumlah", None, "", figures.money.goods_value_idr),
        title="Barang yang disalurkan menurut nilainya",
    )


def _row(label: str, milestone: Milestone) -> tuple[str | int | float | None, ...]:
    share = milestone.share_alive
    percent = None if share is None else round(100 * share, 1)
    return (label, *(milestone.statuses.get(name, 0) for name in STATUSES), percent)


def _businesses(figures: ProgrammeFigures) -> Iterable[ReportBlock]:
    yield Section("Usaha sesudah bantuan")
    columns = (Column("Waktu"), *(Column(status_name(name), "usaha") for name in STATUSES), Column("hidup", "%"))
    rows = [_row(f"bulan ke-{item.months}", item) for item in figures.milestones]
    now = Milestone(0, figures.as_of, figures.statuses)
    yield Table(
        columns, (*rows, _row(f"per {figures.as_of:%d/%m/%Y}", now)), title="Status usaha menurut bukti terakhir"
    )
    yield Text(
        f"Status dihitung dari {grouped(figures.visits)} kunjungan bertanggal; hidup berarti aktif atau lemah, dan "
        "pembaginya "
        f"seluruh {grouped(figures.businesses)} usaha, termasuk yang belum diketahui."
    )


def _income(figures: ProgrammeFigures) -> Iterable[ReportBlock]:
    income = figures.income
    yield Section("Penghasilan sebelum dan sesudah")
    if not income.pairs:
        yield Text("Belum ada usaha yang mempunyai angka awal dan angka lanjutan.")
        return
    yield Figures(
        (
            Figure("Sebelum", income.median_before_idr, "IDR", "median per bulan"),
            Figure("Sesudah", income.median_after_idr, "IDR", "median tiga bulan teramati terakhir"),
            Figure(
                "Lebih tinggi", round(100 * (income.share_higher or 0), 1), "%", f"dari {grouped(income.pairs)} usaha"
            ),
        )
    )
    yield Note(
        f"{grouped(income.pairs)} dari {grouped(income.businesses)} usaha mempunyai kedua angka. "
        "Tanpa pembanding, selisihnya bukan dampak program."
    )


def workbook(figures: ProgrammeFigures) -> bytes:
    """The same tables as XLSX; numbers stay numbers, text stays text (no cell is ever read as a formula)."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Laporan {figures.code}", "company": "Berdaya"})
    bold = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": '"Rp"#,##0'})
    summary = book.add_worksheet("Ringkasan")
    summary.set_column(0, 0, 34)
    summary.set_column(1, 1, 22)
    summary.write_row(0, 0, ("Angka", "Nilai"), bold)
    for row, (name, value) in enumerate(figures.as_json().items(), start=1):
        summary.write(row, 0, name)
        if isinstance(value, dict):
            summary.write(row, 1, ", ".join(f"{key}: {count}" for key, count in value.items()))
        elif value is not None:
            summary.write(row, 1, value, money if name.endswith("_idr") else None)
    for index, block in enumerate(item for item in blocks(figures) if isinstance(item, Table)):
        _sheet(book, f"{index + 1} {block.title}"[:31], block, bold, money)
    book.close()
    return buffer.getvalue()


def _sheet(book: object, name: str, table: Table, bold: object, money: object) -> None:
    sheet = book.add_worksheet(name)  # type: ignore[attr-defined]
    sheet.set_column(0, len(table.columns) - 1, 20)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [column.name for column in table.columns], bold)
    rows: Sequence[Sequence[object]] = [*table.rows, *([table.total] if table.total else [])]
    for number, row in enumerate(rows, start=1):
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            if value is not None:
                sheet.write(number, place, value, money if column.unit == "IDR" else None)
