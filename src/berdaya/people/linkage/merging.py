"""What follows a merge, and what stays. The list of what follows is the function `people_merge_rules` of the database;
here stand the columns that name a person or a household and stay, with the reason. A test walks the schema and fails
on a column that is in neither.
"""

from __future__ import annotations

STAYS: dict[str, str] = {
    "people_person.household_id": "the merged record stays in its family, which is merged or goes on without it",
    "people_identity.subject_id": "the number keeps its record; look-ups follow to the one that was kept",
    "people_lookalike.left_id": "the pair as it was decided",
    "people_lookalike.right_id": "the pair as it was decided",
    "people_merge.kept_id": "what was merged",
    "people_merge.gone_id": "what was merged",
    "people_merge.kept_household_id": "what was merged",
    "people_merge.gone_household_id": "what was merged",
    "people_transferrequest.household_id": "the claim as it was made; a move follows to the family that was kept",
    "audit_auditentry.subject_id": "who did what to which record, for ever",
    "devices_change.subject_id": "the log of what changed; the merge itself is a change",
    "devices_taken.subject_id": "which pack a phone holds, until it expires",
    "documents_document.subject_id": "a numbered letter is frozen",
    "programmes_approval.subject_id": "a stage, class or decree, no person",
    "programmes_selectionentry.household_key": "part of the frozen list that makes the draw repeatable",
    "funds_funddecision.subject_id": "a turn, loss or schedule of a fund, no person",
    "groups_proposalmember.person_id": "a proposal is settled within weeks; the group that it becomes follows",
    "groups_proposalmember.household_id": "a proposal is settled within weeks; the group that it becomes follows",
    "groups_groupwish.person_id": "a wish counts until groups are formed; the merged record is asked again",
    "groups_groupwish.wanted_id": "a wish counts until groups are formed; the merged record is asked again",
    "grants_fundingshare.subject_id": "a handover or a capital, no person",
}
