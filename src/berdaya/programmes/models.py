from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.documents.models import Document
from berdaya.groups.models import Group
from berdaya.kernel.models import ProcessRow, Row
from berdaya.kernel.policies import Ladder, Policy, Process, Through
from berdaya.people.models import Household, Person

ONE_SUBJECT = models.Q(household=None, group__isnull=False) | models.Q(household__isnull=False, group=None)


@tracked()
class Programme(ProcessRow):
    """Program: one office, one area, one year, one scheme; configuration without personal data."""

    policy: ClassVar[Policy] = Ladder()

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    scheme = models.CharField(max_length=12)
    version_number = models.PositiveSmallIntegerField(default=1)
    synthetic = models.BooleanField(default=False)


class ProgrammeVersion(Row):
    """Versi aturan: the programme.toml that a decision used; never changed."""

    policy: ClassVar[Policy] = Through(parent="programme", update=False)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    config = models.JSONField()
    sha256 = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="programmes_version_once")
        ]


@tracked()
class Candidate(ProcessRow):
    """Calon: a household or an existing group proposed for one programme; its state follows from evidence."""

    policy: ClassVar[Policy] = Process(
        root=("household", "group"), subject={"households": "household_id", "groups": "group_id"}
    )

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="candidates")
    ref = models.CharField(max_length=40)
    list_no = models.PositiveIntegerField()
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="candidacies")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="candidacies")
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="candidacies")
    proposed_on = models.DateField()
    sources = ArrayField(models.CharField(max_length=60), default=list)
    interests = ArrayField(models.CharField(max_length=40), default=list)
    skills = ArrayField(models.CharField(max_length=40), default=list)
    kind = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    checks = models.JSONField(default=list)
    state = models.CharField(max_length=20, default="proposed")
    reason = models.CharField(max_length=60, blank=True)
    score = models.IntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    stratum = models.CharField(max_length=60, blank=True)
    probability = models.FloatField(null=True)
    quota_area = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "ref"], name="programmes_candidate_ref"),
            models.UniqueConstraint(fields=["programme", "list_no"], name="programmes_candidate_list_no"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="programmes_candidate_subject"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "area"]),
        ]


class Verification(ProcessRow):
    """Verifikasi: what the verifier found at the house, and what the village meeting (musyawarah) decided."""

    policy: ClassVar[Policy] = Process(root=("candidate",), update=False)

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="verifications")
    visited_on = models.DateField()
    verifier = models.CharField(max_length=120)
    result = models.CharField(max_length=20)
    meeting_on = models.DateField(null=True)
    meeting_decision = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)


class SelectionRun(ProcessRow):
    """Penetapan peringkat: frozen list, commitments, seeds, quotas and outcome; repeatable by anyone."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="selections")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    list_sha256 = models.BinaryField()
    commitments = models.JSONField(default=list)
    seeds = models.JSONField(default=list)
    quotas = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    decided_on = models.DateField()


class Approval(ProcessRow):
    """Persetujuan tahap: made by one person, checked by another; the database refuses the same one twice."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="approvals")
    stage = models.CharField(max_length=30)
    subject_id = models.UUIDField(null=True)
    summary = models.JSONField(default=dict)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    checked_by = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("made_by")),
                name="programmes_maker_is_not_checker",
            ),
            models.UniqueConstraint(
                fields=["programme", "stage", "subject_id"],
                nulls_distinct=False,
                name="programmes_approval_once",
            ),
        ]


class Decree(ProcessRow):
    """SK (surat keputusan): the decree that names the recipients; valid once approved by a second person."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="decrees")
    selection = models.ForeignKey(SelectionRun, on_delete=models.PROTECT, related_name="decrees")
    number = models.CharField(max_length=80)
    decreed_on = models.DateField()
    approval = models.ForeignKey(Approval, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "number"], name="programmes_decree_once")]


@tracked()
class DecreeLine(ProcessRow):
    """Baris lampiran SK: one recipient; goods and capital are bound to it."""

    policy: ClassVar[Policy] = Process(
        root=("candidate",), subject={"households": "household_id", "groups": "group_id"}
    )

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="lines")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="decree_lines")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="decree_lines")
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="decree_lines")
    number = models.PositiveIntegerField()
    replaced_on = models.DateField(null=True)
    replaced_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decree", "candidate"], name="programmes_decree_line_once"),
            models.UniqueConstraint(fields=["decree", "number"], name="programmes_decree_number_once"),
        ]


class MotivatorPair(ProcessRow):
    """Pasangan motivator: a family already in business introduces one that has never been."""

    policy: ClassVar[Policy] = Process(root=("newcomer",), update=False)

    motivator = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="motivates")
    newcomer = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="motivated_by")
    paired_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["newcomer"], name="programmes_one_motivator")]
