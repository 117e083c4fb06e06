"""Goods to the recipients: packages, handovers line by line, their letters; assets once businesses exist."""

from __future__ import annotations

from collections import Counter

from berdaya.grants.models import Handover
from berdaya.grants.services.assets import register_assets
from berdaya.grants.services.handovers import record_handovers_many
from berdaya.grants.services.letters import issue_handover_letters
from berdaya.grants.services.packages import define_packages_many
from berdaya.grants.types import Condition, HandoverRow, PackageLine
from berdaya.kernel.ids import stable_id
from berdaya.process.folder import Folder
from berdaya.process.letters import signer_of
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
    if fresh and walk.synthetic and walk.checker is not None:
        procure(walk, len(files.handover), min((row.date for row in files.handover), default=None))
    with walk.acting("handover") as actor:
        results = record_handovers_many(
            actor=actor,
            programme_id=walk.programme,
            rows=[
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
            ],
        )
        register_assets(actor=actor, programme_id=walk.programme)
        letters = issue_handover_letters(actor=actor, programme_id=walk.programme, signer=signer_of(walk.config.letter))
    counted = Counter(one.problem.code if one.problem else one.outcome.value for one in results)
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) + f"; {len(letters)} BAST"
