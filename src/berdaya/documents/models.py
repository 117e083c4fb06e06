from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.files.models import StoredFile
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


@tracked()
class Signatory(ProcessRow):
    """Penanda tangan: who signs for an office, with NIP, rank and capacity ('' , Plt., Plh., a.n.)."""

    policy: ClassVar[Policy] = Process()

    name = models.CharField(max_length=120)
    nip = models.CharField(max_length=24, blank=True)
    rank = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=160)
    capacity = models.CharField(max_length=8, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class DocumentSeries(ProcessRow):
    """Nomor urut surat: the last number given out per office, kind and year; locked while numbering."""

    policy: ClassVar[Policy] = Process()

    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "kind", "year"], name="documents_series_once")
        ]


class Document(ProcessRow):
    """Dokumen: an issued letter (SK, BAST, LPJ ...), frozen with its data; the token stands behind its QR."""

    policy: ClassVar[Policy] = Process(update=False)

    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=240)
    occurred_on = models.DateField()
    token = models.CharField(max_length=40, unique=True)
    data = models.JSONField()
    data_sha256 = models.BinaryField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    first_page = models.PositiveIntegerField(default=1)
    last_page = models.PositiveIntegerField(default=1)
    programme_code = models.CharField(max_length=60, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "kind", "number"], name="documents_number_once")
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"])]
