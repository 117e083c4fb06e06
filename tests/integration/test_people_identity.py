"""Numbers shown, corrected and asked about; families moved; aid and exclusions found past the scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from berdaya.areas.models import Area
from berdaya.audit.models import AuditEntry
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people import services
from berdaya.people.models import AidReceived, Exclusion, Household, Identity, Person
from berdaya.people.types import AidInput, AidRecord, Claim, ExclusionInput, ExclusionRecord, Registered
from tests.integration.people_samples import BONDOWOSO, CURAH, OLEAN, kk, nik, person

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]
WHY = "pemeriksaan berkas calon"


@pytest.fixture
def villages(db: None) -> None:
    for code in (OLEAN, CURAH, BONDOWOSO):
        Area.objects.get_or_create(
            code=code, defaults={"level": 4, "kind": "desa", "name": f"Desa {code}", "edition": "uji"}
        )


@pytest.fixture
def siti(ani: Actor) -> Registered:
    with scoped(ani):
        return services.register_many(actor=ani, people=[person(1)])[0]


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(Problem) as caught, transaction.atomic():
        call()
    assert caught.value.code == code


def test_a_claim_answers_one_of_three_words(ani: Actor, budi: Actor, siti: Registered) -> None:
    with scoped(ani):
        assert services.identity_claim(actor=ani, nik=nik(1)) is Claim.YOURS
        assert services.identity_claim(actor=ani, nik=nik(2)) is Claim.NEW
        refused("identity_invalid", lambda: services.identity_claim(actor=ani, nik="123"))
        assert AuditEntry.objects.filter(name="people.identity_claim").count() == 2
    with scoped(budi):
        assert services.identity_claim(actor=budi, nik=nik(1)) is Claim.ELSEWHERE
        [entry] = AuditEntry.objects.filter(name="people.identity_claim")
        assert entry.body == {"answer": "elsewhere"}
        assert nik(1) not in str(entry.__dict__)


def test_claims_one_by_one_are_limited(ani: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_lookupcount (account_id, hour, in_list, asked)"
            " VALUES (%s, date_trunc('hour', clock_timestamp()), false, 600)",
            [ani.account_id],
        )
    with scoped(ani):
        refused("lookup_limit", lambda: services.identity_claim(actor=ani, nik=nik(1)))


def test_the_identity_table_is_closed_to_the_application(ani: Actor, siti: Registered) -> None:
    for table in ("people_identity", "people_lookupcount"):
        with scoped(ani), pytest.raises(ProgrammingError, match="permission denied"):
            run(f"SELECT * FROM {table}")
    assert Identity.objects.count() == 2


def test_unmasking_wants_a_right_and_a_reason_and_leaves_a_trace(
    make_actor: MakeActor, budi: Actor, siti: Registered
) -> None:
    rina = make_actor("verifier")
    with scoped(rina):
        refused(
            "reason_missing", lambda: services.reveal_nik(actor=rina, person_id=siti.person_id, reason="1234567890 x")
        )
        assert services.reveal_nik(actor=rina, person_id=siti.person_id, reason=WHY) == nik(1)
        entry = AuditEntry.objects.get(name="people.nik_revealed")
        assert (entry.reason, entry.subject_id, entry.account_id) == (WHY, str(siti.person_id), rina.account_id)
    other = make_actor("verifier", area=3511000000, office="dinsos-bondowoso")
    with scoped(other):
        refused("person_unknown", lambda: services.reveal_nik(actor=other, person_id=siti.person_id, reason=WHY))
    with scoped(budi):
        refused("not_allowed", lambda: services.reveal_nik(actor=budi, person_id=siti.person_id, reason=WHY))


def test_a_correction_keeps_ids_history_and_identity(ani: Actor, siti: Registered) -> None:
    with scoped(ani, reason=WHY):
        services.correct_identity(actor=ani, person_id=siti.person_id, nik=nik(5), kk=kk(5), reason=WHY)
        assert services.identity_claim(actor=ani, nik=nik(5)) is Claim.YOURS
        assert services.identity_claim(actor=ani, nik=nik(1)) is Claim.NEW
        [again] = services.register_many(actor=ani, people=[person(9, nik=nik(5), kk=kk(5))])
        assert (again.person_id, again.household_id) == (siti.person_id, siti.household_id)
    assert set(Identity.objects.values_list("kind", "subject_id")) == {
        ("nik", siti.person_id),
        ("kk", siti.household_id),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_personevent WHERE pgh_obj_id = %s", [siti.person_id])
        assert cursor.fetchone() == (1,)


def test_a_taken_number_is_refused_even_where_it_lies_elsewhere(ani: Actor, budi: Actor, siti: Registered) -> None:
    with scoped(budi):
        [other] = services.register_many(actor=budi, people=[person(2, area=BONDOWOSO)])
        assert other.person_id is not None
        refused(
            "identity_taken",
            lambda: services.correct_identity(actor=budi, person_id=other.person_id, nik=nik(1), reason=WHY),
        )
        assert services.identity_claim(actor=budi, nik=nik(2)) is Claim.YOURS


def test_a_moved_family_is_read_in_its_new_area_only(
    ani: Actor, budi: Actor, siti: Registered, villages: None, make_actor: MakeActor
) -> None:
    dewi = make_actor("supervisor")
    with scoped(dewi):
        refused("move_area_unknown", lambda: move(dewi, siti, 3511010000))
        refused("move_area_unknown", lambda: move(dewi, siti, 3511012999))
        assert move(dewi, siti, BONDOWOSO) == OLEAN
        assert not Household.objects.exists()
        refused("not_found", lambda: move(dewi, siti, OLEAN))
    with scoped(budi):
        family = Household.objects.get()
        assert (family.area, family.persons.get().area, family.desils.get().area) == (BONDOWOSO,) * 3
        assert services.identity_claim(actor=budi, nik=nik(1)) is Claim.YOURS
    with scoped(ani):
        assert services.identity_claim(actor=ani, nik=nik(1)) is Claim.ELSEWHERE
    trail = AuditEntry.objects.filter(name="people.household_moved").values_list("area", flat=True)
    assert sorted(trail) == sorted([OLEAN, BONDOWOSO])
    assert set(Identity.objects.values_list("area", flat=True)) == {BONDOWOSO}


def move(actor: Actor, family: Registered, area: int) -> int:
    assert family.household_id is not None
    return services.move_household(actor=actor, household_id=family.household_id, new_area=area, reason=WHY)


def aid(number: int, *, area: int = BONDOWOSO, **changes: object) -> AidInput:
    facts: dict[str, object] = {
        "key": stable_id("uji", number), "nik": nik(number), "kk": "", "office": "Dinas Koperasi", "programme": "UMKM",
        "year": 2020, "form": "business_aid", "source": "daftar uji", "area": area, "value_idr": 2_000_000,
    }  # fmt: skip
    return AidInput(**{**facts, **changes})  # type: ignore[arg-type]


def test_aid_elsewhere_is_found_and_says_four_things(ani: Actor, budi: Actor) -> None:
    with scoped(budi):
        assert services.register_aid_many(actor=budi, aid=[aid(1), aid(2, nik="", kk=kk(2))]) == 2
        assert services.register_aid_many(actor=budi, aid=[aid(1), aid(2, nik="", kk=kk(2))]) == 0
    found = AidRecord("Dinas Koperasi", "UMKM", 2020, "business_aid")
    with scoped(ani):
        assert not AidReceived.objects.exists()
        screens = services.screen_many(
            actor=ani, numbers=[(nik(3), kk(3)), (nik(1), ""), ("", kk(2))], as_of=date(2021, 3, 1)
        )
        assert [one.aid for one in screens] == [(), (found,), (found,)]
        assert screens[0].clear
        assert AuditEntry.objects.filter(name="people.screened").count() == 1


def test_aid_of_a_family_is_found_under_corrected_numbers(ani: Actor, siti: Registered) -> None:
    with scoped(ani):
        services.register_aid_many(actor=ani, aid=[aid(1, area=OLEAN, household_id=siti.household_id)])
        services.correct_identity(actor=ani, person_id=siti.person_id, nik=nik(7), kk=kk(7), reason=WHY)
        screens = services.screen_many(
            actor=ani, numbers=[(nik(7), ""), ("", kk(7)), (nik(8), kk(8))], as_of=date(2021, 3, 1)
        )
        assert [len(one.aid) for one in screens] == [1, 1, 0]


def test_aid_may_not_be_laid_into_anothers_area(ani: Actor) -> None:
    with scoped(ani):
        refused("outside_scope", lambda: services.register_aid_many(actor=ani, aid=[aid(1, area=BONDOWOSO)]))
        assert services.register_aid_many(actor=ani, aid=[]) == 0


def exclusion(number: int, kind: str, as_of: date, until: date | None = None) -> ExclusionInput:
    return ExclusionInput(
        key=stable_id("uji", number, kind, as_of), nik=nik(number), kk="", kind=kind, source="BKD", as_of=as_of,
        area=BONDOWOSO, until=until,
    )  # fmt: skip


def test_exclusions_hold_on_their_days_only(ani: Actor, budi: Actor) -> None:
    rows = [
        exclusion(1, "civil_servant", date(2020, 1, 1)),
        exclusion(1, "mentor", date(2019, 1, 1), until=date(2020, 12, 31)),
        exclusion(1, "deceased", date(2022, 1, 1)),
    ]
    with scoped(budi):
        assert services.register_exclusions_many(actor=budi, exclusions=rows) == 3
        assert services.register_exclusions_many(actor=budi, exclusions=rows) == 0
    with scoped(ani):
        assert not Exclusion.objects.exists()
        for day, kinds in (
            (date(2021, 3, 1), ["civil_servant"]),
            (date(2020, 12, 31), ["civil_servant", "mentor"]),
            (date(2022, 1, 1), ["civil_servant", "deceased"]),
        ):
            [screen] = services.screen_many(actor=ani, numbers=[(nik(1), "")], as_of=day)
            assert [one.kind for one in screen.exclusions] == kinds
        assert screen.exclusions[0] == ExclusionRecord("civil_servant", "BKD", date(2020, 1, 1))


def test_the_definer_functions_are_for_the_staff_role_only(make_actor: MakeActor) -> None:
    mira = make_actor("mentor", kind="subject", office=None)
    for call in (
        "people_identity_known('', '')", "people_aid_of('{}', '{}')",
        "people_exclusions_of('{}', '{}', now()::date)",
        "people_search(ARRAY['siti'], 5)", "people_count_lookup(1, true)",
    ):  # fmt: skip
        with scoped(mira), pytest.raises(ProgrammingError, match="permission denied"):
            run(f"SELECT {call}")


def test_deleting_a_person_frees_the_number(ani: Actor, siti: Registered) -> None:
    with connection.cursor() as cursor:
        for table in ("people_personprivate", "people_person", "people_desilsnapshot", "people_household"):
            cursor.execute(f"DELETE FROM {table}")
    assert not Person.objects.exists()
    assert not Identity.objects.exists()
