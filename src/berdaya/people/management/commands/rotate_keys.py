"""``manage rotate_keys --by NAME``: seal again under the newest key of BERDAYA_KEYS what older ones sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from berdaya.people.services.custody import rotate_keys
from berdaya.people.who import custodian


class Command(BaseCommand):
    help = "Segel ulang NIK dan KK dengan kunci terbaru / seal NIK and KK again under the newest key"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="nama pengguna yang bertanggung jawab / responsible user name")

    def handle(self, *_: Any, **options: Any) -> None:
        done = rotate_keys(actor=custodian(options["by"]))
        for table, count in done.items():
            self.stdout.write(f"{table}: {count}")
