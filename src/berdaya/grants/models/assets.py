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
    """Aset: one durable thing for life: present, working, broken, sold, died, passed on.

    ``origin`` is ``aid`` (a line of a handover brought it) or ``own``: it belonged to the business before any aid,
    ``since`` the day the list told, and no handover line knows of it.
    """

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="assets")
    line = models.ForeignKey(HandoverLine, null=True, on_delete=models.PROTECT, related_name="assets")
    origin = models.CharField(max_length=4, db_default="aid")
    since = models.DateField(null=True)
    name = models.CharField(max_length=120)
    value_idr = models.BigIntegerField()
    state = models.CharField(max_length=12, default="present")
    state_on = models.DateField()
    evidence_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(origin="aid", line__isnull=False) | models.Q(origin="own", line=None),
                name="grants_asset_origin",
            )
        ]


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
