"""``berdaya example``: write the five programme folders of ``examples/``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from berdaya.example.model import Folder
from berdaya.example.plans import banten, jaktim, kupang, situbondo, sumsel
from berdaya.example.seeds import DEFAULT_SEED

HELP = "make synthetic programme folders · buat folder program sintetis"
PROGRAMMES: Mapping[str, Callable[[int, float], Folder]] = {
    situbondo.CODE: situbondo.make,
    banten.CODE: banten.make,
    sumsel.CODE: sumsel.make,
    kupang.CODE: kupang.make,
    jaktim.CODE: jaktim.make,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help=f"default {DEFAULT_SEED}")
    parser.add_argument("--out", type=Path, default=Path("examples"), help="folder to write into (examples)")
    parser.add_argument("--only", choices=list(PROGRAMMES), help="one programme instead of all five")
    parser.add_argument("--scale", type=float, default=1.0, help="multiply the sizes (1.0: the real numbers)")


def run(args: argparse.Namespace) -> int:
    """Write the folders and say what is in them."""
    if not 0 < args.scale <= 100:
        sys.stderr.write("--scale: 0 < F <= 100\n")
        return 2
    for code in [args.only] if args.only else PROGRAMMES:
        folder = PROGRAMMES[code](args.seed, args.scale)
        path = folder.write(args.out, seed=args.seed)
        counts = folder.truth.numbers
        rows = counts.get("rows") or counts.get("groups")
        sys.stdout.write(f"{path}: {rows} baris/rows, {counts.get('visits')} kunjungan/visits\n")
    return 0
