"""The end of a walk: graduation by two people, the figures frozen, and the report."""

from __future__ import annotations

from django.conf import settings

from berdaya.kernel import clock
from berdaya.process import by_hand
from berdaya.process.steps.goods_shown import look_again
from berdaya.process.walk import Walk


def graduate(walk: Walk) -> str:
    """Assess every business by the pathway; what is met goes to a second person."""
    today = clock.today()
    with walk.acting("graduation") as actor:
        assessed = by_hand.assess(actor=actor, programme_id=walk.programme, on=today)
        met = by_hand.waiting_graduates(programme_id=walk.programme)
    count = sum(assessed.outcomes.values())
    if met:
        with walk.checking("graduasi") as checker:
            by_hand.graduate(actor=checker, programme_id=walk.programme, on=today)
    return f"{count} dinilai, {len(met)} lulus"


def report(walk: Walk) -> str:
    """The report of the programme, as PDF and XLSX from the same frozen figures."""
    seen = look_again(walk) if settings.DEMO and walk.synthetic and walk.checker else ""
    with walk.acting("report") as actor:
        by_hand.report(actor=actor, config=walk.config, on=clock.today())
    return f"per {clock.today():%d/%m/%Y}{seen}"
