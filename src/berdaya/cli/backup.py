"""``backup``: database, files and, if asked, keys in one archive that proves itself."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from berdaya.config import archive
from berdaya.config.database import DEMO, MAIN, data_folder, database

HELP = "write a backup of database and files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the archive to write, for instance berdaya-2026-10-31.tar")
    parser.add_argument("--with-keys", action="store_true", help="put secrets.toml in too; lock such a file away")
    parser.add_argument("--demo", action="store_true", help="the demo database instead of the main one")


def run(options: argparse.Namespace) -> int:
    """Write the archive and read it back once."""
    with database(DEMO if options.demo else MAIN, bring_up=False) as here:
        archive.write(
            here, options.file, data=data_folder(), files=files_folder(demo=options.demo), keys=options.with_keys
        )
    digests = archive.verify(options.file)
    size = options.file.stat().st_size / 1024**2
    sys.stdout.write(f"{options.file}: {len(digests)} bagian / members, {size:.1f} MB\n")
    return 0


def files_folder(*, demo: bool = False) -> Path:
    """Where uploaded and made files lie: ``$BERDAYA_FILES``, else ``files/`` in the data folder; a demo's beside it."""
    folder = Path(os.environ.get("BERDAYA_FILES") or data_folder() / "files")
    return folder.with_name(f"{folder.name}-demo") if demo else folder
