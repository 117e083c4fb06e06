"""What a programme must know before it judges anybody: exclusion lists, aid of other offices, places."""

from __future__ import annotations

from berdaya.areas.services import record_positions_many
from berdaya.kernel.ids import stable_id
from berdaya.people.services.aid import register_aid_many, register_exclusions_many
from berdaya.people.types import AidInput, ExclusionInput
from berdaya.process.folder import Folder
from berdaya.process.walk import Walk


def take(walk: Walk, files: Folder) -> str:
    """Lists of people who may not be aided and of aid already given; the same list again changes nothing."""
    area = walk.config.programme.area
    with walk.acting("registers") as actor:
        excluded = register_exclusions_many(
            actor=actor,
            exclusions=[
                ExclusionInput(
                    key=stable_id(walk.office.code, "exclusion", row.nik, row.kk, row.kind),
                    nik=row.nik,
                    kk=row.kk,
                    kind=row.kind,
                    source=row.source,
                    as_of=row.date,
                    area=area,
                )
                for row in files.exclusions
            ],
        )
        aided = register_aid_many(
            actor=actor,
            aid=[
                AidInput(
                    key=stable_id(walk.office.code, "aid", row.nik, row.kk, row.programme, row.year),
                    nik=row.nik,
                    kk=row.kk,
                    office=row.office,
                    programme=row.programme,
                    year=row.year,
                    form=row.form,
                    source="other_aid.xlsx",
                    area=area,
                    value_idr=row.value_idr,
                )
                for row in files.other_aid
            ],
        )
        by_source: dict[str, list[tuple[int, float, float]]] = {}
        for row in files.positions:
            if row.area:
                by_source.setdefault(row.source, []).append((row.area, row.lat, row.lon))
        for source, positions in sorted(by_source.items()):
            record_positions_many(actor=actor, positions=positions, source=source)
    places = sum(len(positions) for positions in by_source.values())
    return f"{excluded} baris pengecualian, {aided} bantuan lain, {places} posisi desa"
