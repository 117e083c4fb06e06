"""Folders of programmes that start from existing groups (``groups.xlsx``)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from berdaya.areas.codes import format_code
from berdaya.example import classes, followup, registers, trades
from berdaya.example.identity import Identities
from berdaya.example.market import Market
from berdaya.example.mistakes import spoiled
from berdaya.example.model import GROUP_HEADINGS, MEMBER_HEADINGS, Folder, Group, Member, Person
from berdaya.example.naming import address, make_name
from berdaya.example.people import Setting, make_person
from berdaya.example.places import Village, places
from berdaya.example.seeds import stream, weighted
from berdaya.example.sheets import Sheet

OFFICES = ("ketua", "sekretaris", "bendahara")
WORDS = (
    "Mawar", "Melati", "Anggrek", "Kenanga", "Cempaka", "Dahlia", "Flamboyan", "Teratai", "Sakura", "Kamboja",
    "Barokah", "Sumber Rejeki", "Maju Bersama", "Harapan Baru", "Karya Mandiri", "Sejahtera", "Rukun", "Cahaya",
    "Tunas Harapan", "Bina Usaha", "Sinar Pagi", "Mekar Jaya", "Usaha Kita", "Berkah", "Guyub",
)  # fmt: skip
MEMBER_MISTAKES = (
    "nik_short", "nik_long", "nik_day", "nik_number", "nik_missing", "birth_impossible", "nik_spaces", "nik_apostrophe",
)  # fmt: skip


@dataclass(frozen=True)
class GroupSpec:
    """One group to make; empty where chance decides."""

    village: Village
    kind: str
    sponsor: str = ""
    sponsor_name: str = ""
    name: str = ""
    disability: bool = False
    course: str = ""


@dataclass(frozen=True)
class ExistingPlan:
    """All that differs between the programmes of existing groups."""

    code: str
    band: tuple[int, int]
    programme: Mapping[str, Any]
    setting: Setting
    prefix: str
    specs: Sequence[GroupSpec]
    sizes: tuple[int, int]
    incomplete: int
    too_small: int
    broken_members: int
    double_members: int
    listed_members: int
    mentors: Sequence[tuple[int, int]]
    fund: followup.FundTerms | None
    borrowers: int
    selling_goods: bool
    statuses: Mapping[str, float]
    courses: Callable[[Sequence[Group]], tuple[list[classes.Course], dict[str, str]]]
    attendees: Sequence[str]
    products: float
    market: Callable[[Market, Sequence[Group], random.Random], None]
    numbers: Mapping[str, int] = field(default_factory=dict)


def build(plan: ExistingPlan, seed: int) -> Folder:
    """The whole folder in memory."""
    folder = Folder(plan.code, plan.programme)
    ids = Identities(plan.band)
    groups = _groups(folder, plan, seed, ids)
    folder.books["groups"] = [
        Sheet("Kelompok", GROUP_HEADINGS, [group.row() for group in groups]),
        Sheet("Anggota", MEMBER_HEADINGS, [member.row(group.code) for group in groups for member in group.members]),
    ]
    able = [group for group in groups if not group.fate]
    _register(folder, plan, seed, ids, groups)
    _verification(folder, plan, seed, groups)
    _training(folder, plan, seed, groups, able)
    if plan.selling_goods:
        kinds = list(dict.fromkeys(spec.kind for spec in plan.specs))
        folder.books["packages"] = [trades.selling_packages(kinds)]
        folder.tables["handover"] = (HANDOVER_HEADINGS, _handover(plan, seed, able))
    _follow(folder, plan, seed, able, ids)
    market, rng = Market(), stream(seed, plan.code, "market")
    for group in able:
        alive = group.status in {"thriving", "active", "weak"} and not group.incomplete
        if alive and rng.random() < plan.products:
            market.offer(rng, group.ref, group.kind)
    plan.market(market, [group for group in able if not group.incomplete], rng)
    folder.books["market"] = market.sheets(rng)
    folder.truth.numbers.update(plan.numbers)
    return folder


def _groups(folder: Folder, plan: ExistingPlan, seed: int, ids: Identities) -> list[Group]:
    groups = []
    for number, spec in enumerate(plan.specs, start=1):
        rng = stream(seed, plan.code, "group", number)
        group = Group(
            code=f"{plan.prefix}-{number:03d}",
            name=spec.name or f"{rng.choice(WORDS)} {rng.choice(('', '', 'I', 'II', 'Jaya'))}".strip(),
            kind=spec.kind,
            since=rng.randint(2013, 2021),
            village=spec.village,
            address=address(rng, plan.setting.region, spec.village.name),
            sponsor=spec.sponsor,
            sponsor_name=spec.sponsor_name,
            turnover=round(trades.economy(spec.kind).turnover * rng.uniform(1.5, 4) / 50_000) * 50_000,
        )
        _fill(rng, ids, plan, spec, group)
        groups.append(group)
    _plant(folder, plan, seed, groups)
    truth = folder.truth
    truth.numbers.update(
        groups=len(groups),
        incomplete=sum(group.incomplete for group in groups),
        members=sum(len(group.members) for group in groups),
        sponsored={
            sponsor: sum(group.sponsor == sponsor for group in groups)
            for sponsor in dict.fromkeys(spec.sponsor for spec in plan.specs if spec.sponsor)
        },
    )
    return groups


def _fill(rng: random.Random, ids: Identities, plan: ExistingPlan, spec: GroupSpec, group: Group) -> None:
    """Members with officers of age: in groups of organisations for children the youngest are plain members."""
    count = rng.randint(*plan.sizes)
    for number in range(1, count + 1):
        young = spec.sponsor == "children" and number > 5
        ages = (14, 17) if young else (22, 58) if number <= len(OFFICES) else (20, 59)
        sex = "P" if rng.random() < 0.64 else "L"
        who = make_person(rng, ids, plan.setting, group.village, sex=sex, ages=ages)
        if spec.disability:
            who.disability = rng.random() < 0.9
        if young:
            who.marital = "Belum Kawin"
        office = OFFICES[number - 1] if number <= len(OFFICES) else "anggota"
        group.members.append(Member(number, who, office))


def _plant(folder: Folder, plan: ExistingPlan, seed: int, groups: Sequence[Group]) -> None:
    """Incomplete rows, groups too small, members with broken numbers or in two groups, people on other lists."""
    rng, truth = stream(seed, plan.code, "mistakes"), folder.truth
    plain = [group for group in groups if not group.sponsor and not group.name.startswith("Batik")]
    rng.shuffle(plain)
    # Only name, village and year are written for these: the name must say which village it is.
    for group in [group for group in plain if places().unmistakable(group.village)][: plan.incomplete]:
        group.incomplete, group.members = True, []
    free = iter([group for group in plain if not group.incomplete])
    for _ in range(plan.too_small):
        group = next(free)
        group.members, group.fate = group.members[:4], "ineligible:group_size"
        truth.ineligible[group.ref] = "group_size"
    row_of = _member_rows(groups)
    large = [group for group in plain if not group.incomplete and not group.fate and len(group.members) >= 7]
    for number in range(plan.broken_members):
        group = large[number % len(large)]
        member = group.members[-1]
        kind = MEMBER_MISTAKES[number % len(MEMBER_MISTAKES)]
        column, value = spoiled(rng, kind, member.person.nik, group.village.name)
        member.cells[column] = value
        member.doubtful = kind not in {"nik_spaces", "nik_apostrophe"}
        ref = f"{group.ref}/{member.number}"
        truth.fault(file="groups.xlsx#Anggota", row=row_of[ref], ref=ref, column=column, kind=kind)
    last = large[::-1]
    for number in range(plan.double_members):
        two, one = sorted(last[2 * number : 2 * number + 2], key=lambda group: group.code)
        one.members[-1].doubtful = True
        one.members[-1].person = _again(one.members[-1].person, two.members[3].person)
        truth.duplicates.append({"ref": f"{one.ref}/{one.members[-1].number}", "of": f"{two.ref}/4", "by": "nik"})
    for number in range(plan.listed_members):
        group = last[2 * plan.double_members + number]
        group.fate = "excluded:group_exclusions"
        truth.excluded[f"{group.ref}/5"] = ("civil_servant", "pensioner", "deceased")[number % 3]


def _member_rows(groups: Sequence[Group]) -> dict[str, int]:
    refs = [f"{group.ref}/{member.number}" for group in groups for member in group.members]
    return {ref: row for row, ref in enumerate(refs, start=2)}


def _again(old: Person, same: Person) -> Person:
    """The person who stands in two groups, under the numbers of the other row."""
    del old
    return Person(**{**vars(same), "phone": ""})


def _register(folder: Folder, plan: ExistingPlan, seed: int, ids: Identities, groups: Sequence[Group]) -> None:
    rng = stream(seed, plan.code, "registers")
    people = {f"{group.ref}/{member.number}": member.person for group in groups for member in group.members}
    planted = [(people[ref], kind) for ref, kind in folder.truth.excluded.items()]
    villages = [spec.village for spec in plan.specs]
    folder.books["exclusions"] = [registers.exclusions(rng, ids, plan.setting, villages, planted, others=40)]
    folder.books["other_aid"] = [
        registers.other_aid(rng, ids, plan.setting, villages, [], year=plan.setting.proposal.year, others=30)
    ]


def _verification(folder: Folder, plan: ExistingPlan, seed: int, groups: Sequence[Group]) -> None:
    rng = stream(seed, plan.code, "verification")
    names = {
        district: f"TKSK {make_name(rng, plan.setting.region, rng.choice('LP'))}"
        for district in dict.fromkeys(group.village.district for group in groups)
    }
    rows: list[Sequence[Any]] = []
    for group in groups:
        on = plan.setting.proposal + timedelta(days=7 + rng.randint(0, 38))
        met = on + timedelta(days=rng.randint(5, 15))
        note = "Data anggota menyusul saat kunjungan" if group.incomplete else ""
        rows.append(
            (group.ref, on.isoformat(), names[group.village.district], "confirmed", met.isoformat(), "accepted", note)
        )
    headings = ("ref", "date", "verifier", "result", "meeting_date", "meeting_decision", "note")
    folder.tables["verification"] = (headings, rows)


def _training(folder: Folder, plan: ExistingPlan, seed: int, groups: Sequence[Group], able: Sequence[Group]) -> None:
    rng = stream(seed, plan.code, "training")
    courses, of_group = plan.courses(groups)
    start, region = plan.programme["dates"]["training"], plan.setting.region
    folder.books["classes"] = [classes.class_sheet(rng, courses, start=start, region=region)]
    rows = [
        classes.attendance_row(
            rng, group.ref, member=str(member.number), course=of_group.get(group.ref, ""), sessions=4
        )
        for group in able
        for member in group.members
        if member.office in plan.attendees
    ]
    folder.tables["attendance"] = (classes.ATTENDANCE_HEADINGS, rows)
    villages = {spec.village.code: spec.village for spec in plan.specs}
    villages.update((course.village.code, course.village) for course in courses)
    folder.tables["positions"] = (
        ("area", "lat", "lon", "source"),
        [(village.dotted, village.lat, village.lon, "synthetic") for _, village in sorted(villages.items())],
    )


HANDOVER_HEADINGS = ("ref", "date", "place", "condition", "received_by", "note")


def _handover(plan: ExistingPlan, seed: int, able: Sequence[Group]) -> list[Sequence[Any]]:
    rng, start = stream(seed, plan.code, "handover"), plan.programme["dates"]["handover"]
    rows: list[Sequence[Any]] = []
    for group in able:
        if group.incomplete:
            continue  # nobody knows its kind of business yet, so no package fits
        on: date = start + timedelta(days=group.village.district // 10_000 % 17)
        condition = "short" if rng.random() < 0.015 else "good"
        chair = group.members[0].person.name if group.members else f"Pengurus {group.name}"
        note = "Jumlah kurang dari SK" if condition == "short" else ""
        rows.append(
            (group.ref, on.isoformat(), f"Kantor Kecamatan {group.village.district_name}", condition, chair, note)
        )
    return rows


def _follow(folder: Folder, plan: ExistingPlan, seed: int, able: Sequence[Group], ids: Identities) -> None:
    rng = stream(seed, plan.code, "mentors")
    sheet, of = Sheet("Pendamping", ("Kode", "Nama", "Kode Wilayah", "HP")), dict[int, list[str]]()
    for district, count in plan.mentors:
        for _ in range(count):
            code = f"M{len(sheet.rows) + 1:03d}"
            name = make_name(rng, plan.setting.region, rng.choice("LP"))
            sheet.rows.append((code, name, format_code(district), ids.phone(rng)))
            of.setdefault(district, []).append(code)
    folder.books["mentors"] = [sheet]
    visits: list[Sequence[Any]] = []
    payments: list[Sequence[Any]] = []
    for number, (group, spec) in enumerate(zip(able, _specs_of(plan, able), strict=True)):
        own = stream(seed, plan.code, "course", group.ref)
        group.status = spec.course or weighted(own, plan.statuses)
        codes = of[group.village.district]
        members = len(group.members) or 8
        income = round(sum(m.person.income for m in group.members) / members) if group.members else plan.setting.income
        counted = sum(not member.doubtful for member in group.members)
        mentor = codes[number % len(codes)]
        business = followup.Followed(group.ref, group.kind, mentor, income, members=members, counted=counted)
        visits.extend(followup.visit_rows(own, business, group.status))
        folder.truth.status[group.ref] = followup.status_of(group.status)
        payments.extend(_payments(own, plan, group))
    folder.tables["visits"] = (followup.VISIT_HEADINGS, visits)
    if plan.fund:
        folder.tables["payments"] = (followup.PAYMENT_HEADINGS, payments)
    folder.truth.numbers.update(visits=len(visits), businesses_followed=len(able))


def _specs_of(plan: ExistingPlan, able: Sequence[Group]) -> list[GroupSpec]:
    return [plan.specs[int(group.code.rpartition("-")[2]) - 1] for group in able]


def _payments(rng: random.Random, plan: ExistingPlan, group: Group) -> list[Sequence[Any]]:
    if plan.fund is None:
        return []
    alive = group.status in {"thriving", "active", "weak", "unknown", "holiday_only"}
    return [
        row
        for member in group.members
        if not member.doubtful
        for row in followup.payment_rows(
            rng, group.ref, str(member.number), plan.fund, borrower=member.number <= plan.borrowers, alive=alive
        )
    ]
