"""Two operators at once make no double; any order of imports and corrections keeps every family once; a worker that is
killed leaves whole batches.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from berdaya.areas import selectors
from berdaya.intake.models import ImportBatch, ImportJob
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Household, Identity, Person
from berdaya.process import import_jobs, import_lease, import_work
from berdaya.programmes import services as programmes
from berdaya.programmes.models import Candidate
from tests.addresses import url_of
from tests.integration.people_samples import nik
from tests.integration.programmes_world import config
from tests.integration.test_intake_import import HEADINGS, areas, candidate
from tests.unit.intake_files import sheet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("areas")]
__all__ = ["areas"]
CODE = "situbondo-uji-2024"
MakeActor = Callable[..., Actor]
LATE = """
import os, sys, time
import django
django.setup()
from berdaya.process import import_lease, import_work
from berdaya.access.selectors import actor_for
real, done_before = import_work.write_people, []
def slow(*args, **more):
    done = real(*args, **more)
    print("batch", flush=True)
    done_before.append(done)
    if len(done_before) > int(sys.argv[2]):
        time.sleep(3_600)  # written and not committed: here it is killed
    return done
import_work.write_people = slow
found = import_lease.claim("anak", only=__import__("uuid").UUID(sys.argv[1]))
print("claimed", found is not None, flush=True)
import_work.work(actor=found[1], job_id=found[0], worker="anak", batch=20)
print("finished", flush=True)
"""


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings: object, tmp_path: Path) -> None:
    settings.BERDAYA_FILES = tmp_path / "files"  # type: ignore[attr-defined]
    selectors.forget()


def rows_of(numbers: list[int], *, first: int = 1) -> list[list[object]]:
    made = []
    for place, number in enumerate(numbers):
        row = candidate(number % 26)
        row[0], row[1], row[2] = float(first + place), nik(number), f"351207010110{9001 + number}"
        row[3] = f"Siti {chr(65 + number % 26)}{'a' * (number // 26)}"
        made.append(row)
    return made


def operator(make_actor: MakeActor) -> Actor:
    """An operator whose role stands in the database, so that a worker of another process can take it."""
    from datetime import date

    from berdaya.access.models import Role

    actor = make_actor("operator")
    role = Role.objects.create(
        account_id=actor.account_id, kind="operator", title="Operator", office_id=actor.office, area=3512000000,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return actor.with_(role_id=role.pk)


def prepared(actor: Actor, content: bytes, *, batch: int = 7) -> UUID:
    with scoped(actor):
        job = import_jobs.start_import(
            actor=actor, kind="candidates", content=content, name="calon.xlsx", programme=CODE
        ).job_id
    assert import_work.work(actor=actor, job_id=job, worker="w", batch=batch) == "ready"
    with scoped(actor):
        import_jobs.confirm_import(actor=actor, job_id=job)
    return job


def doubles() -> tuple[int, int, int]:
    """Persons, households and candidates beyond one per NIK, KK and household."""
    connection.cursor().execute("RESET ROLE")
    niks = Counter(bytes(one) for one in Person.objects.values_list("nik_index", flat=True))
    kks = Counter(bytes(one) for one in Household.objects.values_list("kk_index", flat=True))
    homes = Counter(Candidate.objects.filter(duplicate_of=None).values_list("household_id", flat=True))
    return tuple(sum(counter.values()) - len(counter) for counter in (niks, kks, homes))  # type: ignore[return-value]


def test_two_operators_with_overlapping_lists_at_once_make_no_double(make_actor: MakeActor) -> None:
    one, two = operator(make_actor), operator(make_actor)
    with scoped(one):
        programmes.create_programme(actor=one, config=config())
    lists = [list(range(60)), [*range(30, 80), *range(10)]]
    jobs = [
        prepared(actor, sheet([HEADINGS, *rows_of(numbers)])) for actor, numbers in zip((one, two), lists, strict=True)
    ]
    barrier = Barrier(2)

    def run(actor: Actor, job: UUID) -> str:
        barrier.wait()
        try:
            return import_work.work(actor=actor, job_id=job, worker=str(job), batch=7)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, (one, two), jobs)) == ["done", "done"]
    assert doubles() == (0, 0, 0)
    assert Person.objects.count() == Household.objects.count() == Candidate.objects.count() == 80
    assert Identity.objects.count() == 160
    made = Counter[str]()
    for counts in ImportJob.objects.values_list("counts", flat=True):
        made.update(counts)
    assert (made["new"], made["identical"]) == (80, 40)


def prepared_families(actor: Actor, numbers: list[int], *, batch: int) -> UUID:
    """A list of families: no programme makes its operators take turns. Every seventh has no NIK yet."""
    headings = ["NIK", "No KK", "Nama", "Tanggal Lahir", "Kode Wilayah"]
    lines = [
        ["" if number % 7 == 0 else line[1], line[2], line[3], line[4], "35.12.07.2001"]
        for number, line in zip(numbers, rows_of(numbers), strict=True)
    ]
    with scoped(actor):
        job = import_jobs.start_import(
            actor=actor, kind="families", content=sheet([headings, *lines], name="Keluarga"), name="keluarga.xlsx"
        ).job_id
    assert import_work.work(actor=actor, job_id=job, worker="w", batch=batch) == "ready"
    with scoped(actor):
        import_jobs.confirm_import(actor=actor, job_id=job)
    return job


@pytest.mark.parametrize("batch", [20, 150])
def test_lists_in_opposite_order_with_and_without_nik_meet_in_the_middle(make_actor: MakeActor, batch: int) -> None:
    """Each waits for a number that the other has just taken: the database ends one batch, which is written again."""
    one, two = operator(make_actor), operator(make_actor)
    lists = [list(range(300)), list(reversed(range(100, 400)))]
    jobs = [prepared_families(actor, numbers, batch=batch) for actor, numbers in zip((one, two), lists, strict=True)]
    barrier = Barrier(2)

    def run(actor: Actor, job: UUID) -> str:
        barrier.wait()
        try:
            return import_work.work(actor=actor, job_id=job, worker=str(job), batch=batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, (one, two), jobs)) == ["done", "done"]
    connection.cursor().execute("RESET ROLE")
    assert Household.objects.count() == Person.objects.count() == 400
    assert len(set(Person.objects.values_list("name", flat=True))) == 400
    assert Person.objects.filter(nik_index=None).count() == 58
    assert Household.objects.values("kk_index").distinct().count() == 400
    made = Counter[str]()
    for counts in ImportJob.objects.values_list("counts", flat=True):
        made.update(counts)
    assert (made["new"], made["identical"]) == (400, 200)


@pytest.mark.parametrize("sqlstate", ["40P01", "57014"])
def test_a_batch_that_the_database_ended_to_free_another_is_written_again(
    make_actor: MakeActor, monkeypatch: pytest.MonkeyPatch, sqlstate: str
) -> None:
    actor = operator(make_actor)
    job = prepared_families(actor, list(range(60)), batch=20)
    real, ended = import_work.write_people, []

    def crossed(*given: Any, **more: Any) -> Any:
        done = real(*given, **more)
        if len(ended) < 2:
            ended.append(1)
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'crossed' USING ERRCODE = '{sqlstate}'; END $$")
        return done

    monkeypatch.setattr(import_work, "write_people", crossed)
    if sqlstate != import_work.DEADLOCK:
        with pytest.raises(OperationalError):
            import_work.work(actor=actor, job_id=job, worker="w", batch=20)
        return
    assert import_work.work(actor=actor, job_id=job, worker="w", batch=20) == "done"
    assert (len(ended), Person.objects.count(), ImportBatch.objects.count()) == (2, 60, 3)


@given(data=st.data())
@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_any_order_of_imports_corrections_and_undo_keeps_every_family_once(
    data: st.DataObject, make_actor: MakeActor
) -> None:
    connection.cursor().execute(
        "TRUNCATE people_household, people_identity, programmes_programme, intake_importjob, intake_importrun,"
        " intake_headingmap CASCADE"
    )
    actor = operator(make_actor)
    with scoped(actor):
        programmes.create_programme(actor=actor, config=config())
    people = {number: nik(number) for number in range(24)}
    jobs: dict[UUID, set[int]] = {}
    expected: Counter[int] = Counter()
    for _ in range(data.draw(st.integers(2, 5), label="steps")):
        step = data.draw(st.sampled_from(["import", "import", "correct", "undo"]), label="step")
        if step == "undo" and jobs:
            job = data.draw(st.sampled_from(sorted(jobs, key=str)), label="job")
            with scoped(actor):
                import_jobs.ask_undo(actor=actor, job_id=job, reason="daftar yang keliru")
            assert import_work.work(actor=actor, job_id=job, worker="w", batch=5) == "undone"
            for number in jobs.pop(job):
                expected[number] -= 1
        elif step == "correct" and +expected:
            from berdaya.people.services import correct_identity

            number = data.draw(st.sampled_from(sorted(+expected)), label="who")
            with scoped(actor):
                person = Person.objects.get(name__startswith=rows_of([number])[0][3], name=rows_of([number])[0][3])
                people[number] = nik(200 + number + 40 * len(jobs))
                correct_identity(actor=actor, person_id=person.id, reason="kartu diperiksa", nik=people[number])
        else:
            numbers = data.draw(st.lists(st.integers(0, 23), min_size=1, max_size=12, unique=True), label="list")
            lines = rows_of(numbers)
            for line, number in zip(lines, numbers, strict=True):
                line[1] = people[number]
            job = _import(actor, lines, title=f"Daftar {len(jobs)} {sum(expected.values())} {numbers}")
            made = {number for number in numbers if not expected[number]}
            for number in made:
                expected[number] += 1
            jobs[job] = made
        assert doubles() == (0, 0, 0)
        names = set(Person.objects.values_list("name", flat=True))
        assert names == {rows_of([number])[0][3] for number in +expected}
        assert Candidate.objects.count() == len(names)
        assert Household.objects.count() == len(names)


def _import(actor: Actor, lines: list[list[object]], *, title: str) -> UUID:
    job = prepared(
        actor, sheet([[f"{title} {new_id()}"], HEADINGS, *[line[: len(HEADINGS)] for line in lines]]), batch=5
    )
    assert import_work.work(actor=actor, job_id=job, worker="w", batch=5) == "done"
    return job


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_killed_worker_leaves_whole_batches_and_another_goes_on(
    make_actor: MakeActor, after: int, tmp_path: Path
) -> None:
    actor = operator(make_actor)
    with scoped(actor):
        programmes.create_programme(actor=actor, config=config())
    job = prepared(actor, sheet([HEADINGS, *rows_of(list(range(100)))]), batch=20)
    environment = {
        **os.environ,
        "DATABASE_URL": url_of(), "BERDAYA_TEST_URL": url_of(),
        "BERDAYA_NO_SECRETS": "1", "DJANGO_SETTINGS_MODULE": "berdaya.config.settings",
        "BERDAYA_FILES": str(tmp_path / "files"),
    }  # fmt: skip
    environment.pop("BERDAYA_DEMO", None)
    child = subprocess.Popen(
        [sys.executable, "-c", LATE, str(job), str(after)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    seen = 0
    for line in child.stdout:
        if "claimed" in line:
            assert "True" in line
        seen += "batch" in line
        if seen > after:
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    found = ImportJob.objects.get(pk=job)
    assert found.state == "running"
    assert found.batches_done == after
    assert found.rows_done == Person.objects.count() == Candidate.objects.count() == 20 * after
    assert ImportBatch.objects.count() == after
    assert import_lease.claim("lain", only=job) is None
    ImportJob.objects.filter(pk=job).update(lease_until="2026-01-01T00:00:00Z")
    claimed = import_lease.claim("lain", only=job)
    assert claimed is not None
    assert import_work.work(actor=claimed[1], job_id=job, worker="lain", batch=20) == "done"
    assert doubles() == (0, 0, 0)
    assert Person.objects.count() == Candidate.objects.count() == 100
    found.refresh_from_db()
    assert (found.rows_done, found.counts["new"]) == (100, 100)
