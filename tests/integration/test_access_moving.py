"""Moving a family and a group to another area: balances, history and tasks follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from berdaya.areas.models import Area
from berdaya.enterprises.models import EnterpriseMonth
from berdaya.groups.models import Group
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.models import Account, Book
from berdaya.people.models import Household, Person, PersonPrivate
from berdaya.programmes.models import Candidate
from berdaya.tasks.models import Task
from tests.integration.test_access_outsiders import OLEAN, Family, lay

pytestmark = pytest.mark.django_db
TARGET = 3512092003


@pytest.fixture
def family(offices: dict[str, int]) -> Family:
    for code in (OLEAN, TARGET):
        Area.objects.get_or_create(
            code=code, defaults={"level": 4, "kind": "desa", "name": str(code), "edition": "test"}
        )
    made = lay(OLEAN, offices["dinsos-situbondo"], "situbondo")
    Account.objects.filter(group_id=made.group).update(balance=1_500_000)
    return made


def move(kind: str, root: object, target: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT berdaya_move_root(%s, %s, %s)", [kind, root, target])
        return int(cursor.fetchone()[0])


def areas(model: type) -> set[int]:
    return set(model.objects.values_list("area", flat=True))  # type: ignore[attr-defined]


def test_a_group_moves_with_its_money_history_and_tasks(family: Family, make_actor: Callable[..., Actor]) -> None:
    with scoped(make_actor("operator")):
        Group.objects.filter(pk=family.group).update(name="Nama lain")
        assert move("group", family.group, TARGET) == OLEAN
        for model in (Group, Book, Account, EnterpriseMonth, Task):
            assert areas(model) == {TARGET}, model
        assert Account.objects.get().balance == 1_500_000
    lurah = make_actor("lurah", area=TARGET, office="*")
    with scoped(lurah):
        assert Task.objects.count() == 1
        assert Group.objects.get().events.count() == 2
    with scoped(make_actor("lurah", area=OLEAN, office="*")):
        assert Task.objects.count() == 0
        assert Account.objects.count() == 0


def test_a_family_moves_with_its_people_and_candidacy(family: Family, make_actor: Callable[..., Actor]) -> None:
    with scoped(make_actor("operator")):
        move("household", family.household, TARGET)
        for model in (Household, Person, PersonPrivate, Candidate):
            assert areas(model) == {TARGET}, model
        assert areas(Group) == {OLEAN}


def test_only_who_holds_the_area_may_move(family: Family, make_actor: Callable[..., Actor]) -> None:
    for outsider in (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), scoped(outsider):
            move("group", family.group, TARGET)


def test_an_unknown_area_is_refused(family: Family, make_actor: Callable[..., Actor]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(make_actor("operator")):
        move("household", family.household, 9999999999)
