"""The model as the register uses it: weights of a version, read from a file; no library beyond numpy.

PostgreSQL answers levels of agreement (`people_look_alikes`), this module weighs them. The weights are trained with
Splink and DuckDB on a list of the same columns, without knowing who is who::

    python -m berdaya.people.linkage.register LIST.csv VERSION OUT.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from berdaya.people.linkage.training import MISSING, Model

VERSION = "2026-1"
FIELDS = ("name", "birth_date", "sex", "area", "phone", "address", "nik", "kk")
LEVELS: Mapping[str, tuple[str, ...]] = {
    "name": ("different", "one_word", "alike", "shortened", "same"),
    "birth_date": ("different", "year", "near", "slip", "filler", "swapped", "same"),
    "sex": ("different", "same"),
    "area": ("different", "regency", "district", "same"),
    "phone": ("different", "same"),
    "address": ("different", "same"),
    "nik": ("different", "same"),
    "kk": ("different", "same"),
}
"""Levels of each field, the weakest first; their places are what `people_look_alikes` answers."""
POSSIBLE = 0.8
"""Pairs below this chance are not shown: namesakes of one village would fill the queue."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field says of a pair: its level, and the bits for (above zero) or against one person."""

    field: str
    level: str
    bits: float


@lru_cache(maxsize=4)
def model(version: str = VERSION) -> Model:
    """The weights of a version."""
    raw = json.loads(files("berdaya.people.linkage").joinpath(f"register-{version}.json").read_text("utf-8"))
    return Model(
        fields=FIELDS,
        shares=np.array(raw["shares"]),
        chances=[np.array(raw["chances"][field]) for field in FIELDS],
        pairs=raw["pairs"],
    )


def weigh(levels: Sequence[Sequence[int | None]], version: str = VERSION) -> list[tuple[float, list[Reason]]]:
    """Chance of one person and the reasons, for each pair of `levels` (one per field of `FIELDS`, None unknown)."""
    if not levels:
        return []
    known = model(version)
    gammas = np.array([[MISSING if level is None else level for level in one] for one in levels], dtype=np.int64)
    weights = known.weights()
    return [
        (
            float(chance),
            [
                Reason(field, LEVELS[field][level], round(weights[field][level], 2))
                for field, level in zip(FIELDS, one, strict=True)
                if level is not None
            ],
        )
        for chance, one in zip(known.probabilities(gammas), levels, strict=True)
    ]


def train_register(source: Path, version: str, out: Path) -> Model:
    """Weights for the register from a list with the columns of the register; needs the libraries of `link`."""
    from berdaya.people.linkage import engine  # noqa: PLC0415 - the product runs without Splink and DuckDB
    from berdaya.people.linkage.comparisons import register_comparisons  # noqa: PLC0415
    from berdaya.people.linkage.lists import read_lists  # noqa: PLC0415

    lists = read_lists([source])
    columns = {field: field for field in FIELDS}
    trained = engine.link(lists.frame, columns, compared=register_comparisons()).model
    content = {
        "version": version,
        "pairs": trained.pairs,
        "shares": [round(float(share), 6) for share in trained.shares],
        "chances": {
            field: [[float(f"{value:.6g}") for value in row] for row in chance]
            for field, chance in zip(trained.fields, trained.chances, strict=True)
        },
    }
    out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return trained


if __name__ == "__main__":
    train_register(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
