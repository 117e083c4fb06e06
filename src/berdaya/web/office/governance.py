"""How a group governs itself: cards, rules, growth class, changes; and its books as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from berdaya.access.permissions import can
from berdaya.governance.services import changes
from berdaya.governance.services.cards import revoke_card
from berdaya.governance.types import Change, NewRules
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.governing import assess_growth, print_cards
from berdaya.process.group_books import books_workbook
from berdaya.process.lifecycle import LifeOfficer
from berdaya.process.overview.governance import GovernanceView, Happening, governance_of
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Event, Fact
from berdaya.web.office import words
from berdaya.web.office.funds import kind_name
from berdaya.web.office.growth_words import asked, criterion_name, evidence, level_badge, measure, missing
from berdaya.web.office.home_groups import followed_text
from berdaya.web.office.lists import XLSX
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page, way


class RulesForm(forms.Form):
    """What a meeting agreed."""

    agreed_on = forms.DateField(
        label=gettext_lazy("Tanggal rapat"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    present = forms.IntegerField(label=gettext_lazy("Anggota yang hadir"), min_value=1, max_value=200)
    saving_idr = forms.IntegerField(label=gettext_lazy("Simpanan setiap pertemuan (Rp)"), min_value=0)
    iks_idr = forms.IntegerField(label=gettext_lazy("IKS setiap pertemuan (Rp)"), min_value=0)
    fine_idr = forms.IntegerField(label=gettext_lazy("Denda tidak hadir (Rp)"), min_value=0)
    meeting = forms.CharField(label=gettext_lazy("Kapan bertemu"), max_length=60)
    term_months = forms.IntegerField(label=gettext_lazy("Masa jabatan pengurus (bulan)"), min_value=1, max_value=120)
    clauses = forms.CharField(
        label=gettext_lazy("Aturan lain, satu di setiap baris"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def rules(self) -> NewRules:
        """The values of a valid form."""
        facts = dict(self.cleaned_data)
        lines = [line.strip() for line in facts.pop("clauses").splitlines() if line.strip()]
        return NewRules(**facts, clauses=tuple(lines))


@office_page("group.read")
def governance(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """Cards, rules, growth and changes of one group; on POST a new version of its rules."""
    view = governance_of(actor=request.actor, group_id=group_id)
    first = {"agreed_on": clock.today(), "term_months": 24, "iks_idr": 0, "fine_idr": 0}
    form = RulesForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            number = changes.agree_rules(actor=request.actor, group_id=group_id, rules=form.rules())
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("Aturan versi %(n)s berlaku.") % {"n": number})
            return HttpResponseRedirect(reverse("office:governance", args=[group_id]))
    return render(request, "office/governance.html", _context(request, view, form), status=400 if form.errors else 200)


def _context(request: OfficeRequest, view: GovernanceView, form: RulesForm) -> dict[str, Any]:
    growth = view.growth
    return {
        "view": view,
        "crumbs": (
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(view.name, reverse("office:group", args=[view.id])),
            Crumb(_("Kartu dan aturan")),
        ),
        "badge": level_badge(growth.level) if growth else None,
        "growth": _growth(view) if growth else None,
        "evidence": _evidence(view) if growth else [],
        "growth_rules": way("office:growth-rules"),
        "rules": _rules(view),
        "officers": [(words.position(row.position), row, _term(row)) for row in view.officers],
        "sponsor": words.sponsor(view.sponsor[0]) if view.sponsor[0] else "",
        "funds": [(kind_name(kind), way("office:fund", key)) for key, kind in view.funds],
        "events": [_event(item) for item in view.happenings],
        "coachings": [(row, words.role(row.role), followed_text(row.followed)) for row in view.coachings[:MOST_NOTES]],
        "may_coach": can(request.actor, "group.coach") and not view.dissolved_on,
        "today": clock.today().isoformat(),
        "change": way("office:lifecycle", view.id) if not view.dissolved_on else "",
        "form": form if can(request.actor, "fund.record") and not view.dissolved_on else None,
        "old_book": way("office:old-book", view.id) if not view.dissolved_on else "",
        "may_cards": can(request.actor, "fund.record") and not view.dissolved_on,
    }


def _growth(view: GovernanceView) -> Bars:
    assert view.growth is not None  # noqa: S101 - the caller asked
    level = level_badge(view.growth.level).text
    bars = []
    for item in view.criteria:
        share = {"tumbuh": 1 / 3, "berkembang": 2 / 3, "mandiri": 1.0}[item.level]
        name, found = criterion_name(item.criterion.code), measure(item.value, item.criterion.unit)
        bars.append(Bar(name, share, f"{found} · {level_badge(item.level).text}"))
    return Bars(
        _("Kelas kelompok: %(level)s") % {"level": level},
        tuple(bars),
        _("Kelas mengikuti syarat yang paling rendah; yang tidak diketahui tidak lulus. Keadaan %(on)s.")
        % {"on": fmt.day(view.growth.assessed_on)},
    )


def _evidence(view: GovernanceView) -> list[dict[str, Any]]:
    """Each criterion with what it rests on, where to look, what the classes ask, and what is missing to the next."""
    fund = way("office:fund-books", view.funds[0][0]) if view.funds else ""
    ways = {
        "members": f"{reverse('office:group', args=[view.id])}#anggota", "meetings_6m": fund, "arrears_share": fund,
        "savings_idr": fund,
    }  # fmt: skip
    return [
        {
            "name": criterion_name(item.criterion.code),
            "found": measure(item.value, item.criterion.unit),
            "badge": level_badge(item.level),
            "asked": asked(item.criterion),
            "missing": missing(item.criterion, item.value),
            "evidence": evidence(item.criterion.code, item.evidence),
            "href": ways.get(item.criterion.code, ""),
        }
        for item in view.criteria
    ]


def _rules(view: GovernanceView) -> list[Fact]:
    rules = view.rules
    if rules is None:
        return []
    return [
        Fact(_("Versi"), words.join((str(rules.number), fmt.day(rules.agreed_on)))),
        Fact(_("Bertemu"), rules.meeting or "–"),
        Fact(_("Simpanan setiap pertemuan"), fmt.rupiah(rules.saving_idr)),
        Fact(_("IKS setiap pertemuan"), fmt.rupiah(rules.iks_idr)),
        Fact(_("Denda tidak hadir"), fmt.rupiah(rules.fine_idr)),
        Fact(_("Masa jabatan pengurus"), _("%(n)s bulan") % {"n": rules.term_months}),
        *(Fact(_("Aturan %(n)s") % {"n": n}, clause) for n, clause in enumerate(rules.clauses, start=1)),
    ]


def _term(row: LifeOfficer) -> Badge:
    if row.over:
        return Badge(_("masa jabatan lewat %(on)s") % {"on": fmt.day_short(row.until)}, "warn", "half")
    return Badge(_("sampai %(on)s") % {"on": fmt.day_short(row.until)}, "good", "full")


MOST_NAMES, MOST_NOTES = 5, 12


def _event(item: Happening) -> Event:
    """One thing of the group's life on the timeline."""
    title = {
        Change.FOUNDED: _("Didirikan"),
        Change.MERGED: _("Digabung"),
        Change.SPLIT: _("Dibagi"),
        Change.DISSOLVED: _("Diakhiri"),
        "rules": _("Aturan versi %(n)s disepakati") % {"n": item.text},
        "elected": _("Pengurus dipilih"),
        "joined": _("%(n)s anggota masuk") % {"n": item.count},
        "left": _("%(n)s anggota keluar") % {"n": item.count},
    }[item.kind]
    if item.kind in {"joined", "left"}:
        more = len(item.names) - MOST_NAMES
        names = ", ".join(item.names[:MOST_NAMES])
        named = _("%(names)s dan %(n)s lagi") % {"names": names, "n": more} if more > 0 else names
        return Event(item.on, title, words.join((named, item.text)), method="")
    ways = {"consensus": _("dengan musyawarah"), "vote": _("dengan pemungutan suara")}
    text = {"rules": "", "elected": ways.get(item.text, item.text)}.get(item.kind, item.text)
    here = _("%(n)s hadir") % {"n": item.count}
    return Event(item.on, title, words.join((text, here)), method="document")


@require_POST
@office_page("fund.record")
def cards(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """Cards of all present members, to print and cut."""
    response = HttpResponse(print_cards(actor=request.actor, group_id=group_id), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="kartu-anggota.pdf"'
    return response


@require_POST
@office_page("fund.record")
def revoke(request: OfficeRequest, card_id: UUID) -> HttpResponse:
    """One tap: the card says no from now on."""
    group_id = revoke_card(actor=request.actor, card_id=card_id)
    messages.success(request, _("Kartu dimatikan. Cetak lagi untuk kartu baru."))
    return HttpResponseRedirect(reverse("office:governance", args=[group_id]))


@office_page("group.read")
def books(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """All books of a group as one workbook, the last twelve months."""
    today = clock.today()
    file = books_workbook(
        actor=request.actor, group_id=group_id, since=date(today.year - 1, today.month, 1), until=today
    )
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename="buku-kelompok.xlsx", content_type=XLSX))


@require_POST
@office_page("status.refresh")
def judge(request: OfficeRequest) -> HttpResponse:
    """Judge all groups of the scope today."""
    counts = assess_growth(actor=request.actor, as_of=clock.today())
    text = ", ".join(f"{level_badge(level).text} {fmt.number(count)}" for level, count in counts.items())
    messages.success(request, _("Kelas kelompok dinilai: %(counts)s.") % {"counts": text})
    return HttpResponseRedirect(way("office:growth-rules") or reverse("office:groups"))
