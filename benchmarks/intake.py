"""A list of families into households and persons, beside django-import-export and beside COPY of the finished rows.

Ours: the list is read part by part from text (csv.gz), as an import reads it, and every batch of 10,000 goes through
`people.services.register_many` under the application's role and its row-level policies: numbers looked up in the whole
country, sealed and indexed, spelling keys made, identity claimed, history and audit on; one transaction to a batch.
Reading and checking is timed apart from writing. Peer: django-import-export with one resource for households and one
for persons on the same rows, under the same role and policies, sealing with the same functions: as it comes (a look-up
and a save per row) and in its bulk mode without look-ups, both on the first `--peer-rows` rows of the list: a million
would take it a quarter of an hour a run. That is fair, for it is given its best: each of its rows costs the same work,
and empty tables are its fastest. `peer_third` is its speed on a third of these rows, beside `peer_value` on all.
Limit: COPY of the finished rows straight into the same indexed tables as their owner, from files. Every run begins with
empty tables. `process_mb` is the whole process at its highest; `cpu_s` and `limit_cpu_s` are the processor's seconds of
this process and its database session together, which say on a busy machine what the clock cannot.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import psycopg
import xlsxwriter
from django.db import connection

from benchmarks.harness import Row, Timing, in_turn, peak_mb, reset_peak
from berdaya.areas.codes import format_code
from berdaya.areas.models import Area
from berdaya.intake import rows as readers
from berdaya.intake.files import read_path
from berdaya.intake.kinds import KINDS
from berdaya.intake.services import area_finder, person_of_candidate
from berdaya.intake.sources import Source
from berdaya.kernel.bulk import refresh_statistics
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.people.services import register_many
from berdaya.people.types import PersonInput
from berdaya.process import cast
from berdaya.process.import_work import BATCH, is_time_to_look
from berdaya.process.offices import NewOffice, ensure_office

AREA = 3500000000
AS_OF = date(2026, 10, 31)
TABLES = ("people_household", "people_person")
XLSX_ROWS = 100_000
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
    parser.add_argument("--rows", default="100000", help="sizes with commas between, such as 100000,300000,1000000")
    parser.add_argument("--peer-rows", type=int, default=3_000, help="rows for the peer (3000)")


@dataclass
class Parts:
    """Seconds of each run, reading and writing apart, and the highest memory of the whole process (MB)."""

    reading: list[float] = field(default_factory=list)
    writing: list[float] = field(default_factory=list)
    batches: list[float] = field(default_factory=list)
    """Seconds of writing, batch by batch, of the last run."""
    cpu: list[float] = field(default_factory=list)
    limit_cpu: list[float] = field(default_factory=list)
    """Processor seconds of writing, and of the limit; without the server's share where it stands on another machine."""
    process_mb: float = 0.0


class Work:
    """Processor seconds of this process and of one database session on the same machine, for the time of the block."""

    seconds = 0.0

    def __enter__(self) -> Work:
        self._pid, self._begun = 0, time.process_time()
        return self

    def of(self, pid: int) -> None:
        """The session that works for us from now on."""
        self._pid, self._before = pid, _ticks(pid)

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._begun + (_ticks(self._pid) - self._before if self._pid else 0.0)


def _ticks(pid: int) -> float:
    """Processor seconds of a process so far; 0 where it cannot be seen."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(options: argparse.Namespace) -> list[Row]:
    """For each size: the list read and registered by every contender in turn."""
    office = ensure_office(NewOffice("bench", "Dinas Sosial Provinsi Jawa Timur", AREA))
    maker, _ = cast.staff(office)
    with scoped(maker):
        inside = Area.objects.filter(level=4, code__range=(AREA, AREA + 99_999_999))
        villages = sorted(inside.values_list("code", flat=True))
    sizes = [int(size) for size in str(options.rows).split(",")]
    table: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        psycopg.connect(os.environ["BERDAYA_OWNER_URL"], autocommit=True) as owner,
    ):
        owner.execute("SET ROLE berdaya_owner")
        if min(sizes) <= XLSX_ROWS:
            table.append(_xlsx(Path(folder, "candidates.xlsx"), min(sizes), villages, maker, options.runs))
        for size in sizes:
            path = Path(folder, f"{size}.csv.gz")
            write_text(path, size, villages)
            table += _race(options, owner, maker, path, size)
            path.unlink()
    return table


def _xlsx(path: Path, size: int, villages: list[int], maker: Actor, runs: int) -> Row:
    write_list(path, size, villages)
    parsed = in_turn({"parse": lambda: parse(path, maker)}, runs=runs)["parse"]
    assert len(parsed.result) == size  # type: ignore[arg-type]
    return Row("parse and validate xlsx", size, parsed.seconds, size / parsed.seconds, "rows/s", parsed.peak_mb)


def _race(
    options: argparse.Namespace, owner: psycopg.Connection[tuple[object, ...]], maker: Actor, path: Path, size: int
) -> list[Row]:
    """Ours, the limit and the peers in turn, each on empty tables."""
    parts = Parts()
    _empty(owner)
    finished = _register(maker, path, Parts(), size)
    files = {table: path.with_name(table) for table in TABLES}
    for table, file in files.items():
        _copy_out(owner, table, file)
    contenders: dict[str, Callable[[], object]] = {
        "ours": lambda: _register(maker, path, parts, size),
        "limit": lambda: _copy_in(owner, files, parts),
    }
    if options.peers:
        from benchmarks import _intake_peer as peer  # noqa: PLC0415  (its library is installed for benchmarks only)

        options.peer_rows = min(options.peer_rows, finished)
        same = peer.datasets(_first(maker, path, options.peer_rows))
        third = peer.datasets(_first(maker, path, max(1, options.peer_rows // 3)))
        contenders["peer on a third"] = lambda: _scoped(maker, lambda: peer.as_it_comes(third))
        contenders["peer"] = lambda: _scoped(maker, lambda: peer.as_it_comes(same))
        contenders["peer in bulk"] = lambda: _scoped(maker, lambda: peer.in_bulk(same))
    timings = in_turn(contenders, runs=options.runs, before=lambda: _empty(owner))
    return _rows(options, size, parts, timings)


def _parts(path: Path, maker: Actor, size: int) -> Iterator[list[PersonInput]]:
    """Batches of validated people, read as an import reads them."""
    source, main = Source(path, path.name), KINDS["candidates"].main
    with scoped(maker):
        reader = readers.candidate_reader(as_of=AS_OF, find_area=area_finder(AREA))
    for part in source.parts(main.title, main.columns, main.keys, size):
        with scoped(maker):
            reading = reader.part(part.table, part.numbers, part.body)
        assert reading.problems == (), reading.problems[:3]
        yield [person_of_candidate(row, synthetic=True) for row in reading.rows]


def _first(maker: Actor, path: Path, count: int) -> list[PersonInput]:
    return list(next(_parts(path, maker, count)))


def _register(maker: Actor, path: Path, parts: Parts, size: int) -> int:
    """Read and write in turn, batch by batch; answers how many people were given."""
    reset_peak()
    reading = writing = 0.0
    given = 0
    batches: list[float] = []
    cpu: list[float] = []
    started = time.perf_counter()
    for number, people in enumerate(_parts(path, maker, BATCH), start=1):
        read = time.perf_counter()
        reading += read - started
        with Work() as work, scoped(maker, reason="benchmark"):
            work.of(connection.connection.info.backend_pid)
            register_many(actor=maker, people=people)
        if is_time_to_look(number):
            with scoped(maker):
                refresh_statistics()
        given += len(people)
        started = time.perf_counter()
        writing += started - read
        batches.append(started - read)
        cpu.append(work.seconds)
    assert given == size
    parts.batches = batches
    parts.cpu.append(sum(cpu))
    parts.reading.append(reading)
    parts.writing.append(writing)
    parts.process_mb = max(parts.process_mb, peak_mb())
    return given


def _scoped(maker: Actor, call: Callable[[], object]) -> None:
    with scoped(maker):
        call()


def register(maker: Actor, people: list[PersonInput]) -> int:
    """One call, one transaction. Answers how many persons there are now."""
    with scoped(maker, reason="benchmark"):
        register_many(actor=maker, people=people)
        return Person.objects.filter(is_head=True).count() if len(people) < 1_000 else len(people)


def parse(path: Path, maker: Actor) -> list[PersonInput]:
    """From the file to validated rows: guard, calamine, every cell typed, duplicates, places looked up."""
    with scoped(maker):
        reading = readers.read_candidates(read_path(path), as_of=AS_OF, find_area=area_finder(AREA))
    assert reading.problems == (), reading.problems[:3]
    return [person_of_candidate(row, synthetic=True) for row in reading.rows]


def lines(count: int, villages: list[int]) -> Iterator[tuple[str, ...]]:
    """Synthetic rows of the shape that offices send; serials 9001-9999, telephone block 0000, each number once."""
    rng = random.Random(count)
    given: dict[int, int] = defaultdict(int)
    for number in range(1, count + 1):
        village = villages[number % len(villages)]
        district = village // 10_000
        nth = given[district]
        given[district] += 1
        day = date(1966, 1, 1) + timedelta(days=nth // 999 * 17 % 12_000)
        female = rng.random() < 0.7
        name = " ".join(filter(None, (rng.choice(FIRST), rng.choice(SECOND), rng.choice(THIRD))))
        serial = 9001 + nth % 999
        yield (
            str(number),
            f"{district:06d}{day.day + 40 * female:02d}{day:%m%y}{serial:04d}",
            f"{district:06d}{nth // 999 % 28 + 1:02d}{nth // 27_972 % 12 + 1:02d}15{serial:04d}",
            name, "Situbondo", f"{day:%d/%m/%Y}", "P" if female else "L", "Kawin", f"Dusun Contoh {number % 40}", "",
            "", "", format_code(village), f"0812-0000-{number % 10_000:04d}", "ya" if rng.random() < 0.2 else "tidak",
            str(rng.randint(0, 6)), "tidak", "Buruh tani", "bread; chips", "cooking",
        )  # fmt: skip


def write_list(path: Path, count: int, villages: list[int]) -> None:
    """The list as xlsx."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Calon")
    sheet.write_row(0, 0, HEADINGS)
    for number, cells in enumerate(lines(count, villages), start=1):
        sheet.write_row(number, 0, cells)
    book.close()


def write_text(path: Path, count: int, villages: list[int]) -> None:
    """The list as csv.gz."""
    with gzip.open(path, "wb", 1) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADINGS)
        writer.writerows(lines(count, villages))


def _empty(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    owner.execute("TRUNCATE people_household, people_identity, people_lookupcount CASCADE")


def _copy_out(owner: psycopg.Connection[tuple[object, ...]], table: str, file: Path) -> None:
    with file.open("wb") as target, owner.cursor().copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copy:
        for block in copy:
            target.write(block)


def _copy_in(owner: psycopg.Connection[tuple[object, ...]], files: dict[str, Path], parts: Parts) -> None:
    with Work() as work, owner.transaction():
        work.of(owner.info.backend_pid)
        for table, file in files.items():
            with file.open("rb") as source, owner.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
    parts.limit_cpu.append(work.seconds)


def _rows(options: argparse.Namespace, size: int, parts: Parts, timings: dict[str, Timing]) -> list[Row]:
    speed = {name: size / timing.seconds for name, timing in timings.items()}
    third = max(1, options.peer_rows // 3)
    for name, rows in (("peer", options.peer_rows), ("peer in bulk", options.peer_rows), ("peer on a third", third)):
        if name in timings:
            speed[name] = rows / timings[name].seconds
    ours, limit = timings["ours"], "COPY of finished rows"
    reading, writing = statistics.median(parts.reading), statistics.median(parts.writing)
    tenth = max(1, len(parts.batches) // 10)
    shown = {
        "process_mb": round(parts.process_mb, 1),
        "first_batches_s": round(statistics.median(parts.batches[:tenth]), 3),
        "last_batches_s": round(statistics.median(parts.batches[-tenth:]), 3),
        "cpu_s": round(statistics.median(parts.cpu), 2),
        "limit_cpu_s": round(statistics.median(parts.limit_cpu), 2),
        "load": round(os.getloadavg()[0], 1),
    }
    if "peer" in timings:
        shown |= {"peer_rows": options.peer_rows, "peer_third": round(speed["peer on a third"], 1)}
    table = [
        Row("read and validate csv.gz", size, reading, size / reading, "rows/s", ours.peak_mb, extra=dict(shown)),
        Row(
            "households and persons", size, writing, size / writing, "rows/s", ours.peak_mb,
            peer="django-import-export" if "peer" in timings else None, peer_value=speed.get("peer"),
            limit=limit, limit_value=speed["limit"],
            extra={**shown, "runs": parts.writing, "limit_runs": timings["limit"].runs,
                   "whole_seconds": round(ours.seconds, 3)},
        ),
    ]  # fmt: skip
    if "peer" in timings:
        table.append(
            Row(
                "the same, beside the peer's bulk mode", size, writing, size / writing, "rows/s", ours.peak_mb,
                peer="django-import-export bulk", peer_value=speed["peer in bulk"], limit=limit,
                limit_value=speed["limit"],
                extra={**shown, "peer_runs": timings["peer"].runs, "peer_bulk_runs": timings["peer in bulk"].runs},
            )
        )  # fmt: skip
    return table
