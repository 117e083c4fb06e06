"""Words of an import: fields of a list, its states, and what may hang on it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from berdaya.web.components.parts import Badge


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
