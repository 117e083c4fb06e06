"""Criteria of the growth class: tried on the groups, proposed by one person, put in force by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.governance.rules import growth_criteria
from berdaya.governance.types import Criterion, Level, Source
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.overview.growth import (
    CriteriaVersion,
    GrowthRulesView,
    changes_of,
    decide_criteria,
    growth_rules_of,
    propose_criteria,
    thresholds,
)
from berdaya.web.components.parts import Badge, Crumb, Tab
from berdaya.web.office import words
from berdaya.web.office.growth_words import criterion_name, level_badge, measure
from berdaya.web.office.sent import key_of
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page, way

KEPT = {"reason_needed", "governance.growth_waits"}
"""Problems beside which what was tried stays to be seen."""
LONGEST = 15
"""Digits of a threshold at most."""


@office_page("selection.run")
def growth_rules(request: OfficeRequest) -> HttpResponse:
    """What the classes ask, who would change class under other figures, what waits, all versions.

    On POST criteria are put before a second person, or that person decides.
    """
    code, problem, tried = request.GET.get("program", ""), None, None
    try:
        tried = _tried(request.GET)
        if request.method == "POST":
            messages.success(request, _sent(request, code, tried))
            query = f"?{urlencode({'program': code})}" if code else ""
            return HttpResponseRedirect(reverse("office:growth-rules") + query)
        view = growth_rules_of(actor=request.actor, code=code, tried=tried)
    except Problem as raised:
        problem = shown(raised)
        tried = tried if raised.code in KEPT else None
        view = growth_rules_of(actor=request.actor, code=code, tried=tried)
    context = _context(request, view, tried)
    context |= {"problem_text": told(problem), "reason": request.POST.get("alasan", "")}
    return render(request, "office/growth_rules.html", context, status=problem.status if problem else 200)


def _sent(request: OfficeRequest, code: str, tried: Sequence[Criterion] | None) -> str:
    """Do what was asked; the sentence that tells it."""
    sent, actor = request.POST, request.actor
    if "tindakan" not in sent:
        propose_criteria(actor=actor, code=code, criteria=tried or (), reason=sent.get("alasan", ""))
        return _("Usulan disimpan; menunggu orang kedua di kantor ini. Sampai saat itu syarat lama berlaku.")
    accept = sent["tindakan"] == "setuju"
    number = decide_criteria(
        actor=actor, proposal=key_of(sent.get("usulan")), accept=accept, note=sent.get("catatan", "")
    )
    if accept:
        return _("Syarat kelas versi %(n)s berlaku; kelompok sudah dinilai lagi.") % {"n": number}
    return _("Usulan %(n)s tidak jadi; syarat yang berlaku tidak berubah.") % {"n": number}


def _context(request: OfficeRequest, view: GrowthRulesView, tried: Sequence[Criterion] | None) -> dict[str, Any]:
    changes = changes_of(thresholds(view.standard.criteria), thresholds(tried)) if tried is not None else ()
    return {
        "view": view,
        "crumbs": (Crumb(_("Kelompok"), reverse("office:groups")), Crumb(_("Kelas kelompok"))),
        "source": _source(view),
        "finding": _finding(view),
        "bars": _bars(view),
        "moved": [
            {
                "name": row.name, "href": way("office:governance", row.group),
                "before": level_badge(row.before), "after": level_badge(row.after),
                "because": ", ".join(criterion_name(code) for code in row.because),
            }
            for row in view.preview.moved
        ],
        "fields": _fields(view, request.GET),
        "changes": [_change(*item) for item in changes],
        "may_save": tried is not None and bool(changes) and can(request.actor, "programme.manage")
        and not view.waiting,
        "compared": view.tried or view.waiting is not None,
        "versions": [(row, [_change(*item) for item in row.changed], *_decided(row)) for row in view.versions],
        "waiting": _waiting(request, view),
        "note": request.POST.get("catatan", ""),
        "here": request.get_full_path(),
        "tabs": _tabs(view),
        "may_judge": can(request.actor, "status.refresh"),
    }  # fmt: skip


def _waiting(request: OfficeRequest, view: GrowthRulesView) -> dict[str, Any] | None:
    """The proposal that waits: shown to everybody here, decided by somebody else, withdrawn by its maker."""
    row = view.waiting
    if row is None:
        return None
    own = row.made_by == request.actor.account_id
    return {
        "row": row,
        "changes": [_change(*item) for item in row.changed],
        "may_decide": can(request.actor, "stage.approve") and not own,
        "may_withdraw": own and can(request.actor, "programme.manage"),
    }


def _decided(row: CriteriaVersion) -> tuple[Badge, str]:
    """Whether a version came in force, and who said so; those from before two people were asked name one."""
    badge = Badge(_("berlaku sejak itu"), "good", "tick") if row.accepted else Badge(_("tidak jadi"), "none", "cross")
    if not row.checker or row.decided_on is None:
        return badge, ""
    said = _("disetujui %(who)s") if row.accepted else _("diakhiri %(who)s")
    return badge, words.join((said % {"who": row.checker}, fmt.day(row.decided_on), row.note))


def _tabs(view: GrowthRulesView) -> list[Tab]:
    """The office's criteria, and beside them those of each programme of groups."""
    here = reverse("office:growth-rules")
    tabs = [Tab(_("Semua kelompok kantor ini"), here, not view.code)]
    return tabs + [
        Tab(name, f"{here}?{urlencode({'program': code})}", code == view.code) for code, name in view.programmes
    ]


def _tried(sent: QueryDict) -> tuple[Criterion, ...] | None:
    """The criteria that the form asks for; None where it was not sent. Raises `governance.growth_number`."""
    if "coba" not in sent:
        return None
    asked = set(sent.getlist("pakai"))
    return tuple(
        Criterion(
            item.code, item.id, item.en, item.unit, _figure(sent, "b", item), _figure(sent, "m", item), item.below
        )
        for item in growth_criteria()
        if item.code in asked
    )


def _figure(sent: Mapping[str, str], prefix: str, item: Criterion) -> float:
    text = str(sent.get(f"{prefix}-{item.code}", "")).strip()
    plain = text.removeprefix("Rp").replace(".", "").replace(",", ".").strip()
    whole, _dot, part = plain.partition(".")
    if not whole.isdecimal() or (part and not part.isdecimal()) or len(plain) > LONGEST:
        raise Problem("governance.growth_number", name=criterion_name(item.code), text=text or "–")
    return float(plain)


def _plain(value: float, unit: str) -> str:
    """A threshold as it stands in its field."""
    lang = "id"
    return fmt.number(value, 0 if unit == "IDR" or float(value).is_integer() else 1, lang=lang)


def _fields(view: GrowthRulesView, sent: QueryDict) -> list[dict[str, Any]]:
    """One row of the form for each criterion that Berdaya can measure; what was typed stays."""
    standing = {item.code: item for item in view.standard.criteria}
    typed = "coba" in sent
    rows = []
    for known in view.known:
        item = standing.get(known.code, known)
        rows.append(
            {
                "code": known.code,
                "name": criterion_name(known.code),
                "unit": {"IDR": "Rp"}.get(known.unit, measure(0, known.unit).removeprefix("0").strip()),
                "sign": "≤" if known.below else "≥",
                "asked": known.code in sent.getlist("pakai") if typed else known.code in standing,
                "berkembang": sent.get(f"b-{known.code}", "") if typed else _plain(item.berkembang, known.unit),
                "mandiri": sent.get(f"m-{known.code}", "") if typed else _plain(item.mandiri, known.unit),
            }
        )
    return rows


def _change(code: str, level: str, was: float | None, now: float | None) -> tuple[str, str, str]:
    known = {item.code: item for item in growth_criteria()}[code]
    if not level:
        yes, no = _("ditanyakan"), _("tidak ditanyakan")
        return criterion_name(code), no if was is None else yes, no if now is None else yes
    title = words.join((criterion_name(code), level_badge(level).text))
    return title, measure(was, known.unit), measure(now, known.unit)


def _source(view: GrowthRulesView) -> str:
    made = next((row for row in view.versions if row.accepted), None)
    if view.standard.number and made is not None and not (view.code and view.standard.source is Source.OFFICE):
        return _("versi %(n)s, %(on)s") % {"n": made.number, "on": fmt.day(made.on)}
    return {
        Source.FILE: _("syarat bawaan Berdaya; kantor belum mengubahnya"),
        Source.OFFICE: _("mengikuti syarat kantor"),
        Source.PROGRAMME: _("dari berkas program, bagian [growth]"),
    }[view.standard.source]


def _finding(view: GrowthRulesView) -> str:
    if not view.tried and view.waiting is None:
        total = sum(view.preview.after.values())
        most = max(view.preview.after, key=lambda level: view.preview.after[level])
        if not total:
            return _("Belum ada kelompok yang dinilai dengan syarat ini")
        return _("%(n)s dari %(total)s kelompok berkelas %(level)s") % {
            "n": fmt.number(view.preview.after[most]), "total": fmt.number(total), "level": level_badge(most).text,
        }  # fmt: skip
    order = list(Level)
    up = sum(order.index(row.after) > order.index(row.before) for row in view.preview.moved)
    down = len(view.preview.moved) - up
    if not view.preview.moved:
        return _("Tidak ada kelompok yang berganti kelas")
    return _("%(up)s kelompok naik dan %(down)s turun kelas") % {"up": fmt.number(up), "down": fmt.number(down)}


def _bars(view: GrowthRulesView) -> list[dict[str, Any]]:
    before, after = view.preview.before, view.preview.after
    top = max((*before.values(), *after.values()), default=0) or 1
    return [
        {
            "name": level_badge(level).text, "before": fmt.number(before[level]), "after": fmt.number(after[level]),
            "difference": _signed(after[level] - before[level]),
            "before_width": f"{100 * before[level] / top:.2f}%", "after_width": f"{100 * after[level] / top:.2f}%",
        }
        for level in reversed(Level)
    ]  # fmt: skip


def _signed(change: int) -> str:
    return f"{change:+d}".replace("-", "−") if change else "±0"
