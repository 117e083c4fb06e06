"""Decree lines and packages as the goods see them, in an open scope: who stands in a decree in force, and what fits."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from berdaya.enterprises.models import Enterprise
from berdaya.grants.models import Package
from berdaya.grants.types import PackageInfo, PackageItemInfo
from berdaya.programmes.models import Decree, DecreeLine
from berdaya.programmes.types import ProgrammeConfig


def valid_lines(programme_id: UUID) -> list[DecreeLine]:
    """Lines of the programme's approved decrees that were not replaced, by decree and number.

    What hangs on them comes in queries of its own: a join over five tables with policies goes wrong where the planner
    has no statistics yet.
    """
    decrees = list(Decree.objects.filter(programme_id=programme_id, approval__checked_by__isnull=False))
    lines = DecreeLine.objects.filter(decree__in=decrees, replaced_on=None)
    related = ("decree", "candidate__group", "candidate__person")
    found = list(lines.prefetch_related(*related).order_by("number"))
    return sorted(found, key=lambda line: (line.decree.decreed_on, line.decree.number, line.number))


def started_kinds(programme_id: UUID) -> dict[UUID | None, str]:
    """Kind of the business that a household or group has started in the programme."""
    rows = Enterprise.objects.filter(programme_id=programme_id).order_by("-started_on", "id")
    return {household or group: kind for household, group, kind in rows.values_list("household_id", "group_id", "kind")}


def kind_of(line: DecreeLine, started: Mapping[UUID | None, str]) -> str:
    """Kind of business of a recipient: of the business started, else what was proposed, else what the group does."""
    group = line.candidate.group
    kind = started.get(line.household_id or line.group_id, "")
    return kind or line.candidate.kind or (group.kind if group is not None else "")


def name_of(line: DecreeLine) -> str:
    """The recipient's name: the group's, else the person's."""
    candidate = line.candidate
    if candidate.group is not None:
        return candidate.group.name
    return candidate.person.name if candidate.person is not None else ""


def package_for(config: ProgrammeConfig, packages: Mapping[str, PackageInfo], kind: str) -> PackageInfo | None:
    """The package of a kind: as `[aid] packages` says, else the only one that names the kind."""
    named = packages.get(config.aid.packages.get(kind, ""))
    if named is not None:
        return named
    fitting = [package for package in packages.values() if kind and package.kind == kind]
    return fitting[0] if len(fitting) == 1 else None


def packages_by_code(programme_id: UUID) -> dict[str, PackageInfo]:
    """The packages of a programme with their items, in an open scope."""
    rows = Package.objects.filter(programme_id=programme_id).prefetch_related("items").order_by("code")
    return {
        row.code: PackageInfo(
            id=row.id,
            code=row.code,
            kind=row.kind,
            items=tuple(
                PackageItemInfo(
                    id=item.id,
                    number=item.number,
                    name=item.name,
                    specification=item.specification,
                    quantity=item.quantity,
                    unit=item.unit,
                    unit_price_idr=item.unit_price_idr,
                    durable=item.durable,
                )
                for item in sorted(row.items.all(), key=lambda item: item.number)
            ),
        )
        for row in rows
    }
