"""LPJ: opened with its budget, filled with dated receipts, handed in, accepted or sent back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import Error, transaction
from django.db.models import Sum

from berdaya.access.permissions import require, signed
from berdaya.accountability import rules
from berdaya.accountability.models import Lpj, LpjEntry, LpjItem
from berdaya.accountability.problems import problem_of
from berdaya.accountability.types import EntryKind, LpjDraft, LpjState, LpjTotals, NewEntry
from berdaya.areas.codes import Level, ancestor
from berdaya.audit import services as audit
from berdaya.files.services import store_photo
from berdaya.files.types import FileDraft
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, save
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

OPEN = (LpjState.DRAFT, LpjState.RETURNED)


@transaction.atomic
def open_lpj_many(*, actor: Actor, drafts: Sequence[LpjDraft], days: int = rules.LPJ_DAYS) -> int:
    """Open a report for each recipient who has none yet, with the approved budget; returns how many are new."""
    require(actor, "handover.record")
    known = set(
        Lpj.objects.filter(decree_line_id__in=[draft.decree_line for draft in drafts]).values_list(
            "decree_line_id", flat=True
        )
    )
    fresh = [draft for draft in drafts if draft.decree_line not in known]
    reports = [
        Lpj(
            id=stable_id("lpj", draft.decree_line),
            **_of(draft),
            decree_line_id=draft.decree_line,
            received_on=draft.received_on,
            received_idr=sum(item[3] for item in draft.items),
            due_on=rules.due_on(draft.received_on, days),
        )
        for draft in fresh
    ]
    create(reports)
    create(
        LpjItem(
            id=stable_id("lpj-item", report.pk, number),
            **_of(draft),
            lpj_id=report.pk,
            number=number,
            name=name,
            quantity=quantity,
            unit=unit,
            amount_idr=amount,
        )
        for report, draft in zip(reports, fresh, strict=True)
        for number, (name, quantity, unit, amount) in enumerate(draft.items, start=1)
    )
    if fresh:
        audit.record(actor=actor, name="lpj.opened", count=len(fresh))
    return len(fresh)


def _of(draft: LpjDraft) -> dict[str, Any]:
    return {"area": draft.area, "office_id": draft.office, "group_id": draft.group, "household_id": draft.household}


def add_entries_many(*, actor: Actor, lpj_id: UUID, entries: Sequence[NewEntry]) -> list[UUID]:
    """Add receipts and returns to an open report; known ids are left as they are. Returns the new ones.

    Raises `not_found`, `accountability.future`, and what the database refuses: `lpj_closed`, `before_received`,
    `not_in_budget`, `beyond_received`.
    """
    return add_books_many(actor=actor, books={lpj_id: entries})


@transaction.atomic
def add_books_many(*, actor: Actor, books: Mapping[UUID, Sequence[NewEntry]]) -> list[UUID]:
    """Entries of several reports, all or none; as :func:`add_entries_many`.

    Raises `not_found`, `accountability.future`, `accountability.not_in_budget`.
    """
    require(actor, "lpj.write")
    reports = Lpj.objects.in_bulk(list(books))
    if len(reports) != len(books):
        raise Problem("not_found")
    given = {entry.id: (reports[key], entry) for key, entries in books.items() for entry in entries}
    known = set(LpjEntry.objects.filter(pk__in=list(given)).values_list("id", flat=True))
    fresh = [pair for key, pair in given.items() if key not in known]
    for _, entry in fresh:
        if entry.occurred_on > clock.today():
            raise Problem("accountability.future", day=entry.occurred_on.isoformat())
        if (entry.kind is EntryKind.SPENT) != (entry.item is not None):
            raise Problem("accountability.not_in_budget")
    rows = [_entry(actor, report, entry) for report, entry in fresh]
    try:
        with transaction.atomic():
            create(rows)
    except Error as error:
        raise problem_of(error) or error from error
    if fresh:
        audit.record(actor=actor, name="lpj.entered", count=len(fresh))
    return [entry.id for _, entry in fresh]


def _entry(actor: Actor, report: Lpj, entry: NewEntry) -> LpjEntry:
    receipt = None
    if entry.receipt:
        draft = FileDraft(
            content=entry.receipt,
            media_type="image/jpeg",
            name="nota.jpg",
            purpose="receipt",
            area=report.area,
            office=report.office_id,
        )
        receipt = store_photo(actor=actor, draft=draft)
    return LpjEntry(
        id=entry.id,
        area=report.area,
        office_id=report.office_id,
        group_id=report.group_id,
        household_id=report.household_id,
        lpj_id=report.pk,
        kind=entry.kind,
        item_id=entry.item,
        occurred_on=entry.occurred_on,
        seller=entry.seller,
        description=entry.description,
        amount_idr=entry.amount_idr,
        receipt_id=receipt,
        account_id=signed(actor),
    )


@transaction.atomic
def take_back(*, actor: Actor, entry_id: UUID) -> UUID:
    """Take one entry back by a reversal; both stay in the book. Raises `not_found`, `not_a_reversal`, `lpj_closed`."""
    entry = LpjEntry.objects.select_related("lpj").filter(pk=entry_id).first()
    if entry is None:
        raise Problem("not_found")
    _writable(actor, entry.lpj_id)
    back = LpjEntry(
        id=stable_id("lpj-reversal", entry_id),
        area=entry.area,
        office_id=entry.office_id,
        group_id=entry.group_id,
        household_id=entry.household_id,
        lpj_id=entry.lpj_id,
        kind=entry.kind,
        item_id=entry.item_id,
        occurred_on=entry.occurred_on,
        description=f"Pembatalan: {entry.description}"[:200],
        amount_idr=entry.amount_idr,
        reverses_id=entry.pk,
        account_id=signed(actor),
    )
    try:
        with transaction.atomic():
            LpjEntry.objects.bulk_create([back], ignore_conflicts=True)
    except Error as error:
        raise problem_of(error) or error from error
    return back.pk


def submit(*, actor: Actor, lpj_id: UUID, author: str = "") -> None:
    """Hand a report in under its author's name. Raises `not_found`, `lpj_closed`, `accountability.left_over`."""
    _writable(actor, lpj_id)
    submit_many(actor=actor, authors={lpj_id: author})


@transaction.atomic
def submit_many(*, actor: Actor, authors: Mapping[UUID, str]) -> int:
    """Hand reports in, all or none; report -> name of its author, empty for the actor's. Raises as :func:`submit`."""
    require(actor, "lpj.write")
    reports = list(Lpj.objects.select_for_update().filter(pk__in=list(authors)).order_by("pk"))
    if len(reports) != len(authors):
        raise Problem("not_found")
    sums = _sums([report.pk for report in reports])
    for report in reports:
        if LpjState(report.state) not in OPEN:
            raise Problem("accountability.lpj_closed")
        left = report.received_idr - sums.get(report.pk, 0)
        if left:
            raise Problem("accountability.left_over", left=f"{left:,}".replace(",", "."))
        report.state = LpjState.SUBMITTED
        report.author = authors[report.pk].strip() or actor.name
        report.author_role = actor.role
        report.author_id = actor.account_id
        report.submitted_on = clock.today()
        report.reason = ""
        report.decided_on = None
        report.decided_by = None
    save(reports, _HANDED_IN)
    audit.record(actor=actor, name="lpj.submitted", count=len(reports))
    return len(reports)


_HANDED_IN = ["state", "author", "author_role", "author_id", "submitted_on", "reason", "decided_on", "decided_by"]


def _sums(reports: Sequence[UUID]) -> dict[UUID, int]:
    """Rupiah with a receipt or returned, without what was taken back."""
    rows = LpjEntry.objects.filter(lpj__in=reports, reverses=None, reversed_by=None)
    return dict(rows.values_list("lpj_id").annotate(total=Sum("amount_idr")))


def decide(*, actor: Actor, lpj_id: UUID, accept: bool, reason: str = "") -> None:
    """Accept a report or send it back with a reason; never by its author.

    Raises `not_found`, `lpj_closed`, `accountability.own_report`, `accountability.needs_reason`.
    """
    decide_many(actor=actor, lpj_ids=[lpj_id], accept=accept, reason=reason)


@transaction.atomic
def decide_many(*, actor: Actor, lpj_ids: Sequence[UUID], accept: bool, reason: str = "") -> int:
    """One decision on several reports, all or none. Raises as :func:`decide`."""
    require(actor, "lpj.decide")
    if not accept and not reason.strip():
        raise Problem("accountability.needs_reason")
    reports = list(Lpj.objects.select_for_update().filter(pk__in=lpj_ids).order_by("pk"))
    if len(reports) != len(set(lpj_ids)):
        raise Problem("not_found")
    for report in reports:
        if report.state != LpjState.SUBMITTED:
            raise Problem("accountability.lpj_closed")
        if report.author_id == actor.account_id:
            raise Problem("accountability.own_report")
        report.state = LpjState.ACCEPTED if accept else LpjState.RETURNED
        report.decided_on = clock.today()
        report.decided_by = actor.account_id
        report.reason = reason.strip()
    save(reports, ["state", "decided_on", "decided_by", "reason"])
    audit.record(actor=actor, name="lpj.decided", count=len(reports), accepted=accept)
    return len(reports)


@transaction.atomic
def remind_many(*, actor: Actor, programme_code: str = "") -> int:
    """One task for each kecamatan and programme with open reports near or past their date; returns how many stand."""
    require(actor, "task.manage")
    today = clock.today()
    rows = Lpj.objects.filter(state__in=OPEN, due_on__lte=today + timedelta(days=rules.REMIND_BEFORE))
    if programme_code:
        rows = rows.filter(decree_line__decree__programme__code=programme_code)
    places: dict[tuple[str, int, int], list[date]] = defaultdict(list)
    for area, office, due, code in rows.values_list(
        "area", "office_id", "due_on", "decree_line__decree__programme__code"
    ):
        places[code, office, ancestor(area, Level.DISTRICT)].append(due)
    made = tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"lpj:{code}:{place}",
                kind="lpj_due",
                title=f"Ingatkan {len(due)} penerima yang LPJ-nya jatuh tempo",
                area=place,
                office_id=office,
                owner_role="operator",
                raised_on=today,
                due_on=max(min(due), today),
                programme_code=code,
                params={"count": len(due), "oldest": min(due).isoformat()},
            )
            for (code, office, place), due in sorted(places.items())
        ],
    )
    return len(made)


def totals_of(report: Lpj) -> LpjTotals:
    """The sums of a report, without what was taken back."""
    rows = LpjEntry.objects.filter(lpj=report).values_list("id", "kind", "item_id", "amount_idr", "reverses_id")
    return rules.totals_of(
        report.received_idr, [(key, EntryKind(kind), item, amount, back) for key, kind, item, amount, back in rows]
    )


def _writable(actor: Actor, lpj_id: UUID) -> Lpj:
    require(actor, "lpj.write")
    report = Lpj.objects.filter(pk=lpj_id).first()
    if report is None:
        raise Problem("not_found")
    return report
