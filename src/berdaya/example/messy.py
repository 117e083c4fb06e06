"""Messy lists of candidates as offices send them, with the planted faults told beside: any layout, any format.

A kamus of faults (:data:`FAULTS`) names each kind, the field it stands in, how a cell is spoiled and the code of the
catalogue by which intake must name it; ``severity`` says whether its row is refused or comes in with a warning.
``MENDED`` kinds look odd and must be taken all the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from berdaya.areas.codes import format_code
from berdaya.example.formats import Page, as_ods, as_text, as_xls, as_xlsx
from berdaya.example.identity import Identities
from berdaya.example.mistakes import respell
from berdaya.example.model import Person
from berdaya.example.naming import address
from berdaya.example.people import JOBS_WOMEN, Setting, make_person
from berdaya.example.places import Village, places
from berdaya.example.seeds import stream, weighted
from berdaya.example.sheets import Cell

Maker = Callable[[random.Random, Person, Village], Cell]
SETTING = Setting("jawa_timur", date(2026, 3, 1), date(2026, 1, 1), 900_000)
SPREADSHEET_ONLY = frozenset({"nik_number", "kk_number", "area_number", "phone_number", "birth_serial"})
"""Kinds that are numbers in a cell; delimited text shows them otherwise."""


@dataclass(frozen=True)
class Fault:
    """A kind of mistake: the field, how the cell is made, and the code that names it (empty: taken all the same)."""

    field: str
    make: Maker
    code: str = ""
    severity: str = "refused"


def _swap(nik: str, at: int, sign: str) -> str:
    return nik[:at] + sign + nik[at + len(sign) :]


def _any(*cells: str) -> Maker:
    return lambda rng, _person, _village: rng.choice(cells)


_MONTHS = ("Januari", "Pebruari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "Nopember", "Desember")  # fmt: skip
_SEX_WORDS = {"P": ("Perempuan", "Wanita", "pr"), "L": ("Laki-laki", "Pria", "lk")}
FAULTS: Mapping[str, Fault] = {
    "nik_short": Fault("nik", lambda _r, who, _v: who.nik[:15], "nik_length"),
    "nik_long": Fault("nik", lambda r, who, _v: who.nik + str(r.randint(0, 9)), "nik_length"),
    "nik_day": Fault("nik", lambda r, who, _v: _swap(who.nik, 6, r.choice(("32", "36", "40", "72", "99"))), "nik_day"),
    "nik_month": Fault("nik", lambda r, who, _v: _swap(who.nik, 8, r.choice(("00", "13", "20"))), "nik_month"),
    "nik_number": Fault("nik", lambda _r, who, _v: float(who.nik[:15] + "0"), "nik_numeric_cell"),
    "nik_scientific": Fault(
        "nik", lambda r, who, _v: f"{who.nik[0]}{r.choice('.,')}{who.nik[1:6]}E+15", "nik_numeric_cell"
    ),
    "nik_float_text": Fault("nik", lambda _r, who, _v: f"{who.nik[:15]}0.0", "nik_numeric_cell"),
    "nik_missing": Fault("nik", lambda r, _p, _v: r.choice((None, "-", " ")), "nik_missing", "warning"),
    "nik_error": Fault("nik", _any("#REF!", "#N/A"), "cell_error"),
    "nik_zeros": Fault("nik", lambda _r, _p, _v: "0" * 16, "nik_zeros"),
    "nik_placeholder": Fault(
        "nik", lambda r, _p, _v: r.choice(("1111111111111111", "1234567890123456")), "nik_placeholder"
    ),
    "nik_letters": Fault("nik", lambda r, who, _v: _swap(who.nik, 13, r.choice("OIl")), "nik_not_digits"),
    "nik_area": Fault("nik", lambda _r, who, _v: "00" + who.nik[2:], "nik_area"),
    "nik_serial": Fault("nik", lambda _r, who, _v: who.nik[:12] + "0000", "nik_serial"),
    "kk_short": Fault("kk", lambda _r, who, _v: who.kk[1:], "kk_length"),
    "kk_number": Fault("kk", lambda _r, who, _v: float(who.kk[:15] + "0"), "kk_numeric_cell"),
    "kk_scientific": Fault("kk", lambda _r, who, _v: f"{who.kk[0]}.{who.kk[1:6]}E+15", "kk_numeric_cell"),
    "kk_missing": Fault("kk", lambda _r, _p, _v: None, "kk_missing"),
    "kk_letters": Fault("kk", lambda _r, who, _v: _swap(who.kk, 9, "X"), "kk_not_digits"),
    "name_missing": Fault("name", lambda _r, _p, _v: None, "missing"),
    "name_error": Fault("name", _any("#VALUE!", "#NAME?", "#N/A"), "cell_error"),
    "name_digits": Fault("name", lambda r, _p, _v: str(r.randint(1_000, 999_999)), "name_bad"),
    "name_formula": Fault(
        "name", lambda r, who, _v: r.choice("=+-@") + who.name.split(maxsplit=1)[0] + "(A1)", "name_formula"
    ),
    "birth_impossible": Fault(
        "birth_date", lambda r, _p, _v: r.choice(("31/02/1985", "00/00/0000", "12/13/1979")), "birth_date_impossible"
    ),
    "birth_future": Fault("birth_date", lambda _r, _p, _v: "17/08/2045", "birth_date_future"),
    "birth_too_old": Fault("birth_date", lambda _r, _p, _v: "17/08/1901", "birth_date_too_old"),
    "birth_words": Fault("birth_date", _any("tidak tahu", "thn 85", "?"), "birth_date_unreadable"),
    "sex_bad": Fault("sex", lambda r, _p, _v: r.choice(("X", "ya", "LP")), "sex_bad"),
    "marital_bad": Fault("marital", lambda _r, _p, _v: "rumit", "choice_bad"),
    "desil_range": Fault("desil", lambda r, _p, _v: r.choice(("0", "11", "40")), "number_range"),
    "desil_words": Fault("desil", lambda _r, _p, _v: "miskin", "number_bad"),
    "dependants_range": Fault("dependants", lambda _r, _p, _v: "77", "number_range"),
    "income_words": Fault("income_idr", _any("cukup", "tidak tentu", "1 juta lebih"), "money_bad"),
    "disability_bad": Fault("disability", lambda _r, _p, _v: "mungkin", "yes_no_bad"),
    "village_unknown": Fault(
        "village", lambda r, _p, _v: r.choice(("Sukamaju Jaya Abadi", "Xyzyx", "Desa Baru 99")), "area_unknown"
    ),
    "area_elsewhere": Fault("area", lambda _r, _p, _v: "36.02.01.2002", "area_outside"),
    "area_letters": Fault("area", lambda _r, _p, where: where.dotted[:-1] + "X", "area_unknown"),
    "area_number": Fault("area", lambda _r, _p, where: float(where.dotted[:5]), "area_numeric"),
    "area_differs": Fault("village", lambda _r, _p, _v: "Karangwaru Indah", "area_name_differs"),
}  # fmt: skip
MENDED: Mapping[str, Fault] = {
    "nik_spaces": Fault("nik", lambda _r, who, _v: " ".join((who.nik[:6], who.nik[6:12], who.nik[12:]))),
    "nik_apostrophe": Fault("nik", lambda _r, who, _v: "'" + who.nik),
    "nik_dots": Fault("nik", lambda _r, who, _v: ".".join((who.nik[:6], who.nik[6:12], who.nik[12:]))),
    "nik_not_yet": Fault("nik", lambda r, _p, _v: r.choice(("belum ada", "Belum punya NIK", "blm rekam", "0"))),
    "birth_serial": Fault("birth_date", lambda _r, who, _v: float((who.born - date(1899, 12, 30)).days)),
    "birth_month_name": Fault(
        "birth_date", lambda _r, who, _v: f"{who.born.day} {_MONTHS[who.born.month - 1]} {who.born.year}"
    ),
    "birth_iso": Fault("birth_date", lambda _r, who, _v: who.born.isoformat()),
    "phone_number": Fault("phone", lambda _r, _p, _v: 81200001234.0),
    "phone_words": Fault("phone", lambda _r, _p, _v: "tidak ada"),
    "sex_words": Fault("sex", lambda r, who, _v: r.choice(_SEX_WORDS[who.sex])),
    "income_text": Fault("income_idr", _any("Rp 1.250.000", "Rp. 750.000,-", "1,5 juta", "800rb")),
    "village_respelled": Fault("village", lambda _r, _p, where: respell(where.name)),
    "village_prefix": Fault("village", lambda _r, _p, where: f"Desa {where.name.upper()}"),
    "formula_address": Fault("address", lambda _r, _p, _v: "=HYPERLINK(\"x\")"),
}  # fmt: skip
_FIELDS = (
    "ref", "nik", "kk", "name", "birth_place", "birth_date", "sex", "marital", "address", "village", "district",
    "regency", "area", "phone", "desil", "desil_on", "disability", "dependants", "occupation", "income_idr",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How the office lays its list out. ``headings`` by field, in order; a heading ``A|B`` stands in two rows."""

    name: str
    headings: Mapping[str, str]
    titles: int = 0
    counted: bool = False
    totals: bool = False
    per_district: bool = False
    footer: bool = False
    ttl: bool = False
    page_rows: int = 0
    """Headings are repeated after so many rows, as on printed pages; 0 never."""


_USUAL = dict(
    zip(
        _FIELDS,
        ("No", "NIK", "No KK", "Nama", "Tempat Lahir", "Tanggal Lahir", "L/P", "Status Kawin", "Alamat",
         "Desa/Kelurahan", "Kecamatan", "Kabupaten/Kota", "Kode Wilayah", "HP", "Desil", "Tanggal Desil", "Disabilitas",
         "Tanggungan", "Pekerjaan", "Penghasilan"),
        strict=True,
    )
)  # fmt: skip
_OWN = _USUAL | {
    "ref": "NO.", "nik": "No KTP", "kk": "No. KK", "name": "Nama KRT", "sex": "Jenis Kelamin (L/P)",
    "birth_date": "TTL", "village": "Desa/Kel", "district": "Kec.", "phone": "No. HP / WA", "income_idr": "Pendapatan",
}  # fmt: skip
_TWO = _USUAL | {
    "nik": "Identitas|NIK", "kk": "Identitas|No KK", "birth_place": "Kelahiran|Tempat",
    "birth_date": "Kelahiran|Tanggal", "address": "Alamat|Dusun/RT/RW", "village": "Alamat|Desa/Kel",
    "district": "Alamat|Kecamatan", "regency": "Alamat|Kab/Kota",
}  # fmt: skip
LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("template", _USUAL),
        Layout("titled", {key: value for key, value in _OWN.items() if key != "birth_place"}, titles=5, counted=True,
               totals=True, footer=True, ttl=True),
        Layout("two_rows", _TWO, titles=3, counted=True, footer=True),
        Layout("per_kecamatan", {key: value for key, value in _OWN.items() if key != "district"} | {
            "birth_date": "Tgl Lahir"}, titles=4, totals=True, per_district=True, page_rows=40),
    )
}  # fmt: skip


@dataclass
class MessyList:
    """A list and what is planted in it: ``faults`` with sheet, row, field, kind and code; ``mended`` likewise."""

    layout: str
    pages: list[Page]
    rows: int
    faults: list[dict[str, Any]] = field(default_factory=list)
    mended: list[dict[str, Any]] = field(default_factory=list)

    def written(self, form: str) -> bytes:
        """The file in a form: xlsx, xls, ods, or ``csv``, ``csv;``, ``tsv``, ``pipe``, ``csv-utf16``, ``csv-cp1252``,
        ``csv-bom``, ``csv-sep``.
        """
        if form in SPREADSHEETS:
            return SPREADSHEETS[form](self.pages)
        delimiter, encoding = TEXTS[form]
        return as_text(self.pages[0], delimiter=delimiter, encoding=encoding, told=form == "csv-sep")


SPREADSHEETS: Mapping[str, Callable[[Sequence[Page]], bytes]] = {"xlsx": as_xlsx, "xls": as_xls, "ods": as_ods}
TEXTS: Mapping[str, tuple[str, str]] = {
    "csv": (",", "utf-8"), "csv;": (";", "utf-8"), "tsv": ("\t", "utf-8"), "pipe": ("|", "utf-8"),
    "csv-bom": (";", "utf-8-sig"), "csv-utf16": ("\t", "utf-16"), "csv-cp1252": (";", "cp1252"),
    "csv-sep": (";", "utf-8"),
}  # fmt: skip
FORMS = (*SPREADSHEETS, *TEXTS)


def make_messy(
    *, seed: int, rows: int, layout: str = "titled", regency: int = 3512000000, text_only: bool = False,
    share: float = 0.25, duplicates: float = 0.02,
) -> MessyList:  # fmt: skip
    """A list of ``rows`` families of a kabupaten; about ``share`` of them spoiled or odd, each kind at least once where
    there are rows enough; every fault stands in a row of its own. ``text_only``: nothing that needs cells of numbers.
    """
    rng = stream(seed, "messy", layout, regency)
    shape, ids = LAYOUTS[layout], Identities((9001, 9999))
    villages = [
        village
        for district in places().districts(regency, 4)
        for village in places().villages(district, 6)
        if places().unmistakable(village)
    ]
    villages.sort(key=lambda village: village.code)
    made = [_Row(rng, ids, villages[at * len(villages) // rows], at + 1) for at in range(rows)]
    pages, positions = _plan_pages(shape, made)
    found = MessyList(layout, pages, rows)
    order = list(made)
    rng.shuffle(order)
    free = iter(order)
    every = [
        (name, fault, bool(fault.code))
        for name, fault in {**FAULTS, **MENDED}.items()
        if fault.field in shape.headings and not (text_only and name in SPREADSHEET_ONLY)
    ]
    for _ in range(max(1, round(share * rows / len(every)))):
        for name, fault, refused in every:
            row = next(free)
            _spoil(rng, row, name, fault, shape)
            sheet, number = positions[row.number]
            note = {"sheet": sheet, "row": number, "ref": str(row.number), "field": fault.field, "kind": name}
            if refused:
                found.faults.append(note | {"code": fault.code, "severity": fault.severity})
            else:
                found.mended.append(note | {"code": ""})
    for kind in ("nik", "kk", "ref"):
        for _ in range(max(1, round(duplicates * rows / 3))):
            _repeat(next(free), next(free), kind, positions, found)
    _write(shape, made, pages, positions)
    found.faults.sort(key=lambda note: (note["sheet"], note["row"]))
    return found


class _Row:
    def __init__(self, rng: random.Random, ids: Identities, village: Village, number: int) -> None:
        self.number, self.village = number, village
        self.person = make_person(rng, ids, SETTING, village, sex=rng.choice("PPPL"), ages=(19, 59))
        who = self.person
        desil = who.desil or 2
        self.cells: dict[str, Cell] = {
            "ref": float(number), "nik": who.nik, "kk": who.kk, "name": who.name, "birth_place": who.birth_place,
            "birth_date": f"{who.born:%d/%m/%Y}", "sex": who.sex, "marital": who.marital,
            "address": address(rng, SETTING.region, village.name), "village": village.name,
            "district": village.district_name, "regency": village.regency_name, "area": village.dotted,
            "phone": who.phone, "desil": float(desil), "desil_on": "01/01/2026", "disability": "tidak",
            "dependants": float(rng.randint(0, 6)), "occupation": weighted(rng, JOBS_WOMEN),
            "income_idr": float(who.income),
        }  # fmt: skip
        if rng.random() < 0.4:
            self.cells["area"] = None
        if rng.random() < 0.2:
            self.cells["name"] = who.name.upper()


def _spoil(rng: random.Random, row: _Row, name: str, fault: Fault, shape: Layout) -> None:
    value = fault.make(rng, row.person, row.village)
    if name in {"village_unknown", "village_respelled", "village_prefix"}:
        row.cells["area"] = None
    if name == "area_differs":
        row.cells["area"] = row.village.dotted
    if name in {"area_number", "area_elsewhere", "area_letters"}:
        row.cells["village"] = None if name == "area_elsewhere" else row.cells["village"]
    if shape.ttl and fault.field == "birth_date" and isinstance(value, str) and value[:1].isdigit():
        value = f"{row.person.birth_place}, {value}"
    row.cells[fault.field] = value
    row.cells["spoiled"] = name if fault.field == "birth_date" else row.cells.get("spoiled")


def _repeat(
    one: _Row, other: _Row, kind: str, positions: Mapping[int, tuple[str, int]], found: MessyList
) -> None:  # fmt: skip
    first, later = sorted((one, other), key=lambda row: row.number)
    later.cells[kind] = first.cells[kind]
    sheet, number = positions[later.number]
    found.faults.append(
        {"sheet": sheet, "row": number, "ref": str(later.number), "field": kind, "kind": f"duplicate_{kind}",
         "code": f"duplicate_{kind}", "severity": "refused"}
    )  # fmt: skip


def _plan_pages(shape: Layout, made: Sequence[_Row]) -> tuple[list[Page], dict[int, tuple[str, int]]]:
    """Empty pages and where each row will stand (sheet, row of the spreadsheet)."""
    groups: dict[str, list[_Row]] = {}
    for row in made:
        groups.setdefault(row.village.district_name[:28] if shape.per_district else "Calon", []).append(row)
    positions: dict[int, tuple[str, int]] = {}
    high = 2 if any("|" in heading for heading in shape.headings.values()) else 1
    for sheet, rows in groups.items():
        at = shape.titles + high + (1 if shape.counted else 0)
        for place, row in enumerate(rows):
            if shape.page_rows and place and place % shape.page_rows == 0:
                at += 1
            at += 1
            positions[row.number] = (sheet, at)
    return [Page(sheet, []) for sheet in groups], positions


def _write(
    shape: Layout, made: Sequence[_Row], pages: Sequence[Page], positions: Mapping[int, tuple[str, int]]
) -> None:
    fields = list(shape.headings)
    width = len(fields)
    for page in pages:
        rows = [row for row in made if positions[row.number][0] == page.name]
        district = rows[0].village
        titles: list[list[Cell]] = [
            ["DAFTAR CALON PENERIMA BANTUAN USAHA EKONOMI PRODUKTIF", *[None] * (width - 1)],
            [f"{district.regency_name.upper()} TAHUN 2026", *[None] * (width - 1)],
            ["Sumber : usulan desa", None],
            ["Kecamatan", f": {district.district_name}"] if shape.per_district else ["", ""],
            [None],
        ]
        page.rows.extend(titles[: shape.titles])
        if shape.titles:
            page.merged += [(0, 0, 0, width - 1), (1, 0, 1, width - 1)]
        _write_headings(page, list(shape.headings.values()))
        headings = page.rows[-1]
        if shape.counted:
            page.rows.append([str(number) for number in range(1, width + 1)])
        for place, row in enumerate(rows):
            if shape.page_rows and place and place % shape.page_rows == 0:
                page.rows.append(list(headings))
            page.rows.append([_cell(row, name, shape) for name in fields])
        if shape.totals:
            page.rows.append(["JUMLAH", None, None, f"{len(rows)} KK"])
        if shape.footer:
            page.rows += [[None], [None, None, None, "Situbondo, 2 Maret 2026"], [None, None, None, "Mengetahui,"],
                          [None, None, None, "Kepala Desa"], [None], [None, None, None, "SUTRISNO CONTOH"],
                          [None, None, None, "NIP. 197001011995031001"]]  # fmt: skip


def _cell(row: _Row, name: str, shape: Layout) -> Cell:
    value = row.cells[name]
    if name == "birth_date" and shape.ttl and not row.cells.get("spoiled"):
        return f"{row.person.birth_place}, {value}"
    return value


def _write_headings(page: Page, headings: Sequence[str]) -> None:
    if not any("|" in heading for heading in headings):
        page.rows.append(list(headings))
        return
    upper: list[Cell] = []
    at = len(page.rows)
    for place, heading in enumerate(headings):
        top = heading.partition("|")[0]
        same = place and headings[place - 1].partition("|")[0] == top and "|" in heading
        upper.append(None if same else top)
        if same and not (place > 1 and headings[place - 2].partition("|")[0] == top):
            last = place
            while last + 1 < len(headings) and headings[last + 1].partition("|")[0] == top:
                last += 1
            page.merged.append((at, place - 1, at, last))
    page.rows.append(upper)
    page.rows.append([heading.partition("|")[2] or None for heading in headings])


def truth_of(made: MessyList, *, seed: int) -> dict[str, Any]:
    """What is planted, as JSON for tests."""
    return {"seed": seed, "layout": made.layout, "rows": made.rows, "faults": made.faults, "mended": made.mended,
            "area": format_code(3512000000)}  # fmt: skip
