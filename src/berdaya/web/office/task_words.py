"""Titles and outcomes of tasks in the language of the page.

A title is stored in Indonesian and told again in the pattern of the task's kind.
What stands in it is read out of the stored title, so that a task of any age is told in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from berdaya.followup.texts import ALERT_LABELS
from berdaya.followup.texts import task_title as alert_title
from berdaya.kernel.formats import MONTHS, day, language

PATTERNS: Mapping[str, str | Promise] = {
    "asset.check": _("Periksa %(count)s barang bantuan pada usaha %(name)s"),
    "complaint": _("Pengaduan baru menunggu"),
    "consent_withdrawn": _("Tindak lanjuti penarikan persetujuan %(name)s"),
    "goods_difference": _("Periksa selisih barang pada BAST %(number)s"),
    "graduation_check": _("Periksa apakah usaha %(name)s bertahan 12 bulan setelah graduasi"),
    "handover.conflict": _("Periksa penyaluran baris SK %(line)s: %(why)s"),
    "handover.held": _("Periksa %(name)s: tertahan pada daftar pengecualian sebelum barang diserahkan"),
    "handover.against_list": _("Periksa %(name)s: barang diserahkan walau tercatat pada daftar pengecualian"),
    "handover.late_hit": _("Periksa %(name)s: tercatat pada daftar pengecualian setelah barang diserahkan"),
    "handover.late_pack": _("Periksa penyaluran baris SK %(line)s: paket hari penyaluran dipakai setelah lewat 24 jam"),
    "home_visit": _("Kunjungi calon nomor %(ref)s"),
    "look_alike": _("Pastikan: %(left)s dan %(right)s, satu orang atau dua?"),
    "lpj_due": _("Ingatkan %(count)s penerima yang LPJ-nya jatuh tempo"),
    "mentor_falling": _("Kunjungan %(name)s turun: %(visits)s dalam 30 hari, sebelumnya %(before)s"),
    "objection": _("Putuskan sanggahan %(programme)s"),
    "pledge_end": _("Tanyakan kelanjutan janji %(partner)s"),
    "phone_silent": _("HP %(holder)s (%(phone)s) diam %(days)s hari"),
    "fund_late": _("Angsuran %(name)s terlambat %(days)s hari"),
    "group_stopped": _("Kelompok %(name)s berhenti bertemu"),
    "growth_rules": _("Putuskan syarat kelas kelompok %(name)s"),
    "recipients_silent": _("Tanyai %(count)s penerima yang belum bersuara"),
    "complaints_late": _("%(count)s pengaduan lewat tenggat"),
    "tasks_late": _("%(count)s tugas lewat tenggat lebih dari dua minggu"),
    "records_waiting": _("%(count)s rekaman HP belum diterapkan"),
    "referral": _("Tanyakan jawaban rujukan ke %(provider)s"),
    "spot_check": _("Uji petik barang pada BAST %(number)s"),
    "village_meeting": _("Musyawarah calon %(programme)s"),
}
"""Kind -> the pattern in which its title is stored."""
KINDS: Mapping[str, str | Promise] = {
    "asset.check": _("Barang bantuan: periksa di tempat usaha"),
    "complaint": _("Pengaduan: baca dan jawab"),
    "consent_withdrawn": _("Persetujuan ditarik: batasi pemakaian data"),
    "goods_difference": _("Selisih barang: periksa"),
    "graduation_check": _("Setelah graduasi: periksa apakah usaha bertahan"),
    "handover.conflict": _("Penyaluran: periksa catatan yang bertentangan"),
    "handover.held": _("Penyaluran: periksa penerima yang tertahan"),
    "handover.against_list": _("Penyaluran: periksa penerima yang tercatat pada daftar saat diserahi"),
    "handover.late_hit": _("Penyaluran: periksa penerima yang kemudian tercatat pada daftar"),
    "handover.late_pack": _("Penyaluran: periksa catatan yang terlambat"),
    "holiday_only": _("Hanya musim hari raya: undang ke acara wilayah"),
    "home_visit": _("Kunjungan rumah calon"),
    "look_alike": _("Satu orang atau dua: pastikan"),
    "lpj_due": _("LPJ jatuh tempo: ingatkan penerima"),
    "mentor_falling": _("Kunjungan pendamping turun: tanyakan sebabnya"),
    "not_visited": _("Belum dikunjungi: pastikan pendamping datang"),
    "objection": _("Sanggahan: putuskan"),
    "production_stopped": _("Produksi berhenti: ajak ke pasar atau acara setempat"),
    "referral": _("Rujukan: tanyakan jawabannya"),
    "sales_fall": _("Omzet turun: bantu cari pembeli"),
    "spot_check": _("Uji petik barang"),
    "village_meeting": _("Musyawarah calon: adakan dan catat"),
    "visit": _("Kunjungan"),
    "pledge_end": _("Janji mitra segera berakhir: tanyakan kelanjutannya"),
    "phone_silent": _("HP pendamping diam: tanyakan dan bantu kirim"),
    "fund_late": _("Angsuran macet: bicarakan jalan keluar dengan kelompok"),
    "group_stopped": _("Kelompok berhenti bertemu: kunjungi"),
    "growth_rules": _("Syarat kelas kelompok: setujui atau tolak"),
    "recipients_silent": _("Penerima belum bersuara: tanyai langsung bersama lurah"),
    "complaints_late": _("Pengaduan lewat tenggat: putuskan"),
    "tasks_late": _("Tugas lama lewat tenggat: tagih atau alihkan"),
    "records_waiting": _("Rekaman HP belum diterapkan: lengkapi yang ditunggu"),
}
"""Kind -> what its tasks ask for, together."""
OUTCOMES: Mapping[str, str | Promise] = {
    "confirmed": _("ditemukan dan layak"),
    "not_found": _("tidak ditemukan"),
    "not_poor": _("tidak layak"),
    "moved": _("pindah"),
    "died": _("meninggal"),
    "lembar hasil verifikasi": _("lembar hasil verifikasi"),
    "musyawarah dicatat": _("musyawarah dicatat"),
    "syarat berlaku": _("syarat berlaku"),
    "usulan ditolak": _("usulan ditolak"),
    "Pengaduan selesai": _("Pengaduan selesai"),
    "accepted": _("rujukan diterima"),
    "refused": _("rujukan ditolak"),
    "upheld": _("sanggahan diterima"),
    "dismissed": _("sanggahan ditolak"),
}
"""Outcomes that the system writes itself; what people write stays as it is."""
_CAUSE_GONE = _("Penyebabnya sudah tidak ada menurut bukti per %(day)s.")
_GONE = re.compile(r"Penyebabnya sudah tidak ada menurut bukti per (?P<day>.+)\.")
_SLOT = re.compile(r"%\((\w+)\)s")


def task_kind(code: str) -> str:
    """What tasks of one kind ask for."""
    return str(KINDS.get(code, code.replace("_", " ")))


def task_title(kind: str, title: str, params: Mapping[str, Any]) -> str:
    """One task in one line; a kind or wording nobody knows here stays as it is stored."""
    if language() == "id":
        return title
    if kind in {alert.value for alert in ALERT_LABELS} and params.get("name"):
        return alert_title(kind, str(params["name"]), params)
    read = _reader(kind).fullmatch(title) if kind in PATTERNS else None
    if read is not None:
        return str(PATTERNS[kind]) % read.groupdict()
    return task_kind(kind) if kind in KINDS else title


def outcome(text: str) -> str:
    """What was done, where the system said it."""
    gone = _GONE.fullmatch(text) if language() != "id" else None
    if gone:
        return str(_CAUSE_GONE) % {"day": _retold(gone["day"])}
    return str(OUTCOMES.get(text, text))


def _retold(written: str) -> str:
    """``31 Oktober 2026`` as the language of the page writes it; anything else as it stands."""
    number, month, year = [*written.split(), "", "", ""][:3]
    months = MONTHS["id"]
    if month not in months or not number.isdecimal() or not year.isdecimal():
        return written
    return day(date(int(year), months.index(month) + 1, int(number)))


@cache
def _reader(kind: str) -> re.Pattern[str]:
    """The Indonesian pattern as an expression that reads a stored title."""
    with override("id"):
        source = str(PATTERNS[kind])
    parts = _SLOT.split(source)
    text = "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+)" for at, part in enumerate(parts))
    return re.compile(text, re.DOTALL)
