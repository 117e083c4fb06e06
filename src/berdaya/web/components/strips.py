"""One bar divided into parts that add up: where the whole is, told by tone, dark edges and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """One part: ``colour`` a class of the stack (0-6), ``text`` what stands beside its name."""

    name: str
    amount: float
    text: str
    colour: int
    href: str = ""


@dataclass(frozen=True)
class Cut:
    """A piece with its place in the bar."""

    piece: Piece
    x: str
    width: str


@dataclass(frozen=True)
class Strip:
    """``title`` states the finding; pieces of nothing stand in the words, not in the bar."""

    title: str
    pieces: tuple[Piece, ...]
    note: str = ""
    level: int = 2

    def cuts(self) -> list[Cut]:
        """The pieces from the left, in shares of the whole."""
        return cuts(self.pieces)


def cuts(pieces: Sequence[Piece]) -> list[Cut]:
    """Places of the pieces; an empty whole gives none."""
    whole = sum(piece.amount for piece in pieces)
    found, start = [], 0.0
    for piece in pieces:
        if whole and piece.amount:
            found.append(Cut(piece, f"{100 * start / whole:.3f}%", f"{100 * piece.amount / whole:.3f}%"))
        start += piece.amount
    return found
