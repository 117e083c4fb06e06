"""A decided selection as a file, and the same selection again from that file alone (ulangi undian).

The file holds what the decision rested on (quota rules, frozen list, commitments, opened seeds) and what came of it. It
names nobody: a line has its list number, the ref of the proposal, the area, the household's random key and the score.
Its layout, all texts UTF-8 JSON:

``format``       ``berdaya.lottery.1``
``programme``    ``code``, ``name``, ``year``, ``area`` (dotted)
``frozen_on``, ``decided_on``  ISO dates
``quota``        section ``[quota]`` of programme.toml, as the decision used it
``ceilings``     places and origin by area code of ten digits; ``0`` is the total
``list_sha256``  SHA-256 of the lines number, ref, area, household, score, tab-separated, each ended by a line feed
``commitments``, ``seeds``     of parties 1 and 2; ``sha256:`` + SHA-256 of the seed; empty where there was no lottery
``entries``      by number: ``number``, ``ref``, ``area``, ``household``, ``score``, then the outcome ``draw``,
                 ``rank``, ``selected``, ``stratum``, ``probability``, ``full``
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from berdaya.areas.codes import InvalidAreaCodeError, parse_code
from berdaya.kernel.problems import Problem
from berdaya.programmes.rules import lottery, quota
from berdaya.programmes.rules.lottery import Entry
from berdaya.programmes.types import Quota

FORMAT = "berdaya.lottery.1"
OUTCOME = ("draw", "rank", "selected", "stratum", "probability", "full")
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ExportedProgramme(_Part):
    """Program: which one was decided."""

    code: str
    name: str
    year: int
    area: str


class ExportedCeiling(_Part):
    """Kuota satu wilayah."""

    places: Annotated[int, Field(ge=0)]
    origin: Literal["total", "named", "remainder"]


class ExportedEntry(_Part):
    """Baris daftar beku dengan hasilnya."""

    number: int
    ref: str
    area: int
    household: str
    score: int
    draw: str
    rank: int | None
    selected: bool | None
    stratum: str
    probability: float | None
    full: str


class Export(_Part):
    """Berkas undian: one decided selection, as the module's text describes it."""

    format: Literal["berdaya.lottery.1"]
    programme: ExportedProgramme
    frozen_on: str
    decided_on: str
    quota: dict[str, Any]
    ceilings: dict[str, ExportedCeiling]
    list_sha256: Sha256
    commitments: list[str]
    seeds: list[str]
    entries: list[ExportedEntry]


@dataclass(frozen=True, slots=True)
class Difference:
    """Perbedaan: which check, on which list number (0: the whole), what the file says and what comes out."""

    check: Literal["list", "commitment", "ceiling", "draw", "rank", "selection"]
    number: int
    field: str
    stated: object
    found: object


def parse(raw: object) -> Export:
    """The file's content. Raises ``lottery_file_broken`` naming the first part that has another form."""
    try:
        export = Export.model_validate(raw)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"]) or FORMAT
        raise Problem("lottery_file_broken", path=place) from None
    try:
        ordered = date.fromisoformat(export.frozen_on) <= date.fromisoformat(export.decided_on)
    except ValueError:
        ordered = False
    if not ordered:
        # A list that was frozen after it was decided on, or on no day at all, is no list of this procedure.
        raise Problem("lottery_file_broken", path="frozen_on, decided_on")
    return export


def replay(export: Export) -> list[Difference]:
    """Everything that does not follow from the file's own list, rules and seeds; empty where all agrees.

    The order is that of the checks: list, commitments, ceilings, then draws, ranks and places by list number.
    """
    entries = [Entry(line.number, line.ref, line.area, line.household, line.score) for line in export.entries]
    found = [*_list(export, entries), *_commitments(export)]
    limits, differing = _ceilings(export, entries)
    found += differing
    try:
        outcome = quota.select(entries, limits, export.seeds)
    except Problem as problem:
        return [*found, Difference("selection", 0, problem.code, "decided", problem.text("en"))]
    places = {place.number: place for place in outcome.places}
    for line in export.entries:
        found += _outcome(line, places[line.number])
    return found


def _list(export: Export, entries: Sequence[Entry]) -> Iterator[Difference]:
    digest = lottery.list_hash(entries)
    if digest != export.list_sha256:
        yield Difference("list", 0, "list_sha256", export.list_sha256, digest)
    for place, entry in enumerate(entries, start=1):
        if entry.number != place:
            yield Difference("list", entry.number, "number", entry.number, place)


def _commitments(export: Export) -> Iterator[Difference]:
    if export.seeds and len(export.seeds) != 2:
        yield Difference("commitment", 0, "seeds", len(export.seeds), 2)
    if not export.seeds:
        return
    for party, (promise, seed) in enumerate(zip_longest(export.commitments, export.seeds, fillvalue=""), start=1):
        try:
            kept = lottery.commitment(seed)
        except Problem:
            kept = ""
        if kept != promise:
            yield Difference("commitment", 0, f"party {party}", promise, kept)


def _ceilings(export: Export, entries: Sequence[Entry]) -> tuple[dict[int, quota.Ceiling], list[Difference]]:
    """The ceilings that follow from the rules, and where the file states others."""
    try:
        rules = Quota.model_validate(export.quota)
        area = parse_code(export.programme.area)
        stated = {int(code): (item.places, item.origin) for code, item in export.ceilings.items()}
    except (ValidationError, Problem, InvalidAreaCodeError, ValueError):
        raise Problem("lottery_file_broken", path="quota") from None
    limits = quota.quota_ceilings(rules, area, [entry.area for entry in entries])
    follows = {code: (limit.places, limit.origin) for code, limit in limits.items()}
    differing = [
        Difference("ceiling", 0, str(code), stated.get(code), follows.get(code))
        for code in sorted(set(stated) | set(follows))
        if stated.get(code) != follows.get(code)
    ]
    return limits, differing


_CHECK_OF: Mapping[str, Literal["draw", "rank", "selection"]] = {"draw": "draw", "rank": "rank"}


def _outcome(line: ExportedEntry, place: quota.Place) -> Iterator[Difference]:
    for name in OUTCOME:
        stated, found = getattr(line, name), getattr(place, name)
        same = _close(stated, found) if name == "probability" else stated == found
        if not same:
            yield Difference(_CHECK_OF.get(name, "selection"), line.number, name, stated, found)


def _close(stated: float | None, found: float) -> bool:
    """Chances are sums of floats, whose last digit may differ between machines."""
    return stated is not None and abs(stated - found) < 1e-9
