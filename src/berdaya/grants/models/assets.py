"""Durable things for life."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise
from berdaya.files.models import StoredFile
from berdaya.grants.models.handovers import HandoverLine
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


@tracked()
class Asset(ProcessRow):
    """Aset: one durable thing for life: present, working, broken, sold, died, passed on."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="assets")
    line = models.ForeignKey(HandoverLine, on_delete=models.PROTECT, related_name="assets")
    name = models.CharField(max_length=120)
    value_idr = models.BigIntegerField()
    state = models.CharField(max_length=12, default="present")
    state_on = models.DateField()
    evidence_id = models.UUIDField(null=True)


class AssetCheck(ProcessRow):
    """Pemeriksaan aset: what somebody saw of one asset on a day; the newest sets the asset's state.

    Sold, died, lost and passed on need minutes (berita acara).
    """

    policy: ClassVar[Policy] = Process(
        root=("asset",), update=False, subject={"enterprises": "enterprise_id"}, subject_insert=True
    )

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="checks")
    enterprise_id = models.UUIDField()
    state = models.CharField(max_length=12)
    seen_on = models.DateField()
    method = models.CharField(max_length=12)
    minutes = models.TextField(blank=True)
    note = models.TextField(blank=True)
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    evidence_id = models.UUIDField(null=True)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=("present", "working", "broken")) | ~models.Q(minutes=""),
                name="grants_asset_loss_needs_minutes",
            )
        ]
