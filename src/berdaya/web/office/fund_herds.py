"""Pictures of funds that count something else than cash: where the animals are, what shares are worth."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from berdaya.funds.books import InventoryRow, KeepingRow, SharePicture
from berdaya.kernel import formats as fmt
from berdaya.web.components.parts import Bar, Bars, Fact, Figure

MOST_BARS = 24


def goods_figures(rows: Sequence[InventoryRow]) -> list[Figure]:
    """The first kind of animals in five figures: what came, what was born, where they are, what was lost."""
    row = rows[0]
    return [
        Figure(_("Diterima kelompok"), fmt.number(row.received), source=row.unit),
        Figure(_("Lahir"), fmt.number(row.born), source=_("sejak dana dibuka")),
        Figure(_("Digaduh anggota"), fmt.number(row.kept), source=_("%(n)s di kandang kelompok") % {"n": row.stock}),
        Figure(_("Milik anggota"), fmt.number(row.own), source=_("anak pertama dan bagian pemelihara")),
        Figure(_("Mati atau hilang"), fmt.number(row.lost), source=_("dengan berita acara")),
    ]


def herd_bars(rows: Sequence[InventoryRow]) -> list[Bars]:
    """Where all that came or was born is now, a picture for each unit; the parts make the whole."""
    found = []
    for row in rows:
        whole = row.received + row.born
        places = (
            (_("digaduh anggota"), row.kept), (_("milik anggota"), row.own), (_("di kandang kelompok"), row.stock),
            (_("terjual"), row.sold), (_("mati atau hilang"), row.lost),
        )  # fmt: skip
        bars = tuple(Bar(name, count / whole if whole else 0, fmt.number(count)) for name, count in places)
        title = _("%(n)s %(unit)s: di mana sekarang") % {"n": fmt.number(whole), "unit": row.unit}
        told = _("%(received)s diterima dan %(born)s lahir; tidak satu pun hilang tanpa berita acara.")
        found.append(Bars(title, bars, note=told % {"received": row.received, "born": row.born}))
    return found


def keeper_bars(rows: Sequence[KeepingRow]) -> Bars | None:
    """How much of what each keeper owes to be passed on has come back."""
    still = [row for row in rows if not row.closed_on]
    if not still:
        return None
    owed = sum(row.owed for row in still)
    bars = tuple(
        Bar(
            f"{row.number}. {row.name}", (row.to_return - row.owed) / row.to_return if row.to_return else 1.0,
            _("%(n)s lagi sampai %(on)s") % {"n": row.owed, "on": fmt.day_short(row.due_on)},
        )
        for row in still[:MOST_BARS]
    )  # fmt: skip
    title = _("%(n)s masih harus digulirkan kepada anggota lain") % {"n": fmt.number(owed)}
    return Bars(title, bars, note=_("Batang: bagian yang sudah dikembalikan. Angka: sisanya dan batas waktunya."))


def share_bars(picture: SharePicture) -> Bars | None:
    """Who holds how many shares."""
    if not picture.shares:
        return None
    most = max(count for _number, _name, count in picture.members)
    bars = tuple(
        Bar(f"{number}. {name}", count / most, _("%(n)s saham") % {"n": fmt.number(count)})
        for number, name, count in picture.members[:MOST_BARS]
    )
    title = _("%(n)s saham, masing-masing kini bernilai %(worth)s") % {
        "n": fmt.number(picture.shares), "worth": fmt.rupiah(picture.share_worth_idr),
    }  # fmt: skip
    return Bars(title, bars, note=_("Bila dibagi hari ini: kas, bank dan pinjaman, tanpa IKS."))


def share_facts(picture: SharePicture) -> list[Fact]:
    """Price, worth and gain of a share."""
    gain = picture.share_worth_idr - picture.price_idr if picture.shares else 0
    return [
        Fact(_("Harga satu saham"), fmt.rupiah(picture.price_idr)),
        Fact(_("Nilai satu saham sekarang"), fmt.rupiah(picture.share_worth_idr) if picture.shares else "–"),
        Fact(_("Hasil untuk satu saham"), fmt.rupiah(gain) if picture.shares else "–"),
        Fact(_("Yang akan dibagi"), fmt.rupiah(picture.worth_idr)),
    ]


def part_bars(picture: SharePicture) -> Bars | None:
    """What the last share-out paid to whom."""
    if not picture.last_on:
        return None
    total = sum(amount for _number, _name, amount in picture.last_parts)
    most = max((amount for _number, _name, amount in picture.last_parts), default=1)
    bars = tuple(
        Bar(f"{number}. {name}", amount / most, fmt.rupiah(amount))
        for number, name, amount in picture.last_parts[:MOST_BARS]
    )
    title = _("Pembagian %(on)s: %(total)s kepada %(n)s anggota") % {
        "on": fmt.day(picture.last_on), "total": fmt.rupiah(total), "n": len(picture.last_parts),
    }  # fmt: skip
    return Bars(title, bars, note=_("Menurut simpanan, sampai rupiah terakhir; IKS tidak dibagi."))
