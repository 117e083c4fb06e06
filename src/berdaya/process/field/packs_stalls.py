"""The pack `exhibition`: stalls of the actor's own businesses at an exhibition, so that a day's takings can be told.

`subject` is the exhibition. It is offered from three days before it opens until a week after its last day, or until the
office closes its books, to roles with `visit.record` that see a stall there. One store:

- `stall` (id = the stall): `exhibition, exhibition_name, enterprise, enterprise_name, stall (its number), starts_on,
  ends_on`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.devices.packs import PackKind, PackRef, PackRow, register
from berdaya.kernel.bulk import fetch
from berdaya.kernel.clock import WIB
from berdaya.kernel.scope import Actor

BEFORE, AFTER = timedelta(days=3), timedelta(days=7)
_EXHIBITIONS = """
    SELECT DISTINCT x.id, x.name, x.ends_on FROM market_exhibition x JOIN market_stall t ON t.exhibition_id = x.id
    WHERE x.starts_on <= %s AND x.ends_on >= %s AND x.closed_on IS NULL ORDER BY x.ends_on, x.id
"""
_STALLS = """
    SELECT t.id, x.id, x.name, e.id, e.name, t.number, x.starts_on, x.ends_on
    FROM market_stall t JOIN market_exhibition x ON x.id = t.exhibition_id
    JOIN enterprises_enterprise e ON e.id = t.enterprise_id WHERE x.id = %s ORDER BY t.number, t.id
"""


def _offers(actor: Actor, as_of: date) -> Sequence[PackRef]:
    if actor.kind != "subject" or not can(actor, "visit.record"):
        return ()
    return [
        PackRef("exhibition", key, name, datetime.combine(ends_on + AFTER, time(), tzinfo=WIB))
        for key, name, ends_on in fetch(_EXHIBITIONS, [as_of + BEFORE, as_of - AFTER])
    ]


def _fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:  # noqa: ARG001 - the policies limit the rows
    for stall, exhibition, title, enterprise, name, number, starts_on, ends_on in fetch(_STALLS, [subject]):
        yield PackRow(
            "stall",
            stall,
            {
                "exhibition": str(exhibition),
                "exhibition_name": title,
                "enterprise": str(enterprise),
                "enterprise_name": name,
                "stall": number,
                "starts_on": starts_on.isoformat(),
                "ends_on": ends_on.isoformat(),
            },
        )


KIND = register(
    PackKind(
        name="exhibition",
        title=("Pameran", "Exhibition"),
        offers=_offers,
        fill=_fill,
        tables=("market_stall", "market_exhibition"),
    )
)
