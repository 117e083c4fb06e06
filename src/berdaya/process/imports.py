"""Lists of candidates and of existing groups, from a file to people, groups and candidates.

One function each for the folder, the web and the command line. A broken row is refused with its cell and reason and
stands in a checked copy of the same file; what is right is taken. The same file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.areas.selectors import resolve
from berdaya.audit.services import record
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.groups.services.registry import register_existing_many
from berdaya.groups.types import GroupRow, MemberRow
from berdaya.intake import rows as sheets
from berdaya.intake import specs, types
from berdaya.intake.checked_copy import make as make_checked_copy
from berdaya.intake.columns import Column
from berdaya.intake.files import Workbook
from berdaya.intake.models import ImportRun
from berdaya.intake.sheets import find_header
from berdaya.intake.types import CellProblem, Reading
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.services.register import register_many
from berdaya.people.types import Outcome, PersonInput, Registered
from berdaya.programmes.services.candidates import add_candidates_many, pair_motivators_many
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import NewCandidate
from berdaya.training.services.grouping import limits_of

Part = tuple[Reading[Any], Sequence[Column]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAKEN = frozenset({Outcome.NEW, Outcome.KNOWN, Outcome.REPEATED})


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list. ``refused`` counts rows by the code of their first problem."""

    run_id: UUID
    rows_in: int
    taken: int
    refused: Mapping[str, int]
    outcomes: Mapping[str, int]
    checked_copy: UUID | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class _Into:
    """Where a list goes."""

    actor: Actor
    programme_id: UUID
    config: ProgrammeConfig

    @property
    def code(self) -> str:
        return self.config.programme.code

    @property
    def synthetic(self) -> bool:
        return self.config.example is not None

    @property
    def proposal(self) -> date:
        return self.config.dates.proposal

    @property
    def office(self) -> int:
        if not self.actor.office:
            raise Problem("outside_scope")
        return self.actor.office


def area_finder(within: int) -> sheets.FindArea:
    """Looks area cells up inside one area; None where they name no village there."""

    def find(code: int | None, village: str, district: str, regency: str) -> int | None:
        return resolve(
            code=str(code) if code else "", village=village, district=district, regency=regency, within=within
        ).code

    return find


@transaction.atomic
def import_candidates(
    *, actor: Actor, programme_id: UUID, config: ProgrammeConfig, book: Workbook, as_of: date
) -> Imported:
    """`candidates.xlsx` into households, persons and candidates of a programme. Motivator pairs follow.

    Raises what reading raises (a file that is no list), ``not_allowed``, ``outside_scope``, ``identity_busy``.
    """
    require(actor, "import.run")
    into = _Into(actor, programme_id, config)
    known = _known(into, "candidates", book)
    if known is not None:
        return known
    reading = sheets.read_candidates(book, as_of=as_of, find_area=area_finder(config.programme.area))
    registered = register_many(actor=actor, people=[_person(row, into) for row in reading.rows])
    outcomes = Counter(one.outcome.value for one in registered)
    candidates = [
        _candidate(row, one, number)
        for number, (row, one) in enumerate(zip(reading.rows, registered, strict=True), start=1)
        if one.outcome in _TAKEN
    ]
    added = add_candidates_many(actor=actor, programme_id=programme_id, rows=candidates, proposed_on=into.proposal)
    outcomes["duplicate"] = len(added.duplicates)
    pairs = [(row.ref, row.motivator) for row in reading.rows if row.motivator]
    if pairs:
        outcomes["motivator_pairs"] = pair_motivators_many(
            actor=actor, programme_id=programme_id, pairs=pairs, paired_on=into.proposal
        )
    return _keep(into, "candidates", book, [(reading, specs.CANDIDATE)], taken=len(candidates), outcomes=outcomes)


def _person(row: types.CandidateRow, into: _Into) -> PersonInput:
    return PersonInput(
        key=row.ref,
        nik=row.nik,
        kk=row.kk,
        name=row.name,
        area=row.area or 0,
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
        synthetic=into.synthetic,
    )


def _candidate(row: types.CandidateRow, registered: Registered, number: int) -> NewCandidate:
    return NewCandidate(
        ref=row.ref,
        list_no=int(row.ref) if row.ref.isdecimal() else number,
        area=row.area or 0,
        household_id=registered.household_id,
        person_id=registered.person_id,
        sources=(f"alumni:{row.alumni}",) if row.alumni else (),
        kind=row.kind,
        interests=row.interests,
        skills=row.skills,
        ever_in_business=row.ever_in_business,
    )


@transaction.atomic
def import_groups(
    *, actor: Actor, programme_id: UUID, config: ProgrammeConfig, book: Workbook, as_of: date
) -> Imported:
    """`groups.xlsx` into households, persons, groups with officers and sponsors, and candidates of a programme."""
    require(actor, "import.run")
    into = _Into(actor, programme_id, config)
    known = _known(into, "groups", book)
    if known is not None:
        return known
    groups, members = sheets.read_groups(book, as_of=as_of, find_area=area_finder(config.programme.area))
    area_of = {row.ref: row.area or 0 for row in groups.rows}
    registered = register_many(
        actor=actor, people=[_member_person(row, area_of[row.ref], into) for row in members.rows]
    )
    outcomes = Counter(f"member_{one.outcome.value}" for one in registered)
    people: dict[str, list[MemberRow]] = {}
    for row, one in zip(members.rows, registered, strict=True):
        if one.outcome in _TAKEN and one.person_id and one.household_id:
            people.setdefault(row.ref, []).append(_member(row, one.person_id, one.household_id))
    result = register_existing_many(
        actor=actor,
        rows=[_group(row, people.get(row.ref, ())) for row in groups.rows],
        sponsor_area=config.programme.area,
        on=into.proposal,
        limits=limits_of(config.group),
        synthetic=into.synthetic,
    )
    outcomes.update({f"member_{one.code}": 1 for one in result.refused})
    outcomes["incomplete"] = result.incomplete
    added = add_candidates_many(
        actor=actor,
        programme_id=programme_id,
        rows=[
            NewCandidate(
                ref=row.ref,
                list_no=number,
                area=row.area or 0,
                group_id=result.groups[row.ref],
                kind=row.kind,
                interests=(row.kind,) if row.kind else (),
            )
            for number, row in enumerate(groups.rows, start=1)
            if row.ref in result.groups
        ],
        proposed_on=into.proposal,
    )
    outcomes["duplicate"] = len(added.duplicates)
    parts: list[Part] = [(groups, specs.GROUP), (members, specs.MEMBER)]
    return _keep(into, "groups", book, parts, taken=len(result.groups), outcomes=outcomes)


def _member_person(row: types.MemberRow, area: int, into: _Into) -> PersonInput:
    return PersonInput(
        key=f"{row.ref}/{row.member}",
        nik=row.nik,
        kk=row.kk,
        name=row.name,
        area=area,
        birth_date=row.birth_date,
        sex=row.sex,
        marital=row.marital,
        phone=row.phone,
        disability=row.disability,
        income_idr=row.income_idr,
        desil=row.desil,
        desil_on=row.desil_on,
        synthetic=into.synthetic,
    )


def _member(row: types.MemberRow, person: UUID, household: UUID) -> MemberRow:
    return MemberRow(
        number=int(row.member),
        person_id=person,
        household_id=household,
        birth_date=row.birth_date,
        position=row.position if row.position != "anggota" else "",
    )


def _group(row: types.GroupRow, members: Sequence[MemberRow]) -> GroupRow:
    return GroupRow(
        code=row.ref,
        name=row.name,
        area=row.area or 0,
        kind=row.kind,
        founded_year=row.founded_year,
        address=row.address,
        sponsor_kind=row.sponsor,
        sponsor_name=row.sponsor_name,
        members=tuple(members),
    )


def _known(into: _Into, kind: str, book: Workbook) -> Imported | None:
    run = ImportRun.objects.filter(
        office_id=into.office, programme_code=into.code, kind=kind, sha256=bytes.fromhex(book.digest)
    ).first()
    if run is None:
        return None
    return Imported(run.pk, run.rows_in, run.rows_taken, run.refused, run.outcomes, run.checked_copy_id, repeated=True)


def _keep(
    into: _Into, kind: str, book: Workbook, parts: Sequence[Part], *, taken: int, outcomes: Mapping[str, int]
) -> Imported:
    """Write down what became of the file, with a checked copy where something was refused."""
    main = parts[0][0]
    problems: dict[str, Sequence[CellProblem]] = {part.sheet: part.problems for part, _ in parts if part.problems}
    copy = _checked_copy(into, book, parts, problems) if problems else None
    run = ImportRun.objects.create(
        area=into.config.programme.area,
        office_id=into.office,
        programme_code=into.code,
        kind=kind,
        file_name=book.name[:160],
        sha256=bytes.fromhex(book.digest),
        rows_in=main.rows_in,
        rows_taken=taken,
        refused=main.refused,
        outcomes=dict(outcomes),
        checked_copy_id=copy,
        account_id=into.actor.account_id or 0,
    )
    record(
        actor=into.actor, name="list.imported", subject_kind="import", subject_id=run.pk,
        kind=kind, rows=main.rows_in, taken=taken,
    )  # fmt: skip
    return Imported(run.pk, main.rows_in, taken, main.refused, dict(outcomes), copy)


def _checked_copy(
    into: _Into,
    book: Workbook,
    parts: Sequence[Part],
    problems: Mapping[str, Sequence[CellProblem]],
) -> UUID:
    headers = {
        part.sheet: find_header(book.sheet(part.sheet), columns, file=book.name, sheet=part.sheet).row
        for part, columns in parts
        if part.sheet in problems
    }
    return store_file(
        actor=into.actor,
        draft=FileDraft(
            content=make_checked_copy(book, problems, headers),
            media_type=XLSX,
            name=f"periksa-{book.name}"[:160],
            purpose="checked_copy",
            area=into.config.programme.area,
            office=into.office,
        ),
    )
