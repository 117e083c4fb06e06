"""Pushes: every record gets one named outcome, whatever is wrong with one of them, and nothing counts twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from berdaya.devices.models import Conflict, Device, FieldRecord, Inbox
from berdaya.enterprises.models import EnterpriseMonth, Evidence
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor
from berdaya.visits.models import Visit
from tests.business_world import World, build
from tests.field_world import Phone, mentor, phone, visit_record

pytestmark = pytest.mark.django_db


@dataclass
class Field:
    """Two mentors of one office with a phone each: the first has three families, the second one."""

    world: World
    siti: Phone
    budi: Phone

    @property
    def mine(self) -> UUID:
        return self.world.enterprises[0]

    @property
    def theirs(self) -> UUID:
        return self.world.enterprises[3]


@pytest.fixture
def outdoors(make_actor: Callable[..., Actor], offices: dict[str, int]) -> Field:
    world = build(make_actor, offices, families=4)
    siti = mentor(world, "siti", world.enterprises[:3])
    budi = mentor(world, "budi", world.enterprises[3:])
    return Field(world, phone(*siti[:2]), phone(*budi[:2]))


def test_a_visit_feeds_business_month_and_evidence(outdoors: Field) -> None:
    answer = outdoors.siti.push(visit_record(outdoors.mine), zipped=True)
    assert answer["counts"] == {
        "new": 1, "updated": 0, "identical": 0, "older": 0, "conflict": 0, "invalid": 0, "waiting": 0,
    }  # fmt: skip
    assert answer["outcomes"][0]["stored"] is True
    visit = Visit.objects.get()
    assert (visit.account_id, visit.turnover_idr) == (outdoors.siti.account_id, 1_000_000)
    assert visit.mentor is not None
    assert visit.mentor.code == "siti"
    assert Evidence.objects.get().source_id == visit.pk
    assert EnterpriseMonth.objects.get().turnover_visit_idr == 1_000_000


def test_the_same_push_again_changes_nothing(outdoors: Field) -> None:
    records = [visit_record(item) for item in outdoors.world.enterprises[:3]]
    assert outdoors.siti.outcomes(*records, seq=1) == [("new", "")] * 3
    assert outdoors.siti.outcomes(*records, seq=1) == [("identical", "")] * 3
    assert outdoors.siti.outcomes(*reversed(records), seq=2) == [("identical", "")] * 3
    assert Visit.objects.count() == Inbox.objects.count() == FieldRecord.objects.count() == 3


def test_a_record_twice_in_one_push(outdoors: Field) -> None:
    one = visit_record(outdoors.mine)
    edit = {**one, "revision": 2, "body": {**one["body"], "turnover_idr": 5}}
    assert outdoors.siti.outcomes(one, one, edit) == [("new", ""), ("identical", ""), ("updated", "")]
    assert Visit.objects.get().turnover_idr == 5


def test_edits_arrive_in_any_order(outdoors: Field) -> None:
    first = visit_record(outdoors.mine)
    second = {**first, "revision": 2, "body": {**first["body"], "turnover_idr": 2_000_000}}
    assert outdoors.siti.outcomes(second) == [("new", "")]
    assert outdoors.siti.outcomes(first) == [("older", "")]
    assert Visit.objects.get().turnover_idr == 2_000_000
    assert Inbox.objects.count() == 2


def test_other_content_under_the_same_revision_keeps_both(outdoors: Field) -> None:
    first = visit_record(outdoors.mine)
    other = {**first, "body": {**first["body"], "turnover_idr": 7}}
    assert outdoors.siti.outcomes(first) == [("new", "")]
    assert outdoors.siti.outcomes(other) == [("conflict", "revision_reused")]
    kept = Conflict.objects.get()
    assert (kept.sent["turnover_idr"], kept.held["turnover_idr"]) == (7, 1_000_000)
    assert outdoors.siti.outcomes(other) == [("conflict", "revision_reused")]
    assert Conflict.objects.count() == 1


def test_hostile_records_get_a_name_each_and_the_rest_goes_on(outdoors: Field) -> None:
    good = visit_record(outdoors.mine)
    unknown_form = visit_record(outdoors.mine, "2025-04-03", answers={"instrument": "xx", "version": 9, "answers": {}})
    records: list[Any] = [
        visit_record(outdoors.theirs),
        {**visit_record(outdoors.mine), "version": 77},
        {**visit_record(outdoors.mine), "kind": "sihir"},
        unknown_form,
        visit_record(new_id()),
        visit_record(outdoors.mine, "2024-01-05"),
        visit_record(outdoors.mine, turnover_idr=-1),
        visit_record(outdoors.mine, rahasia="x"),
        {"id": "bukan", "kind": "visit"},
        "bukan rekaman",
        {**visit_record(outdoors.mine), "body": {"enterprise": "a\u0000b"}},
        good,
    ]
    answer = outdoors.siti.push(*records)
    told = [(line["outcome"], line["code"]) for line in answer["outcomes"]]
    assert told == [
        ("invalid", "not_yours"),
        ("invalid", "version_unknown"),
        ("invalid", "record_kind_unknown"),
        ("invalid", "form_version_unknown"),
        ("waiting", "needs_record"),
        ("invalid", "visit_invalid"),
        ("invalid", "record_shape"),
        ("invalid", "record_shape"),
        ("invalid", "record_shape"),
        ("invalid", "record_shape"),
        ("invalid", "record_shape"),
        ("new", ""),
    ]
    assert sum(answer["counts"].values()) == len(records)
    assert answer["outcomes"][6]["params"]["fields"] == ["turnover_idr"]
    assert [line["stored"] for line in answer["outcomes"]] == [True] * 8 + [False] * 3 + [True]
    assert all(line["text"] and line["do"] for line in answer["outcomes"][:-1])
    assert Visit.objects.count() == 1
    assert Inbox.objects.count() == 9


def test_ten_thousand_records_in_one_push(outdoors: Field) -> None:
    one = visit_record(outdoors.mine)
    records = [{**one, "id": str(new_id())} for _ in range(10_000)]
    answer = outdoors.siti.push(*records, zipped=True)
    codes = [(line["outcome"], line["code"], line["stored"]) for line in answer["outcomes"]]
    assert codes[:500] == [("new", "", True)] * 500
    assert codes[500:] == [("waiting", "push_full", False)] * 9_500
    assert Visit.objects.count() == 500


def test_a_push_that_is_too_large_is_refused_before_it_is_read(outdoors: Field) -> None:
    response = outdoors.siti.push({"x": "y" * 5_000_000})
    assert (response.status_code, response.json()["code"]) == (413, "push_too_large")
    bomb = outdoors.siti.push({"x": "y" * 30_000_000}, zipped=True)
    assert (bomb.status_code, bomb.json()["code"]) == (413, "push_too_large")


def test_what_is_no_push(outdoors: Field) -> None:
    for raw in (b"", b"{", b"[]", b"\x1f\x8bxx", b'{"records": 3}', b"[" * 100_000):
        response = Client().post(
            "/sinkron/kirim/", raw, content_type="application/json", headers=outdoors.siti.headers()
        )
        assert (response.status_code, response.json()["code"]) == (400, "push_unreadable"), raw[:10]


def test_a_stolen_session_opens_nothing(outdoors: Field) -> None:
    copied = Phone(outdoors.siti.token, outdoors.budi.device, outdoors.siti.role_id, outdoors.siti.account_id)
    response = copied.push(visit_record(outdoors.mine))
    assert (response.status_code, response.json()["code"]) == (403, "device_mismatch")
    nobody = Client().post("/sinkron/kirim/", b"{}", content_type="application/json")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "device_needed")
    wrong = Phone("bdd_salah", outdoors.siti.device, 0, 0).push()
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["wipe"]) == (401, "device_unknown", False)
    assert Inbox.objects.count() == 0


def test_a_number_used_twice_with_other_records_is_a_second_phone(outdoors: Field) -> None:
    outdoors.siti.push(visit_record(outdoors.mine), seq=1)
    outdoors.siti.push(visit_record(outdoors.world.enterprises[1]), seq=1)
    assert Device.objects.get(pk=outdoors.siti.device).copied_at is not None


def test_gaps_in_the_numbers_are_told(outdoors: Field) -> None:
    assert outdoors.siti.push(seq=1)["gaps"] == []
    assert outdoors.siti.push(seq=5)["gaps"] == [[2, 4]]
    assert outdoors.siti.push(seq=3)["gaps"] == [[2, 2], [4, 4]]


def test_a_clock_in_1970_is_flagged_and_the_visit_counts_today(outdoors: Field) -> None:
    record = {**visit_record(outdoors.mine, "1970-01-01"), "device_at": "1970-01-01T08:00:00+07:00"}
    answer = outdoors.siti.push(record, sent_at="1970-01-01T09:00:00+07:00")
    assert [(line["outcome"], line["code"], line["params"]) for line in answer["outcomes"]] == [("new", "", {})]
    assert answer["clock_off_seconds"] > 50 * 365 * 86_400
    assert FieldRecord.objects.get().clock_off
    assert str(Visit.objects.get().occurred_on) == answer["today"]


def test_someone_elses_record_id_changes_nothing_of_theirs(outdoors: Field) -> None:
    record = visit_record(outdoors.mine)
    outdoors.siti.push(record)
    stolen = {**record, "revision": 9, "body": {**record["body"], "enterprise": str(outdoors.theirs)}}
    assert outdoors.budi.outcomes(stolen) == [("conflict", "id_taken")]
    assert Visit.objects.get().enterprise_id == outdoors.mine
    assert Conflict.objects.get().held == {}


def test_waiting_records_are_applied_when_what_they_need_arrives(outdoors: Field) -> None:
    from berdaya.access.models import RoleSubject
    from berdaya.enterprises.models import Enterprise
    from berdaya.process.daily import run_due

    later = new_id()
    record = visit_record(later)
    assert outdoors.siti.outcomes(record) == [("waiting", "needs_record")]
    model = Enterprise.objects.get(pk=outdoors.mine)
    model.pk, model._state.adding = later, True
    model.save()
    role = RoleSubject.objects.filter(role=outdoors.siti.role_id).first()
    assert role is not None
    RoleSubject.objects.create(
        role=role.role, account_id=role.account_id, office_id=role.office_id, area=role.area, list="enterprises",
        subject_id=later,
    )  # fmt: skip
    # The office brought it, not a phone: no push tells of it, and the daily run is the first to look.
    ran = next(ran for ran in run_due(on=date(2025, 6, 20)) if ran.code == "waiting" and ran.done)
    assert (ran.found, ran.problem) == (0, "")
    assert Visit.objects.get().enterprise_id == later
    assert FieldRecord.objects.get().outcome == "new"
    assert outdoors.siti.outcomes(record) == [("identical", "")]
    assert run_due(on=date(2025, 6, 20)) == []
    assert not any(ran.done for ran in run_due(on=date(2025, 6, 21)))
    assert Visit.objects.count() == 1


def test_what_waits_for_long_is_the_supervisors_task_and_one_ended_role_keeps_no_other(outdoors: Field) -> None:
    from berdaya.access.models import Role
    from berdaya.process.daily import run_due
    from berdaya.tasks.models import Task

    assert outdoors.budi.outcomes(visit_record(new_id())) == [("waiting", "needs_record")]
    assert outdoors.siti.outcomes(visit_record(new_id())) == [("waiting", "needs_record")]
    Role.objects.filter(pk=outdoors.budi.role_id).update(valid_until=date(2020, 1, 1))
    late = FieldRecord.objects.earliest("received_at").received_at.date() + timedelta(days=3)
    ran = next(ran for ran in run_due(on=late) if ran.code == "waiting" and ran.found)
    assert (ran.found, ran.done, ran.problem) == (1, 0, "")
    task = Task.objects.get(kind="records_waiting")
    assert (task.owner_role, task.params) == ("supervisor", {"count": 2})
    assert FieldRecord.objects.filter(outcome="waiting").count() == 2


def test_two_people_change_one_field(outdoors: Field) -> None:
    from berdaya.kernel.scope import scoped
    from berdaya.visits import selectors, services

    record = visit_record(outdoors.mine, note="dari HP")
    outdoors.siti.push(record)
    operator = outdoors.world.operator
    key = UUID(record["id"])

    def office_changes(**changes: object) -> None:
        with scoped(operator):
            held, _ = selectors.stored([key])[key]
            from dataclasses import replace

            changed = replace(held, revision=held.revision + 1, **changes)  # type: ignore[arg-type]
            assert services.record_visits_many(actor=operator, visits=[changed]).by_id[key] == "updated"

    office_changes(turnover_idr=900_000)
    edit = {**record, "revision": 2, "body": {**record["body"], "note": "diperbaiki"}}
    assert outdoors.siti.outcomes(edit) == [("updated", "")]
    joined = Visit.objects.get()
    assert (joined.turnover_idr, joined.note) == (900_000, "diperbaiki"), "each keeps what only one of them changed"

    office_changes(turnover_idr=800_000)
    clash = {**edit, "revision": 3, "body": {**edit["body"], "turnover_idr": 1_500_000}}
    assert outdoors.siti.outcomes(clash) == [("conflict", "field_conflict")]
    assert Visit.objects.get().turnover_idr == 800_000
    kept = Conflict.objects.get()
    assert (kept.fields, kept.sent["turnover_idr"], kept.held["turnover_idr"]) == (["turnover_idr"], 1_500_000, 800_000)


def test_a_revoked_phone_is_told_to_wipe(outdoors: Field) -> None:
    from berdaya.devices.services import phones
    from berdaya.kernel.scope import scoped

    boss = outdoors.world.operator
    with scoped(boss):
        phones.revoke(actor=boss, device_id=outdoors.siti.device, reason="hilang")
    for response in (outdoors.siti.push(visit_record(outdoors.mine)), outdoors.siti.get("/sinkron/paket/")):
        assert response.status_code == 403
        assert (response.json()["code"], response.json()["wipe"]) == ("device_revoked", True)
    told = Device.objects.get(pk=outdoors.siti.device)
    assert told.wiped_at is not None
    assert Inbox.objects.count() == 0


def test_only_who_works_outdoors_enrols(outdoors: Field) -> None:
    from berdaya.access.models import Account, Role

    account = Account.objects.create(username="auditor-x", name="x")
    Role.objects.create(
        account=account, kind="auditor", title="x", office_id=outdoors.world.office_id, area=3512000000,
        ranges=[[3512000000, 3512999999]], valid_from="2024-01-01",
    )  # fmt: skip
    client = Client()
    client.force_login(account)
    response = client.post("/sinkron/daftar/", json.dumps({"name": "x"}), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert Client().post("/sinkron/daftar/", b"{}", content_type="application/json").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account)
    assert strict.post("/sinkron/daftar/", b"{}", content_type="application/json").status_code == 403


def test_the_sixth_phone_is_refused(outdoors: Field) -> None:
    for _ in range(4):
        phone(outdoors.siti.account_id, outdoors.siti.role_id)
    with pytest.raises(AssertionError, match="device_too_many"):
        phone(outdoors.siti.account_id, outdoors.siti.role_id)
