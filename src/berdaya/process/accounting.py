"""From handed-over goods and capital to reports that account for them; codes of a whole programme; papers."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from berdaya.access.models import Account, Office
from berdaya.access.permissions import ROLE_NAMES, require
from berdaya.accountability.models import Lpj, LpjEntry
from berdaya.accountability.services.codes import issue_codes_many
from berdaya.accountability.services.lpj import open_lpj_many, totals_of
from berdaya.accountability.types import EntryKind, IssuedCode, LpjDraft
from berdaya.documents.render import LetterFile, qr_pixels, render
from berdaya.documents.rules import plain
from berdaya.documents.services import letterhead
from berdaya.enterprises.texts import rupiah
from berdaya.files.models import StoredFile
from berdaya.files.selectors import content_of
from berdaya.grants.lines import name_of
from berdaya.grants.models import Handover
from berdaya.grants.selectors import funding_of_line
from berdaya.grants.types import Funding
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import staff_only
from berdaya.programmes.models import Programme

SLIPS_PER_SHEET = 8


def issue_programme_codes(*, actor: Actor, programme_id: UUID, area: tuple[int, int] | None = None) -> list[IssuedCode]:
    """Codes for every handover of a programme, or of an area (both ends inclusive)."""
    rows = Handover.objects.filter(decree_line__decree__programme=programme_id)
    if area is not None:
        rows = rows.filter(area__range=area)
    return issue_codes_many(actor=actor, handovers=list(rows.order_by("area", "number").values_list("id", flat=True)))


def print_slips(*, actor: Actor, codes: Sequence[IssuedCode]) -> bytes:
    """Papers with codes as PDF, eight on a sheet in the order given. Nothing of it is kept. Raises `not_found`."""
    require(actor, "confirmation.record")
    if not codes:
        raise Problem("not_found")
    handovers = Handover.objects.select_related("office", "decree_line__decree__programme").in_bulk(
        {code.handover for code in codes}
    )
    first = handovers[codes[0].handover]
    address = f"{settings.BERDAYA_PUBLIC_URL.rstrip('/')}/konfirmasi/"
    shown = address.removeprefix("https://").removeprefix("http://")
    items = [
        {
            "name": code.name,
            "number": handovers[code.handover].number,
            "on": handovers[code.handover].occurred_on.isoformat(),
            "until": code.expires_on.isoformat(),
            "code": code.shown,
            "qr": qr_pixels(f"{address}{code.code}/"),
        }
        for code in codes
    ]
    demo = settings.DEMO or first.decree_line.decree.programme.synthetic
    body = {"title": gettext("Kertas kode konfirmasi"), "office": first.office.name, "address": shown, "demo": demo}
    sheets = [
        unnumbered_letter("slip", first.office, body | {"items": items[start : start + SLIPS_PER_SHEET]}, demo=demo)
        for start in range(0, len(items), SLIPS_PER_SHEET)
    ]
    return render(LetterFile(str(body["title"]), first.office.name, tuple(sheets))).pdf


def unnumbered_letter(kind: str, office: Office, body: dict[str, Any], *, demo: bool) -> dict[str, Any]:
    """A letter that carries no number and is not kept: printed again whenever it is asked for."""
    return {
        "kind": kind,
        "token": secrets.token_urlsafe(12),
        "date": clock.today().isoformat(),
        "paper": office.paper,
        "demo": demo,
        "verify_url": "",
        "footer": office.name,
        "head": plain(letterhead(office)),
        "body": body,
    }


def open_reports(*, actor: Actor, programme_id: UUID) -> int:
    """An LPJ for each recipient of goods or capital who has none; returns how many are new.

    Raises `not_found`, for a programme of another office too: that office alone asks its recipients to account.
    """
    programme = Programme.objects.filter(pk=programme_id, office_id=actor.office or 0).first()
    if programme is None:
        raise Problem("not_found")
    items: dict[UUID, list[tuple[str, int, str, int]]] = defaultdict(list)
    facts: dict[UUID, tuple[int, int, UUID | None, UUID | None, date]] = {}
    for line, area, office, group, household, on, *item in fetch(_RECEIVED, {"programme": programme_id}):
        facts[line] = (area, office, group, household, on)
        items[line].append((item[0], int(item[1]), item[2], int(item[3])))
    drafts = [
        LpjDraft(
            decree_line=line,
            area=area,
            office=office,
            group=group,
            household=household,
            received_on=on,
            items=tuple(items[line]),
        )
        for line, (area, office, group, household, on) in facts.items()
    ]
    return open_lpj_many(actor=actor, drafts=drafts)


_RECEIVED = """
    SELECT dl.id, dl.area, dl_office.office_id, dl.group_id, dl.household_id, h.occurred_on,
           i.name, l.quantity - l.returned, i.unit, (l.quantity - l.returned) * l.unit_value_idr, i.number
    FROM grants_handover h
    JOIN programmes_decreeline dl ON dl.area = h.area AND dl.id = h.decree_line_id
    JOIN programmes_decree dl_office ON dl_office.id = dl.decree_id
    JOIN grants_handoverline l ON l.area = h.area AND l.handover_id = h.id
    JOIN grants_packageitem i ON i.id = l.item_id
    WHERE dl_office.programme_id = %(programme)s AND l.quantity > l.returned
    UNION ALL
    SELECT dl.id, dl.area, d.office_id, coalesce(dl.group_id, f.group_id), dl.household_id, f.opened_on,
           'Modal usaha bergulir', 1, 'paket', s.amount_idr, 1
    FROM (SELECT decree_line_id, area, sum(amount_idr) AS amount_idr FROM grants_fundingshare
          WHERE subject_kind = 'capital' GROUP BY 1, 2) s
    JOIN programmes_decreeline dl ON dl.area = s.area AND dl.id = s.decree_line_id
    JOIN programmes_decree d ON d.id = dl.decree_id
    JOIN (SELECT decree_line_id, min(opened_on) AS opened_on, min(group_id::text)::uuid AS group_id FROM funds_fund
          GROUP BY 1) f ON f.decree_line_id = dl.id
    WHERE d.programme_id = %(programme)s
    ORDER BY 1, 11
"""


def report_file(*, actor: Actor, lpj_id: UUID) -> bytes:
    """An LPJ complete as PDF: cover, budget against receipts, cash book, photos of receipts. Raises `not_found`."""
    require(actor, "family.read")
    staff_only(actor)
    report = Lpj.objects.select_related("decree_line__decree__programme", "office").filter(pk=lpj_id).first()
    if report is None:
        raise Problem("not_found")
    programme = report.decree_line.decree.programme
    totals = totals_of(report)
    entries = list(report.entries.select_related("item").order_by("occurred_on", "recorded_at", "id"))
    name = name_of(report.decree_line)
    body = {
        "programme": programme.name,
        "facts": _facts(report, name, funding_of_line(actor=actor, decree_line=report.decree_line_id)),
        "received": totals.received_idr,
        "spent": totals.spent_idr,
        "returned": totals.returned_idr,
        "left": totals.left_idr,
        "items": [
            {
                "number": item.number,
                "name": item.name,
                "quantity": item.quantity,
                "unit": item.unit,
                "amount": item.amount_idr,
                "spent": totals.by_item.get(item.pk, 0),
            }
            for item in report.items.order_by("number")
        ],
        "book": _book(report, entries),
        "receipts": _receipts(entries),
        "author": report.author or "........................",
        "author-role": ROLE_NAMES.get(report.author_role, ("", ""))[0],
        "checker": _checker(report),
        "decision": _DECISION.get(report.state, ""),
    }
    demo = settings.DEMO or programme.synthetic
    letter = unnumbered_letter("lpj", report.office, body, demo=demo)
    return render(LetterFile(f"LPJ {name}", report.office.name, (letter,))).pdf


_DECISION = {"accepted": "Diterima", "returned": "Dikembalikan", "submitted": "Menunggu pemeriksaan"}


def _facts(report: Lpj, name: str, paid: Sequence[Funding]) -> list[tuple[str, str]]:
    decree = report.decree_line.decree
    return [
        ("Penerima", name),
        ("Dasar", f"Keputusan Nomor {decree.number}, lampiran nomor {report.decree_line.number}"),
        ("Sumber dana", "; ".join(f"{one.name}: {rupiah(one.amount_idr)}" for one in paid) or "–"),
        ("Diterima pada", f"{report.received_on:%d-%m-%Y}"),
        ("Jatuh tempo laporan", f"{report.due_on:%d-%m-%Y}"),
        ("Disusun oleh", report.author or "belum diajukan"),
    ]


def _checker(report: Lpj) -> str:
    known = Account.objects.filter(pk=report.decided_by or 0).values_list("name", flat=True).first()
    return known or "........................"


def _book(report: Lpj, entries: Sequence[LpjEntry]) -> list[dict[str, Any]]:
    """Rows as a cash book has them: what was taken back is struck, and its reversal stands as a row of its own."""
    gone = {entry.reverses_id for entry in entries if entry.reverses_id}
    balance = report.received_idr
    rows = [_book_row(report.received_on, "Bantuan diterima", income=balance, balance=balance)]
    for entry in entries:
        back = entry.reverses_id is not None
        balance += entry.amount_idr if back else -entry.amount_idr
        what = entry.item.name if entry.item else "Dikembalikan ke kas daerah"
        rows.append(
            _book_row(
                entry.occurred_on,
                ", ".join(part for part in (what, entry.description, entry.seller) if part),
                income=entry.amount_idr if back else 0,
                expense=0 if back else entry.amount_idr,
                balance=balance,
                struck=entry.pk in gone,
            )
        )
    return rows


def _book_row(
    on: date, text: str, *, income: int = 0, expense: int = 0, balance: int, struck: bool = False
) -> dict[str, Any]:
    return {
        "on": on.isoformat(),
        "text": text,
        "income": income,
        "expense": expense,
        "balance": balance,
        "struck": struck,
    }


def _receipts(entries: Sequence[LpjEntry]) -> list[dict[str, Any]]:
    gone = {entry.reverses_id for entry in entries if entry.reverses_id}
    shown = [e for e in entries if e.kind == EntryKind.SPENT and not e.reverses_id and e.pk not in gone]
    files = StoredFile.objects.in_bulk([entry.receipt_id for entry in shown if entry.receipt_id])
    return [
        {
            "on": entry.occurred_on.isoformat(),
            "amount": entry.amount_idr,
            "seller": entry.seller,
            "text": entry.item.name if entry.item else "",
            "photo": _photo(files[entry.receipt_id]) if entry.receipt_id in files else None,
        }
        for entry in shown
    ]


def _photo(file: StoredFile) -> list[int] | None:
    content = content_of(file)
    return list(content) if content is not None else None
