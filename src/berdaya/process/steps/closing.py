"""The end of a walk: graduation by two people, the figures frozen, and the report."""

from __future__ import annotations

from berdaya.graduation.models import Assessment
from berdaya.graduation.services import approve_many, assess_many
from berdaya.kernel import clock
from berdaya.process.letters import signer_of
from berdaya.process.walk import Walk
from berdaya.programmes.types import Outcome
from berdaya.reports.services import make_report


def graduate(walk: Walk) -> str:
    """Assess every business by the pathway; what is met goes to a second person."""
    today = clock.today()
    with walk.acting("graduation") as actor:
        assessed = assess_many(actor=actor, programme_id=walk.programme, as_of=today)
        met = list(
            Assessment.objects.filter(programme=walk.programme, as_of=today, outcome=Outcome.MET, approved_by=None)
            .order_by("enterprise__ref")
            .values_list("id", flat=True)
        )
    count = sum(assessed.outcomes.values())
    if met:
        with walk.checking("graduasi") as checker:
            approve_many(actor=checker, assessment_ids=met, on=today)
    return f"{count} dinilai, {len(met)} lulus"


def report(walk: Walk) -> str:
    """The report of the programme, as PDF and XLSX from the same frozen figures."""
    with walk.acting("report") as actor:
        make_report(actor=actor, code=walk.code, as_of=clock.today(), signer=signer_of(walk.config.letter))
    return f"per {clock.today():%d/%m/%Y}"
