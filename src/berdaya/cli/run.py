"""``run``: walk one programme folder as far as its files reach; it stops at each approval."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from berdaya.config.database import DEMO, MAIN, database
from berdaya.kernel.problems import Problem

HELP = "walk one programme folder as far as its files reach"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a programme folder: programme.toml and the lists beside it")
    parser.add_argument("--user", metavar="NAME", help="user name in whose role the steps are taken")
    parser.add_argument("--demo", action="store_true", help="in the demo database, where two named people approve")
    parser.add_argument("--json", metavar="FILE", help="write the steps there as well")


def run(options: argparse.Namespace) -> int:
    """Read the folder, take every step that its files and approvals allow, say one line per step."""
    folder: Path = options.folder
    if not (folder / "programme.toml").is_file():
        raise Problem("start.no_programme", folder=folder)
    with database(DEMO if options.demo else MAIN, demo=options.demo):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
        import django

        django.setup()
        from berdaya.process.run import run_folder

        lines = run_folder(folder.resolve(), username=options.user, say=_say)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    if options.json:
        content = json.dumps({"folder": str(folder), "steps": lines}, indent=2, ensure_ascii=False)
        Path(options.json).write_text(content + "\n", encoding="utf-8")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"• {text}\n")
    sys.stderr.flush()
