"""The demo's promises on its two smallest programmes: the same file however it is run, and figures that add up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("kupang-kube-2024", "jaktim-uep-2024")
LETTERS_ARE_SET_IN_PROCESSES = """
import json, sys
from pathlib import Path

def main():
    import django
    django.setup()
    from berdaya.areas.services import load_areas
    from berdaya.process import demo, workers
    from berdaya.programmes.configfile import load_config
    target, processes, *folders = sys.argv[1:]
    for folder in folders:
        load_areas(within=load_config(Path(folder)).programme.area)
    demo.folders = lambda: [Path(folder) for folder in folders]
    workers.PROCESSES = int(processes)
    Path(target).write_text(json.dumps(demo.run_demo().programmes, indent=2))

if __name__ == "__main__":
    main()
"""


@dataclass(frozen=True)
class Copy:
    """One empty, migrated database with a data folder of its own."""

    name: str
    url: str
    folder: Path

    def run(self, *, processes: int, hash_seed: str) -> str:
        script, target = self.folder / "walk.py", self.folder / "figures.json"
        script.write_text(LETTERS_ARE_SET_IN_PROCESSES)
        folders = [str(ROOT / "examples" / name) for name in FOLDERS]
        environment = {
            **os.environ,
            "BERDAYA_TESTING": "1",
            "BERDAYA_TEST_URL": self.url,
            "BERDAYA_DEMO": "1",
            "BERDAYA_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "berdaya.config.settings",
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": str(ROOT / "src"),
        }
        command = [sys.executable, str(script), str(target), str(processes), *folders]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return target.read_text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as there:
            return there.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def copies(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Copy]]:
    """Two copies of the migrated test database; the walks need rows that are committed."""
    with django_db_blocker.unblock():
        original = str(connection.settings_dict["NAME"])
        connections.close_all()
    given = settings.DATABASES["default"]
    parts = {key: str(given[field]) for key, field in (("host", "HOST"), ("port", "PORT"), ("user", "USER"))}
    address = {key: value for key, value in {**parts, "password": str(given["PASSWORD"])}.items() if value}
    made = [
        Copy(name, _url(address, name), tmp_path_factory.mktemp("demo"))
        for name in (f"{original}_first", f"{original}_second")
    ]
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as admin:  # type: ignore[arg-type]
        # A process that another test left behind would keep the database from being copied.
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [original])
        for copy in made:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy.name)))
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER berdaya_owner").format(
                    sql.Identifier(copy.name), sql.Identifier(original)
                )
            )
        yield made
        for copy in made:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy.name)))


def _url(address: dict[str, str], name: str) -> str:
    host = address.get("host", "")
    at = f"{address.get('user', '')}{':' + address['password'] if 'password' in address else ''}@"
    if host.startswith("/"):
        return f"postgresql://{at}/{name}?host={quote(host, safe='')}" + (
            f"&port={address['port']}" if "port" in address else ""
        )
    return f"postgresql://{at}{host}{':' + address['port'] if 'port' in address else ''}/{name}"


@pytest.fixture(scope="module")
def walked(copies: list[Copy]) -> tuple[Copy, str]:
    return copies[0], copies[0].run(processes=1, hash_seed="0")


def test_the_file_is_the_same_fresh_or_repeated_under_any_hash_seed_and_number_of_processes(
    copies: list[Copy], walked: tuple[Copy, str]
) -> None:
    first, figures = walked
    assert [programme["code"] for programme in json.loads(figures)] == list(FOLDERS)
    assert first.run(processes=1, hash_seed="random") == figures
    assert copies[1].run(processes=4, hash_seed="7") == figures


def test_every_selected_family_is_inside_its_quota(walked: tuple[Copy, str]) -> None:
    here, figures = walked
    for programme in json.loads(figures):
        assert 0 < programme["selected"] <= programme["quota"]
    over = here.rows("""
        SELECT c.quota_area, count(*) FROM programmes_candidate c
        JOIN programmes_selectionrun r ON r.programme_id = c.programme_id
        WHERE c.place = 'selected' AND c.replaced_on IS NULL
        GROUP BY c.quota_area, r.id
        HAVING count(*) > coalesce((r.quotas -> c.quota_area::text ->> 'places')::int, 0)
    """)
    assert over == []
    assert here.rows("SELECT count(*) FROM programmes_candidate WHERE place = 'selected'")[0][0] > 500


def test_no_family_is_aided_twice(walked: tuple[Copy, str]) -> None:
    here, _ = walked
    aided = """
        SELECT l.household_id AS family, l.id FROM programmes_decreeline l
        WHERE l.household_id IS NOT NULL AND l.replaced_on IS NULL
        UNION
        SELECT m.household_id, l.id FROM programmes_decreeline l
        JOIN groups_membership m ON m.group_id = l.group_id AND m.left_on IS NULL WHERE l.replaced_on IS NULL
    """
    assert here.rows(f"SELECT count(*) FROM ({aided}) x")[0][0] > 700
    assert here.rows(f"SELECT family FROM ({aided}) x GROUP BY family HAVING count(*) > 1") == []


def test_classes_are_matched_exactly(walked: tuple[Copy, str]) -> None:
    assert all(programme["matching_gap"] == 0 for programme in json.loads(walked[1]))


def test_each_balance_is_the_sum_of_its_transfers(walked: tuple[Copy, str]) -> None:
    here, figures = walked
    wrong = here.rows("""
        SELECT a.id FROM ledger_account a WHERE a.balance <>
            coalesce((SELECT sum(t.amount) FROM ledger_transfer t WHERE t.debit_id = a.id), 0)
            - coalesce((SELECT sum(t.amount) FROM ledger_transfer t WHERE t.credit_id = a.id), 0)
    """)
    assert wrong == []
    assert sum(programme["transfers"] for programme in json.loads(figures)) > 8_000
    assert here.rows("SELECT count(*) FROM ledger_account WHERE balance <> 0")[0][0] > 100


def test_statuses_sum_to_the_businesses(walked: tuple[Copy, str]) -> None:
    here, figures = walked
    businesses = dict(
        here.rows("""
            SELECT p.code, count(*) FROM enterprises_enterprise e
            JOIN programmes_programme p ON p.id = e.programme_id GROUP BY p.code
        """)
    )
    for programme in json.loads(figures):
        kinds = ("active", "weak", "dormant", "holiday_only", "unknown")
        assert sum(programme[kind] for kind in kinds) == businesses[programme["code"]]


def test_every_row_of_a_list_of_candidates_ends_somewhere(walked: tuple[Copy, str]) -> None:
    jaktim = json.loads(walked[1])[1]
    gone = sum(sum(jaktim[name].values()) for name in ("rows_refused", "excluded", "ineligible"))
    assert jaktim["rows_in"] == gone + jaktim["duplicates"] + jaktim["incomplete"] + jaktim["eligible"]


BOOKKEEPING = {
    "offices.py",  # offices and accounts of a demo, which no office registers
    "import_jobs.py",  # the state of an import, which is a job of this package
    "import_work.py",  # batches and lease of an import
}


def test_a_walk_writes_through_services_only() -> None:
    direct = re.compile(r"\.(create|bulk_create|bulk_update|get_or_create|update_or_create|save)\(|INSERT INTO")
    for path in sorted((ROOT / "src" / "berdaya" / "process").rglob("*.py")):
        if path.name not in BOOKKEEPING:
            assert not direct.search(path.read_text()), path
