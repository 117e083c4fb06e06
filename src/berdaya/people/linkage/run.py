"""A whole run over files: linked, clustered, and held against the truth where somebody knows it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from berdaya.people.linkage import engine
from berdaya.people.linkage.clusters import clusters
from berdaya.people.linkage.comparisons import comparisons
from berdaya.people.linkage.lists import SOURCE, TRUTH, Lists, read_lists


@dataclass(frozen=True, slots=True)
class Quality:
    """Pairs found against pairs that are true."""

    found: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """Share of the pairs found that are true; 1 where none was found."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 where there is none."""
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.found + self.true
        return 2 * self.both / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found; `people` is the cluster of each row, `queue` the pairs that a person has to decide."""

    lists: Lists
    linked: engine.Linked
    people: pl.Series
    queue: pl.DataFrame
    quality: Quality | None
    seconds: float


def link_files(files: Sequence[Path], *, columns: str = "", truth: str = "", source: str = "") -> Result:
    """Link one list in itself, or several with each other. Raises what `lists.read_lists` raises."""
    started = time.perf_counter()
    lists = read_lists(files, columns=columns, truth=truth, source=source)
    linked = engine.link(lists.frame, lists.columns, source=SOURCE if lists.sources > 1 else "")
    people = clusters(linked.pairs, at_least=engine.LINK, rows=lists.frame.height)
    doubtful = (pl.col("chance") >= engine.POSSIBLE) & (pl.col("chance") < engine.SURE)
    queue = linked.pairs.filter(doubtful)
    seconds = time.perf_counter() - started
    quality = measure(lists, people) if truth else None
    return Result(lists, linked, people, queue, quality, seconds)


def measure(lists: Lists, people: pl.Series) -> Quality:
    """All pairs inside the clusters against all pairs of the truth; of several lists only pairs across them."""
    frame = pl.DataFrame({"found": people, "true": lists.frame[TRUTH], "source": lists.frame[SOURCE]})
    across = lists.sources > 1
    return Quality(
        _pairs(frame, ["found"], across=across),
        _pairs(frame, ["true"], across=across),
        _pairs(frame, ["found", "true"], across=across),
    )


def true_pairs(lists: Lists) -> int:
    """Pairs of the truth; of several lists those across them."""
    frame = lists.frame.select(true=TRUTH, source=SOURCE)
    return _pairs(frame, ["true"], across=lists.sources > 1)


def _pairs(frame: pl.DataFrame, by: list[str], *, across: bool) -> int:
    def within(columns: list[str]) -> int:
        sizes = frame.group_by(columns).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    return within(by) - (within([*by, "source"]) if across else 0)


def pair_count(result: Result) -> int:
    """Pairs inside the clusters; of several lists those across them."""
    frame = pl.DataFrame({"found": result.people, "source": result.lists.frame[SOURCE]})
    return _pairs(frame, ["found"], across=result.lists.sources > 1)


def report(result: Result) -> dict[str, Any]:
    """The run as the JSON file has it."""
    quality, linked = result.quality, result.linked
    compared = comparisons(list(result.lists.columns))
    labels = {
        one["output_column_name"]: [level["label_for_charts"] for level in reversed(one["comparison_levels"][1:])]
        for one in compared
    }
    return {
        "rows": result.lists.frame.height,
        "sources": result.lists.sources,
        "columns": dict(result.lists.headings),
        "ignored": list(result.lists.ignored),
        "precision": quality and round(quality.precision, 6),
        "recall": quality and round(quality.recall, 6),
        "f1": quality and round(quality.f1, 6),
        "true_pairs": quality and quality.true,
        "pairs": pair_count(result),
        "clusters": int(result.people.n_unique()),
        "queue": result.queue.height,
        "compared": int(linked.model.pairs),
        "seconds": round(result.seconds, 3),
        "parts": {name: round(value, 3) for name, value in linked.seconds.items()},
        "thresholds": {"same": engine.SURE, "different": engine.POSSIBLE, "link": engine.LINK},
        "rules": [" + ".join(rule.parts) for rule in linked.rules],
        "weights": {
            name: dict(zip(labels[name], [round(value, 2) for value in bits], strict=True))
            for name, bits in linked.model.weights().items()
        },
    }
