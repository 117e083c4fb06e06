"""Money and goods of each kind of business in the examples."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from berdaya.enterprises.catalogue import catalogue
from berdaya.example.sheets import Sheet
from berdaya.training.shipped import shipped_goods

PACKAGE_HEADINGS = ("Kode", "Jenis Usaha", "Barang", "Spesifikasi", "Jumlah", "Satuan", "Harga Satuan", "Aset")


@dataclass(frozen=True)
class Economy:
    """Monthly turnover (Rp) of one family's business, share of its costs, days of work a month."""

    turnover: int
    cost_share: float
    days: int


@lru_cache(maxsize=2)
def data(name: str) -> dict[str, Any]:
    """One of the generator's data files."""
    return tomllib.loads(files("berdaya.example").joinpath(f"data/{name}.toml").read_text("utf-8"))


def economy(kind: str) -> Economy:
    """What a business of ``kind`` turns over."""
    return Economy(*data("trades")["turnover"][catalogue().kinds[kind].category])


def products(kind: str) -> list[tuple[str, str, int]]:
    """Name, unit and price of what a business of ``kind`` can show in a catalogue."""
    lines = [line.split("|") for line in data("trades")["products"].get(kind, [])]
    return [(name, unit, int(price)) for name, unit, price in lines]


def package_code(kind: str) -> str:
    """``P-WET-CAKES``."""
    return "P-" + kind.upper().replace("_", "-")


def packages(kinds: Iterable[str], ceiling: int) -> Sheet:
    """The sheet ``Paket``: a beginner's goods by kind, filled up to but never above ``ceiling`` (Rp)."""
    sheet = Sheet("Paket", PACKAGE_HEADINGS)
    goods = data("goods")
    for kind in kinds:
        left = ceiling
        for line in shipped_goods()[kind]:
            name, spec, quantity, unit, price, asset = line.split("|")
            count = min(int(quantity), left // int(price))
            if count:
                sheet.rows.append((package_code(kind), kind, name, spec, count, unit, int(price), asset))
                left -= count * int(price)
        name, spec, unit, price, asset = goods["fillers"][catalogue().kinds[kind].category].split("|")
        if left >= int(price):
            sheet.rows.append((package_code(kind), kind, name, spec, left // int(price), unit, int(price), asset))
    return sheet


def selling_packages(kinds: Iterable[str]) -> Sheet:
    """The sheet ``Paket`` for existing groups: what helps them sell, by kind."""
    sheet = Sheet("Paket", PACKAGE_HEADINGS)
    for kind in kinds:
        for line in data("goods")["selling"][catalogue().kinds[kind].category]:
            name, spec, quantity, unit, price, asset = line.split("|")
            sheet.rows.append((package_code(kind), kind, name, spec, int(quantity), unit, int(price), asset))
    return sheet


def package_map(kinds: Iterable[str]) -> Mapping[str, str]:
    """``[aid] packages``: kind -> package code."""
    return {kind: package_code(kind) for kind in kinds}
