"""What only an example shows of funds: second rounds on every kind of terms, meetings, a savings group, goats, arrears.

Real groups keep their books on the phone, on the web or on paper; nothing is made up for them. The members' savings
and the first round come from the folder (`capital`); what stands here begins when that round is paid back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from berdaya.funds import selectors, services
from berdaya.funds.models import Fund, Meeting, Turn
from berdaya.funds.rules import add_months
from berdaya.funds.schedules import plan
from berdaya.funds.types import (
    BankLineDraft,
    DecisionDraft,
    DecisionKind,
    DueInstalment,
    EventKind,
    FundDraft,
    FundKind,
    FundRules,
    GoodsDraft,
    GroupEvent,
    KeepingDraft,
    MeetingDraft,
    MeetingLine,
    MeetingTurn,
    Method,
    Payment,
    Presence,
    Source,
    Terms,
    TurnDraft,
)
from berdaya.funds.wire import terms_json
from berdaya.governance.models import GrowthRules
from berdaya.governance.rules import growth_criteria, set_to
from berdaya.governance.services.cards import issue_cards_many
from berdaya.governance.services.changes import agree_rules, record_founding
from berdaya.governance.services.coaching import record_coaching
from berdaya.governance.services.growth import assess_growth_many, decide_growth_rules, propose_growth_rules
from berdaya.governance.types import CoachingNote, NewRules
from berdaya.groups.models import Membership, Officer
from berdaya.groups.services.members import leave_many, record_elections_many
from berdaya.groups.services.registry import name_sponsor
from berdaya.groups.types import ElectionRow, GroupLimits, LeaveRow, Position
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.process.walk import Walk

BOOKS = 4
"""So many groups are shown with every meeting; up to ROUNDS have a second round without them, the rest lie idle."""
ROUNDS = 14
SMALL = 60
"""Programmes with more funds are shown without these: the demo has to start quickly."""
SECOND, THIRD = date(2026, 1, 10), 8
"""The second round, and the meeting at which the first members have their next turn."""
TURN_IDR, LOAN_IDR, SHARE_IDR, IKS = 5_000_000, 150_000, 10_000, 2_000
TERMS = (
    Terms(instalments=12),
    Terms(Method.FIXED, 12, fee_idr=150_000),
    Terms(Method.FLAT, 12, Decimal(12)),
    Terms(Method.DECLINING, 12, Decimal(18)),
)
LATE = {(1, 1): 1, (2, 2): 2, (5, 0): 1, (6, 1): 4, (9, 2): 5, (11, 0): 2}
"""(place of the group, place of the turn) -> instalments that were not paid: 1, 30 and 90 days late."""
TAKERS = 4
"""Members who take a turn in the second round: a fund that cannot bear them all is not shown with one."""
PLACES = ("Balai kelurahan", "Rumah ketua", "Teras gereja", "Posyandu")
GOAT = "kambing"
ASKED_SINCE = date(2026, 7, 1)
SMALL_GROUPS = "Kelompok binaan kami kecil; simpanan diminta sebatas kemampuannya."
DEARER = "Harga bahan naik; omzet lama tidak lagi menunjukkan usaha yang maju."
SPONSOR = "Karang Taruna Kota Kupang (contoh)"


COACHED = (
    (
        date(2026, 7, 12),
        "Buku kas rapi, tetapi kas disimpan di rumah bendahara.",
        "Setor uang di atas Rp5.000.000.",
        "",
    ),
    (date(2026, 9, 13), "Uang sudah disetor. Dua anggota jarang hadir.", "Kunjungi dua anggota itu bersama.", "yes"),
)


@dataclass(frozen=True)
class Book:
    """A fund with its present members by number; `place` counts the groups by code from 0."""

    fund: UUID
    group: UUID
    place: int
    members: tuple[Membership, ...]

    def key(self, *parts: object) -> UUID:
        """An id that is the same in every demo."""
        return stable_id("demo-fund", self.fund, *parts)


def show(walk: Walk) -> int:
    """Fill the books of a synthetic programme of revolving cash; answers the number of meetings."""
    rule = walk.config.fund
    if (
        rule is None
        or not (settings.DEMO and walk.synthetic and walk.checker)
        or walk.config.programme.scheme != "group"
        or rule.capital_idr < TAKERS * TURN_IDR
    ):
        return 0
    with walk.acting("books"):
        books = _living(walk)
        begun = not books or Meeting.objects.filter(fund_id=books[0].fund).exists()
    if begun or not ROUNDS + 2 < len(books) <= SMALL:
        return 0
    for book in books[:BOOKS]:
        _govern(walk, book)
        _meet(walk, book)
    _second_rounds(walk, books[BOOKS:ROUNDS])
    _savings_group(walk, books[ROUNDS])
    _goats(walk, books[ROUNDS + 1])
    _waiting(walk, books)
    with walk.acting("books"):
        return Meeting.objects.filter(fund__group_id__in=[book.group for book in books]).count()


def grow(walk: Walk) -> str:
    """The class of every group of the programme from what its books, meetings and visits show."""
    today = clock.today()
    _criteria(walk)
    with walk.acting("growth") as actor:
        groups = list(Fund.objects.filter(decree_line__decree__programme=walk.programme).values_list("group_id"))
        counts = assess_growth_many(actor=actor, groups=[row[0] for row in groups], as_of=today)
    return ", ".join(f"{level} {count}" for level, count in counts.items() if count) or "tanpa dana kelompok"


def _criteria(walk: Walk) -> None:
    """An example's office asks something of its own since July, and more from now on if a second person agrees."""
    rule = walk.config.fund
    if rule is None or not (settings.DEMO and walk.synthetic and walk.checker):
        return
    agreed = set_to(growth_criteria(), {"savings_idr": (300_000, 1_500_000), "members": (6, 8)})
    asked = set_to(agreed, {"turnover_idr": (4_000_000, 10_000_000)})
    with walk.acting("criteria") as actor:
        if GrowthRules.objects.filter(office=walk.office).exists():
            return
        key = propose_growth_rules(actor=actor, programme=None, criteria=agreed, reason=SMALL_GROUPS, on=ASKED_SINCE)
    with walk.checking("criteria") as checker:
        decide_growth_rules(actor=checker, proposal=key, accept=True, note="", on=ASKED_SINCE)
    with walk.acting("criteria") as actor:
        propose_growth_rules(actor=actor, programme=None, criteria=asked, reason=DEARER, on=clock.today())


def _living(walk: Walk) -> list[Book]:
    """Funds of the programme whose first round is paid back, by the code of the group."""
    owing = Turn.objects.filter(closed_on=None).values("fund_id")
    funds = Fund.objects.filter(decree_line__decree__programme=walk.programme).exclude(id__in=owing)
    rows = list(funds.order_by("group__code").values_list("id", "group_id"))
    members: dict[UUID, list[Membership]] = {group: [] for _, group in rows}
    present = Membership.objects.filter(group_id__in=members, left_on=None)
    for member in present.order_by("group_id", "number"):
        members[member.group_id].append(member)
    return [Book(fund, group, place, tuple(members[group])) for place, (fund, group) in enumerate(rows)]


def _govern(walk: Walk, book: Book) -> None:
    """Founding minutes, rules in two versions, officers chosen again, a sponsor; the first group has cards."""
    founded, size = date(2024, 8, 26), len(book.members)
    said = f"Rapat pendirian dihadiri {size} anggota. Ketua, sekretaris dan bendahara dipilih dengan mufakat."
    first = NewRules(founded, size, 10_000, 1_000, 1_000, "Tanggal 10 setiap bulan, pukul 15.00", 24,
                     ("Yang menunggak tidak mendapat giliran baru.",))  # fmt: skip
    later = replace(first, agreed_on=SECOND, iks_idr=IKS, present=size - 1, clauses=(
        *first.clauses, "Kas dihitung bersama dan dibacakan keras di akhir pertemuan.",
        "Uang di atas Rp5.000.000 disetor ke bank oleh dua pengurus."))  # fmt: skip
    with walk.acting("rules") as actor:
        record_founding(actor=actor, group_id=book.group, on=founded, present=size, minutes=said)
        for rules in (first, later):
            agree_rules(actor=actor, group_id=book.group, rules=rules)
        standing = dict(
            Officer.objects.filter(group_id=book.group, until=None).values_list("position", "membership__person_id")
        )
        chosen = {Position(position): person for position, person in standing.items()}
        if chosen:
            election = ElectionRow(book.group, SECOND, size - 1, chosen, "vote")
            record_elections_many(actor=actor, rows=[election], limits=GroupLimits())
        for number, (day, seen, advice, followed) in enumerate(COACHED):
            note = CoachingNote(book.key("coaching", number), day, seen, advice, followed)
            record_coaching(actor=actor, group_id=book.group, note=note)
        name_sponsor(actor=actor, group_id=book.group, kind="karang_taruna", name=SPONSOR)
        if not book.place:
            issue_cards_many(actor=actor, group_id=book.group)


def _takers(book: Book) -> tuple[Membership, ...]:
    """The next in line: those who had no turn in the first round, as many as the cash bears."""
    return book.members[5 : 5 + TAKERS]


def _again(book: Book) -> tuple[Membership, ...]:
    """Whose turn comes again in the third round; the last of the groups has none."""
    return () if book.place == ROUNDS - 1 else book.members[:2]


def _dues(book: Book, terms: Terms, opened: date) -> dict[UUID, list[DueInstalment]]:
    """What each taker pays until today, less what this example leaves unpaid."""
    found = {}
    for at, member in enumerate(_takers(book)):
        rows = [row for row in plan(TURN_IDR, terms, opened) if row.due_on <= clock.today()]
        found[member.pk] = rows[: len(rows) - LATE.get((book.place, at), 0)]
    for member in _again(book):
        again = plan(TURN_IDR, terms, add_months(opened, THIRD))
        found[member.pk] = [row for row in again if row.due_on <= clock.today()]
    return found


def _meet(walk: Walk, book: Book) -> None:
    """One meeting a month since the second round began, the money counted and read aloud each time."""
    terms = TERMS[book.place]
    dues = _dues(book, terms, SECOND)
    turns = tuple(MeetingTurn(member.pk, TURN_IDR, terms) for member in _takers(book))
    third = tuple(MeetingTurn(member.pk, TURN_IDR, terms) for member in _again(book))
    with walk.acting("meetings") as actor:
        cash = selectors.fund_balances(actor=actor, fund=book.fund).cash_idr
        for number in range(10):
            day = add_months(SECOND, number)
            lines = tuple(_line(book, member, number, dues, day) for member in book.members)
            given = turns if number == 0 else third if number == THIRD else ()
            cash += sum(line.saving_idr + line.instalment_idr + line.iks_idr + line.fine_idr for line in lines)
            cash -= sum(turn.amount_idr for turn in given)
            draft = MeetingDraft(
                book.key("meeting", day), book.fund, day, lines, given, cash,
                place=PLACES[(book.place + number) % len(PLACES)], note="" if number else "Giliran kedua dibuka.",
            )  # fmt: skip
            services.record_meeting(actor=actor, draft=draft)
        _trade(actor, book)


def _line(book: Book, member: Membership, number: int, dues: dict[UUID, list[DueInstalment]], day: date) -> MeetingLine:
    due = sum(row.amount_idr for row in dues.get(member.pk, ()) if row.due_on == day)
    if not due and (member.number * 7 + number * 3 + book.place) % 11 == 0:
        return MeetingLine(member.pk, Presence.EXCUSED if number % 2 else Presence.ABSENT)
    # The folder's own payments of savings end in September.
    saving = SHARE_IDR * (1 + member.number % 3) if day > date(2026, 9, 30) else 0
    signed = "thumb" if member.number % 4 == 0 else "signature"
    return MeetingLine(member.pk, Presence.PRESENT, saving, due, IKS, signed=signed)


def _trade(actor: Actor, book: Book) -> None:
    """Materials bought and goods sold together; in the second group money at the bank, laid beside its statement."""
    fund = book.fund
    rows = [
        GroupEvent(
            book.key("buy"), fund, EventKind.PURCHASE, 400_000, date(2026, 3, 12), "Bahan untuk pesanan bersama"
        ),
        GroupEvent(book.key("sell"), fund, EventKind.SALE, 1_250_000, date(2026, 8, 18), "Bazar kelurahan"),
    ]
    if book.place == 0:
        help_on = date(2026, 6, 11)
        rows.append(GroupEvent(book.key("help"), fund, EventKind.IKS_HELP, 100_000, help_on, "Santunan duka"))
    lines: list[BankLineDraft] = []
    if book.place == 1:
        moved = (
            (EventKind.BANK_DEPOSIT, 5_000_000, date(2026, 2, 12), "SETOR TUNAI"),
            (EventKind.INTEREST, 12_500, date(2026, 6, 30), "BUNGA"),
            (EventKind.BANK_COST, 6_000, date(2026, 6, 30), "BIAYA ADM"),
        )
        rows += [GroupEvent(book.key(kind), fund, kind, amount, day) for kind, amount, day, _ in moved]
        held = 0
        for kind, amount, day, text in (*moved, (EventKind.BANK_COST, 6_000, date(2026, 9, 30), "BIAYA ADM")):
            signed = -amount if kind is EventKind.BANK_COST else amount
            held += signed
            lines.append(BankLineDraft(book.key("bank", kind, day), day, signed, text, held))
    for event in rows:
        services.record_group_event(actor=actor, event=event)
    if lines:
        services.record_bank_lines(actor=actor, fund=fund, lines=lines)


def _second_rounds(walk: Walk, books: Sequence[Book]) -> None:
    """Second rounds without meetings on file: the officers wrote down what was paid; some are late."""
    turns, payments = [], []
    for book in books:
        terms, opened = TERMS[book.place % len(TERMS)], SECOND + timedelta(days=book.place)
        turns += [
            TurnDraft(book.key("turn", member.number), member.pk, TURN_IDR, terms.instalments, on, fund=book.fund,
                      terms=terms)
            for members, on in ((_takers(book), opened), (_again(book), add_months(opened, THIRD)))
            for member in members
        ]  # fmt: skip
        payments += [
            Payment(book.key("paid", row.number, member), member, EventKind.INSTALMENT, row.due_on, row.amount_idr,
                    fund=book.fund)
            for member, rows in _dues(book, terms, opened).items() for row in rows
        ]  # fmt: skip
    between = add_months(SECOND, THIRD)
    with walk.acting("rounds") as actor:
        # The third round lives on what the second one paid back.
        for late in (False, True):
            services.open_turns_many(actor=actor, drafts=[one for one in turns if (one.opened_on >= between) is late])
            services.record_payments_many(
                actor=actor, payments=[one for one in payments if (one.occurred_on >= between) is late]
            )


def _savings_group(walk: Walk, book: Book) -> None:
    """A savings group beside the fund: shares, a social fund, small loans, a share-out in December, a new year."""
    rules = FundRules(Terms(Method.FLAT, 3, Decimal(24)), share_idr=SHARE_IDR, max_shares=5)
    fund = book.key("vsla")
    own = replace(book, fund=fund)
    with walk.acting("vsla") as actor:
        draft = FundDraft(fund, book.group, date(2025, 2, 15), FundKind.VSLA, rules=rules)
        services.open_fund(actor=actor, draft=draft)
        for number in range(11):
            _save(actor, own, add_months(date(2025, 2, 15), number), number, rules.terms, loans=(3,))
    decided = date(2025, 12, 20)
    _decide(walk, DecisionDraft(own.key("share-out"), fund, DecisionKind.SHARE_OUT,
                                "Berita acara pembagian tabungan 2025", decided), decided)  # fmt: skip
    with walk.acting("vsla") as actor:
        for number in range(10):
            _save(actor, own, add_months(date(2026, 1, 15), number), number, rules.terms, loans=(3, 8))


def _save(actor: Actor, book: Book, day: date, number: int, terms: Terms, *, loans: tuple[int, ...]) -> None:
    """A meeting of the savings group: one to five shares each; loans at some meetings, paid back in the next three."""
    dues = plan(LOAN_IDR, terms, day)
    due = sum(dues[number - start - 1].amount_idr for start in loans if 0 < number - start <= len(dues))
    lines = tuple(
        MeetingLine(
            member.pk, Presence.PRESENT, SHARE_IDR * (1 + (member.number * 3 + number) % 5),
            due if at < 2 else 0, IKS, signed="signature",
        )
        for at, member in enumerate(book.members)
    )  # fmt: skip
    turns = tuple(MeetingTurn(member.pk, LOAN_IDR, terms) for member in book.members[:2]) if number in loans else ()
    draft = MeetingDraft(book.key("meeting", day), book.fund, day, lines, turns, place=PLACES[number % len(PLACES)])
    services.record_meeting(actor=actor, draft=draft)


def _goats(walk: Walk, book: Book) -> None:
    """Goats in four members' care: kids are born, some are given back and passed on, one dies with minutes."""
    fund = book.key("goats")
    rules = FundRules(unit=GOAT, first_to_keeper=1, keeper_share=50)
    keepers = book.members[:4]
    first, until = date(2025, 3, 3), date(2027, 3, 3)
    keys = [book.key("keeping", member.number) for member in keepers]
    with walk.acting("goats") as actor:
        services.open_fund(actor=actor, draft=FundDraft(fund, book.group, first, FundKind.GOODS_TURNS, rules=rules))
        goods = GoodsDraft(book.key("goats", "in"), fund, GOAT, 14, first, "Kambing kacang, 12 betina dan 2 jantan")
        services.receive_goods(actor=actor, draft=goods)
        for key, member in zip(keys, keepers, strict=True):
            draft = KeepingDraft(key, fund, member.pk, GOAT, 3, 3, first, until)
            services.open_keeping(actor=actor, draft=draft)
        for at, (count, day) in enumerate(((2, date(2025, 9, 14)), (3, date(2025, 10, 2)), (4, date(2026, 4, 20)))):
            services.record_birth(actor=actor, id=book.key("kids", at), keeping=keys[at], count=count, occurred_on=day)
        services.pass_on(actor=actor, id=book.key("on"), keeping=keys[1], count=3, occurred_on=date(2026, 5, 5))
        draft = KeepingDraft(book.key("keeping", "second"), fund, book.members[4].pk, GOAT, 3, 3, date(2026, 5, 6),
                             date(2028, 5, 6))  # fmt: skip
        services.open_keeping(actor=actor, draft=draft)
    _decide(walk, DecisionDraft(book.key("died"), fund, DecisionKind.GOODS_LOSS, "Berita acara kematian ternak 3/2026",
                                date(2026, 7, 8), keys[3], {"count": 1, "forgiven": 1}), date(2026, 7, 10))  # fmt: skip


def _decide(walk: Walk, draft: DecisionDraft, on: date) -> None:
    """Proposed by one officer, accepted by another on the day."""
    with clock.frozen(on):
        with walk.acting("decision") as actor:
            services.propose_decision(actor=actor, draft=draft)
        with walk.checking("decision") as checker:
            services.decide_proposal(actor=checker, decision=draft.id, accept=True)


def _waiting(walk: Walk, books: Sequence[Book]) -> None:
    """What waits for people: a debt to write off, a new schedule, a meeting against the rules, a paper form."""
    late = books[9]
    turn = late.key("turn", _takers(late)[2].number)
    terms = {"terms": terms_json(Terms(instalments=12, pause=3))}
    _decide(walk, DecisionDraft(late.key("reschedule"), late.fund, DecisionKind.RESCHEDULE, "Berita acara 2/2026",
                                date(2026, 8, 14), turn, terms), date(2026, 8, 15))  # fmt: skip
    owing = books[6]
    wrong, paper = books[2], books[3]
    taker = _takers(wrong)[0]
    with walk.acting("waiting") as actor:
        services.propose_decision(actor=actor, draft=DecisionDraft(
            owing.key("write-off"), owing.fund, DecisionKind.WRITE_OFF, "Berita acara 4/2026", date(2026, 10, 20),
            owing.key("turn", _takers(owing)[1].number)))  # fmt: skip
        lines = [MeetingLine(member.pk, iks_idr=IKS, signed="signature") for member in wrong.members]
        lines[5] = replace(lines[5], membership=taker.pk, instalment_idr=2_750_000)
        services.record_meeting(actor=actor, draft=MeetingDraft(
            wrong.key("meeting", "phone"), wrong.fund, date(2026, 10, 24), tuple(lines), place=PLACES[2],
            source=Source.PHONE, note="Angsuran dilunasi sekaligus."))  # fmt: skip
        services.record_meeting(actor=actor, draft=MeetingDraft(
            paper.key("meeting", "paper"), paper.fund, date(2026, 10, 25),
            tuple(MeetingLine(member.pk, saving_idr=SHARE_IDR, iks_idr=IKS) for member in paper.members),
            place=PLACES[3], source=Source.PAPER))  # fmt: skip
        leaver = books[ROUNDS + 2].members[-1]
        left = LeaveRow(leaver.group_id, leaver.person_id, date(2026, 9, 30), "Pindah mengikuti keluarga ke Soe")
        leave_many(actor=actor, limits=GroupLimits(), rows=[left])
