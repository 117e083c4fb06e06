"""Provinsi Banten: 2,500 families that leave Jamsosratu get goods to trade with; families in business bring others."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from berdaya.areas.codes import area_range
from berdaya.enterprises.catalogue import catalogue
from berdaya.example import classes, followup
from berdaya.example.candidates import ListPlan, Neighbourhood
from berdaya.example.individual import IndividualPlan, build
from berdaya.example.market import Contest, Exhibition, Market
from berdaya.example.model import Candidate, Folder
from berdaya.example.people import Setting
from berdaya.example.places import Village, places
from berdaya.example.plans import common
from berdaya.example.seeds import spread, stream
from berdaya.example.trades import package_map

CODE = "banten-uep-2024"
QUOTA_2022 = {
    3601: 470, 3602: 235, 3603: 420, 3604: 420, 3671: 650, 3672: 225, 3673: 150, 3674: 150,
}  # fmt: skip
FAMILIES, CANDIDATES, CEILING = 2_500, 4_100, 2_500_000
URBAN = (
    "rice_stall",
    "fried_snacks",
    "meatballs",
    "drinks_juice",
    "coffee_stall",
    "grocery",
    "phone_credit",
    "gas_water",
    "clothes_trade",
    "tailoring",
    "laundry",
    "motorcycle_wash",
    "motorcycle_repair",
    "barber",
    "salon",
    "phone_repair",
    "screen_printing",
    "bread",
    "ice_sweets",
    "recycled_craft",
    "toys_trade",
    "shoe_repair",
)
RURAL = (
    "chips",
    "melinjo_crackers",
    "palm_sugar",
    "wet_cakes",
    "dry_cakes",
    "cooked_meals",
    "tempe_tofu",
    "herbal_drinks",
    "vegetable_trade",
    "vegetables",
    "mushrooms",
    "seedlings",
    "chickens",
    "ducks",
    "goats",
    "bamboo_craft",
    "pandan_weaving",
    "embroidery",
    "massage",
    "scrap_trade",
    "catfish_pond",
)
COAST = ("stuffed_milkfish", "shrimp_paste", "salted_fish", "fish_crackers", "fish_trade", "chilli_sauce")
KINDS = (*URBAN, *RURAL, *COAST)
_POOLS: Mapping[int, tuple[Sequence[str], ...]] = {
    3601: (RURAL, COAST, RURAL), 3602: (RURAL, RURAL, COAST), 3603: (URBAN, COAST, RURAL), 3604: (COAST, RURAL, URBAN),
    3671: (URBAN, URBAN, URBAN), 3672: (URBAN, COAST, RURAL), 3673: (URBAN, RURAL, COAST), 3674: (URBAN, URBAN, RURAL),
}  # fmt: skip


def make(seed: int, scale: float = 1.0) -> Folder:
    """The folder; ``scale`` multiplies families and seats."""
    total = common.scaled(FAMILIES, scale, least=8)
    codes = [code * 10**6 for code in QUOTA_2022]
    shares = dict(zip(codes, spread(total, list(QUOTA_2022.values())), strict=True))
    proposed = spread(common.scaled(CANDIDATES, scale, least=16), list(shares.values()))
    places_ = _neighbourhoods(seed, dict(zip(codes, proposed, strict=True)))
    plan = IndividualPlan(
        code=CODE,
        band=(9200, 9599),
        year=2024,
        programme=_programme(seed, total, shares, places_),
        people=ListPlan(
            setting=Setting("banten", common.PROPOSAL, common.PROPOSAL.replace(day=1), 950_000),
            neighbourhoods=places_,
            liked_anywhere=dict.fromkeys(KINDS, 1.0),
            stray=0.25,
            women=0.72,
            experienced=0.55,
            alumni="jamsosratu",
            motivators=True,
        ),
        courses=_courses(places_, total / max(1, sum(proposed))),
        strengths=strengths(stream(seed, CODE, "resources"), places_),
        kinds=KINDS,
        goods_ceiling=CEILING,
        fund=None,
        statuses=followup.STATUSES,
        families_per_mentor=50,
        products=0.12,
        market=_market,
        scale_of_trade=0.9,
        numbers={"quota": total},
    )
    return build(plan, seed)


def _neighbourhoods(seed: int, proposed: Mapping[int, int]) -> list[Neighbourhood]:
    """About a hundred families in each kecamatan, and three trades taught there."""
    found = []
    for regency, families in proposed.items():
        districts = places().districts(regency, max(1, round(families / 100)))
        for place, (district, count) in enumerate(
            zip(districts, spread(families, [1.0] * len(districts)), strict=True)
        ):
            rng = stream(seed, CODE, "trades", district)
            pools = _POOLS[regency // 10**6]
            offered: dict[str, float] = {}
            for pool, weight in zip(pools, (0.4, 0.35, 0.25), strict=True):
                free = [kind for kind in pool if kind not in offered]
                offered[free[(place * 3 + rng.randrange(len(free))) % len(free)]] = weight
            found.append(Neighbourhood(district, places().villages(district, 9), count, offered))
    return found


def _courses(neighbourhoods: Sequence[Neighbourhood], chosen: float) -> list[classes.Course]:
    """Seats for a fifth more than will be chosen, except in the last kecamatan, where a fifth is missing."""
    courses: list[classes.Course] = []
    for place in neighbourhoods:
        seats = place.families * chosen * (0.8 if place is neighbourhoods[-1] else 1.2)
        for number, (kind, weight) in enumerate(place.offered.items()):
            village = place.villages[number % len(place.villages)]
            courses.append(classes.course_of(len(courses) + 1, kind, village, max(6, round(seats * weight))))
    return courses


def strengths(rng: random.Random, neighbourhoods: Sequence[Neighbourhood]) -> dict[int, dict[str, int]]:
    """What the villages have: mostly what the trades of their kecamatan live on; one village in six is unsurveyed."""
    every = list(catalogue().resources)
    found: dict[int, dict[str, int]] = {}
    for place in neighbourhoods:
        lived_on = [code for kind in place.offered for code in catalogue().kinds[kind].resources[:1]]
        for village in place.villages:
            if rng.random() < 0.16:
                continue
            own = {code: rng.randint(1, 3) for code in lived_on if rng.random() < 0.75}
            own.setdefault(rng.choice(every), rng.randint(0, 2))
            found[village.code] = own
    return found


def _programme(seed: int, total: int, shares: Mapping[int, int], around: Sequence[Neighbourhood]) -> dict[str, Any]:
    commitments, seeds = common.lottery(CODE, seed)
    first = around[0]
    nested = {first.district: round(first.families * 0.5)}
    return {
        "programme": {
            "code": CODE,
            "name": "UEP alumni Jamsosratu Provinsi Banten",
            "area": "36",
            "year": 2024,
            "office": "Dinas Sosial Provinsi Banten",
            "funding": [
                {"source": "APBD provinsi", "activity": "1.06.05.1.01", "share": 0.7},
                {"source": "APBN", "activity": "Kementerian Sosial", "share": 0.3},
            ],
            "scheme": "individual",
        },
        "aid": {"form": "goods", "ceiling_idr": CEILING, "per": "household", "packages": package_map(KINDS)},
        "candidates": {"sources": ["alumni:jamsosratu"]},
        "eligibility": {
            "age": {"min": 18, "max": 60, "or_married": True, "at": "proposal"},
            "desil_max": 4,
            "exclude": common.EXCLUDE,
            "cool_off_years": {"business_aid": 1},
        },
        "quota": common.quota(total, "household", {**shares, **nested}),
        "ranking": {"weights": common.WEIGHTS, "lottery": {"commitments": commitments}},
        "training": {
            "max_km": 15,
            "reserved": {"women": 0.5, "disability": 0.02},
            "weights": {"interest": 4, "talent": 3, "resource": 3, "distance": 1},
        },
        "status": {"dormant_days": 60},
        "graduation": {"pathway": "berdaya-2026", "months": 24},
        "letter": common.letter(
            name="Dra. Contoh Ratnaningsih, M.Si.",
            rank="Pembina Utama Muda (IV/c)",
            position="Kepala Dinas Sosial Provinsi Banten",
            city="Serang",
            number="460/1234-Dinsos/2024",
            about="barang modal usaha bagi keluarga alumni Jamsosratu",
        ),
        "dates": common.dates(),
        "notes": {
            "quota": "Kuota per kabupaten/kota adalah kuota tahun 2022 (2.720 keluarga) yang diskalakan ke 2.500.",
            "dates": "Program nyata berjalan 2020-2021; tanggal digeser agar pendampingan berakhir September 2026.",
            "funding": "Bagian APBD 70 % dan APBN 30 % adalah contoh; yang diketahui hanya bahwa keduanya mendanai.",
            "candidates": "Jumlah calon (sekitar 4.100) adalah contoh.",
        },
        "example": common.example(CODE, seed, seeds),
    }


def _market(market: Market, able: Sequence[Candidate], rng: random.Random) -> None:
    sellers = [row for row in able if row.status in {"thriving", "active"} and row.interests[0] in {*RURAL, *COAST}]
    by_area = {code: [row.ref for row in sellers if _inside(code, row.village)] for code in QUOTA_2022}
    fair = [ref for refs in by_area.values() for ref in refs[:5]]
    market.exhibitions.append(
        Exhibition(
            "PB1",
            "Pameran Banten Berdaya 2025",
            3673000000,
            "Alun-alun Kota Serang",
            common.FOLLOWUP.replace(year=2025),
            4,
            fair,
            900_000,
        )
    )
    thriving = [row.ref for row in sellers if row.status == "thriving"]
    market.contests.append(
        Contest(
            "LB1",
            "Lomba UEP Provinsi Banten 2025",
            "provinsi",
            common.FOLLOWUP.replace(year=2025, month=11),
            thriving[:: max(1, len(thriving) // 8)][:8],
        )
    )
    rng.random()


def _inside(code: int, village: Village) -> bool:
    lo, hi = area_range(code * 10**6)
    return lo <= village.code <= hi
