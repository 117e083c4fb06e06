from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from berdaya.kernel.policies import Open, Policy

_PUBLIC = "official codes and names, no personal data"


class Area(models.Model):
    """Wilayah: a Kemendagri code ``PPKKCCDDDD`` as bigint; level 1 province to 4 village."""

    policy: ClassVar[Policy] = Open(reason=_PUBLIC, public=True)

    code = models.BigIntegerField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, db_default="")
    parent = models.BigIntegerField(null=True)
    edition = models.CharField(max_length=20)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["parent"]), models.Index(fields=["level", "code"])]

    def __str__(self) -> str:
        return self.name


class AreaCode(models.Model):
    """Kode wilayah edisi lain: a code of another year, with the present code that took its place."""

    policy: ClassVar[Policy] = Open(reason=_PUBLIC, public=True)

    edition = models.CharField(max_length=20)
    code = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    successor = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "code"], name="areas_code_edition")]

    def __str__(self) -> str:
        return f"{self.edition} {self.code}"


class AreaPosition(models.Model):
    """Posisi wilayah: one point per area and source; ``synthetic`` in examples, ``office`` when imported by one."""

    policy: ClassVar[Policy] = Open(
        reason="positions of villages, no personal data", public=True, insert=True, update=True
    )

    area = models.BigIntegerField()
    source = models.CharField(max_length=20)
    lat = models.FloatField()
    lon = models.FloatField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "source"], name="areas_position_source")]

    def __str__(self) -> str:
        return f"{self.area} {self.source}"
