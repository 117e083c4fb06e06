"""What imports remember for an office: headings, spellings of places, the rule of two people; and their samples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from berdaya.areas import selectors as areas
from berdaya.areas.names import plain
from berdaya.intake.kinds import ListKind
from berdaya.intake.models import GroupCarry, HeadingMap, ImportJob, IntakeRule, PlaceName
from berdaya.intake.results import Brought
from berdaya.intake.rows import FindArea
from berdaya.intake.services import PERMISSION, area_finder
from berdaya.intake.sheets import IGNORED
from berdaya.kernel import clock
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

ASKED_AT_MOST = 200
_SAMPLE = b"importjob.samples:"


def office_of(actor: Actor) -> int:
    """The one office that the actor imports for. Raises `not_allowed`."""
    if not actor.office:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    return actor.office


def kept_mapping(*, office: int, kind: str, fingerprint: str) -> dict[str, str] | None:
    """What the office said these headings mean; None where it was never asked."""
    found = HeadingMap.objects.filter(office_id=office, kind=kind, fingerprint=fingerprint).first()
    return dict(found.mapping) if found else None


def keep_mapping(
    *, actor: Actor, kind: ListKind, fingerprint: str, titles: Sequence[str], mapping: Mapping[str, str]
) -> None:
    """Remember what headings mean; a later call corrects it. Raises `import_mapping_bad`."""
    office = office_of(actor)
    known = {column.name for column in kind.main.columns} | {IGNORED}
    used = [name for name in mapping.values() if name != IGNORED]
    if set(mapping.values()) - known or len(used) != len(set(used)):
        raise Problem("import_mapping_bad")
    HeadingMap.objects.update_or_create(
        office_id=office, kind=kind.code, fingerprint=fingerprint,
        defaults={"titles": list(titles), "mapping": dict(mapping), "confirmed_by": actor.account_id or 0,
                  "confirmed_at": clock.now()},
        create_defaults={"id": stable_id("headings", office, kind.code, fingerprint), "area": actor.lo,
                         "titles": list(titles), "mapping": dict(mapping), "confirmed_by": actor.account_id or 0,
                         "confirmed_at": clock.now()},
    )  # fmt: skip


def spelled(village: str, district: str, regency: str) -> str:
    """The key of a written place."""
    return "|".join(plain(part) for part in (village, district, regency))[:400]


@dataclass
class PlaceQuestions:
    """Looks places up, remembering what fits several villages so that a person is asked once per spelling."""

    office: int
    within: int

    def __post_init__(self) -> None:
        self.open: dict[str, dict[str, object]] = {}
        self._kept = dict(PlaceName.objects.filter(office_id=self.office).values_list("written", "meant"))
        self._find = area_finder(self.within)

    def finder(self) -> FindArea:
        """As `services.area_finder`, with the office's own answers first."""

        def find(code: int | None, village: str, district: str, regency: str) -> int | str:
            found = self._find(code, village, district, regency)
            if isinstance(found, int) or code is not None:
                return found
            key = spelled(village, district, regency)
            if key in self._kept:
                meant = self._kept[key]
                return meant or found
            if found == "area_ambiguous" and len(self.open) < ASKED_AT_MOST:
                choices = areas.resolve(village=village, district=district, regency=regency, within=self.within).choices
                self.open[key] = {
                    "written": key, "shown": ", ".join(filter(None, (village, district, regency))),
                    "choices": list(choices)[:20],
                }  # fmt: skip
            return found

        return find


def keep_places(*, actor: Actor, answers: Mapping[str, int]) -> None:
    """Remember which village each spelling means; 0 leaves its rows refused. Raises `outside_scope`."""
    office = office_of(actor)
    for written, meant in answers.items():
        if meant and not actor.covers(meant):
            raise Problem("outside_scope")
        facts = {"meant": meant, "confirmed_by": actor.account_id or 0, "confirmed_at": clock.now()}
        PlaceName.objects.update_or_create(
            office_id=office, written=written, defaults=facts,
            create_defaults={**facts, "id": stable_id("spelling", office, written), "area": actor.lo},
        )  # fmt: skip


def needs_second(*, office: int) -> bool:
    """Whether the office wants somebody else to confirm an import."""
    return IntakeRule.objects.filter(office_id=office, second_person=True).exists()


def set_second(*, actor: Actor, wanted: bool) -> None:
    """Switch the rule of two people on or off; whoever heads the office decides."""
    office = office_of(actor)
    IntakeRule.objects.update_or_create(
        office_id=office, defaults={"second_person": wanted},
        create_defaults={"id": stable_id("intake-rule", office), "area": actor.lo, "second_person": wanted},
    )  # fmt: skip


def seal_samples(job: ImportJob, samples: Sequence[Mapping[str, object]]) -> None:
    """Keep what would change, sealed: it names people. It goes when the import is confirmed or thrown away."""
    if not samples:
        job.samples_cipher = job.samples_key = None
        return
    ring = key_ring()
    text = json.dumps(list(samples), default=str, ensure_ascii=False)
    job.samples_cipher = ring.seal(text, context=_SAMPLE + job.id.bytes)
    job.samples_key = ring.current.id


def samples_of(job: ImportJob) -> list[dict[str, object]]:
    """What `seal_samples` kept."""
    if job.samples_cipher is None:
        return []
    found: list[dict[str, object]] = json.loads(
        key_ring().open(bytes(job.samples_cipher), context=_SAMPLE + job.id.bytes)
    )
    return found


def known_job(*, office: int, programme: str, kind: str, sha256: bytes) -> UUID | None:
    """The import of this very file that is under way or done."""
    found = ImportJob.objects.filter(office_id=office, programme_code=programme, kind=kind, sha256=sha256)
    found = found.exclude(state__in=("undone", "dropped")).order_by("recorded_at")
    return found.values_list("id", flat=True).first()


def register_place(*, group: UUID) -> dict[str, Any] | None:
    """Where a group stood in the office's register that it came by: `page`, `file`, `sheet`, `row`."""
    kept = GroupCarry.objects.filter(group_id=group, kind="page").select_related("job").order_by("recorded_at").first()
    return {**kept.facts, "file": kept.job.file_name} if kept else None


def brought_along(*, group: UUID, waiting: bool = False) -> list[Brought]:
    """Assets and products that an existing group came with, by kind and name; ``waiting``: only those not taken on,
    which stay locked to the end of the transaction.
    """
    rows = GroupCarry.objects.filter(group_id=group, kind__in=("asset", "product"))
    if waiting:
        rows = rows.filter(taken_on=None).select_for_update()
    return [
        Brought(row.id, row.kind, row.facts, row.taken_on, row.outcome)
        for row in rows.order_by("kind", "facts__name", "id")
    ]


def settle_brought(*, account: int, outcomes: Mapping[UUID, str]) -> None:
    """What became of waiting things: ``asset``, ``product`` or ``gone``, today. For services that took them on."""
    today = clock.today()
    for outcome in set(outcomes.values()):
        rows = GroupCarry.objects.filter(id__in=[key for key, what in outcomes.items() if what == outcome])
        rows.filter(taken_on=None).update(taken_on=today, outcome=outcome, account_id=account)
