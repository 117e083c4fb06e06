"""``manage``: Django's own commands, on the embedded database or the one at ``DATABASE_URL``."""

from __future__ import annotations

import argparse
import os

from django.core.management import execute_from_command_line

from berdaya.config.database import database

HELP = "Django's own commands"
WITHOUT_DATABASE = {
    "",
    "help",
    "--help",
    "makemessages",
    "compilemessages",
    "collectstatic",
    "findstatic",
    "version",
}
AS_OWNER = {"migrate", "makemigrations", "sqlmigrate", "dbshell", "rotate_keys", "erase_person"}


def run(options: argparse.Namespace) -> int:
    """Pass the words on. Those that change tables connect as the owner."""
    words: list[str] = options.words
    command = words[0] if words else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    if command in WITHOUT_DATABASE:
        os.environ.setdefault("BERDAYA_NO_SECRETS", "1")
        execute_from_command_line(["berdaya manage", *words])
        return 0
    with database(bring_up=command not in AS_OWNER):
        if command in AS_OWNER:
            os.environ["BERDAYA_AS_OWNER"] = "1"
        execute_from_command_line(["berdaya manage", *words])
    return 0
