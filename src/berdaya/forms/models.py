from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Ladder, Policy, Process


class Instrument(ProcessRow):
    """Instrumen: a versioned questionnaire; a response keeps the version it was answered with."""

    policy: ClassVar[Policy] = Ladder(update=False)

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    body = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "code", "version"], name="forms_instrument_version")
        ]


class Response(ProcessRow):
    """Jawaban: answers of one subject on one day; the score is computed by the instrument, never typed."""

    policy: ClassVar[Policy] = Process(
        update=False,
        subject={"enterprises": "subject_id", "households": "subject_id", "groups": "subject_id"},
        subject_insert=True,
    )

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="responses")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    occurred_on = models.DateField()
    answers = models.JSONField()
    scores = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_id", "occurred_on"])]
