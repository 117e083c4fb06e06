"""Trying other rules before anything is written; decrees with their papers, annex and signed scans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.areas.codes import format_code
from berdaya.files.selectors import file_info
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process import papers
from berdaya.process.overview.common import places
from berdaya.process.overview.decrees import annex_rows
from berdaya.process.overview.decrees import decrees as decrees_of
from berdaya.process.overview.exports import export_list
from berdaya.process.overview.simulation import Change, SimulationView, Trial, trial_config
from berdaya.process.overview.simulation import simulation as simulation_of
from berdaya.process.overview.versions import propose_trial
from berdaya.process.overview.versions import versions as versions_of
from berdaya.programmes.rules.changes import changed_rules
from berdaya.web.components.parts import Crumb, Figure
from berdaya.web.office import words
from berdaya.web.office.acting import act
from berdaya.web.office.lists import XLSX
from berdaya.web.office.programmes import criterion, tabs
from berdaya.web.office.rule_words import rule_rows
from berdaya.web.office.village import crumbs_of, keep_scan
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page


@office_page("selection.run")
def simulation(request: OfficeRequest, code: str) -> HttpResponse:
    """Other weights, quotas and limits: who would enter and who would leave."""
    problem: Problem | None = None
    trial = _trial(request.GET)
    if request.method == "POST":
        try:
            return _propose(request, code, trial)
        except Problem as raised:
            problem = shown(raised)
    try:
        view = simulation_of(actor=request.actor, code=code, trial=trial)
    except Problem as raised:
        problem = shown(raised)
        view = simulation_of(actor=request.actor, code=code, trial=None)
    context = {
        "view": view,
        "problem_text": told(problem),
        "weights": _weights(view, request.GET),
        "limits": _limits(view, request.GET),
        "quotas": _quotas(view, request.GET),
        "finding": _finding(view),
        "figures": _figures(view),
        "pictures": [_picture(name, rows) for name, rows in view.pictures.items()],
        "enters": _named(view.enters, code),
        "leaves": _named(view.leaves, code),
        "may_propose": view.outcome is not None and can(request.actor, "programme.manage"),
        "changes": rule_rows(changed_rules(view.config, trial_config(view.config, trial))) if trial else [],
        "versions": [(row, rule_rows(row.changed)) for row in versions_of(actor=request.actor, code=code)],
        "here": request.get_full_path(),
        "reason": request.POST.get("alasan", ""),
        "tabs": tabs(code, "simulation", steps=True),
        "crumbs": crumbs_of(view.head, Crumb(_("Simulasi"))),
    }
    return render(request, "office/simulation.html", context, status=problem.status if problem else 200)


def _propose(request: OfficeRequest, code: str, trial: Trial | None) -> HttpResponse:
    """The tried rules go before a second person."""
    if trial is None:
        raise Problem("rules_same")
    approval = propose_trial(
        actor=request.actor, code=code, trial=trial, reason=request.POST.get("alasan", ""), on=clock.today()
    )
    messages.success(request, _("Aturan baru diajukan; berlaku setelah orang kedua menyetujuinya."))
    return HttpResponseRedirect(reverse("office:approve", args=[code, approval]))


def _whole(sent: QueryDict, name: str) -> int | None:
    value = sent.get(name, "").strip().replace(".", "")
    return int(value) if value.isdecimal() and len(value) < 8 else None


def _trial(sent: QueryDict) -> Trial | None:
    """What the form asks for; None where it was not sent."""
    if "coba" not in sent:
        return None
    weights = {name[6:]: _whole(sent, name) or 0 for name in sent if name.startswith("bobot-")}
    areas = {
        int(name[6:]): _whole(sent, name) or 0 for name in sent if name.startswith("kuota-") and name[6:].isdecimal()
    }
    return Trial(
        weights,
        _whole(sent, "total"),
        areas,
        _whole(sent, "desil"),
        _whole(sent, "umur-min"),
        _whole(sent, "umur-maks"),
        _whole(sent, "jeda"),
    )


def _weights(view: SimulationView, sent: QueryDict) -> list[dict[str, Any]]:
    known = view.config.ranking.weights
    return [
        {
            "name": f"bobot-{name}",
            "label": criterion(name).capitalize(),
            "hint": scale,
            "now": known.get(name, 0),
            "value": sent.get(f"bobot-{name}", known.get(name, 0)),
        }
        for name, scale in view.criteria.items()
    ]


def _limits(view: SimulationView, sent: QueryDict) -> list[dict[str, Any]]:
    rule, quota = view.config.eligibility, view.config.quota
    now: Mapping[str, tuple[str, object]] = {
        "total": (_("Kuota seluruhnya"), quota.total),
        "desil": (_("Desil paling tinggi"), rule.desil_max),
        "umur-min": (_("Umur paling muda"), rule.age.min if rule.age else None),
        "umur-maks": (_("Umur paling tua"), rule.age.max if rule.age else None),
        "jeda": (_("Jeda bantuan usaha (tahun)"), rule.cool_off_years.get("business_aid")),
    }
    return [
        {"name": name, "label": label, "now": value, "value": sent.get(name, "" if value is None else value)}
        for name, (label, value) in now.items()
    ]


def _quotas(view: SimulationView, sent: QueryDict) -> list[dict[str, Any]]:
    areas = view.config.quota.areas
    names = places(areas)
    return [
        {
            "name": f"kuota-{code}",
            "label": names.get(code, format_code(code)),
            "now": count,
            "value": sent.get(f"kuota-{code}", count),
        }
        for code, count in sorted(areas.items())
    ]


def _finding(view: SimulationView) -> str:
    done = view.outcome
    if done is None:
        return ""
    if not done.enters and not done.leaves:
        return _("Tidak ada yang berubah: daftar penerimanya sama")
    figures = {"enters": fmt.number(len(done.enters)), "leaves": fmt.number(len(done.leaves))}
    return _("%(enters)s masuk dan %(leaves)s keluar bila aturan ini dipakai") % figures


def _figures(view: SimulationView) -> list[Figure]:
    done = view.outcome
    if done is None:
        return []
    as_of = _("data %(day)s") % {"day": fmt.day(view.as_of)}
    return [
        Figure(_("Tetap"), fmt.number(done.stays), source=as_of),
        Figure(_("Masuk"), fmt.number(len(done.enters)), source=as_of),
        Figure(_("Keluar"), fmt.number(len(done.leaves)), source=as_of),
        Figure(
            _("Memenuhi syarat"),
            fmt.number(done.eligible_after),
            compare=_("sekarang %(count)s") % {"count": fmt.number(done.eligible_before)},
            source=as_of,
        ),
    ]


def _picture(name: str, rows: tuple[Change, ...]) -> dict[str, Any]:
    top = max((max(row.before, row.after) for row in rows), default=0) or 1
    title = {
        "area": _("Menurut wilayah"),
        "sex": _("Menurut jenis kelamin"),
        "disability": _("Menurut disabilitas"),
        "desil": _("Menurut desil"),
    }[name]
    return {
        "title": title,
        "rows": [
            {
                "name": _label(name, row.name),
                "before": fmt.number(row.before),
                "after": fmt.number(row.after),
                "difference": f"{row.difference:+d}".replace("-", "−") if row.difference else "±0",
                "before_width": f"{100 * row.before / top:.2f}%",
                "after_width": f"{100 * row.after / top:.2f}%",
            }
            for row in rows
        ],
    }


def _label(dimension: str, key: str) -> str:
    if key == "?":
        return _("belum diketahui")
    if dimension == "sex":
        return words.sex(key)
    if dimension == "disability":
        return {"ya": _("dengan disabilitas"), "tidak": _("tanpa disabilitas")}[key]
    return _("desil %(desil)s") % {"desil": key} if dimension == "desil" else key


def _named(movers: Any, code: str) -> list[tuple[str, str, str]]:
    names = places(one.area for one in movers)
    return [
        (f"{one.ref}. {one.name}", names.get(one.area, ""), reverse("office:decision", args=[code, one.candidate_id]))
        for one in movers
    ]


@office_page("document.read")
def decrees(request: OfficeRequest, code: str) -> HttpResponse:
    """Decrees with papers and scans, the draw, and who was replaced by whom."""
    view = decrees_of(actor=request.actor, code=code)
    acted = act(
        request,
        {
            "undian": lambda: (
                _("Berita acara undian nomor %(number)s siap dicetak.")
                % {"number": papers.lottery_minutes(actor=request.actor, programme_id=view.head.id).number}
            ),
            "pindaian": lambda: keep_scan(request),
        },
        reverse("office:decrees", args=[code]),
    )
    if acted.answer:
        return acted.answer
    context = {
        "view": view,
        "problem_text": acted.text,
        "may_scan": can(request.actor, "document.issue"),
        "tabs": tabs(code, "decrees", steps=True),
        "crumbs": crumbs_of(view.head, Crumb(_("SK"))),
    }
    return render(request, "office/decrees.html", context, status=acted.status)


@office_page("document.read")
def annex(request: OfficeRequest, code: str, decree_id: UUID) -> HttpResponse:
    """The annex of a decree as a workbook: the same lines as the letter, no identity numbers."""
    number, rows = annex_rows(actor=request.actor, code=code, decree_id=decree_id)
    file = export_list(
        actor=request.actor,
        name=f"lampiran-sk-{code}",
        reason=f"lampiran SK {number}",
        title=_("Lampiran SK"),
        columns=[_("No."), _("Nama"), _("Jenis usaha"), _("Alamat"), _("Wilayah"), _("Nomor usulan"), _("Peringkat")],
        rows=(
            (line.number, line.name, words.kind(trade) if trade else "", line.address, place, line.ref, line.rank)
            for line, trade, place in rows
        ),
    )
    sent = FileResponse(file, as_attachment=True, filename=f"lampiran-sk-{code}.xlsx", content_type=XLSX)
    return cast(HttpResponse, sent)


@office_page("document.read")
def scan(request: OfficeRequest, file_id: UUID) -> HttpResponse:
    """A scan of a signed paper or the photo of a visit, only where its row is visible; a download."""
    info = file_info(actor=request.actor, file=file_id)
    if info.purpose not in {"signed_scan", "home_photo", "field_photo"}:
        raise Problem("not_found")
    response = FileResponse(info.open(), as_attachment=True, filename=info.name, content_type=info.media_type)
    return cast(HttpResponse, response)
