"""Weights of the model, found without knowing who is who.

The pairs that blocking brings are of three kinds: the same person, two people of one home, and strangers that share
a name or a day. Two kinds, as the Fellegi-Sunter model has them, take brothers for one person, since card, address,
telephone and mother agree together; a third class learns how members of a home look in the list at hand. The
parameters are found by expectation maximisation over the comparison vectors (patterns with their counts), so a
million pairs cost as much as the few thousand patterns that they make.

Every class has a prior, counted in pairs: a list of fifty rows leans on it, a list of fifty thousand forgets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MATCH, HOME, STRANGER = 0, 1, 2
CLASSES = 3
MISSING = -1
ROUNDS = 200
ENOUGH = 1e-7
PRIOR_PAIRS = 20.0
"""How many pairs the prior of each class weighs."""

PERSONAL = frozenset({"name", "given_name", "birth_date", "nik", "id_number", "sex"})
"""Fields that tell members of one home apart."""

TELLING = PERSONAL - {"sex"}
TWINS = 0.1
"""At most this share of the pairs of a home agree in name, day or number; of each field by itself."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Comparison vectors that occur, with how often. ``gammas``: patterns x fields, -1 where nothing is known.

    ``levels``: how many levels each field has; the highest is "the same".
    """

    fields: tuple[str, ...]
    levels: tuple[int, ...]
    gammas: NDArray[np.int64]
    counts: Floats


@dataclass(slots=True)
class Model:
    """Shares of the classes and, for each field, the chance of each level in each class (classes x levels)."""

    fields: tuple[str, ...]
    shares: Floats
    chances: list[Floats]
    pairs: float = 0.0
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def probabilities(self, gammas: NDArray[np.int64]) -> Floats:
        """Chance of being the same person, for each pattern."""
        chances: Floats = _posterior(self, gammas)[MATCH]
        return chances

    def weights(self) -> dict[str, list[float]]:
        """Bits for and against, per field and level, against all pairs that are not the same person."""
        others = self.shares[[HOME, STRANGER]] / self.shares[[HOME, STRANGER]].sum()
        return {
            name: [
                float(value)
                for value in np.log2(chance[MATCH] / (others[:, None] * chance[[HOME, STRANGER]]).sum(axis=0))
            ]
            for name, chance in zip(self.fields, self.chances, strict=True)
        }


def train(patterns: Patterns) -> Model:
    """Expectation maximisation from the priors until nothing moves."""
    priors = [_prior(name, levels) for name, levels in zip(patterns.fields, patterns.levels, strict=True)]
    model = Model(patterns.fields, np.array([0.1, 0.2, 0.7]), [prior.copy() for prior in priors])
    total = float(patterns.counts.sum())
    if total == 0:
        return model
    halves = _halves(patterns.gammas, patterns.levels)
    last = -np.inf
    for _ in range(ROUNDS):
        likely, posterior = _expect(model, patterns, halves)
        _maximise(model, patterns, posterior, priors, halves)
        if abs(likely - last) <= ENOUGH * total:
            break
        last = likely
    model.pairs = total
    return model


@dataclass(frozen=True, slots=True)
class _Half:
    """Some neighbouring fields of all patterns. Tens of thousands of patterns have a few hundred different halves,
    and what a round asks of a half is asked once.

    ``met``: halves x levels of the fields, one after the other, 1 where the half is at that level; ``at``: the half of
    each pattern; ``levels``: where the levels stand among those of all fields.
    """

    met: Floats
    at: NDArray[np.int64]
    levels: slice


def _halves(gammas: NDArray[np.int64], levels: Sequence[int]) -> list[_Half]:
    middle = (len(levels) + 1) // 2
    made, start = [], 0
    for fields in (slice(0, middle), slice(middle, len(levels))):
        counts = levels[fields]
        different, at = _different(gammas[:, fields], counts)
        made.append(_Half(_met(different, counts), at, slice(start, start + sum(counts))))
        start += sum(counts)
    return made


def _different(gammas: NDArray[np.int64], levels: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each different row once, and the place of each row among them."""
    codes = np.zeros(len(gammas), np.int64)
    for at, count in enumerate(levels):
        codes = codes * (count + 1) + gammas[:, at] - MISSING
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return gammas[first], inverse


def _met(gammas: NDArray[np.int64], levels: Sequence[int]) -> Floats:
    """Rows x levels of all fields, one after the other: 1 where the row is at that level."""
    met = np.zeros((gammas.shape[0], sum(levels)))
    start = 0
    for at, count in enumerate(levels):
        known = np.flatnonzero(gammas[:, at] != MISSING)
        met[known, start + gammas[known, at]] = 1.0
        start += count
    return met


def _expect(model: Model, patterns: Patterns, halves: Sequence[_Half]) -> tuple[float, Floats]:
    joint = _joint(model, halves)
    peak = joint.max(axis=0)
    parts = np.exp(joint - peak)
    whole = parts.sum(axis=0)
    return float(((peak + np.log(whole)) * patterns.counts).sum()), parts / whole


def _posterior(model: Model, gammas: NDArray[np.int64]) -> Floats:
    joint = _joint(model, _halves(gammas, [chance.shape[1] for chance in model.chances]))
    parts = np.exp(joint - joint.max(axis=0))
    result: Floats = parts / parts.sum(axis=0)
    return result


def _joint(model: Model, halves: Sequence[_Half]) -> Floats:
    """Classes x patterns: the logarithm of meeting a pattern of that class."""
    chances = np.log(np.concatenate(model.chances, axis=1))
    joint: Floats = np.log(model.shares)[:, None]
    for half in halves:
        # Not by `@`: on a busy machine the threads of a BLAS wait for each other a thousand times as long as they work.
        joint = joint + np.take(np.einsum("hl,cl->ch", half.met, chances[:, half.levels]), half.at, axis=1)
    return joint


def _maximise(
    model: Model, patterns: Patterns, posterior: Floats, priors: Sequence[Floats], halves: Sequence[_Half]
) -> None:
    weight = posterior * patterns.counts
    model.shares = (weight.sum(axis=1) + 1.0) / (weight.sum() + CLASSES)
    counted = []
    for half in halves:
        size = len(half.met)
        by_half = np.stack([np.bincount(half.at, one, size) for one in weight])
        counted.append(np.einsum("ch,hl->cl", by_half, half.met))
    seen = np.split(np.concatenate(counted, axis=1), np.cumsum(patterns.levels)[:-1], axis=1)
    for at, prior in enumerate(priors):
        together = PRIOR_PAIRS * prior + seen[at]
        chances = together / together.sum(axis=1, keepdims=True)
        if patterns.fields[at] in TELLING:
            _apart(chances[HOME])
        model.chances[at] = chances


def _apart(chances: Floats) -> None:
    """Members of a home have names, days and numbers of their own, or the class would take in true doubles."""
    near = slice((len(chances) + 1) // 2, None)
    share = float(chances[near].sum())
    if share > TWINS:
        chances[near] *= TWINS / share
        chances[: near.start] *= (1 - TWINS) / (1 - share) if share < 1 else 0
        if share >= 1:
            chances[: near.start] = (1 - TWINS) / near.start


def _prior(name: str, levels: int) -> Floats:
    """What each class is expected to look like before any list is seen: the higher the level, the nearer."""
    steps = np.arange(levels, dtype=float)
    near = _normal(4.0 ** (steps - levels + 1) + 0.01)
    far = _normal(4.0**-steps + 0.002)
    home = far if name in PERSONAL else near
    return np.stack([near, home, far])


def _normal(values: Floats) -> Floats:
    result: Floats = values / values.sum()
    return result
