"""The walk from a proposal to a decree, through the services, as the database's own roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes import selectors, services
from berdaya.programmes.models import Approval, Candidate, DecreeLine, LotteryCommitment, SelectionEntry, SelectionRun
from berdaya.programmes.rules.evidence import from_json
from berdaya.programmes.states import Trail, state_of
from berdaya.programmes.values import NewCandidate, NewVerification
from tests.integration import programmes_world as world

pytestmark = pytest.mark.django_db


def verified(refs: list[str], **changes: object) -> list[NewVerification]:
    row = NewVerification(
        ref="", visited_on=date(2024, 4, 2), verifier="TKSK", result="confirmed", meeting_on=date(2024, 4, 10),
        meeting_decision="accepted",
    )  # fmt: skip
    return [replace(row, ref=ref, **changes) for ref in refs]


def in_force(programme_id: UUID) -> list[str]:
    """Refs of those who hold a place of a decree in force, by list number."""
    lines = DecreeLine.objects.filter(
        candidate__programme_id=programme_id, candidate__state="decreed", replaced_on=None
    )
    return list(lines.order_by("candidate__list_no").values_list("candidate__ref", flat=True))


def states(programme_id) -> dict[str, str]:
    return dict(Candidate.objects.filter(programme_id=programme_id).values_list("ref", "state"))


def selected(actor: Actor, count: int = 7):
    """A programme whose selection has run."""
    programme = world.opened(actor, world.config(), world.proposal(world.families(actor, count)))
    with scoped(actor):
        refs = [str(n) for n in range(1, count + 1)]
        services.record_verification_many(actor=actor, programme_id=programme.id, rows=verified(refs))
        services.freeze_list(actor=actor, programme_id=programme.id, on=world.FREEZE)
        world.reveal(actor, programme.id)
        services.run_selection(actor=actor, programme_id=programme.id, on=world.FREEZE)
    return programme


def test_from_a_proposal_to_a_decree(operator, head):
    rows = world.proposal(world.families(operator, 8))
    world.listed("civil_servant", kk="kkk0")  # far away, on the family card
    world.listed("deceased", kk="kkk1")  # a death in the family does not exclude the survivor
    world.listed("deceased", nik="nikk2")
    world.listed("civil_servant", nik="nikk3", as_of=date(2024, 3, 2))  # a day after the screen
    world.aided(kk="kkk4", year=2023)
    world.aided(kk="kkk5", year=2022)
    again = replace(rows[6], ref="6b", list_no=99)
    programme = world.opened(operator, world.config(), [*rows, again])
    with scoped(operator):
        assert states(programme.id) == {
            "1": "excluded", "2": "eligible", "3": "excluded", "4": "eligible", "5": "excluded", "6": "eligible",
            "7": "eligible", "8": "eligible", "6b": "duplicate",
        }  # fmt: skip
        excluded = Candidate.objects.filter(programme_id=programme.id, state="excluded")
        assert set(excluded.values_list("reason", flat=True)) == {"civil_servant", "deceased", "cool_off/business_aid"}
        fifth = Candidate.objects.get(programme_id=programme.id, ref="5")
        texts = {item.criterion: item.text() for item in map(from_json, fifth.checks)}
        assert texts["cool_off/business_aid"] == (
            "Menerima bantuan usaha dari Dinas Koperasi Surabaya, program Gerobak, tahun 2023."
        )

        rows = verified(["2", "4", "6", "7"]) + verified(["8"], meeting_decision="rejected") + verified(["1", "99"])
        done = services.record_verification_many(actor=operator, programme_id=programme.id, rows=rows)
        assert (done.accepted, done.refused, done.skipped) == (4, 1, 2)
        assert states(programme.id)["8"] == "refused_verification"

        frozen = services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
        # Number 4's list entry is dated after the first screen; the one at the freeze finds it.
        assert states(programme.id)["4"] == "excluded"
        assert frozen.count == 3
        assert services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE) == frozen
        chosen = services.run_selection(actor=operator, programme_id=programme.id, on=world.FREEZE)
        assert (chosen.selected, chosen.waiting, chosen.contested) == (3, 0, 0)

        draft = services.propose_decree(
            actor=operator, programme_id=programme.id, number="460/12/2024", decreed_on=world.DECREE
        )
        assert draft.lines == 3
        assert states(programme.id)["2"] == "selected"
        waiting = Approval.objects.filter(programme_id=programme.id, checked_by=None)
        assert list(waiting.values_list("stage", "subject_id")) == [("decree", draft.id)]
    with scoped(head):
        assert services.approve_decree(actor=head, decree_id=draft.id) == 3
        assert Approval.objects.get(stage="decree", subject_id=draft.id).checked_by == head.account_id
    with scoped(operator):
        assert in_force(programme.id) == ["2", "6", "7"]
        annex = selectors.decree_annex(actor=operator, decree_id=draft.id)
        assert [(line.number, line.ref) for line in annex] == [(1, "7"), (2, "2"), (3, "6")]  # by area, then rank
        assert annex[0].name == "Warga k6"
        with pytest.raises(Problem, match="decreed recipients"):
            services.create_programme(actor=operator, config=world.config(quota={"total": 5}))


def test_every_step_again_changes_nothing(operator, head):
    programme = selected(operator)
    with scoped(operator):
        before = list(Candidate.objects.filter(programme_id=programme.id).order_by("ref").values())
        again = world.opened(operator, world.config(), world.proposal(world.families(operator, 0)))
        assert again == programme
    with scoped(operator):
        frozen = services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
        outcome = services.run_selection(actor=operator, programme_id=programme.id, on=world.FREEZE)
        assert outcome.run_id == frozen.run_id
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        same = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        assert same == draft
        after = list(Candidate.objects.filter(programme_id=programme.id).order_by("ref").values())
        strip = {"screening"}
        assert [{k: v for k, v in row.items() if k not in strip} for row in after] == [
            {k: v for k, v in row.items() if k not in strip} for row in before
        ]
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    with scoped(operator):
        assert services.freeze_list(actor=operator, programme_id=programme.id, on=world.DECREE) == frozen


def test_places_stay_inside_every_quota_and_the_lottery_can_be_repeated(operator):
    programme = selected(operator, 12)
    with scoped(operator):
        rows = list(Candidate.objects.filter(programme_id=programme.id).order_by("rank"))
        assert sum(row.place == "selected" for row in rows) == 4
        assert sum(row.place == "selected" and 3512040000 <= row.area < 3512050000 for row in rows) <= 3
        assert sum(row.probability for row in rows) == pytest.approx(4)
        run = SelectionRun.objects.get(programme_id=programme.id)
        assert run.summary == {"selected": 4, "waiting": 8, "contested": 12}
        assert list(run.seeds) == list(world.SEEDS)
        lines = SelectionEntry.objects.filter(run=run).order_by("rank")
        assert [line.draw for line in lines] == sorted(line.draw for line in lines)


def test_adding_an_ineligible_candidate_changes_nothing(operator):
    homes = world.families(operator, 9)
    outcomes = []
    for extra in (False, True):
        with transaction.atomic():
            rows = world.proposal(homes[:8])
            if extra:
                home = homes[8][0]
                with scoped(operator):
                    world.DesilSnapshot.objects.create(household=home, area=home.area, desil=9, as_of=date(2024, 1, 2))
                rows.append(replace(world.proposal(homes[8:])[0], ref="0", list_no=99))
            programme = world.opened(operator, world.config(), rows)
            with scoped(operator):
                visits = verified([str(n) for n in range(9)])
                services.record_verification_many(actor=operator, programme_id=programme.id, rows=visits)
                services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
                world.reveal(operator, programme.id)
                services.run_selection(actor=operator, programme_id=programme.id, on=world.FREEZE)
                found = Candidate.objects.filter(programme_id=programme.id, rank__isnull=False).order_by("rank")
                outcomes.append(list(found.values_list("ref", "rank", "place", "probability", "entries__draw")))
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 8


def test_each_replaced_version_is_kept_with_its_actor(operator):
    programme = selected(operator, 3)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.verdict, e.verified, e.place, (x.metadata->>'actor')::bigint
            FROM programmes_candidateevent e JOIN pghistory_context x ON x.id = e.pgh_context_id
            JOIN programmes_candidate c ON c.id = e.pgh_obj_id
            WHERE c.programme_id = %s AND c.ref = '1' ORDER BY e.pgh_id
            """,
            [programme.id],
        )
        versions = cursor.fetchall()
    actor = operator.account_id
    assert versions == [("", None, "", actor), ("eligible", None, "", actor), ("eligible", True, "", actor)]


def test_the_database_state_is_the_table_of_states(operator):
    programme = selected(operator)
    with scoped(operator):
        for row in Candidate.objects.filter(programme_id=programme.id):
            trail = Trail(row.duplicate_of_id, row.verdict, row.verified, row.place, row.decreed_on, row.replaced_on)
            assert row.state == state_of(trail).value
        typed = pytest.raises(DatabaseError, match="can only be updated to DEFAULT")
        with typed, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE programmes_candidate SET state = 'decreed'")


def test_a_replacement_keeps_the_record_and_takes_the_best_that_fits(operator, head):
    programme = selected(operator)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    with scoped(operator):
        gone = Candidate.objects.filter(programme_id=programme.id, state="decreed").order_by("rank")[0]
        best = list(Candidate.objects.filter(programme_id=programme.id, state="waiting").order_by("rank"))
        with pytest.raises(Problem, match="reason"):
            services.replace_recipient(actor=operator, candidate_id=gone.pk, reason=" ", on=date(2024, 7, 1))
        change = services.replace_recipient(actor=operator, candidate_id=gone.pk, reason="pindah", on=date(2024, 7, 1))
        expected = next(row.pk for row in best if gone.area // 10**4 == 351204 or row.area // 10**4 != 351204)
        assert change.came == expected
        gone.refresh_from_db()
        assert (gone.state, gone.replaced_reason, gone.rank) == ("replaced", "pindah", gone.rank)
        newcomer = Candidate.objects.get(pk=change.came)
        assert (newcomer.state, newcomer.replaces_id) == ("selected", gone.pk)
        assert selectors.decree_annex(actor=operator, decree_id=draft.id)[0].number == 1
        amended = services.propose_decree(
            actor=operator, programme_id=programme.id, number="2", decreed_on=date(2024, 7, 2)
        )
        assert amended.lines == 1
    with scoped(head):
        services.approve_decree(actor=head, decree_id=amended.id)
        assert len(in_force(programme.id)) == 4
    with scoped(operator), pytest.raises(Problem) as caught:
        services.replace_recipient(actor=operator, candidate_id=gone.pk, reason="lagi", on=date(2024, 7, 3))
    assert caught.value.code == "bad_state"


def test_one_found_on_a_list_before_the_decree_gives_the_place_to_the_next(operator):
    programme = selected(operator)
    fallen = Candidate.objects.filter(programme_id=programme.id, place="selected").order_by("rank")[0]
    number = int(fallen.ref) - 1
    world.listed("civil_servant", nik=f"nikk{number}", as_of=date(2024, 5, 20))
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        assert draft.lines == 4
        fallen.refresh_from_db()
        assert (fallen.state, fallen.verdict, fallen.reason) == ("replaced", "excluded", "civil_servant")
        assert Candidate.objects.filter(replaces=fallen, state="selected").count() == 1


def test_maker_and_checker_differ_in_the_service_and_in_the_database(operator, head, make_actor):
    programme = selected(operator)
    both = operator.with_(permissions=operator.permissions | head.permissions)
    with scoped(both):
        draft = services.propose_decree(actor=both, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        with pytest.raises(Problem) as caught:
            services.approve_decree(actor=both, decree_id=draft.id)
        assert caught.value.code == "same_person"
        approval = Approval.objects.filter(pk=draft.approval_id)
        for change in (
            {"checked_by": both.account_id, "checked_at": "2024-06-01T00:00Z"},
            {"checked_by": head.account_id, "checked_at": "2024-06-01T00:00Z"},  # in another's name
            {"made_by": head.account_id},
            {"summary": {"lines": 0}},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                approval.update(**change)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    third = make_actor("head")
    with scoped(third):
        with pytest.raises(Problem) as caught:
            services.approve_decree(actor=third, decree_id=draft.id)
        assert caught.value.code == "already_decided"
        with pytest.raises(DatabaseError), transaction.atomic():
            Approval.objects.filter(pk=draft.approval_id).update(checked_by=third.account_id)


def test_a_frozen_list_and_a_commitment_do_not_change(operator):
    programme = selected(operator)
    with scoped(operator):
        line = SelectionEntry.objects.filter(run__programme_id=programme.id).order_by("number")[:1].get()
        for change in ({"score": 999_999}, {"number": 77}, {"rank": 1, "selected": False}):
            with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
                SelectionEntry.objects.filter(pk=line.pk).update(**change)
        run = SelectionRun.objects.filter(programme_id=programme.id)
        for change in ({"list_sha256": b"x"}, {"seeds": []}, {"decided_on": date(2024, 5, 2)}):
            with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
                run.update(**change)
        promise = LotteryCommitment.objects.filter(programme_id=programme.id, party=1)
        for change in ({"seed": "benih lain"}, {"commitment": "sha256:" + "0" * 64}):
            with pytest.raises(DatabaseError), transaction.atomic():
                promise.update(**change)
        with pytest.raises(Problem) as caught:
            services.reveal_seed(actor=operator, programme_id=programme.id, party=2, seed="benih lain", on=world.FREEZE)
        assert caught.value.code == "lottery_seed_mismatch"


def test_a_list_changed_behind_the_hash_stops_the_selection(operator):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 3)))
    with scoped(operator):
        rows = verified(["1", "2", "3"])
        services.record_verification_many(actor=operator, programme_id=programme.id, rows=rows)
        services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET LOCAL ROLE postgres; SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE programmes_selectionentry SET score = score + 1 WHERE number = 2")
        cursor.execute("SET LOCAL session_replication_role = origin; SET LOCAL ROLE berdaya_owner")
    with scoped(operator), pytest.raises(Problem) as caught:
        services.run_selection(actor=operator, programme_id=programme.id, on=world.FREEZE)
    assert caught.value.code == "list_changed"


def test_a_tie_waits_for_both_seeds_and_the_list_cannot_move_once_one_is_open(operator):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 6)))
    with scoped(operator):
        with pytest.raises(Problem) as caught:
            services.reveal_seed(
                actor=operator, programme_id=programme.id, party=1, seed=world.SEEDS[0], on=world.FREEZE
            )
        assert caught.value.code == "list_not_frozen"
        refs = [str(n) for n in range(1, 7)]
        services.record_verification_many(actor=operator, programme_id=programme.id, rows=verified(refs[:5]))
        services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
        services.reveal_seed(actor=operator, programme_id=programme.id, party=1, seed=world.SEEDS[0], on=world.FREEZE)
        with pytest.raises(Problem) as caught:
            services.run_selection(actor=operator, programme_id=programme.id, on=world.FREEZE)
        assert caught.value.code == "lottery_needed"
        services.record_verification_many(actor=operator, programme_id=programme.id, rows=verified(refs[5:]))
        with pytest.raises(Problem) as caught:
            services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
        assert caught.value.code == "seeds_already_open"
        assert SelectionRun.objects.filter(programme_id=programme.id).count() == 1


def test_one_account_does_not_commit_for_both_parties(operator, make_actor):
    rules = world.config(ranking={"lottery": None})
    programme = world.opened(operator, rules, world.proposal(world.families(operator, 2)))
    second = make_actor("operator")
    promise = world.commitment("rahasia satu")
    with scoped(operator):
        services.commit_seed(actor=operator, programme_id=programme.id, party=1, commitment=promise, on=world.SCREEN)
        services.commit_seed(actor=operator, programme_id=programme.id, party=1, commitment=promise, on=world.SCREEN)
        with pytest.raises(Problem) as caught:
            services.commit_seed(
                actor=operator, programme_id=programme.id, party=2, commitment=promise, on=world.SCREEN
            )
        assert caught.value.code == "same_person"
        with pytest.raises(Problem, match="64 hexadecimal"):
            services.commit_seed(actor=operator, programme_id=programme.id, party=2, commitment="x", on=world.SCREEN)
    with scoped(second):
        services.commit_seed(
            actor=second, programme_id=programme.id, party=2, commitment=world.commitment("dua"), on=world.SCREEN
        )
        assert LotteryCommitment.objects.filter(programme_id=programme.id).count() == 2


def test_a_family_without_desil_is_held_until_the_register_knows_it(operator):
    rows = world.families(operator, 2, desil=None)
    programme = world.opened(operator, world.config(), world.proposal(rows))
    with scoped(operator):
        assert set(states(programme.id).values()) == {"incomplete"}
        assert [row.reason for row in Candidate.objects.filter(programme_id=programme.id)] == ["desil"] * 2
        home = rows[0][0]
        world.DesilSnapshot.objects.create(household=home, area=home.area, desil=1, as_of=date(2024, 3, 1))
        services.decide_eligibility_many(actor=operator, programme_id=programme.id, on=date(2024, 3, 2))
        assert sorted(states(programme.id).values()) == ["eligible", "incomplete"]


def test_existing_groups_go_the_same_way(operator, head):
    homes = world.families(operator, 18)
    same = [row for row in homes if row[0].area == world.VILLAGES[0]]
    world.listed("civil_servant", nik=f"nikk{homes.index(same[5])}")
    whole = world.group(operator, "A", same[:3])
    excluded = world.group(operator, "B", same[3:6])
    bare = world.group(operator, "C", [])
    small = world.group(operator, "D", [row for row in homes if row[0].area == world.VILLAGES[1]][:2])
    rows = [
        NewCandidate(ref=item.code, list_no=n, area=item.area, group_id=item.pk, sources=("existing_group",))
        for n, item in enumerate([whole, excluded, bare, small], start=1)
    ]
    rules = world.config("group", dates={"proposal": "2024-02-01", "verification": None})
    programme = world.opened(operator, rules, rows)
    with scoped(operator):
        assert states(programme.id) == {"A": "eligible", "B": "excluded", "C": "eligible", "D": "ineligible"}
        assert Candidate.objects.filter(programme_id=programme.id, incomplete=True).count() == 1
        services.freeze_list(actor=operator, programme_id=programme.id, on=world.FREEZE)
        services.run_selection(actor=operator, programme_id=programme.id, on=world.FREEZE)
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="9", decreed_on=world.DECREE)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
        assert in_force(programme.id) == ["A", "C"]
        groups = DecreeLine.objects.filter(decree_id=draft.id).values_list("group_id", flat=True)
        assert set(groups) == {whole.pk, bare.pk}
