"""Kota Kupang: thirty existing KUBE, a bimtek of sixty with lurah and TKSK as guests, capital that keeps revolving."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from berdaya.example import classes, followup
from berdaya.example.existing import ExistingPlan, GroupSpec, build
from berdaya.example.market import Contest, Exhibition, Market
from berdaya.example.model import Folder, Group
from berdaya.example.naming import make_name
from berdaya.example.people import Setting
from berdaya.example.places import Village, places
from berdaya.example.plans import common
from berdaya.example.seeds import stream, weighted

CODE, KUPANG, GROUPS, CLASS_SEATS = "kupang-kube-2024", 5371000000, 30, 30
KINDS = {
    "ikat_weaving": 22, "smoked_meat": 14, "maize_snacks": 12, "fish_trade": 9, "salted_fish": 7, "chips": 8,
    "wet_cakes": 9, "grocery": 7, "tailoring": 6, "chickens": 6,
}  # fmt: skip
TERMS = followup.FundTerms(instalment=400_000, instalments=10, saving=20_000, iks=5_000)
BORROWERS = 5
_COURSES = {"thriving": 24, "active": 42, "weak": 12, "dormant": 12, "holiday_only": 4, "unknown": 6}


def make(seed: int, scale: float = 1.0) -> Folder:
    """The folder; ``scale`` multiplies the groups (never below the two classes of the bimtek)."""
    total = common.scaled(GROUPS, scale, least=GROUPS)
    specs = _specs(seed, total)
    plan = ExistingPlan(
        code=CODE,
        band=(9800, 9849),
        programme=_programme(seed, total),
        setting=Setting("kupang", common.PROPOSAL, common.PROPOSAL.replace(day=1), 980_000),
        prefix="KPG",
        specs=specs,
        sizes=(9, 11),
        incomplete=0,
        too_small=0,
        broken_members=6,
        double_members=1,
        listed_members=0,
        mentors=[(district, 1) for district in places().districts(KUPANG)],
        fund=TERMS,
        borrowers=BORROWERS,
        selling_goods=False,
        statuses=_COURSES,
        courses=lambda groups: _courses(seed, groups),
        attendees=("ketua", "bendahara"),
        products=0.9,
        market=_market,
        numbers={"quota": total, "participants": 2 * total},
    )
    return build(plan, seed)


def _villages() -> list[Village]:
    return [village for district in places().districts(KUPANG) for village in places().villages(district)]


def _specs(seed: int, total: int) -> list[GroupSpec]:
    rng, villages = stream(seed, CODE, "specs"), _villages()
    step = len(villages) / total
    specs = [GroupSpec(villages[int(number * step) % len(villages)], weighted(rng, KINDS)) for number in range(total)]
    # Every course of a business is shown once at least among thirty.
    for place, course in zip((3, 9, 16, 22, 27), ("dormant", "weak", "unknown", "thriving", "active"), strict=True):
        specs[place] = replace(specs[place], course=course)
    specs[12] = replace(specs[12], kind="wet_cakes", course="holiday_only")
    return specs


def _courses(seed: int, groups: Sequence[Group]) -> tuple[list[classes.Course], dict[str, str]]:
    """Two officers of each group; lurah and TKSK sit beside the sixty, not among them."""
    rng = stream(seed, CODE, "guests")
    lurah = [
        f"{make_name(rng, 'kupang', rng.choice('LP'))} (Lurah {village.name})"
        for village in dict.fromkeys(group.village for group in groups)
    ]
    tksk = [
        f"{make_name(rng, 'kupang', rng.choice('LP'))} (TKSK {places().names[district]})"
        for district in places().districts(KUPANG)
    ]
    guests = [[*lurah[half::2], *tksk[half::2]] for half in (0, 1)]
    count = max(2, -(-2 * len(groups) // CLASS_SEATS))
    hall = next(village for village in _villages() if village.district == 5371040000)
    courses = [
        classes.Course(
            code=f"K{number + 1:03d}",
            name=f"Bimtek pengelolaan KUBE angkatan {number + 1}",
            kind="",
            skill="group_management",
            village=hall,
            seats=CLASS_SEATS,
            place="Aula Dinas Sosial Kota Kupang",
            guests=guests[number] if number < len(guests) else (),
            days=4,
            accessible=True,
        )
        for number in range(count)
    ]
    return courses, {}


def _programme(seed: int, total: int) -> dict[str, Any]:
    commitments, seeds = common.lottery(CODE, seed)
    return {
        "programme": {
            "code": CODE,
            "name": "Bimtek dan modal bergulir KUBE Kota Kupang",
            "area": "53.71",
            "year": 2024,
            "office": "Dinas Sosial Kota Kupang",
            "funding": [{"source": "APBD kota", "activity": "1.06.05.2.02", "share": 1.0}],
            "scheme": "group",
        },
        "aid": {"form": "cash", "ceiling_idr": 20_000_000, "per": "group"},
        "eligibility": {"exclude": common.EXCLUDE, "cool_off_years": {"business_aid": 1}, "incomplete": "take"},
        "quota": common.quota(total, "group", {}),
        "ranking": {"lottery": {"commitments": commitments}},
        "group": {"size": {"min": 5, "max": 20}, "same": "kecamatan"},
        "training": {
            "max_km": 25,
            "per_group": ["ketua", "bendahara"],
            "weights": {"interest": 0, "talent": 1, "resource": 0, "distance": 1},
        },
        "status": {"dormant_days": 60},
        "graduation": {"pathway": "berdaya-2026", "months": 24},
        "letter": common.letter(
            name="Contoh Yohanis Lado, S.Sos.",
            rank="Pembina (IV/a)",
            position="Kepala Dinas Sosial Kota Kupang",
            city="Kupang",
            number="188.45/077/DINSOS/2024",
            about="modal usaha bergulir bagi kelompok usaha bersama",
            capacity="Plh.",
        ),
        "dates": common.dates(),
        "fund": {
            "kind": "cash_turns", "capital_idr": 20_000_000, "turn_idr": 4_000_000, "instalments": 10, "fee_idr": 0,
            "first_turns": BORROWERS,
        },
        "notes": {
            "bimtek": "60 peserta adalah jumlah nyata (2019): dua pengurus tiap KUBE; lurah dan TKSK di luar 60 itu.",
            "capital": "Modal Rp20.000.000 per kelompok dan giliran Rp4.000.000 tanpa jasa adalah contoh.",
            "dates": "Tanggal digeser agar pendampingan berakhir September 2026.",
        },
        "example": common.example(CODE, seed, seeds),
    }  # fmt: skip


def _market(market: Market, able: Sequence[Group], rng: random.Random) -> None:
    sellers = [group.ref for group in able if group.status in {"thriving", "active"}]
    market.exhibitions.append(
        Exhibition(
            "PK1", "Kupang Expo KUBE 2025", KUPANG, "Lapangan Fatululi", date(2025, 8, 20), 4, sellers[:14], 1_700_000
        )
    )
    market.contests.append(
        Contest("LK1", "Lomba KUBE Kota Kupang 2025", "kota", date(2025, 10, 15), sellers[::2][:8], 90)
    )
    rng.random()
