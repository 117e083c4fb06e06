"""Words of goods: codes of the grants package as people read them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.web.components.parts import Tab
from berdaya.web.session import OfficeRequest


def goods_tabs(request: OfficeRequest, current: str) -> tuple[Tab, ...]:
    """The pages of goods that stand side by side, those that the role may open."""
    pages = (
        (_("BAST"), "office:handovers", "family.read"),
        (_("Di mana rupiahnya"), "office:rupiah", "programme.read"),
        (_("Usulan"), "office:proposals", "family.read"),
        (_("Pengadaan"), "office:purchases", "family.read"),
        (_("Hari penyaluran"), "office:handover-days", "family.read"),
        (_("Menunggu persetujuan"), "office:goods-waiting", "family.read"),
    )
    return tuple(Tab(text, reverse(name), name == current) for text, name, code in pages if can(request.actor, code))


def back_reason(code: str) -> str:
    """Why goods came back."""
    return {
        "refused": _("ditolak penerima"),
        "absent": _("penerima tidak hadir"),
        "dead": _("penerima meninggal"),
        "damaged": _("barang rusak"),
        "mistake": _("salah serah"),
    }.get(code, code)


def why(code: str) -> str:
    """Why somebody else receives."""
    return {"ill": _("sakit"), "away": _("tidak di tempat"), "dead": _("meninggal dunia")}.get(code, code)


def proof(code: str) -> str:
    """How the receipt is proven."""
    return {
        "signature": _("tanda tangan di layar"),
        "thumb": _("cap jempol dengan saksi"),
        "scan": _("pindaian BAST"),
        "": _("tanda tangan di kertas"),
    }.get(code, code)


def station(code: str) -> str:
    """A station in the life of a decree line."""
    return {
        "planned": _("Direncanakan"),
        "bought": _("Dibeli dan datang"),
        "handed": _("Diserahkan"),
        "confirmed": _("Dikonfirmasi penerima"),
        "checked": _("Diperiksa kemudian"),
        "accounted": _("LPJ diterima"),
    }.get(code, code)


def shows(code: str, name: str = "") -> str:
    """What a picture shows."""
    text = {
        "receiver": _("Penerima dengan barangnya"),
        "goods": _("Barang"),
        "scan": _("Pindaian BAST"),
        "thumb": _("Cap jempol"),
        "signature": _("Tanda tangan penerima"),
        "witness": _("Tanda tangan saksi"),
        "giver": _("Tanda tangan petugas"),
        "asset": _("Keadaan barang"),
        "own": _("Foto dari penerima"),
        "lot": _("Kiriman datang"),
        "proxy": _("Wakil penerima"),
    }.get(code, code)
    return f"{text}: {name}" if name else text


def method(code: str) -> str:
    """How the office buys."""
    return {
        "contract": _("kontrak"),
        "catalogue": _("e-katalog"),
        "direct": _("pembelian langsung"),
        "self": _("swakelola"),
    }.get(code, code)


def barred(code: str) -> str:
    """The list that holds a recipient back."""
    return {
        "civil_servant": _("tercatat sebagai ASN"),
        "army_police": _("tercatat sebagai TNI atau Polri"),
        "pensioner": _("tercatat sebagai pensiunan"),
        "deceased": _("tercatat meninggal dunia"),
        "mentor": _("tercatat sebagai pendamping"),
        "graduated:uep": _("sudah lulus UEP"),
    }.get(code, _("tercatat pada daftar pengecualian") if code else "")
