"""Decree lines and packages as the goods see them, in an open scope: who stands in a decree in force, and what fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from berdaya.enterprises.models import Enterprise
from berdaya.grants.models import Handover, Package, Proposal
from berdaya.grants.types import PackageInfo, PackageItemInfo
from berdaya.programmes.models import Candidate, Decree, DecreeLine
from berdaya.programmes.types import ProgrammeConfig

FEW = 500
"""Up to so many named recipients are looked up by name; beyond, all of the programme are."""


def valid_lines(programme_id: UUID, refs: Collection[str] | None = None) -> list[DecreeLine]:
    """Lines of the programme's approved decrees that were not replaced, by decree and number; of ``refs`` where given.

    What hangs on them comes in queries of its own: a join over five tables with policies goes wrong where the planner
    has no statistics yet.
    """
    decrees = list(Decree.objects.filter(programme_id=programme_id, approval__checked_by__isnull=False))
    lines = DecreeLine.objects.filter(decree__in=decrees, replaced_on=None)
    if refs is not None and len(refs) <= FEW:
        wanted = Candidate.objects.filter(programme_id=programme_id, ref__in=list(refs))
        lines = lines.filter(candidate_id__in=list(wanted.values_list("id", flat=True)))
    related = ("decree", "candidate__group", "candidate__person")
    found = list(lines.prefetch_related(*related).order_by("number"))
    return sorted(found, key=lambda line: (line.decree.decreed_on, line.decree.number, line.number))


def started_kinds(programme_id: UUID, lines: Collection[DecreeLine] | None = None) -> dict[UUID | None, str]:
    """Kind of the business that a household or group has started in the programme; of those of ``lines`` if few."""
    rows = Enterprise.objects.filter(programme_id=programme_id).order_by("-started_on", "id")
    if lines is not None and len(lines) <= FEW:
        homes = [line.household_id for line in lines if line.household_id]
        groups = [line.group_id for line in lines if line.group_id]
        rows = rows.filter(Q(household_id__in=homes) | Q(group_id__in=groups))
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


OWN_BUDGET = "RAB/"
"""Packages whose code begins so were made of one recipient's approved proposal."""


def packages_by_code(programme_id: UUID) -> dict[str, PackageInfo]:
    """The packages of a programme with their items, in an open scope; without those of single recipients."""
    rows = Package.objects.filter(programme_id=programme_id).exclude(code__startswith=OWN_BUDGET)
    return {row.code: row for row in _infos(rows)}


def own_packages(candidates: Collection[UUID]) -> dict[UUID, PackageInfo]:
    """Candidate -> the package of her approved proposal (RAB), where she has one."""
    rows = Proposal.objects.filter(candidate_id__in=list(candidates), package__isnull=False)
    owners = {package: candidate for package, candidate in rows.values_list("package_id", "candidate_id") if package}
    return {owners[row.id]: row for row in _infos(Package.objects.filter(id__in=list(owners)))} if owners else {}


def begun_packages(lines: Collection[UUID]) -> dict[UUID, PackageInfo]:
    """Decree line -> the package that a handover has begun: what is still due comes from no other."""
    rows = Handover.objects.filter(decree_line_id__in=list(lines)).values_list("decree_line_id", "package_id")
    begun = dict(rows)
    known = {row.id: row for row in _infos(Package.objects.filter(id__in=set(begun.values())))} if begun else {}
    return {line: known[package] for line, package in begun.items()}


def _infos(rows: QuerySet[Package]) -> list[PackageInfo]:
    return [
        PackageInfo(
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
        for row in rows.prefetch_related("items").order_by("code")
    ]
