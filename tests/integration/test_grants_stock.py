"""Bought, delivered, handed over, left: always the same sum, whatever the order; what cannot be has a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from berdaya.devices.kinds import FieldRecord, Outcome, Result, kind_of
from berdaya.files.models import StoredFile
from berdaya.grants import queue, services
from berdaya.grants.days import NewDay, SlotInfo
from berdaya.grants.models import (
    Entitlement,
    FundingShare,
    Handover,
    HandoverLine,
    HandoverReturn,
    Lot,
    Piece,
    Proxy,
    PurchaseLine,
    Stock,
)
from berdaya.grants.stock import Back, Move, NewReturn
from berdaya.grants.types import HandoverOutcome, HandoverRow, NewProxy, Proof, ProofKind, Receiver, Why
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.process.field.records_handover import HandoverBody

from .goods_stock import FOR_THREE, HANDED, SAVED, TODAY, Stocked

pytestmark = pytest.mark.django_db
RECORDED, REFUSED = (HandoverOutcome.RECORDED, ""), HandoverOutcome.REFUSED
Make = Callable[..., Actor]
MOMENT = datetime(TODAY.year, TODAY.month, TODAY.day, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: Any) -> None:
    settings.BERDAYA_FILES = tmp_path / "files"


@pytest.fixture
def office(make_actor: Make) -> Stocked:
    return Stocked(make_actor("operator"), make_actor("head"))


def refused(code: str) -> Any:
    class Named:
        def __enter__(self) -> None:
            self.raises = pytest.raises(Problem)
            self.caught = self.raises.__enter__()

        def __exit__(self, *facts: Any) -> bool:
            done = bool(self.raises.__exit__(*facts))
            assert self.caught.value.code == code
            assert "{" not in self.caught.value.text("id")
            return done

    return Named()


def test_goods_leave_the_oldest_lot_at_the_price_paid(office: Stocked) -> None:
    office.lot("Kompor", 1)
    office.lot("Kompor", 2, on=date(2024, 8, 20))
    office.lot("Ikan tongkol", 90)
    office.lot("Wajan", 6)
    assert office.record(office.row("1"), office.row("2"), office.row("3")) == [RECORDED] * 3
    lots = Lot.objects.filter(purchase_line=office.bought["Kompor"]).order_by("delivered_on")
    assert list(lots.values_list("handed", "in_store")) == [(1, 0), (2, 0)]
    stove = HandoverLine.objects.filter(item__name="Kompor").first()
    assert stove is not None
    assert stove.unit_value_idr == stove.item.unit_price_idr - SAVED["Kompor"]
    for line in HandoverLine.objects.all():
        shares = FundingShare.objects.filter(subject_id=line.pk).aggregate(total=Sum("amount_idr"))
        assert shares["total"] == line.amount_idr


def test_what_no_store_holds_is_not_handed_over_and_nothing_is_half_written(office: Stocked) -> None:
    office.lot("Kompor", 3)
    office.lot("Wajan", 1)
    office.lot("Ikan tongkol", 90)
    assert office.record(office.row("1")) == [(REFUSED, "grants.not_in_store")]
    assert office.record(office.row("1", occurred_on=date(2024, 7, 15))) == [(REFUSED, "grants.not_in_store")]
    assert Handover.objects.count() == HandoverLine.objects.count() == FundingShare.objects.count() == 0
    assert Stock.objects.aggregate(total=Sum("quantity"))["total"] == 94
    part = office.row("1", items={1: 1, 2: 10})
    assert office.record(part) == [RECORDED]
    assert office.record(office.row("1", items={2: 21})) == [(REFUSED, "grants.more_than_planned")]
    office.lot("Wajan", 5)
    rest = office.row("1")
    assert office.record(rest, office.row("1")) == [RECORDED, (REFUSED, "grants.already_handed_over")]
    lines = HandoverLine.objects.filter(handover=rest.id).order_by("item__name", "quantity")
    assert list(lines.values_list("item__name", "quantity")) == [("Ikan tongkol", 20), ("Wajan", 1), ("Wajan", 1)]


def test_a_purchase_waits_for_its_second_person(make_actor: Make) -> None:
    maker, head = make_actor("operator"), make_actor("head")
    office = Stocked(maker, head, agreed=False)
    with refused("grants.purchase_not_agreed"):
        office.lot("Kompor", 1)
    both = maker.with_(permissions=maker.permissions | {"procurement.approve"})
    with refused("same_person"):
        office.agree(both)
    with refused("not_allowed"):
        office.agree(maker)
    office.agree()
    with refused("already_decided"):
        office.agree()
    office.lot("Kompor", 1)


def test_prices_lots_and_numbers_that_cannot_be_are_named(office: Stocked) -> None:
    with refused("grants.price_above_ceiling"):
        office.buy({"Wajan": 1}, number="2", more=1)
    with refused("grants.number_taken"):
        office.buy({"Wajan": 1})
    office.lot("Kompor", 2, tags=("SN-1", "SN-2"))
    for code, count, tags in (
        ("grants.lot_too_large", 2, ()),
        ("grants.too_many_tags", 1, ("A", "B")),
        ("grants.tag_known", 1, ("SN-2",)),
        ("grants.lot_too_large", 0, ()),
    ):
        with refused(code):
            office.lot("Kompor", count, tags=tags)
    assert Lot.objects.count() == 1
    assert Piece.objects.count() == 2


def test_a_number_goes_to_one_recipient_only(office: Stocked) -> None:
    office.lot("Kompor", 3, tags=("SN-1", "SN-2", "SN-3"))
    office.lot("Ikan tongkol", 90)
    office.lot("Wajan", 6)
    assert office.record(office.row("1")) == [(REFUSED, "grants.too_many_tags")]
    first = office.row("1", tags={1: ("SN-2",)})
    assert office.record(first, office.row("2", tags={1: ("SN-2",)}), office.row("3", tags={1: ("SN-9",)})) == [
        RECORDED, (REFUSED, "grants.tag_given_out"), (REFUSED, "grants.tag_given_out"),
    ]  # fmt: skip
    piece = Piece.objects.get(tag="SN-2")
    assert (piece.state, piece.store_id) == ("handed", None)
    assert HandoverLine.objects.get(pk=piece.line_id).handover_id == first.id
    back(office, HandoverLine.objects.get(pk=piece.line_id), 1)
    assert office.record(office.row("2", tags={1: ("SN-2",)})) == [RECORDED]


def back(office: Stocked, line: HandoverLine, quantity: int, who: Actor | None = None) -> UUID:
    row = NewReturn(new_id(), line.pk, quantity, HANDED, Back.MISTAKE, office.store)
    with frozen(TODAY), scoped(office.actor):
        services.write_return(actor=office.actor, back=row)
    with frozen(TODAY), scoped(who or office.head) as actor:
        services.agree_return(actor=actor, return_id=row.id)
    return row.id


def test_what_comes_back_is_due_again_and_its_rupiah_too(office: Stocked) -> None:
    office.stock_all()
    row = office.row("1")
    office.record(row)
    pans = HandoverLine.objects.get(handover=row.id, item__name="Wajan")
    before = FundingShare.objects.aggregate(total=Sum("amount_idr"))["total"]
    with refused("not_allowed"):
        back(office, pans, 2, office.actor)
    HandoverReturn.objects.all().delete()
    with refused("same_person"):
        back(office, pans, 2, office.actor.with_(permissions=office.actor.permissions | {"handover.approve"}))
    HandoverReturn.objects.all().delete()
    back(office, pans, 1)
    with refused("grants.more_back_than_handed"):
        back(office, pans, 2)
    pans.refresh_from_db()
    assert pans.returned == 1
    assert FundingShare.objects.aggregate(total=Sum("amount_idr"))["total"] == before - 180_000
    assert office.record(office.row("1")) == [RECORDED]
    assert FundingShare.objects.aggregate(total=Sum("amount_idr"))["total"] == before
    assert office.record(office.row("1")) == [(REFUSED, "grants.already_handed_over")]


@pytest.mark.parametrize("broken", ["lot", "stock", "line", "item", "early", "piece", "value", "agreed", "counter"])
def test_sql_over_the_applications_connection_cannot_break_the_sums(office: Stocked, broken: str) -> None:
    lots = office.stock_all()
    row = office.row("1")
    office.record(row)
    line = HandoverLine.objects.get(handover=row.id, item__name="Wajan")
    same = f"area, office_id, %s, item_id, quantity, unit_value_idr, amount_idr, condition FROM grants_handoverline \
             WHERE id = '{line.pk}'"
    into = "INSERT INTO grants_handoverline (id, area, office_id, handover_id, item_id, quantity, unit_value_idr, \
            amount_idr, condition"
    statements = {
        "lot": ("UPDATE grants_lot SET in_store = in_store + 1, quantity = quantity + 1", []),
        "stock": ("UPDATE grants_stock SET quantity = 99", []),
        "counter": ("UPDATE grants_entitlement SET handed = 0", []),
        "line": (f"{into}, lot_id, store_id) SELECT gen_random_uuid(), {same}".replace(
            "condition FROM", f"condition, '{lots['Wajan']}', '{office.store}' FROM"), [row.id]),
        "item": (f"{into}) SELECT gen_random_uuid(), {same}", [row.id]),
        "early": ("INSERT INTO grants_purchase (id, area, office_id, programme_id, supplier_id, method, number, "
                  "signed_on, made_by, checked_by, note) SELECT gen_random_uuid(), area, office_id, programme_id, "
                  "supplier_id, method, 'X', signed_on, made_by, made_by + 1, note FROM grants_purchase", []),
        "piece": ("UPDATE grants_piece SET state = 'store'", []),
        "value": ("UPDATE grants_handover SET value_idr = 1", []),
        "agreed": ("UPDATE grants_purchaseline SET delivered = 0", []),
    }  # fmt: skip
    statement, params = statements[broken]
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(office.actor), connection.cursor() as cursor:
        cursor.execute(statement, params)
    assert HandoverLine.objects.filter(handover=row.id).count() == 3


def test_a_proxy_is_of_the_family_with_a_photo_and_a_second_word(office: Stocked, make_actor: Make) -> None:
    office.stock_all()
    home, _ = office.homes[0]
    photo = StoredFile.objects.create(
        area=home.area, office_id=office.actor.office, sha256=b"1" * 32, media_type="image/jpeg", size=1, name="x",
        purpose="proxy",
    ).pk  # fmt: skip
    sister = Person.objects.create(area=home.area, household=home, name="Adik Contoh", name_key="adik contoh")
    stranger = Person.objects.get(name="Warga k1")
    plan = {line.ref: line.decree_line for line in plan_of(office)}

    def name(person: UUID | None, why: Why, **more: str) -> UUID:
        proxy = NewProxy(new_id(), plan["1"], why, photo, person, **more)
        with frozen(TODAY), scoped(office.actor):
            return services.name_proxy(actor=office.actor, proxy=proxy)

    with refused("grants.proxy_not_of_family"):
        name(stranger.pk, Why.ILL)
    with refused("grants.proxy_not_of_family"):
        name(None, Why.ILL, name="Orang Lewat", letter="1/AW")
    proxy = name(sister.pk, Why.ILL)
    row = office.row("1", receiver=Receiver.PROXY, proxy=proxy, received_by="Adik Contoh")
    assert office.record(row) == [(REFUSED, "grants.proxy_not_agreed")]
    both = office.actor.with_(permissions=office.actor.permissions | {"handover.approve"})
    with refused("same_person"), scoped(both):
        services.agree_proxy(actor=both, proxy_id=proxy)
    with scoped(office.head):
        services.agree_proxy(actor=office.head, proxy_id=proxy)
    other = office.row("2", receiver=Receiver.PROXY, proxy=proxy)
    assert office.record(row, other) == [RECORDED, (REFUSED, "grants.proxy_not_agreed")]
    heir = name(None, Why.DEAD, name="Ahli Waris Contoh", letter="470/12/AW/2024")
    assert Proxy.objects.get(pk=heir).heir


def plan_of(office: Stocked) -> Any:
    with scoped(office.actor):
        return services.plan_handovers(actor=office.actor, programme_id=office.programme)


def test_a_signature_without_strokes_needs_a_witnessed_thumb(office: Stocked) -> None:
    office.stock_all()
    for proof, expected in (
        (Proof(ProofKind.SIGNATURE), (REFUSED, "grants.no_signature")),
        (Proof(ProofKind.THUMB, witness=" "), (REFUSED, "grants.no_signature")),
        (Proof(ProofKind.SCAN), (REFUSED, "grants.no_signature")),
        (Proof(ProofKind.THUMB, witness="Kepala Dusun"), RECORDED),
    ):
        assert office.record(office.row("1", proof=proof)) == [expected]


class Goods(RuleBasedStateMachine):
    """Random deliveries, handovers, returns, moves, replays and records of phones, in one office, set by the test.

    What is drawn from is always in the order in which it was written: random ids would make a replay draw otherwise.
    """

    office: ClassVar[Stocked]
    slots: ClassVar[dict[str, SlotInfo]]
    day: ClassVar[UUID]

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint()
        self.rows: list[HandoverRow] = []
        self.sent: list[FieldRecord] = []
        self.written: list[UUID] = []
        self.lots: list[UUID] = []
        self.expected = dict.fromkeys(FOR_THREE, 0)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)

    @rule(name=st.sampled_from(sorted(FOR_THREE)), share=st.sampled_from([0.3, 0.5, 1.0]), second=st.booleans())
    def deliver(self, name: str, share: float, second: bool) -> None:
        count = max(1, round(FOR_THREE[name] * share))
        store = self.office.other if second else self.office.store
        if self.expected[name] + count > FOR_THREE[name]:
            with refused("grants.lot_too_large"), transaction.atomic():
                self.office.lot(name, count, store=store)
            return
        self.lots.append(self.office.lot(name, count, store=store))
        self.expected[name] += count

    @rule(ref=st.sampled_from("1234"), part=st.none() | st.dictionaries(st.integers(1, 3), st.integers(1, 40)))
    def hand_over(self, ref: str, part: dict[int, int] | None) -> None:
        row = self.office.row(ref, items=part or {})
        ((outcome, code),) = self.office.record(row)
        assert (outcome is HandoverOutcome.RECORDED) == (code == "")
        assert ref != "4" or code == "grants.not_in_decree"
        if outcome is HandoverOutcome.RECORDED:
            self.rows.append(row)
            self.written.append(row.id)

    @rule(ref=st.sampled_from("123"), part=st.none() | st.dictionaries(st.integers(1, 3), st.integers(1, 40)))
    def send(self, ref: str, part: dict[int, int] | None) -> None:
        """What a phone wrote without signal: taken, or kept as a conflict; the same record again changes nothing."""
        body = HandoverBody.model_validate(
            {
                "day": self.day, "slot": self.slots[ref].id, "on": TODAY, "received_by": "Warga", "items": part or {},
                "proof": {"kind": "thumb", "witness": "Kepala Dusun"},
            }
        )  # fmt: skip
        one = FieldRecord(new_id(), "handover", 1, 1, body, MOMENT, MOMENT)
        result = self.taken(one)
        assert result.outcome in {Outcome.NEW, Outcome.CONFLICT}, result
        if result.outcome is Outcome.NEW:
            self.sent.append(one)
            self.written.append(one.id)

    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        if self.sent:
            assert self.taken(data.draw(st.sampled_from(self.sent))).outcome is Outcome.IDENTICAL

    def taken(self, one: FieldRecord) -> Result:
        kind = kind_of("handover")
        assert kind is not None
        with frozen(TODAY), scoped(self.office.actor) as actor:
            return kind.apply(actor, [one])[one.id]

    def lines(self) -> list[HandoverLine]:
        order = {key: at for at, key in enumerate(self.written)}
        found = HandoverLine.objects.select_related("item", "lot")
        return sorted(
            found, key=lambda line: (order[line.handover_id], line.item.number, str(line.lot_id), str(line.store_id))
        )

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        if self.rows:
            row = data.draw(st.sampled_from(self.rows))
            assert self.office.record(row, row) == [(HandoverOutcome.IDENTICAL, "")] * 2

    @rule(data=st.data(), quantity=st.integers(1, 30))
    def come_back(self, data: st.DataObject, quantity: int) -> None:
        lines = self.lines()
        if lines:
            line = data.draw(st.sampled_from(lines))
            if line.returned + quantity > line.quantity:
                with refused("grants.more_back_than_handed"), transaction.atomic():
                    back(self.office, line, quantity)
            else:
                back(self.office, line, quantity)

    @rule(data=st.data(), kind=st.sampled_from(list(Move)), quantity=st.integers(1, 20))
    def move(self, data: st.DataObject, kind: Move, quantity: int) -> None:
        if not self.lots:
            return
        lot = data.draw(st.sampled_from(self.lots))
        source = None if kind is Move.FOUND else self.office.store
        target = self.office.other if kind in {Move.MOVED, Move.FOUND} else None
        try:
            with transaction.atomic():
                self.office.move(lot, kind, quantity, source=source, target=target, minutes="BA contoh")
        except Problem as problem:
            assert problem.code in {"grants.not_in_store", "grants.bad_move"}  # noqa: PT017
        else:
            if kind is Move.WITHDRAWN:
                self.expected[Lot.objects.get(pk=lot).purchase_line.item.name] -= quantity

    @invariant()
    def everything_adds_up(self) -> None:
        for line in PurchaseLine.objects.select_related("item"):
            lots = Lot.objects.filter(purchase_line=line).aggregate(
                q=Sum("quantity"), h=Sum("handed"), s=Sum("in_store"), lost=Sum("lost"), r=Sum("returned")
            )
            assert line.delivered == (lots["q"] or 0) == self.expected[line.item.name]
            assert (lots["q"] or 0) == sum(lots[key] or 0 for key in ("h", "s", "lost", "r"))
            stock = Stock.objects.filter(lot__purchase_line=line).aggregate(total=Sum("quantity"))["total"]
            assert (stock or 0) == (lots["s"] or 0)
            kept = HandoverLine.objects.filter(lot__purchase_line=line).aggregate(n=Sum(F("quantity") - F("returned")))
            assert (kept["n"] or 0) == (lots["h"] or 0)
        for due in Entitlement.objects.all():
            lines = HandoverLine.objects.filter(handover__decree_line=due.decree_line_id, item=due.item_id)
            net = lines.aggregate(n=Sum(F("quantity") - F("returned")))["n"]
            assert due.handed == net <= due.planned
        value = HandoverLine.objects.aggregate(n=Sum((F("quantity") - F("returned")) * F("unit_value_idr")))["n"]
        assert (FundingShare.objects.aggregate(n=Sum("amount_idr"))["n"] or 0) == (value or 0)


@pytest.mark.parametrize(("runs", "steps"), [(12, 14), pytest.param(400, 50, marks=pytest.mark.nightly, id="nightly")])
def test_any_order_of_events_adds_up_and_hands_nothing_over_twice(make_actor: Make, runs: int, steps: int) -> None:
    office = Stocked(make_actor("operator"), make_actor("head"))
    new_day = NewDay(new_id(), office.programme, "Kantor Camat", TODAY, 3512000000, None)
    with frozen(TODAY), scoped(office.actor) as actor:
        day = services.plan_day(actor=actor, day=new_day)
        services.issue_day(actor=actor, day_id=day)
        slots = {slot.ref: slot for slot in queue.slots(actor=actor, day_id=day)}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("Bound", (Goods,), {"office": office, "day": day, "slots": slots}),
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), database=None,
        ),
    )  # fmt: skip
