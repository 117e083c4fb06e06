"""``import check``: every fault of an office's list, and the list with its faults marked, before anything is written.
``import template``: the empty list of a kind, with drop-down lists, instructions and codes. The actions that write
stand in `import_jobs`.

Exit status: 0 where the file could be read, refused rows or not; 1 where the file itself cannot be read (no Excel,
empty, locked, headings missing, larger than allowed); 2 for everything else, such as an unknown area.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from berdaya.cli import import_jobs
from berdaya.cli.existing import existing, write_bytes, write_json
from berdaya.config.database import changed_environment
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from berdaya.intake.types import CellProblem

HELP = "check an office's list without writing anything"
UNREADABLE = 1
KINDS = {
    "candidates": "families proposed for a programme",
    "groups": "existing groups with members, officers, assets, opening balances, products",
    "families": "families and their members with a desil snapshot",
    "other-aid": "aid given by other offices",
    "exclusions": "civil servants, army and police, pensioners, deceased, mentors, graduated",
    "classes": "training classes",
    "packages": "packages of goods",
    "resources": "village resources",
    "mentors": "mentors and where they work",
}
"""Types of list; a test holds them against `intake.kinds.KINDS`, which needs the settings and is not imported here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    types = "\n".join(f"  {name:<11} {text}" for name, text in KINDS.items())
    shape: dict[str, Any] = {
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "epilog": f"types of list:\n{types}",
    }
    _template_arguments(actions, shape)
    import_jobs.add_arguments(actions, KINDS, shape)
    check = actions.add_parser("check", help="every fault by row and column; writes nothing to the database", **shape)
    check.add_argument("file", type=Path, help="the list: xlsx, xls, ods, csv or csv.gz")
    check.add_argument("--type", choices=KINDS, required=True, metavar="TYPE", help="one of the types below")
    check.add_argument("--area", required=True, help="area of the programme, for instance 35.12")
    check.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="day of the check (default today)")
    check.add_argument("--json", type=Path, metavar="FILE", help="write counts and faults there")
    check.add_argument("--fixed", type=Path, metavar="FILE", help="write the list there as xlsx, faults marked")
    check.add_argument(
        "--map", action="append", default=[], metavar="HEADING=FIELD",
        help="what an unusual heading means, for instance --map 'Pemilik Nomor=nik'; FIELD - leaves a column out",
    )  # fmt: skip
    check.add_argument("--demo", action="store_true", help="look places up in the demo database")


def _template_arguments(actions: Any, shape: dict[str, Any]) -> None:
    template = actions.add_parser("template", help="write the empty list of a type, with drop-down lists", **shape)
    template.add_argument("--type", choices=KINDS, required=True, metavar="TYPE", help="one of the types below")
    template.add_argument("--out", type=Path, required=True, metavar="FILE", help="write the xlsx there")
    template.add_argument("--language", choices=("id", "en"), default="id", help="of the instructions (default id)")


def run(options: argparse.Namespace) -> int:
    """Check one file or write a template; print the counts, write what was asked for."""
    if options.action == "template":
        return _template(options)
    if options.action != "check":
        return import_jobs.run(options)
    with existing(demo=options.demo):
        from berdaya.kernel.clock import today

        as_of = options.as_of or today()
        area = known_area(options.area)
        try:
            report, copy = check_file(
                options.file, kind=options.type, area=area, as_of=as_of, mapping=mapping_of(options.map)
            )
        except (Problem, OSError) as error:
            return _unreadable(options, unreadable(options.file, error))
    if options.json:
        write_json(options.json, report)
    if options.fixed:
        write_bytes(options.fixed, copy)
    sys.stdout.write(summary(report) + "\n")
    return 0


def _template(options: argparse.Namespace) -> int:
    """Needs no database: the codes in it are part of the program."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    with changed_environment({"BERDAYA_NO_SECRETS": "1"}):
        import django

        django.setup()
        from berdaya.intake.template import make_template

        write_bytes(options.out, make_template(options.type, language=options.language))
    sys.stdout.write(f"{options.out}\n")
    return 0


def mapping_of(words: Sequence[str]) -> dict[str, str]:
    """``Heading=field`` pairs. Raises ``start.bad_mapping``."""
    pairs = [word.rpartition("=") for word in words]
    if not all(heading and field for heading, _, field in pairs):
        raise Problem("start.bad_mapping", words=" ".join(words))
    return {heading.strip(): field.strip() for heading, _, field in pairs}


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


def check_file(
    path: Path, *, kind: str, area: int, as_of: date, mapping: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], bytes]:
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
        check, _ = services.check_list(actor=checker, source=path, kind=kind, area=area, as_of=as_of, mapping=mapping)
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
        "warnings": [{"sheet": warning.sheet, "row": warning.row, "code": warning.code} for warning in check.warnings],
    }
    return report, copy


def fault(problem: CellProblem) -> dict[str, object]:
    """One fault as the JSON file has it; ``cell`` is Excel's address, empty where the whole row is meant; ``severity``
    is ``refused``, or ``warning`` where the row is taken all the same.
    """
    from xlsxwriter.utility import xl_col_to_name

    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.heading,
        "cell": f"{xl_col_to_name(problem.column)}{problem.row}" if problem.column >= 0 else "",
        "code": problem.code,
        "severity": problem.severity,
        "other_row": problem.other,
        "other_sheet": problem.other_sheet,
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
        texts = {language: problem.told(language) for language in ("id", "en")}
        write_json(options.json, {"file": options.file.name, "error": {"code": problem.code, **texts}})
    complain(problem)
    return UNREADABLE
