"""``manage erase_person ID --by NAME --reason TEXT``: the right to be forgotten (UU 27/2022), for one person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from berdaya.kernel.problems import Problem
from berdaya.people.services.custody import erase_person
from berdaya.people.who import custodian


class Command(BaseCommand):
    help = "Hapus data pribadi seseorang dari semua tabel / erase one person's data from every table"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", type=UUID)
        parser.add_argument("--by", required=True, help="nama pengguna yang bertanggung jawab / responsible user name")
        parser.add_argument("--reason", required=True, help="dasar penghapusan / why")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            touched = erase_person(
                actor=custodian(options["by"]), person_id=options["person"], reason=options["reason"]
            )
        except Problem as problem:
            raise CommandError(f"{problem.told()}") from problem
        for table, count in touched.items():
            self.stdout.write(f"{table}: {count}")
