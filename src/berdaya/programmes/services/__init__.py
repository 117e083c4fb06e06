"""Writes of programmes. Each is keyword-only, takes the actor first, and lives in one transaction of an open scope."""

from berdaya.programmes.services.candidates import add_candidates_many, pair_motivators_many, record_verification_many
from berdaya.programmes.services.decrees import (
    approve,
    approve_decree,
    fill_places,
    propose_approval,
    propose_decree,
    replace_recipient,
)
from berdaya.programmes.services.eligibility import decide_eligibility_many, screen_many
from berdaya.programmes.services.selection import commit_seed, freeze_list, reveal_seed, run_selection
from berdaya.programmes.services.setup import create_programme

__all__ = [
    "add_candidates_many",
    "approve",
    "approve_decree",
    "commit_seed",
    "create_programme",
    "decide_eligibility_many",
    "fill_places",
    "freeze_list",
    "pair_motivators_many",
    "propose_approval",
    "propose_decree",
    "record_verification_many",
    "replace_recipient",
    "reveal_seed",
    "run_selection",
    "screen_many",
]
