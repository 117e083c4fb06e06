"""Who sees and changes what in programmes, simulation, pairs, and the number of queries of a list."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.people.models import Household
from berdaya.process.overview import programmes as overview
from berdaya.process.overview.programmes import CandidateFilter
from berdaya.programmes import selectors, services
from berdaya.programmes.models import Approval, Candidate, MotivatorPair
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected, states

pytestmark = pytest.mark.django_db
CODE = "situbondo-uji-2024"


def test_a_family_decreed_by_one_office_is_excluded_by_the_next(operator, head, make_actor):
    programme = selected(operator, 3)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    other = make_actor("operator", office="diskop-situbondo")
    homes = [(home, home.persons.get()) for home in Household.objects.order_by("kk_index")]
    rules = world.config(
        programme={"code": "diskop-2024", "area": "35.12", "year": 2024, "office": "D", "scheme": "individual"},
        dates={"proposal": "2024-08-01", "verification": None},
        aid={"form": "goods"},
    )
    with scoped(other):
        second = services.create_programme(actor=other, config=rules)
        services.add_candidates_many(actor=other, programme_id=second.id, rows=world.proposal(homes))
        screened = services.screen_many(actor=other, programme_id=second.id, on=date(2024, 8, 2))
        assert screened.hits == 3
        decided = services.decide_eligibility_many(actor=other, programme_id=second.id, on=date(2024, 8, 2))
        assert decided.reasons == {"cool_off/business_aid": 3}
        # The answer says who, which programme and when; the rows themselves stay out of sight.
        assert not Candidate.objects.filter(programme_id=programme.id).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM programmes_screen(%s, %s)", [programme.id, world.DECREE])
            assert cursor.fetchone() == (0,)


def test_two_offices_with_drafts_over_the_same_family_put_only_one_into_force(operator, head, make_actor):
    first = selected(operator, 3)
    other, chief = make_actor("operator", office="diskop-situbondo"), make_actor("head", office="diskop-situbondo")
    homes = [(home, home.persons.get()) for home in Household.objects.order_by("kk_index")][:2]
    rules = world.config(
        programme={"code": "diskop-2024", "area": "35.12", "year": 2024, "office": "D", "scheme": "individual"},
        dates={"proposal": "2024-02-01", "verification": None},
        aid={"form": "goods"},
        quota={"total": 1, "35.12.04": 1},
    )
    second = world.opened(other, rules, world.proposal(homes))
    with scoped(other):
        services.freeze_list(actor=other, programme_id=second.id, on=world.FREEZE)
        world.reveal(other, second.id)
        services.run_selection(actor=other, programme_id=second.id, on=world.FREEZE)
        late = services.propose_decree(actor=other, programme_id=second.id, number="K-1", decreed_on=date(2024, 5, 2))
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=first.id, number="1", decreed_on=world.DECREE)
    with scoped(head):
        assert services.approve_decree(actor=head, decree_id=draft.id) == 3
    with scoped(chief):
        # Its decree bears the earlier date, and still comes second.
        with pytest.raises(Problem) as caught:
            services.approve_decree(actor=chief, decree_id=late.id)
        assert (caught.value.code, caught.value.params["count"]) == ("recipients_excluded", 1)
        assert Approval.objects.get(stage="decree", subject_id=late.id).checked_by is None
    with scoped(other):
        assert services.fill_places(actor=other, programme_id=second.id, on=world.DECREE) == 0
        assert set(states(second.id).values()) == {"replaced", "excluded"}


def test_outsiders_reach_nothing_and_change_nothing(operator, make_actor):
    programme = selected(operator)
    with scoped(operator):
        any_one = Candidate.objects.filter(programme_id=programme.id).order_by("rank")[0]
    for outsider in (
        make_actor("operator", office="diskop-situbondo"),
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
    ):
        with scoped(outsider):
            assert not Candidate.objects.exists()
            with pytest.raises(Problem) as caught:
                overview.decision(actor=outsider, code=CODE, candidate_id=any_one.pk)
            assert caught.value.code == "not_found"
            with pytest.raises(Problem) as caught:
                services.screen_many(actor=outsider, programme_id=programme.id, on=world.SCREEN)
            assert caught.value.code in {"outside_scope", "not_found"}
    reader = make_actor("lurah", area=world.VILLAGES[0], office="*")
    with scoped(reader):
        assert set(Candidate.objects.values_list("area", flat=True)) == {world.VILLAGES[0]}
        with pytest.raises(Problem) as caught:
            overview.stage_list(actor=reader, code=CODE, stage="usulan", filters=CandidateFilter())
        assert caught.value.code == "not_allowed"
        with pytest.raises(Problem) as caught:
            services.screen_many(actor=reader, programme_id=programme.id, on=world.SCREEN)
        assert caught.value.code == "not_allowed"


def test_motivators_have_been_in_business_and_a_newcomer_has_one(operator):
    rows = world.proposal(world.families(operator, 4))
    programme = world.opened(operator, world.config(), rows)
    with scoped(operator):
        pairs = [("1", "2"), ("3", "4"), ("3", "2"), ("2", "1"), ("4", "4"), ("9", "2")]
        paired = services.pair_motivators_many(
            actor=operator, programme_id=programme.id, pairs=pairs, paired_on=world.SCREEN
        )
        assert paired == 2
        first = Candidate.objects.get(programme_id=programme.id, ref="1")
        second = Candidate.objects.get(programme_id=programme.id, ref="2")
        assert MotivatorPair.objects.get(newcomer=first).motivator_id == second.pk


def test_simulating_other_rules_names_who_enters_and_leaves_and_writes_nothing(operator):
    homes = world.families(operator, 6)
    for n, home in enumerate(homes):
        with scoped(operator):
            Household.objects.filter(pk=home[0].pk).update(female_head=n >= 4)
    programme = world.opened(operator, world.config(), world.proposal(homes))
    with scoped(operator):
        before = list(Candidate.objects.values())
        other = world.config(quota={"total": 2, "35.12.04": 2}, ranking={"weights": {"female_head": 50}})
        found = selectors.simulate(
            actor=operator, programme_id=programme.id, config=other, as_of=world.SCREEN, seeds=world.SEEDS
        )
        assert found.stays + len(found.enters) == 2
        assert found.stays + len(found.leaves) == 4
        same = selectors.simulate(
            actor=operator, programme_id=programme.id, config=world.config(), as_of=world.SCREEN, seeds=world.SEEDS
        )
        assert (same.enters, same.leaves, same.stays) == ((), (), 4)
        assert list(Candidate.objects.values()) == before


def test_lists_take_as_many_queries_for_many_as_for_few(operator):
    selected(operator)
    taken, counted = set(), []
    with scoped(operator):
        for stage in ("tunggu", "terpilih", "usulan"):
            with CaptureQueriesContext(connection) as queries:
                page = overview.stage_list(actor=operator, code=CODE, stage=stage, filters=CandidateFilter())
            counted.append(len(page.rows))
            taken.add(len(queries))
        row = overview.programmes(actor=operator, filters=overview.ProgrammeFilter()).rows[0]
    assert counted == [3, 4, 7]
    assert len(taken) == 1
    assert (row.candidates, row.selected, row.quota) == (7, 4, 4)
