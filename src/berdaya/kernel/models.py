"""Column sets that most tables share; abstract, so that the kernel itself has no table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from berdaya.kernel.ids import new_id
from berdaya.kernel.policies import OwnerOnly, Policy


class Row(models.Model):
    """A fact with an id made by whoever creates it, and the moment the database took it."""

    policy: ClassVar[Policy]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.id}"


class HourlyTries(models.Model):
    """How often something was tried in one hour, for a limit on it; a child adds what is counted, once an hour."""

    policy: ClassVar[Policy] = OwnerOnly(reason="counted and tested by definer functions only")

    hour = models.DateTimeField()
    tries = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.hour:%F %H}"


class AreaRow(Row):
    """A row that belongs to an area: ``PPKKCCDDDD`` as bigint, zeros below its level."""

    area = models.BigIntegerField()

    class Meta:
        abstract = True


class ProcessRow(AreaRow):
    """A row that belongs to an area and to the office that runs the process."""

    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+", db_index=False)
    office_id: int

    class Meta:
        abstract = True
