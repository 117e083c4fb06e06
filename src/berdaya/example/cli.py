"""``berdaya example``: write the five programme folders of ``examples/``, or one messy list with its planted faults."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from berdaya.example.linkage import TRUTH, write_list
from berdaya.example.messy import FORMS, LAYOUTS, SPREADSHEETS, make_messy, truth_of
from berdaya.example.model import Folder
from berdaya.example.plans import banten, jaktim, kupang, situbondo, sumsel
from berdaya.example.seeds import DEFAULT_SEED
from berdaya.example.sheets import write_json

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
    messy = parser.add_argument_group("one messy list · satu daftar berantakan")
    messy.add_argument(
        "--messy", type=Path, metavar="FILE", help="write a list of candidates there, FILE.truth.json too"
    )
    messy.add_argument("--rows", type=int, default=1_200, help="families in it (1200)")
    messy.add_argument("--layout", choices=list(LAYOUTS), default="titled", help="how the office lays it out (titled)")
    messy.add_argument("--form", choices=FORMS, help="format; by default what the file's name ends in")
    parser.add_argument(
        "--linkage", type=int, metavar="ROWS", help="one list of people with doubles instead, to try linkage on"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="multiply the sizes (1.0: the real numbers)")


def run(args: argparse.Namespace) -> int:
    """Write the folders, or the list, and say what is in them."""
    if args.messy:
        return _messy(args)
    if args.linkage:
        path = args.out if args.out.suffix in {".csv", ".gz"} else args.out / f"linkage-{args.linkage}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_list(path, seed=args.seed, rows=args.linkage)
        sys.stdout.write(f"{path}: {args.linkage} baris/rows, --truth {TRUTH}\n")
        return 0
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


def _messy(args: argparse.Namespace) -> int:
    """``FILE`` and ``FILE.truth.json``: sheet, row, field, kind and expected code of each planted fault."""
    if not 200 <= args.rows <= 100_000:
        sys.stderr.write("--rows: 200 .. 100000\n")
        return 2
    form = args.form or args.messy.suffix.lstrip(".").lower()
    if form not in FORMS:
        sys.stderr.write(f"--form: {', '.join(FORMS)}\n")
        return 2
    made = make_messy(seed=args.seed, rows=args.rows, layout=args.layout, text_only=form not in SPREADSHEETS)
    args.messy.write_bytes(made.written(form))
    write_json(args.messy.with_name(args.messy.name + ".truth.json"), truth_of(made, seed=args.seed))
    sys.stdout.write(f"{args.messy}: {made.rows} baris/rows, {len(made.faults)} kesalahan/faults\n")
    return 0
