from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Ladder, Policy, Process
from berdaya.people.models import Household, Person

ACTIVE = models.Q(left_on=None)


class SponsorOrganisation(ProcessRow):
    """Lembaga pembina: PKH, Tagana, Karang Taruna, a disability or children's organisation that coaches groups."""

    policy: ClassVar[Policy] = Ladder()

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=160)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "kind", "name"], name="groups_sponsor_once")]


@tracked()
class Group(ProcessRow):
    """Kelompok (KUBE, kelompok UEP): families with one joint business."""

    policy: ClassVar[Policy] = Process(
        subject={"groups": "id"}, dependants=("tasks.Task.group_id", "ledger.Book.group_id")
    )

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=40, blank=True)
    founded_on = models.DateField(null=True)
    founded_year = models.PositiveSmallIntegerField(null=True)
    address = models.CharField(max_length=200, blank=True)
    sponsor = models.ForeignKey(SponsorOrganisation, null=True, on_delete=models.PROTECT, related_name="groups")
    origin = models.CharField(max_length=20, default="existing")
    incomplete = models.BooleanField(default=False)
    dissolved_on = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "code"], name="groups_code_once")]


@tracked()
class Membership(ProcessRow):
    """Keanggotaan: a person in a group, with join and leave dates; the person may live in another village."""

    policy: ClassVar[Policy] = Process(root=("group",), subject={"groups": "group_id"})

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    reason = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "number"], name="groups_member_number"),
            models.UniqueConstraint(fields=["person"], condition=ACTIVE, name="groups_one_group_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="groups_left_after_joining",
            ),
        ]


class Election(ProcessRow):
    """Berita acara pemilihan pengurus: who was present, who was chosen, by which rule; never changed."""

    policy: ClassVar[Policy] = Process(root=("group",), update=False, subject={"groups": "group_id"})

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="elections")
    elected_on = models.DateField()
    present = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=40)
    result = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["group", "elected_on"])]


@tracked()
class Officer(ProcessRow):
    """Pengurus: ketua, sekretaris or bendahara, chosen by the members, with a term.

    A trigger refuses whoever is not proven to be 18 on the day (`migrations/0004`). Officers of a group that existed
    before are taken from its list, without minutes.
    """

    policy: ClassVar[Policy] = Process(root=("group",), subject={"groups": "group_id"})

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="officers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="offices")
    election = models.ForeignKey(Election, null=True, on_delete=models.PROTECT, related_name="officers")
    position = models.CharField(max_length=12)
    elected_on = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "position"], condition=models.Q(until=None), name="groups_one_officer"
            ),
            models.UniqueConstraint(
                fields=["membership"], condition=models.Q(until=None), name="groups_one_office_each"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("elected_on")),
                name="groups_officer_term",
            ),
        ]


@tracked()
class GroupProposal(ProcessRow):
    """Usulan kelompok: people of one kecamatan and trade whom the office asks to become a group.

    `programme_id` names the programme out of whose classes they come. It ends as a group (`group`), or dropped.
    """

    policy: ClassVar[Policy] = Process()

    programme_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    proposed_on = models.DateField()
    state = models.CharField(max_length=8, default="open")
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=160, blank=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme_id", "number"], name="groups_proposal_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "founded", "dropped"]), name="groups_proposal_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="founded", group__isnull=False)
                | (~models.Q(state="founded") & models.Q(group=None)),
                name="groups_proposal_founded",
            ),
        ]


@tracked()
class ProposalMember(ProcessRow):
    """Calon anggota: one person of a proposal, and the answer: empty (not asked), yes or no.

    `closed` is set when the proposal ends; a person stands in one open proposal at a time.
    """

    policy: ClassVar[Policy] = Process(root=("proposal",))

    proposal = models.ForeignKey(GroupProposal, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=3, blank=True)
    answered_on = models.DateField(null=True)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "person"], name="groups_proposed_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(closed=False) & ~models.Q(answer="no"),
                name="groups_one_proposal_at_a_time",
            ),
        ]


class GroupWish(ProcessRow):
    """Permintaan sekelompok: a person who asks to be in one group with another; it binds where both ask."""

    policy: ClassVar[Policy] = Process(delete=True)

    programme_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    wanted = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme_id", "person", "wanted"], name="groups_wish_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("wanted")), name="groups_wish_another"),
        ]
