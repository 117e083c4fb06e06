from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.groups.models import Group, Membership
from berdaya.kernel.models import HourlyTries, ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.programmes.models import Programme


@tracked()
class MemberCard(ProcessRow):
    """Kartu anggota: the paper with which one member opens her own account in the group's book; revoked in one tap."""

    policy: ClassVar[Policy] = Process(
        root=("group",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="cards")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="cards")
    number = models.PositiveSmallIntegerField(default=1)
    token_hash = models.BinaryField(unique=True)
    code_hash = models.BinaryField()
    issued_on = models.DateField()
    revoked_on = models.DateField(null=True)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["membership"], condition=models.Q(revoked_on=None), name="governance_one_card"
            )
        ]


class CardTry(HourlyTries):
    """Percobaan kartu: wrong codes of one card in one hour (rate limit)."""

    card_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["card_id", "hour"], name="governance_tries_once")]


class GroupRules(ProcessRow):
    """Aturan kelompok (AD/ART): what the members agreed, version by version; a new meeting makes a new version."""

    policy: ClassVar[Policy] = Process(
        root=("group",), subject={"groups": "group_id"}, subject_insert=True, update=False
    )

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="rules")
    number = models.PositiveSmallIntegerField()
    agreed_on = models.DateField()
    present = models.PositiveSmallIntegerField()
    saving_idr = models.BigIntegerField(default=0)
    iks_idr = models.BigIntegerField(default=0)
    fine_idr = models.BigIntegerField(default=0)
    meeting = models.CharField(max_length=60, blank=True)
    term_months = models.PositiveSmallIntegerField(default=24)
    clauses = models.JSONField(default=list)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "number"], name="governance_rules_once")]


class GroupChange(ProcessRow):
    """Peristiwa kelompok: founding, merger, split or dissolution with its minutes; never changed afterwards."""

    policy: ClassVar[Policy] = Process(root=("group",), subject={"groups": "group_id"}, update=False)

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12)
    occurred_on = models.DateField()
    present = models.PositiveSmallIntegerField()
    minutes = models.TextField()
    other_id = models.UUIDField(null=True)
    settlement = models.JSONField(default=list)
    account_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["group", "occurred_on"])]


class GrowthRules(ProcessRow):
    """Syarat kelas kelompok: what an office asks of its groups, or of those of one programme, version by version.

    One person proposes a version, another of the office puts it in force (`accepted`); until then it asks nothing.
    Versions from before two people were asked have nobody in `decided_by`.
    """

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="growth_rules")
    number = models.PositiveSmallIntegerField()
    criteria = models.JSONField(default=list)
    reason = models.CharField(max_length=400)
    made_by = models.BigIntegerField()
    made_on = models.DateField()
    accepted = models.BooleanField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    note = models.CharField(max_length=400, blank=True, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "programme", "number"], nulls_distinct=False, name="governance_growth_rules_once"
            ),
            models.UniqueConstraint(
                fields=["office", "programme"],
                condition=models.Q(accepted=None),
                nulls_distinct=False,
                name="governance_growth_waits_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted=True, decided_by=models.F("made_by")),
                name="governance_growth_two_people",
            ),
        ]


class GrowthAssessment(ProcessRow):
    """Kelas kelompok: tumbuh, berkembang or mandiri on a day, with each criterion, what it asked and its evidence."""

    policy: ClassVar[Policy] = Process(root=("group",), subject={"groups": "group_id"}, update=False)

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="growth")
    assessed_on = models.DateField()
    level = models.CharField(max_length=12)
    criteria = models.JSONField(default=list)
    rules_sha256 = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "assessed_on", "rules_sha256"], name="governance_growth_once")
        ]


class Coaching(ProcessRow):
    """Catatan pembinaan: what a sponsor or official saw at a group, the advice given, and whether the last was kept."""

    policy: ClassVar[Policy] = Process(
        root=("group",), subject={"groups": "group_id"}, subject_insert=True, update=False
    )

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="coachings")
    held_on = models.DateField()
    seen = models.CharField(max_length=400)
    advice = models.CharField(max_length=400)
    followed = models.CharField(max_length=7, blank=True)
    role = models.CharField(max_length=20)
    account_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["group", "held_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(followed__in=["", "yes", "partly", "no"]), name="governance_coaching_followed"
            )
        ]
