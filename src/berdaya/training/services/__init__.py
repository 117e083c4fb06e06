"""Writes of training, by use case: `resources`, `catalogue`, `planning` (classes), `meetings`, `placing`, `presence`,
`attending`, `grouping`."""

from berdaya.training.services.attending import record_attendance_many
from berdaya.training.services.catalogue import save_entries_many
from berdaya.training.services.grouping import form_groups
from berdaya.training.services.inviting import record_answer
from berdaya.training.services.meetings import add_material, cancel_session, plan_sessions_many, remove_material
from berdaya.training.services.placing import (
    arrange_many,
    propose_placements,
    publish_placements,
    reseat,
    what_if,
)
from berdaya.training.services.planning import create_classes_many
from berdaya.training.services.presence import (
    check_in,
    close_check_in,
    confirm_presences_many,
    open_check_in,
    record_class_presences_many,
    record_feedback,
    record_marks_many,
    record_presences_many,
    refresh_attendance,
)
from berdaya.training.services.resources import record_resources_many

__all__ = [
    "add_material",
    "arrange_many",
    "cancel_session",
    "check_in",
    "close_check_in",
    "confirm_presences_many",
    "create_classes_many",
    "form_groups",
    "open_check_in",
    "plan_sessions_many",
    "propose_placements",
    "publish_placements",
    "record_answer",
    "record_attendance_many",
    "record_class_presences_many",
    "record_feedback",
    "record_marks_many",
    "record_presences_many",
    "record_resources_many",
    "refresh_attendance",
    "remove_material",
    "reseat",
    "save_entries_many",
    "what_if",
]
