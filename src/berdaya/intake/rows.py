"""Reading every file of a programme folder into its typed rows, with the checks that need a whole row or sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from berdaya.intake import specs, types
from berdaya.intake.columns import Column, slug
from berdaya.intake.files import Workbook
from berdaya.intake.reading import Numbered, read_sheet, refuse, repeated
from berdaya.intake.sheets import find_header
from berdaya.intake.types import Reading, RowWarning
from berdaya.people.rules.nik import nik_warnings

R = TypeVar("R", bound=Numbered)
FindArea = Callable[[int | None, str, str, str], int | str]
"""Area of (code or None, village, kecamatan, kabupaten), or the code of the problem why there is none."""


def read_candidates(book: Workbook, *, as_of: date, find_area: FindArea | None = None) -> Reading[types.CandidateRow]:
    """`candidates.xlsx`: duplicates on number, NIK and KK inside the file are refused, the first row stays."""
    reading = read_sheet(book, "Calon", specs.CANDIDATE, types.CandidateRow, as_of=as_of, keys=("nik", "kk", "name"))
    places = _places(book, "Calon", specs.CANDIDATE)
    reading = _placed(reading, find_area, specs.CANDIDATE, places)
    reading = _unique(reading, (("ref", "duplicate_ref"), ("nik", "duplicate_nik"), ("kk", "duplicate_kk")),
                      specs.CANDIDATE, places)  # fmt: skip
    return replace(reading, warnings=(*reading.warnings, *_nik_warnings(reading.rows, as_of)))


def read_groups(
    book: Workbook, *, as_of: date, find_area: FindArea | None = None
) -> tuple[Reading[types.GroupRow], Reading[types.MemberRow]]:
    """`groups.xlsx`: existing groups and their members. A group with little more than a name is taken as
    incomplete.
    """
    groups = read_sheet(book, "Kelompok", specs.GROUP, types.GroupRow, as_of=as_of, keys=("name", "ref"))
    places = _places(book, "Kelompok", specs.GROUP)
    groups = _placed(groups, find_area, specs.GROUP, places)
    coded = tuple(replace(row, ref=row.ref or own_code(row)) for row in groups.rows)
    groups = _unique(replace(groups, rows=coded), (("ref", "duplicate_ref"),), specs.GROUP, places)
    members = _read_members(book, as_of, {row.ref for row in groups.rows})
    peopled = {row.ref for row in members.rows}
    marked = tuple(replace(row, incomplete=not row.kind or row.ref not in peopled) for row in groups.rows)
    warnings = (RowWarning(row.row, "group_incomplete") for row in marked if row.incomplete)
    return replace(groups, rows=marked, warnings=(*groups.warnings, *warnings)), members


def _read_members(book: Workbook, as_of: date, known: set[str]) -> Reading[types.MemberRow]:
    members = read_sheet(
        book, "Anggota", specs.MEMBER, types.MemberRow, as_of=as_of, keys=("nik", "kk", "name"), optional=True
    )
    if not members.rows_in:
        return members
    places = _places(book, "Anggota", specs.MEMBER)
    strangers = [(row.row, "ref", "group_unknown", None) for row in members.rows if row.ref not in known]
    members = refuse(members, strangers, specs.MEMBER, places)
    twice = [
        (row, "member", "duplicate_ref", other)
        for row, other in repeated(members.rows, lambda one: (one.ref, one.member))
    ]
    members = refuse(members, twice, specs.MEMBER, places)
    members = _unique(members, (("nik", "duplicate_nik"),), specs.MEMBER, places)
    return replace(members, warnings=(*members.warnings, *_nik_warnings(members.rows, as_of)))


def own_code(row: types.GroupRow) -> str:
    """A code for a group whose list gives none: the same name in the same village always gets the same."""
    place = str(row.area) if row.area is not None else slug(row.village)
    return f"{slug(row.name)[:28]}-{place[-10:]}"


def _places(book: Workbook, sheet: str, columns: Sequence[Column]) -> dict[str, int]:
    return find_header(book.sheet(sheet), columns, file=book.name, sheet=sheet).places


Placed = TypeVar("Placed", types.CandidateRow, types.GroupRow)


def _placed(
    reading: Reading[Placed], find_area: FindArea | None, columns: Sequence[Column], places: dict[str, int]
) -> Reading[Placed]:
    """Fill `area` from code or names; each distinct place is looked up once."""
    if find_area is None:
        unknown = [
            (row.row, "area", "area_unknown", None) for row in reading.rows if row.area is None and not row.village
        ]
        return refuse(reading, unknown, columns, places)
    found: dict[tuple[int | None, str, str, str], int | str] = {}
    missing: list[tuple[int, str, str, int | None]] = []
    placed = []
    for row in reading.rows:
        key = (row.area, row.village, row.district, row.regency)
        area = found.get(key)
        if area is None:
            area = found[key] = find_area(*key)
        if isinstance(area, int):
            placed.append(row if row.area == area else replace(row, area=area))
        else:
            by_code = row.area is not None and area != "area_name_differs"
            missing.append((row.row, "area" if by_code or not row.village else "village", area, None))
            placed.append(row)
    return refuse(replace(reading, rows=tuple(placed)), missing, columns, places)


def _unique(
    reading: Reading[R], keys: Iterable[tuple[str, str]], columns: Sequence[Column], places: dict[str, int]
) -> Reading[R]:
    for name, code in keys:
        found = repeated(reading.rows, lambda row, name=name: getattr(row, name))  # type: ignore[misc]
        reading = refuse(reading, [(row, name, code, other) for row, other in found], columns, places)
    return reading


def _nik_warnings(rows: Iterable[types.CandidateRow | types.MemberRow], as_of: date) -> list[RowWarning]:
    return [
        RowWarning(row.row, f"nik_{warning}")
        for row in rows
        for warning in nik_warnings(
            row.nik, as_of=as_of, area=getattr(row, "area", None), birth_date=row.birth_date, sex=row.sex
        )
    ]


def read_verification(book: Workbook, *, as_of: date) -> Reading[types.VerificationRow]:
    """`verification.csv`."""
    return read_sheet(
        book, "verification", specs.VERIFICATION, types.VerificationRow, as_of=as_of, keys=("ref", "date")
    )


def read_classes(book: Workbook, *, as_of: date) -> Reading[types.ClassRow]:
    """`classes.xlsx`; a class that ends before it begins or needs more people than seats is refused."""
    reading = read_sheet(book, "Kelas", specs.CLASS, types.ClassRow, as_of=as_of, keys=("code", "name"))
    places = _places(book, "Kelas", specs.CLASS)
    wrong = [(row.row, "ends_on", "date_order", None) for row in reading.rows if row.ends_on < row.starts_on]
    reading = refuse(reading, wrong, specs.CLASS, places)
    crowded = [(row.row, "minimum", "number_range", None) for row in reading.rows if row.minimum > row.seats]
    reading = refuse(reading, crowded, specs.CLASS, places)
    return _unique(reading, (("code", "duplicate_ref"),), specs.CLASS, places)


def read_attendance(book: Workbook, *, as_of: date) -> Reading[types.AttendanceRow]:
    """`attendance.csv`; more sessions attended than held are refused."""
    reading = read_sheet(
        book, "attendance", specs.ATTENDANCE, types.AttendanceRow, as_of=as_of, keys=("ref", "class_code")
    )
    too_many = [(row.row, "attended", "number_range", None) for row in reading.rows if row.attended > row.sessions]
    return refuse(reading, too_many, specs.ATTENDANCE, _places(book, "attendance", specs.ATTENDANCE))


def read_packages(book: Workbook, *, as_of: date) -> Reading[types.PackageRow]:
    """`packages.xlsx`."""
    return read_sheet(book, "Paket", specs.PACKAGE, types.PackageRow, as_of=as_of, keys=("code", "goods"))


def read_resources(book: Workbook, *, as_of: date) -> Reading[types.ResourceRow]:
    """`resources.xlsx`."""
    return read_sheet(book, "Sumber Daya", specs.RESOURCE, types.ResourceRow, as_of=as_of, keys=("area", "resource"))


def read_positions(book: Workbook, *, as_of: date) -> Reading[types.PositionRow]:
    """`positions.csv`."""
    return read_sheet(book, "positions", specs.POSITION, types.PositionRow, as_of=as_of, keys=("area",))


def read_exclusions(book: Workbook, *, as_of: date) -> Reading[types.ExclusionRow]:
    """`exclusions.xlsx`; a row without NIK and KK excludes nobody and is refused."""
    reading = read_sheet(
        book, "Daftar", specs.EXCLUSION, types.ExclusionRow, as_of=as_of, keys=("nik", "kk", "name", "kind")
    )
    return _known_by_number(reading, book, "Daftar", specs.EXCLUSION)


def read_other_aid(book: Workbook, *, as_of: date) -> Reading[types.OtherAidRow]:
    """`other_aid.xlsx`; a row without NIK and KK is refused."""
    reading = read_sheet(book, "Bantuan", specs.OTHER_AID, types.OtherAidRow, as_of=as_of, keys=("nik", "kk", "name"))
    return _known_by_number(reading, book, "Bantuan", specs.OTHER_AID)


Known = TypeVar("Known", types.ExclusionRow, types.OtherAidRow)


def _known_by_number(reading: Reading[Known], book: Workbook, sheet: str, columns: Sequence[Column]) -> Reading[Known]:
    nameless = [(row.row, "nik", "nik_missing", None) for row in reading.rows if not row.nik and not row.kk]
    return refuse(reading, nameless, columns, _places(book, sheet, columns))


def read_mentors(book: Workbook, *, as_of: date) -> Reading[types.MentorRow]:
    """`mentors.xlsx`."""
    reading = read_sheet(book, "Pendamping", specs.MENTOR, types.MentorRow, as_of=as_of, keys=("code", "name"))
    return _unique(reading, (("code", "duplicate_ref"),), specs.MENTOR, _places(book, "Pendamping", specs.MENTOR))


def read_handover(book: Workbook, *, as_of: date) -> Reading[types.HandoverRow]:
    """`handover.csv`."""
    return read_sheet(book, "handover", specs.HANDOVER, types.HandoverRow, as_of=as_of, keys=("ref", "date"))


def read_visits(book: Workbook, *, as_of: date) -> Reading[types.VisitRow]:
    """`visits.csv` or `visits.csv.gz`."""
    return read_sheet(book, "visits", specs.VISIT, types.VisitRow, as_of=as_of, keys=("ref", "date"))


def read_payments(book: Workbook, *, as_of: date) -> Reading[types.PaymentRow]:
    """`payments.csv` or `payments.csv.gz`."""
    return read_sheet(book, "payments", specs.PAYMENT, types.PaymentRow, as_of=as_of, keys=("ref", "amount_idr"))


def read_market(book: Workbook, *, as_of: date) -> types.Market:
    """`market.xlsx`: five sheets, each of which may be missing."""
    return types.Market(
        products=read_sheet(
            book, "Produk", specs.PRODUCT, types.ProductRow, as_of=as_of, keys=("ref", "name"), optional=True
        ),
        exhibitions=read_sheet(
            book, "Pameran", specs.EXHIBITION, types.ExhibitionRow, as_of=as_of, keys=("code", "name"), optional=True
        ),
        stalls=read_sheet(
            book, "Stan", specs.STALL, types.StallRow, as_of=as_of, keys=("exhibition", "ref"), optional=True
        ),
        contests=read_sheet(
            book, "Lomba", specs.CONTEST, types.ContestRow, as_of=as_of, keys=("code", "name"), optional=True
        ),
        scores=read_sheet(
            book, "Nilai", specs.SCORE, types.ScoreRow, as_of=as_of, keys=("contest", "ref"), optional=True
        ),
    )
