"""Evidence texts of graduation: why a criterion is met, not met or unknown, Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping

from berdaya.graduation.types import Finding, Pathway
from berdaya.programmes.rules.evidence import shown

TEXTS: Mapping[str, tuple[str, str]] = {
    "time_reached": (
        "{months} bulan sejak {started_on} tercapai pada {reached_on}.",
        "{months} months since {started_on} were reached on {reached_on}.",
    ),
    "time_not_reached": (
        "{months} bulan sejak {started_on} baru tercapai pada {reached_on}.",
        "{months} months since {started_on} will be reached on {reached_on}.",
    ),
    "status_allowed": ("Status {status} pada {on}.", "Status {status} on {on}."),
    "status_other": ("Status {status} pada {on}; diminta {allowed}.", "Status {status} on {on}; asked: {allowed}."),
    "status_missing": ("Belum ada status usaha.", "There is no status of the business."),
    "status_old": (
        "Status terakhir bertanggal {on}, di luar {days} hari sebelum penilaian.",
        "The last status is of {on}, outside {days} days before the assessment.",
    ),
    "status_unknown": (
        "Status belum diketahui pada {on}: kunjungan diperlukan.",
        "Status unknown on {on}: a visit is needed.",
    ),
    "observed_enough": ("{count} bulan teramati, diminta {minimum}.", "{count} months observed; {minimum} are asked."),
    "observed_few": (
        "Baru {count} bulan teramati, diminta {minimum}.",
        "Only {count} months observed; {minimum} are asked.",
    ),
    "observed_missing": ("Bulan teramati belum dihitung.", "Observed months have not been counted."),
    "no_evidence": (
        "Tidak ada bukti dalam {days} hari sebelum penilaian.",
        "No evidence within {days} days before the assessment.",
    ),
    "method_missing": (
        "Dalam {days} hari terakhir belum ada bukti dengan cara: {missing}.",
        "Within the last {days} days there is no evidence by: {missing}.",
    ),
    "production_enough": (
        "{days_produced} hari produksi terlihat pada {on}, diminta {minimum}.",
        "{days_produced} days of production seen on {on}; {minimum} are asked.",
    ),
    "production_few": (
        "Hanya {days_produced} hari produksi terlihat pada {on}, diminta {minimum}.",
        "Only {days_produced} days of production seen on {on}; {minimum} are asked.",
    ),
    "income_baseline_missing": (
        "Penghasilan sebelum program belum tercatat.",
        "The income before the programme is not recorded.",
    ),
    "income_grown": (
        "Penghasilan tengah Rp{income} dibanding Rp{baseline} sebelumnya: naik {growth} %, diminta {minimum} %.",
        "Median income Rp{income} against Rp{baseline} before: up {growth} %, {minimum} % are asked.",
    ),
    "income_not_grown": (
        "Penghasilan tengah Rp{income} dibanding Rp{baseline} sebelumnya: {growth} %, diminta naik {minimum} %.",
        "Median income Rp{income} against Rp{baseline} before: {growth} %; a rise of {minimum} % is asked.",
    ),
    "income_above": (
        "Penghasilan tengah Rp{income}, ambang Rp{minimum}.",
        "Median income Rp{income}; the threshold is Rp{minimum}.",
    ),
    "income_below": (
        "Penghasilan tengah Rp{income} di bawah ambang Rp{minimum}.",
        "Median income Rp{income} is below the threshold Rp{minimum}.",
    ),
    "threshold_missing": ("Ambang belum ditetapkan.", "The threshold is not set."),
    "goods_present": (
        "Barang modal dan persediaan terlihat pada {on}.",
        "Capital goods and stock were seen on {on}.",
    ),
    "goods_gone": ("{gone} barang tidak ada lagi per {on}.", "{gone} goods are gone as of {on}."),
    "goods_no_stock": ("Tidak ada persediaan terlihat pada {on}.", "No stock was seen on {on}."),
    "fund_in_order": (
        "Tidak ada tunggakan di atas {minimum} hari; simpanan terakhir {on}.",
        "Nothing overdue beyond {minimum} days; last saving {on}.",
    ),
    "fund_overdue": (
        "Tunggakan {overdue} hari per {as_of}, batas {minimum} hari.",
        "{overdue} days overdue as of {as_of}; the limit is {minimum} days.",
    ),
    "fund_no_saving": (
        "Tidak ada simpanan dalam {days} hari sebelum penilaian.",
        "No saving within {days} days before the assessment.",
    ),
    "fund_unread": ("Buku dana kelompok belum dibaca.", "The group's fund has not been read."),
    "fund_none": (
        "Penerima tidak memegang dana bergulir menurut keputusan penerima.",
        "The recipient holds no revolving fund under the decree.",
    ),
    "complaint_none": (
        "Tidak ada pengaduan terbuka dalam daftar per {as_of}.",
        "No open complaint in the register as of {as_of}.",
    ),
    "complaint_open": ("{count} pengaduan terbuka per {as_of}.", "{count} open complaints as of {as_of}."),
    "complaint_unread": ("Daftar pengaduan belum diperiksa.", "The register of complaints was not looked at."),
}
METHODS: Mapping[str, tuple[str, str]] = {
    "asked": ("ditanya", "asked"),
    "seen": ("dilihat", "seen"),
    "document": ("dokumen", "document"),
}


def evidence_text(finding: Finding, language: str = "id") -> str:
    """The evidence of one finding as a sentence, in ``id`` or ``en``."""
    place = 1 if language.startswith("en") else 0
    params = dict(finding.params)
    if "missing" in params:
        params["missing"] = [METHODS[item][place] for item in params["missing"]]
    money = {"income", "baseline"} | ({"minimum"} if finding.criterion == "income_floor" else set())
    values = {key: _money(value) if key in money else shown(value) for key, value in params.items()}
    return TEXTS[finding.code][place].format(**values)


def criterion_name(pathway: Pathway, code: str, language: str = "id") -> str:
    """A criterion's name; its code where the pathway no longer has it."""
    for item in pathway.criteria:
        if item.code == code:
            return item.name_en if language.startswith("en") else item.name_id
    return code


def _money(value: object) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
