from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Own, OwnerOnly, Policy, Process


class NumberRanges(models.Field):  # type: ignore[type-arg]
    """``int4multirange``: which numbers of a series arrived, in as many parts as it has gaps."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "int4multirange"


class Device(ProcessRow):
    """Perangkat: one phone of one account in one role; only the SHA-256 of its token is kept."""

    policy: ClassVar[Policy] = Own(process=True, insert=False)

    account_id = models.BigIntegerField()
    role_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    platform = models.CharField(max_length=120, blank=True)
    app = models.CharField(max_length=20, blank=True)
    hash = models.BinaryField(unique=True)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.BigIntegerField(null=True)
    wiped_at = models.DateTimeField(null=True)
    """When the phone was told to wipe itself; null as long as it has not called since it was cut off."""
    seen_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    seqs = NumberRanges(db_default=models.Value("{}"))
    clock_off_seconds = models.IntegerField(null=True)
    unsent = models.PositiveIntegerField(null=True)
    unsent_since = models.DateTimeField(null=True)
    copied_at = models.DateTimeField(null=True)
    """When a number of a push came again with other records: two phones use one token."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account_id"]), models.Index(fields=["area", "pushed_at"])]


class FieldRecord(ProcessRow):
    """Rekaman lapangan: one record of a phone as it stands now: its last body, and what became of it."""

    policy: ClassVar[Policy] = Own(process=True, insert=False, update=False)

    device_id = models.UUIDField(null=True)
    account_id = models.BigIntegerField()
    role_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()
    digest = models.BinaryField()
    device_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    clock_off = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10)
    code = models.CharField(max_length=60, blank=True)
    params = models.JSONField(default=dict)
    needs = ArrayField(models.UUIDField(), default=list)
    settled_at = models.DateTimeField(null=True)
    body = models.JSONField()
    files = models.JSONField(default=dict)
    previous = models.JSONField(null=True)
    """The body before the last revision: what the phone's edit started from."""
    subjects = ArrayField(models.UUIDField(), default=list)
    """Every id that the body names, so that erasure finds it."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["device_id", "settled_at"]),
            models.Index(fields=["account_id"], name="devices_record_waiting", condition=models.Q(outcome="waiting")),
        ]


class Inbox(models.Model):
    """Kotak masuk: every body that ever arrived, as it arrived; one partition a month, never changed."""

    policy: ClassVar[Policy] = Own(process=True, insert=False, update=False)

    pk = models.CompositePrimaryKey("received_at", "id")
    id = models.UUIDField()
    received_at = models.DateTimeField()
    area = models.BigIntegerField()
    office_id = models.BigIntegerField()
    record_id = models.UUIDField()
    device_id = models.UUIDField(null=True)
    account_id = models.BigIntegerField()
    uploaded_by = models.BigIntegerField(null=True)
    """Who handed it in where that was somebody else: a saved queue."""
    source = models.CharField(max_length=8)
    seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()
    device_at = models.DateTimeField(null=True)
    digest = models.BinaryField()
    body = models.JSONField()
    files = models.JSONField(default=dict)
    subjects = ArrayField(models.UUIDField(), default=list)

    class Meta:
        managed = False
        """Django knows no partitions: the table is made by sql/inbox.sql."""

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


@tracked()
class Conflict(ProcessRow):
    """Perbedaan: two versions of one record; both are kept until a person decides."""

    policy: ClassVar[Policy] = Process(insert=False)

    record_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    account_id = models.BigIntegerField()
    device_id = models.UUIDField(null=True)
    digest = models.BinaryField()
    version = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    sent = models.JSONField()
    held = models.JSONField()
    fields = ArrayField(models.CharField(max_length=60), default=list)
    subjects = ArrayField(models.UUIDField(), default=list)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.BigIntegerField(null=True)
    resolution = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record_id", "digest"], name="devices_conflict_once")]
        indexes: ClassVar = [models.Index(fields=["area", "resolved_at"])]


class Upload(ProcessRow):
    """Berkas lapangan: a photo or voice note that arrives in parts, after its record or before it."""

    policy: ClassVar[Policy] = Own(process=True, insert=False, update=False)

    device_id = models.UUIDField(null=True)
    account_id = models.BigIntegerField()
    record_id = models.UUIDField()
    name = models.CharField(max_length=60)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    received = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10)
    code = models.CharField(max_length=60, blank=True)
    file_id = models.UUIDField(null=True)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record_id"])]


class Taken(ProcessRow):
    """Paket dibawa: which pack a phone holds, since when and how long; what "lihat sebagai" shows."""

    policy: ClassVar[Policy] = Own(process=True, insert=False, update=False)

    device_id = models.UUIDField()
    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=160)
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    rows_in = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device_id", "kind", "subject_id"], name="devices_taken_once")
        ]


class Change(models.Model):
    """Catatan perubahan: which root changed in which transaction; ids only, read below the oldest running one."""

    policy: ClassVar[Policy] = OwnerOnly(
        reason="written by triggers, read by devices_changes() for the caller's own ids"
    )

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(null=True)
    role_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "xid"]),
            models.Index(
                fields=["role_id", "xid"], name="devices_change_role", condition=models.Q(role_id__isnull=False)
            ),
            models.Index(fields=["xid"], name="devices_change_general", condition=models.Q(subject_id=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
