"""Goods to the recipients: packages, handovers line by line, their letters; assets once businesses exist."""

from __future__ import annotations

from collections import Counter

from berdaya.grants.models import Handover
from berdaya.grants.selectors import packages as packages_of
from berdaya.grants.services.assets import register_assets
from berdaya.grants.services.handovers import plan_handovers, record_handovers_many
from berdaya.grants.services.letters import issue_handover_letters
from berdaya.grants.services.packages import define_packages_many
from berdaya.grants.types import Condition, HandoverRow, PackageLine, Screen
from berdaya.kernel.ids import stable_id
from berdaya.process.folder import Folder
from berdaya.process.letters import signer_of
from berdaya.process.steps.goods_shown import day_of, numbered_rows, show, shown
from berdaya.process.steps.procuring import procure
from berdaya.process.walk import Walk


def hand_over(walk: Walk, files: Folder) -> str:
    """Every handover that a decree line stands behind, with its BAST; the others are counted by their reason."""
    if not walk.has("packages.xlsx") or not walk.has("handover.csv"):
        return "tanpa barang"
    fresh = False
    with walk.acting("goods") as actor:
        if not Handover.objects.filter(decree_line__decree__programme=walk.programme).exists():
            fresh = True
            define_packages_many(
                actor=actor,
                programme_id=walk.programme,
                lines=[
                    PackageLine(
                        code=row.code,
                        kind=row.kind,
                        name=row.goods,
                        specification=row.specification,
                        quantity=row.quantity,
                        unit=row.unit,
                        unit_price_idr=row.unit_price_idr,
                        durable=row.asset,
                        row=row.row,
                    )
                    for row in files.packages
                ],
            )
    rows = _rows(walk, files)
    pictured = fresh and shown(walk, len(rows))
    if fresh and walk.synthetic and walk.checker is not None:
        procure(walk, len(rows), min((row.occurred_on for row in rows), default=None), numbered=pictured)
    if pictured:
        with walk.acting("handover") as actor:
            plans = plan_handovers(actor=actor, programme_id=walk.programme)
            packages = {one.code: one for one in packages_of(actor=actor, programme_id=walk.programme)}
        rows = day_of(walk, numbered_rows(rows, plans, packages), plans)
    with walk.acting("handover") as actor:
        results = record_handovers_many(actor=actor, programme_id=walk.programme, rows=rows, screen=Screen.PAST)
    extra = show(walk) if pictured else ""
    with walk.acting("handover") as actor:
        register_assets(actor=actor, programme_id=walk.programme)
        letters = issue_handover_letters(actor=actor, programme_id=walk.programme, signer=signer_of(walk.config.letter))
    counted = Counter(one.problem.code if one.problem else one.outcome.value for one in results)
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) + f"; {len(letters)} BAST{extra}"


def _rows(walk: Walk, files: Folder) -> list[HandoverRow]:
    return [
        HandoverRow(
            id=stable_id(walk.code, "handover", row.ref),
            ref=row.ref,
            occurred_on=row.date,
            place=row.place,
            condition=Condition(row.condition),
            received_by=row.received_by,
            note=row.note,
        )
        for row in files.handover
    ]
