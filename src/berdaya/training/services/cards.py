"""Codes of paper cards: short enough to type, keyed so that nobody can make one up."""

from __future__ import annotations

from uuid import UUID

from berdaya.kernel.bulk import create
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import stable_id
from berdaya.training.models import OutsideParticipant, ParticipantCard, Placement, PlacementRun

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter is taken for a figure."""
LENGTH = 8
_READ_AS = str.maketrans("OIL", "011")


def card_code(programme: UUID, who: UUID) -> str:
    """The code of a person (or outside participant) in a programme: 40 bits of a keyed hash."""
    number = int.from_bytes(key_ring().index(f"{programme}/{who}", purpose="card")[:5], "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def clean_code(text: str) -> str:
    """A code as typed or scanned: the last part of an address, without spaces and dashes, O as 0, I and L as 1."""
    tail = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return "".join(c for c in tail.upper().translate(_READ_AS) if c in ALPHABET)


def written(code: str) -> str:
    """A code as the card prints it: `K7QM-2XRT`."""
    return f"{code[:4]}-{code[4:]}"


def ensure_cards(run: PlacementRun) -> int:
    """A card for everybody who has a seat in the run; who had one keeps it."""
    rows = Placement.objects.filter(run=run, training_class__isnull=False)
    cards = [
        ParticipantCard(
            id=stable_id("card", run.programme_id, person), area=area, office_id=run.office_id,
            programme_id=run.programme_id, person_id=person, code=card_code(run.programme_id, person),
        )
        for person, area in rows.values_list("person_id", "area")
    ]  # fmt: skip
    create(cards, skip_known=True)
    return len(cards)


def ensure_guest_cards(programme: UUID, class_id: UUID) -> int:
    """A card for each outside participant of a class."""
    rows = OutsideParticipant.objects.filter(training_class=class_id)
    cards = [
        ParticipantCard(
            id=stable_id("card", programme, g.pk), area=g.area, office_id=g.office_id, programme_id=programme,
            outsider=g, code=card_code(programme, g.pk),
        )
        for g in rows
    ]  # fmt: skip
    create(cards, skip_known=True)
    return len(cards)
