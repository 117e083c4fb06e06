"""What benchmarks measure is what they say: the same letters, memory of every process, databases where needed."""

from __future__ import annotations

import html
import subprocess
import sys
import time

import pytest
from benchmarks import _letters_peer, documents

from berdaya.cli import bench


def test_the_peers_letter_has_every_text_of_ours() -> None:
    letter = documents.letter(7)
    markup = html.unescape(_letters_peer.markup(letter))
    body = letter["body"]
    texts = [letter["number"], letter["footer"], body["about"], body["place"], body["basis"], *body["terms"]]
    texts += [cell for row in (*body["giver"], *body["receiver"]) for cell in row]
    texts += [
        part
        for item in body["items"]
        for part in (item["name"], item["spec"], f"Rp{item['value']:,}".replace(",", "."))
    ]
    assert [text for text in texts if text not in markup] == []
    assert documents.letter(8) != letter


def test_memory_is_that_of_all_processes_together() -> None:
    with documents.Watch() as watch:
        words = "block = bytearray(80 * 1024**2); import sys; sys.stdin.read()"
        child = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE)
        until = time.monotonic() + 180
        while watch.peak_mb < 80 and time.monotonic() < until:
            time.sleep(0.05)
        child.communicate(b"")
    assert watch.peak_mb >= 80


@pytest.mark.parametrize(
    ("name", "needed"), [("documents", False), ("matching", False), ("ledger", True), ("intake", True)]
)
def test_a_database_is_started_where_one_is_measured(name: str, needed: bool) -> None:
    assert name in bench.known()
    assert bench.needs_database(name) is needed
