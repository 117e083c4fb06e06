"""The contenders of the linkage benchmark, each in a process of its own that is kept for all its runs.

All begin with the same CSV file and end with pairs: reading and tidying count for everybody. A process of one's own
makes the memory of a run its own too, and a contender that takes longer than anyone waits, or more memory than there
is, can be stopped without harm to the others.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.pool import Pool
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.harness import peak_mb, reset_peak

OURS = "ours"


@dataclass
class Runs:
    """What a contender did: figures of its last run, seconds of all; ``stopped`` says why there are no more."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    stopped: str = ""

    @property
    def median(self) -> float:
        """Median seconds of the runs that ended."""
        return statistics.median(self.seconds)


class Contender:
    """One way to link, asked for a run at a time."""

    def __init__(self, name: str, minutes: float, gigabytes: float) -> None:
        self.name, self.minutes, self.gigabytes = name, minutes, gigabytes
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._pool = context.Pool(1, initializer=_within, initargs=(self.gigabytes,))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._pool is not None
        self._pool.terminate()
        self._pool.join()

    def run(self, into: Runs, files: Sequence[Path], truth: str) -> None:
        """One run; a contender that was stopped once is not asked again."""
        if into.stopped:
            return
        assert self._pool is not None
        waiting = self._pool.apply_async(measured, (self.name, list(files), truth))
        try:
            seconds, peak, figures = waiting.get(self.minutes * 60)
        except multiprocessing.TimeoutError:
            into.stopped = f"not finished after {self.minutes:g} minutes"
        except MemoryError:
            into.stopped = f"more than {self.gigabytes:g} GB of memory"
        else:
            into.seconds.append(seconds)
            into.peak_mb = max(into.peak_mb, round(peak, 1))
            into.figures = figures


def _within(gigabytes: float) -> None:
    limit = round(gigabytes * 1024**3)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def measured(name: str, files: Sequence[Path], truth: str) -> tuple[float, float, dict[str, Any]]:
    """Seconds and memory (MB above the start) from the file to pairs, then what the pairs are worth (not timed)."""
    run = _ours if name == OURS else _peer
    prepare = run(name)
    gc.collect()
    start = reset_peak()
    began = time.perf_counter()
    found = prepare(files, truth)
    seconds = time.perf_counter() - began
    peak = peak_mb() - start
    return seconds, peak, found()


def _ours(_name: str) -> Any:
    from berdaya.people.linkage.run import link_files  # noqa: PLC0415 - importing is nobody's time

    def go(files: Sequence[Path], truth: str) -> Any:
        result = link_files(files, truth=truth)
        quality = result.quality
        assert quality is not None
        figures = {
            "precision": round(quality.precision, 5), "recall": round(quality.recall, 5), "f1": round(quality.f1, 5),
            "pairs": quality.found, "true_pairs": quality.true, "queue": result.queue.height,
            "compared": int(result.linked.model.pairs), "rows": result.lists.frame.height,
            "parts": {part: round(value, 3) for part, value in result.linked.seconds.items()},
        }  # fmt: skip
        return lambda: figures

    return go


def _peer(name: str) -> Any:
    from benchmarks import _linkage_peer as peer  # noqa: PLC0415
    from berdaya.people.linkage import engine  # noqa: PLC0415
    from berdaya.people.linkage.lists import SOURCE, TRUTH, read_lists  # noqa: PLC0415
    from berdaya.people.linkage.run import true_pairs  # noqa: PLC0415

    def go(files: Sequence[Path], truth: str) -> Any:
        lists = read_lists(files, truth=truth)
        source = lists.frame[SOURCE] if lists.sources > 1 else None
        table = peer.plain(lists.frame, lists.columns)
        if source is not None:
            table = table.with_columns(source.alias("source"))
        if name == "recordlinkage":
            found = peer.recordlinkage_recipe(table)
        else:
            found = peer.splink_untuned(table, threads=engine.threads(), memory=engine.MEMORY)
        return lambda: {"f1": round(peer.best_f1(found, lists.frame[TRUTH], source, true_pairs(lists)), 5)}

    return go
