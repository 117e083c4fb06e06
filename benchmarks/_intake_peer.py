"""The peer of the intake benchmark: django-import-export with two simple resources.

They seal and index with the functions that the product uses, one row at a time, as a resource does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import tablib
from import_export import fields, resources, widgets

from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_ids
from berdaya.people.models import Household, Person
from berdaya.people.numbers import NIK, kk_context, kk_index, nik_context, nik_index
from berdaya.people.rules.names import spelling_key
from berdaya.people.types import PersonInput

_HOUSEHOLD = ("id", "area", "address", "phone", "female_head", "dependants", "incomplete", "synthetic")
_PERSON = (
    "id", "area", "name", "birth_place", "birth_date", "sex", "marital", "phone", "is_head", "occupation", "synthetic",
)  # fmt: skip


class HouseholdResource(resources.ModelResource):  # type: ignore[misc]
    """Households, a look-up and a save per row."""

    class Meta:
        model = Household
        fields = _HOUSEHOLD
        import_id_fields = ("id",)

    def before_save_instance(self, instance: Household, row: dict[str, Any], **_: object) -> None:
        ring = key_ring()
        instance.kk_cipher = ring.seal(row["kk"], context=kk_context(UUID(row["id"])))
        instance.kk_key = ring.current.id
        instance.kk_index = kk_index(row["kk"])


class PersonResource(resources.ModelResource):  # type: ignore[misc]
    """Persons, a look-up of the person and of the household and a save per row."""

    class Meta:
        model = Person
        fields = (*_PERSON, "household")
        import_id_fields = ("id",)

    def before_save_instance(self, instance: Person, row: dict[str, Any], **_: object) -> None:
        ring = key_ring()
        instance.name_key = spelling_key(instance.name)[:120]
        instance.nik_cipher = ring.seal(row["nik"], context=nik_context(UUID(row["id"])))
        instance.nik_key = ring.current.id
        instance.nik_index = nik_index(row["nik"])
        instance.last4_index = ring.last_four(row["nik"], purpose=NIK)


class BulkHouseholdResource(HouseholdResource):
    """The same in its fastest mode: no look-up, no diff, bulk_create of 1,000."""

    class Meta(HouseholdResource.Meta):
        use_bulk = True
        batch_size = 1_000
        force_init_instance = True
        skip_diff = True
        use_transactions = True


class BulkPersonResource(PersonResource):
    """Persons in the fastest mode; the household is taken by id without a look-up."""

    household = fields.Field(attribute="household_id", column_name="household", widget=widgets.CharWidget())

    class Meta(PersonResource.Meta):
        use_bulk = True
        batch_size = 1_000
        force_init_instance = True
        skip_diff = True
        use_transactions = True


def datasets(people: Sequence[PersonInput]) -> tuple[tablib.Dataset, tablib.Dataset]:
    """The same validated rows as two tables of text, with ids made beforehand."""
    ids = new_ids(2 * len(people))
    households = tablib.Dataset(headers=[*_HOUSEHOLD, "kk"])
    persons = tablib.Dataset(headers=[*_PERSON, "household", "nik"])
    for at, one in enumerate(people):
        home, person = str(ids[2 * at]), str(ids[2 * at + 1])
        households.append(
            [home, one.area, one.address, one.phone, _flag(one.female_head), one.dependants, "0", "1", one.kk]
        )
        persons.append(
            [person, one.area, one.name, one.birth_place, one.birth_date.isoformat() if one.birth_date else "",
             one.sex or "", one.marital, one.phone, _flag(one.is_head), one.occupation, "1", home, one.nik]
        )  # fmt: skip
    return households, persons


def _flag(value: bool | None) -> str:
    return "" if value is None else str(int(value))


def as_it_comes(tables: tuple[tablib.Dataset, tablib.Dataset]) -> None:
    """Both resources with their defaults; the first error is raised."""
    HouseholdResource().import_data(tables[0], raise_errors=True)
    PersonResource().import_data(tables[1], raise_errors=True)


def in_bulk(tables: tuple[tablib.Dataset, tablib.Dataset]) -> None:
    """Both resources in bulk mode."""
    BulkHouseholdResource().import_data(tables[0], raise_errors=True)
    BulkPersonResource().import_data(tables[1], raise_errors=True)
