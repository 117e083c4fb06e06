"""An office writes its own catalogue: new entries, other facts, entries retired. Nothing is ever deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import transaction

from berdaya.access.models import Office
from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.catalogue import catalogue_of, forget_names
from berdaya.training.models import CatalogueEntry
from berdaya.training.shipped import NewEntry, OfficeCatalogue, Part, entry_of, good_of
from berdaya.training.values import Counted

PERMISSION = "catalogue.manage"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
MOST_SESSIONS, MOST_HOURS = 60, 12


@transaction.atomic
def save_entries_many(*, actor: Actor, rows: Sequence[NewEntry]) -> Counted:
    """Add or change entries of the actor's office; part and code are the key. All rows or none.

    What equals the entry in force is left alone, so that a whole workbook can be read back. Raises
    `training_entry_unfit` with the entry and what is wrong, `not_allowed`.
    """
    require(actor, PERMISSION)
    if not actor.office:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    office = Office.objects.get(pk=actor.office)
    there = {
        (e.part, e.code): e for e in CatalogueEntry.objects.select_for_update().filter(office=office).order_by("id")
    }
    listed = catalogue_of(actor.office)
    given = [row for row in rows if entry_of(listed, row.part, row.code) != _whole(row)]
    _check(listed, given)
    fresh, changed = [], []
    for row in given:
        known = there.get((row.part, row.code))
        if known is None:
            fresh.append(
                CatalogueEntry(
                    id=stable_id("catalogue", office.pk, row.part, row.code), area=office.area, office=office,
                    part=row.part.value, code=row.code, name=row.name, body=row.body(), retired=row.retired,
                )
            )  # fmt: skip
        else:
            known.name, known.body, known.retired = row.name, row.body(), row.retired
            changed.append(known)
    CatalogueEntry.objects.bulk_create(fresh)
    CatalogueEntry.objects.bulk_update(changed, ["name", "body", "retired"])
    audit.record(
        actor=actor, name="catalogue.saved", subject_kind="office", subject_id=office.pk, area=office.area,
        created=len(fresh), changed=len(changed), codes=[f"{e.part}:{e.code}" for e in (*fresh, *changed)][:50],
    )  # fmt: skip
    forget_names()
    return Counted(len(fresh), len(changed), len(rows) - len(fresh) - len(changed))


def _whole(row: NewEntry) -> NewEntry:
    """The row with only the facts of its part, as the catalogue would give it back."""
    body = row.body()
    return NewEntry(
        row.part, row.code, row.name, body["en"], body.get("category", ""), tuple(body.get("skills", ())),
        tuple(body.get("resources", ())), tuple(body.get("kinds", ())), body.get("sessions", 0), body.get("hours", 0),
        tuple(body.get("topics", ())), tuple(body.get("goods", ())), row.retired,
    )  # fmt: skip


def _check(listed: OfficeCatalogue, rows: Sequence[NewEntry]) -> None:
    """Codes may name what stands in the catalogue or comes with the same rows."""
    known = {part: set(listed.part(part)) | {r.code for r in rows if r.part is part} for part in Part}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        wrong = _fault(row, known, {*listed.categories})
        if not wrong and (row.part, row.code) in seen:
            wrong = "kode dipakai dua kali"
        if wrong:
            raise Problem("training_entry_unfit", entry=row.code or row.name or "?", detail=wrong)
        seen.add((row.part, row.code))


def _fault(row: NewEntry, known: dict[Part, set[str]], categories: set[str]) -> str:  # noqa: PLR0911 - a list of faults
    if not _CODE.fullmatch(row.code):
        return "kode memakai huruf kecil, angka, dan garis bawah"
    if not row.name.strip() or len(row.name) > 120:
        return "nama kosong atau terlalu panjang"
    for part, used in ((Part.SKILL, row.skills), (Part.RESOURCE, row.resources), (Part.KIND, row.kinds)):
        missing = sorted(set(used) - known[part])
        if missing:
            return f"kode tidak dikenal {', '.join(missing)}"
    if row.part is Part.KIND and row.category not in categories:
        return f"kategori {row.category or '?'}"
    if row.part is Part.KIND and not row.skills:
        return "jenis usaha memerlukan keterampilan"
    if row.part is Part.COURSE and not (
        row.skills and 1 <= row.sessions <= MOST_SESSIONS and 1 <= row.hours <= MOST_HOURS
    ):
        return "kursus memerlukan keterampilan, pertemuan, dan jam"
    if row.part is Part.PACKAGE:
        return _goods_fault(row.kinds, row.goods)
    return ""


def _goods_fault(kinds: Iterable[str], goods: Sequence[str]) -> str:
    if not tuple(kinds) or not goods:
        return "paket memerlukan jenis usaha dan barang"
    for line in goods:
        try:
            good_of(line)
        except ValueError:
            return f"baris barang {line[:60]}"
    return ""
