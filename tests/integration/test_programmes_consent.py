"""A family takes its consent back: what follows at once, what people must do, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import override_settings

from berdaya.audit.models import AuditEntry
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.models import Product, Storefront
from berdaya.people.consent_texts import shipped_wording
from berdaya.people.models import Consent
from berdaya.people.services.consent import NewConsent, check_wording, wordings, write_wording
from berdaya.process import consenting
from berdaya.programmes import services
from berdaya.programmes.models import Candidate
from berdaya.programmes.rules.hits import hits_of
from berdaya.programmes.services.screening import broken_on
from berdaya.tasks.models import Task
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected, states
from tests.integration.test_programmes_village import fails

pytestmark = pytest.mark.django_db
GIVEN, DAY = date(2024, 2, 20), date(2024, 5, 20)


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    with override_settings(BERDAYA_TODAY=DAY):
        yield


def agreed(actor: Actor, household, purpose: str = "programme") -> None:
    consent = NewConsent(household, purpose, GIVEN, "thumbprint", "Madura", "Yusuf", "Slamet", copy_left=True)
    with scoped(actor):
        assert consenting.give(actor=actor, consent=consent) == 1


def take_back(actor: Actor, household, purpose: str = "programme", on: date = DAY):
    with scoped(actor):
        return consenting.withdraw(actor=actor, household_id=household, purpose=purpose, on=on, reason="pindah agama")


def home_of(ref: str):
    return Candidate.objects.get(ref=ref).household_id


def test_a_withdrawal_excludes_at_once_and_gives_the_place_to_the_next(operator, head):
    programme = selected(operator)
    with scoped(operator):
        chosen = Candidate.objects.filter(programme_id=programme.id, state="selected").order_by("rank")[0]
    agreed(operator, chosen.household_id)
    done = take_back(operator, chosen.household_id)
    assert done.purposes == ("programme",)
    assert [(item.before, item.after) for item in done.touched] == [("selected", "excluded")]
    with scoped(operator):
        task = Task.objects.get(pk=done.task)
        assert (task.kind, task.owner_role, task.due_on) == ("consent_withdrawn", "operator", DAY + timedelta(days=3))
        chosen.refresh_from_db()
        told = {item["criterion"]: item for item in chosen.checks}["consent_withdrawn"]
        assert told["params"] == {"on": DAY.isoformat()}
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        assert draft.lines == 4, "the next on the waiting list holds the place"
        chosen.refresh_from_db()
        assert chosen.state == "replaced"
    assert AuditEntry.objects.filter(name="people.consent_withdrawn").count() == 1


def test_it_cannot_be_set_aside_and_only_the_family_gives_it_again(operator, head):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 2)))
    home = home_of("1")
    agreed(operator, home)
    take_back(operator, home)
    with scoped(operator):
        first = Candidate.objects.get(ref="1")
        (hit,) = hits_of(first.screening)
        ask = {"actor": operator, "candidate_id": first.pk, "hit": hit.key, "reason": "perlu", "on": DAY}
        fails("consent_is_hers", services.overrule_hit, **ask)
        services.screen_many(actor=operator, programme_id=programme.id, on=DAY)
        services.decide_eligibility_many(actor=operator, programme_id=programme.id, on=DAY)
        assert states(programme.id) == {"1": "excluded", "2": "eligible"}
        again = NewConsent(home, "programme", DAY, "signature", "Indonesia", "Yusuf")
        assert consenting.give(actor=operator, consent=again) == 1
        assert states(programme.id) == {"1": "eligible", "2": "eligible"}
        assert Consent.objects.filter(household=home).count() == 2, "both stay as proof"


def test_a_decree_in_force_waits_for_people_and_the_handover_is_held(operator, head):
    programme = selected(operator)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    with scoped(operator):
        named = Candidate.objects.filter(programme_id=programme.id, state="decreed").order_by("rank")[0]
    agreed(operator, named.household_id)
    done = take_back(operator, named.household_id)
    assert [(item.before, item.after) for item in done.touched] == [("decreed", "decreed")]
    with scoped(operator):
        assert Task.objects.get(pk=done.task).params["decreed"] == 1
        line = named.decree_lines.get().pk
        found = broken_on([line], date(2024, 8, 1))
        assert [item.criterion for item in found[line]] == ["consent_withdrawn"]


def test_the_approval_of_a_draft_sees_it(operator, head):
    programme = selected(operator)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        named = Candidate.objects.filter(programme_id=programme.id, state="selected").order_by("rank")[0]
    agreed(operator, named.household_id)
    take_back(operator, named.household_id)
    with scoped(head):
        fails("recipients_excluded", services.approve_decree, actor=head, decree_id=draft.id)


def test_publication_stops_at_once_and_the_rest_stands(operator):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 1)))
    home = home_of("1")
    area = Candidate.objects.get(ref="1").area
    with scoped(operator):
        business = Enterprise.objects.create(
            household_id=home, area=area, office_id=operator.office, name="Kerupuk", kind="fish_processing",
            ref="x1", started_on=GIVEN,
        )  # fmt: skip
        Storefront.objects.create(
            enterprise=business,
            area=area,
            office_id=operator.office,
            slug="kerupuk-x",
            name="Kerupuk",
            consent_on=GIVEN,
        )
        Product.objects.create(
            enterprise=business, area=area, office_id=operator.office, slug="kerupuk-p", name="Kerupuk",
            category="food", price_idr=5000, unit="bungkus", consent_on=GIVEN,
        )  # fmt: skip
    agreed(operator, home)
    agreed(operator, home, "publication")
    done = take_back(operator, home, "publication")
    assert (done.purposes, done.shops, done.products, done.touched) == (("publication",), 1, 1, ())
    with scoped(operator):
        assert Storefront.objects.get().withdrawn_on == DAY
        assert Product.objects.get().withdrawn_on == DAY
        assert states(programme.id) == {"1": "eligible"}
        assert Consent.objects.filter(withdrawn_on=None).values_list("purpose", flat=True).get() == "programme"


def test_without_the_first_consent_the_others_end_too(operator):
    world.opened(operator, world.config(), world.proposal(world.families(operator, 1)))
    home = home_of("1")
    for purpose in ("programme", "publication", "research"):
        agreed(operator, home, purpose)
    assert take_back(operator, home).purposes == ("programme", "publication", "research")
    with scoped(operator):
        fails("not_found", consenting.withdraw, actor=operator, household_id=home, purpose="research", on=DAY)


def test_a_withdrawal_has_a_day_that_can_be(operator):
    world.opened(operator, world.config(), world.proposal(world.families(operator, 1)))
    home = home_of("1")
    agreed(operator, home)
    with scoped(operator):
        call = {"actor": operator, "household_id": home, "purpose": "programme"}
        fails("consent_early", consenting.withdraw, **call, on=GIVEN - timedelta(days=1))
        fails("entry_needed", consenting.withdraw, **call, on=DAY + timedelta(days=1))
        assert Consent.objects.get().withdrawn_on is None


def test_outsiders_take_nothing_back(operator, make_actor):
    world.opened(operator, world.config(), world.proposal(world.families(operator, 1)))
    home = home_of("1")
    agreed(operator, home)
    far = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    with scoped(far), pytest.raises(Problem) as caught:
        consenting.withdraw(actor=far, household_id=home, purpose="programme", on=DAY)
    assert caught.value.code == "not_found"
    reader = make_actor("auditor", office="*")
    with scoped(reader):
        fails("not_allowed", consenting.withdraw, actor=reader, household_id=home, purpose="programme", on=DAY)


def test_an_office_puts_its_own_wording_in_the_place_of_the_shipped_one(operator, make_actor):
    colleague = make_actor("verifier")
    with scoped(operator):
        assert not wordings(actor=operator)["madura", "programme"].checked
        made = write_wording(
            actor=operator, language="madura", purpose="programme", sentences=["Satu {office}.", " ", "Dua."],
            area=3512000000, on=DAY,
        )  # fmt: skip
        assert wordings(actor=operator)["madura", "programme"] == shipped_wording("madura", "programme")
        bad = {"actor": operator, "language": "madura", "area": 3512000000, "on": DAY}
        fails("wording_bad", write_wording, **bad, purpose="programme", sentences=["", " "])
        fails("wording_bad", write_wording, **bad, purpose="hadiah", sentences=["Satu."])
        fails("not_allowed", check_wording, actor=operator, wording_id=made, on=DAY)
    both = operator.with_(permissions=operator.permissions | colleague.permissions)
    with scoped(both):
        fails("same_person", check_wording, actor=both, wording_id=made, on=DAY)
    with scoped(colleague):
        check_wording(actor=colleague, wording_id=made, on=DAY)
        fails("already_decided", check_wording, actor=colleague, wording_id=made, on=DAY)
        now = wordings(actor=colleague)["madura", "programme"]
        assert (now.sentences, now.checked, now.version) == (("Satu {office}.", "Dua."), True, 1)
    home = world.families(operator, 1)[0][0].pk
    agreed(operator, home)
    with scoped(operator):
        assert Consent.objects.get().text_sha256 == now.sha256, "what was heard stays known"


def test_sheets_are_printed_for_homes_that_wait(operator):
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 3)))
    agreed(operator, home_of("1"))
    with scoped(operator):
        every = consenting.visit_sheets(actor=operator, programme_id=programme.id)
        one = consenting.family_sheet(actor=operator, household_id=home_of("1"), language="Madura")
        assert every.startswith(b"%PDF")
        assert one.startswith(b"%PDF")
        assert len(every) > len(one)
    for ref in ("2", "3"):
        agreed(operator, home_of(ref))
    with scoped(operator):
        fails("bad_state", consenting.visit_sheets, actor=operator, programme_id=programme.id)
