"""Three outsiders reach nothing of another's process, goods or money; each "cannot" stands beside a "can".

Rows are laid as the owner, straight into the tables, so that what is tested is the database and nothing above it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, models, transaction

from berdaya.access import policies
from berdaya.enterprises.models import Enterprise, EnterpriseMonth, Evidence
from berdaya.funds.models import Fund
from berdaya.groups.models import Group, Membership
from berdaya.kernel.policies import Ladder, Process, Shared
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from berdaya.ledger.models import Account, Book
from berdaya.people.models import Household, Person, PersonPrivate
from berdaya.programmes.models import Candidate, Programme
from berdaya.tasks.models import Task
from berdaya.training.models import TrainingClass, VillageResource
from berdaya.visits.models import Visit

pytestmark = pytest.mark.django_db

OLEAN, ELSEWHERE = 3512072001, 3511012001
MakeActor = Callable[..., Actor]


@dataclass(frozen=True)
class Family:
    """One family with everything that hangs on it, in one village and office."""

    household: UUID
    group: UUID
    enterprise: UUID
    rows: dict[type[models.Model], object]


def lay(area: int, office: int, tag: str) -> Family:
    programme = Programme.objects.create(
        code=f"p-{tag}", name=tag, year=2024, scheme="individual", area=area // 1000000 * 1000000, office_id=office
    )
    household = Household.objects.create(area=area, address="Contoh", synthetic=True)
    person = Person.objects.create(area=area, household=household, name="Siti Contoh", name_key="siti contoh")
    private = PersonPrivate.objects.create(area=area, person=person, disability=False)
    group = Group.objects.create(area=area, office_id=office, code=f"g-{tag}", name=tag)
    member = Membership.objects.create(
        area=area,
        office_id=office,
        group=group,
        person=person,
        household=household,
        number=1,
        joined_on=date(2024, 1, 1),
    )
    candidate = Candidate.objects.create(
        area=area,
        office_id=office,
        programme=programme,
        ref="1",
        list_no=1,
        household=household,
        person=person,
        proposed_on=date(2024, 1, 1),
    )
    made = [household, person, private, group, member, candidate]
    enterprise, hanging = lay_business(area, office, tag, group, programme)
    return Family(household.id, group.id, enterprise.id, {type(row): row.pk for row in [*made, *hanging]})


def lay_business(
    area: int, office: int, tag: str, group: Group, programme: Programme
) -> tuple[Enterprise, list[models.Model]]:
    enterprise = Enterprise.objects.create(
        area=area, office_id=office, group=group, programme=programme, kind="kue", name=tag, started_on=date(2024, 1, 1)
    )
    visit = Visit.objects.create(
        area=area,
        office_id=office,
        enterprise=enterprise,
        occurred_on=date(2024, 2, 1),
        method="seen",
        account_id=1,
    )
    evidence = Evidence.objects.create(
        area=area,
        office_id=office,
        enterprise=enterprise,
        kind="visit",
        method="seen",
        occurred_on=date(2024, 2, 1),
        source_kind="visit",
        source_id=visit.id,
    )
    month = EnterpriseMonth.objects.create(area=area, office_id=office, enterprise=enterprise, month=date(2024, 2, 1))
    book = Book.objects.create(area=area, office_id=office, group_id=group.id)
    account = Account.objects.create(area=area, office_id=office, book=book, group_id=group.id, code="cash", name="Kas")
    fund = Fund.objects.create(
        area=area, office_id=office, group=group, book=book, kind="cash_turns", opened_on=date(2024, 1, 1)
    )
    task = Task.objects.create(
        area=area,
        office_id=office,
        kind="visit",
        cause=f"c-{tag}",
        title="Kunjungi",
        owner_role="mentor",
        raised_on=date(2024, 3, 1),
        due_on=date(2024, 3, 8),
        enterprise_id=enterprise.id,
        group_id=group.id,
    )
    return enterprise, [enterprise, visit, evidence, month, book, account, fund, task]


@pytest.fixture
def family(offices: dict[str, int]) -> Family:
    lay(ELSEWHERE, offices["dinsos-bondowoso"], "bondowoso")
    return lay(OLEAN, offices["dinsos-situbondo"], "situbondo")


def visible(actor: Actor, model: type[models.Model]) -> set[object]:
    """Primary keys that a query without any filter returns; an outright refusal is an empty set."""
    try:
        with transaction.atomic(), scoped(actor):
            return set(model._default_manager.values_list("pk", flat=True))
    except DatabaseError as error:
        if "permission denied" not in str(error):
            raise
        return set()


SHARED = [Household, Person, PersonPrivate]
PROCESS = [Group, Membership, Candidate, Enterprise, Visit, Evidence, EnterpriseMonth, Book, Account, Fund, Task]


def test_the_list_above_names_both_kinds() -> None:
    kinds = {table.model: table.policy for table in policies.tables()}
    assert all(isinstance(kinds[model], Shared) for model in SHARED)
    assert all(isinstance(kinds[model], Process) for model in PROCESS)


@pytest.mark.parametrize("model", [*SHARED, *PROCESS])
def test_own_office_sees_its_rows_and_only_them(
    model: type[models.Model], family: Family, make_actor: MakeActor
) -> None:
    assert visible(make_actor("operator"), model) == {family.rows[model]}


@pytest.mark.parametrize("model", [*SHARED, *PROCESS])
def test_outsider_of_another_area(model: type[models.Model], family: Family, make_actor: MakeActor) -> None:
    outsider = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    assert family.rows[model] not in visible(outsider, model)
    assert visible(outsider, model), "the check must be able to see something"


@pytest.mark.parametrize("model", PROCESS)
def test_outsider_of_another_office_in_the_same_area(
    model: type[models.Model], family: Family, make_actor: MakeActor
) -> None:
    outsider = make_actor("operator", office="diskop-situbondo")
    assert visible(outsider, model) == set()
    assert visible(outsider, Household) == {family.household}


@pytest.mark.parametrize("model", [*SHARED, *PROCESS])
def test_outsider_of_the_same_office_another_mentor(
    model: type[models.Model], family: Family, make_actor: MakeActor
) -> None:
    assert visible(make_actor("mentor", kind="subject"), model) == set()


@pytest.mark.parametrize(
    "model", [Household, Person, Group, Membership, Enterprise, Visit, Evidence, EnterpriseMonth, Task]
)
def test_the_mentor_sees_the_own_caseload(model: type[models.Model], family: Family, make_actor: MakeActor) -> None:
    mentor = make_actor(
        "mentor",
        kind="subject",
        enterprises=(family.enterprise,),
        groups=(family.group,),
        households=(family.household,),
    )
    assert visible(mentor, model) == {family.rows[model]}


def test_restricted_data_stays_with_the_office(family: Family, make_actor: MakeActor) -> None:
    mentor = make_actor("mentor", kind="subject", households=(family.household,))
    assert visible(mentor, PersonPrivate) == set()
    assert visible(make_actor("operator"), PersonPrivate) == {family.rows[PersonPrivate]}


@pytest.mark.parametrize("role", ["auditor", "camat", "lurah"])
def test_roles_above_the_offices_read_all_offices_and_write_none(
    role: str, family: Family, make_actor: MakeActor
) -> None:
    actor = make_actor(role, area=OLEAN, office="*")
    assert visible(actor, Enterprise) == {family.enterprise}
    with scoped(actor):
        assert Enterprise.objects.update(name="lain") == 0
        assert Task.objects.update(state="done") == 1


def test_nobody_and_the_public_see_nothing(family: Family) -> None:
    for model in [*SHARED, *PROCESS]:
        assert visible(Actor(kind="staff"), model) == set()
        assert visible(PUBLIC, model) == set()


def test_connected_without_any_scope_there_are_no_rows(family: Family) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE berdaya_app")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("berdaya_app",)
        for table in policies.tables():
            if isinstance(table.policy, (Shared, Process, Ladder)):
                cursor.execute(f"SELECT count(*) FROM {table.name}")
                assert cursor.fetchone() == (0,), table.name


def test_a_row_cannot_be_written_outside_the_scope(offices: dict[str, int], make_actor: MakeActor) -> None:
    actor = make_actor("operator")
    with scoped(actor):
        Household.objects.create(area=OLEAN)
    for area in (ELSEWHERE, 0):
        with pytest.raises(DatabaseError), transaction.atomic(), scoped(actor):
            Household.objects.create(area=area)
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(actor):
        Group.objects.create(area=OLEAN, office_id=offices["diskop-situbondo"], code="x", name="x")


def test_a_row_cannot_be_moved_out_of_the_scope_by_an_update(family: Family, make_actor: MakeActor) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(make_actor("operator")):
        Household.objects.filter(pk=family.household).update(area=ELSEWHERE)


def test_the_ladder_shows_what_contains_or_lies_in_the_scope(offices: dict[str, int], make_actor: MakeActor) -> None:
    common = {"resource": "ikan", "strength": 2, "source": "contoh", "as_of": date(2024, 1, 1)}
    village = VillageResource.objects.create(area=OLEAN, office_id=offices["dinsos-situbondo"], **common)
    province = VillageResource.objects.create(area=3500000000, office_id=offices["dinsos-jatim"], **common)
    VillageResource.objects.create(area=ELSEWHERE, office_id=offices["dinsos-bondowoso"], **common)
    actor = make_actor("operator")
    assert visible(actor, VillageResource) == {village.pk, province.pk}
    with scoped(actor):
        assert VillageResource.objects.update(strength=3) == 1


def test_a_nested_scope_gives_way_to_the_outer_one(family: Family, make_actor: MakeActor) -> None:
    operator = make_actor("operator")
    with scoped(operator):
        assert Household.objects.count() == 1
        with scoped(make_actor("operator", area=3511000000, office="dinsos-bondowoso")):
            assert family.household not in set(Household.objects.values_list("pk", flat=True))
        assert set(Household.objects.values_list("pk", flat=True)) == {family.household}


def test_after_a_scope_the_outer_transaction_is_itself_again(family: Family, make_actor: MakeActor) -> None:
    with scoped(make_actor("operator")), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("berdaya_app",)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('berdaya.ranges', true)")
        assert cursor.fetchone() == ("berdaya_owner", "{}")


def test_history_is_as_visible_as_the_row(family: Family, make_actor: MakeActor) -> None:
    event = Group._meta.get_field("events").related_model
    with scoped(make_actor("operator"), reason="nama dibetulkan"):
        Group.objects.filter(pk=family.group).update(name="Nama baru")
    assert len(visible(make_actor("operator"), event)) == 1
    assert visible(make_actor("operator", area=3511000000, office="dinsos-bondowoso"), event) == set()
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(make_actor("operator")):
        event.objects.all().delete()


def test_classes_open_to_their_trainer_only(offices: dict[str, int], make_actor: MakeActor) -> None:
    programme = Programme.objects.create(
        code="p", name="p", year=2024, scheme="individual", area=3512000000, office_id=offices["dinsos-situbondo"]
    )
    made = TrainingClass.objects.create(
        area=OLEAN,
        office_id=offices["dinsos-situbondo"],
        programme=programme,
        code="K1",
        name="Kue",
        venue="Balai",
        seats=20,
        starts_on=date(2024, 5, 1),
        ends_on=date(2024, 5, 3),
    )
    trainer = make_actor("trainer", kind="subject", area=3511000000, classes=(made.pk,))
    assert visible(trainer, TrainingClass) == {made.pk}
    assert visible(make_actor("trainer", kind="subject", area=3511000000), TrainingClass) == set()
