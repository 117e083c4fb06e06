"""The office's signatories: kept by its administrator, taken by letters on their own date, never by another office."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Office
from berdaya.access.selectors import actor_for
from berdaya.audit.models import AuditEntry
from berdaya.documents.models import Signatory
from berdaya.kernel.scope import scoped
from berdaya.process.letters import signer_on
from berdaya.programmes.types import Letter
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
HEAD = {
    "aksi": "tambah", "name": "Dra. Rahayu Contoh", "nip": "19700101 199503 2 001", "rank": "Pembina Utama Muda, IV/c",
    "position": "Kepala Dinas Sosial", "capacity": "", "since": "2023-01-01", "until": "",
}  # fmt: skip
ACTING = HEAD | {
    "name": "Drs. Bambang Contoh", "nip": "", "rank": "Pembina, IV/a", "position": "Kepala Dinas Sosial",
    "capacity": "Plt.", "since": "2024-03-01", "until": "2024-06-30",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return web_world.build(1)


def client_of(office: Office, kind: str, area: int = web_world.KABUPATEN) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(office, kind, area=area))


def page() -> str:
    return reverse("office:signers")


def test_a_letter_takes_who_signed_on_its_date(world: World) -> None:
    admin = client_of(world.office, "admin")
    assert "Belum ada penanda tangan" in admin.get(page()).content.decode()
    for facts in (HEAD, ACTING):
        assert admin.post(page(), facts).status_code == 302
    shown = admin.get(page()).content.decode()
    assert "selesai" in shown, "who acted in between"
    assert "digantikan" not in shown
    assert "197001011995032001" in shown
    actor = actor_for(world.ids["maker"].pk)

    def signs(day: date, **typed: str) -> tuple[str, str, str]:
        with scoped(actor):
            found = signer_on(actor=actor, office=world.office.pk, letter=Letter(**typed), day=day)  # type: ignore[arg-type]
        return found.name, found.capacity.value, found.city

    assert signs(date(2024, 2, 29)) == ("Dra. Rahayu Contoh", "", "")
    assert signs(date(2024, 3, 1)) == ("Drs. Bambang Contoh", "Plt.", "")
    assert signs(date(2024, 6, 30), city="Situbondo") == ("Drs. Bambang Contoh", "Plt.", "Situbondo")
    assert signs(date(2024, 7, 1)) == ("Dra. Rahayu Contoh", "", "")
    assert signs(date(2024, 7, 1), name="Ir. Lain Contoh")[0] == "Ir. Lain Contoh", "what the programme says wins"
    assert signs(date(2022, 1, 1)) == ("", "", ""), "before anybody signed the line stays empty"


def test_who_stops_keeps_the_letters_of_before(world: World) -> None:
    admin = client_of(world.office, "admin")
    admin.post(page(), HEAD)
    row = Signatory.objects.get()
    early = {"aksi": "akhiri", "who": str(row.pk), "last_day": "2022-12-31"}
    refused = admin.post(page(), early)
    assert refused.status_code == 422
    assert "Hari terakhir tidak boleh sebelum hari pertama" in refused.content.decode()
    assert admin.post(page(), early | {"last_day": "2026-09-30"}).status_code == 302
    row.refresh_from_db()
    assert row.valid_until == date(2026, 9, 30)
    names = set(AuditEntry.objects.values_list("name", flat=True))
    assert {"documents.signatory_registered", "documents.signatory_ended"} <= names
    for wrong in ({"nip": "123"}, {"since": ""}, {"until": "2022-01-01"}, {"capacity": "Raja"}, {"name": ""}):
        assert admin.post(page(), HEAD | wrong).status_code in {400, 422}, wrong
    assert Signatory.objects.count() == 1


def test_others_read_or_find_nothing_and_change_nothing(world: World) -> None:
    admin = client_of(world.office, "admin")
    admin.post(page(), HEAD)
    row = Signatory.objects.get()
    operator = client_of(world.office, "operator")
    assert "Dra. Rahayu Contoh" in operator.get(page()).content.decode()
    assert "Tambah penanda tangan" not in operator.get(page()).content.decode()
    assert operator.post(page(), ACTING).status_code in {403, 404}
    near = client_of(Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN), "admin")
    assert "Dra. Rahayu Contoh" not in near.get(page()).content.decode()
    ended = near.post(page(), {"aksi": "akhiri", "who": str(row.pk), "last_day": "2026-09-30"})
    assert ended.status_code >= 400
    assert client_of(world.office, "verifier").get(page()).status_code == 403
    row.refresh_from_db()
    assert (row.valid_until, Signatory.objects.count()) == (None, 1)
