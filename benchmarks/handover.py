"""A morning of handovers: 200 families in one hall, 4 clerks at once, 10 families without KTP, 5 proxies, 2 power cuts.

All families are there at the start and are called from one queue. What people do takes simulated time, drawn with a
fixed seed (greeting and card, checking the goods, signing; longer without KTP; a proxy is photographed and waits for
the second officer). What the system does is real: the services of the product on a fresh PostgreSQL, four clerks in
four threads with connections of their own, and the seconds that they took are added to the clerk's clock; whoever is
free first in simulated time calls the next number. Two clerks sit at the office web (`serve_slot`, screened again
each time), two hold phones: their records wait and are sent together every five minutes through the record kind
`handover`. In a power cut the web desks stand still, the call that was running is rolled back and repeated with the
same id; the phones go on, and what they sent when the light went out comes again. At the end the database itself is
asked whether everything adds up and nobody received twice.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Sum

from benchmarks.harness import Row, percentile
from berdaya.devices.kinds import FieldRecord, Outcome
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.grants import queue as reading
from berdaya.grants import services
from berdaya.grants.days import NewDay, SlotInfo
from berdaya.grants.models import Handover, HandoverLine, Lot, PackageItem, PurchaseLine
from berdaya.grants.stock import Method, NewLot, NewPurchase, NewSupplier, WantedLine
from berdaya.grants.types import (
    Condition,
    HandoverRow,
    NewProxy,
    PackageLine,
    Proof,
    ProofKind,
    Receiver,
    Why,
)
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id, new_ids
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import DesilSnapshot, Household, Person
from berdaya.process import cast
from berdaya.process.field.records_handover import HandoverBody, apply
from berdaya.process.offices import NewOffice, ensure_office
from berdaya.programmes import services as programmes
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.rules.lottery import commitment
from berdaya.programmes.values import NewCandidate, NewVerification

AREA, VILLAGES = 3512000000, (3512042003, 3512042004, 3512042005, 3512042006)
SEEDS = ("benih satu", "benih dua")
LIMIT_MINUTES = 90.0
SEND_EVERY = 300.0
POWER_CUTS = ((780.0, 480.0), (1_980.0, 300.0))
"""Simulated second at which the light goes out, and for how long."""
TALK = {"usual": (38.0, 8.0), "no_ktp": (130.0, 25.0), "proxy": (190.0, 30.0)}
"""Mean and spread of the seconds that people need: card and greeting, goods checked, photo, signature."""
STROKES = [[[float(x), 200.0 + 90 * (x % 3)] for x in range(100, 700, 50)]]
GOODS = (("Kompor", "2 tungku", 1, "unit", 650_000), ("Wajan", "50 cm", 2, "buah", 180_000),
         ("Ikan tongkol", "segar", 20, "kg", 25_000))  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large the morning is."""
    parser.add_argument("--families", type=int, default=200)
    parser.add_argument("--clerks", type=int, default=4)
    parser.add_argument("--without-ktp", type=int, default=10)
    parser.add_argument("--proxies", type=int, default=5)


@dataclass
class Hall:
    """The hall with its queue; ``lock`` stands for the one who calls the next number."""

    operator: Actor
    head: Actor
    programme: UUID
    day: UUID
    waiting: list[SlotInfo]
    rng: random.Random
    special: dict[UUID, str]
    clerks: int
    homes: dict[UUID, UUID] = field(default_factory=dict)
    lock: threading.Condition = field(default_factory=threading.Condition)
    clocks: dict[int, float] = field(default_factory=dict)
    talks: list[float] = field(default_factory=list)
    served: list[tuple[float, float, float]] = field(default_factory=list)
    """For each family: simulated second at which she was called, when she was done, real seconds of the system."""
    faults: tuple[int, int] = (0, 0)
    """Families that received twice, and families without a record, as the database counts them."""
    repeated: int = 0
    rolled_back: int = 0

    def next(self, clerk: int, now: float) -> SlotInfo | None:
        """The next number for the clerk, once nobody else is free earlier in simulated time."""
        with self.lock:
            self.clocks[clerk] = now
            self.lock.notify_all()
            self.lock.wait_for(lambda: min((moment, who) for who, moment in self.clocks.items())[1] == clerk)
            return self.waiting.pop(0) if self.waiting else None

    def talk(self, clerk: int, slot: SlotInfo, now: float) -> float:
        """When the people are done; from now on the others need not wait for this clerk."""
        mean, spread = TALK[self.special.get(slot.id, "usual")]
        with self.lock:
            seconds = max(mean / 2, self.rng.gauss(mean, spread))
            self.talks.append(seconds)
            self.clocks[clerk] = now + seconds
            self.lock.notify_all()
        return now + seconds

    def leave(self, clerk: int) -> None:
        """The clerk goes home."""
        with self.lock:
            self.clocks.pop(clerk, None)
            self.lock.notify_all()

    def ideal_minutes(self) -> float:
        """When the morning would be over with the same talks, a system that takes no time, and no power cut."""
        free = [0.0] * len(self.everybody)
        for seconds in self.talks:
            free.sort()
            free[0] += seconds
        return max(free) / 60

    @property
    def everybody(self) -> range:
        return range(self.clerks)


def run(options: argparse.Namespace) -> list[Row]:
    """One morning each run; the last family's wait, the system's share of it, and what was repeated."""
    mornings = []
    for number in range(max(1, options.runs)):
        hall = _hall(options, number)
        started = time.perf_counter()
        with ThreadPoolExecutor(max_workers=options.clerks) as pool:
            list(pool.map(lambda clerk, hall=hall: _clerk(hall, clerk), range(options.clerks)))
        mornings.append((hall, time.perf_counter() - started))
        hall.faults = _check(hall, options.families)
    return [_row(options, mornings)]


def _row(options: argparse.Namespace, mornings: list[tuple[Hall, float]]) -> Row:
    worst, took = max(mornings, key=lambda pair: max(end for _, end, _ in pair[0].served))
    waits = [called / 60 for called, _, _ in worst.served]
    ends = max(end for _, end, _ in worst.served) / 60
    system = [seconds for _, _, seconds in worst.served]
    serving = [end - called for called, end, _ in worst.served]
    assert max(waits) <= LIMIT_MINUTES, max(waits)
    return Row(
        "families handed their goods", options.families, took, options.families / ends, "families/minute, simulated",
        limit="the same talks, no computer, no power cut", limit_value=options.families / worst.ideal_minutes(),
        extra={
            "runs": len(mornings), "clerks": options.clerks, "without_ktp": options.without_ktp,
            "proxies": options.proxies, "power_cuts": len(POWER_CUTS),
            "last_wait_minutes": round(max(waits), 1), "wait_limit_minutes": LIMIT_MINUTES,
            "over_after_minutes": round(ends, 1), "median_wait_minutes": round(percentile(waits, 0.5), 1),
            "median_family_seconds": round(percentile(serving, 0.5), 1),
            "p95_family_seconds": round(percentile(serving, 0.95), 1),
            "median_system_ms": round(1_000 * percentile(system, 0.5), 1),
            "p95_system_ms": round(1_000 * percentile(system, 0.95), 1),
            "records_sent_again": worst.repeated, "calls_rolled_back": worst.rolled_back,
            "handed_twice": worst.faults[0], "lost": worst.faults[1],
        },
    )  # fmt: skip


def _clerk(hall: Hall, number: int) -> None:
    try:
        (_at_desk if number % 2 == 0 else _with_phone)(hall, number)
    finally:
        hall.leave(number)
        connection.close()


def _lights_on(moment: float) -> float:
    """The moment, or when the light is on again where it is out."""
    for start, length in POWER_CUTS:
        if start <= moment < start + length:
            return start + length
    return moment


def _at_desk(hall: Hall, number: int) -> None:
    """A desk at the office web: stands still in the dark; the call that was cut off is repeated with the same id."""
    now, cuts = 5.0 * number, 0
    while (slot := hall.next(number, now)) is not None:
        called, row = now, _row_of(hall, slot)
        now = hall.talk(number, slot, now)
        if cuts < len(POWER_CUTS) and now > POWER_CUTS[cuts][0]:
            cuts += 1
            _cut_off(hall, slot, row)
            now = _lights_on(max(now, POWER_CUTS[cuts - 1][0]))
        began = time.perf_counter()
        with scoped(hall.operator) as actor:
            reading.find_slot(actor=actor, day_id=hall.day, code=slot.card)
        with scoped(hall.operator) as actor:
            services.serve_slot(actor=actor, slot_id=slot.id, row=row)
        seconds = time.perf_counter() - began
        with hall.lock:
            hall.served.append((called, now + seconds, seconds))
        now = _lights_on(now + seconds)


def _cut_off(hall: Hall, slot: SlotInfo, row: HandoverRow) -> None:
    """The server loses its power before it has answered: the transaction never was."""
    with scoped(hall.operator) as actor:
        services.serve_slot(actor=actor, slot_id=slot.id, row=row)
        transaction.set_rollback(True)
    with hall.lock:
        hall.rolled_back += 1


def _with_phone(hall: Hall, number: int) -> None:
    """A phone: works through the dark, sends every five minutes, and once sends again what it had sent."""
    now, kept, sent_at = 5.0 * number, [], 0.0
    while (slot := hall.next(number, now)) is not None:
        called, now = now, hall.talk(number, slot, now)
        kept.append((called, now, _record(hall, slot)))
        if now - sent_at > SEND_EVERY and _lights_on(now) == now:
            _send(hall, kept, again=sent_at == 0.0)
            kept, sent_at = [], now
    if kept:
        _send(hall, kept, again=True)


def _send(hall: Hall, kept: list[tuple[float, float, FieldRecord]], *, again: bool) -> None:
    records = [record for _, _, record in kept]
    began = time.perf_counter()
    with scoped(hall.operator) as actor:
        outcomes = apply(actor, records)
    seconds = (time.perf_counter() - began) / len(records)
    assert {result.outcome for result in outcomes.values()} == {Outcome.NEW}, outcomes
    if again:  # the answer was lost: everything comes once more
        with scoped(hall.operator) as actor:
            outcomes = apply(actor, records)
        assert {result.outcome for result in outcomes.values()} == {Outcome.IDENTICAL}, outcomes
    with hall.lock:
        hall.repeated += len(records) if again else 0
        hall.served += [(called, done, seconds) for called, done, _ in kept]


def _row_of(hall: Hall, slot: SlotInfo) -> HandoverRow:
    proxy = hall.homes.get(slot.id)
    witness = "Kepala Dusun" if hall.special.get(slot.id) == "no_ktp" else ""
    proof = Proof(ProofKind.THUMB, witness=witness) if witness else Proof(ProofKind.PAPER)
    return HandoverRow(
        new_id(), slot.ref, clock.today(), "", Condition.GOOD, slot.name,
        receiver=Receiver.PROXY if proxy else Receiver.SELF, proxy=proxy, proof=proof,
    )  # fmt: skip


def _record(hall: Hall, slot: SlotInfo) -> FieldRecord:
    row = _row_of(hall, slot)
    proof: dict[str, object] = {"kind": "signature", "strokes": STROKES}
    if row.proof.kind is ProofKind.THUMB:
        proof = {"kind": "thumb", "witness": row.proof.witness, "witness_strokes": STROKES}
    body = {"day": hall.day, "slot": slot.id, "on": row.occurred_on, "received_by": row.received_by, "proof": proof,
            "receiver": row.receiver, "proxy": row.proxy}  # fmt: skip
    now = clock.now()
    return FieldRecord(row.id, "handover", 1, 1, HandoverBody.model_validate(body), now, now)


def _check(hall: Hall, families: int) -> tuple[int, int]:
    """The database's own sums: everybody once, every lot empty, lines and stock the same."""
    with scoped(hall.operator):
        rows = Handover.objects.filter(day_id=hall.day)
        recorded, received = rows.count(), rows.values("decree_line").distinct().count()
        lots = Lot.objects.filter(purchase_line__purchase__programme_id=hall.programme)
        sums = lots.aggregate(q=Sum("quantity"), h=Sum("handed"), s=Sum("in_store"))
        lines = HandoverLine.objects.filter(handover__day_id=hall.day).aggregate(n=Sum(F("quantity")))["n"]
        assert sums["q"] == sums["h"] + sums["s"]
        assert sums["h"] == lines == families * sum(goods[2] for goods in GOODS)
    assert len(hall.served) == families == received == recorded, (len(hall.served), received, recorded)
    return recorded - received, families - received


def _hall(options: argparse.Namespace, number: int) -> Hall:
    """Office, decree, packages, purchase, store, day: through the services that an office uses."""
    office = ensure_office(NewOffice("bench", "Dinas Sosial Kabupaten Situbondo", AREA))
    operator, head = cast.staff(office)
    programme = _programme(operator, head, options.families, number)
    _stock(operator, head, programme, options.families, number)
    day = new_id()
    with scoped(operator) as actor:
        services.plan_day(actor=actor, day=NewDay(day, programme, "Pendopo Kecamatan Contoh", clock.today(), AREA))
        held = services.issue_day(actor=actor, day_id=day)
        assert not held, held
        waiting = reading.slots(actor=actor, day_id=day)
    rng = random.Random(2_600 + number)
    odd = rng.sample(waiting, options.without_ktp + options.proxies)
    special = {slot.id: "no_ktp" for slot in odd[: options.without_ktp]}
    special |= {slot.id: "proxy" for slot in odd[options.without_ktp :]}
    hall = Hall(operator, head, programme, day, list(waiting), rng, special, options.clerks)
    hall.clocks = dict.fromkeys(hall.everybody, 0.0)
    for slot in odd[options.without_ktp :]:
        hall.homes[slot.id] = _proxy(operator, head, slot)
    return hall


def _programme(operator: Actor, head: Actor, families: int, number: int) -> UUID:
    config = parse_config({
        "programme": {"code": f"bench-{number}", "name": "UEP Contoh", "area": "35.12", "year": 2026,
                      "office": "Dinas Sosial Kabupaten Situbondo", "scheme": "individual",
                      "funding": [{"source": "APBD kabupaten", "activity": "1.06.05.2.01", "share": 0.7},
                                  {"source": "APBN", "activity": "DAK", "share": 0.3}]},
        "aid": {"form": "goods", "ceiling_idr": 2_500_000, "packages": {"fish_processing": "P"}},
        "eligibility": {"exclude": ["civil_servant", "deceased"]},
        "quota": {"total": families},
        "ranking": {"weights": {"desil": 40}, "lottery": {"commitments": [commitment(seed) for seed in SEEDS]}},
        "dates": {"proposal": "2026-02-01", "verification": "2026-03-01"},
        "example": {"synthetic": True, "lottery_seeds": list(SEEDS)},
    })  # fmt: skip
    people = new_ids(2 * families)
    homes = [Household(id=key, area=VILLAGES[at % 4], synthetic=True) for at, key in enumerate(people[:families])]
    persons = [
        Person(id=key, household=home, area=home.area, name=f"Warga Contoh {at}", name_key=f"warga contoh {at}",
               is_head=True, birth_date=date(1985, 1, 1), synthetic=True)
        for at, (key, home) in enumerate(zip(people[families:], homes, strict=True), start=1)
    ]  # fmt: skip
    rows = [
        NewCandidate(ref=str(at), list_no=at, area=home.area, household_id=home.pk, person_id=person.pk,
                     sources=("village",), kind="fish_processing", ever_in_business=False)
        for at, (home, person) in enumerate(zip(homes, persons, strict=True), start=1)
    ]  # fmt: skip
    on = date(2026, 5, 1)
    with scoped(operator) as actor:
        Household.objects.bulk_create(homes)
        Person.objects.bulk_create(persons)
        DesilSnapshot.objects.bulk_create(
            DesilSnapshot(household=home, area=home.area, desil=2, as_of=date(2026, 1, 1)) for home in homes
        )
        programme = programmes.create_programme(actor=actor, config=config).id
        programmes.add_candidates_many(actor=actor, programme_id=programme, rows=rows)
        programmes.screen_many(actor=actor, programme_id=programme, on=on)
        programmes.decide_eligibility_many(actor=actor, programme_id=programme, on=on)
        found = [
            NewVerification(ref=row.ref, visited_on=date(2026, 4, 1), verifier="TKSK Contoh", result="confirmed",
                            meeting_on=date(2026, 4, 9), meeting_decision="accepted", note="")
            for row in rows
        ]  # fmt: skip
        programmes.record_verification_many(actor=actor, programme_id=programme, rows=found)
        programmes.freeze_list(actor=actor, programme_id=programme, on=on)
    for party, (seed, who) in enumerate(zip(SEEDS, (operator, head), strict=True), start=1):
        with scoped(who) as actor:
            programmes.reveal_seed(actor=actor, programme_id=programme, party=party, seed=seed, on=on)
    with scoped(operator) as actor:
        programmes.run_selection(actor=actor, programme_id=programme, on=on)
        decree = programmes.propose_decree(
            actor=actor, programme_id=programme, number=f"460/{number}/2026", decreed_on=date(2026, 6, 1)
        ).id
    with scoped(head) as actor:
        programmes.approve_decree(actor=actor, decree_id=decree)
    return programme


def _stock(operator: Actor, head: Actor, programme: UUID, families: int, number: int) -> None:
    lines = [
        PackageLine("P", "fish_processing", name, spec, quantity, unit, price, True)
        for name, spec, quantity, unit, price in GOODS
    ]
    purchase = new_id()
    with scoped(operator) as actor:
        services.define_packages_many(actor=actor, programme_id=programme, lines=lines)
        supplier = services.register_supplier(actor=actor, supplier=NewSupplier(new_id(), "CV Contoh"))
        store = services.open_store(actor=actor, store_id=new_id(), name="Gudang Contoh", area=AREA)
        wanted = tuple(
            WantedLine(item.pk, item.quantity * families, item.unit_price_idr - 1_000)
            for item in PackageItem.objects.filter(package__programme_id=programme)
        )
        signed = date(2026, 7, 1)
        services.record_purchase(
            actor=actor,
            programme_id=programme,
            purchase=NewPurchase(purchase, supplier, Method.CONTRACT, f"SPK/{number}", signed, wanted),
        )
    with scoped(head) as actor:
        services.agree_purchase(actor=actor, purchase_id=purchase)
    with scoped(operator) as actor:
        half = [
            NewLot(new_id(), line.pk, store, signed + timedelta(days=30), part, "Penjaga Contoh")
            for line in PurchaseLine.objects.filter(purchase_id=purchase)
            for part in (line.quantity // 2, line.quantity - line.quantity // 2)
        ]
        services.receive_lots_many(actor=actor, lots=half)


def _proxy(operator: Actor, head: Actor, slot: SlotInfo) -> UUID:
    """An adult of the same KK, with a photo; a second officer agrees."""
    from berdaya.programmes.models import DecreeLine  # noqa: PLC0415

    with scoped(operator) as actor:
        line = DecreeLine.objects.get(pk=slot.decree_line)
        person = Person.objects.create(
            id=new_id(), household_id=line.household_id, area=line.area, name=f"Wakil {slot.ref}",
            name_key=f"wakil {slot.ref}", birth_date=date(1995, 1, 1), synthetic=True,
        )  # fmt: skip
        photo = store_file(
            actor=actor,
            draft=FileDraft(f"foto {slot.id}".encode(), "image/jpeg", "wakil.jpg", "proxy", line.area, line.office_id),
        )
        proxy = services.name_proxy(actor=actor, proxy=NewProxy(new_id(), line.pk, Why.ILL, photo, person=person.pk))
    with scoped(head) as actor:
        services.agree_proxy(actor=actor, proxy_id=proxy)
    return proxy
