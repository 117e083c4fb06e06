"""``migrate`` with what belongs to it here: helper functions before, policies and grants after."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection, transaction

from berdaya.access import policies
from berdaya.access.management.fresh import is_new, only_the_changed_model

FUNCTIONS = Path(__file__).resolve().parents[2] / "sql" / "functions.sql"


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FUNCTIONS.read_text(encoding="utf-8"))
        with only_the_changed_model() if is_new() else nullcontext():
            super().handle(*args, **options)
        if options.get("app_label") or options.get("plan") or options.get("check_unapplied"):
            return
        with transaction.atomic():
            policies.apply()
