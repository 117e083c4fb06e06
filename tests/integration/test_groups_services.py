"""Groups in the database: registering, forming, officers, joining and leaving, moving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from berdaya.areas.models import Area
from berdaya.groups import services
from berdaya.groups.models import Election, Group, Membership, Officer
from berdaya.groups.types import (
    ElectionRow,
    GroupLimits,
    GroupRow,
    Joiner,
    JoinRow,
    LeaveRow,
    Left,
    MemberRow,
    Position,
)
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Household, Person
from berdaya.process.overview import groups as overview

pytestmark = pytest.mark.django_db

OLEAN, BESUKI, BONDOWOSO = 3512072001, 3512012001, 3511012001
DAY = date(2024, 7, 1)
SITUBONDO = 3512000000
LIMITS = GroupLimits()
MakeActor = Callable[..., Actor]


def people(count: int, area: int = OLEAN, born: date | None = date(1980, 5, 5)) -> list[Person]:
    made = []
    for n in range(count):
        home = Household.objects.create(area=area, synthetic=True)
        name = f"Siti {n}"
        made.append(
            Person.objects.create(
                area=area, household=home, name=name, name_key=name.lower(), birth_date=born, sex="P", synthetic=True
            )
        )
    return made


def row(code: str, members: list[Person], positions: tuple[str, ...] = (), **facts) -> GroupRow:
    rows = tuple(
        MemberRow(n, p.pk, p.household_id, p.birth_date, positions[n - 1] if n <= len(positions) else "anggota")
        for n, p in enumerate(members, 1)
    )
    base = {"name": f"Kelompok {code}", "area": OLEAN, "kind": "chips", "founded_year": 2016}
    return GroupRow(code=code, members=rows, **(base | facts))


def register(actor: Actor, *rows: GroupRow):
    return services.register_existing_many(actor=actor, rows=rows, sponsor_area=SITUBONDO, on=DAY, synthetic=True)


OFFICERS = tuple(Position)


def test_existing_groups_are_taken_as_their_list_has_them(make_actor: MakeActor) -> None:
    six, other = people(6), people(2)
    actor = make_actor("operator")
    with scoped(actor):
        done = register(
            actor,
            row("A", six, OFFICERS, sponsor_kind="tagana", sponsor_name="Tagana Situbondo"),
            row("B", [], kind="", founded_year=2017),
            row("C", [*other, six[0]], OFFICERS),
        )
        assert (done.created, done.known, done.incomplete, done.officers) == (3, 0, 2, 5)
        assert [(r.group, r.number, r.code) for r in done.refused] == [("C", 3, "group_member_taken")]
        lines = {line.code: line for line in overview.groups(actor=actor, filters=overview.GroupFilter()).rows}
        assert (lines["A"].members, lines["A"].incomplete) == (6, False)
        assert Officer.objects.filter(group=done.groups["A"], until=None).count() == 3
        assert (lines["A"].sponsor_kind, lines["A"].sponsor) == ("tagana", "Tagana Situbondo")
        assert (lines["B"].incomplete, lines["B"].members) == (True, 0)
        again = register(actor, row("A", six, OFFICERS))
        assert (again.created, again.known, again.groups["A"]) == (0, 1, done.groups["A"])
        assert Membership.objects.count() == 8


def test_nobody_under_18_is_an_officer(make_actor: MakeActor) -> None:
    adults = people(5)
    minor, unknown = people(1, born=date(2006, 7, 2))[0], people(1, born=None)[0]
    actor = make_actor("operator")
    with scoped(actor):
        done = register(actor, row("A", [minor, unknown, *adults], ("ketua", "sekretaris", "bendahara")))
        assert [(r.number, r.code) for r in done.refused] == [
            (1, "group_officer_minor"),
            (2, "group_officer_age_unknown"),
        ]
        group = done.groups["A"]
        assert Officer.objects.get().position == "bendahara"
        for person, code in ((minor, "group_officer_minor"), (unknown, "group_officer_age_unknown")):
            chosen = ElectionRow(group, DAY, 7, {Position.CHAIR: person.pk})
            with pytest.raises(Problem) as caught:
                services.record_elections_many(actor=actor, rows=[chosen], limits=LIMITS)
            assert caught.value.code == code
        for member in (minor, unknown):
            seat = Membership.objects.get(person=member)
            with pytest.raises(DatabaseError, match="group_officer_minor"), transaction.atomic():
                Officer.objects.create(
                    area=OLEAN,
                    office_id=actor.office,
                    group_id=group,
                    membership=seat,
                    position="ketua",
                    elected_on=DAY,
                )
        officer = Officer.objects.get().membership.person
        with pytest.raises(DatabaseError, match="group_officer_minor"), transaction.atomic():
            Person.objects.filter(pk=officer.pk).update(birth_date=date(2010, 1, 1))
        Person.objects.filter(pk=officer.pk).update(birth_date=date(1979, 1, 1))
        seat = Membership.objects.get(person=adults[1])
        on_birthday = Officer.objects.create(
            area=OLEAN, office_id=actor.office, group_id=group, membership=seat, position="ketua",
            elected_on=date(1998, 5, 5),
        )  # fmt: skip
        assert on_birthday.pk


def joiner(p: Person, n: int, kind: str = "chips") -> Joiner:
    return Joiner(p.pk, p.household_id, n, p.area, kind, birth_date=p.birth_date)


def form(actor: Actor, joiners: list[Joiner], **facts):
    base = {"limits": LIMITS, "on": DAY, "code_prefix": "kube-2024", "names": {}, "synthetic": True}
    return services.form_groups(actor=actor, joiners=joiners, **(base | facts))


def test_forming_gives_groups_officers_and_reasons(make_actor: MakeActor) -> None:
    crowd, few = people(23), people(3, area=BESUKI)
    actor = make_actor("operator")
    with scoped(actor):
        joiners = [joiner(p, n) for n, p in enumerate([*crowd, *few])]
        done = form(actor, joiners, names={(3512070000, "chips"): "KUBE Keripik Panji"}, example_election=True)
        assert list(done.groups) == ["kube-2024-001", "kube-2024-002"]
        assert (done.members, done.officers) == (23, 6)
        assert {x.reason for x in done.leftovers} == {Left.TOO_FEW}
        assert Election.objects.filter(rule="experience_then_list_order").count() == 2
        assert Group.objects.get(code="kube-2024-001").name == "KUBE Keripik Panji 1"
        assert not Group.objects.filter(incomplete=True).exists()
        again = form(actor, joiners)
        assert again.groups == {}
        assert {x.reason for x in again.leftovers} == {Left.IN_A_GROUP, Left.TOO_FEW}
        with pytest.raises(Problem) as caught:
            form(actor, joiners, synthetic=False, example_election=True)
        assert caught.value.code == "group_demo_election"


def test_an_election_ends_the_terms_before(make_actor: MakeActor) -> None:
    members = people(6)
    actor = make_actor("operator")
    with scoped(actor):
        group = register(actor, row("A", members, OFFICERS)).groups["A"]
        chosen = {p: members[n + 3].pk for n, p in enumerate(Position)}
        later = date(2025, 7, 1)
        count = services.record_elections_many(
            actor=actor, rows=[ElectionRow(group, later, 6, chosen, "vote")], limits=LIMITS
        )
        assert count == 3
        terms = Officer.objects.filter(group=group).values_list("membership__number", "position", "elected_on", "until")
        assert set(terms) == {
            (1, "ketua", DAY, later), (2, "sekretaris", DAY, later), (3, "bendahara", DAY, later),
            (4, "ketua", later, None), (5, "sekretaris", later, None), (6, "bendahara", later, None),
        }  # fmt: skip
        assert Election.objects.filter(group=group).values_list("rule", "present").latest("elected_on") == ("vote", 6)
        stranger = ElectionRow(group, later, 6, {Position.CHAIR: UUID(int=1)})
        with pytest.raises(Problem, match="not a member"):
            services.record_elections_many(actor=actor, rows=[stranger], limits=LIMITS)


def test_joining_and_leaving_keep_the_rules(make_actor: MakeActor) -> None:
    members, guests = people(5), people(2)
    far, cousin = people(1, area=BESUKI)[0], members[0]
    second = Person.objects.create(area=OLEAN, household=cousin.household, name="Budi", name_key="budi")
    actor = make_actor("operator")
    with scoped(actor):
        group = register(actor, row("A", members, OFFICERS)).groups["A"]
        other = register(actor, row("B", [guests[1]])).groups["B"]
        join = lambda p, limits=LIMITS: services.join_many(  # noqa: E731
            actor=actor, rows=[JoinRow(group, p.pk, p.household_id, DAY)], limits=limits
        )
        join(guests[0])
        for person, limits, code in [
            (far, LIMITS, "group_member_elsewhere"),
            (second, LIMITS, "group_household_twice"),
            (guests[1], LIMITS, "group_member_taken"),
            (guests[1], GroupLimits(smallest=5, largest=6), "group_too_big"),
        ]:
            with pytest.raises(Problem) as caught:
                join(person, limits)
            assert caught.value.code == code
        leave = [LeaveRow(group, p.pk, date(2024, 9, 1), "pindah") for p in (members[0], guests[0])]
        assert services.leave_many(actor=actor, rows=leave, limits=LIMITS) == [group]
        assert Group.objects.get(pk=group).incomplete
        assert Membership.objects.get(person=members[0]).reason == "pindah"
        with pytest.raises(Problem, match="not a member"):
            services.leave_many(actor=actor, rows=leave[:1], limits=LIMITS)
        services.leave_many(actor=actor, rows=[LeaveRow(other, guests[1].pk, DAY, "pindah kelompok")], limits=LIMITS)
        join(guests[1])
        assert Membership.objects.get(household=guests[1].household_id, left_on=None).group_id == group


def test_a_dissolved_group_takes_nobody(make_actor: MakeActor) -> None:
    members, guest = people(5), people(1)[0]
    actor = make_actor("operator")
    with scoped(actor):
        group = register(actor, row("A", members, OFFICERS)).groups["A"]
        services.dissolve_group(actor=actor, group_id=group, on=date(2025, 1, 1), reason="sepakat bubar")
        assert not Membership.objects.filter(left_on=None).exists()
        assert overview.groups(actor=actor, filters=overview.GroupFilter()).rows == ()
        assert Group.objects.get(pk=group).dissolved_on == date(2025, 1, 1)
        with pytest.raises(Problem) as caught:
            services.join_many(actor=actor, rows=[JoinRow(group, guest.pk, guest.household_id, DAY)], limits=LIMITS)
        assert caught.value.code == "group_dissolved"


def test_a_group_moves_with_members_officers_and_minutes(make_actor: MakeActor) -> None:
    for code in (OLEAN, BONDOWOSO):
        Area.objects.get_or_create(
            code=code, defaults={"level": 4, "kind": "desa", "name": str(code), "edition": "test"}
        )
    crowd = people(10)
    actor = make_actor("operator")
    outsider = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    with scoped(actor):
        done = form(actor, [joiner(p, n) for n, p in enumerate(crowd)], example_election=True)
        (group,) = done.groups.values()
    with scoped(outsider), pytest.raises(Problem) as caught:
        services.move_group(actor=outsider, group_id=group, area=BONDOWOSO, reason="salah wilayah")
    assert caught.value.code == "not_found"
    with scoped(actor):
        with pytest.raises(Problem, match="authority"):
            services.move_group(actor=actor, group_id=group, area=3512999999, reason="salah")
        assert services.move_group(actor=actor, group_id=group, area=BONDOWOSO, reason="salah wilayah") == OLEAN
        assert not Group.objects.filter(pk=group).exists()
    province = make_actor("lurah", area=3500000000, office="*")
    with scoped(province):
        for model, count in ((Group, 1), (Membership, 10), (Officer, 3), (Election, 1)):
            assert list(model.objects.values_list("area", flat=True)) == [BONDOWOSO] * count


def test_three_outsiders_and_the_group_itself(make_actor: MakeActor) -> None:
    actor = make_actor("operator")
    members = people(5)
    with scoped(actor):
        group = register(actor, row("A", members, OFFICERS)).groups["A"]
    for outsider in (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
        make_actor("sponsor", kind="subject", office=None, groups=(UUID(int=7),)),
    ):
        with scoped(outsider):
            assert overview.groups(actor=outsider, filters=overview.GroupFilter()).rows == ()
            with pytest.raises(Problem) as caught:
                overview.group(actor=outsider, group_id=group)
            assert caught.value.code == "not_found"
    sponsor = make_actor("sponsor", kind="subject", office=None, groups=(group,))
    with scoped(sponsor):
        assert [line.code for line in overview.groups(actor=sponsor, filters=overview.GroupFilter()).rows] == ["A"]
        detail = overview.group(actor=sponsor, group_id=group)
        assert [(m.number, m.name) for m in detail.members] == [(n, f"Siti {n - 1}") for n in range(1, 6)]
        assert not Person.objects.exists(), "names come by the group; the families stay closed"
        with pytest.raises(Problem, match="may not"):
            services.dissolve_group(actor=sponsor, group_id=group, on=DAY, reason="x")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    make_actor: MakeActor, django_assert_num_queries: Callable[..., object], count: int
) -> None:
    crowds = [people(5) for _ in range(count)]
    actor = make_actor("operator")
    with scoped(actor):
        register(actor, *(row(f"G{n}", crowd, OFFICERS) for n, crowd in enumerate(crowds)))
        wanted = overview.GroupFilter(area="35.12", q="kelompok")
        with django_assert_num_queries(4):
            assert len(overview.groups(actor=actor, filters=wanted).rows) == count
