"""Roles, databases and addresses: on the embedded server, and on an office's own by its administrator's address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from berdaya.config import database as db
from berdaya.config import secrets_file
from berdaya.config.server import Server, in_use, place
from berdaya.kernel.problems import Problem
from tests.integration.test_config_server import _clear

VARIABLES = (
    "DATABASE_URL", "BERDAYA_OWNER_URL", "BERDAYA_ADMIN_URL", "BERDAYA_SECRET_KEY", "BERDAYA_KEYS", "BERDAYA_INDEX_KEY",
    "BERDAYA_DEMO",
)  # fmt: skip


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder, an environment that names no database, and both as before afterwards."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("BERDAYA_DATA", str(tmp_path))
    yield tmp_path
    _clear(place(tmp_path))


def one(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def test_the_application_logs_in_and_owns_nothing(data: Path) -> None:
    with db.database(bring_up=False) as here:
        assert one(here.app, "SELECT current_user") == "berdaya_app"
        assert one(here.app, "SELECT pg_has_role('berdaya_owner', 'MEMBER')") is False
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert one(here.app, owner) == "berdaya_owner"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one(here.app, "CREATE TABLE public.own (n int)")
        assert one(here.owner, "SELECT pg_has_role('berdaya_owner', 'MEMBER')") is True


def test_a_second_call_finds_everything(data: Path) -> None:
    with db.database(bring_up=False) as here:
        first = here
        db.remember(here.owner, schema="x")
    with db.database(bring_up=False) as here:
        assert here == first
        assert db.state(here.app) == {"schema": "x"}


def test_only_a_marked_demo_is_dropped(data: Path) -> None:
    with db.database(db.DEMO, demo=True, bring_up=False) as here:
        one(here.owner, "SELECT 1")
        with psycopg.connect(here.owner) as connection:
            connection.execute("SET ROLE berdaya_owner")
            connection.execute("CREATE TABLE kept (n int)")
    with db.database(db.DEMO, demo=True, fresh=True, bring_up=False) as here:
        assert one(here.owner, "SELECT to_regclass('public.kept')::text") == "kept", "it carries no mark"
        db.remember(here.owner, demo=True, schema=db.schema_hash())
    with db.database(db.DEMO, demo=True, bring_up=False) as here:
        assert one(here.owner, "SELECT to_regclass('public.kept')::text") == "kept", "it is of this version"
        db.remember(here.owner, schema="older")
    with db.database(db.DEMO, demo=True, bring_up=False) as here:
        assert one(here.owner, "SELECT to_regclass('public.kept')::text") is None


@pytest.fixture
def administrator(data: Path) -> Iterator[str]:
    """The address of an administrator on what stands for an office's own server."""
    home = data / "office server"
    home.mkdir()
    known = secrets_file.ensure(home)
    with in_use(Server(place(home), admin_password=known.admin_password, durable=False)) as server:
        yield db._address(server.place.socket, "postgres", known.admin_password, "postgres")
    _clear(server.place)


def test_an_administrator_prepares_an_offices_server(
    data: Path, administrator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERDAYA_ADMIN_URL", administrator)
    with db.database(bring_up=False) as here:
        assert one(here.app, "SELECT current_user") == "berdaya_app"
    assert not (data / "postgres").exists(), "no embedded server was made beside it"


def test_another_installations_logins_are_left_alone(
    data: Path, administrator: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BERDAYA_ADMIN_URL", administrator)
    with db.database(db.DEMO, demo=True, bring_up=False):
        pass
    monkeypatch.setenv("BERDAYA_DATA", str(tmp_path / "second"))
    with db.database(db.DEMO, demo=True, bring_up=False), db.database(bring_up=False) as here:
        assert one(here.app, "SELECT 1") == 1, "a demo alone may be taken over"
    monkeypatch.setenv("BERDAYA_DATA", str(tmp_path / "third"))
    with pytest.raises(Problem) as caught, db.database(db.DEMO, demo=True, bring_up=False):
        pass
    assert caught.value.code == "start.roles_taken"
    assert one(here.app, "SELECT 1") == 1


def test_a_demo_beside_an_offices_data(data: Path, administrator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", administrator)
    with db.database(db.DEMO, demo=True, bring_up=False) as here:
        assert one(here.app, "SELECT current_database()") == db.DEMO
        assert one(here.app, "SELECT current_user") == "berdaya_app"


def test_an_offices_addresses_are_taken_as_they_are(
    data: Path, administrator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERDAYA_ADMIN_URL", administrator)
    with db.database(bring_up=False) as here:
        app, owner = here.app, here.owner
    monkeypatch.delenv("BERDAYA_ADMIN_URL")
    monkeypatch.setenv("DATABASE_URL", app)
    monkeypatch.delenv("BERDAYA_OWNER_URL", raising=False)
    with pytest.raises(Problem) as caught, db.database():
        pass
    assert caught.value.code == "start.owner_missing"
    monkeypatch.setenv("BERDAYA_OWNER_URL", owner)
    with db.database(bring_up=False) as again:
        assert (again.app, again.owner) == (app, owner)
    monkeypatch.delenv("BERDAYA_OWNER_URL")
    monkeypatch.setenv("DATABASE_URL", app)
    with pytest.raises(Problem) as caught, db.database(db.DEMO, demo=True, bring_up=False):
        pass
    assert caught.value.code == "start.roles_missing"


def test_an_unreachable_database_is_named_without_its_password(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:hush@127.0.0.1:1/berdaya")
    with pytest.raises(Problem) as caught, db.database():
        pass
    assert caught.value.code == "start.database_unreachable"
    assert "hush" not in caught.value.text("id") + caught.value.advice("id")
    assert "127.0.0.1:1" in caught.value.text("id")


def test_a_folder_that_cannot_be_made(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "file").write_text("")
    monkeypatch.setenv("BERDAYA_DATA", str(data / "file" / "below"))
    with pytest.raises(Problem) as caught, db.database():
        pass
    assert caught.value.code == "start.not_writable"


def test_addresses_change_login_and_database() -> None:
    url = "postgresql://admin:a%40b@db.example:5433/postgres?sslmode=require"
    changed = db.with_login(url, "berdaya_app", "p/w@", "berdaya")
    assert changed == "postgresql://berdaya_app:p%2Fw%40@db.example:5433/berdaya?sslmode=require"
    assert db.with_database(url, "other").endswith("@db.example:5433/other?sslmode=require")
    assert db.shown(url) == "postgresql://admin@db.example:5433/postgres?sslmode=require"
    assert db.with_database("", "other") == ""


def test_the_hash_follows_what_makes_tables() -> None:
    names = {path.name for path in db._schema_sources()}
    assert {"roles.sql", "functions.sql", "policies.py", "0001_initial.py", "models.py"} <= names
