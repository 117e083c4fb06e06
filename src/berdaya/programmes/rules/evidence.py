"""Evidence texts of eligibility: one sentence for each way a criterion can turn out, Indonesian and English.

Decisions keep the code and its parameters, so that a sentence can be read in both languages for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from berdaya.programmes.types import Outcome

CRITERION_NAMES: Mapping[str, tuple[str, str]] = {
    "age": ("Umur pada tanggal usulan", "Age at the proposal date"),
    "desil": ("Desil kesejahteraan (DTSEN)", "Welfare decile (DTSEN)"),
    "source": ("Jalur pengusulan", "Way in"),
    "civil_servant": ("Bukan ASN", "No civil servant"),
    "army_police": ("Bukan TNI/Polri", "Not in the army or police"),
    "pensioner": ("Bukan pensiunan ASN/TNI/Polri", "No state pensioner"),
    "deceased": ("Masih hidup", "Alive"),
    "mentor": ("Bukan pendamping", "No mentor"),
    "graduated:uep": ("Belum pernah graduasi UEP", "Has not graduated from UEP"),
    "cool_off": ("Tidak menerima bantuan sejenis", "No aid of the same kind"),
    "consent_withdrawn": ("Persetujuan masih berlaku", "Consent still stands"),
    "group_size": ("Jumlah anggota", "Number of members"),
    "group_area": ("Anggota sewilayah", "Members share the area"),
    "group_officers": ("Pengurus lengkap dan dewasa", "Officers complete and adult"),
    "group_desil": ("Desil anggota (DTSEN)", "Members' welfare decile (DTSEN)"),
    "group_exclusions": ("Anggota tidak dikecualikan", "No member on an exclusion list"),
}

TEXTS: Mapping[str, tuple[str, str]] = {
    "age_within": (
        "Umur {age} tahun pada {at}, syarat {min}–{max}.",
        "Aged {age} on {at}; the rule asks {min}–{max}.",
    ),
    "age_outside": (
        "Umur {age} tahun pada {at}, di luar syarat {min}–{max}.",
        "Aged {age} on {at}, outside {min}–{max}.",
    ),
    "age_married": (
        "Umur {age} tahun pada {at}, di luar {min}–{max}, tetapi berstatus kawin.",
        "Aged {age} on {at}, outside {min}–{max}, but married.",
    ),
    "age_no_birth_date": ("Tanggal lahir belum ada.", "The birth date is missing."),
    "age_no_marital_status": (
        "Umur {age} tahun pada {at}, di luar {min}–{max}, dan status kawin belum ada.",
        "Aged {age} on {at}, outside {min}–{max}, and the marital status is missing.",
    ),
    "desil_within": (
        "Desil {desil} menurut data per {as_of}, batas {max}.",
        "Decile {desil} as of {as_of}; the limit is {max}.",
    ),
    "desil_above": (
        "Desil {desil} menurut data per {as_of}, di atas batas {max}.",
        "Decile {desil} as of {as_of}, above the limit {max}.",
    ),
    "desil_not_in_dtsen": ("Belum tercatat dalam DTSEN.", "Not recorded in DTSEN yet."),
    "desil_undated": ("Desil {desil} tanpa tanggal data.", "Decile {desil} without a date of the data."),
    "desil_stale": (
        "Desil {desil} per {as_of} lebih tua dari {months} bulan pada tanggal usulan.",
        "Decile {desil} as of {as_of} is older than {months} months at the proposal.",
    ),
    "source_any": ("Tidak ada jalur khusus yang disyaratkan.", "No particular way in is asked."),
    "source_found": ("Masuk melalui {source}.", "Came through {source}."),
    "source_missing": ("Tidak tercatat pada {sources}.", "Not recorded in {sources}."),
    "list_clear": (
        "Tidak ada dalam daftar pada pemeriksaan {screened_on}.",
        "Not on the list when screened on {screened_on}.",
    ),
    "list_hit": (
        "Tercatat dalam daftar {source} per {since}.",
        "Recorded in the list {source} as of {since}.",
    ),
    "list_aside": (
        "Tercatat dalam daftar {source}; dikesampingkan oleh dua petugas dengan alasan.",
        "Recorded in the list {source}; set aside by two officers with a reason.",
    ),
    "aid_aside": (
        "Menerima {kind} dari {office}, program {programme}, tahun {year}; dikesampingkan oleh dua petugas.",
        "Received {kind} from {office}, programme {programme}, in {year}; set aside by two officers.",
    ),
    "list_not_screened": ("Belum diperiksa terhadap daftar.", "Not screened against the lists yet."),
    "aid_clear": (
        "Tidak ditemukan {kind} dalam {years} tahun pada pemeriksaan {screened_on}.",
        "No {kind} within {years} years when screened on {screened_on}.",
    ),
    "aid_hit": (
        "Menerima {kind} dari {office}, program {programme}, tahun {year}.",
        "Received {kind} from {office}, programme {programme}, in {year}.",
    ),
    "consent_withdrawn": (
        "Keluarga menarik persetujuannya pada {on}; datanya tidak dipakai lagi untuk program.",
        "The family withdrew its consent on {on}; its data is not used for programmes any more.",
    ),
    "group_consent_withdrawn": (
        "Keluarga anggota {members} menarik persetujuannya pada {on}.",
        "The family of members {members} withdrew its consent on {on}.",
    ),
    "group_size_within": (
        "{members} anggota, syarat {min}–{max}.",
        "{members} members; the rule asks {min}–{max}.",
    ),
    "group_size_outside": (
        "{members} anggota, di luar syarat {min}–{max}.",
        "{members} members, outside {min}–{max}.",
    ),
    "group_members_unknown": ("Daftar anggota belum ada.", "There is no list of members yet."),
    "group_area_same": ("Semua anggota di {level} {area}.", "All members live in {level} {area}."),
    "group_area_differs": (
        "Anggota {members} di luar {level} {area}.",
        "Members {members} live outside {level} {area}.",
    ),
    "group_officers_complete": (
        "Ketua, sekretaris, bendahara lengkap dan dewasa.",
        "Chair, secretary, treasurer are there and adult.",
    ),
    "group_officers_missing": ("Belum ada: {missing}.", "Missing: {missing}."),
    "group_officers_double": (
        "Satu orang memegang dua jabatan: {members}.",
        "One person holds two offices: {members}.",
    ),
    "group_officers_minor": (
        "Pengurus di bawah {min} tahun: anggota {members}.",
        "Officers below {min} years: members {members}.",
    ),
    "group_officers_no_birth_date": (
        "Tanggal lahir pengurus belum ada: anggota {members}.",
        "Birth dates of officers are missing: members {members}.",
    ),
    "group_desil_within": ("Semua anggota dalam batas desil {max}.", "All members are within decile {max}."),
    "group_desil_above": (
        "Anggota {members} di atas batas desil {max}.",
        "Members {members} are above decile {max}.",
    ),
    "group_desil_unknown": (
        "Anggota {members} belum tercatat dalam DTSEN.",
        "Members {members} are not recorded in DTSEN yet.",
    ),
    "group_list_hit": (
        "Anggota {members} tercatat dalam daftar {source}.",
        "Members {members} are recorded in the list {source}.",
    ),
    "group_aid_hit": (
        "Anggota {members} menerima {kind} dari {office}, program {programme}, tahun {year}.",
        "Members {members} received {kind} from {office}, programme {programme}, in {year}.",
    ),
}

AID_KINDS: Mapping[str, tuple[str, str]] = {
    "business_aid": ("bantuan usaha", "business aid"),
    "cash": ("bantuan tunai", "cash aid"),
}
"""Kinds of aid as people call them."""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of one candidate.

    How it turned out, and the code and facts of the sentence that says why.
    """

    criterion: str
    outcome: Outcome
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "id") -> str:
        """The evidence as a sentence, in ``id`` or ``en``; dates as dd/mm/yyyy."""
        english = language.startswith("en")
        words = {name: shown(value) for name, value in self.params.items()}
        if "kind" in words:
            words["kind"] = AID_KINDS.get(words["kind"], (words["kind"],) * 2)[english]
        return TEXTS[self.code][english].format(**words)

    def name(self, language: str = "id") -> str:
        """The criterion's name, in ``id`` or ``en``."""
        known = CRITERION_NAMES[self.criterion.partition("/")[0]]
        return known[1 if language.startswith("en") else 0]

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing with the decision; :func:`from_json` takes them back."""
        return {
            "criterion": self.criterion,
            "outcome": self.outcome.value,
            "code": self.code,
            "params": dict(self.params),
        }


def from_json(data: Mapping[str, Any]) -> CriterionResult:
    """A stored result back as an object."""
    return CriterionResult(data["criterion"], Outcome(data["outcome"]), data["code"], data["params"])


def shown(value: Any) -> str:
    """A parameter as people read it: dates as dd/mm/yyyy, lists with commas, nothing as a dash."""
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return f"{text[8:]}/{text[5:7]}/{text[:4]}"
    return text or "–"
