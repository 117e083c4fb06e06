"""Provinsi Sumatera Selatan: groups that work with what their place has: rattan, bamboo, fish."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from berdaya.example import classes, followup
from berdaya.example.candidates import ListPlan, Neighbourhood
from berdaya.example.individual import IndividualPlan, build
from berdaya.example.market import Contest, Exhibition, Market
from berdaya.example.model import Candidate, Folder
from berdaya.example.people import Setting
from berdaya.example.places import places
from berdaya.example.plans import common
from berdaya.example.plans.banten import strengths
from berdaya.example.seeds import spread, stream

CODE = "sumsel-kube-2024"
# Two kecamatan in each of the 17 kabupaten/kota; in each the craft of its main resource and a second one.
CRAFTS: Mapping[int, tuple[tuple[str, str], tuple[str, str]]] = {
    1601: (("bamboo_craft", "palm_sugar"), ("rattan_weaving", "bamboo_craft")),
    1602: (("pandan_weaving", "smoked_fish"), ("fish_crackers", "salted_fish")),
    1603: (("rattan_weaving", "bamboo_craft"), ("bamboo_craft", "chips")),
    1604: (("rattan_weaving", "palm_sugar"), ("bamboo_craft", "coffee_stall")),
    1605: (("rattan_weaving", "shredded_fish"), ("bamboo_craft", "rattan_weaving")),
    1606: (("fish_crackers", "smoked_fish"), ("rattan_weaving", "smoked_fish")),
    1607: (("fish_crackers", "shrimp_paste"), ("salted_fish", "fish_crackers")),
    1608: (("bamboo_craft", "chips"), ("smoked_fish", "shredded_fish")),
    1609: (("rattan_weaving", "coffee_stall"), ("bamboo_craft", "palm_sugar")),
    1610: (("smoked_fish", "pandan_weaving"), ("fish_crackers", "pempek")),
    1611: (("bamboo_craft", "coffee_stall"), ("rattan_weaving", "palm_sugar")),
    1612: (("rattan_weaving", "smoked_fish"), ("bamboo_craft", "smoked_fish")),
    1613: (("rattan_weaving", "bamboo_craft"), ("smoked_fish", "rattan_weaving")),
    1671: (("pempek", "songket"), ("pempek", "fish_crackers")),
    1672: (("bamboo_craft", "coffee_stall"), ("bamboo_craft", "chips")),
    1673: (("bamboo_craft", "shredded_fish"), ("rattan_weaving", "chips")),
    1674: (("shredded_fish", "bamboo_craft"), ("pempek", "chips")),
}
CANDIDATES, PER_REGENCY = 1_496, 60
TERMS = followup.FundTerms(instalment=200_000, instalments=10, saving=10_000, iks=5_000, every=3, iks_every=6)
PARTNERS = (
    {
        "name": "PT Contoh Rotan Nusantara",
        "kind": "company",
        "pledge": "Membeli 300 keranjang rotan setiap triwulan",
        "value_idr": 67_500_000,
        "gives": "purchase", "quantity": 300, "unit": "keranjang", "unit_price_idr": 75_000, "every": "quarter",
        "starts_on": date(2025, 1, 1), "ends_on": date(2025, 9, 30), "business": "rattan_weaving",
    },
    {
        "name": "Universitas Contoh Palembang",
        "kind": "campus",
        "pledge": "12 pelatih desain kemasan selama 6 bulan",
        "value_idr": 36_000_000,
        "gives": "service", "quantity": 12, "unit": "pelatih", "unit_price_idr": 500_000, "every": "month",
        "starts_on": date(2024, 6, 1), "ends_on": date(2024, 11, 30),
    },
    {
        "name": "Warga peduli (janji perorangan)",
        "kind": "citizen",
        "pledge": "40 set pisau raut dan gergaji bambu",
        "value_idr": 12_800_000,
        "gives": "goods", "quantity": 40, "unit": "set", "unit_price_idr": 320_000,
        "starts_on": date(2024, 7, 1), "ends_on": date(2024, 8, 15), "business": "bamboo_craft",
    },
    {
        "name": "Toko Oleh-oleh Contoh Ilir",
        "kind": "buyer",
        "pledge": "Membeli kerupuk ikan 400 bungkus setiap bulan",
        "value_idr": 67_200_000,
        "gives": "purchase", "quantity": 400, "unit": "bungkus", "unit_price_idr": 14_000, "every": "month",
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "business": "fish_crackers",
    },
)  # fmt: skip


def make(seed: int, scale: float = 1.0) -> Folder:
    """The folder; ``scale`` multiplies families and seats."""
    around = _neighbourhoods(common.scaled(CANDIDATES, scale, least=340))
    quota = {code * 10**6: common.scaled(PER_REGENCY, scale, least=12) for code in CRAFTS}
    kinds = dict.fromkeys(kind for pairs in CRAFTS.values() for pair in pairs for kind in pair)
    plan = IndividualPlan(
        code=CODE,
        band=(9600, 9799),
        year=2024,
        programme=_programme(seed, quota),
        people=ListPlan(
            setting=Setting("sumsel", common.PROPOSAL, common.PROPOSAL.replace(day=1), 1_050_000),
            neighbourhoods=around,
            liked_anywhere=dict.fromkeys(kinds, 1.0),
            stray=0.08,
            women=0.6,
            experienced=0.4,
        ),
        courses=_courses(around, scale),
        strengths=strengths(stream(seed, CODE, "resources"), around),
        kinds=list(kinds),
        goods_ceiling=0,
        fund=TERMS,
        statuses=followup.STATUSES,
        families_per_mentor=45,
        products=1.0,
        market=_market,
        sessions=8,
        scale_of_trade=0.8,
        numbers={"quota": sum(quota.values())},
    )
    return build(plan, seed)


def _neighbourhoods(total: int) -> list[Neighbourhood]:
    found = []
    counts = spread(total, [1.0] * len(CRAFTS) * 2)
    for number, (regency, pairs) in enumerate(CRAFTS.items()):
        for place, (district, pair) in enumerate(zip(places().districts(regency * 10**6, 2), pairs, strict=True)):
            offered = {pair[0]: 0.66, pair[1]: 0.34}
            found.append(Neighbourhood(district, places().villages(district, 8), counts[2 * number + place], offered))
    return found


def _courses(around: Sequence[Neighbourhood], scale: float) -> list[classes.Course]:
    """Two classes in each kecamatan, 26 and 15 seats; the last kecamatan has too few on purpose."""
    courses: list[classes.Course] = []
    for number, place in enumerate(around):
        short = number == len(around) - 1
        for seats, kind in zip((12, 8) if short else (26, 15), place.offered, strict=True):
            partner = PARTNERS[number % 2]["name"] if number % 3 == 0 else ""
            village = place.villages[len(courses) % 2]
            count = common.scaled(seats, scale, least=6)
            courses.append(classes.course_of(len(courses) + 1, kind, village, count, partner=str(partner)))
    return courses


def _programme(seed: int, quota: Mapping[int, int]) -> dict[str, Any]:
    commitments, seeds = common.lottery(CODE, seed)
    return {
        "programme": {
            "code": CODE,
            "name": "KUBE kerajinan dan olahan ikan Sumatera Selatan",
            "area": "16",
            "year": 2024,
            "office": "Dinas Sosial Provinsi Sumatera Selatan",
            "funding": [
                {"source": "APBD provinsi", "activity": "1.06.05.1.01", "share": 0.85},
                {"source": "CSR", "activity": "Forum CSR Kesejahteraan Sosial", "share": 0.15},
            ],
            "scheme": "group",
        },
        "aid": {"form": "cash", "ceiling_idr": 2_000_000, "per": "member"},
        "eligibility": {
            "age": {"min": 18, "max": 60, "or_married": True, "at": "proposal"},
            "desil_max": 4,
            "exclude": common.EXCLUDE,
            "cool_off_years": {"business_aid": 1},
        },
        "quota": common.quota(sum(quota.values()), "household", quota),
        "ranking": {"weights": common.WEIGHTS, "lottery": {"commitments": commitments}},
        "group": {"size": {"min": 5, "max": 20}, "same": "kecamatan"},
        "training": {
            "max_km": 20,
            "reserved": {"women": 0.4, "disability": 0.02},
            "weights": {"interest": 4, "talent": 3, "resource": 4, "distance": 1},
        },
        "status": {"dormant_days": 60},
        "graduation": {"pathway": "berdaya-2026", "months": 24},
        "letter": common.letter(
            name="H. Contoh Syahrial, S.Sos., M.M.",
            rank="Pembina Tingkat I (IV/b)",
            position="Kepala Dinas Sosial Provinsi Sumatera Selatan",
            city="Palembang",
            number="188.4/321/KPTS/Dinsos/2024",
            about="modal usaha bergulir bagi kelompok usaha bersama",
            capacity="Plt.",
        ),
        "dates": common.dates(),
        "fund": {
            "kind": "cash_turns", "capital_idr": 10_000_000, "turn_idr": 2_000_000, "instalments": 10, "fee_idr": 0,
            "first_turns": 5,
        },
        "partners": [dict(partner) for partner in PARTNERS],
        "notes": {
            "quota": "Jumlah keluarga per kabupaten/kota adalah contoh; yang diketahui hanya 17 kabupaten/kota.",
            "crafts": "Kerajinan per kecamatan (rotan, bambu, ikan) dipilih menurut sumber daya, sebagai contoh.",
            "partners": "Mitra dan janjinya adalah contoh.",
            "dates": "Tanggal digeser agar pendampingan berakhir September 2026.",
        },
        "example": common.example(CODE, seed, seeds),
    }  # fmt: skip


def _market(market: Market, able: Sequence[Candidate], rng: random.Random) -> None:
    """Rows for all whose business does well: only the chairs of the groups, who are chosen later, speak for a group."""
    sellers = [row.ref for row in able if row.status in {"thriving", "active"}]
    market.exhibitions.append(
        Exhibition(
            "PS1",
            "Sriwijaya Expo: Kerajinan KUBE 2025",
            1671000000,
            "Jakabaring, Palembang",
            date(2025, 8, 14),
            5,
            sellers,
            1_600_000,
        )
    )
    best = [row.ref for row in able if row.status == "thriving"]
    market.contests.append(
        Contest(
            "LS1",
            "Lomba KUBE Berprestasi Sumatera Selatan 2025",
            "provinsi",
            date(2025, 10, 22),
            best,
            95,
        )
    )
    rng.random()
