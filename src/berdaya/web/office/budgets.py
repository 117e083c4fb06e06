"""Priced goods as one table: the budget of a proposal, the content of a package, the goods of a catalogue's entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.web.components.tables import Cell, Column, Table


class Priced(Protocol):
    """Barang berharga: one line of goods; quantity in its unit, price in whole rupiah each."""

    @property
    def name(self) -> str: ...
    @property
    def specification(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def unit_price_idr(self) -> int: ...
    @property
    def durable(self) -> bool: ...


def budget_table(caption: str, goods: Iterable[Priced], *, price: str = "") -> Table:
    """Goods with quantity, price each, value and whether they last; the sum as foot.

    `price` heads the column of the price each; "Harga satuan" unless told.
    """
    lines = list(goods)
    values = [line.quantity * line.unit_price_idr for line in lines]
    return Table(
        caption=caption,
        columns=(
            Column(_("Barang")),
            Column(_("Jumlah"), "right"),
            Column(price or _("Harga satuan"), "right"),
            Column(_("Nilai"), "right"),
            Column(_("Aset")),
        ),
        rows=tuple(
            (
                Cell(line.name, sub=line.specification),
                Cell(f"{fmt.number(line.quantity)} {line.unit}"),
                Cell(fmt.rupiah(line.unit_price_idr)),
                Cell(fmt.rupiah(value)),
                Cell(_("ya") if line.durable else _("habis pakai")),
            )
            for line, value in zip(lines, values, strict=True)
        ),
        foot=(Cell(_("Jumlah")), Cell(), Cell(), Cell(fmt.rupiah(sum(values))), Cell()),
    )
