"""Staged inserts obey the policies, and statistics follow what was loaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from berdaya.kernel.bulk import insert, refresh_statistics
from berdaya.kernel.ids import new_ids
from berdaya.kernel.scope import Actor, scoped

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
