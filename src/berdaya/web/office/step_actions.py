"""The buttons of the steps: one call each, and one sentence of what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process import by_hand
from berdaya.programmes import services
from berdaya.programmes.selectors import config_of
from berdaya.training.services.grouping import form_groups
from berdaya.training.services.placing import propose_placements
from berdaya.web.office.uploads import judged
from berdaya.web.session import OfficeRequest, office_page

Take = Callable[[OfficeRequest, UUID], str]


@require_POST
@office_page("programme.read")
def step(request: OfficeRequest, code: str, step: str) -> HttpResponse:
    """Take one step and go back to the page of steps; what cannot be done is a problem page, nothing half-written."""
    take = TAKES.get(step)
    if take is None:
        raise Problem("not_found")
    programme = by_hand.of_office(actor=request.actor, code=code)
    messages.success(request, take(request, programme))
    return HttpResponseRedirect(f"{reverse('office:steps', args=[code])}#{step}")


def _entry(request: OfficeRequest, name: str) -> str:
    value = request.POST.get(name, "").strip()
    if not value:
        raise Problem("entry_needed", field=name)
    return value


def _day(request: OfficeRequest, name: str) -> date:
    try:
        return date.fromisoformat(_entry(request, name))
    except ValueError:
        raise Problem("entry_needed", field=name) from None


def _party(request: OfficeRequest) -> int:
    chosen = _entry(request, "pihak")
    if chosen not in {"1", "2"}:
        raise Problem("entry_needed", field="pihak")
    return int(chosen)


def _screen(request: OfficeRequest, programme: UUID) -> str:
    return judged(by_hand.judge(actor=request.actor, programme_id=programme, on=clock.today()))


def _freeze(request: OfficeRequest, programme: UUID) -> str:
    frozen = services.freeze_list(actor=request.actor, programme_id=programme, on=clock.today())
    return _("%(count)s calon dalam daftar beku. Sidik SHA-256: %(sha)s") % {
        "count": fmt.number(frozen.count),
        "sha": frozen.sha256,
    }


def _lottery(request: OfficeRequest, programme: UUID) -> str:
    party, today = _party(request), clock.today()
    if "komitmen" in request.POST:
        promise = _entry(request, "komitmen")
        services.commit_seed(actor=request.actor, programme_id=programme, party=party, commitment=promise, on=today)
        return _("Komitmen pihak %(party)s tercatat.") % {"party": party}
    by_hand.open_seed(actor=request.actor, programme_id=programme, party=party, seed=_entry(request, "benih"), on=today)
    return _("Benih pihak %(party)s cocok dengan komitmennya dan terbuka.") % {"party": party}


def _rank(request: OfficeRequest, programme: UUID) -> str:
    outcome = services.run_selection(actor=request.actor, programme_id=programme, on=clock.today())
    return _("%(selected)s terpilih, %(waiting)s menunggu, %(contested)s ditentukan undian.") % {
        "selected": fmt.number(outcome.selected),
        "waiting": fmt.number(outcome.waiting),
        "contested": fmt.number(outcome.contested),
    }


def _propose(request: OfficeRequest, programme: UUID) -> str:
    draft = services.propose_decree(
        actor=request.actor,
        programme_id=programme,
        number=_entry(request, "nomor")[:80],
        decreed_on=_day(request, "tanggal"),
    )
    figures = {"number": draft.number, "lines": fmt.number(draft.lines)}
    return _("SK %(number)s dengan %(lines)s penerima menunggu orang kedua.") % figures


def _fill(request: OfficeRequest, programme: UUID) -> str:
    moved = services.fill_places(actor=request.actor, programme_id=programme, on=clock.today())
    return _("Disaring lagi: %(moved)s calon tunggu naik; mereka ditetapkan dengan SK berikutnya.") % {
        "moved": fmt.number(moved)
    }


def _issue(request: OfficeRequest, programme: UUID) -> str:
    letter = by_hand.issue(actor=request.actor, programme_id=programme)
    return _("Surat SK %(number)s terbit.") % {"number": letter.number}


def _place(request: OfficeRequest, programme: UUID) -> str:
    run = propose_placements(actor=request.actor, programme_id=programme)
    return _("%(placed)s mendapat kursi, %(unplaced)s tidak; menunggu orang kedua.") % {
        "placed": fmt.number(run.placed),
        "unplaced": fmt.number(run.unplaced),
    }


def _form(request: OfficeRequest, programme: UUID) -> str:
    formed = form_groups(actor=request.actor, programme_id=programme, on=clock.today())
    return _("%(formed)s kelompok terbentuk.") % {"formed": fmt.number(len(formed.groups))}


def _start(request: OfficeRequest, programme: UUID) -> str:
    started = by_hand.start_businesses(actor=request.actor, programme_id=programme)
    return _("%(businesses)s usaha dimulai.") % {"businesses": fmt.number(started.made)}


def _status(request: OfficeRequest, programme: UUID) -> str:
    config = config_of(actor=request.actor, programme_id=programme)
    kept = by_hand.judge_businesses(actor=request.actor, config=config, on=clock.today())
    return _("%(count)s status dihitung.") % {"count": fmt.number(kept)}


def _assess(request: OfficeRequest, programme: UUID) -> str:
    outcomes = by_hand.assess(actor=request.actor, programme_id=programme, on=clock.today()).outcomes
    return _("%(businesses)s usaha dinilai, %(met)s memenuhi semua kriteria.") % {
        "businesses": fmt.number(sum(outcomes.values())),
        "met": fmt.number(outcomes.get("met", 0)),
    }


def _graduate(request: OfficeRequest, programme: UUID) -> str:
    count = by_hand.graduate(actor=request.actor, programme_id=programme, on=clock.today())
    return _("%(met)s usaha lulus.") % {"met": fmt.number(count)}


def _report(request: OfficeRequest, programme: UUID) -> str:
    config = config_of(actor=request.actor, programme_id=programme)
    by_hand.report(actor=request.actor, config=config, on=clock.today())
    return _("Laporan hari ini sudah dibuat.")


TAKES: Mapping[str, Take] = {
    "saring": _screen,
    "beku": _freeze,
    "undian": _lottery,
    "peringkat": _rank,
    "usul-sk": _propose,
    "sah-sk": _fill,
    "surat-sk": _issue,
    "kelas": _place,
    "kelompok": _form,
    "usaha": _start,
    "status": _status,
    "nilai": _assess,
    "lulus": _graduate,
    "laporan": _report,
}
"""Word of the address -> what the button does."""
