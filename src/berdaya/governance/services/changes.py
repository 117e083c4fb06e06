"""Rules of a group, and its founding, merger, split and dissolution: each with minutes, none changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from berdaya.access.permissions import require, signed
from berdaya.audit import services as audit
from berdaya.funds.services import close_funds
from berdaya.governance.models import GroupChange, GroupRules
from berdaya.governance.types import Change, NewRules
from berdaya.grants.models import Asset
from berdaya.groups.models import Group, Membership
from berdaya.groups.services.members import join_many, leave_many, refresh_incomplete
from berdaya.groups.services.registry import dissolve_group
from berdaya.groups.types import GroupLimits, JoinRow, LeaveRow
from berdaya.kernel.bulk import fetch
from berdaya.kernel.formats import number, rupiah
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

PERMISSION = "group.manage"
GONE = ("sold", "died", "passed_on", "lost")


@transaction.atomic
def agree_rules(*, actor: Actor, group_id: UUID, rules: NewRules) -> int:
    """A new version of a group's rules, agreed by a meeting; answers its number. Raises `governance.no_minutes`."""
    require(actor, "fund.record")
    group = _locked(group_id)
    _quorum(group, rules.present, "aturan")
    last = GroupRules.objects.filter(group=group).aggregate(last=Max("number"))["last"] or 0
    facts = asdict(rules) | {"clauses": list(rules.clauses)}
    GroupRules.objects.bulk_create(
        [
            GroupRules(
                id=new_id(),
                area=group.area,
                office_id=group.office_id,
                group=group,
                number=last + 1,
                account_id=signed(actor),
                **facts,
            )
        ]
    )
    audit.record(actor=actor, name="group.rules", subject_kind="group", subject_id=group_id, area=group.area)
    return int(last) + 1


@transaction.atomic
def record_founding(*, actor: Actor, group_id: UUID, on: date, present: int, minutes: str) -> UUID:
    """The minutes of the founding meeting. Raises `not_found`, `governance.no_minutes`."""
    require(actor, PERMISSION)
    group = _locked(group_id)
    _quorum(group, present, minutes)
    return _keep(actor, group, Change.FOUNDED, on, present=present, minutes=minutes)


@transaction.atomic
def merge(
    *,
    actor: Actor,
    group_id: UUID,
    into: UUID,
    on: date,
    present: int,
    minutes: str,
    settlement: Mapping[UUID, str],
    limits: GroupLimits,
) -> None:
    """The members of one group join another; the emptied group ends with its assets settled.

    Raises `governance.same_group`, `governance.matters_open`, `governance.too_small` and what joining raises.
    """
    require(actor, PERMISSION)
    if group_id == into:
        raise Problem("governance.same_group")
    group, target = _locked(group_id), _locked(into)
    _quorum(group, present, minutes)
    moving = list(Membership.objects.filter(group=group, left_on=None).order_by("number"))
    _size(target.name, _count(target) + len(moving), limits)
    _settled(group, settlement)
    _keep(actor, group, Change.MERGED, on, present=present, minutes=minutes, other=into, settlement=settlement)
    _keep(actor, target, Change.MERGED, on, present=present, minutes=minutes, other=group_id)
    dissolve_group(actor=actor, group_id=group_id, on=on, reason=f"digabung ke {target.name}"[:160])
    close_funds(actor=actor, group=group_id, on=on)
    join_many(actor=actor, rows=[_joining(into, row, on) for row in moving], limits=limits)


@transaction.atomic
def split(
    *,
    actor: Actor,
    group_id: UUID,
    members: Sequence[UUID],
    name: str,
    code: str,
    on: date,
    present: int,
    minutes: str,
    limits: GroupLimits,
) -> UUID:
    """Some members (memberships) leave and form a group of their own; both keep to the size. Answers the new group."""
    require(actor, PERMISSION)
    group = _locked(group_id)
    _quorum(group, present, minutes)
    moving = list(Membership.objects.filter(group=group, left_on=None, pk__in=members).order_by("number"))
    if len(moving) != len(set(members)):
        raise Problem("not_found")
    _size(group.name, _count(group) - len(moving), limits)
    _size(name, len(moving), limits)
    fresh = Group(
        id=new_id(),
        area=group.area,
        office_id=group.office_id,
        code=code,
        name=name,
        kind=group.kind,
        founded_on=on,
        founded_year=on.year,
        address=group.address,
        sponsor=group.sponsor,
        origin="formed",
        synthetic=group.synthetic,
    )
    Group.objects.bulk_create([fresh])
    leave_many(
        actor=actor,
        rows=[LeaveRow(group_id, row.person_id, on, f"pindah ke {name}"[:160]) for row in moving],
        limits=limits,
    )
    join_many(actor=actor, rows=[_joining(fresh.pk, row, on) for row in moving], limits=limits)
    _keep(actor, group, Change.SPLIT, on, present=present, minutes=minutes, other=fresh.pk)
    _keep(actor, fresh, Change.SPLIT, on, present=len(moving), minutes=minutes, other=group_id)
    refresh_incomplete([group_id, fresh.pk], limits)
    return fresh.pk


@transaction.atomic
def dissolve(
    *, actor: Actor, group_id: UUID, on: date, present: int, minutes: str, settlement: Mapping[UUID, str]
) -> None:
    """End a group whose money and things are settled; `settlement` names the owner of each asset that is left.

    Raises `not_found`, `governance.no_minutes`, `governance.matters_open`, `group_dissolved`.
    """
    require(actor, PERMISSION)
    group = _locked(group_id)
    _quorum(group, present, minutes)
    _settled(group, settlement)
    _keep(actor, group, Change.DISSOLVED, on, present=present, minutes=minutes, settlement=settlement)
    dissolve_group(actor=actor, group_id=group_id, on=on, reason=minutes[:160])
    close_funds(actor=actor, group=group_id, on=on)


WORDS = {
    "cash": ("kas {rupiah}", "cash {rupiah}"),
    "bank": ("bank {rupiah}", "bank {rupiah}"),
    "goods": ("{count} ekor atau barang yang digulirkan", "{count} animals or goods that are passed on"),
    "debt": ("pinjaman {rupiah}", "loans {rupiah}"),
    "assets": ("{count} aset tanpa pemilik baru", "{count} assets without a new owner"),
    "owner": ("nama pemilik aset belum diisi", "the owner of an asset is not named"),
}
"""What is still open, in Indonesian and English."""


def open_matters(*, actor: Actor, group_id: UUID, settled: Sequence[UUID] = ()) -> dict[str, int]:
    """What keeps a group from ending: rupiah of ``cash``, ``bank`` and ``debt``, counts of ``goods`` and ``assets``.

    `settled` are assets that have a new owner; what is 0 is left out.
    """
    require(actor, "group.read")
    return _matters(group_id, settled)


def _matters(group_id: UUID, settled: Sequence[UUID]) -> dict[str, int]:
    rows = fetch(
        """
        SELECT coalesce(sum(a.balance) FILTER (WHERE a.code = 'cash'), 0),
               coalesce(sum(a.balance) FILTER (WHERE a.code LIKE 'debt:%%'), 0),
               coalesce(sum(a.balance) FILTER (WHERE a.code = 'bank'), 0),
               coalesce(sum(a.balance) FILTER (WHERE a.code LIKE 'stock:%%' OR a.code LIKE 'kept:%%'), 0)
        FROM funds_fund f JOIN ledger_account a ON a.book_id = f.book_id WHERE f.group_id = %s
        """,
        [group_id],
    )
    cash, debt, bank, goods = rows[0]
    left = Asset.objects.filter(enterprise__group_id=group_id).exclude(state__in=GONE).exclude(pk__in=list(settled))
    found = {"cash": int(cash), "bank": int(bank), "goods": int(goods), "debt": int(debt), "assets": left.count()}
    return {name: amount for name, amount in found.items() if amount}


def _in_words(matters: Mapping[str, int], lang: str) -> str:
    return ", ".join(
        WORDS[name][lang == "en"].format(rupiah=rupiah(amount, lang=lang), count=number(amount, lang=lang))
        for name, amount in matters.items()
    )


def _settled(group: Group, settlement: Mapping[UUID, str]) -> None:
    matters = _matters(group.pk, list(settlement))
    unnamed = sum(not owner.strip() for owner in settlement.values())
    if unnamed:
        matters["owner"] = unnamed
    if matters:
        raise Problem("governance.matters_open", matters=_in_words(matters, "id"), matters_en=_in_words(matters, "en"))


def _quorum(group: Group, present: int, minutes: str) -> None:
    members = _count(group)
    if not minutes.strip() or present * 2 <= members or present > max(members, 1) * 3:
        raise Problem("governance.no_minutes")


def _size(name: str, count: int, limits: GroupLimits) -> None:
    if not limits.smallest <= count <= limits.largest:
        raise Problem("governance.too_small", name=name, count=count, smallest=limits.smallest, largest=limits.largest)


def _count(group: Group) -> int:
    return Membership.objects.filter(group=group, left_on=None).count()


def _joining(group_id: UUID, row: Membership, on: date) -> JoinRow:
    return JoinRow(group_id, row.person_id, row.household_id, on)


def _keep(
    actor: Actor,
    group: Group,
    kind: Change,
    on: date,
    *,
    present: int,
    minutes: str,
    other: UUID | None = None,
    settlement: Mapping[UUID, str] | None = None,
) -> UUID:
    row = GroupChange(
        id=new_id(),
        area=group.area,
        office_id=group.office_id,
        group=group,
        kind=kind,
        occurred_on=on,
        present=present,
        minutes=minutes.strip(),
        other_id=other,
        settlement=[{"asset": str(asset), "owner": owner} for asset, owner in (settlement or {}).items()],
        account_id=signed(actor),
    )
    GroupChange.objects.bulk_create([row])
    audit.record(actor=actor, name=f"group.{kind.value}", subject_kind="group", subject_id=group.pk, area=group.area)
    return row.pk


def _locked(group_id: UUID) -> Group:
    group = Group.objects.select_for_update(of=("self",)).filter(pk=group_id).first()
    if group is None:
        raise Problem("not_found")
    if group.dissolved_on is not None:
        raise Problem("group_dissolved", day=group.dissolved_on)
    return group
