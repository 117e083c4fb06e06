"""Every clause of the five places has a page in the demo that says so, to the one who has to know it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from tests.integration.test_process_demo import Copy, _url
from tests.scenario_clauses import CLAUSES, OFFICES, THINGS, Clause

ROOT = Path(__file__).resolve().parents[2]
WALK = """
import shutil, sys
from pathlib import Path

SCALES = {"situbondo-uep-2024": 0.1, "banten-uep-2024": 0.06, "sumsel-kube-2024": 0.2, "jaktim-uep-2024": 0.12}

def main():
    import django
    django.setup()
    from berdaya.areas.services import load_areas
    from berdaya.example.cli import PROGRAMMES
    from berdaya.example.seeds import DEFAULT_SEED
    from berdaya.process import demo, workers
    target, examples = Path(sys.argv[1]), Path(sys.argv[2])
    for code, scale in SCALES.items():
        PROGRAMMES[code](DEFAULT_SEED, scale).write(target, seed=DEFAULT_SEED)
    shutil.copytree(examples / "kupang-kube-2024", target / "kupang-kube-2024")
    for area in (31, 35, 36, 16, 53):
        load_areas(within=area * 10**8)
    demo.EXAMPLES = target
    workers.PROCESSES = 2
    demo.run_demo()

if __name__ == "__main__":
    main()
"""
LOOK = """
import html, json, re, sys
from pathlib import Path

def words(page):
    page = re.sub(r"<(script|style)\\b.*?</\\1>", " ", page, flags=re.S)
    return re.sub(r"\\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))

def main():
    import django
    django.setup()
    from django.test import Client
    asked = json.loads(Path(sys.argv[1]).read_text())
    seen, clients = {}, {}
    for key, who, role, address in asked:
        if (who, role) not in clients:
            client = clients[who, role] = Client(SERVER_NAME="127.0.0.1")
            if who:
                client.post("/masuk/", {"contoh": who})
                client.post("/peran/", {"peran": role})
        answer = clients[who, role].get(address)
        seen[key] = [answer.status_code, words(answer.content.decode())]
    Path(sys.argv[2]).write_text(json.dumps(seen))

if __name__ == "__main__":
    main()
"""


def run(copy: Copy, script: str, *words: str) -> None:
    path = copy.folder / f"{abs(hash(script))}.py"
    path.write_text(script)
    environment = {
        **os.environ,
        "BERDAYA_TESTING": "1", "BERDAYA_TEST_URL": copy.url, "BERDAYA_DEMO": "1", "BERDAYA_DATA": str(copy.folder),
        "DJANGO_SETTINGS_MODULE": "berdaya.config.settings", "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(path), *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-6000:]


@pytest.fixture(scope="module")
def five(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copy]:
    """The five programmes, small, in a database of their own."""
    with django_db_blocker.unblock():
        original = str(connection.settings_dict["NAME"])
        connections.close_all()
    given = settings.DATABASES["default"]
    parts = {key: str(given[field]) for key, field in (("host", "HOST"), ("port", "PORT"), ("user", "USER"))}
    address = {key: value for key, value in {**parts, "password": str(given["PASSWORD"])}.items() if value}
    name = f"{original}_five"
    copy = Copy(name, _url(address, name), tmp_path_factory.mktemp("five"))
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as admin:  # type: ignore[arg-type]
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [original])
        new, old = sql.Identifier(name), sql.Identifier(original)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER berdaya_owner").format(new, old))
        run(copy, WALK, str(copy.folder / "examples"), str(ROOT / "examples"))
        yield copy
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))


@pytest.fixture(scope="module")
def pages(five: Copy) -> dict[str, Any]:
    """Key of a clause -> status and words of its page, as its reader sees it."""
    things = {name: (five.rows(query) or [("",)])[0][0] for name, query in THINGS.items()}
    assert [name for name, found in things.items() if not found] == [], "the demo shows none of these"
    asked = [(one.key, one.who, role_of(five, one), one.page.format(**things)) for one in CLAUSES]
    (five.folder / "asked.json").write_text(json.dumps(asked))
    run(five, LOOK, str(five.folder / "asked.json"), str(five.folder / "seen.json"))
    seen: dict[str, Any] = json.loads((five.folder / "seen.json").read_text())
    return seen


def role_of(five: Copy, clause: Clause) -> str:
    """The role in which the clause's reader sits at the place's office."""
    if not clause.who:
        return ""
    found = five.rows(
        "SELECT r.id FROM access_role r JOIN access_account a ON a.id = r.account_id JOIN access_office o"
        f" ON o.id = r.office_id WHERE a.username = '{clause.who}' AND o.code LIKE '%{OFFICES[clause.place]}%'"
    )
    assert found, f"{clause.who} has no role at {clause.place}"
    return str(found[0][0])


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.key)
def test_a_clause_has_its_page(clause: Clause, pages: dict[str, Any]) -> None:
    status, words = pages[clause.key]
    assert status == 200, clause.page
    assert re.search(clause.fact, words), f"{clause.page} does not say {clause.fact}: {words[:1500]}"


def test_nobody_under_eighteen_is_shown_to_the_public(five: Copy) -> None:
    rows = five.rows("""
        SELECT count(*), count(*) FILTER (WHERE h.birth_date > date '2026-10-31' - interval '18 years')
        FROM public_product v JOIN market_product m ON m.slug = v.slug
        JOIN enterprises_enterprise e ON e.id = m.enterprise_id JOIN groups_officer o ON o.group_id = e.group_id
        JOIN groups_membership b ON b.id = o.membership_id JOIN people_person h ON h.id = b.person_id
        WHERE o.until IS NULL
    """)
    assert rows[0][0] > 20
    assert rows[0][1] == 0


@pytest.mark.django_db  # one marked test makes pytest build the database that the five programmes are copied from
def test_the_document_tells_the_same_rows() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| `([^`|]+)`", text, re.MULTILINE)
    shown = {(one.key, re.sub(r"\{\w+\}", "…", one.page)) for one in CLAUSES}
    assert {(key.strip(), page) for key, page in told} == shown
