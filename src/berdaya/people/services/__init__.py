"""Writes about people. Each is one function that takes the actor first."""

from berdaya.people.services.aid import (
    register_aid_many,
    register_exclusions_many,
    screen_many,
)
from berdaya.people.services.identity import correct_identity, identity_claim, move_household, reveal_nik
from berdaya.people.services.register import register_many
from berdaya.people.services.updating import compare_many, update_many

__all__ = [
    "compare_many",
    "correct_identity",
    "identity_claim",
    "move_household",
    "register_aid_many",
    "register_exclusions_many",
    "register_many",
    "reveal_nik",
    "screen_many",
    "update_many",
]
