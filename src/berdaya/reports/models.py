from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.programmes.models import Programme


class ProgrammeSnapshot(ProcessRow):
    """Capaian program: the figures of one programme at one date, frozen; small numbers are hidden when published."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="snapshots")
    as_of = models.DateField()
    body = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "as_of"], name="reports_snapshot_once")]
