"""The short way to a new database ends at the very schema of the long one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.migrations.state import ProjectState
from psycopg.conninfo import conninfo_to_dict

from berdaya.access.management.fresh import only_the_changed_model
from berdaya.config import database as db
from berdaya.config.postgres_binaries import binaries
from berdaya.config.server import place
from tests.integration.test_config_database import VARIABLES
from tests.integration.test_config_server import _clear

LONG_WAY = (
    "from contextlib import nullcontext; import django; django.setup()\n"
    "from berdaya.access.management.commands import migrate\n"
    "migrate.only_the_changed_model = nullcontext\n"
    "from django.core.management import call_command; call_command('migrate', interactive=False, verbosity=0)\n"
)
SHORT_WAY = LONG_WAY.replace("migrate.only_the_changed_model = nullcontext\n", "")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("BERDAYA_DATA", str(tmp_path))
    monkeypatch.delenv("BERDAYA_TESTING", raising=False)
    yield tmp_path
    _clear(place(tmp_path))


def schema(name: str, program: str) -> str:
    """The schema of the new database ``name``, made by ``program``, as statements."""
    with db.database(name, demo=True, bring_up=False) as here:
        environment = {**os.environ, "BERDAYA_AS_OWNER": "1", "DJANGO_SETTINGS_MODULE": "berdaya.config.settings"}
        subprocess.run([sys.executable, "-c", program], env=environment, check=True)
        parts = conninfo_to_dict(here.owner)
        known = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
        environment |= {known[key]: str(value) for key, value in parts.items()}
        dump = [str(binaries(None) / "pg_dump"), "--schema-only", "--role=berdaya_owner", "--restrict-key=same"]
        return subprocess.run(dump, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.nightly
def test_both_ways_end_at_one_schema(data: Path) -> None:
    short, long = schema("berdaya_short", SHORT_WAY), schema("berdaya_long", LONG_WAY)
    assert short.count("CREATE TABLE") > 80
    assert short == long


def test_the_long_way_is_back_afterwards() -> None:
    before = ProjectState._find_reload_model  # type: ignore[attr-defined]
    with only_the_changed_model():
        assert ProjectState._find_reload_model is not before  # type: ignore[attr-defined]
    assert ProjectState._find_reload_model is before  # type: ignore[attr-defined]
