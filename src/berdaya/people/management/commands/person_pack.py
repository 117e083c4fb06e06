"""``manage person_pack ID --by NAME --reason TEXT --out FILE``: all that is known of one person, and who looked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from berdaya.kernel.problems import Problem
from berdaya.people.services.access_pack import access_pack, person_of_nik
from berdaya.people.who import custodian


class Command(BaseCommand):
    help = "Semua data seseorang dan siapa yang melihatnya / all that is known of one person, and who looked"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", help="id, atau - dan NIK dari stdin / an id, or - and the NIK on stdin")
        parser.add_argument("--by", required=True, help="nama pengguna yang bertanggung jawab / responsible user name")
        parser.add_argument("--reason", required=True, help="dasar permintaan / why")
        parser.add_argument("--out", type=Path, required=True, help="berkas JSON baru / the new JSON file")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            # A NIK given as an argument would stay in the shell's history and in the list of processes.
            found = person_of_nik(sys.stdin.readline()) if options["person"] == "-" else UUID(options["person"])
            pack = access_pack(actor=custodian(options["by"]), person_id=found, reason=options["reason"])
        except Problem as problem:
            raise CommandError(problem.told()) from problem
        except ValueError as error:
            raise CommandError("id tidak sah / no valid id") from error
        try:
            handle = os.open(options["out"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(pack, file, ensure_ascii=False, indent=1, default=str)
        rows = sum(len(lines) for lines in pack["tables"].values())
        self.stdout.write(f"{options['out']}: {rows} baris / rows, {len(pack['tables'])} tabel / tables")
        for line in [*pack["seen_by"], *pack["changed_by"]]:
            self.stdout.write(" · ".join(str(line[name] or "–") for name in ("at", "what", "who", "office", "reason")))
