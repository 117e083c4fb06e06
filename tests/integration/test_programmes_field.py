"""Home visits from a TKSK's phone: the list to take along, the record that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from berdaya.devices import kinds, packs
from berdaya.devices.kinds import FieldRecord, Outcome
from berdaya.files.models import StoredFile
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Consent
from berdaya.process.field.records_verification import VerificationBody
from berdaya.process.verification import assign_visits
from berdaya.programmes.models import Candidate, Verification
from berdaya.tasks.models import Task
from tests.integration import programmes_world as world

pytestmark = pytest.mark.django_db
Maker = Callable[..., Actor]
TODAY = date(2024, 4, 20)
NOW = datetime(2024, 4, 20, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed(tmp_path: Path) -> Iterator[None]:
    with override_settings(BERDAYA_TODAY=TODAY, BERDAYA_FILES=tmp_path):
        yield


@pytest.fixture
def tksk(make_actor: Maker) -> Actor:
    """A TKSK of one kecamatan; the programme has families there and elsewhere."""
    operator = make_actor("operator")
    programme = world.opened(operator, world.config(), world.proposal(world.families(operator, 6)))
    with scoped(operator):
        assert assign_visits(actor=operator, programme_id=programme.id, due_on=date(2024, 5, 1)) == 6
    return make_actor("verifier", area=3512040000)


def told(candidate: UUID, key: UUID | None = None, **changes: Any) -> FieldRecord:
    body = {"candidate": str(candidate), "on": "2024-04-19", "result": "confirmed", "words": "Kami jualan."}
    return FieldRecord(
        key or new_id(), "verification", 1, 1, VerificationBody.model_validate({**body, **changes}), NOW, NOW
    )


def applied(actor: Actor, *records: FieldRecord) -> list[tuple[Outcome, str]]:
    kind = kinds.kind_of("verification")
    assert kind is not None
    with scoped(actor):
        found = kind.apply(actor, records)
    return [(found[item.id].outcome, found[item.id].code) for item in records]


def test_the_list_holds_the_homes_of_the_own_kecamatan_and_nothing_secret(tksk: Actor) -> None:
    kind = packs.kind_of("verification_list")
    assert kind is not None
    with scoped(tksk):
        (ref,) = kind.offers(tksk, TODAY)
        rows = list(kind.fill(tksk, ref.subject, TODAY))
    inside = Candidate.objects.filter(area__range=(3512040000, 3512049999))
    assert {row.id for row in rows} == set(inside.values_list("pk", flat=True))
    assert {row.store for row in rows} == {"verification"}
    assert set(rows[0].body) == {"name", "person", "address", "area_name", "due_on", "programme"}
    other = tksk.with_(office=tksk.office + 1)
    with scoped(other):
        assert list(kind.offers(other, TODAY)) == []


def test_a_photo_that_comes_later_joins_its_visit_and_the_first_one_stays(tksk: Actor) -> None:
    one = Candidate.objects.filter(area__range=(3512040000, 3512049999))[0]
    key = new_id()
    assert applied(tksk, told(one.pk, key)) == [(Outcome.NEW, "")]
    files = [
        StoredFile.objects.create(
            area=one.area, office_id=one.office_id, sha256=bytes([at]) * 32, size=9, media_type="image/jpeg",
            name="rumah.jpg", purpose="field_photo",
        ).pk
        for at in (1, 2)
    ]  # fmt: skip
    kind = kinds.kind_of("verification")
    assert kind is not None
    assert kind.attach is not None
    stranger = tksk.with_(account_id=(tksk.account_id or 0) + 1)
    for actor, file in ((stranger, files[1]), (tksk, files[0]), (tksk, files[1])):
        with scoped(actor):
            kind.attach(actor, key, "photos_1", file)
    assert Verification.objects.get().house_photo_id == files[0]


def test_a_visit_comes_in_once_with_position_words_and_consent(tksk: Actor) -> None:
    one = Candidate.objects.filter(area__range=(3512040000, 3512049999))[0]
    key = new_id()
    consent = {
        "consent": True,
        "consent_method": "thumbprint",
        "consent_language": "Madura",
        "consent_witness": "Slamet",
    }
    record = told(one.pk, key, position={"lat": -7.7, "lon": 114.0, "accuracy_m": 8.4}, **consent)
    assert applied(tksk, record) == [(Outcome.NEW, "")]
    assert applied(tksk, record) == [(Outcome.IDENTICAL, "")]
    row = Verification.objects.get()
    assert (row.pk, row.own_words, row.home_lat, row.accuracy_m, row.recorded_by) == (
        key, "Kami jualan.", -7.7, 8, tksk.account_id,
    )  # fmt: skip
    assert Consent.objects.get().witness == "Slamet"
    assert Task.objects.get(cause=f"home_visit:{one.pk}").state == "done"
    with scoped(tksk):
        kind = packs.kind_of("verification_list")
        assert kind is not None
        assert one.pk not in {row.id for row in kind.fill(tksk, one.programme_id, TODAY)}


def test_each_record_is_judged_for_itself(tksk: Actor, make_actor: Maker) -> None:
    inside = Candidate.objects.filter(area__range=(3512040000, 3512049999))[0]
    outside = Candidate.objects.exclude(area__range=(3512040000, 3512049999))[0]
    half = told(inside.pk, consent=True)
    assert applied(tksk, told(outside.pk), told(inside.pk, on="2024-05-02"), half, told(new_id())) == [
        (Outcome.INVALID, "not_yours"), (Outcome.INVALID, "visit_in_future"), (Outcome.NEW, ""),
        (Outcome.INVALID, "not_yours"),
    ]  # fmt: skip
    assert not Consent.objects.exists()
    assert Verification.objects.count() == 1
    far = make_actor("verifier", office="diskop-situbondo")
    assert applied(far, told(inside.pk)) == [(Outcome.INVALID, "not_yours")]
