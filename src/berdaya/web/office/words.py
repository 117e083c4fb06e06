"""Words for the codes of the domain, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from berdaya.access.permissions import ROLE_NAMES
from berdaya.devices.kinds import kind_of as record_kind_of
from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel.formats import language
from berdaya.programmes.states import NAMES, CandidateState
from berdaya.training.catalogue import own_name
from berdaya.training.shipped import Part
from berdaya.web.components.parts import Badge

_GOOD = {"eligible", "verified", "selected", "decreed"}
_BAD = {"duplicate", "excluded", "ineligible", "refused_verification"}


def kind(code: str) -> str:
    """Name of a kind of business."""
    known = catalogue().kinds.get(code) or own_name(Part.KIND, code)
    return known.name(language()) if known else code


def skill(code: str) -> str:
    """Name of a skill."""
    known = catalogue().skills.get(code) or own_name(Part.SKILL, code)
    return known.name(language()) if known else code


def resource(code: str) -> str:
    """Name of a village resource."""
    known = catalogue().resources.get(code) or own_name(Part.RESOURCE, code)
    return known.name(language()) if known else code


def kinds() -> list[tuple[str, str]]:
    """All kinds of business as options, by name."""
    return sorted(((code, kind(code)) for code in catalogue().kinds), key=lambda item: item[1])


def role(code: str) -> str:
    """Name of a role."""
    return ROLE_NAMES.get(code, (code, code))[language() == "en"]


def state(code: str) -> str:
    """Name of a candidate's state."""
    try:
        return NAMES[CandidateState(code)][language() == "en"]
    except ValueError:
        return code


def state_badge(code: str) -> Badge:
    """A candidate's state with shape and colour."""
    if code in _BAD:
        return Badge(state(code), "bad", "cross")
    if code in {"selected", "decreed"}:
        return Badge(state(code), "good", "tick")
    if code in _GOOD:
        return Badge(state(code), "info", "half")
    return Badge(state(code), "none", "question") if code == "incomplete" else Badge(state(code), "info", "ring")


def reason(code: str) -> str:
    """Why a candidate left the way, as a few words."""
    return {
        "": _("tanpa alasan tercatat"),
        "age": _("umur di luar syarat"),
        "desil": _("desil di luar syarat"),
        "source": _("bukan dari jalur yang disyaratkan"),
        "civil_servant": _("aparatur sipil negara"),
        "army_police": _("TNI/Polri"),
        "pensioner": _("pensiunan"),
        "deceased": _("meninggal dunia"),
        "consent_withdrawn": _("persetujuan ditarik"),
        "mentor": _("pendamping program"),
        "graduated:uep": _("sudah graduasi UEP"),
        "cool_off": _("sudah dibantu usaha"),
        "business_aid": _("sudah dibantu usaha"),
        "group_size": _("jumlah anggota"),
        "group_area": _("anggota beda wilayah"),
        "group_officers": _("pengurus belum lengkap"),
        "group_desil": _("desil anggota"),
        "group_exclusions": _("anggota dikecualikan"),
        "not_found": _("tidak ditemukan"),
        "not_poor": _("tidak miskin"),
        "moved": _("pindah"),
        "died": _("meninggal dunia"),
        "rejected": _("ditolak musyawarah"),
    }.get(code.partition("/")[0], code)


def stage(code: str) -> str:
    """Name of a stage of the funnel (word of the address)."""
    return {
        "usulan": _("Diusulkan"),
        "tunggal": _("Tanpa ganda"),
        "layak": _("Memenuhi syarat"),
        "terverifikasi": _("Terverifikasi"),
        "terpilih": _("Terpilih"),
        "dilatih": _("Mendapat kelas"),
        "menerima": _("Menerima bantuan"),
        "ganda": _("Ganda"),
        "dikecualikan": _("Dikecualikan"),
        "tidak-layak": _("Tidak memenuhi syarat"),
        "belum-lengkap": _("Data belum lengkap"),
        "belum-disaring": _("Belum disaring"),
        "gugur": _("Gugur verifikasi"),
        "belum-diverifikasi": _("Belum diverifikasi"),
        "tunggu": _("Daftar tunggu"),
        "diganti": _("Diganti"),
        "belum-diperingkat": _("Belum diperingkat"),
    }[code]


def approval_stage(code: str) -> str:
    """Name of a stage that two people decide."""
    return {
        "list": _("Daftar calon"),
        "selection": _("Peringkat dan undian"),
        "decree": _("SK penetapan"),
        "placement": _("Penempatan kelas"),
        "handover": _("Penyaluran"),
        "rules": _("Perubahan aturan"),
    }.get(code, code)


def condition(code: str) -> Badge:
    """State of goods at handover."""
    return {
        "good": Badge(_("baik"), "good", "tick"),
        "damaged": Badge(_("rusak"), "bad", "cross"),
        "short": Badge(_("kurang"), "warn", "half"),
    }.get(code, Badge(code, "none", "question"))


def asset_state(code: str) -> str:
    """What became of a thing."""
    return {
        "present": _("ada"),
        "working": _("berfungsi"),
        "broken": _("rusak"),
        "sold": _("dijual"),
        "died": _("mati"),
        "passed_on": _("digulirkan"),
        "lost": _("hilang"),
    }.get(code, code)


def document_kind(code: str) -> str:
    """Kind of a letter."""
    return {
        "sk": _("SK penetapan"),
        "bast": _("BAST"),
        "statement": _("Buku kas"),
        "report": _("Laporan program"),
        "certificate": _("Sertifikat"),
        "ba": _("Berita acara"),
        "surat": _("Surat dan pengumuman"),
        "invitation": _("Undangan"),
    }.get(code, code)


def sponsor(code: str) -> str:
    """Kind of a sponsoring organisation."""
    return {
        "pkh": "PKH",
        "tagana": "Tagana",
        "karang_taruna": "Karang Taruna",
        "disability": _("organisasi disabilitas"),
        "children": _("organisasi anak"),
    }.get(code, code)


def position(code: str) -> str:
    """Office in a group."""
    return {
        "ketua": _("Ketua"),
        "sekretaris": _("Sekretaris"),
        "bendahara": _("Bendahara"),
        "anggota": _("Anggota"),
    }.get(code, code)


def sex(code: str) -> str:
    """L or P in words."""
    return {"L": _("laki-laki"), "P": _("perempuan")}.get(code, "–")


def marital(code: str) -> str:
    """Marital status."""
    return {
        "single": _("belum kawin"),
        "married": _("kawin"),
        "divorced": _("cerai hidup"),
        "widowed": _("cerai mati"),
    }.get(code, code or "–")


def join(parts: Iterable[str]) -> str:
    """Parts that are not empty, with a middle dot between."""
    return " · ".join(part for part in parts if part)


def summary(name: str) -> str:
    """Name of a figure that a maker puts before a checker."""
    return {
        "candidates": _("Calon"),
        "selected": _("Terpilih"),
        "waiting": _("Daftar tunggu"),
        "quota": _("Kuota"),
        "number": _("Nomor"),
        "lines": _("Baris lampiran"),
        "placed": _("Mendapat kursi"),
        "unplaced": _("Tanpa kursi"),
        "classes": _("Kelas"),
        "handovers": _("Penyaluran"),
        "value_idr": _("Nilai rupiah"),
        "listed": _("Dalam daftar"),
        "objections": _("Sanggahan yang sudah diputus"),
        "kin": _("Penerima yang kerabat pemutus"),
        "staff": _("Penerima senama dengan petugas"),
        "version": _("Versi aturan yang baru"),
        "rules": _("Aturan yang berubah"),
        "enters": _("Masuk"),
        "leaves": _("Keluar"),
        "stays": _("Tetap"),
        "reason": _("Alasan"),
    }.get(name, name.replace("_", " "))


def outcome(code: str) -> str:
    """What became of a record from the field."""
    return {
        "new": _("Diterapkan"),
        "updated": _("Diperbarui"),
        "identical": _("Sudah ada"),
        "older": _("Versi lama"),
        "conflict": _("Menunggu keputusan"),
        "invalid": _("Perlu diperbaiki"),
        "waiting": _("Menunggu data lain"),
    }.get(code, code)


def record_kind(code: str) -> str:
    """What a record from the field is about."""
    known = record_kind_of(code)
    return known.title[language() == "en"] if known else code


def record_field(code: str) -> str:
    """Name of a field of a record from the field."""
    return {
        "on": _("Tanggal"),
        "occurred_on": _("Tanggal"),
        "method": _("Cara"),
        "production_days": _("Hari produksi"),
        "turnover_idr": _("Omzet"),
        "cost_idr": _("Biaya"),
        "stock_idr": _("Stok"),
        "income_idr": _("Penghasilan"),
        "workers": _("Pekerja"),
        "active_members": _("Anggota aktif"),
        "problem": _("Masalah"),
        "advice": _("Saran"),
        "next_step": _("Langkah berikut"),
        "advice_check": _("Saran sebelumnya"),
        "note": _("Catatan"),
        "same_as_last": _("Sama seperti bulan lalu"),
        "answers": _("Jawaban instrumen"),
        "position": _("Posisi"),
    }.get(code, code.replace("_", " "))
