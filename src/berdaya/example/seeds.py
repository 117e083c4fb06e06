"""Streams of chance that depend on the seed and a label only: adding a draw to one stream moves no other."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")
DEFAULT_SEED = 2026


def stream(seed: int, *labels: object) -> random.Random:
    """A generator of its own for ``labels``; the same on every machine and under any PYTHONHASHSEED."""
    text = "\x1f".join([str(seed), *(str(label) for label in labels)])
    digest = hashlib.sha256(text.encode()).digest()
    return random.Random(int.from_bytes(digest[:16], "big"))  # noqa: S311  # examples, nothing to guard


def weighted(rng: random.Random, chances: Mapping[Item, float]) -> Item:
    """One key, drawn by its weight."""
    return rng.choices(list(chances), weights=list(chances.values()))[0]


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to ``weights`` that sum to ``total`` (largest remainder)."""
    whole = sum(weights)
    shares = [total * weight / whole for weight in weights]
    counts = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (counts[place] - shares[place], place))
    for place in order[: total - sum(counts)]:
        counts[place] += 1
    return counts
