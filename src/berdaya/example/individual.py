"""Folders of programmes that start from a list of families (``candidates.xlsx``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from berdaya.enterprises.catalogue import catalogue
from berdaya.example import candidates as lists
from berdaya.example import classes, followup, registers, trades
from berdaya.example.identity import Identities
from berdaya.example.market import Market
from berdaya.example.model import CANDIDATE_HEADINGS, Candidate, Folder
from berdaya.example.naming import make_name
from berdaya.example.places import Village
from berdaya.example.seeds import stream
from berdaya.example.sheets import Sheet


@dataclass(frozen=True)
class IndividualPlan:
    """All that differs between the programmes of families."""

    code: str
    band: tuple[int, int]
    year: int
    programme: Mapping[str, Any]
    people: lists.ListPlan
    courses: Sequence[classes.Course]
    strengths: Mapping[int, Mapping[str, int]]
    kinds: Sequence[str]
    goods_ceiling: int
    fund: followup.FundTerms | None
    statuses: Mapping[str, float]
    families_per_mentor: int
    products: float
    market: Callable[[Market, Sequence[Candidate], Any], None]
    sessions: int = 5
    scale_of_trade: float = 1.0
    numbers: Mapping[str, int] = field(default_factory=dict)


def build(plan: IndividualPlan, seed: int) -> Folder:
    """The whole folder in memory."""
    folder = Folder(plan.code, plan.programme)
    folder.truth.numbers.update(plan.numbers)
    ids = Identities(plan.band)
    rows = lists.make_candidates(stream(seed, plan.code, "list"), ids, plan.people, folder.truth)
    folder.books["candidates"] = [Sheet("Calon", CANDIDATE_HEADINGS, [row.row() for row in rows])]
    able = [row for row in rows if not row.fate]
    _registers(folder, plan, seed, ids, rows)
    _verification(folder, plan, seed, rows)
    _training(folder, plan, seed, able)
    if plan.fund is None:
        folder.books["packages"] = [trades.packages(plan.kinds, plan.goods_ceiling)]
        folder.tables["handover"] = (HANDOVER_HEADINGS, handover_rows(plan, seed, able))
    _follow(folder, plan, seed, able, ids)
    market = Market()
    rng = stream(seed, plan.code, "market")
    for row in able:
        if row.status in {"thriving", "active", "weak"} and rng.random() < plan.products:
            market.offer(rng, row.ref, row.interests[0])
    plan.market(market, able, rng)
    folder.books["market"] = market.sheets(rng)
    return folder


def _villages(plan: IndividualPlan) -> list[Village]:
    return [village for place in plan.people.neighbourhoods for village in place.villages]


def _registers(folder: Folder, plan: IndividualPlan, seed: int, ids: Identities, rows: Sequence[Candidate]) -> None:
    rng = stream(seed, plan.code, "registers")
    planted = [(row.person, row.fate.partition(":")[2]) for row in rows if row.fate.startswith("excluded:")]
    setting, villages, others = plan.people.setting, _villages(plan), max(5, len(rows) // 25)
    folder.books["exclusions"] = [registers.exclusions(rng, ids, setting, villages, planted, others=others)]
    folder.books["other_aid"] = [registers.other_aid(rng, ids, setting, villages, rows, year=plan.year, others=others)]


def _verification(folder: Folder, plan: IndividualPlan, seed: int, rows: Sequence[Candidate]) -> None:
    rng = stream(seed, plan.code, "verification")
    verifiers = {
        place.district: f"TKSK {make_name(rng, plan.people.setting.region, rng.choice('LP'))}"
        for place in plan.people.neighbourhoods
    }
    start = plan.people.setting.proposal + timedelta(days=7)
    made = lists.verification_rows(rng, rows, folder.truth, start=start, verifiers=verifiers)
    folder.tables["verification"] = (lists.VERIFICATION_HEADINGS, list(made))


def _training(folder: Folder, plan: IndividualPlan, seed: int, able: Sequence[Candidate]) -> None:
    rng = stream(seed, plan.code, "training")
    start, region = plan.programme["dates"]["training"], plan.people.setting.region
    folder.books["classes"] = [classes.class_sheet(rng, plan.courses, start=start, region=region)]
    present = [classes.attendance_row(rng, row.ref, sessions=plan.sessions) for row in able]
    folder.tables["attendance"] = (classes.ATTENDANCE_HEADINGS, present)
    villages = _villages(plan)
    surveyed = plan.programme["dates"]["proposal"]
    folder.books["resources"] = [classes.resource_sheet(villages, plan.strengths, surveyed)]
    folder.tables["positions"] = (
        ("area", "lat", "lon", "source"),
        [(village.dotted, village.lat, village.lon, "synthetic") for village in villages],
    )


HANDOVER_HEADINGS = ("ref", "date", "place", "condition", "received_by", "note")


def handover_rows(plan: IndividualPlan, seed: int, able: Sequence[Candidate]) -> list[Sequence[Any]]:
    """``handover.csv``: nearly all goods arrive whole; what is damaged or short says so."""
    rng = stream(seed, plan.code, "handover")
    start: date = plan.programme["dates"]["handover"]
    made: list[Sequence[Any]] = []
    for row in able:
        chance = rng.random()
        condition = "damaged" if chance < 0.012 else "short" if chance < 0.027 else "good"
        note = {"damaged": "Satu barang rusak, diminta ganti", "short": "Jumlah kurang dari SK"}.get(condition, "")
        on = start + timedelta(days=row.village.district // 10_000 % 10)
        place = f"Kantor Kecamatan {row.village.district_name}"
        made.append((row.ref, on.isoformat(), place, condition, row.person.name, note))
    return made


def _mentors(plan: IndividualPlan, seed: int, ids: Identities) -> tuple[Sheet, dict[int, list[str]]]:
    """One mentor for so many families, at home in a kecamatan; also the mentors of each kecamatan."""
    rng = stream(seed, plan.code, "mentors")
    sheet = Sheet("Pendamping", ("Kode", "Nama", "Kode Wilayah", "HP"))
    of: dict[int, list[str]] = {}
    for place in plan.people.neighbourhoods:
        dotted = ".".join(place.villages[0].dotted.split(".")[:3])
        for _ in range(max(1, round(place.families * 0.6 / plan.families_per_mentor))):
            code = f"M{len(sheet.rows) + 1:03d}"
            name = make_name(rng, plan.people.setting.region, rng.choice("LP"))
            sheet.rows.append((code, name, dotted, ids.phone(rng)))
            of.setdefault(place.district, []).append(code)
    return sheet, of


def _follow(folder: Folder, plan: IndividualPlan, seed: int, able: Sequence[Candidate], ids: Identities) -> None:
    sheet, mentors = _mentors(plan, seed, ids)
    folder.books["mentors"] = [sheet]
    visits: list[Sequence[Any]] = []
    payments: list[Sequence[Any]] = []
    for row in able:
        rng = stream(seed, plan.code, "course", row.number)
        row.status = followup.draw_status(rng, plan.statuses)
        if row.status == "holiday_only" and not _seasonal(row.interests[0]):
            row.status = "active"
        codes = mentors[row.village.district]
        # A member may come to chair a group of any size: no more than the smallest one can be present.
        group, least = (10, 5) if plan.fund else (0, 0)
        business = followup.Followed(
            ref=row.ref,
            kind=row.interests[0],
            mentor=codes[row.number % len(codes)],
            income=row.person.income,
            members=group,
            counted=least,
            scale=plan.scale_of_trade,
        )
        visits.extend(followup.visit_rows(rng, business, row.status))
        folder.truth.status[row.ref] = followup.status_of(row.status)
        if plan.fund:
            alive = row.status in {"thriving", "active", "weak", "unknown"}
            payments.extend(followup.payment_rows(rng, row.ref, "", plan.fund, borrower=True, alive=alive))
    folder.tables["visits"] = (followup.VISIT_HEADINGS, visits)
    if plan.fund:
        folder.tables["payments"] = (followup.PAYMENT_HEADINGS, payments)
    folder.truth.numbers["businesses_followed"] = len(able)
    folder.truth.numbers["visits"] = len(visits)


def _seasonal(kind: str) -> bool:
    """Kinds that a household may well make for the holidays only."""
    return catalogue().kinds[kind].category in {"food", "fishery", "craft"}
