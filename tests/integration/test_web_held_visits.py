"""Visits that were kept aside are seen and decided about: corrected and taken in, preferred, or not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from berdaya.access.models import Office
from berdaya.access.selectors import actor_for
from berdaya.audit.models import AuditEntry
from berdaya.enterprises.models import Enterprise
from berdaya.enterprises.types import Method
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.visits.models import HeldVisit, Visit
from berdaya.visits.services import record_visits_many
from berdaya.visits.types import VisitInput
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
PAGE = "/perangkat/kunjungan-tertahan/"


@pytest.fixture
def world() -> World:
    return web_world.build(2)


def hand_in(world: World, *visits: VisitInput) -> list[HeldVisit]:
    """Several visits in one sheet, as the operator; answers what was kept aside, the oldest first."""
    actor = actor_for(world.ids["maker"].pk)
    with scoped(actor):
        record_visits_many(actor=actor, visits=list(visits))
    return list(HeldVisit.objects.filter(resolved_on=None).order_by("recorded_at", "id"))


def visit(world: World, **told: object) -> VisitInput:
    base = VisitInput(
        id=new_id(),
        enterprise_id=world.ids["enterprise"],
        mentor_id=None,
        occurred_on=clock.today(),
        method=Method.SEEN,
        production_days=20,
        turnover_idr=900_000,
    )
    return replace(base, **told)  # type: ignore[arg-type]


def boss(world: World) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, "supervisor"))


def decide(client: Client, key: UUID, **sent: str) -> int:
    return client.post(
        PAGE, {"kunjungan": str(key), "keputusan": "pakai", "alasan": "sudah ditanya", **sent}
    ).status_code


def test_a_wrong_figure_is_corrected_and_taken_in(world: World) -> None:
    wrong = visit(world, production_days=40)
    (held,) = hand_in(world, wrong)
    client = boss(world)
    shown = client.get(PAGE).content.decode()
    assert Enterprise.objects.get(pk=world.ids["enterprise"]).name in shown
    assert 'name="production_days"' in shown
    assert "Kunjungan tertahan" in client.get(reverse("office:field")).content.decode()
    assert decide(client, held.pk, production_days="50") == 422
    assert decide(client, held.pk, production_days="dua") == 422
    assert decide(client, held.pk, production_days="14", alasan=" ") == 422
    assert not Visit.objects.filter(pk=wrong.id).exists()
    assert decide(client, held.pk, production_days="14") == 302
    assert Visit.objects.get(pk=wrong.id).production_days == 14
    assert decide(client, held.pk, production_days="14") == 404, "decided once"
    entry = AuditEntry.objects.get(name="visits.held_resolved")
    assert (entry.reason, entry.body["corrected"]) == ("sudah ditanya", ["production_days"])
    assert "Tidak ada kunjungan tertahan" in client.get(PAGE).content.decode()


def test_a_day_to_come_is_corrected(world: World) -> None:
    ahead = visit(world, occurred_on=clock.today() + timedelta(days=3))
    (held,) = hand_in(world, ahead)
    assert decide(boss(world), held.pk, occurred_on=str(clock.today())) == 302
    assert Visit.objects.get(pk=ahead.id).occurred_on == clock.today()


def test_of_two_versions_one_is_taken(world: World) -> None:
    kept = visit(world)
    one, two = hand_in(world, kept, replace(kept, turnover_idr=5), replace(kept, turnover_idr=7))
    client = boss(world)
    assert "Rp900.000" in client.get(PAGE).content.decode().replace("\xa0", "").replace(" ", "")
    assert decide(client, one.pk) == 302
    assert Visit.objects.get(pk=kept.id).turnover_idr == 5
    assert decide(client, two.pk, keputusan="tidak") == 302
    assert Visit.objects.get(pk=kept.id).turnover_idr == 5
    assert set(HeldVisit.objects.values_list("resolution", flat=True)) == {"accepted", "dropped"}


def test_what_another_mentor_told_is_taken_and_stays_with_the_first(world: World) -> None:
    mentor = world.ids.get("mentor")
    kept = visit(world, mentor_id=mentor)
    (rival,) = hand_in(world, kept, replace(kept, mentor_id=None if mentor else new_id(), turnover_idr=5))
    assert decide(boss(world), rival.pk) == 302
    stored = Visit.objects.get(pk=kept.id)
    assert (stored.turnover_idr, stored.mentor_id) == (5, mentor)


def test_a_visit_without_its_business_waits_and_is_not_lost(world: World) -> None:
    (held,) = hand_in(world, visit(world, enterprise_id=new_id()))
    client = boss(world)
    assert "Catat dahulu usahanya" in client.get(PAGE).content.decode()
    assert decide(client, held.pk) == 409
    held.refresh_from_db()
    assert held.resolved_on is None
    assert decide(client, held.pk, keputusan="tidak") == 302


def test_outsiders_see_and_decide_nothing(world: World) -> None:
    (held,) = hand_in(world, visit(world, production_days=40))
    near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    for office, area in ((near, web_world.KABUPATEN), (far, 3511000000)):
        client = web_world.sign_in(Client(), web_world.sign_up(office, "supervisor", area=area))
        assert str(held.pk) not in client.get(PAGE).content.decode()
        assert decide(client, held.pk, production_days="14") == 404
    verifier = web_world.sign_in(Client(), web_world.sign_up(world.office, "verifier"))
    assert verifier.get(PAGE).status_code == 403
    assert decide(verifier, held.pk, production_days="14") == 403
    assert decide(boss(world), new_id()) == 404
    held.refresh_from_db()
    assert held.resolved_on is None


def test_the_list_takes_as_many_queries_for_more(world: World) -> None:
    client = boss(world)

    def asked() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    hand_in(world, visit(world, production_days=40))
    one = asked()
    hand_in(world, *(visit(world, production_days=41 + n) for n in range(3)))
    assert asked() == one
