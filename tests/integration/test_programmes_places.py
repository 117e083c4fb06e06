"""A place that falls free between a decree's draft and its approval is filled with a button on the page of steps."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account, Role
from berdaya.areas.codes import area_range
from berdaya.audit.models import AuditEntry
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes import services
from berdaya.programmes.models import Approval, Candidate, DecreeLine
from tests import web_world
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
CODE = "situbondo-uji-2024"


def browser(actor: Actor) -> Client:
    """The actor's own account, signed in."""
    account = Account.objects.get(pk=actor.account_id)
    account.password = make_password(web_world.PASSWORD)
    account.save(update_fields=["password"])
    area = 3512000000
    Role.objects.create(
        account=account, kind=actor.role, title=actor.role, office_id=actor.office, area=area,
        ranges=[list(area_range(area))], valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return web_world.sign_in(Client(), account)


def fill(client: Client) -> int:
    return client.post(reverse("office:step", args=[CODE, "sah-sk"])).status_code


def test_the_maker_fills_the_place_and_the_second_person_approves(operator: Actor, head: Actor) -> None:
    programme = selected(operator, 6)
    maker, checker = browser(operator), browser(head)
    page = reverse("office:steps", args=[CODE])
    words = "Isi tempat yang gugur"
    assert words not in maker.get(page).content.decode(), "no decree waits yet"
    with scoped(operator):
        services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        gone = Candidate.objects.filter(programme_id=programme.id, state="selected").order_by("rank")[0]
        before = states(programme.id)
    assert "waiting" in before.values()
    world.listed("deceased", nik=f"nikk{int(gone.ref) - 1}", as_of=date(2024, 5, 15))
    approval = Approval.objects.get(stage="decree")
    approve = reverse("office:approve", args=[CODE, approval.pk])
    refused = checker.post(approve, {"catatan": ""})
    assert refused.status_code == 409
    assert words in refused.content.decode()
    assert words in maker.get(page).content.decode()
    assert words not in checker.get(page).content.decode(), "who decides does not fill"
    assert fill(checker) == 403
    assert fill(maker) == 302
    assert fill(maker) == 302, "the same request twice moves nobody else"
    after = states(programme.id)
    assert after[gone.ref] == "replaced"
    assert list(after.values()).count("selected") == list(before.values()).count("selected")
    assert DecreeLine.objects.get(candidate=gone).replaced_on is not None
    assert AuditEntry.objects.filter(name="places.filled").count() == 1
    assert checker.post(approve, {"catatan": ""}).status_code == 302
    assert "Usulkan SK" in maker.get(page).content.decode(), "who moved up is named by the next decree"


def test_another_office_fills_nothing(operator: Actor, make_actor) -> None:  # type: ignore[no-untyped-def]
    programme = selected(operator, 6)
    with scoped(operator):
        services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    stranger = browser(make_actor("operator", office="diskop-situbondo"))
    assert fill(stranger) == 404
    assert not AuditEntry.objects.filter(name="places.filled").exists()
