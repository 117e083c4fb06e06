"""``manage sweep_files``: contents of the store that no row names; the daily run removes those older than a week."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from berdaya.files import services
from berdaya.kernel.problems import Problem

HOUR = 3600


class Command(BaseCommand):
    help = "Hapus isi berkas yang tidak dipakai satu catatan pun / remove contents that no row names"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=int, default=24, metavar="HOURS", help="umur paling sedikit, jam")
        parser.add_argument("--dry-run", action="store_true", help="hanya sebutkan / only tell")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["older_than"] < 1:
            # Whoever stores a file writes its content first and its row in the same transaction.
            raise CommandError("--older-than paling sedikit 1 jam / must be at least 1 hour")
        age = options["older_than"] * HOUR
        try:
            if options["dry_run"]:
                with transaction.atomic():
                    names = services.orphans(age_seconds=age)
                for name in names:
                    self.stdout.write(name)
                self.stdout.write(f"{len(names)} berkas tanpa pemilik / contents that no row names")
                return
            removed = services.sweep_orphans(age_seconds=age)
        except Problem as problem:
            raise CommandError(f"{problem.told('id')} / {problem.told('en')}") from problem
        self.stdout.write(f"{removed} berkas dihapus / contents removed")
