"""Lists of people with doubles, for work on linkage: families, their slips, and who is who.

Families make it hard on purpose: brothers share card, mother, address and phone; a village has several women of
one name and year. Each record of a person is written anew by another hand: another spelling, day and month
swapped, 01-01 where nobody knew the day, a new card, a telephone of the neighbour.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from berdaya.areas.codes import Level, ancestor, format_code
from berdaya.areas.source import read_reference
from berdaya.example.identity import SERIALS, Identities
from berdaya.example.naming import address, birth_place, make_name
from berdaya.example.people import birthday
from berdaya.example.seeds import stream, weighted
from berdaya.example.spellings import WEIGHTS, respelled, slip

HEADINGS = (
    "No", "NIK", "No KK", "Nama", "Tempat Lahir", "Tanggal Lahir", "L/P", "Nama Ibu", "Alamat", "Desa/Kelurahan",
    "Kecamatan", "Kode Wilayah", "HP", "Orang",
)  # fmt: skip
TRUTH = "Orang"
"""The column that says who is who."""
REGIONS = {"jawa_timur": 4, "banten": 2, "sumsel": 2, "jakarta": 1, "kupang": 1}
PER_VILLAGE = 320
RECORDS = {1: 74, 2: 19, 3: 5, 4: 1.5, 5: 0.5}
"""How many records a person has, in per cent."""
_STEMS = """
    Trisn Hart Yant Mul Sum Ngat Pon Wag Legim Karm Tum Rat Jum Kas Mis Sar Par Suk War Das Kus Mart Sud Pad Rus Sal
    Tas Wir Yat Sug
"""
_FRONTS = ("Su", "", "", "Har", "Tri", "Dwi ", "Nur ", "Eko ", "Ke")
_ENDS = {"L": ("no", "o", "di", "man", "yono", "adi", "in", "to", "udin"),
         "P": ("ni", "i", "ati", "ningsih", "yem", "ah", "inah", "iyah", "wati")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One row as somebody wrote it."""

    nik: str
    kk: str
    name: str
    birth_place: str
    born: date | None
    sex: str
    mother: str
    address: str
    village: int
    phone: str


@dataclass(frozen=True, slots=True)
class _Village:
    code: int
    name: str
    district: str


def make_list(
    *, seed: int, rows: int, families: Mapping[str, int] = WEIGHTS, province: int = 35
) -> Iterator[Sequence[str]]:
    """``rows`` rows under ``HEADINGS`` in shuffled order; the same for the same arguments on every machine.

    ``families`` are the spellings that may be met (`berdaya.example.spellings`).
    """
    rng = stream(seed, "linkage", rows)
    villages = _villages(rng, province, max(2, rows // PER_VILLAGE))
    made: list[tuple[int, Record]] = []
    who = 0
    maker = _Maker(rng, families)
    while len(made) < rows:
        village = rng.choice(villages)
        for person in maker.household(village):
            who += 1
            copies = range(weighted(rng, RECORDS))
            made.extend((who, maker.written(person, villages, fresh=number == 0)) for number in copies)
    del made[rows:]
    rng.shuffle(made)
    names = {village.code: village for village in villages}
    for number, (orang, record) in enumerate(made, start=1):
        place = names[record.village]
        born = "" if record.born is None else _written_date(rng, record.born)
        yield (
            str(number), record.nik, record.kk, record.name, record.birth_place, born, record.sex, record.mother,
            record.address, place.name, place.district, format_code(place.code), record.phone, f"O{orang:07d}",
        )  # fmt: skip


def write_list(path: Path, *, seed: int, rows: int, families: Mapping[str, int] = WEIGHTS) -> Path:
    """The list as CSV (``.gz`` as the name says)."""
    with io.StringIO(newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        writer.writerows(make_list(seed=seed, rows=rows, families=families))
        content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def _villages(rng: random.Random, province: int, count: int) -> list[_Village]:
    lines = read_reference()
    names = {line.code: line.name for line in lines if line.level is Level.DISTRICT}
    every = [line for line in lines if line.level is Level.VILLAGE and line.code // 100_000_000 == province]
    # Neighbouring villages: a list comes from a few kecamatan, not from one village in each.
    start = rng.randrange(max(1, len(every) - count + 1))
    return [
        _Village(line.code, line.name, names[ancestor(line.code, Level.DISTRICT)])
        for line in every[start : start + count]
    ]


def _written_date(rng: random.Random, day: date) -> str:
    return f"{day:%Y-%m-%d}" if rng.random() < 0.2 else f"{day:%d/%m/%Y}" if rng.random() < 0.7 else f"{day:%d-%m-%Y}"


class _Maker:
    """People of one list, with their numbers."""

    def __init__(self, rng: random.Random, families: Mapping[str, int]) -> None:
        self.rng = rng
        self.families = families
        self.ids = Identities(SERIALS)
        self.today = date(2024, 1, 22)

    def household(self, village: _Village) -> list[Record]:
        """One to five people under one roof."""
        rng = self.rng
        region = weighted(rng, REGIONS)
        card = self.ids.kk(ancestor(village.code, Level.DISTRICT), date(rng.randint(2008, 2023), rng.randint(1, 12), 5))
        home = address(rng, region, village.name)
        phone = self.ids.phone(rng).replace("-", "").replace(" ", "").replace("+62", "0")
        roof = (card, home, phone)
        woman = self._person(village, region, "P", rng.randint(20, 70), roof=roof)
        people = [woman]
        if rng.random() < 0.6:
            people.append(self._person(village, region, "L", rng.randint(22, 70), roof=roof))
        for _ in range(weighted(rng, {0: 40, 1: 30, 2: 20, 3: 10})):
            child = self._person(village, region, rng.choice("LP"), rng.randint(5, 30), roof=roof)
            people.append(replace(child, mother=woman.name))
        return people if rng.random() < 0.75 else people[:1]

    def _person(self, village: _Village, region: str, sex: str, age: int, *, roof: tuple[str, str, str]) -> Record:
        rng = self.rng
        card, home, phone = roof
        born = birthday(rng, self.today, age)
        return Record(
            nik=self.ids.nik(ancestor(village.code, Level.DISTRICT), born, sex),
            kk=card,
            name=self._name(region, sex),
            birth_place=birth_place(rng, region),
            born=born,
            sex=sex,
            mother=self._name(region, "P"),
            address=home,
            village=village.code,
            phone=phone if rng.random() < 0.7 else "",
        )

    def _name(self, region: str, sex: str) -> str:
        rng = self.rng
        if rng.random() < 0.55:
            return make_name(rng, region, sex)
        own = (rng.choice(_FRONTS) + rng.choice(_STEMS.split()).lower()).title() + rng.choice(_ENDS[sex])
        return own if rng.random() < 0.4 else f"{own} {make_name(rng, region, sex).split()[-1]}"

    def written(self, person: Record, villages: Sequence[_Village], *, fresh: bool) -> Record:
        """The person as one hand wrote her; the ``fresh`` record is the more careful one."""
        rng, care = self.rng, 0.35 if fresh else 1.0

        def chance(share: float) -> bool:
            return rng.random() < share * care

        name = respelled(rng, person.name, self.families) if chance(0.45) else person.name
        name = slip(rng, name) if chance(0.08) else name
        name = name.upper() if rng.random() < 0.3 else name
        mother = respelled(rng, person.mother, self.families) if chance(0.25) else person.mother
        village = rng.choice(villages).code if chance(0.05) else person.village
        return Record(
            nik=self._number(person.nik, missing=0.35 if chance(1.0) else 0.15, wrong=0.10 * care),
            kk=self.ids.kk(ancestor(village, Level.DISTRICT), date(2024, rng.randint(1, 12), 7))
            if chance(0.25)
            else self._number(person.kk, missing=0.2, wrong=0.05 * care),
            name=name,
            birth_place="" if chance(0.2) else person.birth_place,
            born=self._born(person.born, care),
            sex="" if chance(0.06) else ("L" if person.sex == "P" else "P") if chance(0.01) else person.sex,
            mother="" if rng.random() < 0.3 else slip(rng, mother) if chance(0.06) else mother,
            address="" if chance(0.15) else slip(rng, person.address) if chance(0.35) else person.address,
            village=village,
            phone="" if chance(0.3) else self._other_phone(villages) if chance(0.25) else person.phone,
        )

    def _number(self, number: str, *, missing: float, wrong: float) -> str:
        chance = self.rng.random()
        if chance < missing:
            return ""
        if chance < missing + wrong:
            if self.rng.random() < 0.4:
                return number[:15] + "0"
            at = self.rng.randrange(12, 16)
            return number[:at] + str((int(number[at]) + self.rng.randint(1, 9)) % 10) + number[at + 1 :]
        return number

    def _other_phone(self, villages: Sequence[_Village]) -> str:
        return f"0812{self.rng.randrange(len(villages) * 400):08d}"

    def _born(self, born: date | None, care: float) -> date | None:
        chance = self.rng.random() / care
        if born is None or chance < 0.05:
            return None
        if chance < 0.11 and born.day <= 12:
            return born.replace(month=born.day, day=born.month)
        if chance < 0.17:
            return self.rng.choice((date(born.year, 1, 1), date(born.year, 12, 31), date(born.year, 7, 1)))
        if chance < 0.22:
            return _shifted(born, self.rng.choice((-10, -9, -1, 1, 9, 10)))
        if chance < 0.27:
            day = self.rng.randint(1, 28)
            return born.replace(day=day)
        return born


def _shifted(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
