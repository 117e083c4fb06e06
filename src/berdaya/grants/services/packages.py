"""Packages of a programme: what a recipient of one kind of business gets."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from berdaya.audit import services as audit
from berdaya.grants.lines import packages_by_code
from berdaya.grants.models import Package, PackageItem
from berdaya.grants.types import PackageInfo, PackageLine
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Programme
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.types import ProgrammeConfig


@transaction.atomic
def define_packages_many(*, actor: Actor, programme_id: UUID, lines: Sequence[PackageLine]) -> int:
    """The programme's packages from the rows of `Paket`. A code stands for one content: packages are never rewritten.

    Returns the number of packages. Raises `not_allowed`, `not_found`, `grants.bad_package_line` (with the row),
    `grants.package_too_dear`, `grants.package_in_use`; nothing is written then.
    """
    programme, _, config = open_programme(actor, programme_id, "package.manage")
    packages: dict[str, list[PackageLine]] = {}
    for line in lines:
        check_line(line)
        packages.setdefault(line.code, []).append(line)
    known = packages_by_code(programme_id)
    changed = 0
    for code, rows in packages.items():
        _check_ceiling(config, code, sum(row.quantity * row.unit_price_idr for row in rows))
        if code in known and _same(known[code], rows):
            continue
        _write(programme, code, rows)
        changed += 1
    if changed:
        audit.record(
            actor=actor,
            name="grants.packages_defined",
            subject_kind="programme",
            subject_id=programme_id,
            area=programme.area,
            office=programme.office_id,
            count=changed,
        )
    return len(packages)


def check_line(line: PackageLine) -> None:
    """Raise `grants.bad_package_line` unless name and unit are given, quantity and price whole and above zero."""
    whole = all(
        isinstance(number, int) and not isinstance(number, bool) and number > 0
        for number in (line.quantity, line.unit_price_idr)
    )
    if not (whole and line.code and line.name.strip() and line.unit.strip()):
        raise Problem("grants.bad_package_line", row=line.row, package=line.code)


def _check_ceiling(config: ProgrammeConfig, code: str, value: int) -> None:
    # Per member the ceiling follows the group; it is tested when the goods are handed over.
    ceiling = config.aid.ceiling_idr
    if ceiling is not None and config.aid.per != "member" and value > ceiling:
        raise Problem("grants.package_too_dear", package=code, value=value, ceiling=ceiling)


def _same(package: PackageInfo, rows: Sequence[PackageLine]) -> bool:
    return [
        (item.name, item.specification, item.quantity, item.unit, item.unit_price_idr, item.durable)
        for item in package.items
    ] == [(row.name, row.specification, row.quantity, row.unit, row.unit_price_idr, row.durable) for row in rows]


def _write(programme: Programme, code: str, rows: Sequence[PackageLine]) -> None:
    package, made = Package.objects.get_or_create(
        programme=programme,
        code=code,
        defaults={
            "id": stable_id("package", programme.id, code),
            "area": programme.area,
            "office_id": programme.office_id,
            "kind": rows[0].kind,
        },
    )
    if not made:
        raise Problem("grants.package_in_use", package=code)
    PackageItem.objects.bulk_create(
        PackageItem(
            id=stable_id("package-item", package.id, number),
            package=package,
            number=number,
            name=row.name,
            specification=row.specification,
            quantity=row.quantity,
            unit=row.unit,
            unit_price_idr=row.unit_price_idr,
            durable=row.durable,
        )
        for number, row in enumerate(rows, start=1)
    )
