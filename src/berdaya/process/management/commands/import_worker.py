"""``manage import_worker``: works on imports of all offices, one after the other, and runs what is due each day;
``serve`` and ``demo`` start it.

It ends with the process that started it: a worker whose parent is gone takes no more work.
"""

from __future__ import annotations

import os
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections, connection

from berdaya.kernel import clock
from berdaya.process import daily, import_lease, import_work

DAILY_LOOK_SECONDS = 600.0
"""Between two looks for daily checks that have not run: a new day, or one that failed."""


class Command(BaseCommand):
    help = "Mengerjakan impor yang panjang / work on long imports"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--pause", type=float, default=1.5, help="detik antara dua pencarian / seconds between looks"
        )
        parser.add_argument("--once", action="store_true", help="berhenti bila tidak ada pekerjaan / stop when idle")

    def handle(self, *_args: Any, **options: Any) -> None:
        parent, name = os.getppid(), import_lease.worker_name()
        looked: float | None = None
        while os.getppid() == parent:
            try:
                found = import_lease.claim(name)
                if found is not None:
                    job, actor = found
                    import_work.work(actor=actor, job_id=job, worker=name)
                    continue
                if not options["once"] and (looked is None or time.monotonic() - looked > DAILY_LOOK_SECONDS):
                    looked = time.monotonic()
                    daily.run_due(on=clock.today())
            except OperationalError:
                # The database restarts; the lease runs out and the batch is begun again.
                connection.close()
            if options["once"]:
                return
            close_old_connections()
            time.sleep(options["pause"])
