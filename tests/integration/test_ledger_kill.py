"""kill -9 of the web server and of the database while treasurers post: nothing acknowledged is lost, nothing doubled.

Server, database and treasurers are processes and threads of their own; a treasurer sends what got no answer again under
the same id, as phones and the page's form do.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from benchmarks._sync_server import Server as WebServer

from berdaya.config import database as db
from berdaya.config.server import Place, place, running
from berdaya.kernel.ids import new_id
from berdaya.process.cast import PASSWORD
from tests.integration.test_config_database import VARIABLES
from tests.integration.test_config_server import _clear

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "src" / "berdaya" / "web" / "static" / "build" / "office.css"
TODAY = "2026-10-31"
TREASURERS = 4
EVERY_MEETING = 50
SALE, SAVED = 1_000, 500
FIRST_MEETING = date(2024, 9, 3)
START = """
from berdaya.config import secrets_file
from berdaya.config.database import data_folder
from berdaya.config.server import Server, place
Server(place(data_folder()), admin_password=secrets_file.ensure(data_folder()).admin_password).start()
"""


@dataclass
class Scene:
    """A fund behind real servers, and what was sent and answered."""

    web: WebServer
    place: Place
    fund: str
    members: list[str]
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """An embedded database that keeps what it acknowledges, the web before it, a group of twenty."""
    if not STYLES.exists():
        pytest.skip("run ./berdaya setup first: the bundles are missing")
    patch = pytest.MonkeyPatch()
    data = tmp_path_factory.mktemp("kill")
    for name in (*VARIABLES, "BERDAYA_TESTING", "BERDAYA_TEST_URL"):
        patch.delenv(name, raising=False)
    patch.setenv("BERDAYA_DATA", str(data))
    patch.setenv("BERDAYA_NO_AREAS", "1")
    patch.setenv("PYTHONPATH", f"{ROOT / 'src'}{os.pathsep}{ROOT}")
    try:
        with db.database("berdaya_kill", demo=True, fresh=True):
            patch.setenv("BERDAYA_TODAY", TODAY)
            made = ask("build")
            with WebServer(workers=2, today=TODAY) as web:
                yield Scene(web, place(data), str(made["fund"]), list(made["members"]))  # type: ignore[call-overload]
    finally:
        _clear(place(data))
        patch.undo()


def ask(*words: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "ledger_web_world.py"), *words],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


class Treasurer:
    """A browser without scripts: signs in, posts forms, and knows only the status of the answer."""

    def __init__(self, port: int) -> None:
        self.port, self.jar, self.inside = port, SimpleCookie(), False

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and body; 0 where no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={item.value}" for name, item in self.jar.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
            token = self.jar["csrftoken"].value if "csrftoken" in self.jar else ""
            body = urlencode({**form, "csrfmiddlewaretoken": token})
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.jar.load(line)
        return answer.status, text

    def enter(self) -> bool:
        """Sign in; False where the server is away."""
        self.ask("GET", "/masuk/")
        status, _ = self.ask("POST", "/masuk/", {"username": "operator", "password": PASSWORD})
        self.inside = status == 302
        return self.inside


def sale(scene: Scene, key: str) -> tuple[str, dict[str, str]]:
    form = {"id": key, "jenis": "sale", "jumlah": str(SALE), "tanggal": TODAY}
    return f"/dana/{scene.fund}/catat/", form


def meeting(scene: Scene, key: str, number: int) -> tuple[str, dict[str, str]]:
    form = {"id": key, "tanggal": (FIRST_MEETING + timedelta(days=number)).isoformat()}
    for member in scene.members:
        form |= {f"hadir-{member}": "present", f"simpanan-{member}": str(SAVED)}
    return f"/dana/{scene.fund}/rapat/", form


def work(scene: Scene, waiting: list[tuple[str, str, dict[str, str]]], port: int, stop: threading.Event) -> None:
    """Sends each until it is answered; what was refused while a server was away is sent again."""
    treasurer = Treasurer(port)
    while waiting and not stop.is_set():
        if not treasurer.inside and not treasurer.enter():
            time.sleep(0.2)
            continue
        key, path, form = waiting.pop()
        status, _ = treasurer.ask("POST", path, form)
        scene.answers[str(status)] += 1
        if status == 302:
            scene.acknowledged.add(key)
        else:
            waiting.insert(0, (key, path, form))
            time.sleep(0.2)


def kill_database(scene: Scene) -> None:
    """kill -9 of the postmaster; its children go with it, and it is started again as an operating system would."""
    pid = running(scene.place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    # Its parent is this process; until it is reaped PostgreSQL takes the number in its lock file for a live server.
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
    while running(scene.place) is not None:
        time.sleep(0.02)
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-3000:]


def kill_web(scene: Scene) -> None:
    scene.web.kill()
    scene.web.start()


@pytest.mark.parametrize(
    ("posts", "kills"),
    [(500, 1), pytest.param(10_000, 10, marks=pytest.mark.nightly)],
)
@pytest.mark.parametrize("victim", [kill_web, kill_database], ids=["web", "database"])
def test_a_kill_between_posts_loses_and_doubles_nothing(scene: Scene, posts: int, kills: int, victim: object) -> None:
    before = ask("check", scene.fund)
    scene.acknowledged.clear()
    scene.answers.clear()
    sent = [str(new_id()) for _ in range(posts)]
    begun = len(before["meetings"])  # type: ignore[arg-type]
    waiting = [
        (key, *(meeting(scene, key, begun + at // EVERY_MEETING) if at % EVERY_MEETING == 0 else sale(scene, key)))
        for at, key in enumerate(sent)
    ]
    stop = threading.Event()
    staff = [
        threading.Thread(target=work, args=(scene, waiting, scene.web.port, stop), daemon=True)
        for _ in range(TREASURERS)
    ]
    assert Treasurer(scene.web.port).enter(), "a treasurer can sign in"
    for thread in staff:
        thread.start()
    try:
        for number in range(1, kills + 1):
            _until(lambda at=number * posts // (kills + 1): len(scene.acknowledged) >= at, staff)
            victim(scene)  # type: ignore[operator]
        _until(lambda: len(scene.acknowledged) == posts, staff)
    finally:
        stop.set()
    after = ask("check", scene.fund)
    meetings = {key for at, key in enumerate(sent) if at % EVERY_MEETING == 0}
    sales = set(sent) - meetings
    assert scene.acknowledged == set(sent)
    assert scene.answers["0"] + scene.answers["500"] + scene.answers["503"] > 0, "the kill was felt"
    assert after["whole"]
    known = Counter(after["sales"]) - Counter(before["sales"])  # type: ignore[arg-type]
    assert known == Counter(sales), "each sale once"
    met = Counter(after["met"]) - Counter(before["met"])  # type: ignore[arg-type]
    assert met == Counter({key: len(scene.members) for key in meetings}), "each meeting whole and once"
    gained = SALE * len(sales) + SAVED * len(scene.members) * len(meetings)
    assert after["cash"] == before["cash"] + gained  # type: ignore[operator]
    moved = len(sales) + len(scene.members) * len(meetings)
    assert after["transfers"] == before["transfers"] + moved  # type: ignore[operator]


def _until(done: object, staff: list[threading.Thread]) -> None:
    end = time.monotonic() + 600
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, "the servers did not come back"
        assert any(thread.is_alive() for thread in staff) or done()  # type: ignore[operator]
        time.sleep(0.05)
