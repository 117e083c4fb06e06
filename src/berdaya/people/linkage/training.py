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
        return _posterior(self, gammas)[:, MATCH]

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
    met = _met(patterns.gammas, patterns.levels)
    last = -np.inf
    for _ in range(ROUNDS):
        likely, posterior = _expect(model, patterns, met)
        _maximise(model, patterns, posterior, priors, met)
        if abs(likely - last) <= ENOUGH * total:
            break
        last = likely
    model.pairs = total
    return model


def _met(gammas: NDArray[np.int64], levels: Sequence[int]) -> Floats:
    """Patterns x levels of all fields, one after the other: 1 where the pattern is at that level."""
    met = np.zeros((gammas.shape[0], sum(levels)))
    start = 0
    for at, count in enumerate(levels):
        known = np.flatnonzero(gammas[:, at] != MISSING)
        met[known, start + gammas[known, at]] = 1.0
        start += count
    return met


def _expect(model: Model, patterns: Patterns, met: Floats) -> tuple[float, Floats]:
    joint = _joint(model, met)
    peak = joint.max(axis=1, keepdims=True)
    whole = peak + np.log(np.exp(joint - peak).sum(axis=1, keepdims=True))
    return float((whole[:, 0] * patterns.counts).sum()), np.exp(joint - whole)


def _posterior(model: Model, gammas: NDArray[np.int64]) -> Floats:
    joint = _joint(model, _met(gammas, [chance.shape[1] for chance in model.chances]))
    peak = joint.max(axis=1, keepdims=True)
    parts = np.exp(joint - peak)
    result: Floats = parts / parts.sum(axis=1, keepdims=True)
    return result


def _joint(model: Model, met: Floats) -> Floats:
    # Not by `@`: on a busy machine the threads of a BLAS wait for each other, a thousand times as long as they work.
    joint: Floats = np.einsum("pl,cl->pc", met, np.log(np.concatenate(model.chances, axis=1)))
    return joint + np.log(model.shares)


def _maximise(model: Model, patterns: Patterns, posterior: Floats, priors: Sequence[Floats], met: Floats) -> None:
    weight = posterior * patterns.counts[:, None]
    model.shares = (weight.sum(axis=0) + 1.0) / (weight.sum() + CLASSES)
    seen = np.split(np.einsum("pc,pl->cl", weight, met), np.cumsum(patterns.levels)[:-1], axis=1)
    for at, prior in enumerate(priors):
        counted = PRIOR_PAIRS * prior + seen[at]
        chances = counted / counted.sum(axis=1, keepdims=True)
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
