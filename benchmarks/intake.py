"""A list of families into households and persons, beside django-import-export and beside COPY of the
finished rows.

Ours: validated rows through `people.services.register_many` under the application's role and its row-level
policies: numbers looked up in the whole country, sealed and indexed, spelling keys made, identity claimed,
history and audit on. Peer: django-import-export with one resource for households and one for persons on the
same rows, under the same role and policies, sealing with the same functions: as it comes (a look-up and a
save per row) and in its bulk mode without look-ups, both on the first `--peer-rows` rows (their speed does
not depend on the number; 0 takes all). Limit: COPY of the finished rows straight into the same indexed
tables as their owner. Every run begins with empty tables. Parsing is reported apart.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import psycopg
import xlsxwriter

from benchmarks.harness import Row, Timing, in_turn
from berdaya.areas.codes import format_code
from berdaya.areas.models import Area
from berdaya.intake import rows as readers
from berdaya.intake.files import read_path
from berdaya.intake.services import area_finder, person_of_candidate
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.people.services import register_many
from berdaya.people.types import PersonInput
from berdaya.process import cast
from berdaya.process.offices import NewOffice, ensure_office

AREA = 3500000000
AS_OF = date(2026, 10, 31)
TABLES = ("people_household", "people_person")
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
    "Ani",
    "Eka",
    "Rina",
    "Budi",
    "Agus",
    "Slamet",
    "Joko",
    "Bambang",
    "Eko",
    "Hadi",
]
SECOND = [
    "Hidayati",
    "Rahayu",
    "Wulandari",
    "Utami",
    "Lestari",
    "Susanti",
    "Handayani",
    "Astuti",
    "Setiawan",
    "Santoso",
    "Wijaya",
    "Nugroho",
]
THIRD = ("", "", "Sari", "Ningsih", "Putri", "Yanti", "Jaya", "Putra")
HEADINGS = (
    "No", "NIK", "No KK", "Nama", "Tempat Lahir", "Tanggal Lahir", "L/P", "Status Kawin", "Alamat", "Desa/Kelurahan",
    "Kecamatan", "Kabupaten/Kota", "Kode Wilayah", "HP", "Kepala Keluarga Perempuan", "Tanggungan", "Pernah Usaha",
    "Pekerjaan", "Minat", "Bakat",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes of the lists."""
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peer-rows", type=int, default=10_000, help="rows for the peer; 0 for all (minutes)")


def run(options: argparse.Namespace) -> list[Row]:
    """Parse the list, then register it by every contender in turn."""
    office = ensure_office(NewOffice("bench", "Dinas Sosial Provinsi Jawa Timur", AREA))
    maker, _ = cast.staff(office)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "candidates.xlsx")
        with scoped(maker):
            villages = list(
                Area.objects.filter(level=4, code__range=(AREA, AREA + 99_999_999)).values_list("code", flat=True)
            )
        write_list(path, options.rows, sorted(villages))
        parsed = in_turn({"parse": lambda: parse(path, maker)}, runs=options.runs)["parse"]
    people = parsed.result
    assert isinstance(people, list)
    assert len(people) == options.rows
    with psycopg.connect(os.environ["BERDAYA_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SET ROLE berdaya_owner")
        timings = _race(options, owner, maker, people)
    return _rows(options, parsed, timings)


def _race(
    options: argparse.Namespace, owner: psycopg.Connection[tuple[object, ...]], maker: Actor, people: list[PersonInput]
) -> dict[str, Timing]:
    """Ours, the limit and the peers in turn, each on empty tables."""
    register(maker, people)
    finished = {table: _copy_out(owner, table) for table in TABLES}
    contenders: dict[str, Callable[[], object]] = {
        "ours": lambda: register(maker, people),
        "limit": lambda: _copy_in(owner, finished),
    }
    if options.peers:
        from benchmarks import _intake_peer as peer  # noqa: PLC0415  (its library is installed for benchmarks only)

        options.peer_rows = min(options.peer_rows or options.rows, options.rows)
        same = peer.datasets(people[: options.peer_rows])
        contenders["peer"] = lambda: _scoped(maker, lambda: peer.as_it_comes(same))
        contenders["peer in bulk"] = lambda: _scoped(maker, lambda: peer.in_bulk(same))
    return in_turn(contenders, runs=options.runs, before=lambda: _empty(owner))


def _scoped(maker: Actor, call: Callable[[], object]) -> None:
    with scoped(maker):
        call()


def register(maker: Actor, people: list[PersonInput]) -> int:
    """Ours: one call, one transaction. Answers how many persons there are now."""
    with scoped(maker, reason="benchmark"):
        register_many(actor=maker, people=people)
        return Person.objects.filter(is_head=True).count() if len(people) < 1_000 else len(people)


def parse(path: Path, maker: Actor) -> list[PersonInput]:
    """From the file to validated rows: guard, calamine, every cell typed, duplicates, places looked up."""
    with scoped(maker):
        reading = readers.read_candidates(read_path(path), as_of=AS_OF, find_area=area_finder(AREA))
    assert reading.problems == (), reading.problems[:3]
    return [person_of_candidate(row, synthetic=True) for row in reading.rows]


def write_list(path: Path, count: int, villages: list[int]) -> None:
    """A synthetic list of the shape that offices send; serials 9001-9999, telephone block 0000."""
    rng = random.Random(count)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Calon")
    sheet.write_row(0, 0, HEADINGS)
    for number in range(1, count + 1):
        village = villages[number % len(villages)]
        serial, day = number // len(villages), date(1966, 1, 1) + timedelta(days=number % 12_000)
        female = rng.random() < 0.7
        name = " ".join(filter(None, (rng.choice(FIRST), rng.choice(SECOND), rng.choice(THIRD))))
        district = village // 10_000
        cells = (
            str(number),
            f"{district:06d}{day.day + 40 * female:02d}{day:%m%y}{9001 + (number + serial) % 999:04d}",
            f"{district:06d}{number % 28 + 1:02d}{number // 28 % 12 + 1:02d}{number // 336 % 20 + 5:02d}"
            f"{9001 + (number // 6720 + number) % 999:04d}",
            name, "Situbondo", f"{day:%d/%m/%Y}", "P" if female else "L", "Kawin", f"Dusun Contoh {number % 40}", "",
            "", "", format_code(village), f"0812-0000-{number % 10_000:04d}", "ya" if rng.random() < 0.2 else "tidak",
            str(rng.randint(0, 6)), "tidak", "Buruh tani", "bread; chips", "cooking",
        )  # fmt: skip
        sheet.write_row(number, 0, cells)
    book.close()


def _empty(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    owner.execute("TRUNCATE people_household, people_identity, people_lookupcount CASCADE")


def _copy_out(owner: psycopg.Connection[tuple[object, ...]], table: str) -> bytes:
    with owner.cursor().copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copy:
        return b"".join(bytes(block) for block in copy)


def _copy_in(owner: psycopg.Connection[tuple[object, ...]], finished: dict[str, bytes]) -> None:
    with owner.transaction():
        for table in TABLES:
            with owner.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
                copy.write(finished[table])


def _rows(options: argparse.Namespace, parsed: Timing, timings: dict[str, Timing]) -> list[Row]:
    size = options.rows
    speed = {name: size / timing.seconds for name, timing in timings.items()}
    for name in ("peer", "peer in bulk"):
        if name in timings:
            speed[name] = options.peer_rows / timings[name].seconds
    ours, limit = timings["ours"], "COPY of finished rows"
    table = [
        Row("parse and validate xlsx", size, parsed.seconds, size / parsed.seconds, "rows/s", parsed.peak_mb),
        Row(
            "households and persons", size, ours.seconds, speed["ours"], "rows/s", ours.peak_mb,
            peer="django-import-export" if "peer" in timings else None, peer_value=speed.get("peer"),
            limit=limit, limit_value=speed["limit"],
            extra={"runs": ours.runs, "limit_runs": timings["limit"].runs},
        ),
    ]  # fmt: skip
    if "peer" in timings:
        table.append(
            Row(
                "the same, beside the peer's bulk mode", size, ours.seconds, speed["ours"], "rows/s", ours.peak_mb,
                peer="django-import-export bulk", peer_value=speed["peer in bulk"], limit=limit,
                limit_value=speed["limit"],
                extra={"peer_runs": timings["peer"].runs, "peer_rows": options.peer_rows,
                       "peer_bulk_runs": timings["peer in bulk"].runs},
            )
        )  # fmt: skip
    return table
