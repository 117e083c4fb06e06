"""A demo database that was filled by the real services, and a server of its own for each test process.

Three programmes that take seconds: Kupang as it is (funds), Situbondo (sponsors) and Jakarta Timur (candidates) at a
tenth. They are walked once for each state of the code; every test process then works on a copy of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from berdaya.cli.browser import NAMES
from berdaya.cli.demo import walk_hash
from berdaya.config import secrets_file
from berdaya.config.database import data_folder, with_database, with_login
from berdaya.config.secrets_file import Secrets

ROOT = Path(__file__).resolve().parents[2]
SCALED = {"situbondo-uep-2024": 0.1, "jaktim-uep-2024": 0.1}
WHOLE = ("kupang-kube-2024",)
SITUBONDO, KUPANG, JAKTIM = "situbondo-uep-2024", "kupang-kube-2024", "jaktim-uep-2024"
PASSWORD = "contoh-berdaya-2026"
PATIENCE = 180
FILES = "files-demo"
"""Where a demo keeps what was uploaded and made (``BERDAYA_FILES``)."""
GATHER = "import django; django.setup(); from berdaya.config.static import collect; collect()"
SERVE = """
import ctypes, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # a killed test run leaves no server behind
from berdaya.cli.serve import serve
serve("127.0.0.1", {port}, 1)
"""


@dataclass(frozen=True)
class Demo:
    """A running server. ``ask`` reads its database as the administrator, for given and then."""

    url: str
    admin: str

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of ``query``, whoever may see them."""
        with psycopg.connect(self.admin) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def one(self, query: str, *values: object) -> Any:
        """The first value of the first row; None where there is no row."""
        rows = self.ask(query, *values)
        return rows[0][0] if rows else None

    def tell(self, statement: str, *values: object) -> None:
        """Change something that no page changes (a test's own given)."""
        with psycopg.connect(self.admin) as connection:
            connection.execute(statement.encode(), values)

    def forget_phones(self) -> None:
        """The office cuts off all phones."""
        self.tell("UPDATE devices_device SET revoked_at = now() WHERE revoked_at IS NULL")


def chromium() -> str | None:
    """The program that `BERDAYA_CHROMIUM` names or the machine has; None where Playwright brings its own."""
    named = os.environ.get("BERDAYA_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def enter(page: Any, who: str) -> None:
    """Sign in with the demo's own button."""
    page.goto("/masuk/")
    page.locator(f"button[name=contoh][value={who}]").click()
    page.wait_for_url(lambda url: "/masuk/" not in url)


def take_role(page: Any, title: str) -> None:
    """Change to the role of the same person whose title holds ``title`` (the office)."""
    page.goto("/peran/")
    page.get_by_role("listitem").filter(has_text=title).get_by_role("button").click()
    page.wait_for_url(lambda url: "/peran/" not in url)


@contextmanager
def demo() -> Iterator[Demo]:
    """A copy of the walked database and a server on it; both are gone afterwards."""
    admin = os.environ["BERDAYA_TEST_URL"]
    base = os.environ.get("BERDAYA_TEST_DB", "test_berdaya")
    folder = data_folder() / "journeys"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{base}_journey_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    place = folder / name
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext('berdaya.journeys'))")
            walked = _walked(connection, admin, f"{base}_walked", folder)
            _create(connection, name, walked)
            # Packing the static files takes half a minute of work: once, not once for each process.
            _run(["-c", GATHER], _environment(admin, walked, folder))
        for kept in (FILES, "static"):
            shutil.copytree(folder / kept, place / kept)
        with _server(_environment(admin, name, place)) as url:
            yield Demo(url, with_database(admin, name))
    finally:
        shutil.rmtree(place, ignore_errors=True)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _walked(connection: psycopg.Connection[Any], admin: str, name: str, folder: Path) -> str:
    """The database that all copies are made from; walked anew where the code has changed since."""
    wanted = walk_hash()
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,)
    ).fetchone()
    if row and row[0] == wanted and (folder / FILES).is_dir():
        return name
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(folder, ignore_errors=True)
    _create(connection, name, os.environ.get("BERDAYA_TEST_TEMPLATE", "template0"))
    environment = _environment(admin, name, folder)
    _run(["-m", "berdaya.cli.bring_up"], {**environment, "BERDAYA_AS_OWNER": "1"})
    _run(["-c", f"from tests.journeys.walked import walk; walk({str(folder / 'examples')!r})"], environment)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(wanted)))
    return name


def walk(folder: str) -> None:
    """Write the three folders and walk them as the demo does; runs in a process of its own."""
    import django

    django.setup()
    from berdaya.example.cli import PROGRAMMES
    from berdaya.example.seeds import DEFAULT_SEED
    from berdaya.process import demo as examples

    target = Path(folder)
    for code, scale in SCALED.items():
        PROGRAMMES[code](DEFAULT_SEED, scale).write(target, seed=DEFAULT_SEED)
    for code in WHOLE:
        shutil.copytree(ROOT / "examples" / code, target / code)
    examples.EXAMPLES = target
    examples.run_demo()


def _create(connection: psycopg.Connection[Any], name: str, template: str) -> None:
    new, old = sql.Identifier(name), sql.Identifier(template)
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER berdaya_owner TEMPLATE {}").format(new, old))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO berdaya_app, berdaya_migrator").format(new))


def _environment(admin: str, name: str, place: Path) -> dict[str, str]:
    """What a demo's own processes read: the two logins of this database, a folder of their own, a fixed day."""
    secrets = secrets_file.load(data_folder()) or Secrets("", "", "", "", {}, "")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BERDAYA_", "PYTEST_"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "berdaya.config.settings",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "BERDAYA_NO_SECRETS": "1",
        "BERDAYA_DEMO": "1",
        "BERDAYA_POOL": "6",
        "BERDAYA_DATA": str(place),
        "DATABASE_URL": with_login(admin, "berdaya_app", secrets.app_password, name),
        "BERDAYA_OWNER_URL": with_login(admin, "berdaya_migrator", secrets.migrator_password, name),
        **({"BERDAYA_AREA_DATA": os.environ["BERDAYA_AREA_DATA"]} if "BERDAYA_AREA_DATA" in os.environ else {}),
    }


def _run(words: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[str]:
    """The product's own server (Granian, one process) on a free port; stopped in an orderly way."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = Path(environment["BERDAYA_DATA"]) / "server.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(port=port)],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/masuk/", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(json.dumps({"server": "did not start", "log": log.read_text(encoding="utf-8")[-3000:]}))
