"""Writes of groups, by use case: `registry` (existing and new groups), `members` (joining, leaving, elections)."""

from berdaya.groups.services.members import (
    elect_by_example,
    join_many,
    leave_many,
    record_elections_many,
)
from berdaya.groups.services.registry import (
    complete_group,
    dissolve_group,
    form_groups,
    move_group,
    register_existing_many,
    sponsor_ids,
)

__all__ = [
    "complete_group",
    "dissolve_group",
    "elect_by_example",
    "form_groups",
    "join_many",
    "leave_many",
    "move_group",
    "record_elections_many",
    "register_existing_many",
    "sponsor_ids",
]
