"""Writes of training, by use case: `planning` (resources, classes), `placing`, `attending`, `grouping`."""

from berdaya.training.services.attending import record_attendance_many, record_guests_many
from berdaya.training.services.grouping import form_groups
from berdaya.training.services.placing import propose_placements, publish_placements, reseat
from berdaya.training.services.planning import create_classes_many, record_resources_many

__all__ = [
    "create_classes_many",
    "form_groups",
    "propose_placements",
    "publish_placements",
    "record_attendance_many",
    "record_guests_many",
    "record_resources_many",
    "reseat",
]
