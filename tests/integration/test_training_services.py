"""From decreed families to seats, attendance, certificates and groups, through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from berdaya.groups.models import Group, Membership
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes.values import NewCandidate
from berdaya.training import selectors, services
from berdaya.training.models import Attendance, OutsideParticipant, Placement, PlacementRun, TrainingClass
from berdaya.training.texts import placement_text
from berdaya.training.values import NewAttendance, NewResource
from tests.integration import programmes_world as world
from tests.integration.training_world import DAY, FAR, NEAR, NEXT, SPOTS, decreed, families, new_class, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("positions")]
Maker = Callable[..., Actor]


def test_people_get_seats_with_proof_and_reasons(operator: Actor, head: Actor) -> None:
    rows = families(operator, 5)
    rows[4] = replace(rows[4], interests=("chips",), kind="chips")
    programme = decreed(operator, rows)
    with scoped(operator):
        classes = [new_class("K1"), new_class("K2", kinds=("chips",), skill="food_processing", area=NEXT, seats=3)]
        services.record_resources_many(
            actor=operator, rows=[NewResource(NEAR, "fish", 3, "profil desa", world.PROPOSAL)]
        )
        services.create_classes_many(actor=operator, programme_id=programme.id, rows=classes)
        proposal = services.propose_placements(actor=operator, programme_id=programme.id)
        assert (proposal.placed, proposal.unplaced, proposal.gap, proposal.number) == (5, 0, 0.0, 1)
        assert proposal.objective == proposal.bound
        assert services.propose_placements(actor=operator, programme_id=programme.id) == proposal
        assert selectors.placement_lines(operator, programme.id) == []
        with pytest.raises(Problem, match="may not"):
            services.publish_placements(actor=operator, run_id=proposal.run_id)
    with scoped(head):
        assert services.publish_placements(actor=head, run_id=proposal.run_id) == 5
        with pytest.raises(Problem) as caught:
            services.publish_placements(actor=head, run_id=proposal.run_id)
        assert caught.value.code == "already_decided"
    with scoped(operator):
        lines = selectors.placement_lines(operator, programme.id)
        assert [line.class_code for line in lines].count("K1") == 2
        assert lines[4].class_code == "K2"
        full = [line for line in lines if line.reason["why"] == "better_full"]
        assert {line.reason["missed"] for line in full} == {"K1"}
        text = placement_text(
            full[0].reason, class_code=full[0].class_code, distance_m=full[0].distance_m, choice=full[0].choice
        )
        assert text.startswith("Kelas K2, ")
        assert "Kelas K1 lebih cocok, tetapi penuh." in text
        (run,) = selectors.placement_runs(operator, programme.id)
        assert run.published
        assert run.made_by == operator.account_id
        assert run.checked_by == head.account_id
        fills = [(c.code, c.placed, c.seats, c.first_choice) for c in selectors.class_lines(operator, programme.id)]
        assert fills == [("K1", 2, 2, 4), ("K2", 3, 3, 1)]
        planner = selectors.planner_list(operator, programme.id)
        assert [(need.code, need.placed) for need in planner.seats] == [("K1", 0)]
        assert planner.seats[0].points > 0
        assert planner.idle == ()


def test_the_maker_may_not_publish_and_the_outsider_sees_nothing(operator: Actor, make_actor: Maker) -> None:
    programme = decreed(operator, families(operator, 2))
    both = operator.with_(permissions=operator.permissions | {"placement.publish", "stage.approve"})
    with scoped(both):
        services.create_classes_many(actor=both, programme_id=programme.id, rows=[new_class("K1")])
        proposal = services.propose_placements(actor=both, programme_id=programme.id)
        with pytest.raises(Problem) as caught:
            services.publish_placements(actor=both, run_id=proposal.run_id)
        assert caught.value.code == "same_person"
        assert PlacementRun.objects.get().published_at is None
    for outsider in (
        make_actor("head", area=3511000000, office="dinsos-bondowoso"),
        make_actor("head", office="diskop-situbondo"),
    ):
        with scoped(outsider):
            assert not Placement.objects.exists()
            with pytest.raises(Problem) as caught:
                services.publish_placements(actor=outsider, run_id=proposal.run_id)
            assert caught.value.code == "not_found"


def test_distance_seats_and_wheelchairs_are_hard_limits(operator: Actor, head: Actor) -> None:
    pairs = world.families(operator, 6)
    rows = [replace(r, kind="chips", interests=("chips",)) for r in world.proposal(pairs)]
    world.private(operator, pairs[0][1], disability=True)
    programme = placed(operator, head, rows, new_class("K1", kinds=(), seats=9))
    with scoped(operator):
        why = {
            line.ref: line.reason["why"] for line in selectors.placement_lines(operator, programme.id, unplaced=True)
        }
        assert why == {"1": "no_access", "3": "too_far", "6": "too_far"}
        disabled = Placement.objects.get(candidate__ref="1")
        assert "needs_access" not in disabled.reason
        target = TrainingClass.objects.get()
        with pytest.raises(Problem) as caught:
            services.reseat(actor=operator, placement_id=disabled.pk, class_id=target.pk, reason="diminta")
        assert caught.value.code == "training_class_steps"
        planner = selectors.planner_list(operator, programme.id)
        assert planner.unplaced == {"no_access": 1, "too_far": 2}


def test_moving_one_person_keeps_the_seats(operator: Actor, head: Actor) -> None:
    rows = families(operator, 3)
    programme = placed(operator, head, rows, new_class("K1"), new_class("K2", kinds=("chips",)))
    with scoped(operator):
        k1 = TrainingClass.objects.get(code="K1")
        other = Placement.objects.get(training_class__code="K2")
        with pytest.raises(Problem) as caught:
            services.reseat(actor=operator, placement_id=other.pk, class_id=k1.pk, reason="dekat rumah")
        assert caught.value.code == "training_class_full"
        first = Placement.objects.filter(training_class=k1).first()
        assert first is not None
        services.reseat(actor=operator, placement_id=first.pk, class_id=None, reason="sakit")
        services.reseat(actor=operator, placement_id=other.pk, class_id=k1.pk, reason="dekat rumah")
        lines = {line.candidate_id: line for line in selectors.placement_lines(operator, programme.id)}
        moved = lines[other.candidate_id]
        assert moved.class_code == "K1"
        assert (
            placement_text(moved.reason, class_code="K1", distance_m=None, choice=None)
            == "Dipindahkan petugas: dekat rumah."
        )
        assert Placement.objects.get(pk=other.pk).events.count() == 2
        with pytest.raises(Problem) as caught:
            services.create_classes_many(actor=operator, programme_id=programme.id, rows=[new_class("K1", seats=1)])
        assert caught.value.code == "training_class_taken"


def test_attendance_gives_certificates_and_corrections_take_them_back(operator: Actor, head: Actor) -> None:
    rows = families(operator, 4)
    programme = placed(operator, head, rows, new_class("K1", seats=4), new_class("K2", kinds=("chips",)))
    seen = [(r.ref, n) for r, n in zip(rows, ((5, 80), (4, None), (3, 90), (5, 59)), strict=True)]
    taken = [NewAttendance(sessions=5, attended=a, post=p, pre=40, ref=ref) for ref, (a, p) in seen]
    with scoped(operator):
        done = services.record_attendance_many(
            actor=operator, programme_id=programme.id, rows=[*taken, NewAttendance(sessions=5, attended=5, ref="77")]
        )
        assert (done.recorded, done.certificates, done.elsewhere, done.unknown) == (4, 2, 0, (4,))
        numbers = set(Attendance.objects.filter(certified_on__isnull=False).values_list("certificate", flat=True))
        assert numbers == {"001/K1/2024", "002/K1/2024"}
        corrected = replace(taken[0], attended=2)
        late = replace(taken[3], post=60, class_code="K2")
        again = services.record_attendance_many(actor=operator, programme_id=programme.id, rows=[corrected, late])
        assert (again.certificates, again.elsewhere) == (1, 1)
        lines = {line.ref: line for line in selectors.placement_lines(operator, programme.id)}
        assert [lines[r.ref].certificate for r in rows] == ["", "002/K1/2024", "", "001/K2/2024"]
        back = services.record_attendance_many(actor=operator, programme_id=programme.id, rows=taken[:1])
        assert back.certificates == 1
        assert Attendance.objects.get(placement=lines[rows[0].ref].id).certificate == "001/K1/2024"
        with pytest.raises(Problem) as caught:
            services.record_attendance_many(
                actor=operator, programme_id=programme.id, rows=[NewAttendance(sessions=2, attended=3, ref="1")]
            )
        assert caught.value.code == "training_attendance_unfit"
        with pytest.raises(Problem) as caught:
            services.reseat(actor=operator, placement_id=lines[rows[0].ref].id, class_id=None, reason="x")
        assert caught.value.code == "training_attended"


def test_a_trainer_ticks_her_own_list_only(operator: Actor, head: Actor, make_actor: Maker) -> None:
    rows = families(operator, 3)
    programme = placed(
        operator, head, rows, new_class("K1", guests=(("Bu Lurah", "lurah"),)), new_class("K2", kinds=("chips",))
    )
    with scoped(operator):
        ids = {c.code: c.pk for c in TrainingClass.objects.all()}
        elsewhere = Placement.objects.get(training_class=ids["K2"])
    trainer = make_actor("trainer", kind="subject", office=None, classes=(ids["K1"],))
    with scoped(trainer):
        people = list(Placement.objects.filter(training_class=ids["K1"], in_force=True))
        assert len(people) == 2
        assert [line.code for line in selectors.class_lines(trainer)][:1] == ["K1"]
        ticks = [NewAttendance(sessions=5, attended=5, placement_id=p.id) for p in people]
        foreign = NewAttendance(sessions=5, attended=5, placement_id=elsewhere.pk)
        done = services.record_attendance_many(actor=trainer, programme_id=programme.id, rows=[*ticks, foreign])
        assert (done.recorded, done.certificates, done.unknown) == (2, 2, (2,))
        assert not Placement.objects.filter(training_class=ids["K2"]).exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Attendance.objects.create(
                placement=elsewhere, training_class_id=ids["K2"], area=elsewhere.area, office_id=elsewhere.office_id,
                sessions=1, attended=1,
            )  # fmt: skip
    with scoped(operator):
        assert list(OutsideParticipant.objects.values_list("name", "role")) == [("Bu Lurah", "lurah")]
        assert [c.guests for c in selectors.class_lines(operator, programme.id)] == [1, 0]


def test_groups_form_from_classes(operator: Actor, head: Actor) -> None:
    rows = families(operator, 7)
    rows[6] = replace(rows[6], kind="chips", interests=("chips",))
    programme = placed(operator, head, rows, new_class("K1", kinds=("chips", "fish_crackers"), seats=9))
    with scoped(operator):
        done = services.form_groups(actor=operator, programme_id=programme.id, on=DAY)
        assert done.members == 6
        assert list(done.groups) == ["situbondo-uji-2024-001", "situbondo-uji-2024-002"]
        assert [(x.joiner.number, x.reason.value) for x in done.leftovers] == [(rows[6].list_no, "too_few")]
        assert {g.kind for g in Group.objects.all()} == {"fish_crackers"}
        assert done.officers == 6
        assert Membership.objects.count() == 6


def test_existing_groups_send_the_officers_the_programme_asks_for(operator: Actor, head: Actor) -> None:
    pairs = world.families(operator, 12)
    near = [p for p in pairs if p[0].area == NEAR]
    made = world.group(operator, "A", near)
    rows = [NewCandidate(ref="A", list_no=1, area=NEAR, group_id=made.pk, kind="chips")]
    programme = decreed(operator, rows, unit="group", training={"per_group": ["ketua", "bendahara"]})
    with scoped(operator):
        services.create_classes_many(
            actor=operator, programme_id=programme.id, rows=[new_class("B1", kinds=(), seats=60)]
        )
        proposal = services.propose_placements(actor=operator, programme_id=programme.id)
        assert proposal.placed == 2
    with scoped(head):
        services.publish_placements(actor=head, run_id=proposal.run_id)
    with scoped(operator):
        rows_ = [NewAttendance(sessions=4, attended=4, ref="A", member=m) for m in ("1", "2", "3")]
        done = services.record_attendance_many(actor=operator, programme_id=programme.id, rows=rows_)
        assert (done.recorded, done.unknown) == (2, (1,))


def test_nothing_is_placed_before_decree_or_classes(operator: Actor) -> None:
    programme = world.opened(operator, world.config(), families(operator, 2))
    with scoped(operator):
        for code in ("training_no_class", "training_nobody"):
            with pytest.raises(Problem) as caught:
                services.propose_placements(actor=operator, programme_id=programme.id)
            assert caught.value.code == code
            services.create_classes_many(actor=operator, programme_id=programme.id, rows=[new_class("K1")])
        with pytest.raises(Problem) as caught:
            services.record_attendance_many(actor=operator, programme_id=programme.id, rows=[])
        assert caught.value.code == "bad_state"


def test_classes_and_resources_are_keyed_and_checked(operator: Actor) -> None:
    programme = world.opened(operator, world.config(), families(operator, 1))
    with scoped(operator):
        make = lambda *rows: services.create_classes_many(actor=operator, programme_id=programme.id, rows=rows)  # noqa: E731
        assert make(new_class("K1"), new_class("K2")).counted.created == 2
        again = make(new_class("K1"), new_class("K2", seats=9))
        assert (again.counted.identical, again.counted.changed) == (1, 1)
        assert TrainingClass.objects.get(code="K2").lat == SPOTS[NEAR][0]
        for wrong, code in (
            (new_class("K3", minimum=3), "training_class_unfit"),
            (new_class("K3", kinds=("typo",)), "training_code_unknown"),
        ):
            with pytest.raises(Problem) as caught:
                make(wrong)
            assert caught.value.code == code
        record = lambda *rows: services.record_resources_many(actor=operator, rows=rows)  # noqa: E731
        fish = NewResource(NEXT, "fish", 3, "profil desa", world.PROPOSAL)
        assert record(fish).created == 1
        assert record(fish).identical == 1
        assert record(replace(fish, strength=2)).changed == 1
        rattan = replace(fish, resource="rattan", strength=3)
        record(rattan, replace(fish, area=FAR))
        idle = selectors.planner_list(operator, programme.id).idle
        assert [(i.area, i.resource) for i in idle] == [(NEXT, "rattan"), (FAR, "fish")]
        assert "rattan_weaving" in idle[0].kinds


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_a_fixed_number_of_queries(
    operator: Actor, head: Actor, django_assert_num_queries: Callable[..., object], count: int
) -> None:
    classes = [new_class(f"K{n}", seats=3) for n in range(count)]
    programme = placed(operator, head, families(operator, count), *classes)
    with scoped(operator):
        with django_assert_num_queries(4):
            assert len(selectors.class_lines(operator, programme.id)) == count
        with django_assert_num_queries(4):
            assert len(selectors.placement_lines(operator, programme.id)) == count


def test_a_programme_sets_its_own_line_for_certificates(operator: Actor, head: Actor) -> None:
    rows = families(operator, 2)
    lines = {"attendance_percent": 50, "pass_mark": 90}
    programme = placed(operator, head, rows, new_class("A"), training=lines)
    with scoped(operator):
        done = services.record_attendance_many(
            actor=operator,
            programme_id=programme.id,
            rows=[
                NewAttendance(ref=rows[0].ref, sessions=10, attended=5, pre=None, post=None),
                NewAttendance(ref=rows[1].ref, sessions=10, attended=10, pre=None, post=89),
            ],
        )
    assert done.certificates == 1
