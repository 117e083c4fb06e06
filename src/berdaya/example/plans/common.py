"""What the five ``programme.toml`` share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from berdaya.areas.codes import format_code

PROPOSAL, VERIFICATION = date(2024, 1, 22), date(2024, 4, 15)
# Verification is a period: its date is the day by which home visits and village meetings are done.
DECREE, TRAINING, HANDOVER, FOLLOWUP = date(2024, 5, 20), date(2024, 6, 10), date(2024, 8, 19), date(2024, 10, 1)
WEIGHTS = {"desil": 40, "female_head": 15, "disability": 15, "never_in_business": 15, "dependants": 15}
EXCLUDE = ["civil_servant", "army_police", "pensioner", "mentor", "deceased", "graduated:uep"]
MENGINGAT = [
    "Undang-Undang Nomor 13 Tahun 2011 tentang Penanganan Fakir Miskin",
    "Peraturan Menteri Sosial Nomor 2 Tahun 2019 tentang Bantuan Sosial Usaha Ekonomi Produktif",
]


def dates() -> dict[str, date]:
    """The steps of the programme year, moved so that the follow-up ends just before the demo's today."""
    return {
        "proposal": PROPOSAL,
        "verification": VERIFICATION,
        "decree": DECREE,
        "training": TRAINING,
        "handover": HANDOVER,
        "followup_start": FOLLOWUP,
    }


def quota(total: int, unit: str, areas: Mapping[int, int]) -> dict[str, Any]:
    """``[quota]`` with dotted codes."""
    return {"total": total, "unit": unit, **{format_code(code): places for code, places in areas.items()}}


def lottery(code: str, seed: int) -> tuple[list[str], list[str]]:
    """Commitments of two parties, and the seeds that they reveal in a demo."""
    seeds = [f"{party}-{code}-{seed}" for party in ("dinas-sosial", "inspektorat")]
    return ["sha256:" + hashlib.sha256(text.encode()).hexdigest() for text in seeds], seeds


def letter(
    *, name: str, rank: str, position: str, city: str, number: str, about: str, capacity: str = ""
) -> dict[str, Any]:
    """The signatory: a made-up official whose NIP, all nines, belongs to nobody."""
    return {
        "name": name,
        "nip": "999999999999999999",
        "rank": rank,
        "position": position,
        "capacity": capacity,
        "city": city,
        "decree_number": number,
        "decree_date": DECREE,
        "menimbang": [
            f"bahwa dalam rangka penanganan fakir miskin perlu diberikan {about}",
            "bahwa calon penerima telah diusulkan, diverifikasi dan dimusyawarahkan di desa/kelurahan",
        ],
        "mengingat": MENGINGAT,
    }


def example(code: str, seed: int, seeds: Sequence[str]) -> dict[str, Any]:
    """``[example]``."""
    del code
    return {"synthetic": True, "seed": seed, "lottery_seeds": list(seeds)}


def scaled(count: int, factor: float, *, least: int = 1) -> int:
    """``count`` of a folder made larger or smaller."""
    return max(least, round(count * factor))
