from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
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


class ImportJob(ProcessRow):
    """Pekerjaan impor: a list on its way from the upload to the register, and back within 30 days.

    Its state is one of `states.ImportState`. A worker holds it until `lease_until`; whoever finds the lease run out
    goes on from the last whole batch.
    """

    policy: ClassVar[Policy] = Process()

    programme_code = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=160)
    sha256 = models.BinaryField()
    state = models.CharField(max_length=12)
    language = models.CharField(max_length=2, default="id")
    synthetic = models.BooleanField(default=False)
    as_of = models.DateField()
    fingerprint = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    asked = models.JSONField(default=list)
    preview = models.JSONField(default=dict)
    samples_cipher = models.BinaryField(null=True)
    samples_key = models.PositiveSmallIntegerField(null=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    batches_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    checked_copy = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.BigIntegerField()
    made_role = models.BigIntegerField(null=True)
    checked_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    worked_ms = models.BigIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    worker = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["recorded_at"],
                name="intake_job_open",
                condition=models.Q(state__in=["reading", "queued", "running", "undoing"]),
            )
        ]


class ImportBatch(ProcessRow):
    """Bagian impor: rows that were written together, all or none; what they made and changed, for undoing them."""

    policy: ClassVar[Policy] = Process(delete=True)

    job = models.ForeignKey(ImportJob, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    households = ArrayField(models.UUIDField(), default=list)
    persons = ArrayField(models.UUIDField(), default=list)
    candidates = ArrayField(models.UUIDField(), default=list)
    groups = ArrayField(models.UUIDField(), default=list)
    changed = ArrayField(models.UUIDField(), default=list)
    others = ArrayField(models.UUIDField(), default=list)
    context_id = models.UUIDField(null=True)
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="intake_batch_once")]


class HeadingMap(ProcessRow):
    """Padanan judul kolom: what the headings of a list mean to an office, confirmed once and correctable."""

    policy: ClassVar[Policy] = Process()

    kind = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    titles = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    confirmed_by = models.BigIntegerField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "kind", "fingerprint"], name="intake_headings_once")
        ]


class PlaceName(ProcessRow):
    """Ejaan wilayah: which village an office means by a spelling that fits several or none, asked once."""

    policy: ClassVar[Policy] = Process()

    written = models.CharField(max_length=400)
    meant = models.BigIntegerField()
    confirmed_by = models.BigIntegerField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "written"], name="intake_spelling_once")]


class IntakeRule(ProcessRow):
    """Aturan impor kantor: whether somebody else must confirm an import before it is written."""

    policy: ClassVar[Policy] = Process()

    second_person = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office"], name="intake_rule_once")]


class GroupCarry(ProcessRow):
    """Bawaan kelompok: an asset, an opening balance or a product of a group that existed before, as its list told it.

    It waits here until two officers open the book, or the office takes it on: as an asset, as a product, or as
    ``gone``, which it no longer has. ``outcome`` says which, empty while it waits.
    """

    policy: ClassVar[Policy] = Process(root=("group",))

    group = models.ForeignKey("groups.Group", on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey(ImportJob, on_delete=models.PROTECT, related_name="carried")
    kind = models.CharField(max_length=10)
    facts = models.JSONField()
    taken_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, db_default="")
    account_id = models.BigIntegerField(null=True)
