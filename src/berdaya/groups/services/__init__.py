"""Writes of groups, by use case: `registry` (existing and new groups), `members` (joining, leaving,
elections), `proposals` (groups out of classes, from the proposal to the founding meeting)."""

from berdaya.groups.services.members import (
    elect_by_example,
    join_many,
    leave_many,
    record_elections_many,
)
from berdaya.groups.services.proposals import (
    Founding,
    Proposed,
    Source,
    answer_many,
    drop_proposal,
    drop_wish,
    forming,
    found_group,
    propose_groups,
    wish,
)
from berdaya.groups.services.registry import (
    complete_group,
    dissolve_group,
    form_groups,
    move_group,
    name_sponsor,
    register_existing_many,
    sponsor_ids,
)

__all__ = [
    "Founding",
    "Proposed",
    "Source",
    "answer_many",
    "complete_group",
    "dissolve_group",
    "drop_proposal",
    "drop_wish",
    "elect_by_example",
    "form_groups",
    "forming",
    "found_group",
    "join_many",
    "leave_many",
    "move_group",
    "name_sponsor",
    "propose_groups",
    "record_elections_many",
    "register_existing_many",
    "sponsor_ids",
    "wish",
]
