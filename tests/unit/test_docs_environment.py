"""What an operator may set stands in the guide; what our own commands set for each other is named here."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bBERDAYA_[A-Z_]+\b")
READ = re.compile(r"environ(?:\.get\(|\[|\.setdefault\()\s*\"(BERDAYA_[A-Z_]+)\"")
OWN = {
    "BERDAYA_AREA_DATA": "names of areas from a folder, in tests and development",
    "BERDAYA_AS_OWNER": "set by migrate, backup and their like for the one connection that may change tables",
    "BERDAYA_DEBUG": "development",
    "BERDAYA_DEMO": "set by the demo",
    "BERDAYA_NO_AREAS": "set while a database is brought up",
    "BERDAYA_NO_SECRETS": "set by the checks, which open nothing sealed",
    "BERDAYA_POOL_TIMEOUT": "set by the checks, so that a missing database is told at once",
    "BERDAYA_TESTING": "set by the tests",
    "BERDAYA_TEST_DB": "set by who runs tests side by side",
    "BERDAYA_TEST_TEMPLATE": "set by the tests",
    "BERDAYA_TEST_URL": "set by the tests",
    "BERDAYA_TODAY": "set by the demo",
}


def test_every_variable_that_is_read_stands_in_the_guide_or_is_our_own() -> None:
    read = {name for file in (ROOT / "src").rglob("*.py") for name in READ.findall(file.read_text(encoding="utf-8"))}
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    told = {name for page in pages for name in NAME.findall(page.read_text(encoding="utf-8"))}
    assert read - told == set(OWN) - told
    assert "BERDAYA_PUBLIC_URL" in told, "letters and cards carry it in their QR codes"
