"""The register of what offices offer, and referrals of families that fit another programme better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Candidate, OfferedProgramme, Referral
from berdaya.programmes.rules.offers import check_conditions
from berdaya.programmes.services.setup import open_programme
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

TASK = "referral"


@dataclass(frozen=True, slots=True)
class NewOffer:
    """One programme of the register; ``conditions`` as ``rules.offers`` describes them."""

    code: str
    name: str
    provider: str
    aim: str
    target: str
    form: str
    how: str
    contact: str
    open_from: date
    open_until: date | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    area: int = 0
    synthetic: bool = False


TEXTS = ("code", "name", "provider", "aim", "target", "form", "how", "contact")


@transaction.atomic
def save_offers_many(*, actor: Actor, offers: Sequence[NewOffer]) -> int:
    """Add programmes to the office's register, or write them anew by their code. Returns how many changed.

    Raises ``offer_bad`` naming the entry, ``outside_scope``.
    """
    require(actor, "referral.manage")
    changed = 0
    for offer in offers:
        for name in TEXTS:
            if not str(getattr(offer, name)).strip():
                raise Problem("offer_bad", field=name)
        check_conditions(offer.conditions)
        area = offer.area or actor.lo
        if not actor.office or not actor.covers(area):
            raise Problem("outside_scope")
        facts: dict[str, Any] = {name: str(getattr(offer, name)).strip() for name in TEXTS if name != "code"}
        facts |= {
            "conditions": dict(offer.conditions), "open_from": offer.open_from, "open_until": offer.open_until,
            "synthetic": offer.synthetic, "area": area,
        }  # fmt: skip
        row = OfferedProgramme.objects.filter(office_id=actor.office, code=offer.code).first()
        if row is None:
            OfferedProgramme.objects.create(
                id=stable_id("offer", actor.office, offer.code), office_id=actor.office, code=offer.code, **facts
            )
        elif any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            row.save()
        else:
            continue
        changed += 1
    if changed:
        record(actor=actor, name="offers.saved", subject_kind="offer", count=changed)
    return changed


@transaction.atomic
def refer(*, actor: Actor, candidate_id: UUID, offer_id: UUID, reason: str, on: date, answer_due: date) -> UUID:
    """Send a family to another programme; the operator gets a task for the day the answer is due.

    Raises ``not_found``, ``reason_needed``, ``referral_open``; ``offer_bad`` where the answer is due before today.
    """
    candidate = Candidate.objects.filter(pk=candidate_id).first()
    offer = OfferedProgramme.objects.filter(pk=offer_id).first()
    if candidate is None or offer is None:
        raise Problem("not_found")
    programme, _, _ = open_programme(actor, candidate.programme_id, "referral.manage")
    if not reason.strip():
        raise Problem("reason_needed")
    if answer_due < on:
        raise Problem("offer_bad", field="answer_due")
    if Referral.objects.filter(candidate=candidate, offer=offer, answer="").exists():
        raise Problem("referral_open")
    made = Referral.objects.create(
        id=new_id(),
        candidate=candidate,
        area=candidate.area,
        office_id=programme.office_id,
        offer=offer,
        reason=reason.strip(),
        referred_on=on,
        answer_due=answer_due,
        made_by=actor.account_id or 0,
    )
    tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"{TASK}:{made.pk}",
                kind=TASK,
                title=f"Tanyakan jawaban rujukan ke {offer.provider}",
                area=candidate.area,
                office_id=programme.office_id,
                owner_role="operator",
                raised_on=on,
                due_on=answer_due,
                programme_code=programme.code,
                household_id=candidate.household_id,
                group_id=candidate.group_id,
                params={"referral": str(made.pk), "offer": offer.name},
            )
        ],
    )
    record(
        actor=actor, name="candidate.referred", subject_kind="candidate", subject_id=candidate.pk,
        area=candidate.area, offer=offer.code, reason=reason.strip(),
    )  # fmt: skip
    return made.pk


@transaction.atomic
def answer_referral(
    *, actor: Actor, referral_id: UUID, answer: Literal["accepted", "refused"], note: str, on: date
) -> None:
    """What the other office said. Raises ``not_found``, ``already_decided``, ``reason_needed`` for a refusal."""
    row = Referral.objects.select_related("candidate").filter(pk=referral_id).first()
    if row is None:
        raise Problem("not_found")
    open_programme(actor, row.candidate.programme_id, "referral.manage")
    row = Referral.objects.select_for_update().get(pk=referral_id)
    if row.answer:
        raise Problem("already_decided")
    if answer == "refused" and not note.strip():
        raise Problem("reason_needed")
    row.answer, row.answer_note, row.answered_on = answer, note.strip(), on
    row.save(update_fields=["answer", "answer_note", "answered_on"])
    tasks.finish_many(actor=actor, causes=[f"{TASK}:{row.pk}"], outcome=answer)
    record(
        actor=actor, name="referral.answered", subject_kind="referral", subject_id=row.pk, area=row.area, answer=answer
    )
