"""Making people: age, family, desil and income as they are found in lists of poor families."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from berdaya.example.identity import Identities
from berdaya.example.model import Person
from berdaya.example.naming import birth_place, make_name
from berdaya.example.places import Village
from berdaya.example.seeds import weighted

DESIL = {1: 30, 2: 31, 3: 24, 4: 15}
MARITAL = {"Kawin": 78, "Belum Kawin": 5, "Cerai Hidup": 7, "Cerai Mati": 10}
JOBS_WOMEN = {
    "Mengurus rumah tangga": 46, "Buruh tani": 14, "Pedagang": 18, "Buruh cuci": 8, "Buruh harian": 8, "Penjahit": 6,
}  # fmt: skip
JOBS_MEN = {
    "Buruh harian": 34, "Buruh tani": 20, "Pedagang": 14, "Nelayan": 9, "Tukang ojek": 12, "Sopir": 5,
    "Belum bekerja": 6,
}  # fmt: skip
_ELSEWHERE = (3201010000, 3273010000, 3374010000, 3578010000, 1871010000, 3171010000)


@dataclass(frozen=True)
class Setting:
    """Where and when people of a programme are made."""

    region: str
    proposal: date
    desil_on: date
    income: int


def make_person(
    rng: random.Random, ids: Identities, setting: Setting, village: Village, *, sex: str, ages: tuple[int, int]
) -> Person:
    """A person of ``ages`` completed years (both ends included) at the proposal, with numbers of her own."""
    age = min(ages[1], max(ages[0], round(rng.triangular(ages[0], ages[1], (ages[0] * 2 + ages[1]) / 3))))
    born = birthday(rng, setting.proposal, age)
    registered = village.district
    chance = rng.random()
    if chance < 0.05:
        registered = village.regency + 10_000 * rng.randint(1, 5)
    elif chance < 0.08:
        registered = rng.choice(_ELSEWHERE)
    issued = date(rng.randint(2008, 2023), rng.randint(1, 12), rng.randint(1, 28))
    return Person(
        nik=ids.nik(registered, born, sex),
        kk=ids.kk(village.district, issued),
        name=make_name(rng, setting.region, sex),
        sex=sex,
        born=born,
        birth_place=birth_place(rng, setting.region),
        marital=weighted(rng, MARITAL) if age >= 20 else "Belum Kawin",
        phone=ids.phone(rng) if rng.random() < 0.86 else "",
        desil=weighted(rng, DESIL),
        desil_on=setting.desil_on,
        disability=rng.random() < 0.04,
        income=round(max(250_000, rng.lognormvariate(0, 0.32) * setting.income) / 10_000) * 10_000,
    )


def birthday(rng: random.Random, at: date, age: int) -> date:
    """A birth date that makes ``age`` completed years on ``at``."""
    latest = _years_before(at, age)
    earliest = _years_before(at, age + 1) + timedelta(days=1)
    return earliest + timedelta(days=rng.randint(0, (latest - earliest).days))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
