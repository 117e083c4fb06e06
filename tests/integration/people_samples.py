"""Synthetic people: serials from 9001 on, telephone block 0000."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from berdaya.people.rules.nik import Sex
from berdaya.people.types import PersonInput

OLEAN, CURAH, BONDOWOSO = 3512072001, 3512072003, 3511012001


def nik(number: int, *, district: str = "351207") -> str:
    """A valid synthetic NIK of a woman born on 1 July 1990 + number days-of-serial."""
    return f"{district}4107{90 - number // 999:02d}{9001 + number % 999:04d}"


def kk(number: int, *, district: str = "351207") -> str:
    """A valid synthetic family-card number."""
    return f"{district}0101{10 + number // 999:02d}{9001 + number % 999:04d}"


def person(number: int = 1, *, area: int = OLEAN, **changes: object) -> PersonInput:
    """Person `number` of one family, with every field filled."""
    made = PersonInput(
        key=str(number),
        nik=nik(number),
        kk=kk(number),
        name=f"Siti Aminah {chr(65 + number % 26)}{'a' * (number % 5)}",
        area=area,
        birth_place="Situbondo",
        birth_date=date(1990, 7, 1),
        sex=Sex.FEMALE,
        marital="married",
        phone="+6281200001234",
        occupation="Buruh",
        address="=Jl. Merak 2",
        female_head=True,
        dependants=3,
        disability=False,
        income_idr=900_000,
        desil=2,
        desil_on=date(2021, 1, 1),
        synthetic=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
