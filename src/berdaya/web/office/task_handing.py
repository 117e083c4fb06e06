"""Many tasks to another role or person at once: first what will happen, with its count, then the act."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problems import Problem
from berdaya.process.overview.task_owners import OwnerChoice, filtered, owner_choices, ticked
from berdaya.process.overview.tasks import TaskFilter, TaskRow
from berdaya.tasks.services import reassign_many
from berdaya.web.components.parts import Crumb
from berdaya.web.office import words
from berdaya.web.office.home import task_item
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page

SHOWN = 12


@office_page("task.manage")
def hand_over(request: OfficeRequest) -> HttpResponse:
    """The tasks that were ticked, or with ``semua`` all of the filter; who takes them; why."""
    problem: Problem | None = None
    posted = request.method == "POST"
    rows: list[TaskRow] = []
    choices = owner_choices(actor=request.actor)
    try:
        rows = _rows(request)
        if not rows:
            raise Problem("tasks_none_chosen")
        if posted:
            return _done(request, rows, choices)
    except Problem as raised:
        problem = raised
    context = {
        "title": _asked(len(rows)),
        "rows": [task_item(row) for row in rows[:SHOWN]],
        "more": len(rows) - SHOWN,
        "ids": [row.id for row in rows],
        "choices": _grouped(choices),
        "chosen": request.POST.get("pemilik", ""),
        "reason": request.POST.get("alasan", ""),
        "problem_text": told(problem),
        "back": f"{reverse('office:tasks')}?{TaskFilter.parse(request.GET).query()}",
        "crumbs": (Crumb(_("Tugas"), reverse("office:tasks")), Crumb(_("Serahkan"))),
    }
    return render(request, "office/tasks_hand_over.html", context, status=problem.status if problem and posted else 200)


def _asked(count: int) -> str:
    return ngettext("Serahkan %(count)s tugas", "Serahkan %(count)s tugas", count) % {"count": fmt.number(count)}


def _rows(request: OfficeRequest) -> list[TaskRow]:
    sent: QueryDict = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and sent.get("semua"):
        return filtered(actor=request.actor, filters=TaskFilter.parse(sent))
    return ticked(actor=request.actor, ids=[key for key in map(uuid_of, sent.getlist("tugas")) if key])


def _done(request: OfficeRequest, rows: list[TaskRow], choices: tuple[OwnerChoice, ...]) -> HttpResponse:
    wanted = request.POST.get("pemilik", "")
    choice = next((item for item in choices if item.key == wanted), None)
    if choice is None:
        raise Problem("task_owner_unknown")
    reason = request.POST.get("alasan", "").strip()[:300]
    count = reassign_many(actor=request.actor, task_ids=[row.id for row in rows], owner=choice.owner, reason=reason)
    to = words.join((words.role(choice.role), choice.name))
    said = ngettext("%(count)s tugas diserahkan kepada %(to)s.", "%(count)s tugas diserahkan kepada %(to)s.", count)
    messages.success(request, said % {"count": fmt.number(count), "to": to})
    return HttpResponseRedirect(f"{reverse('office:tasks')}?whose=semua")


def _grouped(choices: tuple[OwnerChoice, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Role -> its entries, as the select shows them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in choices:
        groups.setdefault(words.role(item.role), []).append((item.key, item.name or _("siapa saja dengan peran ini")))
    return list(groups.items())
