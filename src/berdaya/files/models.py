from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


class StoredFile(ProcessRow):
    """Berkas: a file kept once by the hash of its content; the row says who may open it."""

    policy: ClassVar[Policy] = Process(update=False)

    sha256 = models.BinaryField()
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    name = models.CharField(max_length=160)
    purpose = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "office", "sha256", "purpose"], name="files_once")
        ]
