"""The end of a walk: graduation by two people, the figures frozen, and the report."""

from __future__ import annotations

from berdaya.graduation.services import approve_many, assess_many
from berdaya.kernel import clock
from berdaya.process.folder import Folder
from berdaya.process.walk import Walk
from berdaya.reports.services import make_report


def graduate(walk: Walk) -> str:
    """Assess every business by the pathway; what is met goes to a second person."""
    today = clock.today()
    with walk.acting("graduation") as actor:
        assessed = assess_many(actor=actor, programme_code=walk.code, as_of=today)
    if not assessed.met:
        return f"{assessed.count} dinilai, belum ada yang memenuhi"
    with walk.checking("graduasi") as checker:
        approved = approve_many(actor=checker, assessment_ids=assessed.met, on=today)
    return f"{assessed.count} dinilai, {approved} lulus"


def documents(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """The report of the programme, as PDF and XLSX from the same frozen figures."""
    with walk.acting("report") as actor:
        made = make_report(actor=actor, code=walk.code, as_of=clock.today())
    return made
