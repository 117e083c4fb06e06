"""The drill of personal data: all that is known of one person, and who saw this NIK, by one officer in minutes."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from berdaya.access.models import Account
from berdaya.audit.models import AuditEntry
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import services
from berdaya.people.services.access_pack import access_pack, person_of_nik
from tests.integration.people_samples import kk, nik, person

pytestmark = pytest.mark.django_db
WHY = "permintaan tertulis orangnya sendiri"
Maker = Callable[..., Actor]


@pytest.fixture
def family(make_actor: Maker) -> list[services.Registered]:
    ani = make_actor("operator")
    with scoped(ani):
        return services.register_many(
            actor=ani,
            people=[
                person(1, name="Zulaikha Purwokerto", address="Gang Melati 77"),
                person(2, name="Karmadi Purwokerto", kk=kk(1), is_head=False),
                person(30, name="Tetangga Lain"),
            ],
        )


def test_the_pack_holds_what_is_hers_and_nothing_of_others(
    family: list[services.Registered], make_actor: Maker
) -> None:
    own = family[0].person_id
    assert own is not None
    pack = access_pack(actor=make_actor("admin"), person_id=own, reason=WHY)
    text = json.dumps(pack, ensure_ascii=False, default=str)
    assert (pack["nik"], pack["kk"]) == (nik(1), kk(1))
    assert {"people_person", "people_household", "people_personprivate"} <= pack["tables"].keys()
    assert "Zulaikha" in text
    assert "Gang Melati 77" in text
    for strange in ("Karmadi", "Tetangga", nik(2), key_ring().index(nik(1), purpose="nik").hex(), "nik_cipher"):
        assert strange not in text, strange
    assert AuditEntry.objects.get(name="people.pack_given").reason == WHY


def test_who_saw_this_number_is_answered_with_name_office_and_reason(
    family: list[services.Registered], make_actor: Maker
) -> None:
    own, rina = family[0].person_id, make_actor("verifier")
    assert own is not None
    with scoped(rina):
        services.reveal_nik(actor=rina, person_id=own, reason="mencocokkan KTP di loket")
    with scoped(rina, reason="nama salah ketik"):
        services.correct_identity(actor=make_actor("operator"), person_id=own, nik=nik(9), kk=kk(1), reason=WHY)
    assert person_of_nik(f" {nik(9)[:6]}.{nik(9)[6:12]}.{nik(9)[12:]}\n") == own
    pack = access_pack(actor=make_actor("admin"), person_id=own, reason=WHY)
    seen = [(line["what"], line["who"], line["office"], line["reason"]) for line in pack["seen_by"]]
    assert ("people.nik_revealed", rina.name, "Dinas Sosial Kabupaten Situbondo", "mencocokkan KTP di loket") in seen
    assert [line["what"] for line in pack["changed_by"]] != []
    with pytest.raises(Problem, match="found"):
        person_of_nik(nik(500))


def test_only_the_owner_of_the_tables_makes_a_pack(family: list[services.Registered], make_actor: Maker) -> None:
    admin = make_actor("admin")
    own = family[0].person_id
    assert own is not None
    with scoped(admin), pytest.raises(Problem, match="may not"):
        access_pack(actor=admin, person_id=own, reason=WHY)
    with scoped(admin), pytest.raises(Problem, match="may not"):
        person_of_nik(nik(1))
    with pytest.raises(Problem, match="reason"):
        access_pack(actor=admin, person_id=own, reason="ya")


def test_the_command_takes_the_number_from_standard_input_and_writes_a_closed_file(
    family: list[services.Registered], make_actor: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = Account.objects.get(pk=make_actor("admin").account_id).username
    out, said = tmp_path / "paket.json", io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(nik(1) + "\n"))
    call_command("person_pack", "-", by=name, reason=WHY, out=out, stdout=said)
    assert json.loads(out.read_text())["nik"] == nik(1)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert nik(1) not in said.getvalue()
    with pytest.raises(CommandError, match="exists"):
        call_command("person_pack", str(family[0].person_id), by=name, reason=WHY, out=out)
    with pytest.raises(CommandError, match="id"):
        call_command("person_pack", "bukan-id", by=name, reason=WHY, out=tmp_path / "x.json")
