"""The record kind `visit`: one visit feeds the business's month, its evidence, its assets and the group's report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from berdaya.access.permissions import require
from berdaya.areas.selectors import positions
from berdaya.devices import kinds
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result
from berdaya.enterprises.types import Method
from berdaya.forms import rules as form_rules
from berdaya.forms.selectors import instrument as instrument_of
from berdaya.forms.services import record_responses_many
from berdaya.forms.values import NewResponse
from berdaya.grants.services.assets import AssetLook, look_at_assets_many
from berdaya.grants.types import AssetState as GoodsState
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.clock import WIB
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.visits import rules, selectors, services
from berdaya.visits.types import AdviceCheck, AssetSeen, AssetState, Position, PositionMissing, VisitInput

Money = Annotated[int, Field(strict=True, ge=0, le=rules.MAX_MONEY_IDR)]
Count = Annotated[int, Field(strict=True, ge=0, le=rules.MAX_PEOPLE)]
Line = Annotated[str, Field(max_length=rules.MAX_LINE)]


class Payload(BaseModel):
    """What every payload shares: unknown fields are refused, so that nothing typed is dropped in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Payload):
    """A position as the phone gave it."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    at: str | None = None


class Ticked(Payload):
    """One asset ticked off; ``photo`` is a name in the record's files."""

    asset: UUID
    state: AssetState
    photo: Annotated[str, Field(max_length=60)] | None = None


class Answered(Payload):
    """Answers of an instrument in the version that was asked."""

    instrument: Annotated[str, Field(max_length=40)]
    version: Annotated[int, Field(ge=1, le=30_000)]
    answers: dict[str, Any]


class VisitBody(Payload):
    """Payload of `visit`, version 1 (docs/guide/sync.md)."""

    enterprise: UUID
    on: date
    method: Method
    same_as_last: bool = False
    production_days: Annotated[int, Field(strict=True, ge=0, le=rules.MAX_PRODUCTION_DAYS)] | None = None
    turnover_idr: Money | None = None
    cost_idr: Money | None = None
    stock_idr: Money | None = None
    workers: Count | None = None
    active_members: Count | None = None
    income_idr: Money | None = None
    problem: Line = ""
    advice: Line = ""
    next_step: Line = ""
    advice_check: Literal["done", "partly", "not_done", "not_checked"] | None = None
    note: Annotated[str, Field(max_length=rules.MAX_NOTE)] = ""
    position: Place | None = None
    position_missing: PositionMissing | None = None
    assets: Annotated[tuple[Ticked, ...], Field(max_length=50)] = ()
    photos: Annotated[tuple[str, ...], Field(max_length=10)] = ()
    voice: Annotated[str, Field(max_length=60)] | None = None
    answers: Answered | None = None


NOWHERE: Mapping[UUID, Position] = {}


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Take visits in. A family of somebody else is refused, one that is nowhere yet is waited for."""
    require(actor, "visit.record")
    ground = services.take_ground(
        enterprises=(_body(item).enterprise for item in records), visits=[item.id for item in records]
    )
    results = _strangers(records, ground.businesses)
    results |= _unfit(actor, [item for item in records if item.id not in results])
    mine = [item for item in records if item.id not in results]
    if not mine:
        return results
    places = _places(mine, ground)
    inputs = {item.id: _visit(body, item, ground.mentor, places) for item in mine for body in (_body(item),)}
    inputs, notes = _same_as_last(inputs)
    if ground.held:
        results |= _meet(actor, mine, inputs, selectors.stored(list(inputs)))
    left = [visit for key, visit in inputs.items() if key not in results]
    outcomes = services.record_locked_visits(actor=actor, visits=left, ground=ground)
    for visit in left:
        results[visit.id] = _result(visit, outcomes.by_id[visit.id], outcomes.flaws.get(visit.id, ()), notes)
    kept = [item for item in mine if results[item.id].outcome in {Outcome.NEW, Outcome.UPDATED}]
    _answers(actor, kept)
    _things(actor, kept)
    return results


def _body(record: FieldRecord) -> VisitBody:
    assert isinstance(record.body, VisitBody)  # noqa: S101 - the kind's own payload
    return record.body


def _strangers(records: Sequence[FieldRecord], visible: Collection[UUID]) -> dict[UUID, Result]:
    hidden = {_body(item).enterprise for item in records}.difference(visible)
    if not hidden:
        return {}
    elsewhere = {row[0] for row in fetch("SELECT id FROM visits_known_enterprises(%s)", [list(hidden)])}
    found: dict[UUID, Result] = {}
    for item in records:
        key = _body(item).enterprise
        if key in elsewhere:
            found[item.id] = Result(Outcome.INVALID, "not_yours")
        elif key in hidden:
            found[item.id] = Result(Outcome.WAITING, "needs_record", needs=(key,))
    return found


def _visit(
    body: VisitBody, record: FieldRecord, mentor: UUID | None, places: Mapping[UUID, Position] = NOWHERE
) -> VisitInput:
    place = body.position
    here = Position(place.lat, place.lon, _whole(place.accuracy_m)) if place else None
    there = places.get(body.enterprise) if here else None
    return VisitInput(
        id=record.id,
        enterprise_id=body.enterprise,
        mentor_id=mentor,
        occurred_on=_day(body, record),
        method=body.method,
        production_days=body.production_days,
        turnover_idr=body.turnover_idr,
        cost_idr=body.cost_idr,
        stock_idr=body.stock_idr,
        workers=body.workers,
        active_members=body.active_members,
        income_idr=body.income_idr,
        problem=body.problem,
        advice=body.advice,
        advice_check=AdviceCheck(body.advice_check) if body.advice_check else None,
        note=body.note,
        revision=record.revision,
        next_step=body.next_step,
        same_as_last=body.same_as_last,
        position=here,
        position_missing=None if place else body.position_missing,
        distance_m=rules.distance_m(here, there) if here and there else None,
        assets=tuple(AssetSeen(one.asset, one.state, record.files.get(one.photo or "")) for one in body.assets),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _day(body: VisitBody, record: FieldRecord) -> date:
    """The day that the mentor chose; where it came from a clock that was wrong, the day on which the record arrived."""
    received = record.received_at.astimezone(WIB).date()
    from_clock = body.on == record.device_at.astimezone(WIB).date()
    return received if record.clock_off and from_clock and abs((received - body.on).days) > 1 else body.on


def _same_as_last(inputs: dict[UUID, VisitInput]) -> tuple[dict[UUID, VisitInput], dict[UUID, dict[str, Any]]]:
    wanted = [(key, visit.enterprise_id, visit.occurred_on) for key, visit in inputs.items() if visit.same_as_last]
    if not wanted:
        return inputs, {}
    before = selectors.last_before(wanted)
    changed, notes = dict(inputs), {}
    # Two visits of one business may stand in one push: the later repeats the earlier, which is not stored yet.
    for key, enterprise, day in sorted(wanted, key=lambda item: item[2]):
        earlier = [
            visit for visit in changed.values()
            if visit.enterprise_id == enterprise and visit.id != key and visit.occurred_on < day
        ]  # fmt: skip
        last = max(earlier, key=lambda visit: visit.occurred_on, default=before.get(key))
        stored = before.get(key)
        if last is None:
            changed[key] = replace(changed[key], same_as_last=False)
            notes[key] = {"same_as_last": "no_visit_before"}
            continue
        last = stored if stored is not None and stored.occurred_on > last.occurred_on else last
        changed[key] = replace(changed[key], **{name: getattr(last, name) for name in rules.FIGURES})
    return changed, notes


def _places(records: Sequence[FieldRecord], ground: services.Ground) -> Mapping[UUID, Position]:
    """Where each business was met first, else its village: what a visit's distance is measured from."""
    wanted = {body.enterprise for body in map(_body, records) if body.position is not None}
    areas = {key: ground.businesses[key].area for key in wanted.difference(ground.places)}
    if not areas:
        return ground.places
    villages = positions(areas.values())
    found = {key: villages.get(area) for key, area in areas.items()}
    return {**{key: Position(one.lat, one.lon) for key, one in found.items() if one}, **ground.places}


def _meet(
    actor: Actor,
    records: Sequence[FieldRecord],
    inputs: dict[UUID, VisitInput],
    held: Mapping[UUID, tuple[VisitInput, int]],
) -> dict[UUID, Result]:
    """Visits that somebody else changed meanwhile: joined field by field, or a conflict that a person resolves.

    Changes ``inputs``: an edit goes on top of what is stored, whatever number it has there.
    """
    found: dict[UUID, Result] = {}
    for item in records:
        if item.id not in held:
            continue
        stored, account = held[item.id]
        sent = replace(inputs[item.id], mentor_id=stored.mentor_id)
        if account != actor.account_id and not item.decided:
            if item.previous is None:
                clashes = tuple(name for name in rules.COMPARED if getattr(sent, name) != getattr(stored, name))
            else:
                assert isinstance(item.previous, VisitBody)  # noqa: S101 - the kind's own payload
                base = _visit(item.previous, item, stored.mentor_id)
                sent, clashes = rules.merge(base, sent, stored)
            if clashes:
                theirs = body_of(stored)
                found[item.id] = Result(Outcome.CONFLICT, "field_conflict", {"fields": list(clashes)}, theirs=theirs)
                continue
        if rules.digest(sent) != rules.digest(replace(stored, revision=1)):
            sent = replace(sent, revision=max(sent.revision, stored.revision + 1))
        inputs[item.id] = sent
    return found


def body_of(visit: VisitInput) -> dict[str, Any]:
    """A stored visit in the words of the payload, to be laid beside what a phone sent."""
    told = {name: getattr(visit, name) for name in rules.COMPARED if name != "occurred_on"}
    return {
        **{name: str(value) if name in {"method", "advice_check"} and value else value for name, value in told.items()},
        "enterprise": str(visit.enterprise_id),
        "on": visit.occurred_on.isoformat(),
        "same_as_last": visit.same_as_last,
    }


def _result(visit: VisitInput, outcome: Any, flaws: Sequence[Any], notes: Mapping[UUID, dict[str, Any]]) -> Result:
    told = Outcome(outcome.value)
    if told is Outcome.INVALID:
        return Result(told, "visit_invalid", {"fields": [flaw.field for flaw in flaws]})
    if told is Outcome.WAITING:
        return Result(told, "needs_record", needs=(visit.enterprise_id,))
    if told is Outcome.CONFLICT:
        return Result(told, "revision_reused")
    return Result(told, params=notes.get(visit.id, {}))


def _unfit(actor: Actor, records: Sequence[FieldRecord]) -> dict[UUID, Result]:
    """Records whose answers do not fit their instrument, or whose version nobody published: nothing is half taken."""
    found: dict[UUID, Result] = {}
    for item in records:
        told = _body(item).answers
        if told is None:
            continue
        try:
            line = instrument_of(actor, told.instrument, told.version)
        except Problem:
            params = {"instrument": told.instrument, "version": told.version, "fields": ["answers"]}
            found[item.id] = Result(Outcome.INVALID, "form_version_unknown", params)
            continue
        for wrong in form_rules.check(line.instrument, told.answers):
            params = {**wrong.params, "question": wrong.question, "fields": [f"answers.{wrong.question}"]}
            found[item.id] = Result(Outcome.INVALID, wrong.code, params)
            break
    return found


SEEN = {
    AssetState.USED: GoodsState.WORKING,
    AssetState.UNUSED: GoodsState.PRESENT,
    AssetState.BROKEN: GoodsState.BROKEN,
}
"""What a visit says of a thing that is there; what is gone or sold waits for its minutes and stays with the visit."""


def _things(actor: Actor, records: Sequence[FieldRecord]) -> None:
    """What was ticked off becomes the asset's state, with the photo: one visit feeds both."""
    ticked = [(item, one) for item in records for one in _body(item).assets if one.state in SEEN]
    if not ticked:
        return
    mine = {
        row[:2]
        for row in fetch(
            "SELECT id, enterprise_id FROM grants_asset WHERE id = ANY (%s)", [[one.asset for _, one in ticked]]
        )
    }
    look_at_assets_many(
        actor=actor,
        looks=[
            AssetLook(
                id=stable_id("visit-look", item.id, item.revision, one.asset),
                asset=one.asset,
                state=SEEN[one.state],
                seen_on=min(_day(_body(item), item), clock.today()),
                method=_body(item).method.value,
                photo=item.files.get(one.photo or ""),
            )
            for item, one in ticked
            if (one.asset, _body(item).enterprise) in mine
        ],
    )


def _answers(actor: Actor, records: Sequence[FieldRecord]) -> None:
    """Answers of instruments go to the forms, which compute their scores."""
    told = [(item, body.answers) for item in records if (body := _body(item)).answers is not None]
    if not told:
        return
    ids = [_body(item).enterprise for item, _ in told]
    areas = dict(fetch("SELECT id, area FROM enterprises_enterprise WHERE id = ANY (%s)", [ids]))
    rows = [
        NewResponse(
            instrument_id=instrument_of(actor, answered.instrument, answered.version).id,
            subject_id=_body(item).enterprise,
            area=areas[_body(item).enterprise],
            occurred_on=_body(item).on,
            answers=answered.answers,
            id=stable_id("visit-answers", item.id, item.revision),
        )
        for item, answered in told
        if answered is not None
    ]
    record_responses_many(actor=actor, rows=rows)


kinds.register(
    RecordKind(
        name="visit",
        title=("Kunjungan", "Visit"),
        permission="visit.record",
        payloads={1: VisitBody},
        apply=apply,
        photos=("photos", "voice", "assets.photo"),
    )
)
