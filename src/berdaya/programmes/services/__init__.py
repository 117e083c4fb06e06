"""Writes of programmes. Each is keyword-only, takes the actor first, and lives in one transaction of an open scope."""

from berdaya.programmes.services.candidates import add_candidates_many, pair_motivators_many, record_verification_many
from berdaya.programmes.services.consents import consent_changed
from berdaya.programmes.services.decrees import (
    approve,
    approve_decree,
    fill_places,
    propose_approval,
    propose_decree,
    replace_recipient,
)
from berdaya.programmes.services.eligibility import decide_eligibility_many, screen_many
from berdaya.programmes.services.meetings import accept_meeting, plan_meetings, record_meeting
from berdaya.programmes.services.objections import decide_objection, hear_objection, post_list
from berdaya.programmes.services.referrals import answer_referral, refer, save_offers_many
from berdaya.programmes.services.scans import MAX_BYTES as SCAN_BYTES
from berdaya.programmes.services.scans import keep_scan
from berdaya.programmes.services.screening import answer_overrule, overrule_hit
from berdaya.programmes.services.selection import commit_seed, freeze_list, reveal_seed, run_selection
from berdaya.programmes.services.setup import create_programme
from berdaya.programmes.services.versions import approve_rules, propose_rules

__all__ = [
    "SCAN_BYTES",
    "accept_meeting",
    "add_candidates_many",
    "answer_overrule",
    "answer_referral",
    "approve",
    "approve_decree",
    "approve_rules",
    "commit_seed",
    "consent_changed",
    "create_programme",
    "decide_eligibility_many",
    "decide_objection",
    "fill_places",
    "freeze_list",
    "hear_objection",
    "keep_scan",
    "overrule_hit",
    "pair_motivators_many",
    "plan_meetings",
    "post_list",
    "propose_approval",
    "propose_decree",
    "propose_rules",
    "record_meeting",
    "record_verification_many",
    "refer",
    "replace_recipient",
    "reveal_seed",
    "run_selection",
    "save_offers_many",
    "screen_many",
]
