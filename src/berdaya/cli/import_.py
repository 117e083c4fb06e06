"""``import check``: every fault of an office's list, and the list with its faults marked, before anything is written.

Exit status: 0 where the file could be read, refused rows or not; 1 where the file itself cannot be read (no Excel,
empty, locked, headings missing, larger than allowed); 2 for everything else, such as an unknown area.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from berdaya.cli.existing import existing, write_bytes, write_json
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from berdaya.intake.types import CellProblem

HELP = "check an office's list without writing anything"
UNREADABLE = 1
KINDS = ("candidates", "groups")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="check", required=True)
    check = actions.add_parser("check", help="every fault by row and column; writes nothing to the database")
    check.add_argument("file", type=Path, help="the list: xlsx, xls, ods, csv or csv.gz")
    check.add_argument("--type", choices=KINDS, required=True, help="families (candidates) or existing groups")
    check.add_argument("--area", required=True, help="area of the programme, for instance 35.12")
    check.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="day of the check (default today)")
    check.add_argument("--json", type=Path, metavar="FILE", help="write counts and faults there")
    check.add_argument("--fixed", type=Path, metavar="FILE", help="write the list there as xlsx, faults marked")
    check.add_argument("--demo", action="store_true", help="look places up in the demo database")


def run(options: argparse.Namespace) -> int:
    """Check one file, print the counts, write what was asked for."""
    with existing(demo=options.demo):
        from berdaya.kernel.clock import today

        as_of = options.as_of or today()
        area = known_area(options.area)
        try:
            report, copy = check_file(options.file, kind=options.type, area=area, as_of=as_of)
        except (Problem, OSError) as error:
            return _unreadable(options, unreadable(options.file, error))
    if options.json:
        write_json(options.json, report)
    if options.fixed:
        write_bytes(options.fixed, copy)
    sys.stdout.write(summary(report) + "\n")
    return 0


def known_area(text: str) -> int:
    """The code of an area in any notation. Raises ``area.code_unknown``."""
    from berdaya.areas import selectors
    from berdaya.areas.codes import InvalidAreaCodeError, parse_code
    from berdaya.kernel.scope import PUBLIC, scoped

    try:
        code = parse_code(text)
    except InvalidAreaCodeError:
        raise Problem("area.code_unknown", name=text) from None
    with scoped(PUBLIC):
        if not selectors.areas_by_code([code]):
            raise Problem("area.code_unknown", name=text)
    return code


def check_file(path: Path, *, kind: str, area: int, as_of: date) -> tuple[dict[str, Any], bytes]:
    """The report and the checked copy (xlsx), made in a transaction that cannot write.

    Raises what `intake.files` raises for a file that cannot be read, OSError where there is none.
    """
    from django.db import connection

    from berdaya.areas.codes import area_range, format_code
    from berdaya.intake import checked_copy, services
    from berdaya.kernel.scope import Actor, scoped

    checker = Actor(
        kind="staff",
        role="operator",
        name="import check",
        ranges=(area_range(area),),
        permissions=frozenset({services.PERMISSION}),
    )
    with scoped(checker):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        if kind == "groups":
            check = services.check_groups(actor=checker, source=path, area=area, as_of=as_of)[0]
        else:
            check = services.check_candidates(actor=checker, source=path, area=area, as_of=as_of)[0]
    copy = check.checked_copy or checked_copy.make(services.open_file(path), {}, {})
    report = {
        "file": check.file,
        "sha256": check.digest,
        "type": kind,
        "area": format_code(area),
        "as_of": as_of.isoformat(),
        "rows_in": check.rows_in,
        "rows_taken": check.rows_taken,
        "duplicates": check.duplicates,
        "rows_refused": check.rows_refused,
        "faults": [fault(problem) for problem in check.problems],
        "warnings": [{"row": warning.row, "code": warning.code} for warning in check.warnings],
    }
    return report, copy


def fault(problem: CellProblem) -> dict[str, object]:
    """One fault as the JSON file has it; ``cell`` is Excel's address, empty where the whole row is meant."""
    from xlsxwriter.utility import xl_col_to_name

    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.heading,
        "cell": f"{xl_col_to_name(problem.column)}{problem.row}" if problem.column >= 0 else "",
        "code": problem.code,
        "other_row": problem.other,
        "id": problem.text("id"),
        "en": problem.text("en"),
    }


def summary(report: Mapping[str, Any]) -> str:
    """The counts on one line in both languages, then one line per reason."""
    refused = {**report["rows_refused"]}
    lines = [
        f"{report['file']}: {report['rows_in']} baris / rows, {report['rows_taken']} diterima / taken, "
        f"{sum(refused.values())} ditolak / refused, {report['duplicates']} ganda / duplicates"
    ]
    lines += [f"  {count:>6}  {code}" for code, count in sorted(refused.items(), key=lambda item: (-item[1], item[0]))]
    return "\n".join(lines)


def unreadable(path: Path, error: Problem | OSError) -> Problem:
    """Why the file cannot be read."""
    return error if isinstance(error, Problem) else Problem("start.file_unreadable", path=path, reason=error.strerror)


def _unreadable(options: argparse.Namespace, problem: Problem) -> int:
    from berdaya.cli.main import complain

    if options.json:
        texts = {language: f"{problem.text(language)} {problem.advice(language)}" for language in ("id", "en")}
        write_json(options.json, {"file": options.file.name, "error": {"code": problem.code, **texts}})
    complain(problem)
    return UNREADABLE
