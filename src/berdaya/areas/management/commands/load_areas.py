"""``manage load_areas``: the reference list, or the codes of another year beside it. Runs as the owner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from berdaya.areas.services import import_areas, load_areas


class Command(BaseCommand):
    help = "Load the reference list of areas, or with --file the codes of another edition beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="CSV with code, name and optionally successor")
        parser.add_argument("--edition", default="", help="the year of --file, such as 2019")
        parser.add_argument("--force", action="store_true", help="read the list again even if it is complete")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["file"]:
            if not options["edition"]:
                self.stderr.write("--file needs --edition")
                raise SystemExit(2)
            count = import_areas(file=options["file"], edition=options["edition"])
            self.stdout.write(f"{options['edition']}: {count}")
            return
        result = load_areas(force=options["force"])
        self.stdout.write(f"areas: {result.total}, new {result.inserted}, changed {result.updated}")
