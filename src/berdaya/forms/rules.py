"""Reading instruments, checking answers, computing scores. Pure; a score is computed, never typed.

Intervals are half-open, closed above: a value holds in the step with `above < value <= up_to`. That keeps every whole
number of the printed ranges ("11-20", "201-300") where it was and leaves no gap between them. Bands are shares of the
maximum of the questions that apply, so a full score always lies in the highest band.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from berdaya.forms.types import (
    NOT_APPLICABLE,
    SCORED,
    AnswerError,
    Answers,
    Band,
    Dimension,
    DimensionScore,
    Instrument,
    Question,
    Score,
    Shape,
    Step,
    Wording,
)

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
SHIPPED = ("monitoring_kube", "monitoring_uep", "assessment")


class InstrumentError(ValueError):
    """An instrument that contradicts itself; the text says where."""


def _wording(raw: Mapping[str, Any]) -> Wording:
    return Wording(id=str(raw["id"]), en=str(raw["en"]))


def _bound(value: float | None) -> float | None:
    return None if value is None else float(value)


def _question(raw: Mapping[str, Any]) -> Question:
    steps = tuple(
        Step(int(s.get("level", n)), _wording(s), _bound(s.get("above")), _bound(s.get("up_to")))
        for n, s in enumerate(raw.get("steps", ()), start=1)
    )
    return Question(
        code=str(raw["code"]),
        label=_wording(raw),
        shape=Shape(raw["shape"]),
        weight=int(raw.get("weight", 0)),
        steps=steps,
        unit=str(raw.get("unit", "")),
        source=str(raw.get("source", "")),
        optional=bool(raw.get("optional", False)),
    )


def parse(raw: Mapping[str, Any]) -> Instrument:
    """An instrument from its stored body (TOML or JSON). Raises InstrumentError where it contradicts itself."""
    try:
        instrument = Instrument(
            code=str(raw["code"]),
            version=int(raw["version"]),
            title=_wording(raw["title"]),
            subject=str(raw["subject"]),
            source=str(raw.get("source", "")),
            dimensions=tuple(
                Dimension(str(d["code"]), _wording(d), tuple(_question(q) for q in d["questions"]))
                for d in raw["dimensions"]
            ),
            bands=tuple(
                Band(str(b["code"]), _wording(b), float(b["above"]), float(b["up_to"])) for b in raw.get("bands", ())
            ),
            notes=tuple(str(n) for n in raw.get("notes", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InstrumentError(f"unreadable instrument: {error}") from error
    problems = contradictions(instrument)
    if problems:
        raise InstrumentError("; ".join(problems))
    return instrument


def _chain(where: str, ends: Sequence[tuple[float | None, float | None]]) -> list[str]:
    """Intervals must follow each other without gap or overlap."""
    found = []
    for low, high in ends:
        if low is not None and high is not None and low >= high:
            found.append(f"{where}: empty interval {low}-{high}")
    for (_, high), (low, _) in pairwise(ends):
        if high is None or low is None or high != low:
            found.append(f"{where}: interval ends at {high}, the next begins above {low}")
    return found


def contradictions(instrument: Instrument) -> list[str]:
    """What an instrument gets wrong about itself: codes twice, gaps between intervals, bands that miss a share."""
    codes = [q.code for q in instrument.questions]
    found = [f"{c}: code used twice" for c in sorted({c for c in codes if codes.count(c) > 1})]
    for q in instrument.questions:
        if q.weight < 0 or (q.weight and q.shape not in SCORED):
            found.append(f"{q.code}: a weight belongs to scored questions only")
        if len(q.steps) < 2 and (q.scored or q.shape is Shape.LEVEL):
            found.append(f"{q.code}: needs two levels at least")
        if not _CODE.fullmatch(q.code):
            found.append(f"{q.code}: a code has small letters, digits and underscores")
        if sorted({s.level for s in q.steps}) != [s.level for s in q.steps]:
            found.append(f"{q.code}: levels must rise")
        if q.shape in {Shape.NUMBER, Shape.GROWTH}:
            ordered = sorted(q.steps, key=lambda s: -math.inf if s.above is None else s.above)
            found += _chain(q.code, [(s.above, s.up_to) for s in ordered])
            if ordered and (ordered[0].above is not None or ordered[-1].up_to is not None):
                found.append(f"{q.code}: the outer intervals must be open")
    if instrument.bands:
        found += _chain("bands", [(b.above, b.up_to) for b in instrument.bands])
        if instrument.bands[0].above > 0 or instrument.bands[-1].up_to != 1:
            found.append("bands: must reach from 0 to 1")
    return found


@lru_cache(maxsize=8)
def shipped(code: str) -> Instrument:
    """An instrument that ships with the product: one of SHIPPED."""
    return parse(shipped_body(code))


def shipped_body(code: str) -> dict[str, Any]:
    """The stored body of a shipped instrument, as written to the database."""
    if code not in SHIPPED:
        raise KeyError(code)
    return tomllib.loads(files("berdaya.forms").joinpath("data", f"{code}.toml").read_text("utf-8"))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def growth_percent(before: float, now: float) -> float | None:
    """Growth in per cent of the baseline; None where the baseline is not above zero."""
    return None if before <= 0 else (now - before) * 100 / before


def _measured(question: Question, answer: object) -> float | None:
    if question.shape is Shape.NUMBER:
        return _number(answer)
    if not isinstance(answer, Mapping):
        return None
    before, now = _number(answer.get("before")), _number(answer.get("now"))
    return None if before is None or now is None else growth_percent(before, now)


def level_of(question: Question, answer: object) -> int | None:
    """The level that an answer reaches; None where it is no answer to this question."""
    if question.shape is Shape.LEVEL:
        value = _number(answer)
        return next((s.level for s in question.steps if value == s.level), None)
    measured = _measured(question, answer)
    if measured is None:
        return None
    for step in question.steps:
        above = -math.inf if step.above is None else step.above
        up_to = math.inf if step.up_to is None else step.up_to
        if above < measured <= up_to:
            return step.level
    return None


def _error(question: Question, answer: object) -> AnswerError | None:
    if answer == NOT_APPLICABLE:
        return None if question.optional else AnswerError(question.code, "form_answer_not_optional")
    if question.shape is Shape.GROWTH and isinstance(answer, Mapping):
        before = _number(answer.get("before"))
        if before is None or before <= 0:
            return AnswerError(question.code, "form_baseline_missing")
    fits = {
        Shape.CHOICES: isinstance(answer, list | tuple) and all(isinstance(a, str) for a in answer),
        Shape.YES_NO: isinstance(answer, bool),
        Shape.TEXT: isinstance(answer, str),
    }.get(question.shape)
    if fits is None and not question.steps:
        fits = _measured(question, answer) is not None
    elif fits is None:
        fits = level_of(question, answer) is not None
    return None if fits else AnswerError(question.code, "form_answer_unfit", {"answer": str(answer)[:40]})


def check(instrument: Instrument, answers: Answers) -> list[AnswerError]:
    """Answers that do not fit their question, and answers to questions that do not exist. None is "no answer"."""
    known = {q.code: q for q in instrument.questions}
    found = [AnswerError(code, "form_question_unknown") for code in sorted(set(answers) - set(known))]
    for code, question in known.items():
        answer = answers.get(code)
        error = None if answer is None else _error(question, answer)
        if error:
            found.append(error)
    return found


def band_of(instrument: Instrument, share: float) -> str | None:
    """The band of a share of the maximum; share 0 belongs to the lowest band."""
    for band in instrument.bands:
        if share <= band.up_to:
            return band.code
    return None


def score(instrument: Instrument, answers: Answers) -> Score:
    """Score = level x weight over the questions that apply; see `Score` for what is missing."""
    levels: dict[str, int] = {}
    missing: list[str] = []
    skipped: list[str] = []
    dimensions: list[DimensionScore] = []
    best = so_far = best_so_far = 0
    for dimension in instrument.dimensions:
        sums, top, open_ = 0, 0, False
        for q in (q for q in dimension.questions if q.scored):
            answer = answers.get(q.code)
            if answer == NOT_APPLICABLE and q.optional:
                skipped.append(q.code)
                continue
            top += q.best
            level = None if answer is None else level_of(q, answer)
            if level is None:
                missing.append(q.code)
                open_ = True
                continue
            levels[q.code] = level
            sums += level * q.weight
            best_so_far += q.best
        if top:
            dimensions.append(DimensionScore(dimension.code, None if open_ else sums, top))
        best += top
        so_far += sums
    done = not missing and best > 0
    return Score(
        total=so_far if done else None,
        best=best,
        band=band_of(instrument, so_far / best) if done else None,
        so_far=so_far,
        best_so_far=best_so_far,
        levels=levels,
        dimensions=tuple(dimensions),
        missing=tuple(missing),
        not_applicable=tuple(skipped),
    )
