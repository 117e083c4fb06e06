"""Mentors with phones for tests of synchronisation: two mentors of one office, one of another, with their caseloads."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.test import Client

from berdaya.kernel.ids import new_id
from tests.business_world import OLEAN, START, World

SITUBONDO = 3512000000


@dataclass
class Phone:
    """One enrolled phone and its calls."""

    token: str
    device: UUID
    role_id: int
    account_id: int
    seq: int = 0
    client: Client = field(default_factory=Client)

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def push(self, *records: dict[str, Any], seq: int | None = None, zipped: bool = False, **more: Any) -> Any:
        """Push records; the answer's JSON, or the whole response where it is no 200."""
        if seq is None:
            self.seq += 1
        body = {
            "device": str(self.device),
            "seq": seq or self.seq,
            "sent_at": datetime.now(tz=UTC).isoformat(),
            "records": list(records),
            **more,
        }
        raw = json.dumps(body).encode()
        headers = self.headers()
        if zipped:
            raw, headers = gzip.compress(raw), {**headers, "content-encoding": "gzip"}
        response = self.client.post("/sinkron/kirim/", raw, content_type="application/json", headers=headers)
        return response.json() if response.status_code == 200 else response

    def outcomes(self, *records: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
        """(outcome, code) of each record of one push."""
        answer = self.push(*records, **more)
        return [(line["outcome"], line["code"]) for line in answer["outcomes"]]

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(address, query, headers=self.headers())


def mentor(
    world: World, username: str, enterprises: list[UUID], *, office_id: int | None = None
) -> tuple[int, int, UUID]:
    """A mentor with an account, a role and a caseload; made as the owner. Answers account, role and mentor."""
    from berdaya.access.models import Account, Role, RoleSubject
    from berdaya.enterprises.models import Enterprise, Mentor, MentorAssignment
    from berdaya.groups.models import Membership

    office = office_id or world.office_id
    account = Account.objects.create(username=username, name=f"{username} (contoh)", demo=False)
    role = Role.objects.create(
        account=account,
        kind="mentor",
        title="Pendamping",
        office_id=office,
        area=SITUBONDO,
        ranges=[[SITUBONDO, SITUBONDO + 999_999]],
        valid_from=date(2024, 1, 1),
    )
    row = Mentor.objects.create(
        area=SITUBONDO, office_id=office, code=username, name=account.name, areas=[OLEAN], account=account
    )
    businesses = Enterprise.objects.filter(pk__in=enterprises)
    MentorAssignment.objects.bulk_create(
        MentorAssignment(area=item.area, office_id=item.office_id, enterprise=item, mentor=row, since=START)
        for item in businesses
    )
    lists = [("enterprises", item.pk) for item in businesses]
    lists += [("households", item.household_id) for item in businesses if item.household_id]
    groups = [item.group_id for item in businesses if item.group_id]
    members = Membership.objects.filter(group__in=groups).values_list("household_id", flat=True)
    lists += [("groups", key) for key in groups] + [("households", key) for key in members]
    RoleSubject.objects.bulk_create(
        RoleSubject(role=role, account_id=account.pk, office_id=office, area=SITUBONDO, list=name, subject_id=key)
        for name, key in lists
    )
    return account.pk, role.pk, row.pk


def phone(account_id: int, role_id: int, *, name: str = "HP uji") -> Phone:
    """Sign in and enrol, as the app does."""
    from berdaya.access.models import Account

    client = Client()
    client.force_login(Account.objects.get(pk=account_id))
    response = client.post(
        "/sinkron/daftar/", json.dumps({"name": name, "role": role_id}), content_type="application/json"
    )
    assert response.status_code == 201, response.content
    told = response.json()
    return Phone(told["token"], UUID(told["device"]), role_id, account_id)


def visit_record(
    enterprise: UUID, on: str = "2025-03-03", *, key: UUID | None = None, revision: int = 1, **body: Any
) -> Any:
    """A record of kind `visit` with ordinary figures."""
    return {
        "id": str(key or new_id()),
        "kind": "visit",
        "version": 1,
        "revision": revision,
        "device_at": f"{on}T09:00:00+07:00",
        "body": {
            "enterprise": str(enterprise),
            "on": on,
            "method": "seen",
            "production_days": 20,
            "turnover_idr": 1_000_000,
            **body,
        },
    }


def siti(world: World, enterprises: list[UUID]) -> Phone:
    """The phone of a mentor with these businesses."""
    account, role, _ = mentor(world, "siti", enterprises)
    return phone(account, role)


def take(one: Phone, kind: str = "caseload") -> tuple[dict[str, Any], dict[str, Any]]:
    """The first pack of a kind, and the query with which its changes are asked for."""
    offers = one.get("/sinkron/paket/").json()
    (ref,) = [item for item in offers["packs"] if item["kind"] == kind]
    pack = one.get(f"/sinkron/paket/{kind}/{ref['subject']}/").json()
    return pack, {"cursor": offers["cursor"], "paket": f"{kind}/{ref['subject']}"}


def stores(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows of a pack by store."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["store"], []).append(row)
    return found


def things(office: Any) -> dict[str, Any]:
    """A mentor with a phone and a conflict, for tests of pages; made as the owner."""
    from berdaya.access.models import Account, Role
    from berdaya.devices.models import Conflict, Device
    from berdaya.enterprises.models import Mentor

    account = Account.objects.create(username=f"pendamping-{office.pk}", name="Pendamping (contoh)")
    role = Role.objects.create(
        account=account, kind="mentor", title="x", office=office, area=office.area,
        ranges=[[office.area, office.area + 999_999]], valid_from=date(2024, 1, 1),
    )  # fmt: skip
    place = {"area": office.area, "office": office}
    row = Mentor.objects.create(**place, code="P-1", name=account.name, areas=[], account=account)
    now = datetime(2026, 10, 30, 9, tzinfo=UTC)
    device = Device.objects.create(
        **place, account_id=account.pk, role_id=role.pk, name="HP uji", hash=b"uji", enrolled_at=now, pushed_at=now
    )
    conflict = Conflict.objects.create(
        **place, record_id=new_id(), kind="visit", code="revision_reused", account_id=account.pk, device_id=device.pk,
        digest=b"x", version=1, raised_at=now, sent={"turnover_idr": 1}, held={"turnover_idr": 2},
    )  # fmt: skip
    return {"device": device.pk, "field-mentor": row.pk, "field-conflict": conflict.pk}
