"""Loading reference data (as the owner of the tables) and recording positions (as an office)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db import connection, transaction

from berdaya.areas import selectors
from berdaya.areas.codes import InvalidAreaCodeError, contains, level_of, lineage, parse_code
from berdaya.areas.models import Area, AreaCode, AreaPosition
from berdaya.areas.names import spelling_key
from berdaya.areas.source import EDITION, EXPECTED_COUNTS, AreaLine, read_reference, reference_folder
from berdaya.areas.types import LoadResult
from berdaya.audit.services import record
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

_COLUMNS = "code, level, kind, name, name_key, parent, edition"


def load_areas(
    *, folder: Path | None = None, edition: str = EDITION, within: int = 0, force: bool = False
) -> LoadResult:
    """Bring the table of areas to ``edition``; a second call finds everything there and returns at once.

    Runs as the owner of the tables (setup, migrate), not as an actor. ``within`` limits it to one area with all
    above and below it (tests). A code that left the list is kept in :class:`AreaCode` of its own edition.
    Raises ``area.data_missing``.
    """
    if not (force or within) and _complete(edition):
        return LoadResult(0, 0, Area.objects.count())
    lines = read_reference(folder or reference_folder())
    if within:
        above = lineage(within)
        lines = [line for line in lines if contains(within, line.code) or line.code in above]
    with transaction.atomic():
        _copy(lines, edition)
        inserted, updated = _merge(retire=not within)
    selectors.forget()
    return LoadResult(inserted, updated, len(lines))


def import_areas(*, file: Path, edition: str) -> int:
    """Take codes of another year beside the present ones; runs as the owner. Returns the number of codes.

    ``file`` is a CSV with ``code`` and ``name`` (``kode``, ``nama``), and optionally ``successor`` (``pengganti``): the
    present code that took the place. The same edition again replaces its rows. Raises ``area.bad_file``.
    """
    rows = _read_edition(file)
    with transaction.atomic():
        AreaCode.objects.filter(edition=edition).delete()
        AreaCode.objects.bulk_create(
            [
                AreaCode(edition=edition, code=code, level=level_of(code), name=name, successor=successor)
                for code, name, successor in rows
            ],
            batch_size=5_000,
        )
    return len(rows)


def record_positions_many(*, actor: Actor, positions: Iterable[tuple[int, float, float]], source: str) -> int:
    """Write one point per area and source, as (code, latitude, longitude) in degrees; the later one replaces.

    Raises ``not_allowed``, ``outside_scope`` for an area outside the actor's ranges, ``area.unknown`` for a point
    outside Indonesia.
    """
    if "programme.manage" not in actor.permissions:
        raise Problem("not_allowed", role=actor.role, permission="programme.manage")
    rows = {code: (lat, lon) for code, lat, lon in positions}
    for code, (lat, lon) in rows.items():
        if not actor.covers(code):
            raise Problem("outside_scope")
        if not (-11.5 <= lat <= 6.5 and 94.5 <= lon <= 141.5):
            raise Problem("area.unknown", name=f"{code} ({lat}, {lon})")
    AreaPosition.objects.bulk_create(
        [AreaPosition(area=code, source=source, lat=lat, lon=lon) for code, (lat, lon) in rows.items()],
        update_conflicts=True,
        unique_fields=["area", "source"],
        update_fields=["lat", "lon"],
        batch_size=5_000,
    )
    record(actor=actor, name="area.positions_recorded", count=len(rows), source=source)
    return len(rows)


def _complete(edition: str) -> bool:
    return edition == EDITION and Area.objects.filter(edition=edition).count() == sum(EXPECTED_COUNTS.values())


def _copy(lines: Sequence[AreaLine], edition: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE area_list (LIKE areas_area) ON COMMIT DROP")
        with cursor.copy(f"COPY area_list ({_COLUMNS}) FROM STDIN") as copy:
            for line in lines:
                key = spelling_key(line.name)[:120]
                copy.write_row((line.code, int(line.level), line.kind, line.name, key, line.parent, edition))


def _merge(*, retire: bool) -> tuple[int, int]:
    with connection.cursor() as cursor:
        if retire:
            cursor.execute(
                "WITH gone AS (DELETE FROM areas_area a WHERE NOT EXISTS"
                " (SELECT FROM area_list l WHERE l.code = a.code) RETURNING a.*)"
                " INSERT INTO areas_areacode (edition, code, level, name)"
                " SELECT edition, code, level, name FROM gone ON CONFLICT DO NOTHING"
            )
        cursor.execute(
            f"INSERT INTO areas_area ({_COLUMNS}) SELECT {_COLUMNS} FROM area_list"
            " ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, name_key = EXCLUDED.name_key,"
            " kind = EXCLUDED.kind, edition = EXCLUDED.edition"
            " WHERE (areas_area.name, areas_area.name_key, areas_area.kind, areas_area.edition)"
            " IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.name_key, EXCLUDED.kind, EXCLUDED.edition)"
            " RETURNING (xmax = 0)"
        )
        fresh = [bool(row[0]) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE area_list")
        cursor.execute("ANALYZE areas_area")
    return fresh.count(True), fresh.count(False)


def _read_edition(file: Path) -> list[tuple[int, str, int | None]]:
    rows: list[tuple[int, str, int | None]] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for number, raw in enumerate(csv.DictReader(stream), start=2):
                row = {(key or "").strip().casefold(): (value or "").strip() for key, value in raw.items()}
                successor = row.get("successor") or row.get("pengganti") or ""
                try:
                    code = parse_code(row.get("code") or row.get("kode") or "")
                    rows.append((code, row.get("name") or row["nama"], parse_code(successor) if successor else None))
                except (InvalidAreaCodeError, KeyError) as error:
                    raise Problem("area.bad_file", file=file.name, detail=f"baris {number}: {error}") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem("area.bad_file", file=file.name, detail=str(error)) from error
    return rows
