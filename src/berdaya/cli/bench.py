"""``bench``: one of the programs in ``benchmarks/``, beside its peer, in one table and one JSON file."""

from __future__ import annotations

import argparse
import importlib
import json
import os
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

from berdaya.config.database import database
from berdaya.kernel.problems import Problem

ROOT = Path(__file__).resolve().parents[3]
HELP = "measure speed beside a peer"
NOT_BENCHES = {"__init__", "harness"}
NAME = "berdaya_bench"


def known() -> list[str]:
    """Names of the benchmarks: the files in ``benchmarks/`` that are no part of the harness."""
    return sorted(
        path.stem
        for path in (ROOT / "benchmarks").glob("*.py")
        if path.stem not in NOT_BENCHES and not path.stem.startswith("_")
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="one of: " + ", ".join(known()))
    parser.add_argument("--peers", action="store_true", help="run the peer on the same rows too")
    parser.add_argument("--json", metavar="FILE", help="write the table there as well")
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender, taken in turn (default 3)")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="options of the benchmark itself: NAME --help")


def run(options: argparse.Namespace) -> int:
    """Hand the remaining options to the benchmark, print and write what it measured."""
    if options.name not in known():
        raise Problem("start.unknown_bench", name=options.name, known=", ".join(known()) or "-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    from benchmarks import harness

    asks_help = bool({"-h", "--help"} & set(options.words))
    alone = asks_help or not needs_database(options.name)
    if alone:
        os.environ.setdefault("BERDAYA_NO_SECRETS", "1")
    with nullcontext() if alone else database(NAME, demo=True, fresh=True):
        import django

        django.setup()
        # Only now: a benchmark may import models, and those the settings that the database has filled.
        module = importlib.import_module(f"benchmarks.{options.name}")
        settings = _own_options(module, options)
        rows = harness.as_rows(module.run(settings))
    report = {"bench": options.name, "machine": harness.machine(), "rows": rows}
    harness.print_table(report)
    if settings.json:
        Path(settings.json).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def needs_database(name: str) -> bool:
    """False where the benchmark says ``DATABASE = False``; read without importing it."""
    source = (ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    return "\nDATABASE = False\n" not in source


def _own_options(module: ModuleType, options: argparse.Namespace) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"./berdaya bench {options.name}", description=module.__doc__)
    parser.add_argument("--peers", action="store_true", default=options.peers)
    parser.add_argument("--json", metavar="FILE", default=options.json)
    parser.add_argument("--runs", type=int, default=options.runs)
    module.add_arguments(parser)
    return parser.parse_args(options.words)
