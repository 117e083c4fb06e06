"""Look-alikes while a clerk types a name, among 1,000,000 persons: 95th percentile of every request of every key.

Names are typed letter by letter from the third on, as the page asks for them, in old and new spellings, with and
without a birth date, by an operator of a whole province (every person is in scope) and by one of a kabupaten. Names of
one common word, and two letters of it, are a row of their own. Each answer goes through the whole application:
middleware, scope, policies, template. The bare SQL beside it looks the same beginning up in a plain index of names,
without a scope and without another spelling.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator

import psycopg
from django.test import Client
from django.urls import reverse

from benchmarks.harness import Row, percentile
from benchmarks.pages import AREA, FIRST, SECOND, THIRD, lay_people
from berdaya.config.static import collect
from berdaya.process import cast
from berdaya.process.offices import NewOffice, ensure_account, ensure_office, ensure_role

PERSONS = 1_000_000
NAMES = 25
REGENCY = 35_12_00_0000
BUDGET_MS = 100
OLD = (("u", "oe"), ("j", "dj"), ("y", "j"), ("c", "tj"), ("kh", "ch"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many people, and how many names are typed."""
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--names", type=int, default=NAMES, help="names typed by each clerk (25), letter by letter")


def run(options: argparse.Namespace) -> list[Row]:
    """Lay the people, type the names, print the percentiles."""
    collect()
    rows = []
    with psycopg.connect(os.environ["BERDAYA_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SET ROLE berdaya_owner")
        started = time.perf_counter()
        lay_people(owner, options.persons)
        owner.execute("ANALYZE people_household, people_person")
        seconds = time.perf_counter() - started
        rows.append(Row("lay people", options.persons, seconds, options.persons / seconds, "persons/s"))
        owner.execute("CREATE INDEX bench_name ON people_person (lower(name) text_pattern_ops)")
        clerks = (("a province", AREA, "bench"), ("a kabupaten", REGENCY, "bench-regency"))
        for label, area, code in clerks:
            office = ensure_office(NewOffice(code, f"Dinas Sosial {label}", area))
            account = ensure_account(username=code, name=f"Petugas {code}", password=cast.PASSWORD, demo=True)
            ensure_role(account=account, kind="operator", office=office)
            client = Client()
            client.force_login(account)
            rows.append(_measure(client, owner, f"clerk of {label}", options, _typed))
            rows.append(_measure(client, owner, f"common names, clerk of {label}", options, _common))
        owner.execute("DROP INDEX bench_name")
    return rows


def _typed(rng: random.Random) -> Iterator[tuple[str, str]]:
    """What stands in the field after each key, and the birth date where it was given first."""
    name = " ".join(part for part in (rng.choice(FIRST), rng.choice(SECOND), rng.choice(["", *THIRD])) if part)
    if rng.random() < 0.3:
        name = name.lower().replace(*rng.choice(OLD)).title()
    born = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(1970, 2002)}" if rng.random() < 0.5 else ""
    for end in range(3, len(name) + 1):
        yield name[:end], born


def _common(rng: random.Random) -> Iterator[tuple[str, str]]:
    """One word that thousands bear, or its beginning, without a birth date: what fits most people and tells least."""
    first = rng.choice(FIRST)
    yield from ((text, "") for text in (first[:2], first[:3], first, f"{first} ", f"{first} {rng.choice(SECOND)[0]}"))


def _measure(
    client: Client,
    owner: psycopg.Connection[tuple[object, ...]],
    label: str,
    options: argparse.Namespace,
    typed: Callable[[random.Random], Iterator[tuple[str, str]]],
) -> Row:
    rng = random.Random(7)
    page = reverse("office:similar")
    taken: list[float] = []
    bare: list[float] = []
    found = 0
    for number in range(options.names + 1):
        for text, born in typed(rng):
            started = time.perf_counter()
            response = client.get(page, {"nama": text, "lahir": born, "potong": "ya"})
            content = response.content
            taken.append(time.perf_counter() - started)
            if response.status_code != 200:
                raise RuntimeError(f"{text}: {response.status_code}")
            found += b"<li" in content or b"<tr" in content
            started = time.perf_counter()
            owner.execute(
                "SELECT id, name FROM people_person WHERE lower(name) LIKE %s LIMIT 10", [text.lower() + "%"]
            ).fetchall()
            bare.append(time.perf_counter() - started)
        if number == 0:
            taken.clear()
            bare.clear()
            found = 0
    worst, floor = percentile(taken, 0.95), percentile(bare, 0.95)
    if not found:
        raise RuntimeError("no key found anybody")
    return Row(
        f"look-alikes, {label}", options.persons, worst, 1 / worst, "answers/s at p95",
        limit="bare SQL p95", limit_value=1 / floor,
        extra={
            "p50_ms": round(1000 * percentile(taken, 0.5), 1), "p95_ms": round(1000 * worst, 1),
            "p99_ms": round(1000 * percentile(taken, 0.99), 1), "highest_ms": round(1000 * max(taken), 1),
            "bare_p95_ms": round(1000 * floor, 2), "keys": len(taken), "keys_that_found": found,
            "budget_ms": BUDGET_MS, "within_budget": 1000 * worst < BUDGET_MS,
        },
    )  # fmt: skip
