"""Reading people. Call inside a scope; nothing here gives out a NIK or KK number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet

from berdaya.access.permissions import can, require
from berdaya.areas.codes import area_range
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import AidReceived, Household, Person
from berdaya.people.numbers import NIK
from berdaya.people.rules.names import spelling_key
from berdaya.people.types import (
    AidView,
    Cursor,
    FamilyView,
    HouseholdFilter,
    HouseholdItem,
    HouseholdPage,
    PersonView,
    PrivateView,
)

PAGE = 50
SEARCH_LIMIT = 500
COUNT_LIMIT = 10_000
_PRIVATE_RIGHTS = ("candidate.screen", "verification.record", "nik.reveal")

_LATEST_DESIL = """(SELECT d.desil FROM people_desilsnapshot d WHERE d.household_id = h.id
  ORDER BY d.as_of DESC, d.source LIMIT 1)"""
_PAGE = """SELECT h.id, h.area, coalesce(p.name, ''), h.address, p.members, {desil}, h.female_head, h.incomplete,
  h.synthetic
  FROM (SELECT h.id, h.area, h.address, h.female_head, h.incomplete, h.synthetic FROM people_household h
        WHERE {where} ORDER BY h.area, h.id LIMIT %(wanted)s) AS h
  CROSS JOIN LATERAL (SELECT count(*) AS members, (array_agg(p.name ORDER BY p.is_head DESC, p.id))[1] AS name
                      FROM people_person p WHERE p.household_id = h.id AND p.merged_into IS NULL) AS p
  ORDER BY h.area, h.id"""


def households(
    *, actor: Actor, narrow: HouseholdFilter | None = None, after: Cursor | None = None, limit: int = PAGE
) -> HouseholdPage:
    """One page of the families in the actor's scope, in the order of area and id; `limit` at most 500.

    A search finds at most the first 500 families of the scope. Raises `not_allowed`.
    """
    require(actor, "family.read")
    where, params = _where(narrow or HouseholdFilter())
    if after is not None:
        where.append("(h.area, h.id) > (%(after_area)s, %(after_id)s)")
        params |= {"after_area": after.area, "after_id": after.id}
    wanted = max(1, min(limit, SEARCH_LIMIT))
    params["wanted"] = wanted + 1
    sql = _PAGE.format(where=" AND ".join(where) or "true", desil=_LATEST_DESIL)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        items = tuple(HouseholdItem(*row) for row in cursor.fetchall())
    more = len(items) > wanted
    items = items[:wanted]
    return HouseholdPage(items, Cursor(items[-1].area, items[-1].id) if more else None)


def count_households(*, actor: Actor, narrow: HouseholdFilter | None = None) -> tuple[int, bool]:
    """How many families the filter leaves, and whether the figure is exact; counting stops at 10,000.

    The whole nation is therefore never counted while somebody waits.
    """
    require(actor, "family.read")
    where, params = _where(narrow or HouseholdFilter())
    condition = " AND ".join(where) or "true"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM people_household h WHERE {condition} LIMIT %(cap)s) AS counted",
            params | {"cap": COUNT_LIMIT + 1},
        )
        found = int(cursor.fetchone()[0])
    return (found, True) if found <= COUNT_LIMIT else (COUNT_LIMIT, False)


def _where(narrow: HouseholdFilter) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = ["h.merged_into IS NULL"]
    params: dict[str, Any] = {}
    if narrow.area is not None:
        where.append("h.area BETWEEN %(area_lo)s AND %(area_hi)s")
        params["area_lo"], params["area_hi"] = area_range(narrow.area)
    if narrow.female_head is not None:
        where.append("h.female_head IS NOT DISTINCT FROM %(female_head)s")
        params["female_head"] = narrow.female_head
    if narrow.incomplete is not None:
        where.append("h.incomplete = %(incomplete)s")
        params["incomplete"] = narrow.incomplete
    if narrow.desil_max is not None:
        where.append(f"{_LATEST_DESIL} <= %(desil_max)s")
        params["desil_max"] = narrow.desil_max
    if narrow.search.strip():
        where.append("h.id = ANY (%(found)s)")
        params["found"] = found_households(narrow.search)
    return where, params


def found_households(search: str) -> list[UUID]:
    """Families of the scope in which somebody has the name, or a NIK that ends in the four digits searched for."""
    persons = search_people(search)
    return list(dict.fromkeys(Person.objects.filter(id__in=persons).values_list("household_id", flat=True)))


def search_people(search: str, *, limit: int = SEARCH_LIMIT) -> list[UUID]:
    """Persons of the scope by name in any spelling (each word a beginning), or by the last four digits of
    the NIK.

    By area and id, at most `limit`. A search of less than two letters finds nobody.
    """
    text = search.strip()
    if len(text) == 4 and text.isascii() and text.isdigit():
        index = key_ring().last_four(text, purpose=NIK)
        people = Person.objects.filter(last4_index=index).order_by("area", "id")
        return list(people.values_list("id", flat=True)[:limit])
    words = [word for word in spelling_key(text).split() if len(word) > 1]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM people_search(%s, %s)", [words, limit])
        return [row[0] for row in cursor.fetchall()]


def family(*, actor: Actor, household_id: UUID) -> FamilyView:
    """The family page. Specific personal data only for roles that verify or screen. Six queries.

    Raises:
        Problem: `not_allowed`, `not_found`.
    """
    require(actor, "family.read")
    private = any(can(actor, right) for right in _PRIVATE_RIGHTS)
    people: QuerySet[Person] = Person.objects.filter(merged_into=None).order_by("-is_head", "birth_date", "id")
    if private:
        people = people.select_related("private")
    home = (
        Household.objects.filter(id=household_id)
        .prefetch_related(
            Prefetch("persons", queryset=people),
            "desils",
            Prefetch("aids", queryset=AidReceived.objects.order_by("-year", "id")),
            "consents",
            "external_ids",
        )
        .first()
    )
    if home is None:
        raise Problem("not_found")
    return FamilyView(
        id=home.id,
        area=home.area,
        address=home.address,
        phone=home.phone,
        female_head=home.female_head,
        dependants=home.dependants,
        incomplete=home.incomplete,
        synthetic=home.synthetic,
        has_kk=home.kk_index is not None,
        persons=tuple(_person_view(one, private=private) for one in home.persons.all()),
        desils=tuple(sorted(((one.as_of, one.desil, one.source) for one in home.desils.all()), reverse=True)),
        aids=tuple(
            AidView(one.office_name, one.programme, one.year, one.form, one.value_idr, one.source)
            for one in home.aids.all()
        ),
        consents=tuple((one.purpose, one.given_on, one.withdrawn_on) for one in home.consents.all()),
        external_ids=tuple((one.system, one.kind, one.value) for one in home.external_ids.all()),
    )


def _person_view(person: Person, *, private: bool) -> PersonView:
    secret = getattr(person, "private", None) if private else None
    return PersonView(
        id=person.id,
        name=person.name,
        birth_place=person.birth_place,
        birth_date=person.birth_date,
        sex=person.sex,
        marital=person.marital,
        phone=person.phone,
        occupation=person.occupation,
        is_head=person.is_head,
        has_nik=person.nik_index is not None,
        died_on=person.died_on,
        private=PrivateView(secret.disability, secret.ppks, secret.income_idr) if secret is not None else None,
    )
