"""``run``: walk one programme folder as far as its files reach; it stops at each approval."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

from berdaya.config.database import database
from berdaya.kernel.problems import Problem

HELP = "walk one programme folder as far as its files reach"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", help="a programme folder: programme.toml and the lists beside it")
    parser.add_argument("--user", help="user name in whose role the steps are taken")
    parser.add_argument("--json", metavar="FILE", help="write what was done there")


def run(options: argparse.Namespace) -> int:
    """Read the folder and take every step that its files and approvals allow."""
    folder = Path(options.folder)
    if not (folder / "programme.toml").is_file():
        raise Problem("start.no_programme", folder=folder)
    with database():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
        import django

        django.setup()
        try:
            module = importlib.import_module("berdaya.process.run")
        except ModuleNotFoundError as error:
            if error.name != "berdaya.process.run":
                raise
            raise Problem("start.not_built", part="berdaya.process.run") from None
        lines = module.run_folder(folder.resolve(), username=options.user)
        for line in lines:
            sys.stdout.write(f"{line}\n")
    return 0
