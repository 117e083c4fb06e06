"""Goods from the package to the family's word: nothing outside the decree, nothing twice, each rupiah with a source."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from berdaya.documents.selectors import document_pdf
from berdaya.enterprises.models import Enterprise
from berdaya.files.selectors import file_info
from berdaya.grants import selectors, services
from berdaya.grants.models import FundingShare, Handover, HandoverLine
from berdaya.grants.services import AssetSeen
from berdaya.grants.types import (
    AssetState,
    Channel,
    Condition,
    ConfirmationRow,
    Confirmed,
    HandoverOutcome,
    HandoverRow,
    PackageInfo,
    PackageLine,
)
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes import services as programmes
from berdaya.programmes.models import DecreeLine
from berdaya.programmes.values import NewVerification
from tests.unit import documents_samples as samples

from . import programmes_world as world

pytestmark = pytest.mark.django_db
TODAY, HANDED = date(2026, 10, 31), date(2024, 9, 2)

PACKAGE = (
    PackageLine("P-FISH", "fish_processing", "Kompor", "2 tungku", 1, "unit", 650_001, True),
    PackageLine("P-FISH", "fish_processing", "Ikan tongkol", "segar", 30, "kg", 25_333, False),
    PackageLine("P-FISH", "fish_processing", "Wajan", "diameter 50 cm", 2, "buah", 180_000, True),
)
VALUE = 650_001 + 30 * 25_333 + 360_000


class Office:
    """An office with a programme of three recipients (2, 6 and 7) under an approved decree."""

    def __init__(self, operator: Actor, head: Actor, **aid: Any) -> None:
        self.actor, self.head = operator, head
        funding = [
            {"source": "APBD kabupaten", "activity": "1.06.05", "share": 0.7},
            {"source": "APBN", "share": 0.3},
        ]
        rules = world.config(
            programme={"funding": funding, "name": "UEP Situbondo"},
            aid={"packages": {"fish_processing": "P-FISH"}, "ceiling_idr": 2_500_000, **aid},
        )
        self.homes = world.families(operator, 4)
        self.programme = world.opened(operator, rules, world.proposal(self.homes)).id
        with scoped(operator):
            rows = [
                NewVerification(
                    ref=ref, visited_on=date(2024, 4, 1), verifier="TKSK Contoh", result="confirmed",
                    meeting_on=date(2024, 4, 9), meeting_decision="accepted", note="",
                )
                for ref in ("1", "2", "3")
            ]  # fmt: skip
            programmes.record_verification_many(actor=operator, programme_id=self.programme, rows=rows)
            programmes.freeze_list(actor=operator, programme_id=self.programme, on=world.FREEZE)
            world.reveal(operator, self.programme)
            programmes.run_selection(actor=operator, programme_id=self.programme, on=world.FREEZE)
            self.decree = programmes.propose_decree(
                actor=operator, programme_id=self.programme, number="460/12/2024", decreed_on=world.DECREE
            ).id

    def approve(self) -> Office:
        with scoped(self.head):
            programmes.approve_decree(actor=self.head, decree_id=self.decree)
        self.define(*PACKAGE)
        return self

    def define(self, *lines: PackageLine) -> None:
        with scoped(self.actor):
            services.define_packages_many(actor=self.actor, programme_id=self.programme, lines=lines)

    def row(self, ref: str, **changes: Any) -> HandoverRow:
        row = HandoverRow(new_id(), ref, HANDED, "Kantor Kecamatan", Condition.GOOD, f"Warga k{ref}")
        return replace(row, **changes)

    def record(self, *rows: HandoverRow) -> list[tuple[HandoverOutcome, str]]:
        with frozen(TODAY), scoped(self.actor):
            found = services.record_handovers_many(actor=self.actor, programme_id=self.programme, rows=rows)
        return [(result.outcome, result.problem.code if result.problem else "") for result in found]

    def confirm(self, handover: UUID, day: date, *, complete: bool, who: Actor | None = None) -> None:
        row = ConfirmationRow(new_id(), handover, day, "Warga", Channel.PHONE, complete)
        with frozen(TODAY), scoped(who or self.actor) as actor:
            services.record_confirmations_many(actor=actor, rows=[row])


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: Any) -> None:
    settings.BERDAYA_FILES = tmp_path / "files"


@pytest.fixture
def office(make_actor: Callable[..., Actor]) -> Office:
    return Office(make_actor("operator"), make_actor("head"))


RECORDED, REFUSED = (HandoverOutcome.RECORDED, ""), HandoverOutcome.REFUSED


def test_goods_are_handed_over_line_by_line_with_value_and_source(office: Office) -> None:
    office.approve()
    with scoped(office.actor):
        plan = services.plan_handovers(actor=office.actor, programme_id=office.programme)
    assert {(row.package, row.value_idr) for row in plan} == {("P-FISH", VALUE)}
    assert office.record(*(office.row(ref) for ref in ("1", "2", "3"))) == [RECORDED] * 3
    with scoped(office.actor) as who:
        money = selectors.money_by_source(actor=who, programme_id=office.programme)
    assert HandoverLine.objects.count() == 9
    assert [(row.source, row.planned_idr == row.handed_idr) for row in money] == [
        ("APBD kabupaten", True), ("APBN", True),
    ]  # fmt: skip
    assert sum(row.handed_idr for row in money) == 3 * VALUE
    for line in HandoverLine.objects.all():
        shares = FundingShare.objects.filter(subject_id=line.pk).values_list("amount_idr", flat=True)
        assert sum(shares) == line.amount_idr == line.quantity * line.unit_value_idr


def test_each_row_that_cannot_stand_says_why(office: Office) -> None:
    office.approve()
    good = office.row("1")
    assert office.record(
        good,
        good,
        replace(good, place="Lain"),
        office.row("1"),
        office.row("4"),
        office.row("99"),
        office.row("2", occurred_on=date(2024, 5, 31)),
        office.row("2", occurred_on=date(2026, 11, 1)),
        office.row("2", received_by=" "),
    ) == [
        RECORDED,
        (HandoverOutcome.IDENTICAL, ""),
        (HandoverOutcome.CONFLICT, "ledger.conflict"),
        (REFUSED, "grants.already_handed_over"),
        (REFUSED, "grants.not_in_decree"),
        (REFUSED, "grants.not_in_decree"),
        (REFUSED, "grants.before_decree"),
        (REFUSED, "grants.future"),
        (REFUSED, "grants.nobody_received"),
    ]
    assert office.record(good, office.row("1")) == [
        (HandoverOutcome.IDENTICAL, ""), (REFUSED, "grants.already_handed_over"),
    ]  # fmt: skip


def test_without_an_approved_decree_nothing_is_handed_over(office: Office) -> None:
    office.define(*PACKAGE)
    assert office.record(office.row("1")) == [(REFUSED, "grants.not_in_decree")]
    office.approve()
    assert office.record(office.row("1")) == [RECORDED]


def _bast(account: int | None, line: DecreeLine, package: PackageInfo, number: int, broken: str) -> None:
    """One BAST with everything of the package, written past the services."""
    row = Handover.objects.create(
        area=line.area, office_id=line.office_id, decree_line=line, package_id=package.id,
        number=f"X{number}", place="x", received_by="x", condition="good", account_id=account,
        occurred_on=date(2024, 5, 1) if broken == "early" else HANDED,
        value_idr=0 if broken == "empty" else package.value_idr + (broken == "sum"),
    )  # fmt: skip
    for item in package.items if broken != "empty" else ():
        HandoverLine.objects.create(
            area=line.area, office_id=line.office_id, handover=row, item_id=item.id, quantity=item.quantity,
            unit_value_idr=item.unit_price_idr, amount_idr=item.value_idr, condition="good",
        )  # fmt: skip


@pytest.mark.parametrize("role", ["berdaya_app", "berdaya_owner"])
@pytest.mark.parametrize(
    ("broken", "state"),
    [
        ("unapproved", "BDG01"),
        ("replaced", "BDG01"),
        ("early", "BDG01"),
        ("twice", "BDG05"),
        ("sum", "BDG02"),
        ("empty", "BDG02"),
        ("none", ""),
    ],
)
def test_the_database_itself_refuses_what_no_decree_or_sum_allows(
    office: Office, broken: str, state: str, role: str
) -> None:
    """By the name of the refusal, for the application and for the owner of the tables; a whole BAST passes."""
    if broken != "unapproved":
        office.approve()
    office.define(*PACKAGE)
    line = DecreeLine.objects.get(candidate__ref="2")
    if broken == "replaced":
        DecreeLine.objects.filter(pk=line.pk).update(replaced_on=date(2024, 8, 1))

    with scoped(office.actor) as who:
        package = selectors.packages(actor=who, programme_id=office.programme)[0]

    def write() -> None:
        with transaction.atomic(), scoped(office.actor), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            for number in range(2 if broken == "twice" else 1):
                _bast(office.actor.account_id, line, package, number, broken)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    if not state:
        write()
        assert HandoverLine.objects.count() == len(PACKAGE)
        return
    with pytest.raises(DatabaseError) as caught:
        write()
    assert getattr(caught.value.__cause__, "sqlstate", "") == state
    assert Handover.objects.count() == 0


def test_a_package_above_the_ceiling_or_changed_later_is_refused(office: Office) -> None:
    office.approve()
    with pytest.raises(Problem) as caught:
        office.define(PackageLine("P-X", "cakes", "Oven", "", 1, "unit", 2_500_001, True))
    assert caught.value.code == "grants.package_too_dear"
    office.define(*PACKAGE)
    with pytest.raises(Problem) as caught:
        office.define(replace(PACKAGE[0], quantity=2))
    assert caught.value.code == "grants.package_in_use"
    for wrong in ({"quantity": 0}, {"unit_price_idr": -1}, {"name": " "}, {"quantity": 1.5}):
        with pytest.raises(Problem) as caught:
            office.define(replace(PACKAGE[0], code="P-Y", row=7, **wrong))
        assert caught.value.params == {"row": 7, "package": "P-Y"}


def test_silence_stays_unconfirmed_and_a_dispute_is_counted_apart(
    office: Office, make_actor: Callable[..., Actor]
) -> None:
    office.approve()
    first, second = office.row("1"), office.row("2")
    office.record(first, second, office.row("3"))
    office.confirm(first.id, date(2024, 9, 10), complete=True)
    office.confirm(second.id, date(2024, 9, 10), complete=True)
    office.confirm(second.id, date(2024, 9, 20), complete=False)
    with scoped(office.actor) as who:
        money = selectors.money_by_source(actor=who, programme_id=office.programme)
        silent = selectors.handovers(actor=who, programme_id=office.programme, confirmed=Confirmed.UNCONFIRMED)
        disputed = selectors.handovers(actor=who, programme_id=office.programme, confirmed=Confirmed.DISPUTED)
    assert [row.ref for row in silent] == ["3"]
    assert [row.ref for row in disputed] == ["2"]
    assert sum(row.confirmed_idr for row in money) == sum(row.disputed_idr for row in money) == VALUE
    assert sum(row.handed_idr for row in money) == 3 * VALUE
    mentor = make_actor("mentor", kind="subject", office="dinsos-situbondo")
    with pytest.raises(Problem) as caught:
        office.confirm(first.id, date(2024, 9, 10), complete=True, who=mentor)
    assert caught.value.code == "not_allowed"
    with pytest.raises(Problem) as caught:
        office.confirm(first.id, date(2024, 9, 1), complete=True)
    assert caught.value.code == "grants.before_handover"


def test_durable_things_become_assets_of_the_business_and_keep_their_last_state(office: Office) -> None:
    office.approve()
    office.record(office.row("1"))
    home = office.homes[0][0]
    with scoped(office.actor) as who:
        assert services.register_assets(actor=who, programme_id=office.programme) == 0
        business = Enterprise.objects.create(
            area=home.area, office_id=who.office, household=home, programme_id=office.programme, ref="1",
            kind="fish_processing", name="Abon Contoh", started_on=HANDED,
        )  # fmt: skip
        assert services.register_assets(actor=who, programme_id=office.programme) == 3
        assert services.register_assets(actor=who, programme_id=office.programme) == 0
        things = selectors.assets(actor=who, enterprises=[business.pk])
        assert [(row.name, row.value_idr) for row in things] == [
            ("Kompor", 650_001), ("Wajan (1)", 180_000), ("Wajan (2)", 180_000),
        ]  # fmt: skip
        stove = things[0].id
        seen = [
            AssetSeen(stove, AssetState.BROKEN, date(2025, 3, 1)),
            AssetSeen(stove, AssetState.WORKING, date(2025, 1, 1)),
        ]
        assert services.see_assets_many(actor=who, seen=seen) == 1
        assert services.see_assets_many(actor=who, seen=seen[1:]) == 0
        assert selectors.assets(actor=who, enterprises=[business.pk])[0].state is AssetState.BROKEN


def test_each_handover_has_its_letter_and_the_office_one_file(office: Office) -> None:
    office.approve()
    office.record(
        office.row("1"), office.row("2", condition=Condition.SHORT, note="Kunci kompor menyusul"), office.row("3")
    )
    with scoped(office.actor) as who:
        letters = services.issue_handover_letters(
            actor=who, programme_id=office.programme, signer=samples.SIGNER, processes=1
        )
        again = services.issue_handover_letters(
            actor=who, programme_id=office.programme, signer=samples.SIGNER, processes=1
        )
        assert [row.number for row in again] == [row.number for row in letters]
        assert len({row.file for row in letters}) == 1
        assert len(PdfReader(file_info(actor=who, file=letters[0].file).path).pages) == 3
        by_subject = {row.subject_id: row for row in letters}
        short = next(
            row for row in selectors.handovers(actor=who, programme_id=office.programme) if row.condition == "short"
        )
        info, pdf = document_pdf(actor=who, document=by_subject[short.id].id)
    text = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    for part in (short.number, "Kunci kompor menyusul", "460/12/2024", "1 Juni 2024", "Ikan tongkol", "Warga k2"):
        assert part in text, part
    assert info.number == short.number
    assert "CONTOH – DATA SINTETIS" in text


def test_capital_of_a_fund_counts_by_source_too(office: Office) -> None:
    office.approve()
    line, event = DecreeLine.objects.get(candidate__ref="2"), new_id()
    with scoped(office.actor) as who:
        for _ in range(2):
            services.record_capital_funding(
                actor=who, programme_id=office.programme, amounts=[(line.pk, event, 20_000_001)]
            )
        money = selectors.money_by_source(actor=who, programme_id=office.programme)
    assert [row.handed_idr for row in money] == [14_000_001, 6_000_000]


def test_outsiders_see_and_record_nothing(office: Office, make_actor: Callable[..., Actor]) -> None:
    office.approve()
    row = office.row("1")
    office.record(row)
    for outsider in (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
    ):
        with scoped(outsider) as who:
            assert selectors.handovers(actor=who, programme_id=office.programme) == []
            for attempt in (
                lambda who=who: selectors.handover(actor=who, handover_id=row.id),
                lambda who=who: services.record_handovers_many(
                    actor=who, programme_id=office.programme, rows=[office.row("2")]
                ),
            ):
                with pytest.raises(Problem) as caught:
                    attempt()
                assert caught.value.code in {"not_found", "outside_scope"}
    with scoped(office.actor) as who:
        assert selectors.handover(actor=who, handover_id=row.id).lines[0].name == "Kompor"
