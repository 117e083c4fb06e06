"""Reading the register of programmes: what the offices offer, to whom, and which of them fit one candidate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from berdaya.access.permissions import require
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from berdaya.people.models import DesilSnapshot, PersonPrivate
from berdaya.programmes.models import Candidate, OfferedProgramme
from berdaya.programmes.rules.eligibility import completed_years
from berdaya.programmes.rules.offers import Suitor, fits


@dataclass(frozen=True, slots=True)
class Offer:
    """One programme of the register. ``id`` is None where the public reads."""

    id: UUID | None
    code: str
    name: str
    provider: str
    aim: str
    target: str
    form: str
    how: str
    contact: str
    conditions: Mapping[str, Any]
    open_from: date
    open_until: date | None
    synthetic: bool
    area: int
    place: str = ""
    office: str = ""


def offers(*, actor: Actor, on: date | None = None) -> list[Offer]:
    """The register as the actor's area sees it, by name; ``on`` keeps what is open that day."""
    require(actor, "programme.read")
    rows = OfferedProgramme.objects.select_related("office").order_by("name", "id")
    if on is not None:
        rows = rows.filter(Q(open_until=None) | Q(open_until__gte=on), open_from__lte=on)
    return [_offer(row) for row in rows]


def offer(*, actor: Actor, offer_id: UUID) -> Offer:
    """One programme of the register. Raises ``not_found``."""
    require(actor, "programme.read")
    row = OfferedProgramme.objects.select_related("office").filter(pk=offer_id).first()
    if row is None:
        raise Problem("not_found")
    return _offer(row)


def _offer(row: OfferedProgramme) -> Offer:
    return Offer(
        row.pk, row.code, row.name, row.provider, row.aim, row.target, row.form, row.how, row.contact, row.conditions,
        row.open_from, row.open_until, row.synthetic, row.area, office=row.office.name,
    )  # fmt: skip


def public_offers(*, on: date) -> list[Offer]:
    """What is open on a day, for everybody: read as the public, from a view without personal data."""
    with scoped(PUBLIC):
        rows = fetch(
            """
            SELECT code, name, provider, aim, target, form, how, contact, conditions, open_from, open_until, synthetic,
                   area, place, office
            FROM public_offer WHERE open_from <= %(on)s AND (open_until IS NULL OR open_until >= %(on)s)
            ORDER BY place, name, code
            """,
            {"on": on},
        )
    names = (
        "code", "name", "provider", "aim", "target", "form", "how", "contact", "conditions", "open_from", "open_until",
        "synthetic", "area", "place", "office",
    )  # fmt: skip
    facts = [dict(zip(names, row, strict=True)) for row in rows]
    for one in facts:  # a plain cursor gives JSON as text
        one["conditions"] = json.loads(one["conditions"]) if isinstance(one["conditions"], str) else one["conditions"]
    return [Offer(id=None, **one) for one in facts]


def suitor_of(candidate: Candidate, on: date) -> Suitor:
    """What the register knows of a candidate, as conditions ask it."""
    if candidate.group_id is not None or candidate.person is None:
        return Suitor(subject="group" if candidate.group_id else "household")
    person, home = candidate.person, candidate.household
    desil = DesilSnapshot.objects.filter(household=home, as_of__lte=on).order_by("-as_of", "-recorded_at").first()
    private = PersonPrivate.objects.filter(person=person).first()
    return Suitor(
        age=completed_years(person.birth_date, on) if person.birth_date else None,
        sex=person.sex,
        desil=desil.desil if desil else None,
        disability=private.disability if private else None,
        female_head=home.female_head if home else None,
    )


def fitting(*, actor: Actor, candidate_id: UUID, on: date) -> list[Offer]:
    """Programmes of the register whose every condition this candidate is known to meet. Raises ``not_found``."""
    require(actor, "family.read")
    candidate = Candidate.objects.select_related("person", "household").filter(pk=candidate_id).first()
    if candidate is None:
        raise Problem("not_found")
    who = suitor_of(candidate, on)
    return [item for item in offers(actor=actor, on=on) if fits(item.conditions, who)]
