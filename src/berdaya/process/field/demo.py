"""Phones of the demo: enrolled, heard of, a few records wait for a person. No figure of a programme changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from berdaya.access.selectors import actor_for
from berdaya.devices.services import phones
from berdaya.devices.types import Incoming, Sender
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.contests import open_contest
from berdaya.market.fairs import open_exhibition, seat_stalls_many
from berdaya.market.models import Contest, ContestEntry, Exhibition, Stall
from berdaya.market.types import NewContest, NewExhibition
from berdaya.process.field import packing, supervising
from berdaya.process.field.receive import Push, receive

PHONE = "HP contoh"


def enrol_mentor(*, account_id: int, role_id: int, supervisor: Actor) -> None:
    """A phone for one mentor of the demo, once: two conflicts, one record that waits, one that is refused."""
    actor = actor_for(account_id, role_id=role_id)
    with scoped(actor):
        if fetch("SELECT 1 FROM devices_device WHERE role_id = %s", [role_id]):
            return
        made = phones.enrol(actor=actor, name=PHONE, platform="Android 13; Chromium 131", app="contoh")
        visits = _latest(actor)
        caller = phones.Caller(made.id, actor)
        for ref in packing.offers(actor, clock.today()):
            rows = packing.fill(actor, ref.kind, ref.subject).rows
            phones.took(
                caller=caller, kind=ref.kind, subject=ref.subject, title=ref.title, expires_at=ref.expires_at,
                rows=len(rows),
            )  # fmt: skip
    records = [_other(visit, number) for number, visit in enumerate(visits)]
    nowhere = {"enterprise": str(stable_id("demo-nowhere", role_id)), "on": clock.today().isoformat(), "method": "seen"}
    records.append(_record(stable_id("demo-waiting", role_id), nowhere))
    records.append(_record(stable_id("demo-refused", role_id), {**nowhere, "production_days": 99}))
    sender = Sender(actor, actor.lo, int(actor.office or 0), made.id)
    push = Push(1, clock.real_now(), records, 3, clock.now() - timedelta(days=2))
    receive(sender=sender, push=push, real_now=clock.real_now())
    with scoped(supervisor):
        supervising.raise_falling(actor=supervisor, as_of=clock.today())


def open_next_contest(*, operator: Actor) -> None:
    """The office's last contest is held again today, so that a phone has entries to mark; once, and only after one."""
    with scoped(operator):
        last = (
            Contest.objects.filter(office_id=operator.office or 0)
            .exclude(criteria=[])
            .order_by("-held_on", "id")
            .first()
        )
        if last is None or last.held_on >= clock.today():
            return
        entered = (
            ContestEntry.objects.filter(contest=last).order_by("rank", "id").values_list("enterprise_id", flat=True)
        )
        year = clock.today().year
        contest = NewContest(
            id=stable_id("demo-contest", last.pk), area=last.area, office_id=last.office_id, code=f"{last.code}-{year}",
            name=last.name.replace(str(last.held_on.year), str(year)), level=last.level, held_on=clock.today(),
        )  # fmt: skip
        criteria = [(name, weight) for name, weight in last.criteria]
        open_contest(actor=operator, contest=contest, criteria=criteria, enterprises=list(entered))


def open_next_fair(*, operator: Actor, enterprises: Sequence[UUID]) -> None:
    """The office's last exhibition runs again around today, with its stalls and those of ``enterprises``; once."""
    with scoped(operator):
        last = Exhibition.objects.filter(office_id=operator.office or 0).order_by("-starts_on", "id").first()
        today = clock.today()
        if last is None or last.ends_on >= today:
            return
        fair = NewExhibition(
            id=stable_id("demo-fair", last.pk), area=last.area, office_id=last.office_id,
            code=f"{last.code}-{today.year}", name=last.name.replace(str(last.starts_on.year), str(today.year)),
            venue=last.venue, place=last.place, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1),
        )  # fmt: skip
        stalls = Stall.objects.filter(exhibition=last).order_by("number", "id")
        stood = list(stalls.values_list("enterprise_id", flat=True))
        open_exhibition(actor=operator, exhibition=fair)
        seat_stalls_many(actor=operator, exhibition_id=fair.id, enterprises=[*enterprises, *stood])


def _latest(actor: Actor) -> list[tuple[Any, ...]]:
    return fetch(
        """
        SELECT v.id, v.enterprise_id, v.occurred_on, v.revision, v.method, v.production_days, v.turnover_idr,
               v.cost_idr,
               v.stock_idr, v.workers, v.active_members, v.income_idr, v.problem, v.advice
        FROM visits_visit v WHERE v.enterprise_id = ANY (%s) AND v.turnover_idr > 0
        ORDER BY v.occurred_on DESC, v.id LIMIT 2
        """,
        [list(actor.enterprises)],
    )


def _other(visit: tuple[Any, ...], number: int) -> Incoming:
    """The same visit as somebody else tells it: another turnover, and a note."""
    key, enterprise, on, revision, *told = visit
    names = ("method", "production_days", "turnover_idr", "cost_idr", "stock_idr", "workers", "active_members",
             "income_idr", "problem", "advice")  # fmt: skip
    body = {
        "enterprise": str(enterprise),
        "on": on.isoformat(),
        **dict(zip(names, told, strict=True)),
        "turnover_idr": visit[6] + 100_000 * (number + 1),
        "note": "dihitung ulang bersama keluarga",
    }
    return _record(key, body, revision + 1)


def _record(key: UUID, body: dict[str, Any], revision: int = 1) -> Incoming:
    return Incoming(key, "visit", 1, revision, clock.now(), body)
