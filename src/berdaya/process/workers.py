"""Walks side by side, one process each; this module imports nothing that needs Django before it is set up."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import django

PROCESSES = 4


def walk_all(folders: Sequence[Path]) -> None:
    """Walk the folders to their ends, the longest first; programmes of different offices share no row.

    Raises the first problem that a walk met.
    """
    processes = min(PROCESSES, os.cpu_count() or 1, len(folders))
    if processes <= 1:
        for folder in folders:
            walk_one(str(folder))
        return
    ordered = sorted(folders, key=_weight, reverse=True)
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        for _ in pool.map(walk_one, map(str, ordered)):
            pass


def _weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.suffix in {".xlsx", ".csv", ".gz"})


def walk_one(folder: str) -> None:
    """One folder, in whatever process this is."""
    django.setup()
    from berdaya.process.run import run_folder  # noqa: PLC0415 - models exist only after the set-up

    run_folder(Path(folder), say=_say)


def _say(text: str) -> None:
    sys.stderr.write(f"• {text}\n")
    sys.stderr.flush()
