"""``restore``: an archive of ``backup`` into an empty installation, or only the check of it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from berdaya.cli.backup import files_folder
from berdaya.config import archive
from berdaya.config.database import data_folder, database
from berdaya.config.secrets_file import NAME as SECRETS_NAME

HELP = "restore a backup into an empty installation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="an archive that backup wrote")
    parser.add_argument("--check", action="store_true", help="only read it and compare every digest")


def run(options: argparse.Namespace) -> int:
    """Check, then restore; what is not empty is never written over."""
    digests = archive.verify(options.file)
    if not options.check:
        if not archive.restore_keys(options.file, data_folder()) and not _has_keys():
            sys.stderr.write(
                "berdaya: cadangan ini tanpa kunci; taruh secrets.toml lama di folder data agar NIK terbaca. / this "
                "backup has no keys; put the old secrets.toml into the data folder so that NIKs can be read.\n"
            )
        with database(bring_up=False) as here:
            archive.restore(here, options.file, data=data_folder(), files=files_folder())
        with database(again=True):
            pass
    sys.stdout.write(f"{options.file}: {len(digests)} bagian / members, utuh / intact\n")
    return 0


def _has_keys() -> bool:
    return bool(os.environ.get("BERDAYA_KEYS")) or (data_folder() / SECRETS_NAME).exists()
