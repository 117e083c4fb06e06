"""An import as a job: headings and spellings asked once, preview, second person, whole batches, mended files, undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from berdaya.access.models import Office
from berdaya.audit.models import AuditEntry
from berdaya.example.messy import make_messy
from berdaya.files.selectors import file_info
from berdaya.groups.models import Group
from berdaya.intake import jobs
from berdaya.intake.models import GroupCarry, ImportBatch, ImportJob
from berdaya.intake.template import make_template
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import AidReceived, Exclusion, Household, Person
from berdaya.process import import_jobs, import_work
from berdaya.process.overview.imports import import_view
from berdaya.programmes import services as programmes
from berdaya.programmes.models import Candidate
from tests import web_world
from tests.integration.people_samples import kk, nik
from tests.integration.programmes_world import config
from tests.integration.test_intake_import import HEADINGS, areas, candidate
from tests.unit.intake_files import sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
__all__ = ["areas"]
MakeActor = Callable[..., Actor]
AS_OF = date(2026, 10, 31)
CODE = "situbondo-uji-2024"


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings: object, tmp_path: Path) -> None:
    settings.BERDAYA_FILES = tmp_path / "files"  # type: ignore[attr-defined]


@pytest.fixture
def ani(make_actor: MakeActor) -> Actor:
    actor = make_actor("operator")
    with scoped(actor):
        programmes.create_programme(actor=actor, config=config())
    return actor


def upload(
    actor: Actor, content: bytes, *, kind: str = "candidates", name: str = "calon.xlsx", code: str = CODE
) -> UUID:
    with scoped(actor):
        return import_jobs.start_import(
            actor=actor, kind=kind, content=content, name=name, programme=code, as_of=AS_OF
        ).job_id


def work(actor: Actor, job: UUID, *, batch: int = 4) -> str:
    return import_work.work(actor=actor, job_id=job, worker="uji", batch=batch)


def state(actor: Actor, job: UUID) -> ImportJob:
    with scoped(actor):
        return ImportJob.objects.get(pk=job)


def take(actor: Actor, content: bytes, **more: str) -> ImportJob:
    job = upload(actor, content, **more)  # type: ignore[arg-type]
    found = work(actor, job)
    if found == "mapping":
        confirm_guess(actor, job)
        found = work(actor, job)
    assert found == "ready", state(actor, job).problem
    with scoped(actor):
        import_jobs.confirm_import(actor=actor, job_id=job)
    assert work(actor, job) == "done", state(actor, job).problem
    return state(actor, job)


def confirm_guess(actor: Actor, job: UUID) -> None:
    columns = state(actor, job).preview["columns"]
    with scoped(actor):
        import_jobs.confirm_headings(
            actor=actor, job_id=job, mapping={one["title"]: one["field"] or "-" for one in columns}
        )


def page(*rows: list[object], headings: list[object] | None = None) -> bytes:
    return sheet([headings or HEADINGS, *rows])


def test_nothing_is_written_before_the_preview_is_confirmed_and_batches_count(ani: Actor) -> None:
    rows = [candidate(n) for n in range(10)] + [candidate(11, NIK="123")]
    job = upload(ani, page(*rows))
    assert work(ani, job) == "ready"
    found = state(ani, job)
    assert found.preview["counts"] == {"new": 10}
    assert (found.rows_total, found.refused) == (11, {"nik_length": 1})
    assert found.checked_copy_id
    with scoped(ani):
        assert not Person.objects.exists()
        import_jobs.confirm_import(actor=ani, job_id=job)
    assert work(ani, job) == "done"
    found = state(ani, job)
    assert (found.rows_done, found.batches_done) == (11, 3)
    assert found.counts == {"new": 10, "refused:nik_length": 1}
    with scoped(ani):
        assert Candidate.objects.count() == Household.objects.count() == 10
        assert sorted(ImportBatch.objects.values_list("rows", flat=True)) == [3, 4, 4]
        again = import_jobs.start_import(
            actor=ani, kind="candidates", content=page(*rows), name="x.xlsx", programme=CODE, as_of=AS_OF
        )
    assert again.repeated is False or again.job_id == job


def test_the_same_file_twice_is_one_import(ani: Actor) -> None:
    content = page(*[candidate(n) for n in range(3)])
    job = take(ani, content)
    with scoped(ani):
        again = import_jobs.start_import(
            actor=ani, kind="candidates", content=content, name="lain.xlsx", programme=CODE, as_of=AS_OF
        )
        assert again == import_jobs.Started(job.id, repeated=True)


def test_the_mended_copy_comes_back_and_only_the_mended_rows_change(ani: Actor, tmp_path: Path) -> None:
    rows = [candidate(n) for n in range(6)]
    rows[2][1] = "351207"
    job = take(ani, page(*rows))
    with scoped(ani):
        copy = file_info(actor=ani, file=job.checked_copy_id).path.read_bytes()  # type: ignore[arg-type]
    from berdaya.intake.files import read_workbook

    mended = read_workbook(copy, "x").sheet("Calon")
    assert mended[0][-1] == "Masalah"
    mended[3][1] = nik(2)
    mended[1][3], mended[5][10] = "Siti Lestari", "1.500.000"
    second = take(ani, sheet([list(row) for row in mended]))
    assert second.counts == {"new": 1, "changed": 2, "identical": 3, "field:name": 1, "field:income_idr": 1}
    with scoped(ani):
        assert Candidate.objects.count() == 6
        assert Person.objects.filter(name="Siti Lestari").count() == 1


def test_a_corrected_nik_stays_with_its_person(ani: Actor) -> None:
    take(ani, page(*[candidate(n) for n in range(4)]))
    with scoped(ani):
        before = dict(Candidate.objects.values_list("ref", "person_id"))
    rows = [candidate(n) for n in range(4)]
    rows[1][1] = nik(77)
    second = take(ani, page(*rows))
    assert second.counts["changed"] == 1
    with scoped(ani):
        assert dict(Candidate.objects.values_list("ref", "person_id")) == before
        assert Person.objects.count() == 4


def test_a_nik_of_somebody_else_changes_nobody_and_proposes_nobody(ani: Actor) -> None:
    first = take(ani, page(*[candidate(n) for n in range(3)]))
    assert first.counts["new"] == 3
    stranger, renamed, moved = candidate(10), candidate(1), candidate(2)
    stranger[1], stranger[3], stranger[10] = nik(0), "Bambang Wijaya", "9.000.000"
    renamed[3], moved[2] = "Nurhayati Lestari", "3512070101109777"
    for number, row in ((11, stranger), (12, renamed), (13, moved)):
        row[0] = float(number)
    job = upload(ani, page(stranger, renamed, moved))
    assert work(ani, job) == "ready"
    assert state(ani, job).refused == {"nik_of_another": 1}
    with scoped(ani):
        import_jobs.confirm_import(actor=ani, job_id=job)
    assert work(ani, job) == "done"
    counts = state(ani, job).counts
    assert (counts["refused:nik_of_another"], counts["changed"], counts["field:name"]) == (1, 1, 1)
    with scoped(ani):
        assert Candidate.objects.count() == Person.objects.count() == 3
        assert set(Person.objects.values_list("name", flat=True)) == {"Siti A", "Nurhayati Lestari", "Siti C"}
        assert not Person.objects.filter(private__income_idr=9_000_000).exists()


@pytest.mark.parametrize("written", ["belum ada", ""])
def test_who_has_no_nik_yet_is_taken_kept_known_and_completed_later(ani: Actor, written: str) -> None:
    rows = [candidate(n) for n in range(3)]
    rows[1][1] = written
    first = take(ani, page(*rows))
    assert first.counts["new"] == 3
    assert (first.refused, bool(first.checked_copy_id)) == ({}, written == "")
    assert first.preview["warnings"]["nik_not_yet" if written else "nik_missing"] == 1
    with scoped(ani):
        person = Person.objects.get(nik_index=None)
        assert person.household.incomplete
    rows[2][10] = "950.000"
    again = take(ani, page(*rows))
    assert (again.counts["identical"], again.counts["changed"]) == (2, 1)
    rows[1][1] = nik(1)
    third = take(ani, page(*rows))
    assert third.counts["changed"] == 1
    with scoped(ani):
        assert Person.objects.count() == 3
        person.refresh_from_db()
        assert person.nik_index is not None
        assert not person.household.incomplete


def test_headings_are_confirmed_once_and_kept_and_can_be_corrected(ani: Actor) -> None:
    headings: list[object] = ["Urut", "Angka Kependudukan", *HEADINGS[2:]]
    job = upload(ani, page(candidate(1), headings=headings))
    assert work(ani, job) == "mapping"
    found = state(ani, job)
    columns = {one["title"]: one for one in found.preview["columns"]}
    assert columns["Angka Kependudukan"]["field"] == ""
    assert columns["Angka Kependudukan"]["examples"] == []
    assert found.preview["missing"] == ["NIK"]
    mapping = {title: one["field"] or "-" for title, one in columns.items()}
    with scoped(ani):
        with pytest.raises(Problem, match="two columns"):
            import_jobs.confirm_headings(actor=ani, job_id=job, mapping=mapping | {"Angka Kependudukan": "kk"})
        import_jobs.confirm_headings(actor=ani, job_id=job, mapping=mapping | {"Angka Kependudukan": "nik"})
    assert work(ani, job) == "ready"
    other = upload(ani, page(candidate(2), headings=headings))
    assert work(ani, other) == "ready"


def test_an_ambiguous_place_is_asked_once_for_the_office(ani: Actor) -> None:
    from berdaya.areas import selectors
    from berdaya.areas.models import Area

    Area.objects.create(code=3512080000, level=3, kind="kecamatan", name="Panji", parent=3512000000, edition="uji")
    Area.objects.create(code=3512082001, level=4, kind="desa", name="Olean", parent=3512080000, edition="uji")
    selectors.forget()
    rows = [candidate(n, Kode_Wilayah="", Kecamatan="") for n in range(4)]
    job = upload(ani, page(*rows))
    assert work(ani, job) == "asking"
    [question] = state(ani, job).asked
    assert question["choices"] == [3512072001, 3512082001]
    with scoped(ani):
        with pytest.raises(Problem):
            import_jobs.answer_places(actor=ani, job_id=job, answers={})
        import_jobs.answer_places(actor=ani, job_id=job, answers={question["written"]: 3512082001})
    assert work(ani, job) == "ready"
    assert state(ani, job).preview["counts"] == {"new": 4}
    rows = [candidate(n, Kode_Wilayah="", Kecamatan="") for n in range(5, 7)]
    assert work(ani, upload(ani, page(*rows))) == "ready"
    selectors.forget()


def test_a_second_person_confirms_where_the_office_wants_it(ani: Actor, make_actor: MakeActor) -> None:
    head = make_actor("supervisor")
    with scoped(head):
        jobs.set_second(actor=head, wanted=True)
    job = upload(ani, page(candidate(1)))
    assert work(ani, job) == "ready"
    with scoped(ani):
        assert import_jobs.confirm_import(actor=ani, job_id=job) == "waiting"
        with pytest.raises(Problem):
            import_jobs.confirm_import(actor=ani, job_id=job)
    with scoped(head):
        assert import_jobs.confirm_import(actor=head, job_id=job) == "queued"
    assert work(ani, job) == "done"
    assert state(ani, job).checked_by == head.account_id


def test_a_list_of_duplicates_stops_itself(ani: Actor) -> None:
    rows = [candidate(1) for _ in range(12)]
    for number, row in enumerate(rows):
        row[0] = float(number)
    job = upload(ani, page(*rows))
    assert work(ani, job) == "halted"
    with scoped(ani):
        import_jobs.drop_import(actor=ani, job_id=job)
    assert state(ani, job).state == "dropped"


def test_it_stops_when_asked_and_goes_on_where_it_stopped(ani: Actor) -> None:
    job = upload(ani, page(*[candidate(n) for n in range(10)]))
    assert work(ani, job) == "ready"
    with scoped(ani):
        import_jobs.confirm_import(actor=ani, job_id=job)

    def stop(found: ImportJob) -> None:
        if found.batches_done == 1 and found.state == "running":
            with scoped(ani):
                import_jobs.stop_import(actor=ani, job_id=job)

    assert import_work.work(actor=ani, job_id=job, worker="uji", batch=4, say=stop) == "stopped"
    assert state(ani, job).rows_done == 4
    with scoped(ani):
        assert Person.objects.count() == 4
        import_jobs.go_on(actor=ani, job_id=job)
    assert work(ani, job) == "done"
    found = state(ani, job)
    assert (found.rows_done, found.counts["new"]) == (10, 10)
    with scoped(ani):
        assert Person.objects.count() == Candidate.objects.count() == 10


def test_undo_takes_back_what_hangs_on_nothing_and_lists_the_rest(ani: Actor) -> None:
    first = take(ani, page(*[candidate(n) for n in range(5)]))
    rows = [candidate(n) for n in range(9)]
    rows[0][10] = "2.000.000"
    second = take(ani, page(*rows))
    assert (second.counts["new"], second.counts["changed"]) == (4, 1)
    with scoped(ani):
        kept = Candidate.objects.get(ref="7")
        from berdaya.people.services.custody import erase_person  # noqa: F401

        AidReceived.objects.create(
            area=kept.area, household=kept.household, office_name="Contoh", programme="x", year=2024, form="cash",
            source="uji", import_key=second.id,
        )  # fmt: skip
        hanging = import_jobs.hanging_on(actor=ani, job_id=second.id)
        assert [(one.root, one.place, one.count) for one in hanging] == [("household", "people_aidreceived", 1)]
        with pytest.raises(Problem):
            import_jobs.ask_undo(actor=ani, job_id=second.id, reason="x")
        import_jobs.ask_undo(actor=ani, job_id=second.id, reason="daftar yang salah diunggah")
    assert work(ani, second.id) == "undone"
    found = state(ani, second.id)
    assert found.preview["undone"]["persons"] == 3
    assert found.preview["undone"]["kept"] == 1
    assert found.preview["undone"]["restored"] >= 1
    with scoped(ani):
        assert Person.objects.count() == 6
        from berdaya.people.models import PersonPrivate

        person = Candidate.objects.get(ref="0").person_id
        assert PersonPrivate.objects.get(person=person).income_idr == 900_000
        assert AuditEntry.objects.filter(name="intake.undo_asked").exists()
    assert state(ani, first.id).state == "done"
    again = take(ani, page(*rows))
    assert again.counts["new"] >= 3


def test_what_hangs_on_a_long_import_is_listed_with_examples_and_a_pair_of_its_own_keeps_nobody(ani: Actor) -> None:
    rows = [[*candidate(n), ""] for n in range(26)]
    rows[1][-1] = str(int(float(str(rows[22][0]))))
    rows[22][-1] = str(int(float(str(rows[3][0]))))
    done = take(ani, page(*rows, headings=[*HEADINGS, "Motivator"]))
    assert done.batches_done == 7
    with scoped(ani):
        homes = [Candidate.objects.get(ref=str(n)).household for n in (4, 12, 20, 24)]
        for home in homes:
            assert home is not None
            AidReceived.objects.create(
                area=home.area, household=home, office_name="Contoh", programme="x", year=2024, form="cash",
                source="uji", import_key=home.id,
            )  # fmt: skip
        [hanging] = import_jobs.hanging_on(actor=ani, job_id=done.id)
        assert (hanging.root, hanging.place, hanging.count, len(hanging.examples)) == (
            "household", "people_aidreceived", 4, 3,
        )  # fmt: skip
        [shown] = import_view(actor=ani, job_id=done.id, language="id").hanging or ()
        assert {(kind, pk) for _, kind, pk in shown.examples} <= {("family", home.id) for home in homes if home}
        assert all(name for name, *_ in shown.examples)
        import_jobs.ask_undo(actor=ani, job_id=done.id, reason="daftar yang salah diunggah")
    assert work(ani, done.id) == "undone"
    assert state(ani, done.id).preview["undone"] | {"restored": 0} == {
        "households": 22, "persons": 22, "candidates": 26, "groups": 0, "others": 0, "restored": 0, "kept": 4,
    }  # fmt: skip


def test_an_old_import_stays(ani: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = take(ani, page(candidate(1)))
    from datetime import timedelta

    from berdaya.kernel import clock

    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    with scoped(ani), pytest.raises(Problem, match="30"):
        import_jobs.ask_undo(actor=ani, job_id=job.id, reason="daftar yang salah diunggah")


def test_families_exclusions_aid_and_groups_come_the_same_way(ani: Actor) -> None:
    families = sheet([
        ["NIK", "No KK", "Nama", "Hubungan Keluarga", "Kode Wilayah", "Desil", "Tanggal Desil"],
        [nik(1), kk(1), "Siti", "Kepala Keluarga", "35.12.07.2001", 2.0, "01/01/2026"],
        [nik(2), kk(1), "Budi", "Anak", "35.12.07.2001", 2.0, "01/01/2026"],
        ["belum ada", kk(1), "Cici", "Anak", "35.12.07.2001", 2.0, "01/01/2026"],
        ["", kk(1), "Didi", "Anak", "35.12.07.2001", 2.0, "01/01/2026"],
    ], "Keluarga")  # fmt: skip
    job = take(ani, families, kind="families", code="")
    assert job.counts == {"new": 4}
    with scoped(ani):
        assert set(Person.objects.filter(nik_index=None).values_list("name", flat=True)) == {"Cici", "Didi"}
        assert Household.objects.count() == 1
        assert Person.objects.filter(is_head=True).count() == 1
    excluded = sheet([
        ["NIK", "No KK", "Nama", "Jenis", "Sumber", "Tanggal"], [nik(1), "", "Siti", "asn", "BKD", "01/01/2026"],
    ], "Daftar")  # fmt: skip
    job = take(ani, excluded, kind="exclusions", code="")
    assert (job.counts["new"], Exclusion.objects.count()) == (1, 1)
    with scoped(ani):
        import_jobs.ask_undo(actor=ani, job_id=job.id, reason="daftar yang salah diunggah")
    assert work(ani, job.id) == "undone"
    assert not Exclusion.objects.exists()
    from tests.integration.test_intake_groups import groups_book

    job = take(ani, groups_book(), kind="groups", name="kelompok.xlsx", code="")
    assert (job.counts["new"], job.counts["carried:balance"], job.counts["carried:asset"]) == (2, 1, 1)
    assert job.counts["incomplete"] == 1
    with scoped(ani):
        assert GroupCarry.objects.get(kind="balance").facts["amount_idr"] == 2_500_000
        owner = GroupCarry.objects.get(kind="asset")
        [thing] = jobs.brought_along(group=owner.group_id)
        asset = thing.facts
        assert (thing.kind, asset["name"]) == ("asset", owner.facts["name"])
    clerk = web_world.sign_up(Office.objects.get(pk=ani.office), "operator")
    page = web_world.sign_in(Client(), clerk).get(f"/kelompok/{owner.group_id}/").content.decode()
    assert "Dari daftar lama" in page
    assert asset["name"] in page
    with scoped(ani):
        import_jobs.ask_undo(actor=ani, job_id=job.id, reason="daftar yang salah diunggah")
    assert work(ani, job.id) == "undone"
    with scoped(ani):
        assert not Group.objects.exists()


def test_a_register_of_groups_keeps_its_pages_until_it_is_undone(ani: Actor) -> None:
    register = sheet([
        ["Nama Kelompok", "Desa", "Kecamatan", "Tahun", "Halaman"],
        ["KUBE Melati", "Olean", "Situbondo", 2016.0, 12.0], ["KUBE Anggrek", "Olean", "Situbondo", 2017.0, ""],
    ], "Kelompok")  # fmt: skip
    job = take(ani, register, kind="groups", name="register.xlsx", code="")
    assert (job.counts["new"], job.counts["incomplete"]) == (2, 2)
    with scoped(ani):
        shown = {group.name: jobs.register_place(group=group.pk) for group in Group.objects.all()}
        assert shown["KUBE Melati"] == {"page": "12", "sheet": "Kelompok", "row": 2, "file": "register.xlsx"}
        assert shown["KUBE Anggrek"] == {"page": "", "sheet": "Kelompok", "row": 3, "file": "register.xlsx"}
        import_jobs.ask_undo(actor=ani, job_id=job.id, reason="daftar yang salah diunggah")
    assert work(ani, job.id) == "undone"
    with scoped(ani):
        assert not Group.objects.exists()
        assert not GroupCarry.objects.exists()


def test_hostile_and_foreign_files_leave_nothing(ani: Actor, make_actor: MakeActor) -> None:
    for content in (b"%PDF-1.7", b"", b"MZ\x90\x00", b"<html><table></table></html>"):
        with scoped(ani), pytest.raises(Problem):
            import_jobs.start_import(actor=ani, kind="candidates", content=content, name="x.xls", programme=CODE)
    assert not ImportJob.objects.exists()
    job = take(ani, page(candidate(1)))
    other = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    beside = make_actor("operator", office="diskop-situbondo")
    for stranger in (other, beside):
        with scoped(stranger), pytest.raises(Problem, match="Not found"):
            import_jobs.job_of(actor=stranger, job_id=job.id)
    auditor = make_actor("auditor", office="*")
    with scoped(auditor), pytest.raises(Problem):
        import_jobs.start_import(actor=auditor, kind="candidates", content=make_template("candidates"), name="x")


def test_a_messy_list_of_1200_rows_takes_three_decisions(ani: Actor) -> None:
    from berdaya.areas import selectors
    from berdaya.areas.services import load_areas

    selectors.forget()
    load_areas(within=3512000000)
    load_areas(within=3602000000)
    made = make_messy(seed=3, rows=1200)
    job = upload(ani, made.written("xlsx"))
    decisions = ["upload"]
    found = work(ani, job, batch=500)
    while found not in {"done", "failed"}:
        decisions.append(found)
        with scoped(ani):
            if found == "mapping":
                columns = state(ani, job).preview["columns"]
                mapping = {one["title"]: one["field"] or "-" for one in columns}
                import_jobs.confirm_headings(actor=ani, job_id=job, mapping=mapping)
            elif found == "asking":
                asked = ImportJob.objects.get(pk=job).asked
                decisions += ["place"] * (len(asked) - 1)
                import_jobs.answer_places(
                    actor=ani, job_id=job, answers={one["written"]: one["choices"][0] for one in asked}
                )
            else:
                import_jobs.confirm_import(actor=ani, job_id=job)
        found = work(ani, job, batch=500)
    assert found == "done"
    assert decisions == ["upload", "mapping", "ready"]
    refused = len({note["row"] for note in made.faults if note["severity"] == "refused"})
    done = state(ani, job)
    assert done.counts["new"] == 1200 - refused
    with scoped(ani):
        assert Candidate.objects.count() == 1200 - refused
    selectors.forget()
