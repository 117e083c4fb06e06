"""``setup``: idempotent first step of every other command."""

from __future__ import annotations

import argparse
import os
import sys

from berdaya.config import database as db
from berdaya.kernel.problems import Problem

HELP = "everything that the other commands need"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sql", action="store_true", help="only print what an administrator runs on an own server")


def run(options: argparse.Namespace) -> int:
    """Bring the main database up; on an office's own server say what an administrator still has to do."""
    if options.sql:
        sys.stdout.write(db.administrator_sql())
        return 0
    given = os.environ.get("DATABASE_URL", "")
    if given and not os.environ.get("BERDAYA_OWNER_URL") and not os.environ.get("BERDAYA_ADMIN_URL"):
        missing = "start.admin_given" if db.is_superuser(given) else "start.roles_missing"
        sys.stdout.write(db.administrator_sql())
        sys.stdout.flush()
        raise Problem(missing, address=db.shown(given))
    with db.database() as here:
        sys.stdout.write(f"Siap / Ready: {db.shown(here.app)}\n")
    return 0
