"""What families say."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.grants.models.handovers import Handover
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


class Confirmation(ProcessRow):
    """Konfirmasi penerima: what the family says it received, apart from the mentor; silence is no yes."""

    policy: ClassVar[Policy] = Process(root=("handover",), update=False)

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="confirmations")
    said_on = models.DateField()
    said_by = models.CharField(max_length=120)
    channel = models.CharField(max_length=20)
    complete = models.BooleanField()
    words = models.TextField(blank=True)
