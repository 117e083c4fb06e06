"""Words of an import: fields of a list, its states, and what may hang on it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import catalogue
from berdaya.web.components.parts import Badge, Bar, Bars
from berdaya.web.office import words


def field_name(name: str) -> str:
    """A field of a list as a person calls it."""
    known = {
        "name": _("Nama"), "birth_place": _("Tempat lahir"), "birth_date": _("Tanggal lahir"),
        "sex": _("Jenis kelamin"), "marital": _("Status kawin"), "phone": _("HP"), "occupation": _("Pekerjaan"),
        "address": _("Alamat"), "female_head": _("Kepala keluarga perempuan"), "dependants": _("Tanggungan"),
        "disability": _("Disabilitas"), "income_idr": _("Penghasilan"), "desil": _("Desil"), "nik": "NIK",
        "kk": _("Nomor KK (dilaporkan saja)"),
    }  # fmt: skip
    return known.get(name, name)


def hanging(root: str, place: str) -> str:
    """What hangs on an import: rows of a table that point at one of its families, people, candidates or groups."""
    roots = {
        "household": _("keluarga"), "person": _("orang"), "candidate": _("calon"), "group": _("kelompok"),
    }  # fmt: skip
    places = {
        "people_aidreceived": _("bantuan yang tercatat"), "people_consent": _("persetujuan"),
        "people_externalid": _("nomor di sistem lain"), "programmes_candidate": _("usulan lain"),
        "programmes_verification": _("verifikasi"), "programmes_selectionentry": _("seleksi"),
        "programmes_decreeline": _("SK"), "groups_membership": _("kelompok"), "training_placement": _("kelas"),
        "enterprises_enterprise": _("usaha"), "tasks_task": _("tugas"), "grants_handover": _("penyaluran"),
        "grants_asset": _("aset"), "market_product": _("produk"),
    }  # fmt: skip
    return f"{roots.get(root, root)}: {places.get(place, place.partition('_')[2])}"


def state_badge(state: str) -> Badge:
    """The state of an import in words."""
    known = {
        "reading": Badge(_("sedang dibaca"), "info", "half"), "mapping": Badge(_("menunggu judul"), "warn", "half"),
        "asking": Badge(_("menunggu nama desa"), "warn", "half"), "ready": Badge(_("siap diperiksa"), "warn", "half"),
        "waiting": Badge(_("menunggu orang kedua"), "warn", "half"), "queued": Badge(_("antre"), "info", "ring"),
        "running": Badge(_("sedang ditulis"), "info", "half"), "stopped": Badge(_("dihentikan"), "warn", "half"),
        "halted": Badge(_("berhenti sendiri"), "bad", "cross"), "failed": Badge(_("gagal"), "bad", "cross"),
        "done": Badge(_("selesai"), "good", "tick"), "undoing": Badge(_("sedang dibatalkan"), "info", "half"),
        "undone": Badge(_("dibatalkan"), "none", "cross"),
    }  # fmt: skip
    return known.get(state, Badge(state, "none", "question"))


def reasons(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why rows were refused or marked, in words, the most frequent first."""
    entries, english = catalogue(), fmt.language() == "en"
    named = []
    for code, count in counts.items():
        entry = entries.get(code)
        text = (entry.en if english else entry.id) if entry else words.reason(code)
        named.append((text.replace(" {other}", ""), count))
    return sorted(named, key=lambda item: -item[1])


def refused_picture(counts: Mapping[str, int]) -> Bars | None:
    """Which part of the rows must be mended, as bars: a person mends column by column, not code by code."""
    if not counts:
        return None
    names = {
        "nik": "NIK", "kk": _("Nomor KK"), "duplicate": _("Ganda di daftar ini"), "birth_date": _("Tanggal lahir"),
        "area": _("Wilayah"), "name": _("Nama"), "cell": _("Galat Excel"), "elsewhere": _("Terdaftar di wilayah lain"),
    }  # fmt: skip
    parts: dict[str, int] = {}
    for code, count in counts.items():
        known = next((name for prefix, name in names.items() if code.startswith(prefix)), _("Isian lain"))
        parts[known] = parts.get(known, 0) + count
    ordered = sorted(parts.items(), key=lambda item: (item[0] == _("Isian lain"), -item[1]))
    most = max(parts.values())
    title = _("%(count)s baris ditolak, terbanyak karena %(part)s") % {
        "count": fmt.number(sum(parts.values())), "part": max(parts.items(), key=lambda item: item[1])[0],
    }  # fmt: skip
    return Bars(title, tuple(Bar(name, count / most, fmt.number(count)) for name, count in ordered))
