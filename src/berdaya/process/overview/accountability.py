"""What pages on confirmation and LPJ show: words of recipients in one picture, and how late reports are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from berdaya.access.models import Account
from berdaya.access.permissions import can, require
from berdaya.accountability import rules
from berdaya.accountability.models import ConfirmationCode, Lpj, LpjEntry, LpjItem, SpotCheck, Statement
from berdaya.accountability.recipients import Recipient, recipients_of
from berdaya.accountability.services.codes import link_text
from berdaya.accountability.services.lpj import totals_of
from berdaya.accountability.types import Age, LpjState, LpjTotals, Word
from berdaya.grants.lines import name_of
from berdaya.grants.models import Handover, HandoverLine
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.phones import whatsapp_link
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, found, page_of, places, staff_only, within
from berdaya.programmes.models import Programme


@dataclass(frozen=True)
class WordFilter(ListFilter):
    """Filter of the list of handovers by what their recipients say."""

    programme: str = ""
    word: str = ""


@dataclass(frozen=True)
class WordRow:
    """One handover and what its recipients say: how many of them spoke, and the rupiah behind it."""

    id: UUID
    number: str
    recipient: str
    area: str
    on: date
    value_idr: int
    people: int
    spoke: int
    missing: int
    word: Word
    flagged: bool


@dataclass(frozen=True)
class WordView:
    """All words of a filter in one picture: handovers and rupiah by word."""

    counts: dict[Word, int]
    amounts: dict[Word, int]
    issued: int
    flagged: int
    checks_open: int
    checks_done: int
    page: Page[WordRow]


# One row for each handover: people with a standing code, how many spoke, how many miss something.
_WORDS = """
    WITH people AS (
      SELECT c.handover_id, count(*) AS people, count(last.complete) AS spoke,
             count(*) FILTER (WHERE NOT last.complete) AS missing, bool_or(c.flags <> '[]'::jsonb) AS flagged
      FROM accountability_confirmationcode c
      LEFT JOIN LATERAL (
        SELECT s.complete FROM accountability_statement s
        WHERE s.area = c.area AND s.handover_id = c.handover_id AND s.person_id = c.person_id
        ORDER BY s.said_on DESC, s.recorded_at DESC, s.id DESC LIMIT 1) last ON true
      WHERE c.revoked_on IS NULL GROUP BY c.handover_id
    ), worded AS (
      SELECT h.id, h.number, h.area, h.occurred_on, h.value_idr, h.received_by,
             coalesce(p.people, 0) AS people, coalesce(p.spoke, 0) AS spoke, coalesce(p.missing, 0) AS missing,
             coalesce(p.flagged, false) AS flagged,
             CASE WHEN p.missing > 0 OR said.complete = false THEN 'differs'
                  WHEN said.complete OR (p.people > 0 AND p.spoke = p.people) THEN 'confirmed'
                  WHEN p.spoke > 0 THEN 'partly' ELSE 'unconfirmed' END AS word
      FROM grants_handover h
      JOIN programmes_decreeline dl ON dl.area = h.area AND dl.id = h.decree_line_id
      JOIN programmes_decree d ON d.id = dl.decree_id
      JOIN programmes_programme g ON g.id = d.programme_id
      LEFT JOIN people p ON p.handover_id = h.id
      LEFT JOIN LATERAL (
        SELECT c.complete FROM grants_confirmation c WHERE c.area = h.area AND c.handover_id = h.id
        ORDER BY c.said_on DESC, c.recorded_at DESC, c.id DESC LIMIT 1) said ON true
      WHERE (%(programme)s = '' OR g.code = %(programme)s)
    )
"""
PER_PAGE = 50


def words_of(*, actor: Actor, filters: WordFilter) -> WordView:
    """Words of recipients by handover, differences first, with the picture of all of them. Four queries."""
    staff_only(actor)
    require(actor, "family.read")
    params = {"programme": filters.programme}
    counts: Counter[Word] = Counter()
    amounts: Counter[Word] = Counter()
    flagged = 0
    for word, number, amount, marked in fetch(
        f"{_WORDS} SELECT word, count(*), sum(value_idr), count(*) FILTER (WHERE flagged) FROM worded GROUP BY word",
        params,
    ):
        counts[Word(word)], amounts[Word(word)] = number, int(amount)
        flagged += marked
    chosen = filters.word if filters.word in set(Word) else ""
    total = counts[Word(chosen)] if chosen else counts.total()
    number = min(max(1, filters.page), max(1, -(-total // PER_PAGE)))
    rows = fetch(
        f"""
        {_WORDS} SELECT id, number, received_by, area, occurred_on, value_idr, people, spoke, missing, word, flagged
        FROM worded WHERE (%(word)s = '' OR word = %(word)s)
        ORDER BY array_position(ARRAY['differs', 'partly', 'unconfirmed', 'confirmed'], word), occurred_on, number
        LIMIT {PER_PAGE} OFFSET %(offset)s
        """,
        params | {"word": chosen, "offset": (number - 1) * PER_PAGE},
    )
    known = places(row[3] for row in rows)
    shown = tuple(
        WordRow(key, paper, name, known.get(area, ""), on, value, people, spoke, missing, Word(word), marked)
        for key, paper, name, area, on, value, people, spoke, missing, word, marked in rows
    )
    checks = SpotCheck.objects.all()
    if filters.programme:
        checks = checks.filter(handover__decree_line__decree__programme__code=filters.programme)
    done = Counter(checks.values_list("checked_on", flat=True))
    return WordView(
        counts=dict(counts),
        amounts=dict(amounts),
        issued=_issued(filters.programme),
        flagged=flagged,
        checks_open=done.pop(None, 0),
        checks_done=done.total(),
        page=Page(shown, total, number),
    )


def _issued(programme: str) -> int:
    rows = ConfirmationCode.objects.filter(revoked_on=None)
    if programme:
        rows = rows.filter(handover__decree_line__decree__programme__code=programme)
    return rows.count()


@dataclass(frozen=True)
class SpeechView:
    """One handover as its recipients tell it."""

    handover: Handover
    recipient: str
    area: str
    lines: tuple[HandoverLine, ...]
    people: tuple[Recipient, ...]
    codes: tuple[ConfirmationCode, ...]
    statements: tuple[Statement, ...]
    told: dict[UUID, dict[UUID, int]]
    check: SpotCheck | None
    links: dict[UUID, str]
    word: Word
    own: bool


def speech_of(*, actor: Actor, handover_id: UUID) -> SpeechView:
    """What each recipient of a handover says. Raises `not_found`."""
    staff_only(actor)
    require(actor, "family.read")
    rows = Handover.objects.select_related("decree_line__candidate__person", "decree_line__candidate__group")
    handover = found(rows.filter(pk=handover_id).first())
    statements = tuple(handover.statements.prefetch_related("lines").order_by("said_on", "recorded_at", "id"))
    people = tuple(recipients_of([handover_id]))
    codes = tuple(handover.codes.filter(revoked_on=None))
    return SpeechView(
        handover=handover,
        recipient=name_of(handover.decree_line),
        area=places([handover.area]).get(handover.area, ""),
        lines=tuple(handover.lines.select_related("item").order_by("item__number")),
        people=people,
        codes=codes,
        statements=statements,
        told={item.pk: {line.line_id: line.quantity for line in item.lines.all()} for item in statements},
        links=_links(actor, people, codes),
        check=SpotCheck.objects.filter(handover=handover).first(),
        word=rules.word_of([item.person for item in people], {item.person_id: item.complete for item in statements}),
        own=handover.account_id == actor.account_id,
    )


def _links(actor: Actor, people: Sequence[Recipient], codes: Sequence[ConfirmationCode]) -> dict[UUID, str]:
    """WhatsApp links by person, for numbers that are hers alone; only for those who may hand out codes."""
    if not can(actor, "confirmation.record"):
        return {}
    phones = {item.person: item.phone for item in people}
    address = f"{settings.BERDAYA_PUBLIC_URL.rstrip('/')}/konfirmasi/"
    found = {}
    for code in codes:
        text = link_text(code, address)
        link = whatsapp_link(phones.get(code.person_id, ""), text) if text else None
        if link:
            found[code.person_id] = link
    return found


@dataclass(frozen=True)
class LpjFilter(ListFilter):
    """Filter of the list of LPJ."""

    programme: str = ""
    age: str = ""


@dataclass(frozen=True)
class LpjRow:
    """One LPJ of the list."""

    id: UUID
    recipient: str
    area: str
    programme: str
    received_idr: int
    due_on: date
    state: LpjState
    age: Age
    author: str
    late_days: int


def lpj_queryset(*, actor: Actor, filters: LpjFilter) -> QuerySet[Lpj]:
    """LPJ of the filter, the most overdue first."""
    require(actor, "lpj.write" if actor.role == "group_officer" else "family.read")
    rows = Lpj.objects.filter(within(filters.area))
    if filters.programme:
        rows = rows.filter(decree_line__candidate__programme__code=filters.programme)
    if filters.age in set(Age):
        rows = rows.filter(_aged(Age(filters.age), clock.today()))
    if filters.q:
        person, group = "decree_line__candidate__person__name", "decree_line__candidate__group__name"
        rows = rows.filter(Q(**{f"{person}__icontains": filters.q}) | Q(**{f"{group}__icontains": filters.q}))
    rows = rows.select_related(
        "decree_line__candidate__person", "decree_line__candidate__group", "decree_line__candidate__programme"
    )
    return rows.order_by("due_on", "id")


def _aged(age: Age, today: date) -> Q:
    if age is Age.ACCEPTED:
        return Q(state=LpjState.ACCEPTED)
    if age is Age.SUBMITTED:
        return Q(state=LpjState.SUBMITTED)
    late = {
        Age.NOT_DUE: Q(due_on__gte=today),
        Age.LATE_30: Q(due_on__lt=today, due_on__gte=today - timedelta(days=30)),
        Age.LATE_90: Q(due_on__lt=today - timedelta(days=30), due_on__gte=today - timedelta(days=90)),
        Age.LATE_MORE: Q(due_on__lt=today - timedelta(days=90)),
    }
    return Q(state__in=(LpjState.DRAFT, LpjState.RETURNED)) & late[age]


def lpj_page(*, actor: Actor, filters: LpjFilter) -> tuple[Page[LpjRow], dict[Age, int], dict[Age, int]]:
    """One page of LPJ; how many, and how many rupiah, stand in each bucket of age."""
    page = page_of(lpj_queryset(actor=actor, filters=filters), filters)
    counts: Counter[Age] = Counter()
    amounts: Counter[Age] = Counter()
    rows = Lpj.objects.filter(within(filters.area))
    if filters.programme:
        rows = rows.filter(decree_line__candidate__programme__code=filters.programme)
    today = clock.today()
    for state, due, amount in rows.values_list("state", "due_on", "received_idr"):
        age = rules.age_of(LpjState(state), due, today)
        counts[age] += 1
        amounts[age] += amount
    return page.having(lpj_rows(page.rows)), dict(counts), dict(amounts)


def lpj_rows(rows: Sequence[Lpj]) -> list[LpjRow]:
    """LPJ as rows."""
    known = places(row.area for row in rows)
    today = clock.today()
    return [
        LpjRow(
            row.pk,
            name_of(row.decree_line),
            known.get(row.area, ""),
            row.decree_line.candidate.programme.name,
            row.received_idr,
            row.due_on,
            LpjState(row.state),
            rules.age_of(LpjState(row.state), row.due_on, today),
            row.author,
            max(0, (today - row.due_on).days) if row.state in {LpjState.DRAFT, LpjState.RETURNED} else 0,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class LpjView:
    """One LPJ with its budget, its entries and its sums."""

    row: LpjRow
    report: Lpj
    items: tuple[LpjItem, ...]
    entries: tuple[LpjEntry, ...]
    gone: frozenset[UUID]
    totals: LpjTotals
    decided_by: str
    open: bool
    own: bool


def lpj_of(*, actor: Actor, lpj_id: UUID) -> LpjView:
    """One LPJ. Raises `not_found`."""
    report = found(lpj_queryset(actor=actor, filters=LpjFilter()).filter(pk=lpj_id).first())
    entries = tuple(report.entries.select_related("item").order_by("occurred_on", "recorded_at", "id"))
    return LpjView(
        row=lpj_rows([report])[0],
        report=report,
        items=tuple(report.items.order_by("number")),
        entries=entries,
        gone=frozenset(entry.reverses_id for entry in entries if entry.reverses_id),
        totals=totals_of(report),
        decided_by=_account(actor, report.decided_by),
        open=report.state in {LpjState.DRAFT, LpjState.RETURNED},
        own=report.author_id == actor.account_id,
    )


def _account(actor: Actor, account_id: int | None) -> str:
    """Name of an official; those who see only their own subjects read the office's word, not who spoke it."""
    if account_id is None or actor.kind != "staff":
        return ""
    return Account.objects.filter(pk=account_id).values_list("name", flat=True).first() or ""


def programme_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the programmes that this actor sees."""
    require(actor, "programme.read")
    rows: Any = Programme.objects.order_by("-year", "name").values_list("code", "name")
    return list(rows)


def programme_id_of(*, actor: Actor, code: str) -> UUID:
    """Id of the programme with this code. Raises `not_found`."""
    require(actor, "programme.read")
    return found(Programme.objects.filter(code=code).values_list("pk", flat=True).first())
