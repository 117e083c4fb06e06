"""Staged inserts obey the policies, and statistics follow what was loaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from berdaya.kernel.bulk import FEW, create, insert, refresh_statistics, save, update
from berdaya.kernel.ids import new_ids
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.models import Book
from berdaya.people.models import Household

pytestmark = pytest.mark.django_db
BOOK = {"id": "uuid", "area": "bigint", "office_id": "bigint", "seq": "bigint", "head": "bytea"}


def rows(actor: Actor, area: int, count: int) -> list[tuple[object, ...]]:
    return [(key, area, actor.office, 0, b"") for key in new_ids(count)]


def pages_known(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpages FROM pg_class WHERE oid = %s::regclass", [table])
        (pages,) = cursor.fetchone()
    return int(pages)


def test_staged_rows_inside_the_scope_go_in_and_others_refuse_the_statement(
    make_actor: Callable[..., Actor],
) -> None:
    operator = make_actor("operator")
    with scoped(operator):
        mine = rows(operator, 3512010001, 3)
        assert insert("ledger_book", BOOK, mine) == 3
        assert insert("ledger_book", BOOK, mine, skip_known=True) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            insert("ledger_book", BOOK, rows(operator, 3511010001, 1))


@pytest.mark.parametrize("count", [3, FEW + 1])
def test_few_and_many_objects_are_written_alike(make_actor: Callable[..., Actor], count: int) -> None:
    operator = make_actor("operator")
    with scoped(operator):
        made = [Book(id=key, area=3512010001, office_id=operator.office or 0) for key in new_ids(count)]
        create(made)
        create(made, skip_known=True)
        written = list(Book.objects.order_by("id"))
        assert [row.pk for row in written] == sorted(row.pk for row in made)
        assert all(row.recorded_at is not None and row.seq == 0 and not row.head for row in written)
        with pytest.raises(DatabaseError, match="duplicate key"), transaction.atomic():
            create(made)
        abroad = [Book(id=key, area=3511010001, office_id=operator.office or 0) for key in new_ids(count)]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            create(abroad)


def test_statistics_are_taken_once_after_a_table_has_grown(make_actor: Callable[..., Actor]) -> None:
    operator = make_actor("operator")
    with scoped(operator):
        insert("ledger_book", BOOK, rows(operator, 3512010001, 2_000))
        before = pages_known("ledger_book")
        assert refresh_statistics() >= 1
        assert pages_known("ledger_book") > before
        assert refresh_statistics() == 0


def test_only_the_offices_role_may_ask_for_statistics(make_actor: Callable[..., Actor]) -> None:
    officer = make_actor("group_officer", office=None, kind="subject")
    with scoped(officer), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        refresh_statistics()


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_few_rows_and_many_take_the_same_policies(make_actor: Callable[..., Actor], count: int) -> None:
    operator = make_actor("operator")
    with scoped(operator):
        assert insert("ledger_book", BOOK, rows(operator, 3512010001, count)) == count
        assert insert("ledger_book", BOOK, []) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            insert("ledger_book", BOOK, rows(operator, 3511010001, count))
    assert Book.objects.count() == count


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_updates_reach_what_the_scope_shows_only(make_actor: Callable[..., Actor], count: int) -> None:
    operator = make_actor("operator")
    there = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    keys = new_ids(count)
    with scoped(operator):
        Household.objects.bulk_create(Household(id=key, area=3512010001) for key in keys)
    changes = [(key, f"Jalan {at}", at if at % 2 else None) for at, key in enumerate(keys)]
    columns = {"id": "uuid", "address": "text", "dependants": "smallint"}
    with scoped(there):
        assert update("people_household", columns, changes) == 0
    with scoped(operator):
        assert update("people_household", columns, changes) == count
        assert update("people_household", columns, []) == 0
        assert set(Household.objects.values_list("id", "address", "dependants")) == set(changes)


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_objects_are_saved_by_the_named_fields_and_no_other(make_actor: Callable[..., Actor], count: int) -> None:
    operator = make_actor("operator")
    with scoped(operator):
        create(Household(id=key, area=3512010001, address="lama", dependants=2) for key in new_ids(count))
        known = list(Household.objects.all())
        for at, household in enumerate(known):
            household.address, household.dependants = f"Jalan {at}", 9
        save(known, ["address"])
        save([], ["address"])
        written = dict(Household.objects.values_list("id", "address"))
        assert written == {household.pk: household.address for household in known}
        assert set(Household.objects.values_list("dependants", flat=True)) == {2}
