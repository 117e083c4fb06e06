"""Placing people in classes: solve, keep with proof and reasons, publish by a second person, move one by one."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.kernel import clock
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import PersonPrivate
from berdaya.programmes.models import Approval, Programme
from berdaya.programmes.services import approve, propose_approval
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.values import Stage
from berdaya.training.inputs import Attendee, Inputs, gather
from berdaya.training.models import Arrangement, Attendance, Placement, PlacementRun, TrainingClass
from berdaya.training.rules.checks import faults
from berdaya.training.rules.explain import reasons
from berdaya.training.rules.matching import match
from berdaya.training.services.cards import ensure_cards
from berdaya.training.types import Matching, PlacementReason, Trainee
from berdaya.training.values import NewArrangement, Proposal, WhatIf, WhatIfChange


def checked(inputs: Inputs) -> Inputs:
    """The inputs where a plan is possible. Raises `training_no_class`, `training_nobody` and what `checks` names."""
    if not inputs.problem.classes:
        raise Problem("training_no_class")
    if not inputs.problem.trainees:
        raise Problem("training_nobody")
    for fault in faults(inputs.problem, inputs.name_of):
        raise Problem(fault.code, **fault.params)
    return inputs


@transaction.atomic
def propose_placements(*, actor: Actor, programme_id: UUID, keep: bool = True) -> Proposal:
    """Match the decreed recipients to the programme's classes and put the outcome before a checker.

    Published seats are kept unless `keep` is false; what is published stays in force until the new run is approved.
    The same inputs answer the run that is there. Raises what `checked` raises.
    """
    programme, version, config = open_programme(actor, programme_id, "placement.propose")
    inputs = checked(gather(programme.pk, config, keep=keep))
    digest = bytes.fromhex(inputs.problem.digest())
    latest = PlacementRun.objects.filter(programme=programme).order_by("-number").first()
    if latest is None or bytes(latest.inputs_sha256) != digest:
        latest = _keep(programme, version.number, inputs, match(inputs.problem), digest)
        audit.record(
            actor=actor, name="placement.proposed", subject_kind="placement_run", subject_id=latest.pk,
            area=programme.area, number=latest.number, gap=latest.gap, placed=latest.summary["placed"],
        )  # fmt: skip
    figures = {name: latest.summary[name] for name in ("placed", "unplaced", "method")}
    approval = propose_approval(
        actor=actor, programme_id=programme.pk, stage=Stage.PLACEMENT, subject_id=latest.pk,
        summary={"number": latest.number, "gap": latest.gap, **figures},
    )  # fmt: skip
    return _proposal(latest, approval)


def _proposal(run: PlacementRun, approval: UUID) -> Proposal:
    return Proposal(
        run_id=run.pk,
        approval_id=approval,
        number=run.number,
        placed=run.summary["placed"],
        unplaced=run.summary["unplaced"],
        first_choice_share=run.first_choice_share or 0.0,
        objective=run.objective,
        bound=run.bound,
        gap=run.gap,
        method=run.summary["method"],
        closed=tuple(run.summary["closed"]),
    )


def _keep(programme: Programme, version: int, inputs: Inputs, solved: Matching, digest: bytes) -> PlacementRun:
    number = 1 + (PlacementRun.objects.filter(programme=programme).aggregate(Max("number"))["number__max"] or 0)
    run = PlacementRun.objects.create(
        id=stable_id("placement_run", programme.pk, number),
        area=programme.area,
        office_id=programme.office_id,
        programme=programme,
        number=number,
        inputs_sha256=digest,
        objective=solved.objective,
        bound=solved.bound,
        gap=_left_open(solved),
        first_choice_share=round(solved.first_choice_share, 6),
        summary=_summary(solved, version),
    )
    why = reasons(solved)
    create(
        _placement(run, inputs.attendees[trainee.id], reason, solved, int(solved.choice[i]))
        for i, (trainee, reason) in enumerate(zip(solved.problem.trainees, why, strict=True))
    )
    return run


def _left_open(solved: Matching) -> float:
    """What the proof leaves open, as a share of the score: beside penalties of the unplaced it would look like 0."""
    return min(1.0, round(solved.score_gap, 6))


def _summary(solved: Matching, version: int) -> dict[str, Any]:
    classes, fill = solved.problem.classes, solved.fill
    first = Counter(int(c) for c in solved.first if c >= 0)
    return {
        "version": version,
        "method": solved.method,
        "placed": solved.placed,
        "unplaced": len(solved.problem.trainees) - solved.placed,
        "unplaced_why": _unplaced_why(solved),
        "best_score": solved.problem.weights.best,
        "total_score": solved.total_score,
        "unplaced_cost": solved.unplaced_cost,
        "closed": [classes[i].code for i in solved.closed],
        "reserves": {
            r.name: {"target": r.target, "reached": r.reached, "changed_seats": r.bound} for r in solved.reserves
        },
        "classes": {
            c.code: {
                "seats": c.seats, "placed": int(fill[i]), "first_choice": first[i],
                "more_placed": solved.one_more_seat[i].placed, "more_points": solved.one_more_seat[i].points,
            }
            for i, c in enumerate(classes)
        },
    }  # fmt: skip


def _unplaced_why(solved: Matching) -> dict[str, int]:
    pairs = zip(solved.why, solved.placement.tolist(), strict=True)
    return dict(sorted(Counter(why.value for why, cls in pairs if cls < 0).items()))


def _placement(run: PlacementRun, who: Attendee, reason: PlacementReason, solved: Matching, choice: int) -> Placement:
    classes = solved.problem.classes
    chosen = None if reason.placed is None else classes[reason.placed]
    return Placement(
        id=stable_id("placement", run.pk, who.person_id),
        area=who.area,
        office_id=run.office_id,
        run=run,
        candidate_id=who.candidate_id,
        person_id=who.person_id,
        household_id=who.household_id,
        number=who.number,
        training_class_id=chosen.id if chosen else None,
        score=reason.score if chosen else None,
        distance_m=reason.metres,
        choice=choice or None,
        reason={
            "why": reason.why.value,
            "components": reason.components
            and [
                mark if weight else None
                for mark, weight in zip(reason.components, solved.problem.weights.vector(), strict=True)
            ],
            "unknown": reason.unknown,
            "next": None if reason.next is None else classes[reason.next].code,
            "next_score": reason.next_score,
            "missed": None if reason.missed is None else classes[reason.missed].code,
            "missed_score": reason.missed_score,
        },
    )


@transaction.atomic
def publish_placements(*, actor: Actor, run_id: UUID, note: str = "") -> int:
    """Put a proposed run in force, as somebody other than its maker. Answers how many people have a seat.

    Raises `not_found`, `same_person`, `already_decided`, `bad_state` where a newer run waits, `training_attended` where
    people attend by the run in force.
    """
    require(actor, "placement.publish")
    run = PlacementRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise Problem("not_found")
    if run.published_at:
        raise Problem("already_decided")
    if PlacementRun.objects.filter(programme=run.programme_id, number__gt=run.number).exists():
        raise Problem("bad_state", state="superseded")
    if Attendance.objects.filter(placement__run__programme=run.programme_id).exists():
        raise Problem("training_attended")
    approval = Approval.objects.filter(stage=Stage.PLACEMENT.value, subject_id=run.pk).first()
    if approval is None:
        raise Problem("bad_state", state="unproposed")
    approve(actor=actor, approval_id=approval.pk, note=note)
    run.published_at = clock.now()
    run.save(update_fields=["published_at"])
    Placement.objects.filter(run__programme=run.programme_id, in_force=True).update(in_force=False)
    Placement.objects.filter(run=run).update(in_force=True)
    ensure_cards(run)
    audit.record(
        actor=actor, name="placement.published", subject_kind="placement_run", subject_id=run.pk, area=run.area,
        number=run.number, placed=run.summary["placed"],
    )  # fmt: skip
    return int(run.summary["placed"])


@transaction.atomic
def reseat(*, actor: Actor, placement_id: UUID, class_id: UUID | None, reason: str) -> None:
    """Move one placed person to another class, or out of classes; the reason stays with the placement.

    Raises `training_class_full`, `training_class_steps`, `training_attended`, `bad_state`, `not_found`.
    """
    require(actor, "placement.propose")
    placement = Placement.objects.select_related("run").select_for_update(of=("self",)).filter(pk=placement_id).first()
    if placement is None:
        raise Problem("not_found")
    if not placement.in_force:
        raise Problem("bad_state", state="not_in_force")
    if Attendance.objects.filter(placement=placement).exists():
        raise Problem("training_attended")
    if class_id is not None:
        # The class is locked before its seats are counted, so that of two people one gets the last seat.
        target = TrainingClass.objects.select_for_update().filter(pk=class_id, programme=placement.run.programme_id)
        chosen = target.first()
        if chosen is None:
            raise Problem("not_found")
        sitting = Placement.objects.filter(run=placement.run, training_class=chosen).exclude(pk=placement.pk)
        if sitting.count() >= chosen.seats:
            raise Problem("training_class_full", class_code=chosen.code, seats=chosen.seats)
        disabled = PersonPrivate.objects.filter(person=placement.person_id, disability=True).exists()
        if disabled and not chosen.wheelchair:
            raise Problem("training_class_steps", class_code=chosen.code)
    before = placement.training_class_id
    placement.training_class_id = class_id
    placement.score = placement.distance_m = placement.choice = None
    placement.reason = {"why": "moved_by_hand", "text": reason}
    placement.save(update_fields=["training_class", "score", "distance_m", "choice", "reason"])
    audit.record(
        actor=actor, name="placement.moved", subject_kind="placement", subject_id=placement.pk, area=placement.area,
        reason=reason, before=str(before or ""), after=str(class_id or ""),
    )  # fmt: skip


@transaction.atomic
def arrange_many(*, actor: Actor, programme_id: UUID, rows: Sequence[NewArrangement]) -> int:
    """Fix seats, or say who must sit beside whom; a row without either takes the person's arrangement away.

    People are named by their number on the list (`12`, in a group `K-7/3`). Answers how many rows took effect; raises
    `training_ref_unknown`, `training_code_unknown`, `training_together_circle` and what `checks` names.
    """
    programme, _, config = open_programme(actor, programme_id, "placement.propose")
    inputs = gather(programme.pk, config, keep=False)
    people = {a.ref: a for a in inputs.attendees.values()}
    classes = {c.code: c.id for c in inputs.problem.classes}
    done = 0
    for row in rows:
        missing = [ref for ref in (row.ref, row.follows) if ref and ref not in people]
        if missing or not row.ref:
            raise Problem("training_ref_unknown", ref=", ".join(missing) or "-")
        if row.class_code and row.class_code not in classes:
            raise Problem("training_code_unknown", what="kelas", code_text=row.class_code)
        who = people[row.ref]
        if not row.class_code and not row.follows:
            done += Arrangement.objects.filter(programme=programme, person=who.person_id).delete()[0]
            continue
        Arrangement.objects.update_or_create(
            programme=programme,
            person_id=who.person_id,
            defaults={
                "id": stable_id("arrangement", programme.pk, who.person_id), "area": who.area,
                "office_id": programme.office_id, "candidate_id": who.candidate_id,
                "fixed_id": classes.get(row.class_code), "note": row.note,
                "follows_id": people[row.follows].person_id if row.follows else None,
            },
        )  # fmt: skip
        done += 1
    for fault in faults(gather(programme.pk, config).problem, inputs.name_of):
        raise Problem(fault.code, **fault.params)
    audit.record(
        actor=actor, name="placement.arranged", subject_kind="programme", subject_id=programme.pk,
        area=programme.area, rows=done,
    )  # fmt: skip
    return done


def what_if(*, actor: Actor, programme_id: UUID, change: WhatIfChange) -> WhatIf:
    """Solve with other seats, distance or budget and compare; nothing is kept and nothing published changes."""
    programme, _, config = open_programme(actor, programme_id, "placement.propose")
    given = checked(gather(programme.pk, config, keep=change.keep)).problem
    offers = []
    for offer in given.classes:
        seats = offer.seats + change.more_seats if offer.code == change.class_code else offer.seats
        if offer.code != change.closed:
            offers.append(dataclasses.replace(offer, seats=max(0, seats)))
    changed = dataclasses.replace(
        given,
        classes=tuple(offers),
        max_km=change.max_km or given.max_km,
        budget=change.budget_idr if change.budget_idr is not None else given.budget,
        trainees=tuple(_released(t, {o.id for o in offers}) for t in given.trainees),
    )
    solved = match(changed)
    seated = Placement.objects.filter(run__programme=programme, in_force=True)
    published = dict(seated.values_list("person_id", "training_class_id"))
    where = [int(c) for c in solved.placement]
    moved = sum(
        t.id in published and published[t.id] != (changed.classes[c].id if c >= 0 else None)
        for t, c in zip(changed.trainees, where, strict=True)
    )
    return WhatIf(
        placed=solved.placed,
        unplaced=len(where) - solved.placed,
        first_choice=sum(w.value == "first_choice" for w in solved.why),
        gap=_left_open(solved),
        method=solved.method,
        closed=tuple(changed.classes[i].code for i in solved.closed),
        fill={c.code: (int(n), c.seats) for c, n in zip(changed.classes, solved.fill, strict=True)},
        published_placed=sum(c is not None for c in published.values()),
        moved=moved,
        score=solved.total_score,
    )


def _released(trainee: Trainee, open_: set[UUID]) -> Trainee:
    """Whoever kept a seat in a class that the question closes looks for another."""
    gone = trainee.fixed is not None and trainee.fixed not in open_
    return dataclasses.replace(trainee, fixed=None, kept=False) if gone else trainee
