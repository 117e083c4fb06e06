"""What must be true of the database before anything is served."""

from __future__ import annotations

from django.db import connection

from berdaya.kernel.problems import Entry, Problem, register

register(
    {
        "unsafe_database_role": Entry(
            id="Peran basis data {role} tidak aman untuk melayani: {why}.",
            en="The database role {role} is not safe to serve with: {why}.",
            do_id="Sambungkan DATABASE_URL sebagai berdaya_app (lihat docs/guide/install.md).",
            do_en="Connect DATABASE_URL as berdaya_app (see docs/guide/install.md).",
            status=500,
        ),
        "database_not_ready": Entry(
            id="Basis data belum disiapkan ({why}).",
            en="The database is not set up ({why}).",
            do_id="Jalankan ./berdaya setup lebih dahulu.",
            do_en="Run ./berdaya setup first.",
            status=503,
        ),
    }
)

_CHECKS = (
    ("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", "superuser"),
    ("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user", "BYPASSRLS"),
    ("SELECT pg_has_role(current_user, 'berdaya_owner', 'MEMBER')", "member of berdaya_owner"),
    (
        (
            "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v') AND pg_get_userbyid(relowner) = current_user)"
        ),
        "owns a table",
    ),
    (
        (
            "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND relname NOT LIKE 'django\\_%'"
            " AND relname NOT LIKE 'auth\\_%' AND relname <> 'pghistory_context'"
            " AND NOT relrowsecurity)"
        ),
        "a table without row-level security",
    ),
)


def refuse_unsafe_role() -> None:
    """Raise ``unsafe_database_role`` where the connected role could see past the policies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, to_regclass('public.access_account') IS NOT NULL")
        role, ready = cursor.fetchone()
        if not ready:
            raise Problem("database_not_ready", why="access_account")
        for sql, why in _CHECKS:
            cursor.execute(sql)
            if cursor.fetchone()[0]:
                raise Problem("unsafe_database_role", role=role, why=why)
