"""Alerts become tasks: one open task per cause, cleared when the evidence says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.snapshots import histories
from berdaya.enterprises.texts import day_text
from berdaya.followup import rules
from berdaya.followup.models import Alert
from berdaya.followup.texts import stored_title
from berdaya.followup.types import AlertRules, AlertRun, Raised
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask


@dataclass(frozen=True, slots=True)
class _Subject:
    area: int
    office_id: int
    name: str
    programme_code: str
    household_id: UUID | None
    group_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Open:
    alert: Alert
    task_open: bool
    task_done_on: date | None


@transaction.atomic
def raise_alerts(*, actor: Actor, as_of: date, programme_code: str = "") -> AlertRun:
    """Judge every business on a day; raise what is new, clear what has gone, leave the rest as it is.

    A cause that stays although its task was finished raises another task once the task's time has passed again.
    Running twice on the same evidence changes nothing.
    """
    require(actor, "status.refresh")
    by_programme = _rules_by_programme()
    subjects = _subjects(programme_code)
    raised: dict[tuple[UUID, str], Raised] = {}
    for loaded in histories(programme_code=programme_code, until=as_of):
        code = subjects[loaded.enterprise_id].programme_code
        if loaded.history.started_on > as_of:
            continue
        pulse = rules.pulse_of(loaded.enterprise_id, loaded.history, as_of, loaded.thresholds)
        for item in rules.alerts(pulse, as_of=as_of, rules=by_programme.get(code, AlertRules())):
            raised[item.enterprise_id, item.alert.value] = item
    standing = _standing(subjects)
    fresh = [item for key, item in raised.items() if key not in standing or _due_again(standing[key], item, as_of)]
    gone = [held for key, held in standing.items() if key not in raised]
    made = _raise(actor, fresh, subjects, standing, as_of)
    _clear(actor, gone, as_of)
    record(actor=actor, name="alerts.raised", as_of=as_of.isoformat(), new=made, cleared=len(gone), open=len(raised))
    return AlertRun(as_of=as_of, open=len(raised), new=made, cleared=len(gone))


def _rules_by_programme() -> dict[str, AlertRules]:
    rows = fetch(
        """
        SELECT p.code, v.config FROM programmes_programme p
        JOIN programmes_programmeversion v ON v.programme_id = p.id AND v.number = p.version_number
        """
    )
    found = {}
    for code, config in rows:
        table = (json.loads(config) if isinstance(config, str) else config).get("followup") or {}
        try:
            found[code] = AlertRules.of(table)
        except (ValueError, TypeError) as error:
            raise Problem("followup_rules", programme=code, detail=error) from error
    return found


def _subjects(programme_code: str) -> dict[UUID, _Subject]:
    rows = fetch(
        """
        SELECT e.id, e.area, e.office_id, e.name, coalesce(p.code, ''), e.household_id, e.group_id
        FROM enterprises_enterprise e LEFT JOIN programmes_programme p ON p.id = e.programme_id
        WHERE %(programme)s = '' OR p.code = %(programme)s
        """,
        {"programme": programme_code},
    )
    return {row[0]: _Subject(*row[1:]) for row in rows}


def _standing(subjects: Mapping[UUID, _Subject]) -> dict[tuple[UUID, str], _Open]:
    alerts = Alert.objects.filter(cleared_on=None).select_related("task")
    return {
        (alert.enterprise_id, alert.rule): _Open(alert, alert.task.state == "open", alert.task.done_on)
        for alert in alerts
        if alert.enterprise_id in subjects
    }


def _due_again(standing: _Open, item: Raised, as_of: date) -> bool:
    if standing.task_open or standing.task_done_on is None:
        return False
    return standing.task_done_on + (item.due_on - as_of) <= as_of - timedelta(days=1)


def _raise(
    actor: Actor,
    fresh: list[Raised],
    subjects: Mapping[UUID, _Subject],
    standing: Mapping[tuple[UUID, str], _Open],
    as_of: date,
) -> int:
    task_ids = tasks.create_many(
        actor=actor, tasks=[_task(item, subjects[item.enterprise_id], as_of) for item in fresh]
    )
    new = []
    for item in fresh:
        held = standing.get((item.enterprise_id, item.alert.value))
        if held is not None:
            held.alert.task_id = task_ids[item.cause]
            held.alert.detail = item.params
            held.alert.save(update_fields=["task", "detail"])
            continue
        subject = subjects[item.enterprise_id]
        new.append(
            Alert(
                area=subject.area,
                office_id=subject.office_id,
                enterprise_id=item.enterprise_id,
                rule=item.alert.value,
                raised_on=as_of,
                task_id=task_ids[item.cause],
                detail=item.params,
            )
        )
    create(new)
    return len(fresh)


def _task(item: Raised, subject: _Subject, as_of: date) -> NewTask:
    return NewTask(
        cause=item.cause,
        kind=item.alert.value,
        title=stored_title(item.alert, subject.name, item.params),
        area=subject.area,
        office_id=subject.office_id,
        owner_role=rules.role_for(item.addressee, subject.area),
        raised_on=as_of,
        due_on=item.due_on,
        programme_code=subject.programme_code,
        household_id=subject.household_id,
        group_id=subject.group_id,
        enterprise_id=item.enterprise_id,
        params={"name": subject.name, **item.params},
    )


def _clear(actor: Actor, gone: list[_Open], as_of: date) -> None:
    if not gone:
        return
    outcome = gettext("Penyebabnya sudah tidak ada menurut bukti per %(day)s.") % {"day": day_text(as_of)}
    tasks.cancel_many(actor=actor, task_ids=[held.alert.task_id for held in gone], outcome=outcome)
    Alert.objects.filter(pk__in=[held.alert.pk for held in gone]).update(cleared_on=as_of)
