"""A push of fresh records goes in one transaction; whatever disturbs it leads to the same rows by the longer way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from berdaya.devices.models import Device, FieldRecord, Inbox
from berdaya.devices.services import inbox
from berdaya.enterprises.models import EnterpriseMonth, Evidence
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor
from berdaya.process.field import receive
from berdaya.visits.models import Visit
from tests.business_world import World, build
from tests.field_world import Phone, mentor, phone, visit_record

pytestmark = pytest.mark.django_db
MADE = {"id", "recorded_at", "received_at", "settled_at"}
"""What differs from one push to the next whatever it holds."""


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=4)


@pytest.fixture
def siti(world: World) -> Phone:
    return phone(*mentor(world, "siti", world.enterprises[:3])[:2])


def _batch(world: World) -> list[dict[str, Any]]:
    """Visits of two months, some of one business and month, and two that are refused or wait."""
    days = ("2025-04-03", "2025-04-20", "2025-05-02")
    place = {"lat": -7.7, "lon": 114.0, "accuracy_m": 8}
    good = [
        visit_record(item, day, turnover_idr=100_000 * number, position=place)
        for number, (item, day) in enumerate((item, day) for item in world.enterprises[:3] for day in days)
    ]
    again = visit_record(world.enterprises[0], "2025-06-01", same_as_last=True)
    return [*good, again, visit_record(world.enterprises[3]), visit_record(new_id())]


def _rows(model: Any, *order: str) -> list[dict[str, Any]]:
    keep = [field.attname for field in model._meta.concrete_fields if field.attname not in MADE]
    rows = model.objects.order_by(*order).values(*keep)
    return [{name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in rows]  # fmt: skip


def _everything() -> dict[str, list[dict[str, Any]]]:
    return {
        "visits": _rows(Visit, "enterprise_id", "occurred_on"),
        "evidence": _rows(Evidence, "enterprise_id", "occurred_on"),
        "months": _rows(EnterpriseMonth, "enterprise_id", "month"),
        "records": _rows(FieldRecord, "id"),
        "arrivals": _rows(Inbox, "record_id"),
    }


def _forget() -> None:
    with connection.cursor() as cursor:
        for table in ("visits_visit", "enterprises_evidence", "enterprises_enterprisemonth", "devices_fieldrecord",
                      "devices_inbox", "devices_change"):  # fmt: skip
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("UPDATE devices_device SET seqs = '{}'")


def test_both_ways_leave_the_same_rows(world: World, siti: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    records = _batch(world)
    taken: list[int] = []
    take = inbox.take
    monkeypatch.setattr(inbox, "take", lambda **told: taken.append(1) or take(**told))
    first = siti.push(*records, seq=1)
    assert not taken, "fresh records need one transaction"
    at_once = _everything()
    _forget()
    monkeypatch.setattr(inbox, "unknown", lambda **_: False)
    second = siti.push(*records, seq=1)
    assert taken
    for name, rows in _everything().items():
        assert rows == at_once[name], name
    assert len(at_once["visits"]) == 10
    assert len(at_once["records"]) == len(at_once["arrivals"]) == 12
    assert {**first, "server_at": ""} == {**second, "server_at": ""}


def test_a_record_that_fails_inside_the_database_costs_itself_only(world: World, siti: Phone) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION test_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.turnover_idr = 666 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER test_refuses BEFORE INSERT ON visits_visit FOR EACH ROW EXECUTE FUNCTION test_refuses()"
        )
    days = [f"2025-{month:02d}-{day:02d}" for month in range(1, 11) for day in (2, 9, 16, 20, 25)]
    records = [
        visit_record(world.enterprises[0], day, turnover_idr=666 if number == 17 else 1_000)
        for number, day in enumerate(days)
    ]
    told = siti.outcomes(*records, seq=1)
    assert told[17] == ("waiting", "apply_failed")
    assert [line for number, line in enumerate(told) if number != 17] == [("new", "")] * 49
    assert Visit.objects.count() == 49
    assert Inbox.objects.count() == FieldRecord.objects.count() == 50
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER test_refuses ON visits_visit")
    assert siti.outcomes(*records, seq=2)[17] == ("new", ""), "what waited is applied when it is sent again"
    assert Visit.objects.count() == 50


def test_a_record_that_somebody_brings_meanwhile(world: World, siti: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """As two calls of one push that overlap: the second finds at its end that the first was quicker."""
    record = visit_record(world.enterprises[0])
    real, raced = receive.apply_records, []

    def overtaken(actor: Actor, waiting: Any, *, guarded: bool = True) -> Any:
        results = real(actor, waiting, guarded=guarded)
        if not raced:
            raced.append(1)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('role', 'none', true)",
                )
                cursor.execute(
                    "INSERT INTO devices_fieldrecord (id, area, office_id, account_id, role_id, kind, version, "
                    " revision, digest, received_at, clock_off, outcome, code, params, needs, body, files, subjects)"
                    " SELECT %s, area, office_id, account_id, role_id, 'visit', 1, 1, '', now(), false, 'waiting', '',"
                    " '{}', '{}', '{}', '{}', '{}' FROM devices_device WHERE id = %s",
                    [record["id"], siti.device],
                )
                cursor.execute("SELECT set_config('role', 'berdaya_app', true)")
        return results

    monkeypatch.setattr(receive, "apply_records", overtaken)
    assert siti.outcomes(record, seq=1) == [("new", "")]
    assert raced
    assert Visit.objects.count() == Inbox.objects.count() == FieldRecord.objects.count() == 1


def test_a_push_notes_its_phone_once(world: World, siti: Phone) -> None:
    siti.push(visit_record(world.enterprises[0]), seq=3, unsent=7)
    device = Device.objects.get(pk=siti.device)
    assert device.unsent == 7
    assert device.pushed_at is not None
    assert device.copied_at is None
    assert siti.push(visit_record(world.enterprises[1]), seq=4)["gaps"] == [[1, 2]]
