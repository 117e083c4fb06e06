"""Reading people. Call inside a scope; nothing here gives out a NIK or KK number."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from berdaya.kernel.crypto import key_ring
from berdaya.people.models import Person
from berdaya.people.numbers import NIK
from berdaya.people.rules.names import spelling_key

SEARCH_LIMIT = 500


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
