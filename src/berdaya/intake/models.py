from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.files.models import StoredFile
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


class ImportRun(ProcessRow):
    """Impor: one file read once; the same file (by hash) twice changes nothing."""

    policy: ClassVar[Policy] = Process()

    programme_code = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=160)
    sha256 = models.BinaryField()
    rows_in = models.PositiveIntegerField()
    rows_taken = models.PositiveIntegerField()
    refused = models.JSONField(default=dict)
    outcomes = models.JSONField(default=dict)
    checked_copy = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "programme_code", "kind", "sha256"], name="intake_file_once")
        ]
