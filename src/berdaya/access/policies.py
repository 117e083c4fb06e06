"""Declarations become row-level security, grants and composite foreign keys.

``statements()`` is a pure function of the models; ``apply()`` runs it inside ``manage migrate`` as the owner and skips
tables whose declaration has not changed (its hash stands in the table's comment).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from berdaya.kernel.policies import Ladder, Open, Own, OwnerOnly, Policy, Process, Shared, Through

STAFF, SUBJECT, PUBLIC = "berdaya_app", "berdaya_subject", "berdaya_public"

THIRD_PARTY: dict[str, tuple[tuple[str, ...], str]] = {
    "django_session": ((), "not used; sessions stand in access.Session, under a hash of the cookie"),
    "django_content_type": ((), "Django's own registry; not used by the application"),
    "auth_permission": ((), "Django's own registry; permissions stand in access.permissions"),
    "auth_group": ((), "not used; roles stand in access.Role"),
    "auth_group_permissions": ((), "not used; roles stand in access.Role"),
    "pghistory_context": ((), "who changed a row and why; written by definer triggers, read by owner and auditors"),
    "django_migrations": ((), "written by migrate as the owner"),
}
"""Tables of libraries: what the application's role may do with them, and why they carry no policy."""


def _setting(name: str, cast: str) -> str:
    # After a connection's first transaction an unset setting is '' and not NULL, and ''::bigint raises.
    return f"nullif(current_setting('berdaya.{name}', true), '')::{cast}"


AREA = (
    f"area >= {_setting('lo', 'bigint')} AND area <= {_setting('hi', 'bigint')}"
    f" AND area <@ {_setting('ranges', 'int8multirange')}"
)
OWN_OFFICE = "office_id = nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint"
OFFICE = f"(current_setting('berdaya.office', true) = '*' OR {OWN_OFFICE})"


@dataclass(frozen=True)
class Table:
    """One table with its declaration; ``tracked`` is the table whose history it keeps."""

    name: str
    model: type[models.Model]
    policy: Policy | None
    tracked: str = ""


def tables() -> list[Table]:
    """Every table of every model of ours, event tables included, sorted by name."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("berdaya."):
            continue
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is not None:
            found.append(Table(model._meta.db_table, model, None, tracked._meta.db_table))
        else:
            found.append(Table(model._meta.db_table, model, getattr(model, "policy", None)))
    return sorted(found, key=lambda table: table.name)


def subject_condition(policy: Policy) -> str:
    """The SQL by which a subject (mentor, sponsor, officer) sees a row: its id stands in the list of the scope."""
    # A list of ids is text: in a subselect it is read once for a statement, else once for each row that is looked at,
    # which cost a phone's pull of a hundred families half of its time. Area ranges keep the direct form (SPIKE).
    return " OR ".join(
        f"{column} = ANY ((SELECT {_setting(name, 'uuid[]')})::uuid[])"
        for name, column in sorted(policy.subject.items())
    )


def _own_rows(policy: Policy) -> str:
    return f"{policy.subject_own} = {_setting('account', 'bigint')}"


def _ladder(policy: Ladder) -> str:
    ranges = _setting("ranges", "int8multirange")
    condition = f"int8range(area, berdaya_area_hi(area), '[]') && {ranges}"
    if policy.invited:
        condition += (
            f" OR EXISTS (SELECT 1 FROM unnest({policy.invited}) AS guest"
            f" WHERE int8range(guest, berdaya_area_hi(guest), '[]') && {ranges})"
        )
    return condition


def _target(model: type[models.Model], name: str) -> tuple[str, str]:
    """Column of a foreign key, and the table it points to."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.ForeignKey)  # noqa: S101 - a declaration that names no foreign key is a slip
    return str(field.column), str(field.related_model._meta.db_table)


def _has_office(model: type[models.Model]) -> bool:
    return any(field.attname == "office_id" for field in model._meta.concrete_fields)


@dataclass(frozen=True)
class Rules:
    """Conditions of one table: None is "never"."""

    read: str | None
    write: str | None
    update: str | None


def _through(table: Table, policy: Through) -> Rules:
    """Read by whoever reads the parent, written by whoever may write or change it: reading adds nothing to it."""
    column, name = _target(table.model, policy.parent)
    field = table.model._meta.get_field(policy.parent)
    parent = Table(name, field.related_model, getattr(field.related_model, "policy", None))  # type: ignore[arg-type]
    exists = f"EXISTS (SELECT 1 FROM {name} AS parent WHERE parent.id = {table.name}.{column}"
    rules = staff_rules(parent)
    ways = sorted({way for way in (rules.write, rules.update) if way})
    # Bare names in a subselect are the parent's own columns first.
    allowed = f"{exists} AND ({' OR '.join(f'({way})' for way in ways) or 'false'}))"
    return Rules(f"{exists})", allowed, allowed)


def staff_rules(table: Table) -> Rules:  # noqa: PLR0911 - one return per kind of policy reads best
    """What the staff role reads and writes."""
    policy, model = table.policy, table.model
    match policy:
        case Shared():
            return Rules(AREA, AREA, AREA)
        case Process():
            strict = f"{AREA} AND {OWN_OFFICE}"
            loose = f"{AREA} AND {OFFICE}"
            write = "true" if policy.insert_any else loose if policy.any_office_insert else strict
            return Rules(loose, write, loose if policy.any_office_update else strict)
        case Ladder():
            write = f"{AREA} AND {OWN_OFFICE}" if _has_office(model) else AREA
            return Rules(_ladder(policy), write, write)
        case Through():
            return _through(table, policy)
        case Own():
            process = f"{AREA} AND {OWN_OFFICE}"
            mine = f"{policy.column} = {_setting('account', 'bigint')}"
            write = process if policy.process else mine
            return Rules(f"{mine} OR ({AREA} AND {OFFICE})" if policy.process else mine, write, write)
        case Open():
            return Rules("true", "true", "true")
        case _:
            return Rules(None, None, None)


def _event_statements(table: Table) -> Iterator[str]:
    condition = f"EXISTS (SELECT 1 FROM {table.tracked} AS tracked WHERE tracked.id = {table.name}.pgh_obj_id)"
    yield f"GRANT SELECT ON {table.name} TO {STAFF}"
    yield f"CREATE POLICY history_read ON {table.name} FOR SELECT TO {STAFF} USING ({condition})"


def _staff_statements(table: Table, policy: Policy) -> Iterator[str]:
    rules = staff_rules(table)
    if rules.read is None:
        return
    yield f"GRANT SELECT ON {table.name} TO {STAFF}"
    yield f"CREATE POLICY staff_read ON {table.name} FOR SELECT TO {STAFF} USING ({rules.read})"
    if policy.insert:
        yield f"GRANT INSERT ON {table.name} TO {STAFF}"
        yield f"CREATE POLICY staff_insert ON {table.name} FOR INSERT TO {STAFF} WITH CHECK ({rules.write})"
    if policy.update:
        yield f"GRANT UPDATE ON {table.name} TO {STAFF}"
        yield (
            f"CREATE POLICY staff_update ON {table.name} FOR UPDATE TO {STAFF}"
            f" USING ({rules.update}) WITH CHECK ({rules.update})"
        )
    if policy.delete:
        yield f"GRANT DELETE ON {table.name} TO {STAFF}"
        yield f"CREATE POLICY staff_delete ON {table.name} FOR DELETE TO {STAFF} USING ({rules.write})"


def subject_read(table: Table) -> str | None:
    """What the subject role reads: its own rows, the ladder of its areas, and open reference data."""
    policy = table.policy
    conditions = [subject_condition(policy)] if policy is not None and policy.subject else []
    if policy is not None and policy.subject_own:
        conditions.append(_own_rows(policy))
    if isinstance(policy, Ladder):
        conditions.append(_ladder(policy))
    if isinstance(policy, Own):
        conditions.append(f"{policy.column} = {_setting('account', 'bigint')}")
    if isinstance(policy, Open) and policy.public:
        conditions.append("true")
    return " OR ".join(conditions) or None


def _subject_statements(table: Table, policy: Policy) -> Iterator[str]:
    read = subject_read(table)
    if read is not None:
        yield f"GRANT SELECT ON {table.name} TO {SUBJECT}"
        yield f"CREATE POLICY subject_read ON {table.name} FOR SELECT TO {SUBJECT} USING ({read})"
    if isinstance(policy, Process) and policy.insert_any:
        yield f"GRANT INSERT ON {table.name} TO {SUBJECT}"
        yield f"CREATE POLICY subject_insert ON {table.name} FOR INSERT TO {SUBJECT} WITH CHECK (true)"
    elif policy.subject_own:
        own = f"{_own_rows(policy)} AND {AREA} AND {OWN_OFFICE}"
        yield f"GRANT INSERT ON {table.name} TO {SUBJECT}"
        yield f"CREATE POLICY subject_insert ON {table.name} FOR INSERT TO {SUBJECT} WITH CHECK ({own})"
    elif policy.subject_insert:
        yield f"GRANT INSERT ON {table.name} TO {SUBJECT}"
        yield (
            f"CREATE POLICY subject_insert ON {table.name} FOR INSERT TO {SUBJECT}"
            f" WITH CHECK ({subject_condition(policy)})"
        )
    if policy.subject_update:
        own = subject_condition(policy)
        yield f"GRANT UPDATE ON {table.name} TO {SUBJECT}"
        yield f"CREATE POLICY subject_update ON {table.name} FOR UPDATE TO {SUBJECT} USING ({own}) WITH CHECK ({own})"


def statements(table: Table) -> list[str]:
    """All SQL of one table, after its old policies and grants are gone."""
    if table.tracked:
        return list(_event_statements(table))
    policy = table.policy
    if policy is None or isinstance(policy, OwnerOnly):
        return []
    result = [*_staff_statements(table, policy), *_subject_statements(table, policy)]
    if policy.restrict:
        result.append(
            f"CREATE POLICY always ON {table.name} AS RESTRICTIVE FOR ALL TO {STAFF}, {SUBJECT}"
            f" USING ({policy.restrict}) WITH CHECK ({policy.restrict})"
        )
    if isinstance(policy, Open) and policy.public:
        result.append(f"GRANT SELECT ON {table.name} TO {PUBLIC}")
        result.append(f"CREATE POLICY public_read ON {table.name} FOR SELECT TO {PUBLIC} USING (true)")
    return result


@dataclass(frozen=True)
class RootLink:
    """``(column, area)`` of ``table`` follows ``(id, area)`` of ``root``."""

    table: str
    column: str
    root: str

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_follows"[:63]


def root_links() -> list[RootLink]:
    """Every composite foreign key that the declarations ask for."""
    links = []
    for table in tables():
        if table.policy is None:
            continue
        for name in table.policy.root:
            column, root = _target(table.model, name)
            links.append(RootLink(table.name, column, root))
        for path in table.policy.dependants:
            app, model, column = path.split(".")
            links.append(RootLink(apps.get_model(app, model)._meta.db_table, column, table.name))
    return links


def _comment(sql: list[str]) -> str:
    return "berdaya-policy:" + hashlib.sha256("\n".join(sql).encode()).hexdigest()[:32]


def apply() -> list[str]:
    """Bring policies, grants and root links of all tables up to date; returns the tables that changed.

    Runs as the owner, inside ``manage migrate``.
    """
    changed = []
    with connection.cursor() as cursor:
        for table in tables():
            sql = statements(table)
            if _current_comment(cursor, table.name) == _comment(sql):
                continue
            _reset(cursor, table.name)
            for statement in sql:
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON TABLE {table.name} IS '{_comment(sql)}'")
            changed.append(table.name)
        for name, (grants, _reason) in THIRD_PARTY.items():
            _third_party(cursor, name, grants)
        _apply_root_links(cursor)
        _harden_history(cursor)
        _plan_functions(cursor)
    return changed


def _current_comment(cursor: object, table: str) -> str | None:
    cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [table])  # type: ignore[attr-defined]
    row = cursor.fetchone()  # type: ignore[attr-defined]
    return str(row[0]) if row and row[0] else None


def _reset(cursor: object, table: str) -> None:
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table])
    for (policy,) in cursor.fetchall():  # type: ignore[attr-defined]
        execute(f'DROP POLICY "{policy}" ON {table}')
    execute(f"REVOKE ALL ON {table} FROM PUBLIC, {STAFF}, {SUBJECT}, {PUBLIC}")
    execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _third_party(cursor: object, table: str, grants: tuple[str, ...]) -> None:
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("SELECT to_regclass(%s)", [table])
    if cursor.fetchone()[0] is None:  # type: ignore[attr-defined]
        return
    execute(f"REVOKE ALL ON {table} FROM PUBLIC, {STAFF}, {SUBJECT}, {PUBLIC}")
    if grants:
        execute(f"GRANT {', '.join(grants)} ON {table} TO {STAFF}")


def _apply_root_links(cursor: object) -> None:
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace")
    known = {row[0] for row in cursor.fetchall()}  # type: ignore[attr-defined]
    for link in root_links():
        unique = f"{link.root}_area_id_key"
        if unique not in known:
            execute(f"ALTER TABLE {link.root} ADD CONSTRAINT {unique} UNIQUE (area, id)")
            known.add(unique)
        if link.name not in known:
            execute(
                f"ALTER TABLE {link.table} ADD CONSTRAINT {link.name} FOREIGN KEY (area, {link.column})"
                f" REFERENCES {link.root} (area, id) ON UPDATE CASCADE"
            )
            known.add(link.name)


def _harden_history(cursor: object) -> None:
    """History triggers write as the owner, so that no role needs a grant on the history itself."""
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
        " AND (p.proname LIKE 'pgtrigger\\_%%' OR p.proname = '_pgh_attach_context') AND NOT p.prosecdef"
    )
    for (function,) in cursor.fetchall():  # type: ignore[attr-defined]
        execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")


def _plan_functions(cursor: object) -> None:
    """History of whole statements compares old and new rows by hash; the ledger looks single rows up, always.

    A session keeps the plan of a trigger's first statement. Where that changed few rows, the plan walks all old rows
    for each new one, and the next statement over 3,500 candidates took five seconds.
    """
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(
        "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE t.tgoldtable IS NOT NULL AND t.tgnewtable IS NOT NULL AND p.proname LIKE 'pgtrigger\\_%%'"
    )
    for (function,) in cursor.fetchall():  # type: ignore[attr-defined]
        execute(f"ALTER FUNCTION {function} SET enable_nestloop = off")
    execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND proname = 'ledger_post'"
    )
    for (function,) in cursor.fetchall():  # type: ignore[attr-defined]
        execute(f"ALTER FUNCTION {function} SET enable_nestloop = on")


__all__ = ["Table", "apply", "root_links", "staff_rules", "statements", "subject_read", "tables"]
