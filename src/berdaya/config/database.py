"""The database of one command: the server at ``DATABASE_URL``, or the embedded one for as long as the command runs.

Roles, databases, tables and the areas are made on the first call. A comment on the database says how far it was
brought, so that the second call costs one query.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from berdaya.config import secrets_file
from berdaya.config.server import (
    NO_SPACE,
    PORT,
    SUPERUSER,
    Server,
    in_use,
    locked,
    place,
    set_aside_orphan,
    translated,
)
from berdaya.kernel.problems import Problem

ROOT = Path(__file__).resolve().parents[3]
ROLES_SQL = ROOT / "src" / "berdaya" / "access" / "sql" / "roles.sql"
MAIN, DEMO, TEMPLATE = "berdaya", "berdaya_demo", "berdaya_template"
OLDEST = 150000


@dataclass(frozen=True)
class Addresses:
    """How one command reaches its database. ``admin`` is an administrator's address where we have one."""

    app: str
    owner: str
    admin: str = ""
    embedded: bool = False

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.app, "BERDAYA_OWNER_URL": self.owner}


def data_folder() -> Path:
    """``$BERDAYA_DATA``, else ``var/`` in the repository."""
    return Path(os.environ.get("BERDAYA_DATA") or ROOT / "var").expanduser().resolve()


def made(folder: Path) -> Path:
    """``folder``, made and writable."""
    with translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / ".secrets.lock"):
            return folder


@contextmanager
def database(
    name: str = MAIN, *, demo: bool = False, fresh: bool = False, again: bool = False, bring_up: bool = True
) -> Iterator[Addresses]:
    """A migrated database, its address and the keys in the environment, for the time of the block.

    ``demo`` marks it as a demo database; one so marked by another version is dropped first, with ``fresh`` one of this
    version too, never one without the mark. ``again`` migrates although nothing changed, ``bring_up=False`` never.
    """
    data = made(data_folder())
    with _server(data, "postgres") as addresses:
        secrets = _secrets(data)
        here = _of_database(addresses, name, secrets)
        if demo:
            _drop_demo(here, name, only_stale=not fresh)
        here = _ensure_database(here, name, secrets)
        variables = {**secrets.environment(), **os.environ, **here.environment(), "BERDAYA_DATA": str(data)}
        if demo:
            variables["BERDAYA_DEMO"] = "1"
        with changed_environment(variables):
            if bring_up:
                _bring_up(here, name, demo=demo, again=again)
            yield here


@contextmanager
def test_server() -> Iterator[dict[str, str]]:
    """What tests need in their environment: an administrator of a server that costs no durability, and a template.

    The template is a migrated database without rows; each test process copies it instead of migrating anew.
    """
    given = os.environ.get("BERDAYA_TEST_URL") or os.environ.get("BERDAYA_ADMIN_URL") or os.environ.get("DATABASE_URL")
    data = made(data_folder())
    server = nullcontext(Addresses("", "", given)) if given else _server(data, "postgres-test", durable=False)
    with server as addresses:
        secrets = _secrets(data)
        here = _of_database(addresses, TEMPLATE, secrets)
        # Marked like a demo, so that a template of another schema is built anew and never migrated halfway.
        _drop_demo(here, TEMPLATE, only_stale=True)
        here = _ensure_database(here, TEMPLATE, secrets)
        with changed_environment({**secrets.environment(), "BERDAYA_NO_AREAS": "1", "BERDAYA_DATA": str(data)}):
            _bring_up(here, TEMPLATE, demo=True, again=False)
        yield {"BERDAYA_TEST_URL": here.admin, "BERDAYA_TEST_TEMPLATE": TEMPLATE, "BERDAYA_DATA": str(data)}


@contextmanager
def changed_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """The environment with ``variables`` for the time of the block."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _server(data: Path, name: str, *, durable: bool = True) -> Iterator[Addresses]:
    if os.environ.get("DATABASE_URL") or os.environ.get("BERDAYA_ADMIN_URL"):
        yield Addresses(
            app=os.environ.get("DATABASE_URL", ""),
            owner=os.environ.get("BERDAYA_OWNER_URL", ""),
            admin=os.environ.get("BERDAYA_ADMIN_URL", ""),
        )
        return
    where = place(data, name)
    set_aside_orphan(data, where)
    secrets = _secrets(data)
    server = Server(where, admin_password=secrets.admin_password, durable=durable)
    with in_use(server):
        try:
            admin = _address(where.socket, SUPERUSER, secrets.admin_password, "postgres")
            yield Addresses("", "", admin, embedded=True)
        except Exception as error:
            # A server without room may only say so in its own log, and drop the connection.
            if server.out_of_space():
                raise Problem("start.disk_full", path=where.home) from error
            raise


def _secrets(data: Path) -> secrets_file.Secrets:
    with locked(data / ".secrets.lock"):
        return secrets_file.ensure(data)


def _address(socket: Path, user: str, password: str, name: str) -> str:
    return f"postgresql://{user}:{quote(password, safe='')}@/{name}?host={quote(str(socket), safe='')}&port={PORT}"


def with_login(url: str, user: str, password: str, name: str) -> str:
    """``url`` for another login and another database."""
    parts = urlsplit(url)
    place_ = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{place_}", path=f"/{name}"))


def with_database(url: str, name: str) -> str:
    """``url`` for another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}")) if url else ""


def shown(url: str) -> str:
    """``url`` without its password."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}" if user else host))


def _probe(url: str, name: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        connection = psycopg.connect(url, connect_timeout=5, autocommit=True)
    except psycopg.Error as error:
        reason = (str(error).strip().splitlines() or ["?"])[0].rpartition("failed: ")[2].strip()
        raise Problem("start.database_unreachable", address=shown(url), reason=reason, name=name) from None
    if connection.info.server_version < OLDEST:
        found = connection.info.server_version // 10000
        connection.close()
        raise Problem("start.database_version", found=found)
    return connection


def is_superuser(url: str, name: str = "DATABASE_URL") -> bool:
    """True where the login of ``url`` may create roles at will."""
    with _probe(url, name) as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = session_user").fetchone()
    return bool(row and row[0])


def _of_database(given: Addresses, name: str, secrets: secrets_file.Secrets) -> Addresses:
    """The addresses for ``name``. An office's own server is taken as it is named, except for a demo beside it."""
    if given.app and name == MAIN and not given.admin:
        return given
    if given.app and not given.admin and not given.owner and is_superuser(given.app):
        given = replace(given, admin=given.app)
    if given.admin:
        return Addresses(
            app=with_login(given.admin, "berdaya_app", secrets.app_password, name),
            owner=with_login(given.admin, "berdaya_migrator", secrets.migrator_password, name),
            admin=given.admin,
            embedded=given.embedded,
        )
    if not given.owner:
        raise Problem("start.roles_missing", address=shown(given.app))
    return Addresses(app=with_database(given.app, name), owner=with_database(given.owner, name))


def _ensure_database(here: Addresses, name: str, secrets: secrets_file.Secrets) -> Addresses:
    if here.admin:
        with _probe(here.admin, "BERDAYA_ADMIN_URL") as connection:
            _lock(connection)
            _roles(connection, secrets, own=here.embedded)
            _create(connection, name)
        return here
    if not here.owner:
        _probe(here.app, "DATABASE_URL").close()
        return here
    server = with_database(here.owner, "postgres") if name != MAIN else here.owner
    with _probe(server, "BERDAYA_OWNER_URL") as connection:
        if name != MAIN:
            _lock(connection)
            _create(connection, name)
    return here


def administrator_sql() -> str:
    """What an administrator of an office's own server runs once."""
    return (
        ROLES_SQL.read_text(encoding="utf-8")
        + "ALTER ROLE berdaya_app PASSWORD '...';\nALTER ROLE berdaya_migrator PASSWORD '...';\n"
        + f"CREATE DATABASE {MAIN} OWNER berdaya_owner TEMPLATE template0 ENCODING 'UTF8';\n"
        + f"REVOKE ALL ON DATABASE {MAIN} FROM PUBLIC;\n"
        + f"GRANT CONNECT, TEMPORARY ON DATABASE {MAIN} TO berdaya_app, berdaya_migrator;\n"
        # Statements and rows that failed hold names of people: they stay out of the server's own log.
        + "ALTER ROLE berdaya_app SET log_min_error_statement = 'panic';\n"
        + "ALTER ROLE berdaya_app SET log_error_verbosity = 'terse';\n"
    )


def _lock(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Held until the connection closes: two commands at once prepare one after the other."""
    connection.execute("SELECT pg_advisory_lock(hashtext('berdaya.setup'))")


def _roles(connection: psycopg.Connection[tuple[object, ...]], secrets: secrets_file.Secrets, *, own: bool) -> None:
    text = ROLES_SQL.read_text(encoding="utf-8")
    passwords = {"berdaya_app": secrets.app_password, "berdaya_migrator": secrets.migrator_password}
    mark = json.dumps({"sql": _digest(text), "logins": _digest(json.dumps(passwords))}, sort_keys=True)
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'berdaya_owner'"
    ).fetchone()
    found = str(row[0]) if row and row[0] else ""
    if found == mark:
        return
    if row and not own and _digest(json.dumps(passwords)) not in found and _holds_data(connection):
        raise Problem("start.roles_taken")
    connection.execute(text.encode())
    for role, password in passwords.items():
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
    connection.execute(sql.SQL("COMMENT ON ROLE berdaya_owner IS {}").format(sql.Literal(mark)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _holds_data(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """True where the server has a main database already, whose installation would lose its logins."""
    question = "SELECT 1 FROM pg_database WHERE datname = %s AND pg_get_userbyid(datdba) = 'berdaya_owner'"
    return connection.execute(question, (MAIN,)).fetchone() is not None


def _create(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        return
    new = sql.Identifier(name)
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER berdaya_owner TEMPLATE template0 ENCODING 'UTF8'").format(new))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(new))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO berdaya_app, berdaya_migrator").format(new))


def state(url: str) -> dict[str, object]:
    """What the comment on the database says: ``schema`` (hash of what made its tables) and ``demo``."""
    with _probe(url, "DATABASE_URL") as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    try:
        found = json.loads(str(row[0])) if row and row[0] else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def remember(url: str, **facts: object) -> None:
    """Add facts to the comment on the database; ``url`` is the owner's."""
    known = {**state(url), **facts}
    with _probe(url, "BERDAYA_OWNER_URL") as connection:
        connection.execute("SET ROLE berdaya_owner")
        name = sql.Identifier(connection.info.dbname)
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(json.dumps(known, sort_keys=True)))
        )


def _drop_demo(here: Addresses, name: str, *, only_stale: bool) -> None:
    server = here.admin or with_database(here.owner, "postgres")
    with _probe(server, "BERDAYA_OWNER_URL") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return
    known = state(with_database(here.admin, name) or here.owner)
    if not known.get("demo") or (only_stale and known.get("schema") == schema_hash()):
        return
    with _probe(server, "BERDAYA_OWNER_URL") as connection:
        if not here.admin:
            connection.execute("SET ROLE berdaya_owner")
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def schema_hash() -> str:
    """Changes where anything changes that makes tables, policies, functions or the loaded areas."""
    digest = hashlib.sha256()
    for path in _schema_sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _schema_sources() -> list[Path]:
    package = ROOT / "src" / "berdaya"
    names = (
        "migrations/*.py",
        "models.py",
        "models/*.py",
        "policies.py",
        "sql/*.sql",
        "management/commands/migrate.py",
    )
    found = {path for name in names for path in package.glob(f"*/{name}")}
    found |= {path for path in (package / "areas").rglob("*.py") if "migrations" not in path.parts}
    return [*sorted(found), ROOT / "package-lock.json"]


def _bring_up(here: Addresses, name: str, *, demo: bool, again: bool) -> None:
    wanted = schema_hash()

    def current() -> bool:
        known = state(here.app)
        return known.get("schema") == wanted and known.get("demo") == demo

    if current() and not again:
        return
    if not here.owner:
        raise Problem("start.owner_missing")
    with _probe(here.owner, "BERDAYA_OWNER_URL") as connection:
        _lock(connection)
        if current() and not again:
            return
        remember(here.owner, demo=demo)
        environment = {**os.environ, **here.environment(), "BERDAYA_AS_OWNER": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "berdaya.cli.bring_up"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            if NO_SPACE in done.stderr:
                raise Problem("start.disk_full", path=name)
            sys.stderr.write(done.stderr)
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise Problem("start.migrate_failed", database=name, reason=reason)
        remember(here.owner, schema=wanted)
