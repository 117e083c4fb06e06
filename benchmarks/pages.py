"""Pages on 1,000,000 households: programme, list, search, family; 95th percentile beside the bare SQL of each.

Households, people and candidates are laid by the owner with ``generate_series``; names are joined from the example's
name lists. Pages are asked for through the whole application (middleware, scope, templates) as an operator of the
province, a warm connection each; the bare SQL runs as the owner, without policies, on the same rows.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.test import Client
from django.urls import reverse

from benchmarks.harness import Row, percentile
from berdaya.config.static import collect
from berdaya.kernel.scope import scoped
from berdaya.people.rules.names import spelling_key
from berdaya.process import cast
from berdaya.process.offices import NewOffice, ensure_office
from berdaya.programmes.configfile import load_config
from berdaya.programmes.services.setup import create_programme

AREA = 35_00_00_0000
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "situbondo-uep-2024"
SIZES = (1_000_000,)
REQUESTS = 60
FIRST = [
    "Siti",
    "Aminah",
    "Sri",
    "Nur",
    "Dewi",
    "Endang",
    "Sumiati",
    "Ratna",
    "Yuli",
    "Wati",
    "Ani",
    "Eka",
    "Tri",
    "Dwi",
    "Rina",
    "Lestari",
    "Kartini",
    "Sulastri",
    "Murni",
    "Suharti",
    "Budi",
    "Agus",
    "Slamet",
    "Joko",
    "Bambang",
    "Eko",
    "Hadi",
    "Suyono",
    "Mulyono",
    "Karyono",
    "Wahyu",
    "Rudi",
    "Hendra",
    "Ahmad",
    "Muhammad",
    "Abdul",
    "Imam",
    "Zainal",
    "Hasan",
    "Saiful",
]
SECOND = [
    "Hidayati",
    "Rahayu",
    "Wulandari",
    "Utami",
    "Lestari",
    "Susanti",
    "Handayani",
    "Puspita",
    "Astuti",
    "Kusuma",
    "Setiawan",
    "Santoso",
    "Wijaya",
    "Prasetyo",
    "Hidayat",
    "Nugroho",
    "Saputra",
    "Kurniawan",
    "Susanto",
    "Gunawan",
    "Suryadi",
    "Hartono",
    "Firmansyah",
    "Maulana",
    "Ramadhan",
    "Fauzi",
    "Rohman",
    "Syarif",
    "Harahap",
    "Siregar",
]
THIRD = [
    "Sari",
    "Ningsih",
    "Wati",
    "Ratri",
    "Dewi",
    "Putri",
    "Yanti",
    "Indah",
    "Mulya",
    "Jaya",
    "Putra",
    "Adi",
    "Pratama",
    "Aji",
    "Nata",
]
PROGRAMME_SHARE = 10
"""One household in so many is a candidate of the programme."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--households", type=int, default=SIZES[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests per page")


def run(options: argparse.Namespace) -> list[Row]:
    """Lay the rows, ask for each page, print the percentiles."""
    collect()
    office = ensure_office(NewOffice("bench", "Dinas Sosial Provinsi Jawa Timur", AREA))
    maker, _ = cast.staff(office)
    config = load_config(EXAMPLE)
    section = config.programme.model_copy(update={"code": "bench-pages", "area": AREA})
    with scoped(maker):
        programme = create_programme(actor=maker, config=config.model_copy(update={"programme": section}))
    seconds = _lay(options.households, programme.id, office.pk)
    rows = [Row("lay rows", options.households, seconds, options.households / seconds, "households/s")]
    client = Client()
    client.force_login(cast.account_of(cast.OFFICE_PEOPLE[0]))
    rng = random.Random(1)
    with psycopg.connect(os.environ["BERDAYA_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SET ROLE berdaya_owner")
        ids = [row[0] for row in owner.execute("SELECT id FROM people_household TABLESAMPLE SYSTEM (0.05) LIMIT 500")]
        for name, address, sql in _pages(rng, ids):
            rows.append(_measure(client, owner, (name, address, sql), options))
    return rows


Page = tuple[str, Callable[[], str], Callable[[], tuple[str, list[object]]]]


def _pages(rng: random.Random, ids: list[object]) -> list[Page]:
    families = reverse("office:families")
    programme = reverse("office:programme", args=["bench-pages"])

    def words() -> str:
        return f"{rng.choice(FIRST)} {rng.choice(SECOND)}"

    return [
        (
            "programme",
            lambda: programme,
            lambda: (
                (
                    "SELECT state, count(*) FROM programmes_candidate WHERE programme_id ="
                    " (SELECT id FROM programmes_programme WHERE code = 'bench-pages') GROUP BY state"
                ),
                [],
            ),
        ),
        (
            "list",
            lambda: f"{families}?page={rng.randint(1, 40)}",
            lambda: (
                (
                    "SELECT id, area, address FROM people_household WHERE area BETWEEN 3500000000 AND 3599999999"
                    " ORDER BY area, id LIMIT 50 OFFSET %s"
                ),
                [50 * rng.randint(0, 39)],
            ),
        ),
        (
            "search",
            lambda: f"{families}?q={words().replace(' ', '+')}",
            lambda: (
                (
                    "SELECT household_id, name FROM people_person WHERE name_key LIKE %s AND area BETWEEN 3500000000"
                    " AND 3599999999 LIMIT 50"
                ),
                [spelling_key(words()) + "%"],
            ),
        ),
        (
            "family",
            lambda: reverse("office:family", args=[rng.choice(ids)]),
            lambda: (
                "SELECT h.*, p.* FROM people_household h JOIN people_person p ON p.household_id = h.id WHERE h.id = %s",
                [rng.choice(ids)],
            ),
        ),
    ]


def _measure(
    client: Client, owner: psycopg.Connection[tuple[object, ...]], page: Page, options: argparse.Namespace
) -> Row:
    name, address, sql = page
    taken, bare = [], []
    for number in range(options.requests + 3):
        where = address()
        started = time.perf_counter()
        response = client.get(where)
        response.content  # noqa: B018 - rendering belongs to the time
        taken.append(time.perf_counter() - started)
        if response.status_code != 200:
            raise RuntimeError(f"{where}: {response.status_code}")
        statement, values = sql()
        started = time.perf_counter()
        owner.execute(statement, values).fetchall()  # type: ignore[call-overload]
        bare.append(time.perf_counter() - started)
        if number == 2:
            taken.clear()
            bare.clear()
    worst, floor = percentile(taken, 0.95), percentile(bare, 0.95)
    return Row(
        name,
        options.households,
        worst,
        1 / worst,
        "pages/s at p95",
        limit="bare SQL p95",
        limit_value=1 / floor,
        extra={"p95_ms": round(1000 * worst, 1), "bare_p95_ms": round(1000 * floor, 2)},
    )


def _lay(count: int, programme: object, office: int) -> float:
    started = time.perf_counter()
    with psycopg.connect(os.environ["BERDAYA_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SET ROLE berdaya_owner")
        lay_people(owner, count)
        owner.execute(_LAY_CANDIDATES, {"programme": programme, "office": office, "share": PROGRAMME_SHARE})
        owner.execute("ANALYZE")
    return time.perf_counter() - started


def lay_people(owner: psycopg.Connection[tuple[object, ...]], count: int) -> None:
    """So many families of one person each, over the villages of Jawa Timur; the temporary table `laid` stays."""
    names = [(f"{a} {b}", spelling_key(f"{a} {b}")) for a in FIRST for b in SECOND]
    names += [(f"{a} {b} {c}", spelling_key(f"{a} {b} {c}")) for a in FIRST for b in SECOND for c in THIRD]
    owner.execute("CREATE TEMP TABLE name (n serial, name text, key text)")
    with owner.cursor().copy("COPY name (name, key) FROM STDIN") as copy:
        for row in names:
            copy.write_row(row)
    owner.execute(
        "CREATE TEMP TABLE village AS SELECT row_number() OVER (ORDER BY code) AS n, code FROM areas_area"
        " WHERE level = 4 AND code BETWEEN 3500000000 AND 3599999999"
    )
    owner.execute(_LAY, {"count": count, "names": len(names)})
    owner.execute(_LAY_PEOPLE)


_LAY = """
CREATE TEMP TABLE laid AS
SELECT gen_random_uuid() AS household, gen_random_uuid() AS person, s AS n, v.code AS area, m.name, m.key
FROM generate_series(1, %(count)s) AS s
JOIN village v ON v.n = 1 + s %% (SELECT count(*) FROM village)
JOIN name m ON m.n = 1 + (s::bigint * 7919) %% %(names)s
"""
_LAY_PEOPLE = """
INSERT INTO people_household (id, area, address, phone, incomplete, synthetic)
SELECT household, area, 'Dusun Contoh ' || n % 40, '', false, true FROM laid ORDER BY area, household;
INSERT INTO people_person (id, area, household_id, name, name_key, birth_place, birth_date, sex, marital, phone,
  is_head, occupation, nik_cipher, nik_key, nik_index, last4_index, synthetic)
SELECT person, area, household, name, key, '', date '1970-01-01' + (n % 12000)::int,
  CASE WHEN n % 2 = 0 THEN 'P' ELSE 'L' END, 'kawin', '', true, '', decode(md5(n::text), 'hex'), 1,
  sha256(n::text::bytea), sha256(('l' || n % 10000)::bytea), true
FROM laid ORDER BY area, person
"""
_LAY_CANDIDATES = """
INSERT INTO programmes_candidate (id, area, office_id, programme_id, ref, list_no, household_id, person_id, proposed_on,
  sources, interests, skills, kind, facts, checks, verdict, reason, incomplete, place, stratum, replaced_reason)
SELECT gen_random_uuid(), area, %(office)s, %(programme)s, n::text, n, household, person, date '2024-01-15',
  '{}', '{}', '{}', '', '{}', '[]', CASE WHEN n %% 3 = 0 THEN 'ineligible' ELSE 'eligible' END, '', false, '', '', ''
FROM laid WHERE n %% %(share)s = 0
"""
