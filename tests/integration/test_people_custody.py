"""The registry of personal fields against the schema; rotation and erasure driven by it."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from berdaya.access import policies
from berdaya.access.models import Account
from berdaya.audit.models import AuditEntry
from berdaya.kernel.crypto import key_id_of, key_ring
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import registry, services
from berdaya.people.models import AidReceived, Household, Identity, Person, PersonPrivate
from berdaya.people.numbers import kk_context, nik_context
from berdaya.people.registry import KEPT, PERSONAL, SEALED, base_table, place_of
from berdaya.people.services import custody
from berdaya.people.types import AidInput, Registered
from tests.integration.people_samples import OLEAN, kk, nik, person

pytestmark = pytest.mark.django_db
WHY = "permintaan tertulis yang bersangkutan"


def columns() -> set[tuple[str, str]]:
    known = {table.name for table in policies.tables()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        return {(table, column) for table, column in cursor.fetchall() if table in known}


def test_every_column_of_every_table_is_registered() -> None:
    lost = sorted(f"{table}.{column}" for table, column in columns() if not place_of(table, column))
    assert lost == [], "register them in people/registry.py: PERSONAL, KEPT, PLAIN_COLUMNS or PLAIN_OF_TABLE"


def test_the_registry_names_no_column_that_is_gone() -> None:
    found = columns()
    tables = {table for table, _ in found}
    assert {(field.table, field.column) for field in PERSONAL} <= found
    assert {tuple(key.split(".")) for key in KEPT} <= found
    assert {(table, column) for table, column, _, _ in SEALED} <= found
    for column, names in registry.PLAIN_OF_TABLE.items():
        assert {(table, column) for table in names.split()} <= found
    assert all(base_table(table) in tables for table in tables)


def test_no_column_stands_in_two_places() -> None:
    personal = {f"{field.table}.{field.column}" for field in PERSONAL}
    assert not personal & set(KEPT)
    plain = {f"{table}.{column}" for column, names in registry.PLAIN_OF_TABLE.items() for table in names.split()}
    assert not plain & (personal | set(KEPT))
    assert not registry.PLAIN_COLUMNS & {field.column for field in PERSONAL}
    assert not registry.PLAIN_COLUMNS & set(registry.PLAIN_OF_TABLE)


@pytest.fixture
def family(ani: Actor) -> list[Registered]:
    with scoped(ani):
        made = services.register_many(
            actor=ani,
            people=[
                person(1, name="Zulaikha Purwokerto", address="Gang Melati 77", birth_place="Panarukan"),
                person(2, name="Karmadi Purwokerto", kk=kk(1), is_head=False),
            ],
        )
        assert made[0].person_id is not None
        services.correct_identity(actor=ani, person_id=made[0].person_id, nik=nik(7), kk=kk(7), reason=WHY)
        services.register_aid_many(
            actor=ani,
            aid=[
                AidInput(
                    key=stable_id("uji"), nik=nik(7), kk=kk(7), office="Dinas", programme="UMKM", year=2020,
                    form="cash", source="uji", area=OLEAN, household_id=made[0].household_id,
                )
            ],
        )  # fmt: skip
    return made


def test_rotation_seals_again_with_history_and_leaves_no_trace_in_it(
    ani: Actor, family: list[Registered], settings: object
) -> None:
    one = family[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_personevent")
        before = cursor.fetchone()
    settings.BERDAYA_KEYS = {1: b"0" * 32, 2: b"7" * 32}  # type: ignore[attr-defined]
    done = custody.rotate_keys(actor=ani, batch=1)
    found = {table: count for table, count in done.items() if count}
    assert found == {"people_household": 1, "people_householdevent": 1, "people_person": 2, "people_personevent": 1}
    settings.BERDAYA_KEYS = {2: b"7" * 32}  # type: ignore[attr-defined]
    ring = key_ring()
    stored = Person.objects.select_related("household").get(id=one.person_id)
    assert (stored.nik_key, key_id_of(bytes(stored.nik_cipher or b""))) == (2, 2)
    assert ring.open(bytes(stored.nik_cipher or b""), context=nik_context(stored.id)) == nik(7)
    assert ring.open(bytes(stored.household.kk_cipher or b""), context=kk_context(stored.household_id)) == kk(7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nik_cipher FROM people_personevent")
        [(old,)] = cursor.fetchall()
        assert ring.open(bytes(old), context=nik_context(stored.id)) == nik(1)
        cursor.execute("SELECT count(*) FROM people_personevent")
        assert cursor.fetchone() == before
    assert custody.rotate_keys(actor=ani) == dict.fromkeys(done, 0)
    with scoped(ani):
        assert services.identity_claim(actor=ani, nik=nik(7)) == "yours"


def everything() -> str:
    """All text of all tables that anybody could search."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted({table for table, _ in columns()}):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} AS t")
            found.append(str(cursor.fetchone()[0]))
    return " ".join(found)


def test_erasure_leaves_nothing_of_the_person_anywhere(ani: Actor, family: list[Registered]) -> None:
    wife, husband = family
    assert wife.person_id is not None
    assert husband.person_id is not None
    ring = key_ring()
    traces = [
        "Zulaikha",
        "sulaiha",
        "Panarukan",
        ring.index(nik(7), purpose="nik").hex(),
        ring.index(nik(1), purpose="nik").hex(),
    ]
    text = everything()
    assert [trace for trace in traces if trace not in text] == []
    touched = custody.erase_person(actor=ani, person_id=wife.person_id, reason=WHY)
    assert touched["people_person"] == 1
    text = everything()
    assert [trace for trace in traces if trace in text] == []
    assert "Karmadi" in text
    assert "Gang Melati 77" in text
    erased = Person.objects.get(id=wife.person_id)
    assert (erased.name, erased.nik_cipher, erased.birth_date) == ("(dihapus)", None, None)
    assert erased.erased_on is not None
    secret = PersonPrivate.objects.get(person_id=wife.person_id)
    assert (secret.disability, secret.income_idr) == (None, None)
    custody.erase_person(actor=ani, person_id=husband.person_id, reason=WHY)
    text = everything()
    for trace in ("Karmadi", "Gang Melati 77", "+6281200001234", ring.index(kk(7), purpose="kk").hex()):
        assert trace not in text
    assert Household.objects.get().desils.count() == 0
    assert AidReceived.objects.get().programme == "UMKM"
    assert not Identity.objects.exists()
    assert AuditEntry.objects.filter(name="people.erased").count() == 2


def test_both_are_for_the_owner_only(ani: Actor, family: list[Registered]) -> None:
    assert family[0].person_id is not None
    with scoped(ani):
        with pytest.raises(Problem, match="may not"):
            custody.rotate_keys(actor=ani)
        with pytest.raises(Problem, match="may not"):
            custody.erase_person(actor=ani, person_id=family[0].person_id, reason=WHY)
    with pytest.raises(Problem, match="reason"):
        custody.erase_person(actor=ani, person_id=family[0].person_id, reason="ya")


def test_the_commands_want_a_name(ani: Actor, family: list[Registered]) -> None:
    name = Account.objects.get(id=ani.account_id).username
    out = StringIO()
    call_command("erase_person", str(family[0].person_id), by=name, reason=WHY, stdout=out)
    assert "people_person: 1" in out.getvalue()
    call_command("rotate_keys", by=name, stdout=out)
    assert "people_household: 0" in out.getvalue()
    with pytest.raises(CommandError, match="siapa"):
        call_command("rotate_keys", by="siapa")
    with pytest.raises(CommandError, match="tidak ditemukan"):
        call_command("erase_person", str(stable_id("nobody")), by=name, reason=WHY)


def test_dates_of_birth_are_erased_from_history_too(ani: Actor, family: list[Registered]) -> None:
    assert family[0].person_id is not None
    custody.erase_person(actor=ani, person_id=family[0].person_id, reason=WHY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT birth_date, name, nik_index FROM people_personevent WHERE id = %s", [family[0].person_id]
        )
        rows = cursor.fetchall()
    assert rows
    assert {row[0] for row in rows} == {None}
    assert date(1990, 7, 1) not in {row[0] for row in rows}
