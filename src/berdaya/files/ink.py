"""Drawn signatures: strokes come in as points, a plain SVG goes out; nothing that a client wrote is kept as it came."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from berdaya.kernel.problems import Problem

Strokes = Sequence[Sequence[Sequence[float]]]
"""Strokes of points (x, y) on a pad of 1000 x 400."""
WIDTH, HEIGHT = 1000, 400
MOST_POINTS = 6_000
SHORTEST = 40.0
"""A signature is longer than this (1/25 of the pad's width): a dot by mistake is none."""


def svg_of(strokes: Strokes) -> bytes:
    """An SVG of the strokes, rounded to whole points of the pad.

    Raises `files.empty_signature` without a line, `files.not_an_image` for what are no points on the pad.
    """
    lines = [_points(stroke) for stroke in strokes]
    if sum(len(line) for line in lines) > MOST_POINTS:
        raise Problem("files.not_an_image")
    if sum(_length(line) for line in lines) < SHORTEST:
        raise Problem("files.empty_signature")
    drawn = "".join(f'<polyline points="{" ".join(f"{x},{y}" for x, y in line)}"/>' for line in lines if len(line) > 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke="#14253D"'
        f' stroke-width="5" stroke-linecap="round" stroke-linejoin="round">{drawn}</svg>'
    ).encode()


def _points(stroke: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    try:
        points = [(round(float(x)), round(float(y))) for x, y in stroke]
    except (TypeError, ValueError, OverflowError) as error:
        raise Problem("files.not_an_image") from error
    if any(not (0 <= x <= WIDTH and 0 <= y <= HEIGHT) for x, y in points):
        raise Problem("files.not_an_image")
    return points


def _length(line: Sequence[tuple[int, int]]) -> float:
    return sum(hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(line))
