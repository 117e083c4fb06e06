"""Kabupaten Situbondo: four hundred existing groups under guidance, some of them with a sponsor, who want to sell."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from berdaya.example import classes, followup
from berdaya.example.existing import ExistingPlan, GroupSpec, build
from berdaya.example.market import Contest, Exhibition, Market
from berdaya.example.model import Folder, Group
from berdaya.example.people import Setting
from berdaya.example.places import Village, places
from berdaya.example.plans import common
from berdaya.example.seeds import spread, stream, weighted
from berdaya.example.trades import package_map

CODE, SITUBONDO, GROUPS, INCOMPLETE = "situbondo-uep-2024", 3512000000, 400, 12
BATIK = "Batik Tulis Difabel Selowogo"
SPONSORS: Mapping[str, tuple[str, int]] = {
    "pkh": ("Pendamping PKH Kabupaten Situbondo (contoh)", 12),
    "tagana": ("Tagana Situbondo (contoh)", 8),
    "karang_taruna": ("Karang Taruna Kabupaten Situbondo (contoh)", 9),
    "disability": ("Pelopor Difabel Situbondo (contoh)", 7),
    "children": ("Lembaga Kesejahteraan Anak Situbondo (contoh)", 6),
}
PARTNERS = (
    {
        "name": "Koperasi Wisata Contoh Pasir Putih",
        "kind": "buyer",
        "pledge": "Oleh-oleh wisata: kerupuk ikan 250 bungkus setiap bulan",
        "value_idr": 36_000_000,
        "gives": "purchase", "quantity": 250, "unit": "bungkus", "unit_price_idr": 12_000, "every": "month",
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "business": "fish_crackers",
    },
)  # fmt: skip
COAST_KINDS = {
    "fish_crackers": 15, "salted_fish": 12, "shrimp_paste": 11, "shell_craft": 9, "fish_trade": 9, "shredded_fish": 7,
    "wet_cakes": 9, "chips": 7, "grocery": 6, "tailoring": 5, "cooked_meals": 5, "drinks_juice": 5,
}  # fmt: skip
INLAND_KINDS = {
    "chips": 14, "bamboo_craft": 9, "chickens": 8, "goats": 7, "wet_cakes": 9, "dry_cakes": 7, "tempe_tofu": 8,
    "vegetables": 6, "mushrooms": 5, "batik": 5, "tailoring": 6, "herbal_drinks": 5, "coffee_stall": 5, "grocery": 6,
}  # fmt: skip
COAST = frozenset({3512000000 + 10_000 * code for code in (2, 3, 4, 6, 8, 9, 10, 12, 14, 16, 17)})
KINDS = tuple(dict.fromkeys([*COAST_KINDS, *INLAND_KINDS]))


def make(seed: int, scale: float = 1.0) -> Folder:
    """The folder; ``scale`` multiplies the groups."""
    total = common.scaled(GROUPS, scale, least=80)
    specs = _specs(seed, total)
    districts = places().districts(SITUBONDO)
    load = {district: sum(spec.village.district == district for spec in specs) for district in districts}
    plan = ExistingPlan(
        code=CODE,
        band=(9001, 9199),
        programme=_programme(seed, total),
        setting=Setting("jawa_timur", common.PROPOSAL, common.PROPOSAL.replace(day=1), 900_000),
        prefix="STB",
        specs=specs,
        sizes=(6, 10),
        incomplete=common.scaled(INCOMPLETE, scale),
        too_small=3,
        broken_members=common.scaled(56, scale, least=8),
        double_members=common.scaled(5, scale),
        listed_members=common.scaled(4, scale),
        mentors=[(district, max(1, round(count / 10))) for district, count in load.items() if count],
        fund=None,
        borrowers=0,
        selling_goods=True,
        statuses=followup.STATUSES,
        courses=_courses,
        attendees=("ketua",),
        products=0.75,
        market=_market,
        numbers={"quota": total},
    )
    return build(plan, seed)


def _specs(seed: int, total: int) -> list[GroupSpec]:
    """Groups over all 17 kecamatan; the sponsored ones are spread, the batik group lives in Selowogo."""
    districts = places().districts(SITUBONDO)
    rng = stream(seed, CODE, "specs")
    counts = spread(total, [rng.uniform(0.7, 1.4) for _ in districts])
    villages: list[Village] = []
    for district, count in zip(districts, counts, strict=True):
        own = places().villages(district)
        villages += [own[number % len(own)] for number in range(count)]
    wanted = [name for name, (_, count) in SPONSORS.items() for _ in range(count)]
    step = len(villages) // len(wanted)
    sponsor_at = {2 + number * step: name for number, name in enumerate(wanted)}
    specs = []
    for place, village in enumerate(villages):
        kinds = COAST_KINDS if village.district in COAST else INLAND_KINDS
        sponsor = sponsor_at.get(place, "")
        name = SPONSORS[sponsor][0] if sponsor else ""
        specs.append(GroupSpec(village, weighted(rng, kinds), sponsor, name, disability=sponsor == "disability"))
    first = next(place for place in sorted(sponsor_at) if sponsor_at[place] == "disability")
    home = next((v for v in villages if v.name == "Selowogo"), villages[first])
    specs[first] = GroupSpec(
        home, "batik", "disability", SPONSORS["disability"][0], BATIK, disability=True, course="thriving"
    )
    return specs


def _courses(groups: Sequence[Group]) -> tuple[list[classes.Course], dict[str, str]]:
    """Coaching in selling, one class of chairs for each kecamatan; the smallest ones share their neighbour's."""
    courses: list[classes.Course] = []
    of_group: dict[str, str] = {}
    for district in places().districts(SITUBONDO):
        own = [group for group in groups if group.village.district == district and group.members]
        if not own:
            continue
        course = classes.Course(
            code=f"K{len(courses) + 1:03d}",
            name=f"Kemasan, foto dan penjualan daring {own[0].village.district_name}",
            kind="",
            skill="online_selling",
            village=places().villages(district)[0],
            seats=len(own) + 3,
            partner="Politeknik Contoh Situbondo" if len(courses) % 3 == 0 else "",
            place=f"Pendopo Kecamatan {own[0].village.district_name}",
            days=2,
            accessible=True,
        )
        courses.append(course)
    return courses, of_group


def _programme(seed: int, total: int) -> dict[str, Any]:
    commitments, seeds = common.lottery(CODE, seed)
    return {
        "programme": {
            "code": CODE,
            "name": "Pembinaan kelompok UEP Kabupaten Situbondo",
            "area": "35.12",
            "year": 2024,
            "office": "Dinas Sosial Kabupaten Situbondo",
            "funding": [{"source": "APBD kabupaten", "activity": "1.06.05.2.02", "share": 1.0}],
            "scheme": "group",
        },
        "aid": {"form": "goods", "ceiling_idr": 1_600_000, "per": "group", "packages": package_map(KINDS)},
        "eligibility": {"exclude": common.EXCLUDE, "cool_off_years": {"business_aid": 1}, "incomplete": "take"},
        "quota": common.quota(total, "group", {}),
        "ranking": {"lottery": {"commitments": commitments}},
        "group": {"size": {"min": 5, "max": 20}, "same": "kecamatan"},
        "training": {
            "max_km": 25,
            "per_group": ["ketua"],
            "weights": {"interest": 0, "talent": 1, "resource": 0, "distance": 4},
        },
        "status": {"dormant_days": 60},
        "graduation": {"pathway": "berdaya-2026", "months": 24},
        "letter": common.letter(
            name="Contoh Suprapto, S.Sos., M.Si.",
            rank="Pembina Tingkat I (IV/b)",
            position="Kepala Dinas Sosial Kabupaten Situbondo",
            city="Situbondo",
            number="400.9/210/431.307/2024",
            about="pembinaan dan sarana pemasaran bagi kelompok usaha ekonomi produktif",
        ),
        "dates": common.dates(),
        "partners": [dict(partner) for partner in PARTNERS],
        "notes": {
            "partners": "Mitra pembeli adalah contoh.",
            "groups": "Sekitar 400 kelompok binaan adalah jumlah nyata (2018); di sini tepat 400.",
            "goods": "Paket kemasan dan pamer per kelompok adalah contoh; yang nyata adalah pembinaan dan pameran.",
            "sponsors": "Lima jenis pembina adalah nyata; nama dan jumlah kelompok masing-masing adalah contoh.",
            "dates": "Tanggal digeser agar pendampingan berakhir September 2026.",
        },
        "example": common.example(CODE, seed, seeds),
    }


def _market(market: Market, able: Sequence[Group], rng: random.Random) -> None:
    """The fair of the five sponsors, the tourism fair, the expo; the regency's contest and the province's."""
    batik = next(group for group in able if group.name == BATIK)
    if not any(row[0] == batik.ref for row in market.rows):
        market.offer(rng, batik.ref, "batik", told="Batik tulis karya penyandang disabilitas, motif kerang")
    alive = [group for group in able if group.status in {"thriving", "active"}]
    sponsored = [group.ref for group in alive if group.sponsor]
    open_air = [group.ref for group in alive if not group.sponsor]
    # Where the sponsors stand: a batik group that every visitor looks for.
    if batik.ref not in sponsored:
        sponsored.insert(0, batik.ref)
    market.exhibitions += [
        Exhibition(
            "PT1",
            "Pameran Kelompok Binaan Situbondo 2025",
            3512070000,
            "Alun-alun Situbondo",
            date(2025, 5, 16),
            3,
            sponsored,
            1_100_000,
        ),
        Exhibition(
            "PT2",
            "Festival Wisata Pasir Putih 2025",
            3512170000,
            "Pantai Pasir Putih",
            date(2025, 10, 3),
            4,
            open_air[:45],
            850_000,
        ),
        Exhibition(
            "PT3",
            "Jatim Expo Surabaya 2025",
            3578000000,
            "Surabaya",
            date(2025, 11, 20),
            4,
            [batik.ref, *open_air[45:60]],
            2_400_000,
        ),
    ]
    market.contests += [
        Contest(
            "LT1", "Lomba UEP Kabupaten Situbondo 2025", "kabupaten", date(2025, 6, 18), [batik.ref, *open_air[:11]]
        ),
        Contest(
            "LT2",
            "Lomba UEP Provinsi Jawa Timur 2025",
            "provinsi",
            date(2025, 9, 24),
            [open_air[0], batik.ref, open_air[1]],
            91,
        ),
    ]
