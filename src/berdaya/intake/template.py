"""Empty lists for offices: headings that stay, columns of numbers as text, drop-down choices, instructions,
codes.

A filled template is read by `rows.read_candidates` and `rows.read_groups` like any other list.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from berdaya.enterprises.catalogue import catalogue
from berdaya.intake.columns import Column
from berdaya.intake.kinds import kind_of

ROWS = 5_000
_TEXT_COLUMNS = frozenset(
    {"nik", "kk", "phone", "area", "areas", "ref", "member", "motivator", "code", "permit_number"}
)
_YES_NO = ["ya", "tidak"]
_CHOICES: dict[str, list[str]] = {
    "sex": ["L", "P"],
    "marital": ["belum kawin", "kawin", "cerai hidup", "cerai mati"],
    "female_head": _YES_NO,
    "disability": _YES_NO,
    "ever_in_business": _YES_NO,
    "position": ["ketua", "sekretaris", "bendahara", "anggota"],
    "sponsor": ["pkh", "tagana", "karang_taruna", "disability", "children"],
    "relation": ["kepala keluarga", "istri", "suami", "anak", "famili lain"],
    "account": ["kas", "bank", "simpanan", "iks", "pinjaman"],
    "condition": ["baik", "rusak", "hilang"],
    "form": ["bantuan usaha", "uang", "barang", "pelatihan"],
    "permit": ["pirt", "nib", "halal"],
    "asset": _YES_NO,
    "wheelchair": _YES_NO,
}
_CHOICES_OF_SHEET: dict[tuple[str, str], list[str]] = {
    ("Daftar", "kind"): [
        "asn",
        "tni_polri",
        "pensiunan",
        "meninggal",
        "pendamping",
        "perangkat_desa",
        "graduated:uep",
        "graduated:kube",
    ],
}
"""Fields of one name that mean another thing in one of the sheets."""
_HINTS: dict[str, tuple[str, str, str]] = {
    "ref": ("Nomor urut atau kode, tidak boleh sama.", "A number or code, each only once.", "1"),
    "member": ("Nomor anggota di dalam kelompok.", "The member's number inside the group.", "1"),
    "nik": ("16 angka dari KTP, sebagai teks.", "16 digits of the identity card, as text.", "3512074107909001"),
    "kk": ("16 angka dari kartu keluarga, sebagai teks.", "16 digits of the family card, as text.", "3512070101109001"),
    "name": ("Seperti pada KTP.", "As on the identity card.", "Siti Contoh"),
    "birth_date": ("hh/bb/tttt.", "dd/mm/yyyy.", "01/07/1990"),
    "sex": ("L atau P.", "L (male) or P (female).", "P"),
    "area": ("Kode wilayah desa; kosong bila nama lengkap.", "Village code; or all names.", "35.12.07.2001"),
    "village": ("Nama desa atau kelurahan.", "Name of the village.", "Olean"),
    "phone": ("Nomor HP sebagai teks.", "Mobile number, as text.", "0812-0000-1234"),
    "desil": ("1 sampai 10, dari DTSEN.", "1 to 10, from DTSEN.", "2"),
    "desil_on": ("Tanggal data DTSEN.", "Day of the DTSEN data.", "01/01/2026"),
    "interests": ("Kode dari lembar Kode, dipisah `;`.", "Codes of the sheet Kode, `;` between.", "bread; chips"),
    "skills": ("Kode dari lembar Kode, dipisah titik koma.", "Codes of the sheet Kode, `;` between.", "cooking"),
    "kind": ("Kode atau nama dari lembar Kode.", "Code or name of the sheet Kode.", "bread"),
    "income_idr": ("Rupiah sebulan sebelum program.", "Rupiah a month before the programme.", "900.000"),
    "turnover_idr": ("Rupiah sebulan.", "Rupiah a month.", "1.250.000"),
    "founded_year": ("Tahun empat angka.", "Year of four digits.", "2019"),
    "motivator": ("No keluarga yang menjadi motivator, bila ada.", "No of the motivating family, if any.", ""),
    "relation": ("Hubungan dengan kepala keluarga.", "Relation to the head of family.", "kepala keluarga"),
    "amount_idr": ("Rupiah pada tanggal itu.", "Rupiah on that day.", "2.500.000"),
    "value_idr": ("Rupiah.", "Rupiah.", "2.000.000"),
    "price_idr": ("Rupiah per satuan.", "Rupiah per unit.", "12.500"),
    "unit_price_idr": ("Rupiah per satuan.", "Rupiah per unit.", "250.000"),
    "on": ("Tanggal buku ditutup.", "Day on which the old book was closed.", "30/06/2026"),
    "date": ("hh/bb/tttt.", "dd/mm/yyyy.", "30/06/2026"),
    "since": ("hh/bb/tttt.", "dd/mm/yyyy.", "30/06/2025"),
    "starts_on": ("hh/bb/tttt.", "dd/mm/yyyy.", "01/09/2026"),
    "ends_on": ("hh/bb/tttt.", "dd/mm/yyyy.", "05/09/2026"),
    "valid_until": ("hh/bb/tttt.", "dd/mm/yyyy.", "30/06/2030"),
    "first_signer": ("Nama pengurus pertama.", "Name of the first officer.", "Siti Contoh"),
    "second_signer": ("Nama pengurus kedua, orang lain.", "The second officer, somebody else.", "Ani Contoh"),
    "stock": ("Bilangan bulat.", "A whole number.", "10"),
    "dependants": ("Bilangan bulat.", "A whole number.", "3"),
    "minimum": ("Peserta paling sedikit.", "Fewest participants.", "10"),
    "lat": ("Derajat.", "Degrees.", "-7,7062"),
    "lon": ("Derajat.", "Degrees.", "113,9653"),
    "quantity": ("Bilangan bulat.", "A whole number.", "1"),
    "seats": ("Bilangan bulat.", "A whole number.", "25"),
    "year": ("Tahun empat angka.", "Year of four digits.", "2025"),
    "office": ("Kantor yang memberi.", "Office that gave it.", "Dinas Koperasi"),
    "programme": ("Nama program.", "Name of the programme.", "Bantuan Modal"),
    "code": ("Kode, tidak boleh sama.", "A code, each only once.", "K-01"),
    "areas": ("Kode wilayah, dipisah `;`.", "Area codes, `;` between.", "35.12.07"),
    "resource": ("Kode dari lembar Kode.", "Code of the sheet Kode.", "rice"),
    "strength": ("0 sampai 3.", "0 to 3.", "2"),
    "alumni": ("Program sebelumnya, misalnya jamsosratu.", "Earlier programme, such as jamsosratu.", "jamsosratu"),
}  # fmt: skip


def make_template(kind: str, *, language: str = "id") -> bytes:
    """The empty xlsx of a kind of list (`kinds.KINDS`). Raises `not_found` for another kind."""
    sheets = [(sheet.title, sheet.columns) for sheet in kind_of(kind).sheets]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    for title, columns in sheets:
        _list_sheet(book, title, columns)
    _instructions(book, sheets, english=language.startswith("en"))
    _codes(book, english=language.startswith("en"))
    book.close()
    return target.getvalue()


def _list_sheet(book: Any, title: str, columns: Sequence[Column]) -> None:
    page = book.add_worksheet(title)
    needed = book.add_format({"bold": True, "bg_color": "#FFF3D6", "locked": True, "text_wrap": True})
    heading = book.add_format({"bold": True, "bg_color": "#FBF9F4", "locked": True, "text_wrap": True})
    open_cell = book.add_format({"locked": False})
    open_text = book.add_format({"locked": False, "num_format": "@"})
    for place, column in enumerate(columns):
        page.set_column(place, place, 22, open_text if column.name in _TEXT_COLUMNS else open_cell)
        page.write_string(0, place, column.heading, needed if column.required else heading)
        choices = _choices(title, column)
        if choices:
            page.data_validation(1, place, ROWS, place, {"validate": "list", "source": choices})
    page.freeze_panes(1, 0)
    page.protect(
        "", {"format_columns": True, "insert_rows": True, "delete_rows": True, "sort": True, "autofilter": True}
    )


def _choices(title: str, column: Column) -> list[str]:
    return _CHOICES_OF_SHEET.get((title, column.name)) or _CHOICES.get(column.name, [])


def _instructions(book: Any, sheets: Sequence[tuple[str, tuple[Column, ...]]], *, english: bool) -> None:
    page = book.add_worksheet("Petunjuk")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "num_format": "@"})
    titles = (
        ("Sheet", "Column", "Required", "How to write it", "Example")
        if english
        else ("Lembar", "Kolom", "Wajib", "Cara mengisi", "Contoh")
    )
    for place, title in enumerate(titles):
        page.write_string(0, place, title, bold)
    page.set_column(0, 2, 16)
    page.set_column(3, 4, 44)
    number = 0
    for title, columns in sheets:
        for column in columns:
            number += 1
            hint = _HINTS.get(column.name, ("", "", ""))
            needed = ("yes" if english else "ya") if column.required else ""
            choices = ", ".join(_choices(title, column))
            known = (title, column.name) not in _CHOICES_OF_SHEET
            text = (hint[1 if english else 0] if known else "") or choices
            example = (hint[2] if known else "") or next(iter(_choices(title, column)), "")
            for place, cell in enumerate((title, column.heading, needed, text, example)):
                page.write_string(number, place, cell, wrap)


def _codes(book: Any, *, english: bool) -> None:
    page = book.add_worksheet("Kode")
    bold = book.add_format({"bold": True})
    page.set_column(0, 5, 26)
    lists = (
        ("Jenis Usaha", catalogue().kinds.values()),
        ("Keterampilan", catalogue().skills.values()),
        ("Sumber Daya", catalogue().resources.values()),
    )
    for at, (title, entries) in enumerate(lists):
        page.write_string(0, 2 * at, title, bold)
        page.write_string(0, 2 * at + 1, "Name" if english else "Nama", bold)
        for number, entry in enumerate(entries, start=1):
            page.write_string(number, 2 * at, entry.code)
            page.write_string(number, 2 * at + 1, entry.name("en" if english else "id"))
