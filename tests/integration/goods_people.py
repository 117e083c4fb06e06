"""Invented groups and families of Situbondo, made as the owner of the tables."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from berdaya.groups.models import Group, Membership
from berdaya.people.models import Household, Person

AREA = 3512010001


def household(name: str, area: int = AREA) -> Person:
    family = Household.objects.create(area=area, synthetic=True)
    return Person.objects.create(
        area=area, household=family, name=name, name_key=name.lower(), is_head=True, synthetic=True
    )


def group(office: int, members: int = 5, area: int = AREA, code: str = "K1") -> tuple[UUID, list[Membership]]:
    made = Group.objects.create(area=area, office_id=office, code=code, name=f"KUBE Contoh {code}", synthetic=True)
    rows = []
    for number in range(1, members + 1):
        person = household(f"Anggota Contoh {number}", area)
        rows.append(
            Membership.objects.create(
                area=area,
                office_id=office,
                group=made,
                person=person,
                household=person.household,
                number=number,
                joined_on=date(2024, 1, 1),
            )
        )
    return made.pk, rows
