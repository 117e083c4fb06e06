"""Products with their permits, exhibitions with stalls, contests with the marks of their juries."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from berdaya.areas.codes import format_code
from berdaya.enterprises.catalogue import catalogue
from berdaya.example.seeds import weighted
from berdaya.example.sheets import Cell, Sheet
from berdaya.example.trades import products

PRODUCT_HEADINGS = (
    "Ref", "Nama Produk", "Kategori", "Harga", "Satuan", "Stok", "Keterangan", "Izin", "Nomor Izin", "Berlaku Sampai",
)  # fmt: skip
CRITERIA = (("Mutu produk", 40), ("Kemasan", 20), ("Pengelolaan", 25), ("Pemasaran", 15))
JURIES = ("Juri 1 (Dinas Sosial)", "Juri 2 (Dekranasda)", "Juri 3 (Perguruan tinggi)")
_EDIBLE = frozenset({"food", "fishery"})


@dataclass(frozen=True)
class Exhibition:
    """An exhibition or local event (pameran, bazar) and who has a stall there."""

    code: str
    name: str
    area: int
    place: str
    start: date
    days: int
    refs: Sequence[str]
    sales: int


@dataclass(frozen=True)
class Contest:
    """A contest (lomba): entries in the order in which the jury should place them."""

    code: str
    name: str
    level: str
    on: date
    refs: Sequence[str]
    best: int = 93


@dataclass
class Market:
    """Everything of ``market.xlsx``."""

    rows: list[Sequence[Cell]] = field(default_factory=list)
    exhibitions: list[Exhibition] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)
    permits: int = 0

    def offer(self, rng: random.Random, ref: str, kind: str, *, told: str = "") -> None:
        """Put what a business of ``kind`` makes into the catalogue, each product with the permit it has."""
        edible = catalogue().kinds[kind].category in _EDIBLE
        for name, unit, price in products(kind)[: rng.randint(1, 2)]:
            asked = round(price * rng.uniform(0.9, 1.15) / 500) * 500
            text = told or (f"{name} buatan rumah, tanpa pengawet" if edible else name)
            category, stock = catalogue().kinds[kind].category, rng.randint(0, 80)
            self.rows.append((ref, name, category, asked, unit, stock, text, *self._permit(rng, edible=edible)))

    def _permit(self, rng: random.Random, *, edible: bool) -> tuple[Cell, Cell, Cell]:
        """A number that no register has: it begins with 9999. One P-IRT in ten has expired; three in ten have none."""
        self.permits += 1
        tail = f"{self.permits:07d}"
        kind = weighted(rng, {"pirt": 35, "halal": 20, "nib": 15, "": 30} if edible else {"nib": 60, "": 40})
        if kind == "pirt":
            until = date(2026, 3, 31) if rng.random() < 0.1 else date(rng.randint(2027, 2030), rng.randint(1, 12), 28)
            return kind, f"99990000{tail}", until
        number = {"nib": f"999900{tail}", "halal": f"ID9999000000{tail}"}.get(kind, "")
        return kind, number, None

    def sheets(self, rng: random.Random) -> list[Sheet]:
        """The five sheets of the workbook."""
        fairs = Sheet("Pameran", ("Kode", "Nama", "Kode Wilayah", "Tempat", "Mulai", "Selesai"))
        stalls = Sheet("Stan", ("Pameran", "Ref", "Stan", "Omzet", "Prospek"))
        for fair in self.exhibitions:
            end = fair.start + timedelta(days=fair.days - 1)
            fairs.rows.append((fair.code, fair.name, format_code(fair.area), fair.place, fair.start, end))
            for number, ref in enumerate(fair.refs, start=1):
                sold = round(fair.sales * rng.lognormvariate(0, 0.45) / 5_000) * 5_000
                stalls.rows.append((fair.code, ref, f"{fair.code[-1]}{number:02d}", sold, rng.randint(0, 9)))
        contests = Sheet("Lomba", ("Kode", "Nama", "Tingkat", "Tanggal"))
        marks = Sheet("Nilai", ("Lomba", "Ref", "Juri", "Kriteria", "Bobot", "Nilai"))
        for contest in self.contests:
            contests.rows.append((contest.code, contest.name, contest.level, contest.on))
            step = min(3.0, 38 / max(1, len(contest.refs)))
            for place, ref in enumerate(contest.refs):
                for jury in JURIES:
                    for criterion, weight in CRITERIA:
                        mark = round(contest.best - step * place) + rng.randint(-1, 1)
                        marks.rows.append((contest.code, ref, jury, criterion, weight, max(40, min(100, mark))))
        return [Sheet("Produk", PRODUCT_HEADINGS, self.rows), fairs, stalls, contests, marks]
