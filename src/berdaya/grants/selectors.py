"""Reading goods: handovers, assets, and where each rupiah is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, Q, Sum

from berdaya.access.permissions import require
from berdaya.grants import rules
from berdaya.grants.lines import kind_of, name_of, package_for, packages_by_code, started_kinds, valid_lines
from berdaya.grants.models import Asset, Confirmation, FundingShare, Handover
from berdaya.grants.types import (
    AssetInfo,
    AssetState,
    Condition,
    Confirmed,
    Funding,
    HandoverInfo,
    LineInfo,
    MoneyRow,
    PackageInfo,
)
from berdaya.groups.models import Membership
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import ProgrammeConfig

# The latest word of the family counts; without one the goods are unconfirmed.
SAID = """
    LEFT JOIN LATERAL (
        SELECT c.complete FROM grants_confirmation c WHERE c.area = h.area AND c.handover_id = h.id
        ORDER BY c.said_on DESC, c.recorded_at DESC, c.id DESC LIMIT 1
    ) said ON true
"""


def packages(*, actor: Actor, programme_id: UUID) -> list[PackageInfo]:
    """The packages of a programme, by code."""
    require(actor, "programme.read")
    return list(packages_by_code(programme_id).values())


def money_by_source(*, actor: Actor, programme_id: UUID) -> list[MoneyRow]:
    """Where each rupiah of the programme is: one row per source and activity; columns add up to the totals.

    Planned is what valid decree lines call for: their package, or the ceiling where the aid is cash. Capital that a
    fund received counts as handed over. Raises `not_found`.
    """
    require(actor, "programme.read")
    if not Programme.objects.filter(id=programme_id).exists():
        raise Problem("not_found")
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for source, amount in _planned(config_of(actor=actor, programme_id=programme_id), programme_id).items():
        sums[source][0] = amount
    rows = fetch(
        f"""
        SELECT f.source, f.activity, sum(f.amount_idr), coalesce(sum(f.amount_idr) FILTER (WHERE said.complete), 0),
               coalesce(sum(f.amount_idr) FILTER (WHERE NOT said.complete), 0)
        FROM grants_fundingshare f
        JOIN programmes_decreeline dl ON dl.area = f.area AND dl.id = f.decree_line_id
        JOIN programmes_decree d ON d.id = dl.decree_id
        LEFT JOIN grants_handoverreturn back ON f.subject_kind = 'return' AND back.area = f.area
          AND back.id = f.subject_id
        LEFT JOIN grants_handoverline l ON l.area = f.area AND l.id = coalesce(back.line_id, f.subject_id)
        LEFT JOIN grants_handover h ON h.area = l.area AND h.id = l.handover_id
        {SAID}
        WHERE d.programme_id = %s GROUP BY f.source, f.activity
        """,
        [programme_id],
    )
    for source, activity, *amounts in rows:
        sums[source, activity][1:] = [int(amount) for amount in amounts]
    return [MoneyRow(source, activity, *amounts) for (source, activity), amounts in sums.items()]


def _planned(config: ProgrammeConfig, programme_id: UUID) -> dict[tuple[str, str], int]:
    """Planned rupiah by source: packages (or cash ceilings) of valid lines, split as they will be when handed over."""
    sources = [(item.source, item.activity, item.share) for item in config.programme.funding]
    sources = sources or [(f"Anggaran {config.programme.year}", "", 1.0)]
    shares = [share for _, _, share in sources]
    sums: Counter[tuple[str, str]] = Counter({(source, activity): 0 for source, activity, _ in sources})
    amounts = _cash_amounts(config, programme_id) if config.aid.form == "cash" else _item_values(config, programme_id)
    for amount, count in amounts.items():
        for (source, activity, _), part in zip(sources, rules.split_by_shares(amount, shares), strict=True):
            sums[source, activity] += part * count
    return dict(sums)


def _item_values(config: ProgrammeConfig, programme_id: UUID) -> Counter[int]:
    known = packages_by_code(programme_id)
    values: Counter[int] = Counter()
    started = started_kinds(programme_id)
    for kind, lines in Counter(kind_of(line, started) for line in valid_lines(programme_id)).items():
        package = package_for(config, known, kind)
        for item in package.items if package else ():
            values[item.value_idr] += lines
    return values


def _cash_amounts(config: ProgrammeConfig, programme_id: UUID) -> Counter[int]:
    groups = [line.group_id for line in valid_lines(programme_id)]
    members: Counter[UUID | None] = Counter()
    wanted = {group for group in groups if group}
    members.update(Membership.objects.filter(group_id__in=wanted, left_on=None).values_list("group_id", flat=True))
    amounts = (rules.ceiling_of(config.aid.ceiling_idr, config.aid.per, members[group] or 1) for group in groups)
    return Counter(amount for amount in amounts if amount)


FUNDED = """
    SELECT s.handover_id, f.source, f.activity, sum(f.amount_idr)
    FROM (SELECT id, handover_id FROM grants_handoverline WHERE handover_id = ANY (%(ids)s)
          UNION ALL
          SELECT b.id, l.handover_id FROM grants_handoverreturn b JOIN grants_handoverline l ON l.id = b.line_id
          WHERE l.handover_id = ANY (%(ids)s)) s
    JOIN grants_fundingshare f ON f.subject_id = s.id
    GROUP BY s.handover_id, f.source, f.activity HAVING sum(f.amount_idr) > 0 ORDER BY f.source, f.activity
"""


def funding_of_handovers(*, actor: Actor, handovers: Sequence[UUID]) -> dict[UUID, list[Funding]]:
    """Handover -> what each source and sub-kegiatan paid of it, less what came back."""
    require(actor, "programme.read")
    found: dict[UUID, list[Funding]] = defaultdict(list)
    for key, source, activity, amount in fetch(FUNDED, {"ids": list(handovers)}) if handovers else ():
        found[key].append(Funding(source, activity, int(amount)))
    return found


def funding_of_line(*, actor: Actor, decree_line: UUID) -> tuple[Funding, ...]:
    """What each source and sub-kegiatan paid for one decree line, goods and capital, less what came back."""
    require(actor, "programme.read")
    rows = FundingShare.objects.filter(decree_line_id=decree_line).values("source", "activity")
    grouped = rows.annotate(total=Sum("amount_idr")).filter(total__gt=0).order_by("source", "activity")
    return tuple(Funding(row["source"], row["activity"], row["total"]) for row in grouped)


def handovers(
    *,
    actor: Actor,
    programme_id: UUID,
    confirmed: Confirmed | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[HandoverInfo]:
    """Handovers of a programme by area and number, narrowed by what the families say; without their lines."""
    require(actor, "programme.read")
    words = {None: "true", Confirmed.UNCONFIRMED: "said.complete IS NULL", Confirmed.COMPLETE: "said.complete",
             Confirmed.DISPUTED: "NOT said.complete"}  # fmt: skip
    ids = fetch(
        f"""
        SELECT h.id FROM grants_handover h
        JOIN programmes_decreeline dl ON dl.area = h.area AND dl.id = h.decree_line_id
        JOIN programmes_decree d ON d.id = dl.decree_id {SAID}
        WHERE d.programme_id = %s AND {words[confirmed]} ORDER BY h.area, h.number, h.id LIMIT %s OFFSET %s
        """,
        [programme_id, limit, offset],
    )
    return _infos([row[0] for row in ids])


def handover(*, actor: Actor, handover_id: UUID) -> HandoverInfo:
    """One handover with its lines. Raises `not_found`."""
    require(actor, "programme.read")
    found = _infos([handover_id], lines=True)
    if not found:
        raise Problem("not_found")
    return found[0]


def _infos(ids: Sequence[UUID], *, lines: bool = False) -> list[HandoverInfo]:
    related = ("decree_line__candidate__group", "decree_line__candidate__person")
    rows = Handover.objects.filter(id__in=ids).prefetch_related(*related)
    if lines:
        rows = rows.prefetch_related("lines__item")
    said: dict[UUID, list[tuple[object, bool]]] = defaultdict(list)
    words = Confirmation.objects.filter(handover_id__in=ids).order_by("said_on", "recorded_at", "id")
    for key, day, complete in words.values_list("handover_id", "said_on", "complete"):
        said[key].append((day, complete))
    return [
        HandoverInfo(
            id=row.id,
            decree_line=row.decree_line_id,
            ref=row.decree_line.candidate.ref,
            number=row.number,
            area=row.area,
            recipient=name_of(row.decree_line),
            occurred_on=row.occurred_on,
            place=row.place,
            received_by=row.received_by,
            condition=Condition(row.condition),
            value_idr=row.value_idr,
            note=row.note,
            confirmed=rules.confirmed_state(said[row.id]),
            lines=_lines(row) if lines else (),
        )
        for row in rows.order_by("area", "number", "id")
    ]


def _lines(row: Handover) -> tuple[LineInfo, ...]:
    return tuple(
        LineInfo(
            id=line.id,
            number=line.item.number,
            name=line.item.name,
            specification=line.item.specification,
            quantity=line.quantity,
            unit=line.item.unit,
            unit_value_idr=line.unit_value_idr,
            amount_idr=line.amount_idr,
            condition=Condition(line.condition),
        )
        for line in sorted(row.lines.all(), key=lambda line: line.item.number)
    )


def assets(*, actor: Actor, enterprises: Sequence[UUID]) -> list[AssetInfo]:
    """Assets of businesses with their last known state, by business and name; what came back is none of them."""
    rows = Asset.objects.filter(enterprise_id__in=enterprises).order_by("enterprise_id", "name", "id")
    if actor.kind == "subject":
        # Whoever works by a list of subjects (a mentor's phone) may not read lines of handovers.
        back = fetch("SELECT asset_id FROM grants_assets_back(%s)", [list(enterprises)])
        rows = rows.exclude(pk__in=[row[0] for row in back])
    else:
        rows = rows.filter(Q(line=None) | Q(line__returned__lt=F("line__quantity")))
    return [
        AssetInfo(
            id=row.id,
            enterprise=row.enterprise_id,
            name=row.name,
            value_idr=row.value_idr,
            state=AssetState(row.state),
            state_on=row.state_on,
            evidence=row.evidence_id,
        )
        for row in rows
    ]
