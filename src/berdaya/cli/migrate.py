"""``migrate``: bring the main database to this version; an office runs it after each update."""

from __future__ import annotations

import argparse
import sys

from berdaya.config.database import database, shown

HELP = "bring the database to this version"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--again", action="store_true", help="run every step although nothing seems to have changed")


def run(options: argparse.Namespace) -> int:
    """Tables, policies, functions and areas; nothing where they are of this version."""
    with database(again=options.again) as here:
        sys.stdout.write(f"Siap / Ready: {shown(here.app)}\n")
    return 0
