from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.documents.models import Document
from berdaya.files.models import StoredFile
from berdaya.groups.models import Group
from berdaya.kernel.models import ProcessRow, Row
from berdaya.kernel.policies import Ladder, Policy, Process, Through
from berdaya.people.models import Household, Person
from berdaya.programmes.states import RULES, CandidateState

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


def state_expression() -> models.Case:
    """The table of ``states.RULES`` as the expression of a generated column: nobody, no service, can type a state."""
    whens = [
        models.When(**{f"{rule.column}__{rule.lookup}": rule.value}, then=models.Value(rule.state.value))
        for rule in RULES
    ]
    return models.Case(*whens, default=models.Value(CandidateState.PROPOSED.value))


@tracked(exclude=("state",), bulk=True)
class Candidate(ProcessRow):
    """Calon: a household or an existing group proposed for one programme; its state follows from evidence.

    ``score`` is in ten-thousandths of a point; ``probability`` the chance over all lottery outcomes.
    """

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
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    screening = models.JSONField(null=True)
    verdict = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    incomplete = models.BooleanField(default=False)
    decided_on = models.DateField(null=True)
    version = models.ForeignKey(ProgrammeVersion, null=True, on_delete=models.PROTECT, related_name="+")
    verified = models.BooleanField(null=True)
    place = models.CharField(max_length=10, blank=True)
    score = models.IntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    stratum = models.CharField(max_length=60, blank=True)
    probability = models.FloatField(null=True)
    quota_area = models.BigIntegerField(null=True)
    decreed_on = models.DateField(null=True)
    replaced_on = models.DateField(null=True)
    replaced_reason = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    state = models.GeneratedField(
        expression=state_expression(), output_field=models.CharField(max_length=20), db_persist=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "ref"], name="programmes_candidate_ref"),
            models.UniqueConstraint(fields=["programme", "list_no"], name="programmes_candidate_list_no"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="programmes_candidate_subject"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "area"]),
        ]


class ScreeningRun(ProcessRow):
    """Pemeriksaan daftar: one look of all candidates into the exclusion lists and the register of aid, on one day.

    Hits stand with the candidate; a candidate without one, recorded before the run, was clear.
    """

    policy: ClassVar[Policy] = Process(update=False)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="screenings")
    on_day = models.DateField()
    candidate_count = models.PositiveIntegerField()
    hit_count = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["programme", "-recorded_at"])]


class Verification(ProcessRow):
    """Verifikasi: what the verifier found at the house, and what the village meeting (musyawarah) decided.

    ``own_words`` is what the family said, as it said it; the position is that of the phone, with its accuracy.
    """

    policy: ClassVar[Policy] = Process(root=("candidate",), update=False)

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="verifications")
    visited_on = models.DateField()
    verifier = models.CharField(max_length=120)
    result = models.CharField(max_length=20)
    meeting_on = models.DateField(null=True)
    meeting_decision = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)
    own_words = models.TextField(blank=True)
    house_photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    home_lat = models.FloatField(null=True)
    home_lon = models.FloatField(null=True)
    accuracy_m = models.PositiveIntegerField(null=True)
    recorded_by = models.BigIntegerField(null=True)


@tracked()
class LotteryCommitment(ProcessRow):
    """Komitmen undian: one party's promise, and later the seed that keeps it; the database compares the two."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="commitments")
    round = models.PositiveSmallIntegerField(default=1)
    party = models.PositiveSmallIntegerField()
    commitment = models.CharField(max_length=71)
    committed_by = models.BigIntegerField()
    committed_on = models.DateField()
    seed = models.CharField(max_length=200, blank=True)
    opened_by = models.BigIntegerField(null=True)
    opened_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "round", "party"], name="programmes_commitment_once"),
            models.CheckConstraint(condition=models.Q(party__in=(1, 2)), name="programmes_two_parties"),
            models.UniqueConstraint(
                fields=["programme", "round", "opened_by"],
                condition=models.Q(opened_by__isnull=False),
                name="programmes_two_openers",
            ),
        ]


class SelectionRun(ProcessRow):
    """Penetapan peringkat: frozen list, commitments, seeds, quotas and outcome; repeatable by anyone.

    Made when the list is frozen; ``decided_on`` is set when the ranking has run.
    """

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="selections")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    list_sha256 = models.BinaryField()
    commitments = models.JSONField(default=list)
    seeds = models.JSONField(default=list)
    quotas = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    frozen_on = models.DateField()
    decided_on = models.DateField(null=True)


class SelectionEntry(ProcessRow):
    """Baris daftar beku: number, inputs of the ranking and what came of it; kept for ever.

    ``parts`` (what each criterion brought) can tell of a disability or an income: restricted.
    """

    policy: ClassVar[Policy] = Process(root=("candidate",))

    run = models.ForeignKey(SelectionRun, on_delete=models.PROTECT, related_name="entries")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    listed_area = models.BigIntegerField()
    household_key = models.CharField(max_length=36, blank=True)
    score = models.IntegerField()
    parts = models.JSONField(default=dict)
    draw = models.CharField(max_length=64, blank=True)
    rank = models.PositiveIntegerField(null=True)
    selected = models.BooleanField(null=True)
    stratum = models.CharField(max_length=60, blank=True)
    probability = models.FloatField(null=True)
    full = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="programmes_entry_number"),
            models.UniqueConstraint(fields=["run", "candidate"], name="programmes_entry_once"),
        ]


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


class RuleChange(ProcessRow):
    """Perubahan aturan: other weights, quotas or limits with their reason; a version once a second person approves.

    ``config`` is the whole ``programme.toml`` as it would stand, ``base`` the version that it was tried against.
    """

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rule_changes")
    base = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    config = models.JSONField()
    sha256 = models.BinaryField()
    reason = models.TextField()
    changed = models.JSONField(default=list)
    made_by = models.BigIntegerField()
    made_on = models.DateField()
    version = models.OneToOneField(ProgrammeVersion, null=True, on_delete=models.PROTECT, related_name="change")


class Decree(ProcessRow):
    """SK (surat keputusan): the decree that names the recipients; valid once approved by a second person."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="decrees")
    selection = models.ForeignKey(SelectionRun, on_delete=models.PROTECT, related_name="decrees")
    number = models.CharField(max_length=80)
    decreed_on = models.DateField()
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="+")
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
