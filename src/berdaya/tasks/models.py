from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


@tracked()
class Task(ProcessRow):
    """Tugas: something one role must do by a date, with the cause that raised it."""

    policy: ClassVar[Policy] = Process(
        subject={"enterprises": "enterprise_id", "groups": "group_id"}, subject_update=True, any_office_update=True
    )

    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=160)
    title = models.CharField(max_length=240)
    params = models.JSONField(default=dict)
    owner_role = models.CharField(max_length=30)
    owner_account_id = models.BigIntegerField(null=True)
    raised_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    state = models.CharField(max_length=12, default="open")
    outcome = models.TextField(blank=True)
    programme_code = models.CharField(max_length=60, blank=True)
    household_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    enterprise_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "cause"], condition=models.Q(state="open"), name="tasks_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "state", "due_on"]),
            models.Index(fields=["household_id"]),
            models.Index(fields=["group_id"]),
            models.Index(fields=["enterprise_id"]),
            models.Index(fields=["office", "cause"]),
        ]


class DailyRun(ProcessRow):
    """Pemeriksaan harian: one daily check of one office on one day, and how many tasks it left open."""

    policy: ClassVar[Policy] = Process()

    on = models.DateField()
    check_code = models.CharField(max_length=40)
    found = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    """What the check settled by itself: records applied, files swept."""
    problem = models.CharField(max_length=200, blank=True)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "on", "check_code"], name="tasks_one_daily_run")
        ]
