"""The lists of others: who is on an excluding list, who got aid from another office. Mostly people not proposed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from berdaya.example.identity import Identities
from berdaya.example.model import Candidate, Person
from berdaya.example.people import Setting, make_person
from berdaya.example.places import Village
from berdaya.example.seeds import weighted
from berdaya.example.sheets import Sheet

SOURCES = {
    "civil_servant": "BKD", "army_police": "Kodim/Polres", "pensioner": "PT Taspen", "deceased": "Disdukcapil",
    "mentor": "Dinas Sosial", "graduated:uep": "Dinas Sosial, SK graduasi 2022",
}  # fmt: skip
EXCLUSION_HEADINGS = ("NIK", "No KK", "Nama", "Jenis", "Sumber", "Tanggal")
AID_HEADINGS = ("NIK", "No KK", "Nama", "Kantor", "Program", "Tahun", "Bentuk", "Nilai")
BUSINESS_AID = (
    ("Dinas Koperasi dan UKM", "Bantuan modal usaha mikro", 2_500_000),
    ("Dinas Perikanan", "Sarana pengolahan ikan", 3_000_000),
    ("Dinas Perindustrian dan Perdagangan", "Peralatan IKM", 2_000_000),
    ("Dinas Pemberdayaan Perempuan", "Modal usaha perempuan kepala keluarga", 1_500_000),
)


def exclusions(
    rng: random.Random,
    ids: Identities,
    setting: Setting,
    villages: Sequence[Village],
    planted: Sequence[tuple[Person, str]],
    *,
    others: int,
) -> Sheet:
    """``Daftar`` with the planted people among ``others`` who were never proposed."""
    found = list(planted)
    for _ in range(others):
        who = make_person(rng, ids, setting, rng.choice(villages), sex=rng.choice("LP"), ages=(25, 70))
        found.append((who, weighted(rng, dict.fromkeys(SOURCES, 1))))
    rng.shuffle(found)
    sheet = Sheet("Daftar", EXCLUSION_HEADINGS)
    for who, kind in found:
        on = date(rng.randint(2019, 2023), rng.randint(1, 12), rng.randint(1, 28))
        sheet.rows.append((who.nik, who.kk, who.name, kind, SOURCES[kind], on))
    return sheet


def other_aid(
    rng: random.Random,
    ids: Identities,
    setting: Setting,
    villages: Sequence[Village],
    rows: Sequence[Candidate],
    *,
    year: int,
    others: int,
) -> Sheet:
    """``Bantuan``: business aid of last year excludes; cash, and business aid long ago, do not."""
    sheet = Sheet("Bantuan", AID_HEADINGS)
    for row in rows:
        if row.fate == "aid:business_aid":
            office, programme, worth = rng.choice(BUSINESS_AID)
            sheet.rows.append(_line(row.person, office, programme, year=year - 1, form="business_aid", worth=worth))
        elif not row.fate and rng.random() < 0.02:
            sheet.rows.append(
                _line(row.person, "Kementerian Sosial", "PKH", year=year - 1, form="cash", worth=3_000_000)
            )
        elif not row.fate and rng.random() < 0.005:
            office, programme, worth = rng.choice(BUSINESS_AID)
            sheet.rows.append(_line(row.person, office, programme, year=year - 5, form="business_aid", worth=worth))
    for _ in range(others):
        who = make_person(rng, ids, setting, rng.choice(villages), sex=rng.choice("LP"), ages=(22, 58))
        office, programme, worth = rng.choice(BUSINESS_AID)
        sheet.rows.append(
            _line(who, office, programme, year=year - rng.randint(1, 3), form="business_aid", worth=worth)
        )
    rng.shuffle(sheet.rows)
    return sheet


def _line(
    who: Person, office: str, programme: str, *, year: int, form: str, worth: int
) -> tuple[str, str, str, str, str, int, str, int]:
    return who.nik, who.kk, who.name, office, programme, year, form, worth
