"""Files of offices into the register of people. Programmes and groups are written above, from what these return.

`check_*` reads and writes nothing. `import_*` registers people, keeps a record of the file by its hash and
the checked copy, and answers the rows that were taken. The same file again finds everybody known and
changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.areas import selectors as areas
from berdaya.areas.codes import Level, ancestor, contains, level_of
from berdaya.audit.services import record
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.intake import checked_copy, rows, specs
from berdaya.intake.columns import Column
from berdaya.intake.files import Workbook, read_path, read_workbook
from berdaya.intake.kinds import kind_of
from berdaya.intake.models import GroupCarry, ImportRun
from berdaya.intake.reading import refuse
from berdaya.intake.results import CandidatesImport, Check, GroupsImport, TakenCandidate, TakenMember
from berdaya.intake.types import CandidateRow, Carry, CellProblem, GroupRow, MemberRow, Reading, RowWarning
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people import services as people
from berdaya.people.types import Outcome, PersonInput, Registered

PERMISSION = "import.run"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FLAWS = {
    "area.unknown": "area_unknown",
    "area.code_unknown": "area_unknown",
    "area.ambiguous": "area_ambiguous",
    "area.code_and_name_differ": "area_name_differs",
}
_REFUSALS = {Outcome.ELSEWHERE: "elsewhere", Outcome.OUTSIDE: "area_outside"}


def area_finder(within: int) -> rows.FindArea:
    """Looks places up inside an area; call it in a scope. A known village outside is told apart from an
    unknown one.
    """

    def find(code: int | None, village: str, district: str, regency: str) -> int | str:
        if code is None and regency.strip() and level_of(within) >= Level.REGENCY:
            # Every kabupaten has a Sumberejo: one that is said to lie in another is not the one of this office.
            province = ancestor(within, Level.PROVINCE)
            wide = areas.resolve(village=village, district=district, regency=regency, within=province)
            if wide.code is not None and not contains(within, wide.code):
                return "area_outside"
        written = "" if code is None else str(code)
        found = areas.resolve(code=written, village=village, district=district, regency=regency, within=within)
        if found.code is not None:
            return found.code
        if code is not None and not contains(within, code) and areas.areas_by_code([code]):
            return "area_outside"
        return _FLAWS.get(found.flaw, "area_unknown")

    return find


def open_file(source: Path | bytes, name: str = "") -> Workbook:
    """Read a path, or uploaded bytes under their name. Raises what `intake.files` raises."""
    return read_path(source) if isinstance(source, Path) else read_workbook(source, name or "berkas")


def check_list(
    *,
    actor: Actor,
    source: Path | bytes,
    kind: str,
    area: int,
    as_of: date,
    name: str = "",
    language: str = "id",
    mapping: Mapping[str, str] | None = None,
) -> tuple[Check, Sequence[Reading[Any]]]:
    """What a list of a kind (`kinds.KINDS`) holds, without writing: counts, problems, the checked copy, the readings.

    Raises:
        Problem: `not_allowed`, `not_found`, what `intake.files` raises, `sheet_missing`, `header_missing`.
    """
    require(actor, PERMISSION)
    chosen = kind_of(kind)
    book = open_file(source, name)
    readings = chosen.read(book, as_of, area_finder(area), mapping)
    return _check(book, readings, language), readings


def marked_copy(book: Workbook, readings: Sequence[Reading[Any]], *, language: str = "id") -> bytes:
    """The same file as xlsx, its refused cells coloured and explained, whatever sheets they stand in."""
    problems: dict[str, list[CellProblem]] = {}
    headers: dict[str, int] = {}
    for reading in readings:
        for place in reading.tables:
            headers.setdefault(place.sheet, place.heading_row)
            problems.setdefault(place.sheet, [])
        for problem in reading.problems:
            problems.setdefault(problem.sheet, []).append(problem)
    return checked_copy.make(book, problems, headers, language=language)


def _check(book: Workbook, readings: Sequence[Reading[Any]], language: str) -> Check:
    refused: dict[str, int] = {}
    for reading in readings:
        for code, count in reading.refused.items():
            refused[code] = refused.get(code, 0) + count
    copy = None
    if any(reading.problems for reading in readings):
        copy = marked_copy(book, readings, language=language)
    return Check(
        file=book.name,
        digest=book.digest,
        rows_in=sum(reading.rows_in for reading in readings),
        refused=dict(sorted(refused.items())),
        problems=tuple(problem for reading in readings for problem in reading.problems),
        warnings=tuple(_placed(warning, reading) for reading in readings for warning in reading.warnings),
        checked_copy=copy,
    )


def _placed(warning: RowWarning, reading: Reading[Any]) -> RowWarning:
    place = reading.place_of(warning.row)
    return RowWarning(warning.row - place.first, warning.code, place.sheet)


def import_candidates(
    *,
    actor: Actor,
    source: Path | bytes,
    programme: str,
    area: int,
    as_of: date,
    name: str = "",
    synthetic: bool = False,
    language: str = "id",
) -> CandidatesImport:
    """Register the candidates of a file for a programme (by code) inside an area.

    Rows of people registered in other offices' areas are refused as `elsewhere`.

    Raises:
        Problem: `not_allowed`, what `intake.files` raises, `header_missing`, `identity_busy`, `lookup_limit`.
    """
    require(actor, PERMISSION)
    book = open_file(source, name)
    with transaction.atomic():
        reading = rows.read_candidates(book, as_of=as_of, find_area=area_finder(area))
        registered = people.register_many(
            actor=actor, people=[person_of_candidate(row, synthetic=synthetic) for row in reading.rows]
        )
        outcomes = dict(Counter(one.outcome.value for one in registered))
        taken = tuple(
            TakenCandidate(row, one.household_id, one.person_id, one.outcome)
            for row, one in zip(reading.rows, registered, strict=True)
            if one.household_id and one.person_id
        )
        reading = _refuse_unregistered(reading, registered, specs.CANDIDATE)
        check = _check(book, [reading], language)
        run, copy, repeated = _keep(actor, check, programme, "candidates", area=area, outcomes=outcomes)
    return CandidatesImport(run, repeated, check, taken, outcomes, copy)


def import_groups(
    *,
    actor: Actor,
    source: Path | bytes,
    programme: str,
    area: int,
    as_of: date,
    name: str = "",
    synthetic: bool = False,
    language: str = "id",
) -> GroupsImport:
    """Register the members of existing groups; the groups themselves are written by the caller from `groups`.

    Members live where their group is, until a visit says otherwise. Raises as `import_candidates`.
    """
    require(actor, PERMISSION)
    book = open_file(source, name)
    with transaction.atomic():
        groups, members = rows.read_groups(book, as_of=as_of, find_area=area_finder(area))
        places = {group.ref: group for group in groups.rows}
        registered = people.register_many(
            actor=actor,
            people=[person_of_member(row, places[row.ref], synthetic=synthetic) for row in members.rows],
        )
        outcomes = dict(Counter(one.outcome.value for one in registered))
        taken = tuple(
            TakenMember(row, one.household_id, one.person_id, one.outcome)
            for row, one in zip(members.rows, registered, strict=True)
            if one.household_id and one.person_id
        )
        members = _refuse_unregistered(members, registered, specs.MEMBER)
        check = _check(book, [groups, members], language)
        run, copy, repeated = _keep(actor, check, programme, "groups", area=area, outcomes=outcomes)
    peopled = {one.row.ref for one in taken}
    marked = tuple(replace(one, incomplete=one.incomplete or one.ref not in peopled) for one in groups.rows)
    return GroupsImport(run, repeated, check, marked, taken, outcomes, copy)


def person_of_candidate(row: CandidateRow, *, synthetic: bool) -> PersonInput:
    """A read row (its area looked up) as people take it."""
    return PersonInput(
        key=row.ref,
        nik=row.nik,
        kk=row.kk,
        name=row.name,
        area=_area(row.area),
        birth_place=row.birth_place,
        birth_date=row.birth_date,
        sex=row.sex,
        marital=row.marital,
        phone=row.phone,
        occupation=row.occupation,
        address=row.address,
        female_head=row.female_head,
        dependants=row.dependants,
        disability=row.disability,
        income_idr=row.income_idr,
        desil=row.desil,
        desil_on=row.desil_on,
        synthetic=synthetic,
    )


def person_of_member(row: MemberRow, group: GroupRow, *, synthetic: bool) -> PersonInput:
    """A member's row as people take it; she lives where her group is."""
    return PersonInput(
        key=f"{row.ref}/{row.member}",
        nik=row.nik,
        kk=row.kk,
        name=row.name,
        area=_area(group.area),
        birth_date=row.birth_date,
        sex=row.sex,
        marital=row.marital,
        phone=row.phone,
        disability=row.disability,
        income_idr=row.income_idr,
        desil=row.desil,
        desil_on=row.desil_on,
        synthetic=synthetic,
    )


def _area(code: int | None) -> int:
    if code is None:
        raise Problem("area_unknown")
    return code


R = TypeVar("R", CandidateRow, MemberRow)


def _refuse_unregistered(
    reading: Reading[R], registered: Sequence[Registered], columns: Sequence[Column]
) -> Reading[R]:
    wrong = [
        (row.row, "nik" if one.outcome is Outcome.ELSEWHERE else "area", _REFUSALS[one.outcome], None)
        for row, one in zip(reading.rows, registered, strict=True)
        if one.outcome in _REFUSALS
    ]
    if not wrong:
        return reading
    return refuse(reading, wrong, columns)


def _keep(
    actor: Actor, check: Check, programme: str, kind: str, *, area: int, outcomes: dict[str, int]
) -> tuple[UUID, UUID | None, bool]:
    """The record of the import, one per office, programme, kind and file; the checked copy with it."""
    office = actor.office
    if not office:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    found = ImportRun.objects.filter(
        office_id=office, programme_code=programme, kind=kind, sha256=bytes.fromhex(check.digest)
    ).first()
    if found is not None:
        return found.id, found.checked_copy_id, True
    copy = None
    if check.checked_copy is not None:
        draft = FileDraft(
            content=check.checked_copy,
            media_type=XLSX,
            name=f"{Path(check.file).stem} - diperiksa.xlsx",
            purpose="checked_copy",
            area=area,
            office=office,
        )
        copy = store_file(actor=actor, draft=draft)
    run = ImportRun.objects.create(
        id=stable_id("import", office, programme, kind, check.digest),
        area=area,
        office_id=office,
        programme_code=programme,
        kind=kind,
        file_name=check.file[:160],
        sha256=bytes.fromhex(check.digest),
        rows_in=check.rows_in,
        rows_taken=check.rows_taken,
        refused=check.refused,
        outcomes=outcomes,
        checked_copy_id=copy,
        account_id=actor.account_id or 0,
    )
    record(
        actor=actor,
        name="intake.imported",
        subject_kind="import",
        subject_id=run.id,
        area=area,
        kind=kind,
        rows_in=check.rows_in,
        rows_taken=check.rows_taken,
        refused=check.refused,
    )
    return run.id, copy, False


def keep_carried(*, office: int, job: UUID, rows: Sequence[Carry]) -> None:
    """Keep what a list of groups brings beside its members, until somebody opens the group's book; known rows stay."""
    create(
        (
            GroupCarry(
                id=row.id,
                area=row.area,
                office_id=office,
                group_id=row.group,
                job_id=job,
                kind=row.kind,
                facts=row.facts,
            )
            for row in rows
        ),
        skip_known=True,
    )
