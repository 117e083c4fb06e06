"""Kota Administrasi Jakarta Timur: 485 trainees; production every day and not only at Lebaran and Christmas."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from berdaya.areas.codes import Level, ancestor
from berdaya.example import classes
from berdaya.example.candidates import ListPlan, Neighbourhood
from berdaya.example.individual import IndividualPlan, build
from berdaya.example.market import Contest, Exhibition, Market
from berdaya.example.model import Candidate, Folder
from berdaya.example.people import Setting
from berdaya.example.places import places
from berdaya.example.plans import common
from berdaya.example.plans.banten import strengths
from berdaya.example.seeds import spread, stream
from berdaya.example.trades import package_map

CODE, JAKTIM = "jaktim-uep-2024", 3175000000
TRAINEES, CANDIDATES, CEILING = 485, 700, 3_500_000
WISHES = {
    "cooked_meals": 0.20, "wet_cakes": 0.14, "dry_cakes": 0.14, "drinks_juice": 0.29, "motorcycle_wash": 0.23,
}  # fmt: skip
# Cooking 252 seats, steam wash 90 (fewer than want it, on purpose), drinks and juice 162: kind -> seats of classes.
SEATS = {
    "cooked_meals": (28, 28, 28, 28), "wet_cakes": (28, 28, 28), "dry_cakes": (28, 28),
    "motorcycle_wash": (30, 30, 30), "drinks_juice": (27, 27, 27, 27, 27, 27),
}  # fmt: skip
PARTNERS = (
    {
        "name": "Koperasi Pasar Contoh Jatinegara",
        "kind": "buyer",
        "pledge": "Kue basah 200 kotak per minggu, Rp22.000, sampai 31-12-2025",
        "value_idr": 228_800_000,
        "gives": "purchase", "quantity": 200, "unit": "kotak", "unit_price_idr": 22_000, "every": "week",
        "starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31), "business": "wet_cakes",
    },
    {
        "name": "PT Contoh Boga Timur",
        "kind": "company",
        "pledge": "Tempat jualan minuman di 6 kantin kantor",
        "value_idr": 54_000_000,
        "gives": "place", "quantity": 6, "unit": "kantin", "unit_price_idr": 9_000_000,
        "starts_on": date(2025, 2, 1), "ends_on": date(2025, 6, 30), "business": "drinks_juice",
    },
    {
        "name": "Koperasi Karyawan Contoh Cakung",
        "kind": "buyer",
        "pledge": "Jus dan minuman 150 botol setiap minggu untuk kantin pabrik",
        "value_idr": 62_400_000,
        "gives": "purchase", "quantity": 150, "unit": "botol", "unit_price_idr": 8_000, "every": "week",
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "business": "drinks_juice",
    },
)  # fmt: skip
POVERTY = {
    "area": "31",
    "source": "BPS Provinsi DKI Jakarta, Susenas",
    "target_percent": 2.78,
    "target_year": 2022,
    "rates": [
        {"on": date(2017, 9, 30), "percent": 3.78},
        {"on": date(2019, 3, 31), "percent": 3.47},
        {"on": date(2022, 3, 31), "percent": 4.69},
        {"on": date(2022, 9, 30), "percent": 4.61},
        {"on": date(2023, 3, 31), "percent": 4.44},
        {"on": date(2024, 3, 31), "percent": 4.30},
        {"on": date(2024, 9, 30), "percent": 4.14},
    ],
}
"""The province's official rate; the programme's result stands beside it."""
IN_CLASSES = 2
"""So many of the partners take part in the classes as well."""
_COURSES = {"thriving": 18, "active": 36, "weak": 14, "dormant": 11, "holiday_only": 12, "unknown": 9}


def make(seed: int, scale: float = 1.0) -> Folder:
    """The folder; ``scale`` multiplies trainees and seats."""
    districts = places().districts(JAKTIM)
    weights = [len(places().children(district)) for district in districts]
    total = common.scaled(TRAINEES, scale, least=50)
    quota = dict(zip(districts, spread(total, weights), strict=True))
    proposed = spread(common.scaled(CANDIDATES, scale, least=90), weights)
    around = [
        Neighbourhood(district, places().villages(district), count, WISHES)
        for district, count in zip(districts, proposed, strict=True)
    ]
    plan = IndividualPlan(
        code=CODE,
        band=(9850, 9949),
        year=2024,
        programme=_programme(seed, total, quota),
        people=ListPlan(
            setting=Setting("jakarta", common.PROPOSAL, common.PROPOSAL.replace(day=1), 1_650_000),
            neighbourhoods=around,
            liked_anywhere=WISHES,
            stray=0.1,
            women=0.78,
            experienced=0.35,
        ),
        courses=_courses(around, scale),
        strengths=strengths(stream(seed, CODE, "resources"), around),
        kinds=list(WISHES),
        goods_ceiling=CEILING,
        fund=None,
        statuses=_COURSES,
        families_per_mentor=25,
        products=0.3,
        market=_market,
        sessions=6,
        scale_of_trade=1.5,
        numbers={"quota": total},
    )
    return build(plan, seed)


def _courses(around: Sequence[Neighbourhood], scale: float) -> list[classes.Course]:
    courses: list[classes.Course] = []
    for kind, sizes in SEATS.items():
        for number, seats in enumerate(sizes):
            place = around[(number * len(around) // len(sizes) + len(kind)) % len(around)]
            village = place.villages[number % len(place.villages)]
            count = common.scaled(seats, scale, least=4)
            courses.append(
                classes.course_of(
                    len(courses) + 1, kind, village, count, partner=_partner(number), minimum=min(10, count)
                )
            )
    return courses


def _partner(number: int) -> str:
    return str(PARTNERS[number]["name"]) if number < IN_CLASSES else ""


def _programme(seed: int, total: int, quota: Mapping[int, int]) -> dict[str, Any]:
    commitments, seeds = common.lottery(CODE, seed)
    return {
        "programme": {
            "code": CODE,
            "name": "Pelatihan dan alat UEP Jakarta Timur",
            "area": "31.75",
            "year": 2024,
            "office": "Suku Dinas Sosial Kota Administrasi Jakarta Timur",
            "funding": [{"source": "APBD provinsi", "activity": "1.06.05.1.01", "share": 1.0}],
            "scheme": "individual",
        },
        "aid": {"form": "goods", "ceiling_idr": CEILING, "per": "household", "packages": package_map(WISHES)},
        "eligibility": {
            "age": {"min": 18, "max": 60, "or_married": True, "at": "proposal"},
            "desil_max": 4,
            "exclude": common.EXCLUDE,
            "cool_off_years": {"business_aid": 1},
        },
        "quota": common.quota(total, "household", quota),
        "ranking": {"weights": common.WEIGHTS, "lottery": {"commitments": commitments}},
        "training": {
            "max_km": 15,
            "reserved": {"women": 0.5, "disability": 0.03},
            "weights": {"interest": 5, "talent": 3, "resource": 1, "distance": 2},
        },
        "status": {"dormant_days": 60},
        "graduation": {"pathway": "berdaya-2026", "months": 24},
        "letter": common.letter(
            name="Contoh Hartono, S.ST., M.Si.",
            rank="Pembina (IV/a)",
            position="Kepala Suku Dinas Sosial Jakarta Timur",
            city="Jakarta",
            number="e-0123/UEP/2024",
            about="pelatihan dan peralatan usaha ekonomi produktif",
            capacity="a.n.",
        ),
        "dates": common.dates(),
        "partners": [dict(partner) for partner in PARTNERS],
        "poverty": dict(POVERTY),
        "notes": {
            "dates": "Program nyata berjalan Oktober 2019; tanggal digeser agar pendampingan berakhir September 2026.",
            "poverty": "Sasaran 3,78 % ke 2,78 % pada 2022 adalah nyata; angka resmi dari rilis BPS.",
            "quota": "485 peserta adalah jumlah nyata; pembagian per kecamatan menurut jumlah kelurahan adalah contoh.",
            "candidates": "Jumlah calon (700), batas nilai alat dan mitra adalah contoh.",
        },
        "example": common.example(CODE, seed, seeds),
    }


def _market(market: Market, able: Sequence[Candidate], rng: random.Random) -> None:
    """Bazaars of kelurahan to which lurah and camat invite, one exhibition, one contest."""
    sellers = [row for row in able if row.status in {"thriving", "active", "weak"}]
    for number, district in enumerate(places().districts(JAKTIM), start=1):
        near = [row.ref for row in sellers if ancestor(row.village.code, Level.DISTRICT) == district]
        village = places().villages(district)[0]
        start = date(2025, 1 + number, rng.randint(3, 24))
        market.exhibitions.append(
            Exhibition(
                f"BZ{number:02d}",
                f"Bazar Kelurahan {village.name}",
                village.code,
                f"Kantor Kelurahan {village.name}",
                start,
                2,
                near[:8],
                350_000,
            )
        )
    market.exhibitions.append(
        Exhibition(
            "PJ1",
            "Pameran UEP Jakarta Timur 2025",
            JAKTIM,
            "Kantor Walikota Jakarta Timur",
            date(2025, 12, 4),
            3,
            [row.ref for row in sellers[::7]][:40],
            1_200_000,
        )
    )
    best = [row.ref for row in able if row.status == "thriving"]
    market.contests.append(
        Contest(
            "LJ1",
            "Lomba Kuliner UEP Jakarta Timur 2025",
            "kota",
            date(2025, 10, 8),
            best[:: max(1, len(best) // 10)][:10],
        )
    )
