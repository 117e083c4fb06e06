"""Lists of proposed families: who lives where, what they like, what they can, what they did before."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from berdaya.areas.codes import format_code
from berdaya.enterprises.catalogue import catalogue
from berdaya.example.identity import Identities
from berdaya.example.mistakes import plant
from berdaya.example.model import Candidate, Truth
from berdaya.example.naming import address
from berdaya.example.people import JOBS_MEN, JOBS_WOMEN, Setting, make_person
from berdaya.example.places import Village
from berdaya.example.seeds import spread, weighted

MEN_MOSTLY = frozenset(
    {"motorcycle_wash", "motorcycle_repair", "barber", "scrap_trade", "catfish_pond", "phone_repair", "wood_craft",
     "shoe_repair", "screen_printing", "rattan_weaving"}
)  # fmt: skip


HABITS = {"capitals": 0.3, "excel_dates": 0.25, "names_only": 0.2}
"""Each kecamatan fills its part of the list in its own way."""


@dataclass(frozen=True)
class Neighbourhood:
    """One kecamatan of a programme: its villages, how many families it proposes, what is taught and liked there."""

    district: int
    villages: Sequence[Village]
    families: int
    offered: Mapping[str, float]


@dataclass(frozen=True)
class ListPlan:
    """How a list of candidates is made."""

    setting: Setting
    neighbourhoods: Sequence[Neighbourhood]
    liked_anywhere: Mapping[str, float]
    stray: float
    women: float
    experienced: float
    alumni: str = ""
    motivators: bool = False


def make_candidates(
    rng: random.Random, ids: Identities, plan: ListPlan, truth: Truth, *, file: str = "candidates.xlsx"
) -> list[Candidate]:
    """The rows in the order of villages, with planted mistakes and cases."""
    rows: list[Candidate] = []
    for place in plan.neighbourhoods:
        style = frozenset(habit for habit, share in HABITS.items() if rng.random() < share)
        weights = [rng.uniform(0.7, 1.3) for _ in place.villages]
        for village, count in zip(place.villages, spread(place.families, weights), strict=True):
            for _ in range(count):
                row = _candidate(rng, ids, plan, place, village, number=len(rows) + 1)
                row.style = style
                rows.append(row)
    plant(rng, rows, truth, proposal=plan.setting.proposal, sheet=file)
    if plan.motivators:
        _motivate(rng, rows)
    able = Counter(format_code(row.village.district) for row in rows if not row.fate)
    truth.numbers.update(rows=len(rows), looks_eligible=able.total(), able=dict(sorted(able.items())))
    return rows


def _candidate(
    rng: random.Random, ids: Identities, plan: ListPlan, place: Neighbourhood, village: Village, *, number: int
) -> Candidate:
    interests = _interests(rng, plan, place)
    women = 0.15 if interests[0] in MEN_MOSTLY else plan.women
    sex = "P" if rng.random() < women else "L"
    who = make_person(rng, ids, plan.setting, village, sex=sex, ages=(19, 59))
    experienced = rng.random() < plan.experienced
    alone = sex == "P" and who.marital.startswith("Cerai")
    return Candidate(
        number=number,
        person=who,
        village=village,
        address=address(rng, plan.setting.region, village.name),
        female_head=alone or (sex == "P" and rng.random() < 0.03),
        dependants=min(7, int(rng.expovariate(0.55)) + (1 if who.marital != "Belum Kawin" else 0)),
        experienced=experienced,
        job=weighted(rng, JOBS_WOMEN if sex == "P" else JOBS_MEN),
        interests=interests,
        talents=_talents(rng, interests),
        kind=interests[0] if experienced else "",
        alumni=plan.alumni,
    )


def _interests(rng: random.Random, plan: ListPlan, place: Neighbourhood) -> list[str]:
    first = weighted(rng, plan.liked_anywhere if rng.random() < plan.stray else place.offered)
    wishes = [first]
    for pool in (place.offered, plan.liked_anywhere):
        wish = weighted(rng, pool)
        if wish not in wishes and rng.random() < 0.8:
            wishes.append(wish)
    return wishes


def _talents(rng: random.Random, interests: Sequence[str]) -> list[str]:
    kinds = catalogue().kinds
    own = [skill for kind in interests[:2] for skill in kinds[kind].skills if rng.random() < 0.5]
    if rng.random() < 0.25:
        own.append(rng.choice(list(catalogue().skills)))
    return list(dict.fromkeys(own))


def _motivate(rng: random.Random, rows: Sequence[Candidate]) -> None:
    """Families already in business introduce families of their village that never were (S2)."""
    able: dict[int, list[Candidate]] = defaultdict(list)
    for row in rows:
        if row.experienced and not row.fate:
            able[row.village.code].append(row)
    for row in rows:
        if not row.experienced and able[row.village.code] and rng.random() < 0.7:
            row.motivator = rng.choice(able[row.village.code]).ref


def verification_rows(
    rng: random.Random, rows: Sequence[Candidate], truth: Truth, *, start: date, verifiers: Mapping[int, str]
) -> list[Sequence[str]]:
    """``verification.csv``: a home visit and the village meeting for every row that could be read."""
    made: list[Sequence[str]] = []
    for row in rows:
        if row.fate.startswith(("refused", "duplicate:nik", "duplicate:kk")):
            continue
        planted = truth.verification.get(row.ref, "")
        result = planted if planted in {"not_poor", "moved", "died", "not_found"} else "confirmed"
        visited = date.fromordinal(start.toordinal() + rng.randint(0, 38))
        decision, note, met = "accepted", "", date.fromordinal(start.toordinal() + 45 + row.village.code % 7)
        if planted == "rejected":
            decision, note = "rejected", "Musyawarah: masih ada keluarga yang lebih membutuhkan"
        elif result != "confirmed":
            decision, note = "rejected", _NOTES[result]
        made.append(
            (row.ref, visited.isoformat(), verifiers[row.village.district], result, met.isoformat(), decision, note)
        )
    return made


_NOTES = {
    "not_poor": "Rumah permanen, ada kendaraan roda empat",
    "moved": "Sudah pindah ke luar kabupaten/kota",
    "died": "Yang bersangkutan meninggal dunia",
    "not_found": "Tidak ditemukan di alamat, atau keluarga yang sama sudah didata",
}
VERIFICATION_HEADINGS = ("ref", "date", "verifier", "result", "meeting_date", "meeting_decision", "note")
