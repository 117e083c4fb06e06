"""Lists of candidates and of existing groups, from a file to people, groups and candidates of a programme.

One function each for the folder, the web and the command line. A broken row is refused with its cell and reason and
stands in a checked copy of the same file; what is right is taken. The same file again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.groups.services.registry import register_existing_many
from berdaya.groups.types import GroupRow, MemberRow
from berdaya.intake import services as intake
from berdaya.intake import types
from berdaya.intake.models import ImportRun
from berdaya.intake.results import CandidatesImport, GroupsImport, TakenCandidate, TakenMember
from berdaya.kernel.scope import Actor
from berdaya.people.linkage.services import link_new
from berdaya.people.types import Outcome
from berdaya.programmes.services.candidates import add_candidates_many, pair_motivators_many
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import NewCandidate
from berdaya.training.services.grouping import limits_of

ORDINARY_MEMBER = "anggota"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list. ``refused`` counts rows by the code of their first problem."""

    rows_in: int
    taken: int
    refused: Mapping[str, int]
    checked_copy: UUID | None
    repeated: bool


def known_file(*, actor: Actor, programme: str, kind: str, source: Path | bytes) -> Imported | None:
    """What became of this very file when it was read before, without reading its rows again."""
    content = source.read_bytes() if isinstance(source, Path) else source
    run = ImportRun.objects.filter(
        office_id=actor.office or 0, programme_code=programme, kind=kind, sha256=hashlib.sha256(content).digest()
    ).first()
    if run is None:
        return None
    return Imported(run.rows_in, run.rows_taken, run.refused, run.checked_copy_id, repeated=True)


@transaction.atomic
def import_candidates(
    *,
    actor: Actor,
    programme_id: UUID,
    config: ProgrammeConfig,
    source: Path | bytes,
    as_of: date,
    name: str = "",
    language: str = "id",
) -> Imported:
    """``candidates.xlsx`` into households, persons and candidates of a programme; motivator pairs follow.

    Raises what reading raises (a file that is no list), ``not_allowed``, ``outside_scope``, ``identity_busy``.
    """
    require(actor, "import.run")
    code = config.programme.code
    known = known_file(actor=actor, programme=code, kind="candidates", source=source)
    if known is not None:
        return known
    done = intake.import_candidates(
        actor=actor,
        source=source,
        programme=code,
        area=config.programme.area,
        as_of=as_of,
        name=name,
        synthetic=config.example is not None,
        language=language,
    )
    link_new(actor=actor, person_ids=[one.person_id for one in done.taken if one.outcome is Outcome.NEW])
    proposal = config.dates.proposal
    add_candidates_many(
        actor=actor,
        programme_id=programme_id,
        rows=[_candidate(one, number) for number, one in enumerate(done.taken, start=1)],
        proposed_on=proposal,
    )
    pairs = [(one.row.ref, one.row.motivator) for one in done.taken if one.row.motivator]
    if pairs:
        pair_motivators_many(actor=actor, programme_id=programme_id, pairs=pairs, paired_on=proposal)
    return _imported(done)


def _candidate(taken: TakenCandidate, number: int) -> NewCandidate:
    row = taken.row
    return NewCandidate(
        ref=row.ref,
        list_no=int(row.ref) if row.ref.isdecimal() else number,
        area=row.area or 0,
        household_id=taken.household_id,
        person_id=taken.person_id,
        sources=(f"alumni:{row.alumni}",) if row.alumni else (),
        kind=row.kind,
        interests=row.interests,
        skills=row.skills,
        ever_in_business=row.ever_in_business,
    )


@transaction.atomic
def import_groups(
    *,
    actor: Actor,
    programme_id: UUID,
    config: ProgrammeConfig,
    source: Path | bytes,
    as_of: date,
    name: str = "",
    language: str = "id",
) -> Imported:
    """``groups.xlsx`` into households, persons, groups with officers and sponsors, and candidates of a programme."""
    require(actor, "import.run")
    code, synthetic = config.programme.code, config.example is not None
    known = known_file(actor=actor, programme=code, kind="groups", source=source)
    if known is not None:
        return known
    done = intake.import_groups(
        actor=actor,
        source=source,
        programme=code,
        area=config.programme.area,
        as_of=as_of,
        name=name,
        synthetic=synthetic,
        language=language,
    )
    people: dict[str, list[MemberRow]] = {}
    for one in done.members:
        people.setdefault(one.row.ref, []).append(_member(one))
    registered = register_existing_many(
        actor=actor,
        rows=[_group(row, people.get(row.ref, ())) for row in done.groups],
        sponsor_area=config.programme.area,
        on=config.dates.proposal,
        limits=limits_of(config.group),
        synthetic=synthetic,
    )
    add_candidates_many(
        actor=actor,
        programme_id=programme_id,
        rows=[
            NewCandidate(
                ref=row.ref,
                list_no=number,
                area=row.area or 0,
                group_id=registered.groups[row.ref],
                kind=row.kind,
                interests=(row.kind,) if row.kind else (),
            )
            for number, row in enumerate(done.groups, start=1)
            if row.ref in registered.groups
        ],
        proposed_on=config.dates.proposal,
    )
    return _imported(done)


def _member(taken: TakenMember) -> MemberRow:
    row = taken.row
    return MemberRow(
        number=int(row.member),
        person_id=taken.person_id,
        household_id=taken.household_id,
        birth_date=row.birth_date,
        position="" if row.position == ORDINARY_MEMBER else row.position,
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


def _imported(done: CandidatesImport | GroupsImport) -> Imported:
    check = done.check
    return Imported(check.rows_in, check.rows_taken, check.refused, done.checked_copy_id, repeated=done.repeated)
