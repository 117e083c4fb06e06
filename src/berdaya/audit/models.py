from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.kernel.models import Row
from berdaya.kernel.policies import Policy, Process


class AuditEntry(Row):
    """Catatan audit: one decision, view or export, as a named and versioned event; never changed (also the outbox).

    ``body`` holds ids and figures only, never names or numbers of people.
    """

    policy: ClassVar[Policy] = Process(update=False, insert_any=True)

    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    account_id = models.BigIntegerField()
    role = models.CharField(max_length=40)
    area = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    body = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id"]),
            models.Index(fields=["area", "recorded_at"]),
        ]
