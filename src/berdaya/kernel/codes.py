"""Codes that people read from paper and type: which signs they are made of, and how a typed one is read."""

from __future__ import annotations

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs without I, O, 0 and 1, which are misread on paper."""


def signs_of(bits: int, count: int) -> str:
    """`count` signs from the lowest 5 x `count` bits, the lowest first."""
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(count))


def cleaned(code: str) -> str:
    """A typed code: upper case, without blanks and dashes."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def in_blocks(code: str) -> str:
    """A code of ten signs as people read it aloud: two blocks of five."""
    return f"{code[:5]}-{code[5:]}"
