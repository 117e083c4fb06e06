"""Codes, statements, LPJ and complaints as the application's roles meet them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction

from berdaya.access.models import Account
from berdaya.access.selectors import actor_for
from berdaya.accountability import public
from berdaya.accountability.models import ConfirmationCode, Lpj, LpjEntry, SpotCheck, Statement
from berdaya.accountability.services import codes, lpj, statements
from berdaya.accountability.types import EntryKind, LpjDraft, NewEntry, Said, SaidLine, Word
from berdaya.followup.complaints import public as desk
from berdaya.followup.complaints import selectors as cases
from berdaya.followup.complaints import services as handling
from berdaya.followup.complaints.types import Channel, NewComplaint, State, Subject
from berdaya.followup.models import Complaint
from berdaya.grants.models import Confirmation, Handover
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from berdaya.tasks.models import Task
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
SOURCE = b"s" * 32


@pytest.fixture
def world() -> World:
    made = web_world.build(3)
    web_world.sign_up(made.office, "supervisor", username="bidang")
    web_world.sign_up(made.office, "auditor", above=True, username="inspektur")
    return made


def operator(world: World) -> Actor:
    return actor_for(world.ids["maker"].pk)


def called(name: str) -> Actor:
    return actor_for(Account.objects.get(username=name).pk)


def issue(world: World) -> tuple[Handover, str]:
    handover = Handover.objects.order_by("number").first()
    assert handover is not None
    with scoped(operator(world)):
        issued = codes.issue_codes_many(actor=operator(world), handovers=[handover.pk])
    return handover, issued[0].code


def said(handover: Handover, *quantities: int, **more: Any) -> Said:
    lines = handover.lines.order_by("item__number")
    return Said(tuple(SaidLine(line.pk, n) for line, n in zip(lines, quantities, strict=True)), **more)


def refused(name: str) -> Any:
    return pytest.raises(Problem, check=lambda problem: problem.code == name)


class TestCodes:
    def test_looking_uses_nothing_up_and_tells_goods_but_no_name(self, world: World) -> None:
        handover, code = issue(world)
        for _ in range(3):
            shown = public.open_code(code=f"{code[:5].lower()} - {code[5:]}", source=SOURCE)
        assert [line.name for line in shown.lines] == ["Lemari pendingin", "Alat kemas"]
        assert not shown.used
        assert handover.received_by not in repr(shown)
        with refused("accountability.code_unknown"):
            public.open_code(code="AAAAABBBBB", source=SOURCE)

    def test_her_word_confirms_and_the_code_speaks_once(self, world: World) -> None:
        handover, code = issue(world)
        key = new_id()
        assert public.say(code=code, id=key, said=said(handover, 1, 1, words="lengkap"), source=SOURCE)
        assert public.say(code=code, id=key, said=said(handover, 1, 1, words="lengkap"), source=SOURCE)
        with refused("accountability.code_used"):
            public.say(code=code, id=new_id(), said=said(handover, 0, 0), source=SOURCE)
        assert Statement.objects.count() == 1
        assert Confirmation.objects.filter(handover=handover, complete=True, channel="paper_code").count() == 1

    def test_a_difference_becomes_a_task_for_somebody_without_a_part(self, world: World) -> None:
        handover, code = issue(world)
        assert not public.say(
            code=code, id=new_id(), said=said(handover, 1, 0, words="alat kemas tidak ada"), source=SOURCE
        )
        task = Task.objects.get(kind="goods_difference")
        assert task.owner_role == "supervisor"
        assert task.params["number"] == handover.number
        assert Confirmation.objects.get(handover=handover, channel="paper_code").complete is False

    def test_every_line_must_be_told_and_only_hers(self, world: World) -> None:
        handover, code = issue(world)
        other = Handover.objects.exclude(pk=handover.pk).order_by("number").first()
        assert other is not None
        for wrong in (Said(said(handover, 1, 1).lines[:1]), said(other, 1, 1), Said(said(handover, 1, 1).lines * 2)):
            with refused("accountability.lines_missing"):
                public.say(code=code, id=new_id(), said=wrong, source=SOURCE)
        assert not Statement.objects.exists()

    def test_trying_codes_is_slowed(self, world: World) -> None:
        for _ in range(60):
            with refused("accountability.code_unknown"):
                public.open_code(code="AAAAABBBBB", source=b"x" * 32)
        with refused("accountability.too_many_tries"):
            public.open_code(code="AAAAABBBBB", source=b"x" * 32)
        _, code = issue(world)
        assert public.open_code(code=code, source=SOURCE).lines

    def test_papers_can_be_printed_twice_and_a_lost_one_is_replaced(self, world: World) -> None:
        handover, code = issue(world)
        assert issue(world)[1] == code
        assert ConfirmationCode.objects.filter(handover=handover).count() == 1
        row = ConfirmationCode.objects.get(handover=handover)
        assert code.encode() not in bytes(row.code_hash)
        with scoped(operator(world)):
            fresh = codes.replace_code(actor=operator(world), code_id=row.pk, reason="kertas hilang")
        assert fresh.code != code
        with refused("accountability.code_unknown"):
            public.open_code(code=code, source=SOURCE)
        assert public.open_code(code=fresh.code, source=SOURCE).lines

    def test_a_shared_number_is_flagged(self, world: World) -> None:
        from berdaya.people.models import Person

        Person.objects.filter(pk__in=world.lists["persons"]).update(phone="+6281200001234")
        issue(world)
        assert ConfirmationCode.objects.get().flags == ["shared_phone"]

    def test_the_public_reads_no_table(self, world: World) -> None:
        issue(world)
        for table in ("accountability_confirmationcode", "accountability_statement", "followup_complaint"):
            with pytest.raises(Error, match="permission denied"), transaction.atomic(), scoped(PUBLIC):
                fetch(f"SELECT * FROM {table}")


class TestInPerson:
    def test_whoever_handed_over_does_not_record(self, world: World) -> None:
        handover, _ = issue(world)
        Handover.objects.filter(pk=handover.pk).update(account_id=operator(world).account_id)
        person = world.lists["persons"][0]
        with scoped(operator(world)), refused("accountability.had_part"):
            statements.record_in_person(
                actor=operator(world), id=new_id(), handover_id=handover.pk, person_id=person, said=said(handover, 1, 1)
            )

    def test_in_person_with_the_lurah(self, world: World) -> None:
        handover, _ = issue(world)
        person = handover.decree_line.candidate.person_id
        actor, key = called("bidang"), new_id()
        for _ in range(2):
            with scoped(actor):
                word = statements.record_in_person(
                    actor=actor,
                    id=key,
                    handover_id=handover.pk,
                    person_id=person,
                    said=said(handover, 1, 1, company="Lurah", place="kantor desa"),
                )
            assert word is Word.CONFIRMED
        assert Statement.objects.get().company == "Lurah"

    def test_a_stranger_to_the_handover_cannot_speak(self, world: World) -> None:
        handover, _ = issue(world)
        with scoped(called("bidang")), refused("accountability.not_recipient"):
            statements.record_in_person(
                actor=called("bidang"),
                id=new_id(),
                handover_id=handover.pk,
                person_id=world.lists["persons"][2],
                said=said(handover, 1, 1),
            )

    def test_the_second_look_closes_its_task(self, world: World) -> None:
        handover, _ = issue(world)
        SpotCheck.objects.all().delete()
        Task.objects.filter(kind="spot_check").delete()
        check = SpotCheck.objects.create(
            area=handover.area, office=handover.office, handover=handover, drawn_on=web_world.TODAY
        )
        actor = called("bidang")
        with scoped(actor), refused("accountability.no_words"):
            statements.record_spot_check(actor=actor, handover_id=handover.pk, complete=True, words=" ")
        with scoped(actor):
            statements.record_spot_check(actor=actor, handover_id=handover.pk, complete=True, words="semua ada")
        check.refresh_from_db()
        assert (check.complete, check.checker_id) == (True, actor.account_id)


def open_report(world: World) -> Lpj:
    handover = Handover.objects.order_by("number").first()
    assert handover is not None
    line = handover.decree_line
    draft = LpjDraft(
        decree_line=line.pk,
        area=line.area,
        office=handover.office_id,
        group=None,
        household=line.household_id,
        received_on=handover.occurred_on,
        items=(("Lemari pendingin", 1, "buah", 1_850_000), ("Alat kemas", 1, "buah", 635_000)),
    )
    with scoped(operator(world)):
        assert lpj.open_lpj_many(actor=operator(world), drafts=[draft]) == 1
        assert lpj.open_lpj_many(actor=operator(world), drafts=[draft]) == 0
    return Lpj.objects.get()


def receipt(report: Lpj, number: int, amount: int, **more: Any) -> NewEntry:
    item = report.items.get(number=number)
    return NewEntry(new_id(), EntryKind.SPENT, date(2024, 10, 1), amount, item=item.pk, seller="Toko Contoh", **more)


def back(amount: int) -> NewEntry:
    return NewEntry(new_id(), EntryKind.RETURNED, date(2024, 10, 2), amount)


class TestLpj:
    def test_from_receipts_to_acceptance_by_another(self, world: World) -> None:
        report, actor = open_report(world), operator(world)
        with scoped(actor):
            lpj.add_entries_many(actor=actor, lpj_id=report.pk, entries=[receipt(report, 1, 1_800_000)])
            with refused("accountability.left_over"):
                lpj.submit(actor=actor, lpj_id=report.pk)
            lpj.add_entries_many(actor=actor, lpj_id=report.pk, entries=[receipt(report, 2, 635_000), back(50_000)])
            lpj.submit(actor=actor, lpj_id=report.pk, author="Ibu Contoh")
        with scoped(actor), refused("accountability.lpj_closed"):
            lpj.add_entries_many(actor=actor, lpj_id=report.pk, entries=[back(1)])
        with scoped(actor), refused("not_allowed"):
            lpj.decide(actor=actor, lpj_id=report.pk, accept=True)
        head = called("bidang")
        with scoped(head), refused("accountability.needs_reason"):
            lpj.decide(actor=head, lpj_id=report.pk, accept=False)
        with scoped(head):
            lpj.decide(actor=head, lpj_id=report.pk, accept=True)
        report.refresh_from_db()
        assert (report.state, report.author, report.author_role) == ("accepted", "Ibu Contoh", "operator")

    def test_the_database_refuses_what_is_outside_the_budget(self, world: World) -> None:
        report, actor = open_report(world), operator(world)
        stranger = NewEntry(new_id(), EntryKind.SPENT, date(2024, 10, 1), 1, item=new_id())
        cases_ = [
            (stranger, "accountability.not_in_budget"),
            (receipt(report, 1, 2_485_001), "accountability.beyond_received"),
            (NewEntry(new_id(), EntryKind.RETURNED, date(2024, 1, 1), 1), "accountability.before_received"),
            (NewEntry(new_id(), EntryKind.RETURNED, date(2027, 1, 1), 1), "accountability.future"),
        ]
        for entry, name in cases_:
            with scoped(actor), refused(name):
                lpj.add_entries_many(actor=actor, lpj_id=report.pk, entries=[back(5), entry])
        assert not LpjEntry.objects.exists()

    def test_an_entry_is_taken_back_once_and_never_changed(self, world: World) -> None:
        report, actor = open_report(world), operator(world)
        entry = receipt(report, 1, 2_485_000)
        with scoped(actor):
            lpj.add_entries_many(actor=actor, lpj_id=report.pk, entries=[entry, entry])
            assert lpj.take_back(actor=actor, entry_id=entry.id) == lpj.take_back(actor=actor, entry_id=entry.id)
            assert lpj.totals_of(report).left_idr == 2_485_000
        for change in ("UPDATE accountability_lpjentry SET amount_idr = 1", "DELETE FROM accountability_lpjentry"):
            with pytest.raises(Error, match="permission denied"), transaction.atomic(), scoped(actor):
                fetch(change)

    def test_late_reports_become_tasks_once(self, world: World) -> None:
        open_report(world)
        with scoped(operator(world)):
            assert lpj.remind_many(actor=operator(world)) == 1
            assert lpj.remind_many(actor=operator(world)) == 1
        assert Task.objects.filter(kind="lpj_due").count() == 1


def complain(**more: Any) -> tuple[NewComplaint, str]:
    facts = {"channel": Channel.WEB, "subject": Subject.MENTOR, "area": web_world.things.VILLAGES[0]}
    made = NewComplaint(id=new_id(), words="Pendamping meminta uang.", **(facts | more))
    return made, desk.new_code()


class TestComplaints:
    @pytest.mark.usefixtures("world")
    def test_from_the_public_page_to_the_result(self) -> None:
        complaint, code = complain(contact="081200009999", withheld="saya bendahara kelompok", safe_time="pagi")
        shown = desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        assert desk.file_complaint(complaint=complaint, code=code, source=SOURCE) == shown
        assert Complaint.objects.count() == 1
        row = Complaint.objects.get()
        assert b"bendahara" not in bytes(row.withheld_cipher or b"")
        head = called("bidang")
        with scoped(head):
            handling.take(actor=head, complaint_id=row.pk)
            handling.note(actor=head, complaint_id=row.pk, words="dipanggil", told="Sedang diperiksa.")
            with refused("complaints.needs_words"):
                handling.reveal(actor=head, complaint_id=row.pk, reason="")
            assert handling.reveal(actor=head, complaint_id=row.pk, reason="menghubungi pelapor") == (
                "saya bendahara kelompok",
                "081200009999",
            )
            handling.close(actor=head, complaint_id=row.pk, result="Uang dikembalikan.")
            with refused("complaints.closed"):
                handling.close(actor=head, complaint_id=row.pk, result="lagi")
        status = desk.status_of(code=shown.lower(), source=SOURCE)
        assert status.state is State.CLOSED
        assert status.result == "Uang dikembalikan."
        assert [words for _, words in status.told] == ["Sedang diperiksa.", "Uang dikembalikan."]
        assert Task.objects.get(kind="complaint").state == "done"

    def test_never_seen_by_the_person_it_is_about_nor_by_operators(self, world: World) -> None:
        head = called("bidang")
        complaint, code = complain(about_account=head.account_id)
        desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        with scoped(head):
            assert not list(cases.complaints(actor=head))
            with refused("not_found"):
                handling.take(actor=head, complaint_id=complaint.id)
        with scoped(operator(world)), refused("not_allowed"):
            cases.complaints(actor=operator(world))
        with scoped(operator(world)):
            assert not Complaint.objects.exists()
        chief = actor_for(world.ids["checker"].pk)
        with scoped(chief):
            assert [row.pk for row in cases.complaints(actor=chief)] == [complaint.id]

    def test_about_the_office_goes_to_the_inspectorate_alone(self, world: World) -> None:
        complaint, code = complain(subject=Subject.VILLAGE)
        desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        chief, inspector = actor_for(world.ids["checker"].pk), called("inspektur")
        with scoped(chief):
            assert not list(cases.complaints(actor=chief))
        with scoped(inspector):
            handling.close(actor=inspector, complaint_id=complaint.id, result="Sudah diperiksa.")
        task = Task.objects.get(kind="complaint")
        assert task.owner_role == "auditor"
        assert task.area == web_world.KABUPATEN

    @pytest.mark.usefixtures("world")
    def test_passing_on_takes_it_out_of_sight(self) -> None:
        complaint, code = complain()
        desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        head = called("bidang")
        with scoped(head):
            handling.pass_on(actor=head, complaint_id=complaint.id, reason="menyangkut rekan")
            assert not list(cases.complaints(actor=head))
        assert Complaint.objects.get().inspectorate

    @pytest.mark.usefixtures("world")
    def test_an_area_without_office_and_empty_words_are_named(self) -> None:
        complaint, code = complain(area=9101010001)
        with refused("complaints.no_office"):
            desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        empty, code = complain()
        with refused("complaints.no_words"):
            desk.file_complaint(complaint=NewComplaint(**{**_facts(empty), "words": " "}), code=code, source=SOURCE)

    @pytest.mark.usefixtures("world")
    def test_small_numbers_are_not_told(self) -> None:
        for _ in range(4):
            complaint, code = complain()
            desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        assert [row.filed for row in desk.public_counts()] == [None]
        complaint, code = complain()
        desk.file_complaint(complaint=complaint, code=code, source=SOURCE)
        assert [(row.filed, row.closed) for row in desk.public_counts()] == [(5, 0)]


def _facts(complaint: NewComplaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in NewComplaint.__dataclass_fields__}
