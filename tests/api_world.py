"""Callers of the API: tokens for roles, and every address with one row's id in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from berdaya.access.models import Account, Office, Role, RoleSubject
from berdaya.access.tokens import issue_token
from berdaya.areas.codes import area_range
from berdaya.kernel.scope import scoped
from berdaya.process.offices import installer
from tests.web_world import KABUPATEN, World

V1 = "/api/v1"


class Caller:
    """One system with a token."""

    def __init__(self, token: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, address: str, **query: Any) -> HttpResponse:
        path = address if address.startswith("/") else f"{V1}/{address}"
        return self.client.get(path, query, headers=self.headers)  # type: ignore[return-value]

    def walk(self, address: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, read on from cursor to cursor."""
        cursor = ""
        while True:
            answer = self.get(address, cursor=cursor, **query)
            assert answer.status_code == 200, answer.content.decode()
            body = answer.json()
            yield from body["items"]
            if body["next"] is None:
                return
            cursor = body["next"]


def role_of(
    office: Office, kind: str, *, area: int = KABUPATEN, name: str = "", enterprises: tuple[UUID, ...] = ()
) -> Role:
    """A role of a new account; a mentor's caseload in ``enterprises``."""
    account = Account.objects.create(username=name or f"api-{kind}-{office.code}"[:60], name="Sistem Contoh")
    role = Role.objects.create(
        account=account,
        kind=kind,
        title=kind,
        office=office,
        area=area,
        ranges=[list(area_range(area))],
        valid_from=date(2020, 1, 1),
    )
    for item in enterprises:
        RoleSubject.objects.create(
            role=role, account_id=account.pk, office=office, area=area, list="enterprises", subject_id=item
        )
    return role


def caller(role: Role, *, days: int = 30) -> Caller:
    """A caller with a fresh token of the role."""
    actor = installer().with_(office=role.office_id)
    with scoped(actor):
        return Caller(issue_token(actor=actor, role_id=role.pk, days=days).secret)


LISTS = ("programmes", "families", "businesses", "groups", "handovers", "classes", "exhibitions", "contests", "tasks")


def details(world: World) -> dict[str, str]:
    """Every address that names one row."""
    ids, code = world.ids, world.ids["code"]
    return {
        "programme": f"programmes/{code}",
        "figures": f"programmes/{code}/figures",
        "candidates": f"programmes/{code}/candidates",
        "family": f"families/{ids['household']}",
        "business": f"businesses/{ids['enterprise']}",
        "group": f"groups/{ids['group']}",
        "handover": f"handovers/{ids['handover']}",
        "class": f"classes/{ids['class']}",
        "exhibition": f"exhibitions/{ids['exhibition']}",
        "contest": f"contests/{ids['contest']}",
        "task": f"tasks/{ids['task']}",
    }
