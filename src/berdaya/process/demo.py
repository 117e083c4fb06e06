"""The five example programmes in a demo database, and the people who may walk through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from berdaya.kernel import clock
from berdaya.kernel.scope import scoped
from berdaya.process import cast
from berdaya.process.run import demo_walk, is_finished
from berdaya.process.workers import walk_all
from berdaya.programmes.configfile import load_config
from berdaya.reports.selectors import programme_figures

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
ORDER = ("situbondo", "banten", "sumsel", "kupang", "jaktim")


@dataclass(frozen=True)
class DemoResult:
    """Figures of each programme in the order of the scenarios, and the logins to print."""

    programmes: list[dict[str, object]]
    logins: list[dict[str, str]]


def folders() -> list[Path]:
    """The example folders in the order of the scenarios."""
    found = [path.parent for path in EXAMPLES.glob("*/programme.toml")]
    return sorted(found, key=lambda path: (_place(path.name), path.name))


def _place(name: str) -> int:
    return next((index for index, start in enumerate(ORDER) if name.startswith(start)), len(ORDER))


def run_demo(*, progress: Callable[[str], None] | None = None, walked: bool = False) -> DemoResult:
    """Walk every example that has not been walked to its end, then read the figures from the database.

    ``walked`` says that this very code walked these very folders to their end before: only the figures are read.
    """
    cast.refuse_outside_demo()
    walks = [demo_walk(folder, load_config(folder), progress) for folder in folders()]
    walk_all([walk.folder for walk in walks if not (walked or is_finished(walk))])
    figures = []
    for walk in walks:
        reader = walk.checker or walk.maker
        with scoped(reader):
            figures.append(programme_figures(actor=reader, code=walk.code, as_of=clock.today()))
    return DemoResult([item.as_json() for item in figures], cast.everybody([walk.office for walk in walks]))
