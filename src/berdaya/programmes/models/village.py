"""What is asked, heard and decided outside the office: hits overruled, meetings, objections, referrals, scans."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.documents.models import Document
from berdaya.files.models import StoredFile
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Ladder, Policy, Process
from berdaya.programmes.models.selection import Candidate, Programme, SelectionRun

UNDECIDED = models.Q(checked_by=None)
"""Still waiting for the second person."""


@tracked()
class ScreeningOverrule(ProcessRow):
    """Pengesampingan temuan: one hit of the exclusion screen set aside; valid once a second person agrees.

    ``hit`` is the key of the hit (``rules.hits.hit_key``), ``evidence`` what the register said when it was set aside.
    """

    policy: ClassVar[Policy] = Process(root=("candidate",))

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="overrules")
    hit = models.CharField(max_length=64)
    evidence = models.JSONField(default=dict)
    reason = models.TextField()
    made_by = models.BigIntegerField()
    made_on = models.DateField()
    checked_by = models.BigIntegerField(null=True)
    checked_on = models.DateField(null=True)
    agreed = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=UNDECIDED | ~models.Q(checked_by=models.F("made_by")),
                name="programmes_overrule_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by=None, agreed=None)
                | models.Q(checked_by__isnull=False, agreed__isnull=False),
                name="programmes_overrule_answered",
            ),
            models.UniqueConstraint(
                fields=["candidate", "hit"], condition=~models.Q(agreed=False), name="programmes_overrule_once"
            ),
        ]


@tracked()
class VillageMeeting(ProcessRow):
    """Musyawarah desa/kelurahan: planned by the office, recorded in the village, accepted by somebody else.

    ``attendance`` holds ``{name, role, decides}``; decisions count once the meeting is accepted.
    """

    policy: ClassVar[Policy] = Process(any_office_update=True)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    planned_on = models.DateField()
    held_on = models.DateField(null=True)
    place = models.CharField(max_length=120, blank=True)
    chair = models.CharField(max_length=120, blank=True)
    attendance = models.JSONField(default=list)
    note = models.TextField(blank=True)
    recorded_by = models.BigIntegerField(null=True)
    recorded_on = models.DateField(null=True)
    accepted_by = models.BigIntegerField(null=True)
    accepted_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(accepted_by=None) | ~models.Q(accepted_by=models.F("recorded_by")),
                name="programmes_meeting_two_people",
            ),
            models.UniqueConstraint(
                fields=["programme", "area"],
                condition=models.Q(accepted_on=None),
                name="programmes_one_open_meeting",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["area", "held_on"])]


@tracked()
class MeetingDecision(ProcessRow):
    """Keputusan musyawarah: accepted or rejected with its reason; ``relation`` names kinship with who decides."""

    policy: ClassVar[Policy] = Process(root=("candidate",), any_office_update=True)

    meeting = models.ForeignKey(VillageMeeting, on_delete=models.PROTECT, related_name="decisions")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="meeting_decisions")
    decision = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    relation = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "candidate"], name="programmes_meeting_decides_once"),
            models.CheckConstraint(
                condition=~models.Q(decision="rejected") | ~models.Q(reason=""), name="programmes_rejection_has_reason"
            ),
        ]


class ProvisionalList(ProcessRow):
    """Daftar sementara: the ranked list hung up in the villages; objections are heard until ``closes_on``.

    It names nobody (the lines are those of the run), so that every village of the area may know of the period.
    """

    policy: ClassVar[Policy] = Ladder(update=False)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="provisional_lists")
    run = models.OneToOneField(SelectionRun, on_delete=models.PROTECT, related_name="provisional_list")
    posted_on = models.DateField()
    closes_on = models.DateField()
    posted_by = models.BigIntegerField()
    lines = models.PositiveIntegerField()


@tracked()
class Objection(ProcessRow):
    """Sanggahan: on paper or spoken, against a name on the list or for a missing one; decided by another person."""

    policy: ClassVar[Policy] = Process(root=("candidate",), any_office_insert=True)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="objections")
    candidate = models.ForeignKey(Candidate, null=True, on_delete=models.PROTECT, related_name="objections")
    about = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    said_by = models.CharField(max_length=120, blank=True)
    words = models.TextField()
    received_on = models.DateField()
    taken_by = models.BigIntegerField()
    decision = models.CharField(max_length=12, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("taken_by")),
                name="programmes_objection_two_people",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "decision"])]


@tracked()
class OfferedProgramme(ProcessRow):
    """Program yang ditawarkan: what an office offers, for whom, and how one is proposed; public, no personal data.

    ``conditions`` speaks the words of ``rules.offers``: desil_max, age_min, age_max, sex, disability, subject.
    """

    policy: ClassVar[Policy] = Ladder()

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    provider = models.CharField(max_length=160)
    aim = models.TextField()
    target = models.TextField()
    form = models.CharField(max_length=160)
    how = models.TextField()
    contact = models.CharField(max_length=200)
    conditions = models.JSONField(default=dict)
    open_from = models.DateField()
    open_until = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "code"], name="programmes_offer_once"),
        ]


@tracked()
class Referral(ProcessRow):
    """Rujukan: a family that fits another programme better, sent there by letter with a date for the answer."""

    policy: ClassVar[Policy] = Process(root=("candidate",))

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="referrals")
    offer = models.ForeignKey(OfferedProgramme, on_delete=models.PROTECT, related_name="referrals")
    reason = models.TextField()
    referred_on = models.DateField()
    answer_due = models.DateField()
    made_by = models.BigIntegerField()
    answer = models.CharField(max_length=12, blank=True)
    answer_note = models.TextField(blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["candidate", "offer"], condition=models.Q(answer=""), name="programmes_referral_open_once"
            ),
        ]


class SignedScan(ProcessRow):
    """Pindaian bertanda tangan: the paper that was signed, kept beside the letter with the hash of the file."""

    policy: ClassVar[Policy] = Process(update=False)

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="scans")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    signed_on = models.DateField()
    uploaded_by = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "sha256"], name="programmes_scan_once"),
        ]
