"""Groups out of classes: proposed, confirmed or left, founded by a meeting; twice, at once, by outsiders."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account, Role
from berdaya.areas.codes import area_range
from berdaya.governance.models import GroupChange
from berdaya.groups import services as groups
from berdaya.groups.models import Group, GroupProposal, GroupWish, Membership, Officer, ProposalMember
from berdaya.groups.services.proposals import Founding
from berdaya.groups.types import Position
from berdaya.kernel.clock import frozen
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.process import grouping
from berdaya.programmes.models import Candidate
from berdaya.programmes.values import ProgrammeRef
from tests.integration.training_world import decreed, families

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("positions")]
Maker = Callable[..., Actor]
DAY, MEETING = date(2024, 8, 1), date(2024, 8, 9)
GROUP = {"group": {"size": {"min": 3, "max": 5}, "same": "kecamatan"}}
MINUTES = "Sepakat berusaha bersama dan bertemu setiap bulan."


@pytest.fixture
def programme(operator: Actor) -> ProgrammeRef:
    """Eight decreed families of one kecamatan and one trade."""
    made = decreed(operator, families(operator, 8), **GROUP)
    with scoped(operator):
        Candidate.objects.filter(programme=made.id).update(interests=["fish_crackers"])
        Person.objects.update(birth_date=date(1985, 3, 4))
    return made


def proposed(operator: Actor, programme: ProgrammeRef) -> list[GroupProposal]:
    with frozen(DAY), scoped(operator):
        grouping.propose(actor=operator, code=programme.code)
        return list(GroupProposal.objects.filter(state="open").order_by("number"))


def people_of(proposal: GroupProposal) -> list[UUID]:
    rows = ProposalMember.objects.filter(proposal=proposal).order_by("number")
    return list(rows.values_list("person_id", flat=True))


def say(operator: Actor, proposal: GroupProposal, **answers: int) -> None:
    """`yes=3, no=1`: the first three confirm, the next one leaves."""
    with frozen(DAY), scoped(operator):
        people = people_of(proposal)
        told = dict.fromkeys(people[: answers.get("yes", 0)], "yes")
        told |= dict.fromkeys(people[answers.get("yes", 0) :][: answers.get("no", 0)], "no")
        groups.answer_many(actor=operator, proposal_id=proposal.pk, answers=told, on=DAY)


def meeting(proposal: GroupProposal, **facts: object) -> Founding:
    people = people_of(proposal)
    officers = dict(zip(Position, people[:3], strict=True))
    base = {"on": MEETING, "place": "Balai desa", "present": 3, "officers": officers, "rule": "consensus", "name": ""}
    return Founding(**(base | facts))  # type: ignore[arg-type]


def found(operator: Actor, proposal: GroupProposal, **facts: object) -> UUID:
    with frozen(MEETING), scoped(operator):
        return grouping.found_by_meeting(
            actor=operator, proposal_id=proposal.pk, founding=meeting(proposal, **facts), minutes=MINUTES
        )


def test_from_the_proposal_to_a_group_with_officers_and_minutes(operator: Actor, programme: ProgrammeRef) -> None:
    first, second = proposed(operator, programme)
    say(operator, first, yes=3, no=1)
    made = found(operator, first, name="KUBE Mina Sejahtera")
    with scoped(operator):
        group = Group.objects.get(pk=made)
        assert (group.name, group.code, group.founded_on) == (
            "KUBE Mina Sejahtera", f"{programme.code}-001", MEETING,
        )  # fmt: skip
        assert (group.origin, group.kind, group.incomplete) == ("formed", "fish_crackers", False)
        assert Membership.objects.filter(group=group).count() == 3
        assert Officer.objects.filter(group=group, until=None).count() == 3
        assert GroupChange.objects.get(group=group).minutes == MINUTES
        first.refresh_from_db()
        assert (first.state, first.group_id) == ("founded", made)
        with pytest.raises(Problem) as caught:
            groups.answer_many(actor=operator, proposal_id=first.pk, answers={}, on=DAY)
        assert caught.value.code == "group_proposal_closed"
    with pytest.raises(Problem, match="ended"):
        found(operator, first)
    say(operator, second, yes=4)
    found(operator, second)
    with scoped(operator):
        assert Group.objects.filter(code=f"{programme.code}-002").exists()


@pytest.mark.parametrize(
    ("yes", "facts", "code"),
    [
        (2, {}, "group_too_small"),
        (3, {"present": 1}, "group_meeting_absent"),
        (3, {"on": date(2024, 7, 1)}, "group_meeting_early"),
        (3, {"on": date(2024, 12, 1)}, "group_meeting_early"),
    ],
)
def test_a_meeting_that_cannot_found_a_group_writes_nothing(
    operator: Actor, programme: ProgrammeRef, yes: int, facts: dict[str, object], code: str
) -> None:
    first = proposed(operator, programme)[0]
    say(operator, first, yes=yes)
    with pytest.raises(Problem) as caught:
        found(operator, first, **facts)
    assert caught.value.code == code
    with scoped(operator):
        assert not Group.objects.exists()
        assert not Membership.objects.exists()
        assert GroupProposal.objects.get(pk=first.pk).state == "open"


def test_officers_are_grown_members_who_confirmed(operator: Actor, programme: ProgrammeRef) -> None:
    first = proposed(operator, programme)[0]
    say(operator, first, yes=3, no=1)
    with scoped(operator):
        people = people_of(first)
    chair = Position.CHAIR
    officers = dict(zip(Position, people[:3], strict=True))
    for wrong, code in (
        (officers | {chair: people[3]}, "group_officer_no_member"),
        (officers | {chair: people[1]}, "group_officer_twice"),
    ):
        with pytest.raises(Problem) as caught:
            found(operator, first, officers=wrong)
        assert caught.value.code == code
    with scoped(operator):
        Person.objects.filter(pk=people[0]).update(birth_date=date(2010, 1, 1))
    with pytest.raises(Problem) as caught:
        found(operator, first)
    assert caught.value.code == "group_officer_minor"


def test_proposing_again_keeps_what_was_answered_and_asks_the_others_anew(
    operator: Actor, programme: ProgrammeRef
) -> None:
    first, second = proposed(operator, programme)
    say(operator, first, yes=3, no=1)
    again = proposed(operator, programme)
    assert first.pk in {p.pk for p in again}
    assert second.pk not in {p.pk for p in again}
    with scoped(operator):
        assert GroupProposal.objects.get(pk=second.pk).state == "dropped"
        standing = ProposalMember.objects.filter(closed=False).exclude(answer="no")
        assert standing.count() == standing.values("person_id").distinct().count() == 8
    found(operator, first)
    with frozen(DAY), scoped(operator):
        view = grouping.grouping_view(actor=operator, code=programme.code)
        assert sum(x.reason == "in_a_group" for _, _, x in view.left) == 3


def test_those_who_asked_for_each_other_are_proposed_together(operator: Actor, programme: ProgrammeRef) -> None:
    first, second = proposed(operator, programme)
    with frozen(DAY), scoped(operator):
        one, other = people_of(first)[0], people_of(second)[0]
        refs = dict(Candidate.objects.filter(programme=programme.id).values_list("person_id", "ref"))
        ask = {"actor": operator, "code": programme.code, "one": refs[one], "other": refs[other]}
        grouping.wish_by_ref(**ask, mutual=True)  # type: ignore[arg-type]
        grouping.wish_by_ref(**ask, mutual=True)  # type: ignore[arg-type]
        assert GroupWish.objects.count() == 2
        with pytest.raises(Problem, match="no number"):
            grouping.wish_by_ref(**(ask | {"other": "tidak-ada"}), mutual=True)  # type: ignore[arg-type]
    again = proposed(operator, programme)
    with scoped(operator):
        homes = [p.pk for p in again if {one, other} & set(people_of(p))]
        assert len(homes) == 1
        groups.drop_wish(actor=operator, programme_id=UUID(str(programme.id)), person=other, wanted=one)
        assert not GroupWish.objects.exists()


def test_who_left_and_was_proposed_elsewhere_cannot_come_back_to_the_first(
    operator: Actor, programme: ProgrammeRef
) -> None:
    first = proposed(operator, programme)[0]
    say(operator, first, yes=3, no=1)
    proposed(operator, programme)
    with frozen(DAY), scoped(operator):
        gone = people_of(first)[3]
        assert ProposalMember.objects.filter(person=gone, closed=False).count() == 2
        with pytest.raises(Problem) as caught:
            groups.answer_many(actor=operator, proposal_id=first.pk, answers={gone: "yes"}, on=DAY)
        assert caught.value.code == "group_member_taken"
        assert ProposalMember.objects.get(person=gone, proposal=first).answer == "no"


def client_of(actor: Actor) -> Client:
    account = Account.objects.get(pk=actor.account_id)
    Role.objects.get_or_create(
        account=account, kind=actor.role,
        defaults={"area": actor.lo, "office_id": actor.office, "valid_from": date(2020, 1, 1),
                  "ranges": [list(area_range(actor.lo))]},
    )  # fmt: skip
    client = Client()
    client.force_login(account)
    return client


def test_the_pages_from_proposing_to_the_group(operator: Actor, programme: ProgrammeRef, make_actor: Maker) -> None:
    client, page = client_of(operator), reverse("office:group-proposals", args=[programme.code])
    with frozen(MEETING):
        assert "2 kelompok dapat diusulkan" in client.get(page).content.decode()
        assert client.post(page, {"aksi": "usulkan"}).status_code == 302
        first = GroupProposal.objects.order_by("number")[0]
        here = reverse("office:group-proposal", args=[first.pk])
        assert "Masih kurang 3 orang" in client.get(here).content.decode()
        people = people_of(first)
        told = {f"jawab-{p}": "yes" for p in people[:3]} | {f"jawab-{people[3]}": "no"}
        assert client.post(here, told | {"aksi": "jawab"}).status_code == 302
        assert client.post(here, {"aksi": "jawab", f"jawab-{people[0]}": "barangkali"}).status_code == 422
        assert "Catat pendirian" in client.get(here).content.decode()
        facts = {
            "aksi": "dirikan", "on": MEETING.isoformat(), "place": "Balai desa", "present": "3", "name": "KUBE Bahari",
            "ketua": people[0], "sekretaris": people[1], "bendahara": people[2], "rule": "vote", "minutes": MINUTES,
        }  # fmt: skip
        assert client.post(here, facts | {"bendahara": people[1]}).status_code == 422
        assert client.post(here, facts | {"minutes": ""}).status_code == 422
        assert not Group.objects.exists()
        answer = client.post(here, facts)
        group = Group.objects.get()
        assert answer.headers["Location"] == reverse("office:group", args=[group.pk])
        shown = client.get(answer.headers["Location"]).content.decode()
        assert "KUBE Bahari" in shown
        assert client.post(here, facts).status_code == 409
        pdf = client.get(reverse("office:group-proposal-paper", args=[first.pk]))
        text = " ".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
        assert "Berita acara pendirian" in text
        for name in Person.objects.filter(pk__in=people).values_list("name", flat=True):
            assert name in " ".join(text.split())
        second = GroupProposal.objects.filter(state="open").order_by("number").first()
        assert second is not None
        there = reverse("office:group-proposal", args=[second.pk])
        assert client.post(there, {"aksi": "batal", "alasan": ""}).status_code == 422
        assert client.post(there, {"aksi": "batal", "alasan": "pindah desa"}).status_code == 302
        for outsider in (
            make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
            make_actor("operator", office="diskop-situbondo"),
        ):
            stranger = client_of(outsider)
            assert stranger.get(here).status_code == 404
            assert stranger.post(here, {"aksi": "batal", "alasan": "iseng"}).status_code == 404
            assert stranger.post(page, {"aksi": "usulkan"}).status_code in {403, 404}
        head = client_of(make_actor("head"))
        assert head.post(page, {"aksi": "usulkan"}).status_code == 403
