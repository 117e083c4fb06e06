"""Mistakes and cases planted into a list: about as many, and of the kinds, that offices find in theirs."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from berdaya.example.model import Candidate, Truth
from berdaya.example.naming import old_spelling
from berdaya.example.people import birthday
from berdaya.example.sheets import Cell

# Shares of all rows. "refused" rows cannot be read, "mended" ones can once the known repair is made.
REFUSED = {
    "nik_short": 0.003, "nik_long": 0.002, "nik_day": 0.002, "nik_number": 0.004, "nik_missing": 0.002,
    "village_unknown": 0.003, "birth_impossible": 0.003,
}  # fmt: skip
MENDED = {"nik_spaces": 0.003, "nik_apostrophe": 0.002, "village_respelled": 0.005}
DUPLICATE = {"nik": 0.006, "nik_spelling": 0.004, "kk": 0.007, "linkage": 0.0015}
INELIGIBLE = {"minor": 0.004, "over_age": 0.005, "desil_above": 0.010, "desil_missing": 0.004}
EXCLUDED = {
    "civil_servant": 0.003, "army_police": 0.0015, "pensioner": 0.003, "mentor": 0.001, "deceased": 0.0025,
    "graduated:uep": 0.004,
}  # fmt: skip
AIDED = {"business_aid": 0.012}
CHECKED = {"not_poor": 0.015, "moved": 0.008, "died": 0.002, "not_found": 0.008, "rejected": 0.007}
_CLASSES = {
    "refused": REFUSED, "mended": MENDED, "duplicate": DUPLICATE, "ineligible": INELIGIBLE, "excluded": EXCLUDED,
    "aid": AIDED, "verification": CHECKED,
}  # fmt: skip


def plant(rng: random.Random, rows: Sequence[Candidate], truth: Truth, *, proposal: date, sheet: str) -> None:
    """Give a part of ``rows`` one fate each, and note it in ``truth``.

    Fates: ``refused:KIND``, ``duplicate:KIND``, ``ineligible:KIND``, ``excluded:KIND``, ``aid:KIND``,
    ``verification:KIND``; mended rows keep an empty fate, since they may be selected.
    """
    order = list(range(len(rows)))
    rng.shuffle(order)
    held: set[int] = set()
    # A row that already has a part in a case, be it as the first of two, is left alone.
    free = (rows[place] for place in order if not rows[place].fate and rows[place].number not in held)
    for family, kinds in _CLASSES.items():
        for kind, share in kinds.items():
            for _ in range(max(1, round(share * len(rows)))):
                row = next(free)
                held.add(row.number)
                if family == "duplicate":
                    held.add(_duplicate(rng, rows, row, kind, truth, held=held))
                elif family in {"refused", "mended"}:
                    _break(rng, row, kind, truth, sheet, refused=family == "refused")
                else:
                    _case(rng, row, family, kind, truth, proposal=proposal)
    for name in ("=1+1", "+62 SITI", "@SUM(A1)"):
        row = next(free)
        row.fate = "refused:formula_name"
        row.cells["Nama"] = name if name != "=1+1" else f"=1+1 {row.person.name.split()[0]}"
        truth.fault(file=sheet, row=row.number + 1, ref=row.ref, column="Nama", kind="formula_name")


def _break(rng: random.Random, row: Candidate, kind: str, truth: Truth, sheet: str, *, refused: bool) -> None:
    column, value = spoiled(rng, kind, row.person.nik, row.village.name)
    row.cells[column] = value
    if column == "Desa/Kelurahan":
        row.cells["Kode Wilayah"] = None
    if refused:
        row.fate = f"refused:{kind}"
    truth.fault(file=sheet, row=row.number + 1, ref=row.ref, column=column, kind=kind)


def spoiled(rng: random.Random, kind: str, nik: str, village: str) -> tuple[str, Cell]:
    """Heading and content of a cell spoiled in the way ``kind`` names."""
    makers: dict[str, Callable[[], tuple[str, Cell]]] = {
        "nik_short": lambda: ("NIK", nik[:15]),
        "nik_long": lambda: ("NIK", nik + str(rng.randint(0, 9))),
        "nik_day": lambda: ("NIK", nik[:6] + rng.choice(("32", "36", "40", "72", "79")) + nik[8:]),
        # Excel keeps 15 digits of a number: the last one becomes 0.
        "nik_number": lambda: ("NIK", float(nik[:15] + "0")),
        "nik_missing": lambda: ("NIK", None),
        "nik_spaces": lambda: ("NIK", " ".join((nik[:6], nik[6:12], nik[12:]))),
        "nik_apostrophe": lambda: ("NIK", "'" + nik),
        "village_unknown": lambda: ("Desa/Kelurahan", rng.choice(("Sukamaju Jaya Abadi", "Xyzyx", "Desa Baru 99"))),
        "village_respelled": lambda: ("Desa/Kelurahan", respell(village)),
        "birth_impossible": lambda: (
            "Tanggal Lahir",
            rng.choice(("31/02/1985", "00/00/0000", "12/13/1979", "17/08/2045")),
        ),
    }
    return makers[kind]()


def respell(village: str) -> str:
    """The name of a village in old spelling, or in capitals where it has no letter that changed."""
    for new, old in (("u", "oe"), ("j", "dj"), ("c", "tj")):
        if new in village[1:]:
            return village[0] + village[1:].replace(new, old, 1)
    return village.upper() + " "


def _duplicate(
    rng: random.Random, rows: Sequence[Candidate], row: Candidate, kind: str, truth: Truth, *, held: set[int]
) -> int:
    """Make ``row`` and a neighbour the same person or family; the number of the neighbour."""
    district = row.village.district
    near = [other for other in rows if other.number not in held and other.village.district == district]
    neighbour = rng.choice(near)
    first, later = sorted((neighbour, row), key=lambda item: item.number)
    one, two = first.person, later.person
    if kind == "kk":
        two.kk, later.village, later.address = one.kk, first.village, first.address
    else:
        two.birth_place, two.born, two.sex, two.marital = one.birth_place, one.born, one.sex, one.marital
        two.name = one.name if kind == "nik" else old_spelling(rng, one.name)
        later.village, later.address, later.female_head = first.village, first.address, first.female_head
        if kind == "linkage":
            # A new family card and a slip in the serial: no number says that it is the same woman.
            two.nik = one.nik[:15] + str((int(one.nik[15]) + 7) % 10)
        else:
            two.nik, two.kk = one.nik, one.kk
    later.fate = f"duplicate:{kind}"
    truth.duplicates.append({"ref": later.ref, "of": first.ref, "by": kind})
    if kind == "linkage":
        truth.verification[later.ref] = "not_found"
    return neighbour.number


def _case(rng: random.Random, row: Candidate, family: str, kind: str, truth: Truth, *, proposal: date) -> None:
    row.fate = f"{family}:{kind}"
    notes: dict[str, Any] = {"excluded": truth.excluded, "aid": truth.excluded, "verification": truth.verification}
    notes.get(family, truth.ineligible)[row.ref] = kind
    who = row.person
    if kind in {"minor", "over_age"}:
        who.born = birthday(rng, proposal, rng.randint(15, 16) if kind == "minor" else rng.randint(62, 74))
        who.marital = "Belum Kawin" if kind == "minor" else "Cerai Mati"
        day = who.born.day + (40 if who.sex == "P" else 0)
        who.nik = f"{who.nik[:6]}{day:02d}{who.born:%m%y}{who.nik[12:]}"
        row.female_head = row.female_head and kind != "minor"
    elif kind == "desil_above":
        who.desil = rng.randint(6, 8)
    elif kind == "desil_missing":
        who.desil = None
