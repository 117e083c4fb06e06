"""Every table carries its policy or stands in a short list with a reason."""

from __future__ import annotations

import pytest
from django.db import connection

from berdaya.access import policies

pytestmark = pytest.mark.django_db


def _rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_every_table_declares_a_policy() -> None:
    assert [table.name for table in policies.tables() if table.policy is None and not table.tracked] == []


def test_every_table_in_the_database_is_known_and_secured() -> None:
    declared = {table.name for table in policies.tables()}
    rows = _rows(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition"
    )
    for name, secured, forced in rows:
        assert not forced, f"{name}: FORCE would blind the owner's definer functions"
        if name in declared:
            assert secured, f"{name} has no row-level security"
        else:
            assert name in policies.THIRD_PARTY, f"{name} carries no policy and no reason"
    assert {str(row[0]) for row in rows} >= declared


def test_partitions_are_reached_through_their_table_only() -> None:
    rows = _rows(
        "SELECT relname, relrowsecurity, relacl::text FROM pg_class"
        " WHERE relispartition AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    assert rows
    for name, secured, grants in rows:
        assert secured, f"{name} has no row-level security"
        for role in ("berdaya_app", "berdaya_subject", "berdaya_public"):
            assert role not in str(grants), f"{name} is open to {role}"


def test_no_role_of_the_application_owns_or_bypasses() -> None:
    owners = _rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    assert owners == [("berdaya_owner",)]
    assert not _rows(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('berdaya_app', 'berdaya_subject', 'berdaya_public')"
        " AND (rolsuper OR rolbypassrls)"
    )


def test_definer_functions_fix_their_search_path_and_are_not_public() -> None:
    rows = _rows(
        "SELECT proname, proconfig, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    assert rows
    for name, config, acl in rows:
        assert config, f"{name} has no fixed search_path"
        assert any(str(item).startswith("search_path=") for item in config), name  # type: ignore[attr-defined]
        if not str(name).startswith(("pgtrigger_", "_pgh")):
            assert acl is not None, f"{name} may be executed by PUBLIC"
            assert "{=X" not in str(acl), f"{name} may be executed by PUBLIC"
            assert ",=X" not in str(acl), f"{name} may be executed by PUBLIC"
