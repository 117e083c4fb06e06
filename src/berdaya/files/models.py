from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


class StoredFile(ProcessRow):
    """Berkas: a file kept once by the hash of its content; the row says who may open it.

    Staff open the files of their area and office; a mentor those she stored and those of her own businesses, families
    and groups. Equal contents of different rows lie in the store once.
    """

    policy: ClassVar[Policy] = Process(
        update=False,
        subject={"enterprises": "enterprise_id", "households": "household_id", "groups": "group_id"},
        subject_own="stored_by",
    )

    sha256 = models.BinaryField()
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    name = models.CharField(max_length=160)
    purpose = models.CharField(max_length=40)
    stored_by = models.BigIntegerField(null=True)
    enterprise_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "area",
                    "office",
                    "sha256",
                    "purpose",
                    "stored_by",
                    "enterprise_id",
                    "household_id",
                    "group_id",
                ],
                nulls_distinct=False,
                name="files_once",
            )
        ]
