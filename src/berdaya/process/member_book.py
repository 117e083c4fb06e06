"""A member's own account over all funds of her group: for her, on paper, and as a message to her alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Q

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.funds import accounts
from berdaya.funds.books import loan_book
from berdaya.funds.models import CashEvent, Fund
from berdaya.funds.paper import books_on_paper
from berdaya.funds.selectors import names_of
from berdaya.funds.types import EVENT_NAMES, EventKind
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Account, Book, Transfer
from berdaya.people.models import Person
from berdaya.process.group_books import DAY, MONEY, GroupBook, Head, Row, on_paper, signing

LAST = 2**62
"""Behind every number of a book."""
PAID = {EventKind.SAVING, EventKind.IKS, EventKind.FINE, EventKind.FEE, EventKind.INSTALMENT}
RECEIVED = {EventKind.TURN, EventKind.WITHDRAWAL, EventKind.SHARE_OUT, EventKind.IKS_HELP}
HEADS = (
    Head("Tanggal", "Day", DAY), Head("Uraian", "Entry"), Head("Anda bayar", "You paid", MONEY),
    Head("Anda terima", "You received", MONEY), Head("Simpanan", "Savings", MONEY), Head("Pinjaman", "Loan", MONEY),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MemberBook:
    """Rekening anggota: what she has, owes and pays next in whole rupiah, every entry, and the book's last entry.

    `goods` are (unit, in her care, her own) of what her group revolves.
    """

    membership: UUID
    group: UUID
    group_name: str
    group_code: str
    office: str
    number: int
    name: str
    phone: str
    synthetic: bool
    savings_idr: int
    debt_idr: int
    late_idr: int
    next_on: date | None
    next_idr: int
    goods: tuple[tuple[str, int, int], ...]
    book: GroupBook
    head_seq: int
    head_hash: str


def member_book(*, actor: Actor, membership: UUID, language: str = "id") -> MemberBook:
    """One member's account. Raises `not_allowed`, `not_found` outside the scope.

    Entries run over all funds of the group in order of day; savings and loans are those of the books' chain.
    """
    require(actor, "group.read")
    member = Membership.objects.select_related("group__office").filter(pk=membership).first()
    if member is None:
        raise Problem("not_found")
    side = 1 if language.startswith("en") else 0
    funds = list(Fund.objects.filter(group=member.group_id).order_by("opened_on", "id"))
    moves = [move for fund in funds for move in _moves(fund, member)]
    rows, savings, debt = [], 0, 0
    for move in sorted(moves, key=lambda item: item.on):
        if not move.gone:
            savings, debt = savings + move.saved, debt + move.owed
        paid, received = (move.amount if move.kind in kinds else None for kinds in (PAID, RECEIVED))
        balances = (None, None) if move.gone else (savings, debt)
        rows.append(Row((move.on, EVENT_NAMES[move.kind][side], paid, received, *balances), move.gone))
    loans = [row for fund in funds for row in loan_book(actor=actor, fund=fund.pk, as_of=clock.today())]
    due = [(row.next_due_on, row.next_due) for row in loans if row.number == member.number and row.next_due_on]
    late = sum(row.overdue for row in loans if row.number == member.number and row.state == "open")
    next_on = min((day for day, _ in due), default=None)
    next_idr = sum(amount for day, amount in due if day == next_on)
    heads = Book.objects.filter(fund__in=funds).order_by("fund__opened_on").values_list("seq", "head")
    seq, head = heads.first() or (0, b"")
    name = names_of([member])[member.pk]
    title = f"Rekening {member.number}. {name}"
    return MemberBook(
        member.pk, member.group_id, member.group.name, member.group.code, member.group.office.name, member.number, name,
        _phone(member), member.group.synthetic, savings, debt, late, next_on, next_idr, _goods(funds, member.number),
        GroupBook("rekening", (title, title), HEADS, tuple(rows), (2, 3)), seq, bytes(head).hex(),
    )  # fmt: skip


def member_book_pdf(*, actor: Actor, membership: UUID) -> bytes:
    """The account as PDF, in Indonesian, with number and hash of the book's last entry."""
    found = member_book(actor=actor, membership=membership)
    record(actor=actor, name="group.member_book", subject_kind="membership", subject_id=membership)
    return _printed([found])


def group_accounts_pdf(*, actor: Actor, group: UUID) -> bytes:
    """The accounts of all present members as one PDF, a sheet or more each, to be handed out after a meeting.

    Raises `not_allowed`, `not_found` for a group outside the scope or without members.
    """
    require(actor, "group.read")
    members = Membership.objects.filter(group=group, left_on=None).order_by("number").values_list("pk", flat=True)
    found = [member_book(actor=actor, membership=member) for member in members]
    if not found:
        raise Problem("not_found")
    record(actor=actor, name="group.member_books", subject_kind="group", subject_id=group, count=len(found))
    return _printed(found)


def _printed(found: Sequence[MemberBook]) -> bytes:
    """Accounts of one group's members on paper, signed by each member and the treasurer."""
    first, treasurer = found[0], signing(found[0].group)[-1]
    days = [row.values[0] for own in found for row in own.book.rows if isinstance(row.values[0], date)]
    return books_on_paper(
        group=first.group_name, code=first.group_code, since=min(days, default=clock.today()), until=clock.today(),
        synthetic=first.synthetic, head_seq=first.head_seq, head_hash=first.head_hash,
        books=[on_paper(own.book, [("Anggota", own.name), treasurer], _figures(own)) for own in found],
    )  # fmt: skip


def _figures(found: MemberBook) -> list[tuple[str, str]]:
    figures = [("Simpanan", found.savings_idr), ("Pinjaman", found.debt_idr)]
    figures += [("Lewat tanggal", found.late_idr)] if found.late_idr else []
    told = [(name, fmt.rupiah(amount, lang="id")) for name, amount in figures]
    if found.next_on:
        day = fmt.day(found.next_on, lang="id")
        told.append((f"Angsuran {day}", fmt.rupiah(found.next_idr, lang="id")))
    for unit, kept, own in found.goods:
        told += [("Dipelihara", f"{kept} {unit}"), ("Milik sendiri", f"{own} {unit}")]
    return told


def member_message(found: MemberBook) -> str:
    """What goes to the member alone: her own figures and where to check them; nothing of the group's cash or others."""
    lines = [
        f"{found.group_name}, {fmt.day(clock.today(), lang='id')}.",
        f"{found.number}. {found.name}:",
        f"Simpanan Anda {fmt.rupiah(found.savings_idr, lang='id')}.",
        f"Pinjaman Anda {fmt.rupiah(found.debt_idr, lang='id')}.",
    ]
    if found.late_idr:
        lines.append(f"Yang sudah lewat tanggal {fmt.rupiah(found.late_idr, lang='id')}.")
    if found.next_on:
        lines.append(
            f"Angsuran berikutnya {fmt.rupiah(found.next_idr, lang='id')}, {fmt.day(found.next_on, lang='id')}."
        )
    lines += [f"Anda memelihara {kept} {unit}; {own} milik Anda sendiri." for unit, kept, own in found.goods]
    lines.append("Periksa sendiri: pindai QR di kartu Anda, lalu ketik enam angkanya.")
    lines.append(f"Ada yang tidak cocok? {settings.BERDAYA_PUBLIC_URL.rstrip('/')}/pengaduan/")
    return "\n".join(lines)


def _goods(funds: Sequence[Fund], number: int) -> tuple[tuple[str, int, int], ...]:
    """Unit, in the member's care, her own."""
    held: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = Account.objects.filter(book__fund__in=funds, code__endswith=f":{number}").exclude(unit="IDR")
    for unit, code, balance in rows.exclude(balance=0).order_by("unit").values_list("unit", "code", "balance"):
        for at, place in enumerate((accounts.kept(unit, number), accounts.own(unit, number))):
            held[unit][at] += balance if code == place else 0
    return tuple((unit, kept, own) for unit, (kept, own) in held.items())


@dataclass(frozen=True, slots=True)
class _Move:
    on: date
    kind: EventKind
    amount: int
    saved: int
    owed: int
    gone: bool


def _moves(fund: Fund, member: Membership) -> list[_Move]:
    """Every event of the member in one fund, in the order of the book, with what it did to her savings and her debt."""
    own = {code: accounts.account_id(fund.book_id, code)
           for code in (accounts.saving(member.number), accounts.debt(member.number))}  # fmt: skip
    saving, debt = own.values()
    done: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    rows = Transfer.objects.filter(Q(debit__in=own.values()) | Q(credit__in=own.values()), book_id=fund.book_id)
    for key, debit, credit, amount in rows.order_by("seq").values_list("event_id", "debit_id", "credit_id", "amount"):
        done[key][0] += amount * ((credit == saving) - (debit == saving))
        done[key][1] += amount * ((debit == debt) - (credit == debt))
    events = CashEvent.objects.filter(Q(pk__in=done) | Q(membership=member), fund=fund, unit="IDR")
    undone = set(CashEvent.objects.filter(fund=fund, reverses__isnull=False).values_list("reverses_id", flat=True))
    numbers = Transfer.objects.filter(book_id=fund.book_id, event_id__in=list(events.values_list("id", flat=True)))
    order = dict(numbers.values_list("event_id").annotate(first=Min("seq")).order_by())
    found = []
    for event in sorted(events, key=lambda item: (item.occurred_on, order.get(item.pk, LAST), str(item.pk))):
        kind = EventKind(event.kind)
        # Her part of a share-out stands in an event of its own; what it took from her savings in the group's.
        if kind is EventKind.REVERSAL or (kind is EventKind.SHARE_OUT and event.membership_id is None):
            continue
        saved, owed = done.get(event.pk, (0, 0))
        if kind is EventKind.SHARE_OUT:
            saved = sum(
                done[other.pk][0] for other in events
                if other.kind == kind and event.pk == stable_id("share", other.pk, member.number)
            )  # fmt: skip
        found.append(_Move(event.occurred_on, kind, event.amount, saved, owed, event.pk in undone))
    return found


def _phone(member: Membership) -> str:
    """Her number where the role may see persons; officers choose her among their own contacts."""
    return str(Person.objects.filter(pk=member.person_id).values_list("phone", flat=True).first() or "")
