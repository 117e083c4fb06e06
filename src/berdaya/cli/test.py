"""``test``: every test, on a database server of its own and in a real browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from berdaya.cli import browser
from berdaya.config.database import test_server

ROOT = Path(__file__).resolve().parents[3]
HELP = "every test"
WORKERS = 4


def run(options: argparse.Namespace) -> int:
    """Run pytest with the words given; its summary is the last line."""
    words: list[str] = options.words
    os.chdir(ROOT)
    if needs_browser(words):
        os.environ.update(browser.ensure())
    with test_server() as variables:
        # The web server gathers its files there; without the folder each test client warns of it.
        (Path(variables["BERDAYA_DATA"]) / "static").mkdir(exist_ok=True)
        environment = {**os.environ, **variables, "BERDAYA_TESTING": "1"}
        # A given database would be taken for the one under test.
        for name in ("DATABASE_URL", "BERDAYA_OWNER_URL"):
            environment.pop(name, None)
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *selection(words), *parallel(words), *words], env=environment
        )
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise


def needs_browser(words: list[str]) -> bool:
    """False where only other folders than the journeys' were asked for."""
    if {"-h", "--help", "--collect-only", "--co", "--version"} & set(words):
        return False
    places = [word.partition("::")[0] for word in words if Path(word.partition("::")[0]).exists()]
    journeys = ROOT / "tests" / "journeys"
    return not places or any(_overlap(Path(place).resolve(), journeys) for place in places)


def _overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def selection(words: list[str]) -> list[str]:
    """Long fault and load tests run only when asked for: ``-m nightly``."""
    return [] if any(word.startswith("-m") for word in words) else ["-m", "not nightly"]


def parallel(words: list[str]) -> list[str]:
    """Four processes at the most, unless the caller says otherwise or looks at one test by hand."""
    if any(word.startswith(("-n", "--numprocesses", "--pdb", "--collect-only", "--co")) for word in words):
        return []
    if any("::" in word for word in words):
        return []
    return ["-n", str(min(WORKERS, os.cpu_count() or 1)), "--dist", "loadscope"]
