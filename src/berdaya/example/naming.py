"""Names, places of birth and addresses as people of a region write them; nobody in particular."""

from __future__ import annotations

import random
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from berdaya.example.seeds import weighted

_SPELLINGS = (("u", "oe"), ("U", "Oe"), ("j", "dj"), ("J", "Dj"), ("c", "tj"), ("C", "Tj"), ("sy", "sj"), ("y", "j"))
_MUHAMMAD = ("Muhamad", "Mohammad", "Mohamad", "Moh.", "Muh.", "M.")
_TITLES = {"L": ("H. ", ""), "P": ("Hj. ", "")}


@lru_cache(maxsize=1)
def _regions() -> dict[str, Any]:
    return tomllib.loads(files("berdaya.example").joinpath("data/names.toml").read_text("utf-8"))


def make_name(rng: random.Random, region: str, sex: str) -> str:
    """A name of one to four words (29, 45, 20 and 6 % over the country) for ``sex`` L or P."""
    words = _regions()[region]
    first = words["male" if sex == "L" else "female"]
    last = words["second" if sex == "L" else "second_female"]
    length = weighted(rng, dict(zip((1, 2, 3, 4), words["lengths"], strict=True)))
    if length == 1:
        parts = [rng.choice([word for word in first if len(word) > 4])]
    else:
        pool = first if length > 2 or rng.random() < 0.25 else last
        parts = [rng.choice(first), *(rng.choice(pool) for _ in range(length - 2)), rng.choice(last)]
    parts = list(dict.fromkeys(parts))
    title = weighted(rng, {_TITLES[sex][0]: 3, "": 97}) if region != "kupang" else ""
    name = title + " ".join(parts)
    return old_spelling(rng, name) if rng.random() < 0.08 else name


def old_spelling(rng: random.Random, name: str) -> str:
    """The same name in another spelling: oe, dj, tj, sj, a doubled letter or another Muhammad."""
    for known in ("Muhammad", "Ahmad"):
        if known in name:
            other = rng.choice(_MUHAMMAD) if known == "Muhammad" else rng.choice(("Achmad", "Akhmad"))
            return name.replace(known, other, 1)
    rules = [rule for rule in _SPELLINGS if rule[0] in name]
    if rules:
        old, new = rng.choice(rules[:4])
        return name.replace(old, new, 1)
    place = next((i for i, sign in enumerate(name) if sign in "ntslmr" and i), len(name) - 1)
    return name[:place] + name[place] + name[place:]


def birth_place(rng: random.Random, region: str) -> str:
    """A town of the region, the nearest ones most often."""
    towns: list[str] = _regions()[region]["towns"]
    return towns[min(int(rng.expovariate(0.6)), len(towns) - 1)]


def address(rng: random.Random, region: str, village: str) -> str:
    """Street or hamlet with RT and RW."""
    rt, rw = rng.randint(1, 14), rng.randint(1, 9)
    if region == "jakarta":
        lane = rng.choice(
            ("Jl. Mawar", "Jl. Haji Naim", "Gg. Langgar", "Jl. Kebon Sayur", "Gg. Masjid", "Jl. Pisangan")
        )
        return f"{lane} No. {rng.randint(1, 120)} RT {rt:03d}/RW {rw:03d}"
    if region == "kupang":
        return f"Jl. {village} No. {rng.randint(1, 90)} RT {rt:03d}/RW {rw:03d}"
    hamlet = rng.choice(("Krajan", "Timur", "Barat", "Tengah", "Lor", "Kidul", "Pesisir"))
    word = {"jawa_timur": "Dusun", "banten": "Kp.", "sumsel": "Dusun"}.get(region, "Dusun")
    return f"{word} {hamlet if word == 'Dusun' else village + ' ' + hamlet} RT {rt:03d} RW {rw:03d}"
