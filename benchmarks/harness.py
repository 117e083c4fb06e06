"""What every benchmark shares: contenders in turn, medians, memory at its peak, one shape of rows.

A benchmark is a module beside this one with ``add_arguments(parser)`` and ``run(options)``, which answers a list of
:class:`Row` (or the same as dicts). ``options`` carries ``peers``, ``runs`` and the module's own. It runs on a fresh
database of its own; ``DATABASE = False`` in the module goes without.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RUNS = 3


@dataclass(frozen=True)
class Timing:
    """Median seconds and the extra memory (MB above the start) at the highest point, over all runs."""

    seconds: float
    peak_mb: float
    runs: tuple[float, ...]
    result: object = None


@dataclass
class Row:
    """One measured thing. ``value`` is a speed (more is better) in ``unit``; ratios are ours over theirs in speed."""

    name: str
    size: int
    seconds: float
    value: float
    unit: str
    peak_mb: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    limit: str | None = None
    limit_value: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The row as the JSON file has it, with both ratios."""
        plain = asdict(self)
        extra = plain.pop("extra")
        plain["ratio_peer"] = round(self.value / self.peer_value, 3) if self.peer_value else None
        plain["ratio_limit"] = round(self.value / self.limit_value, 3) if self.limit_value else None
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in plain.items()}
        return {**rounded, **extra}


def in_turn(
    contenders: Mapping[str, Callable[[], object]],
    *,
    runs: int = RUNS,
    before: Callable[[], object] | None = None,
) -> dict[str, Timing]:
    """Run the contenders one after the other, ``runs`` rounds, ``before`` (untimed) ahead of each; medians by name."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    peaks: dict[str, float] = dict.fromkeys(contenders, 0.0)
    results: dict[str, object] = {}
    for _ in range(max(1, runs)):
        for name, contender in contenders.items():
            if before is not None:
                before()
            gc.collect()
            start_mb = reset_peak()
            started = time.perf_counter()
            results[name] = contender()
            seconds[name].append(time.perf_counter() - started)
            peaks[name] = max(peaks[name], peak_mb() - start_mb)
    return {
        name: Timing(statistics.median(taken), round(peaks[name], 1), tuple(taken), results[name])
        for name, taken in seconds.items()
    }


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` (0-1) of the values lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def reset_peak() -> float:
    """Forget the highest memory so far; MB in use now. Without Linux's /proc the peak stays that of the process."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0.0
    return _status("VmRSS")


def peak_mb() -> float:
    """MB at the highest point since :func:`reset_peak`."""
    return _status("VmHWM")


def _status(name: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name + ":")), 0.0)


def machine() -> dict[str, Any]:
    """What the figures were measured on: cores, memory, versions; nothing that names the machine."""
    try:
        cpu = next(
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        cpu = platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def as_rows(rows: Iterable[Row | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as plain dicts."""
    return [row.as_dict() if isinstance(row, Row) else dict(row) for row in rows]


def print_table(report: Mapping[str, Any]) -> None:
    """One line per row: ours, the peer's, the limit's, and both ratios."""
    table = Table(
        title=f"{report['bench']} · {report['machine']['cores']} cores · Python {report['machine']['python']}"
    )
    table.add_column("name")
    for column in ("size", "seconds", "value", "unit", "peak MB", "peer", "× peer", "limit", "× limit"):
        table.add_column(column, justify="left" if column in {"unit"} else "right")
    for row in report["rows"]:
        table.add_row(
            str(row.get("name", "")),
            _text(row.get("size")),
            _text(row.get("seconds")),
            _text(row.get("value")),
            str(row.get("unit") or ""),
            _text(row.get("peak_mb")),
            _pair(row.get("peer"), row.get("peer_value")),
            _text(row.get("ratio_peer")),
            _pair(row.get("limit"), row.get("limit_value")),
            _text(row.get("ratio_limit")),
        )
    Console(width=None if os.isatty(1) else 160).print(table)


def _pair(name: object, value: object) -> str:
    return f"{name} {_text(value)}" if name else ""


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)
