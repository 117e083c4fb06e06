"""``daily``: what the office must not forget, as tasks; once a day for each office, again only what failed.

``serve`` runs the same checks by itself. Exit status: 0 where every check ran, 1 where one could not.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from berdaya.cli.existing import existing, write_json

HELP = "run the daily checks of every office"
FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="another day than today (YYYY-MM-DD)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what ran there")
    parser.add_argument("--demo", action="store_true", help="the demo database instead of the main one")


def run(options: argparse.Namespace) -> int:
    """Run what has not run yet, and say what it found."""
    with existing(demo=options.demo):
        from berdaya.kernel.clock import today
        from berdaya.process.daily import run_due

        found = run_due(on=options.as_of or today())
    for ran in found:
        said = f"tidak selesai / not done: {ran.problem}" if ran.problem else f"{ran.found} tugas / tasks"
        said += f", {ran.done} beres sendiri / settled" if ran.done else ""
        sys.stdout.write(f"{ran.office:24} {ran.code:14} {said} ({ran.seconds:.1f} s)\n")
    if not found:
        sys.stdout.write("Semua pemeriksaan hari ini sudah jalan. / All checks of the day have run.\n")
    if options.json:
        write_json(options.json, {"ran": [asdict(ran) for ran in found]})
    return FAILED if any(ran.problem for ran in found) else 0
