"""The exclusion screen at the handover: the same look as before the decree, on the day the goods leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from berdaya.grants.lines import name_of
from berdaya.grants.types import HandoverRow
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine, Programme
from berdaya.programmes.services.screening import broken_on
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

CASE_DAYS = 7
"""Days that an office has to look into a recipient whom a list names."""


def excluded_refs(lines: Sequence[DecreeLine], on: date) -> dict[str, str]:
    """Ref -> list that names the recipient on that day. A hit of her own programme's aid is none."""
    broken = broken_on([line.id for line in lines], on)
    return {line.candidate.ref: broken[line.id][0].criterion for line in lines if line.id in broken}


def excluded_rows(lines: Mapping[str, DecreeLine], rows: Sequence[HandoverRow]) -> dict[str, str]:
    """As :func:`excluded_refs`, each row on its own day: what the lists said when the goods left."""
    by_day: dict[date, list[DecreeLine]] = defaultdict(list)
    for row in rows:
        if row.ref in lines:
            by_day[row.occurred_on].append(lines[row.ref])
    return {ref: why for day, named in sorted(by_day.items()) for ref, why in excluded_refs(named, day).items()}


def open_late_cases(
    actor: Actor, programme: Programme, lines: Sequence[DecreeLine], reasons: Mapping[str, str]
) -> None:
    """A case for each recipient whom a list named only after the goods left; nothing is taken from the family."""
    _open(actor, programme, lines, reasons, ("late_hit", "tercatat pada daftar pengecualian setelah barang diserahkan"))


def open_past_cases(
    actor: Actor, programme: Programme, lines: Sequence[DecreeLine], reasons: Mapping[str, str]
) -> None:
    """A case for each recipient of a past handover whom a list named on that very day."""
    _open(
        actor, programme, lines, reasons, ("against_list", "barang diserahkan walau tercatat pada daftar pengecualian")
    )


def open_held_cases(
    actor: Actor, programme: Programme, lines: Sequence[DecreeLine], reasons: Mapping[str, str]
) -> None:
    """A case for each recipient whom a list named before the goods left; they wait until it is settled."""
    _open(actor, programme, lines, reasons, ("held", "tertahan pada daftar pengecualian sebelum barang diserahkan"))


def _open(
    actor: Actor,
    programme: Programme,
    lines: Sequence[DecreeLine],
    reasons: Mapping[str, str],
    case: tuple[str, str],
) -> None:
    kind, words = case
    today = clock.today()
    tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"handover.{kind}:{line.id}",
                kind=f"handover.{kind}",
                title=f"Periksa {name_of(line)}: {words}",
                area=line.area,
                office_id=line.office_id,
                owner_role="supervisor",
                raised_on=today,
                due_on=today + timedelta(days=CASE_DAYS),
                programme_code=programme.code,
                household_id=line.household_id,
                group_id=line.group_id,
                params={"name": name_of(line), "reason": reasons[line.candidate.ref]},
            )
            for line in lines
        ],
    )
