"""Reading every file of a programme folder into its typed rows, with the checks that need a whole row or sheet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Generic, Protocol, TypeVar

from berdaya.intake import specs, types
from berdaya.intake.columns import Column, plain_text, slug
from berdaya.intake.files import Rows, Workbook
from berdaya.intake.reading import Numbered, joined, read_part, read_sheet, refuse, repeated
from berdaya.intake.sheets import Table, body_of, find_tables
from berdaya.intake.types import Reading, RowWarning
from berdaya.kernel.memory import collector_paused
from berdaya.people.rules.nik import nik_warnings

R = TypeVar("R", bound=Numbered)
Placed = TypeVar("Placed", types.CandidateRow, types.GroupRow, types.FamilyRow)
FindArea = Callable[[int | None, str, str, str], int | str]
"""Area of (code or None, village, kecamatan, kabupaten), or the code of the problem why there is none."""


class Runs:
    """Nomor urut yang dimulai lagi: offices count 1, 2, 3 ... on every sheet, or anew for every village.

    The numbers of the first run stand as they are; those of the second become 2.1, 2.2 and so on, in every part of the
    list and in its mended copy alike. Rows count whether they are refused or not.
    """

    def __init__(self, column: str) -> None:
        self._column, self._run, self._begun = column, 1, False

    def part(self, table: Table, numbers: Sequence[int], body: Rows) -> dict[int, int]:
        """Line -> run, for rows of the second run and later."""
        place = table.header.places.get(self._column)
        found: dict[int, int] = {}
        if place is None:
            return found
        for number, row in zip(numbers, body, strict=True):
            written = plain_text(row[place]).strip(" .)").lstrip("0") if place < len(row) else ""
            if written == "1":
                self._run += self._begun
            self._begun = self._begun or written.isdecimal()
            if self._run > 1:
                found[table.first + number] = self._run
        return found


def _of_run(row: Placed, run: int) -> Placed:
    """A number of a later run, and the motivator that it names by the same count."""
    if run == 1 or not isinstance(row, types.CandidateRow) or not row.ref:
        return row
    motivator = f"{run}.{row.motivator}" if row.motivator.isdecimal() else row.motivator
    return replace(row, ref=f"{run}.{row.ref}", motivator=motivator)


class ListReader(Generic[Placed]):
    """Reads a long list part by part: what was seen in earlier parts (numbers, places) is remembered.

    `unique` are fields of which each value may stand once, with the code for the second; `finish` has the last word on
    a row. `runs`: which field counts the rows, and may begin at 1 again for each sheet or village.
    """

    def __init__(
        self, columns: Sequence[Column], row_type: Callable[..., Placed], *, as_of: date,
        find_area: FindArea | None = None, unique: Sequence[tuple[str, str]] = (),
        finish: Callable[[Placed], Placed] | None = None, runs: Runs | None = None,
    ) -> None:  # fmt: skip
        self._runs = runs
        self.columns: Sequence[Column] = columns
        self.row_type: Callable[..., Placed] = row_type
        self.as_of, self.find_area = as_of, find_area
        self._seen: dict[str, dict[Hashable, int]] = {name: {} for name, _ in unique}
        self._unique = unique
        self._finish: Callable[[Placed], Placed] | None = finish
        self._places: dict[tuple[int | None, str, str, str], int | str] = {}

    def part(self, table: Table, numbers: Sequence[int], body: Rows) -> Reading[Placed]:
        """The next rows of a table, those of earlier parts being known."""
        reading: Reading[Placed] = read_part(table, numbers, body, self.columns, self.row_type, as_of=self.as_of)
        reading = _placed(reading, self.find_area, self.columns, self._places)
        if self._runs is not None:
            runs = self._runs.part(table, numbers, body)
            reading = replace(reading, rows=tuple(_of_run(row, runs.get(row.row, 1)) for row in reading.rows))
        if self._finish is not None:
            reading = replace(reading, rows=tuple(self._finish(row) for row in reading.rows))
        for name, code in self._unique:
            key = _key_of(name)
            found = repeated(reading.rows, key, self._seen[name])
            reading = refuse(reading, [(row, name, code, other) for row, other in found], self.columns)
        return replace(reading, warnings=(*reading.warnings, *_nik_warnings(reading.rows, self.as_of)))


def _key_of(name: str) -> Callable[[object], Hashable]:
    return lambda row: _compact(getattr(row, name))


def _compact(value: str) -> Hashable:
    """Numbers of people take a third of the memory as integers."""
    return int(value) if len(value) == 16 and value.isdecimal() else value


def candidate_reader(*, as_of: date, find_area: FindArea | None = None) -> ListReader[types.CandidateRow]:
    """Reads lists of proposed families: number, NIK and KK may stand once each, the first row stays."""
    unique = (("ref", "duplicate_ref"), ("nik", "duplicate_nik"), ("kk", "duplicate_kk"))
    return ListReader(
        specs.CANDIDATE, types.CandidateRow, as_of=as_of, find_area=find_area, unique=unique, finish=_numbered,
        runs=Runs("ref"),
    )  # fmt: skip


def _numbered(row: types.CandidateRow) -> types.CandidateRow:
    """A list without running numbers goes by the place of each row, which the mended copy of the file keeps."""
    return row if row.ref else replace(row, ref=f"b{row.row}")


def family_reader(*, as_of: date, find_area: FindArea | None = None) -> ListReader[types.FamilyRow]:
    """Reads lists of families with their desil: several persons of a family may stand in it, a NIK once."""
    unique = (("nik", "duplicate_nik"),)
    return ListReader(specs.FAMILY, types.FamilyRow, as_of=as_of, find_area=find_area, unique=unique)


def read_candidates(
    book: Workbook, *, as_of: date, find_area: FindArea | None = None, mapping: Mapping[str, str] | None = None
) -> Reading[types.CandidateRow]:
    """`candidates.xlsx`: duplicates on number, NIK and KK inside the file are refused, the first row stays."""
    reader = candidate_reader(as_of=as_of, find_area=find_area)
    return _whole(book, "Calon", reader, ("nik", "kk", "name"), mapping)


def read_families(
    book: Workbook, *, as_of: date, find_area: FindArea | None = None, mapping: Mapping[str, str] | None = None
) -> Reading[types.FamilyRow]:
    """Families and their members with the desil as the national register gave it."""
    reader = family_reader(as_of=as_of, find_area=find_area)
    return _whole(book, "Keluarga", reader, ("nik", "kk", "name"), mapping)


def _whole(
    book: Workbook, sheet: str, reader: ListReader[Placed], keys: Sequence[str], mapping: Mapping[str, str] | None
) -> Reading[Placed]:
    tables = find_tables(book, sheet, reader.columns, several=True, mapping=mapping)
    with collector_paused():
        return joined(sheet, [reader.part(table, *body_of(table.rows, table.header, keys)) for table in tables])


def read_groups(
    book: Workbook, *, as_of: date, find_area: FindArea | None = None, mapping: Mapping[str, str] | None = None
) -> tuple[Reading[types.GroupRow], Reading[types.MemberRow]]:
    """`groups.xlsx`: existing groups and their members. A group with little more than a name is taken as
    incomplete.
    """
    groups = read_sheet(
        book, "Kelompok", specs.GROUP, types.GroupRow, as_of=as_of, keys=("name", "ref"), mapping=mapping
    )
    groups = _placed(groups, find_area, specs.GROUP, {})
    coded = tuple(replace(row, ref=row.ref or own_code(row)) for row in groups.rows)
    groups = _unique(replace(groups, rows=coded), (("ref", "duplicate_ref"),), specs.GROUP)
    members = _read_members(book, as_of, {row.ref for row in groups.rows}, mapping)
    peopled = {row.ref for row in members.rows}
    marked = tuple(replace(row, incomplete=not row.kind or row.ref not in peopled) for row in groups.rows)
    warnings = (RowWarning(row.row, "group_incomplete") for row in marked if row.incomplete)
    return replace(groups, rows=marked, warnings=(*groups.warnings, *warnings)), members


def _read_members(
    book: Workbook, as_of: date, known: set[str], mapping: Mapping[str, str] | None
) -> Reading[types.MemberRow]:
    members = read_sheet(
        book, "Anggota", specs.MEMBER, types.MemberRow, as_of=as_of, keys=("nik", "kk", "name"), optional=True,
        mapping=mapping,
    )  # fmt: skip
    if not members.rows_in:
        return members
    members = refuse(members, _strangers(members.rows, known), specs.MEMBER)
    twice = [
        (row, "member", "duplicate_ref", other)
        for row, other in repeated(members.rows, lambda one: (one.ref, one.member))
    ]
    members = refuse(members, twice, specs.MEMBER)
    members = _unique(members, (("nik", "duplicate_nik"),), specs.MEMBER)
    return replace(members, warnings=(*members.warnings, *_nik_warnings(members.rows, as_of)))


class _OfGroup(Protocol):
    @property
    def row(self) -> int: ...
    @property
    def ref(self) -> str: ...


def _strangers(rows: Iterable[_OfGroup], known: set[str]) -> list[tuple[int, str, str, int | None]]:
    return [(row.row, "ref", "group_unknown", None) for row in rows if row.ref not in known]


def read_group_extras(
    book: Workbook, *, as_of: date, known: set[str]
) -> tuple[Reading[types.AssetRow], Reading[types.BalanceRow], Reading[types.ProductRow]]:
    """Sheets `Aset`, `Saldo Awal` and `Produk` beside existing groups; each may be missing, `known` are the groups.

    An opening balance is signed by two different officers, else its row is refused.
    """
    assets = read_sheet(book, "Aset", specs.ASSET, types.AssetRow, as_of=as_of, keys=("ref", "name"), optional=True)
    balances = read_sheet(
        book, "Saldo Awal", specs.BALANCE, types.BalanceRow, as_of=as_of, keys=("ref", "amount_idr"), optional=True
    )
    products = read_sheet(
        book, "Produk", specs.PRODUCT, types.ProductRow, as_of=as_of, keys=("ref", "name"), optional=True
    )
    alone = [
        (row.row, "second_signer", "signed_alone", None)
        for row in balances.rows
        if row.first_signer.casefold() == row.second_signer.casefold()
    ]
    balances = refuse(balances, alone, specs.BALANCE)
    return (
        refuse(assets, _strangers(assets.rows, known), specs.ASSET),
        refuse(balances, _strangers(balances.rows, known), specs.BALANCE),
        refuse(products, _strangers(products.rows, known), specs.PRODUCT),
    )


def own_code(row: types.GroupRow) -> str:
    """A code for a group whose list gives none: the same name in the same village always gets the same."""
    place = str(row.area) if row.area is not None else slug(row.village)
    return f"{slug(row.name)[:28]}-{place[-10:]}"


def _placed(
    reading: Reading[Placed],
    find_area: FindArea | None,
    columns: Sequence[Column],
    found: dict[tuple[int | None, str, str, str], int | str],
) -> Reading[Placed]:
    """Fill `area` from code or names; each distinct place is looked up once, `found` are those looked up before."""
    if find_area is None:
        unknown = [
            (row.row, "area", "area_unknown", None) for row in reading.rows if row.area is None and not row.village
        ]
        return refuse(reading, unknown, columns)
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
    return refuse(replace(reading, rows=tuple(placed)), missing, columns)


def _unique(reading: Reading[R], keys: Iterable[tuple[str, str]], columns: Sequence[Column]) -> Reading[R]:
    for name, code in keys:
        found = repeated(reading.rows, lambda row, name=name: getattr(row, name))  # type: ignore[misc]
        reading = refuse(reading, [(row, name, code, other) for row, other in found], columns)
    return reading


def _nik_warnings(rows: Iterable[object], as_of: date) -> list[RowWarning]:
    return [
        RowWarning(row.row, f"nik_{warning}")
        for row in rows
        if isinstance(row, types.CandidateRow | types.FamilyRow | types.MemberRow) and row.nik
        for warning in nik_warnings(
            row.nik, as_of=as_of, area=getattr(row, "area", None), birth_date=row.birth_date, sex=row.sex
        )
    ]


def read_verification(book: Workbook, *, as_of: date) -> Reading[types.VerificationRow]:
    """`verification.csv`."""
    return read_sheet(
        book, "verification", specs.VERIFICATION, types.VerificationRow, as_of=as_of, keys=("ref", "date")
    )


def read_classes(book: Workbook, *, as_of: date, mapping: Mapping[str, str] | None = None) -> Reading[types.ClassRow]:
    """`classes.xlsx`; a class that ends before it begins or needs more people than seats is refused."""
    reading = read_sheet(
        book, "Kelas", specs.CLASS, types.ClassRow, as_of=as_of, keys=("code", "name"), mapping=mapping
    )
    wrong = [(row.row, "ends_on", "date_order", None) for row in reading.rows if row.ends_on < row.starts_on]
    reading = refuse(reading, wrong, specs.CLASS)
    crowded = [(row.row, "minimum", "number_range", None) for row in reading.rows if row.minimum > row.seats]
    reading = refuse(reading, crowded, specs.CLASS)
    return _unique(reading, (("code", "duplicate_ref"),), specs.CLASS)


def read_attendance(book: Workbook, *, as_of: date) -> Reading[types.AttendanceRow]:
    """`attendance.csv`; more sessions attended than held are refused."""
    reading = read_sheet(
        book, "attendance", specs.ATTENDANCE, types.AttendanceRow, as_of=as_of, keys=("ref", "class_code")
    )
    too_many = [(row.row, "attended", "number_range", None) for row in reading.rows if row.attended > row.sessions]
    return refuse(reading, too_many, specs.ATTENDANCE)


def read_packages(
    book: Workbook, *, as_of: date, mapping: Mapping[str, str] | None = None
) -> Reading[types.PackageRow]:
    """`packages.xlsx`."""
    return read_sheet(
        book, "Paket", specs.PACKAGE, types.PackageRow, as_of=as_of, keys=("code", "goods"), mapping=mapping
    )


def read_resources(
    book: Workbook, *, as_of: date, mapping: Mapping[str, str] | None = None
) -> Reading[types.ResourceRow]:
    """`resources.xlsx`."""
    return read_sheet(
        book, "Sumber Daya", specs.RESOURCE, types.ResourceRow, as_of=as_of, keys=("area", "resource"), mapping=mapping
    )


def read_positions(book: Workbook, *, as_of: date) -> Reading[types.PositionRow]:
    """`positions.csv`."""
    return read_sheet(book, "positions", specs.POSITION, types.PositionRow, as_of=as_of, keys=("area",))


def read_exclusions(
    book: Workbook, *, as_of: date, mapping: Mapping[str, str] | None = None
) -> Reading[types.ExclusionRow]:
    """`exclusions.xlsx`; a row without NIK and KK excludes nobody and is refused."""
    reading = read_sheet(
        book, "Daftar", specs.EXCLUSION, types.ExclusionRow, as_of=as_of, keys=("nik", "kk", "name", "kind"),
        several=True, mapping=mapping,
    )  # fmt: skip
    return _known_by_number(reading, specs.EXCLUSION)


def read_other_aid(
    book: Workbook, *, as_of: date, mapping: Mapping[str, str] | None = None
) -> Reading[types.OtherAidRow]:
    """`other_aid.xlsx`; a row without NIK and KK is refused."""
    reading = read_sheet(
        book, "Bantuan", specs.OTHER_AID, types.OtherAidRow, as_of=as_of, keys=("nik", "kk", "name"), several=True,
        mapping=mapping,
    )  # fmt: skip
    return _known_by_number(reading, specs.OTHER_AID)


Known = TypeVar("Known", types.ExclusionRow, types.OtherAidRow)


def _known_by_number(reading: Reading[Known], columns: Sequence[Column]) -> Reading[Known]:
    nameless = [(row.row, "nik", "nik_missing", None) for row in reading.rows if not row.nik and not row.kk]
    return refuse(reading, nameless, columns)


def read_mentors(book: Workbook, *, as_of: date, mapping: Mapping[str, str] | None = None) -> Reading[types.MentorRow]:
    """`mentors.xlsx`."""
    reading = read_sheet(
        book, "Pendamping", specs.MENTOR, types.MentorRow, as_of=as_of, keys=("code", "name"), mapping=mapping
    )
    return _unique(reading, (("code", "duplicate_ref"),), specs.MENTOR)


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
