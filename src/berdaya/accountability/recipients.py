"""Who received a handover: the person of the family, or every member the group had on that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from berdaya.kernel.bulk import fetch


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person behind a handover."""

    handover: UUID
    person: UUID
    name: str
    phone: str
    number: int


def recipients_of(handovers: Sequence[UUID]) -> list[Recipient]:
    """Recipients of these handovers, in the order of their numbers. One query."""
    rows = fetch(
        """
        SELECT h.id, p.id, p.name, p.phone, 1 AS number, h.number AS paper
        FROM grants_handover h
        JOIN programmes_decreeline dl ON dl.area = h.area AND dl.id = h.decree_line_id
        JOIN programmes_candidate c ON c.area = dl.area AND c.id = dl.candidate_id
        JOIN people_person p ON p.id = c.person_id
        WHERE h.id = ANY (%(ids)s) AND dl.group_id IS NULL
        UNION ALL
        SELECT h.id, p.id, p.name, p.phone, m.number, h.number
        FROM grants_handover h
        JOIN programmes_decreeline dl ON dl.area = h.area AND dl.id = h.decree_line_id
        JOIN groups_membership m ON m.group_id = dl.group_id AND m.joined_on <= h.occurred_on
          AND (m.left_on IS NULL OR m.left_on > h.occurred_on)
        JOIN people_person p ON p.id = m.person_id
        WHERE h.id = ANY (%(ids)s)
        ORDER BY paper, number
        """,
        {"ids": list(handovers)},
    )
    return [Recipient(*row[:5]) for row in rows]
