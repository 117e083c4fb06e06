"""The book of a group that existed before: a photo of its last page, balances typed once, two officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.files.services import store_photo
from berdaya.files.types import FileDraft
from berdaya.funds.models import Fund
from berdaya.funds.selectors import names_of
from berdaya.funds.services import open_fund, propose_decision
from berdaya.funds.services.old_book import old_book_json
from berdaya.funds.types import DecisionDraft, DecisionKind, FundDraft, OldBalance, OldPlace
from berdaya.groups.models import Group, Membership
from berdaya.intake.models import GroupCarry
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

PURPOSE = "old_book"


@dataclass(frozen=True)
class OldMember:
    """A member with what the imported list told of her, 0 where it told nothing."""

    number: int
    name: str
    saving_idr: int = 0
    loan_idr: int = 0


@dataclass(frozen=True)
class OldBook:
    """What the page shows before anything is typed. `fund` is None where the group keeps no fund yet."""

    group: UUID
    name: str
    synthetic: bool
    fund: UUID | None
    on: date | None
    own: dict[str, int]
    members: tuple[OldMember, ...]


@dataclass(frozen=True)
class OldBookEntry:
    """What was typed from the last page, with its photo."""

    id: UUID
    group: UUID
    on: date
    minutes: str
    balances: Sequence[OldBalance]
    instalments: int
    photo: bytes


def old_book(*, actor: Actor, group_id: UUID) -> OldBook:
    """Members and the balances that an import carried along for this group. Raises `not_found`."""
    require(actor, "fund.manage")
    group = _group(group_id)
    carried = GroupCarry.objects.filter(group=group, kind="balance").values_list("facts", flat=True)
    told = {(row["account"], row["member"] or ""): int(row["amount_idr"]) for row in carried}
    days = [date.fromisoformat(row["on"]) for row in carried if row.get("on")]
    members = list(Membership.objects.filter(group=group, left_on=None).order_by("number"))
    names = names_of(members)
    fund = Fund.objects.filter(group=group, closed_on=None).order_by("opened_on", "id").first()
    return OldBook(
        group.pk,
        group.name,
        group.synthetic,
        fund.pk if fund else None,
        max(days, default=None),
        {place: told.get((place, ""), 0) for place in ("cash", "bank", "iks")},
        tuple(
            OldMember(
                row.number, names[row.pk], told.get(("saving", str(row.number)), 0),
                told.get(("loan", str(row.number)), 0),
            )
            for row in members
        ),
    )  # fmt: skip


@transaction.atomic
def propose_old_book(*, actor: Actor, entry: OldBookEntry) -> UUID:
    """The first officer's half: the fund is opened where there is none, the photo kept, the balances proposed.

    Answers the fund; the second officer decides on its page. Raises `not_allowed`, `not_found`, `funds.needs_photo`,
    `funds.book_begun`, `funds.bad_amount`, `funds.future` and what keeping a photo raises.
    """
    require(actor, "fund.manage")
    group = _group(entry.group)
    if not entry.photo:
        raise Problem("funds.needs_photo")
    fund = Fund.objects.filter(group=group, closed_on=None).order_by("opened_on", "id").first()
    if fund is None:
        key = open_fund(actor=actor, draft=FundDraft(stable_id("old-book", group.pk), group.pk, entry.on))
        fund = Fund.objects.get(pk=key)
    draft = FileDraft(
        content=entry.photo, media_type="image/jpeg", name="halaman-terakhir.jpg", purpose=PURPOSE, area=group.area,
        office=group.office_id, group=group.pk,
    )  # fmt: skip
    photo = store_photo(actor=actor, draft=draft)
    body = old_book_json(entry.balances, instalments=entry.instalments, photo=photo)
    decision = DecisionDraft(entry.id, fund.pk, DecisionKind.OLD_BOOK, entry.minutes, entry.on, None, body)
    propose_decision(actor=actor, draft=decision)
    GroupCarry.objects.filter(group=group, kind="balance", taken_on=None).update(taken_on=clock.today())
    return fund.pk


def balances_of(own: dict[str, int], savings: dict[int, int], loans: dict[int, int]) -> list[OldBalance]:
    """The typed amounts as balances."""
    return [
        *(OldBalance(OldPlace(place), amount) for place, amount in own.items() if amount),
        *(OldBalance(OldPlace.SAVING, amount, number) for number, amount in sorted(savings.items()) if amount),
        *(OldBalance(OldPlace.LOAN, amount, number) for number, amount in sorted(loans.items()) if amount),
    ]


def _group(group_id: UUID) -> Group:
    group = Group.objects.filter(pk=group_id, dissolved_on=None).first()
    if group is None:
        raise Problem("not_found")
    return group
