"""``lottery``: a decided selection as a file, and the same selection again from that file alone, without a database.

``verify`` ends with 0 where all agrees, 1 where anything differs, 2 where the file cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from berdaya.cli.existing import existing, write_json
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from berdaya.programmes.rules.replay import Difference, Export

HELP = "export a selection, and repeat it on any machine"
DIFFERS = 1
SHOWN = 20
LARGEST = 512 * 1024**2
CHECKS = {
    "list": ("daftar beku", "frozen list"),
    "commitment": ("komitmen", "commitments"),
    "ceiling": ("kuota", "quotas"),
    "draw": ("undian", "draws"),
    "rank": ("peringkat", "ranks"),
    "selection": ("terpilih", "selected"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="export|verify", required=True)
    export = actions.add_parser("export", help="write a decided selection as one file")
    export.add_argument("--programme", required=True, metavar="CODE", help="the programme's code")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    export.add_argument("--demo", action="store_true", help="from the demo database")
    verify = actions.add_parser("verify", help="repeat a selection from its file; needs no database")
    verify.add_argument("file", type=Path, help="a file of lottery export")
    verify.add_argument("--json", type=Path, metavar="FILE", help="write what differs there")


def run(options: argparse.Namespace) -> int:
    """Export or verify."""
    return _export(options) if options.action == "export" else _verify(options)


def _export(options: argparse.Namespace) -> int:
    with existing(demo=options.demo):
        from berdaya.kernel.scope import ALL_OFFICES, AREA_MAX, Actor, scoped
        from berdaya.programmes.selectors import selection_export

        reader = Actor(
            kind="staff",
            role="auditor",
            name="lottery export",
            ranges=((0, AREA_MAX),),
            office=ALL_OFFICES,
            permissions=frozenset({"programme.read", "export"}),
        )
        with scoped(reader):
            content = selection_export(actor=reader, code=options.programme)
    write_json(options.out, content)
    sys.stdout.write(f"{options.out}: {len(content['entries'])} baris / lines, SHA-256 {content['list_sha256']}\n")
    return 0


def read(path: Path) -> Export:
    """The file. Raises ``start.file_unreadable``, ``lottery_file_broken``."""
    from berdaya.programmes import problems  # noqa: F401  (registers the texts)
    from berdaya.programmes.rules.replay import parse

    try:
        if path.stat().st_size > LARGEST:
            raise Problem("lottery_file_broken", path=f"> {LARGEST} bytes")
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem("start.file_unreadable", path=path, reason=error.strerror) from error
    except (ValueError, RecursionError):
        raise Problem("lottery_file_broken", path="JSON") from None
    return parse(raw)


def _verify(options: argparse.Namespace) -> int:
    from berdaya.programmes.rules.replay import replay

    export = read(options.file)
    found = replay(export)
    if options.json:
        write_json(options.json, report(export, found))
    sys.stdout.write("\n".join(lines(export, found)) + "\n")
    return DIFFERS if found else 0


def report(export: Export, found: list[Difference]) -> dict[str, object]:
    """The verdict of each check and every difference, as the JSON file has them."""
    wrong = {item.check for item in found}
    return {
        "programme": export.programme.code,
        "entries": len(export.entries),
        "selected": sum(bool(line.selected) for line in export.entries),
        "lottery": bool(export.seeds),
        "ok": not found,
        "checks": {name: name not in wrong for name in CHECKS},
        "differences": [asdict(item) for item in found],
    }


def lines(export: Export, found: list[Difference]) -> list[str]:
    """One line per check in both languages, then the first differences."""
    counts = {name: sum(item.check == name for item in found) for name in CHECKS}
    selected = sum(bool(line.selected) for line in export.entries)
    title = f"{export.programme.code}: {len(export.entries)} baris / lines, {selected} terpilih / selected"
    answer = [title]
    for name, (indonesian, english) in CHECKS.items():
        verdict = f"{counts[name]} berbeda / differ" if counts[name] else "cocok / agree"
        answer.append(f"  {indonesian} / {english}: {verdict}")
    for item in found[:SHOWN]:
        where = f"No {item.number} " if item.number else ""
        answer.append(f"  ✗ {where}{item.field}: {item.stated} → {item.found}")
    if len(found) > SHOWN:
        answer.append(f"  … {len(found) - SHOWN} lagi / more (--json)")
    return answer
