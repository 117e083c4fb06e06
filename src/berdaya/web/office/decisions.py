"""Stages that two people decide: who made it, what it changes, one button for the second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.by_hand import approve_stage
from berdaya.process.overview.programmes import ApprovalRow, programme
from berdaya.process.overview.versions import change_of
from berdaya.web.components.parts import Crumb, Fact
from berdaya.web.office import words
from berdaya.web.office.rule_words import rule_rows
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page

CHECKS = {"decree": "decree.approve", "placement": "placement.publish"}
"""What the second person must hold, where it is more than approving a stage."""


@office_page("programme.read")
def approval(request: OfficeRequest, code: str, approval_id: UUID) -> HttpResponse:
    """What waits for the second person; on POST that person's decision."""
    view = programme(actor=request.actor, code=code)
    row = next((item for item in view.approvals if item.id == approval_id), None)
    if row is None:
        raise Problem("not_found")
    back = reverse("office:programme", args=[code])
    problem: Problem | None = None
    if request.method == "POST":
        try:
            note = request.POST.get("catatan", "").strip()[:500]
            approve_stage(actor=request.actor, approval_id=row.id, note=note)
        except Problem as raised:
            problem = raised
        else:
            done = _("%(stage)s disetujui.") % {"stage": words.approval_stage(row.stage)}
            messages.success(request, done)
            return HttpResponseRedirect(back)
    permission = CHECKS.get(row.stage, "stage.approve")
    context = {
        "row": row,
        "title": words.approval_stage(row.stage),
        "programme": view.row.name,
        "facts": _facts(row),
        "changes": rule_rows(change_of(actor=request.actor, change_id=row.subject_id)[1])
        if row.stage == "rules" and row.subject_id
        else [],
        "open": row.checked_at is None and not row.own and can(request.actor, permission),
        "problem": problem,
        "problem_text": told(problem),
        "crumbs": (
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(view.row.name, back),
            Crumb(words.approval_stage(row.stage)),
        ),
    }
    return render(request, "office/approval.html", context, status=problem.status if problem else 200)


def _facts(row: ApprovalRow) -> list[Fact]:
    facts = [Fact(_("Dibuat oleh"), words.join((row.made_by, fmt.moment(row.made_at))))]
    if row.checked_at:
        facts.append(Fact(_("Disetujui oleh"), words.join((row.checked_by, fmt.moment(row.checked_at)))))
    for name, value in row.summary.items():
        if isinstance(value, int | float | str) and value != "":
            shown = fmt.number(value) if isinstance(value, int | float) else value
            facts.append(Fact(words.summary(name), shown))
    return facts
