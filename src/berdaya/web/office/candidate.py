"""One candidate: why it stands where it stands, and everything that may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.consent_texts import languages
from berdaya.people.services.consent import NewConsent
from berdaya.process import papers, verification
from berdaya.process.overview.common import places
from berdaya.process.overview.programmes import DecisionView
from berdaya.process.overview.programmes import decision as decision_of
from berdaya.process.overview.ranks import explanation, hit_rows, referral_rows
from berdaya.process.overview.village import papers as papers_of
from berdaya.programmes import services
from berdaya.programmes.offers import fitting, offers
from berdaya.programmes.rules.evidence import from_json
from berdaya.programmes.rules.explain import Explanation, points
from berdaya.programmes.services.candidates import AWAITING
from berdaya.programmes.states import HOLDING
from berdaya.web.components.parts import Bar, Bars, Criterion, Crumb, Fact
from berdaya.web.office import words
from berdaya.web.office.acting import Acted, act, day_of, entry, id_of, upload_of
from berdaya.web.office.forms import VerificationForm
from berdaya.web.office.programmes import criterion, results
from berdaya.web.session import OfficeRequest, office_page

PHOTO_BYTES = 10 * 1024 * 1024
ANSWER_DAYS = 14


@office_page("family.read")
def decision(request: OfficeRequest, code: str, candidate_id: UUID) -> HttpResponse:
    """Why this candidate stands where it stands, and the buttons of what may follow."""
    actor = request.actor
    view = decision_of(actor=actor, code=code, candidate_id=candidate_id)
    may_verify = can(actor, "verification.record") and view.row.state in AWAITING
    first = {"visited_on": clock.today(), "verifier": actor.name}
    visiting = request.method == "POST" and request.POST.get("aksi", "verifikasi") == "verifikasi"
    form = None
    if may_verify or visiting:
        data, files = (request.POST, request.FILES) if visiting else (None, None)
        form = VerificationForm(data, files, initial=first)
    if form is not None and visiting and not form.is_valid():
        return _page(request, view, form, Acted())
    acted = act(
        request, _acts(request, view, form), reverse("office:decision", args=[code, candidate_id]), "verifikasi"
    )
    if acted.answer:
        return acted.answer
    return _page(request, view, form, acted)


def _acts(request: OfficeRequest, view: DecisionView, form: VerificationForm | None) -> Mapping[str, Callable[[], str]]:
    actor, pk, today = request.actor, view.row.id, clock.today()
    return {
        "verifikasi": lambda: _visit(request, view, form),
        "kesampingkan": lambda: _overrule(request, pk),
        "jawab": lambda: _answer(request),
        "rujuk": lambda: _refer(request, pk),
        "jawab-rujukan": lambda: _referral_answered(request),
        "cetak-rujukan": lambda: _letter_again(request),
        "ganti": lambda: _replace(request, pk),
        "cetak-ganti": lambda: _ready(papers.replacement_letter(actor=actor, candidate_id=pk).number),
        "jelaskan": lambda: _ready(papers.rank_letter(actor=actor, candidate_id=pk, on=today).number),
    }


def _letter_again(request: OfficeRequest) -> str:
    letter = papers.referral_letter(actor=request.actor, referral_id=id_of(request, "rujukan"))
    return _ready(letter.number)


def _ready(number: str) -> str:
    return _("Surat nomor %(number)s siap dicetak.") % {"number": number}


def _visit(request: OfficeRequest, view: DecisionView, form: VerificationForm | None) -> str:
    if form is None or not form.is_valid():
        raise Problem("not_found")
    photo = upload_of(request, "photo", PHOTO_BYTES)[0] if request.FILES.get("photo") else b""
    consent = None
    facts = form.cleaned_data
    if facts.get("consent_method") and view.row.household_id:
        consent = NewConsent(
            view.row.household_id, "programme", facts["visited_on"], facts["consent_method"],
            facts["consent_language"], facts["verifier"], facts["consent_witness"], facts["consent_copy"],
        )  # fmt: skip
    visit = verification.Visit(form.found(view.row.ref), photo, consent)
    verification.record_visit(actor=request.actor, candidate_id=view.row.id, visit=visit)
    return _("Hasil verifikasi tercatat.")


def _overrule(request: OfficeRequest, candidate_id: UUID) -> str:
    services.overrule_hit(
        actor=request.actor,
        candidate_id=candidate_id,
        hit=entry(request, "temuan", 64),
        reason=entry(request, "alasan"),
        on=clock.today(),
    )
    return _("Permintaan tercatat; orang kedua yang memutus.")


def _answer(request: OfficeRequest) -> str:
    agreed = entry(request, "jawaban") == "setuju"
    services.answer_overrule(
        actor=request.actor,
        overrule_id=id_of(request, "permintaan"),
        agreed=agreed,
        answer=request.POST.get("alasan", ""),
        on=clock.today(),
    )
    return _("Temuan dikesampingkan; calon dinilai lagi.") if agreed else _("Temuan tetap berlaku.")


def _refer(request: OfficeRequest, candidate_id: UUID) -> str:
    made = services.refer(
        actor=request.actor,
        candidate_id=candidate_id,
        offer_id=id_of(request, "program"),
        reason=entry(request, "alasan"),
        on=clock.today(),
        answer_due=day_of(request, "jawab"),
    )
    letter = papers.referral_letter(actor=request.actor, referral_id=made)
    return _("Rujukan tercatat; surat nomor %(number)s siap dicetak.") % {"number": letter.number}


def _referral_answered(request: OfficeRequest) -> str:
    answer = entry(request, "jawaban")
    services.answer_referral(
        actor=request.actor,
        referral_id=id_of(request, "rujukan"),
        answer="accepted" if answer == "accepted" else "refused",
        note=request.POST.get("catatan", ""),
        on=clock.today(),
    )
    return _("Jawaban rujukan tercatat.")


def _replace(request: OfficeRequest, candidate_id: UUID) -> str:
    done = services.replace_recipient(
        actor=request.actor, candidate_id=candidate_id, reason=entry(request, "alasan", 200), on=clock.today()
    )
    if can(request.actor, "document.issue"):
        papers.replacement_letter(actor=request.actor, candidate_id=candidate_id)
    if done.came is None:
        return _("Penerima diganti; tidak ada calon tunggu yang sesuai kuota, tempatnya kosong.")
    return _("Penerima diganti; calon tunggu berikutnya masuk dan ditetapkan dengan SK berikutnya.")


def _page(request: OfficeRequest, view: DecisionView, form: VerificationForm | None, acted: Acted) -> HttpResponse:
    actor, pk = request.actor, view.row.id
    told = explanation(actor=actor, candidate_id=pk)
    own = actor.office not in (None, 0)
    context = {
        "form": form,
        "languages": [item.name for item in languages()],
        "problem_text": acted.text,
        "view": view,
        "badge": words.state_badge(view.row.state),
        "criteria": _criteria(view),
        "facts": _facts(view),
        "verifications": [(item, _results(item)) for item in view.verifications],
        "hits": [(row, row.text(fmt.language())) for row in hit_rows(actor=actor, candidate_id=pk)],
        "may_overrule": own and can(actor, "screen.overrule"),
        "may_answer": own and can(actor, "stage.approve"),
        "rank": _rank(told),
        "rank_said": _rank_said(told),
        "may_letter": own and can(actor, "document.issue"),
        "may_replace": own and can(actor, "decree.propose") and view.row.state in HOLDING,
        "replaced": view.row.state == "replaced",
        **_referring(actor, view, own=own),
        "letters": papers_of(kind="rank", subject=pk) + papers_of(kind="replacement", subject=pk)
        if can(actor, "document.read")
        else (),
        "crumbs": (
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(view.programme_name, reverse("office:programme", args=[view.programme_code])),
            Crumb(view.row.name),
        ),
    }
    status = 400 if form is not None and form.errors else acted.status
    return render(request, "office/decision.html", context, status=status)


def _referring(actor: Actor, view: DecisionView, *, own: bool) -> dict[str, Any]:
    today = clock.today()
    may = own and can(actor, "referral.manage")
    best = {item.id for item in fitting(actor=actor, candidate_id=view.row.id, on=today)} if may else set()
    options = [(item.id, item.name, item.id in best) for item in offers(actor=actor, on=today)] if may else []
    return {
        "may_refer": may,
        "offers": sorted(options, key=lambda option: not option[2]),
        "due": today + timedelta(days=ANSWER_DAYS),
        "referrals": [
            (row, papers_of(kind="referral", subject=row.id) if can(actor, "document.read") else ())
            for row in referral_rows(actor=actor, candidate_id=view.row.id)
        ],
    }


def _rank(told: Explanation | None) -> Bars | None:
    """The score as bars: what each criterion brought of what it could bring."""
    if told is None:
        return None
    top = max((part.most for part in told.parts), default=0) or 1
    scores = {"score": _points(told.score), "most": _points(told.most)}
    return Bars(
        _("Nilai %(score)s dari %(most)s") % scores,
        tuple(
            Bar(
                criterion(part.criterion),
                part.points / top,
                _("%(got)s dari %(most)s") % {"got": _points(part.points), "most": _points(part.most)},
            )
            for part in told.parts
        ),
    )


def _points(value: int) -> str:
    text = points(value)
    return text.replace(",", ".") if fmt.language() == "en" else text


def _rank_said(told: Explanation | None) -> list[str]:
    if told is None:
        return []
    said = [
        _("Urutan ke-%(rank)s dari %(listed)s calon.")
        % {"rank": fmt.number(told.rank), "listed": fmt.number(told.listed)}
    ]
    if told.places:
        area = places([told.quota_area]).get(told.quota_area, "") if told.quota_area else _("program ini")
        said.append(_("Tempat di %(area)s: %(count)s.") % {"area": area, "count": fmt.number(told.places)})
    if told.place == "waiting":
        said.append(_("Nomor tunggu %(number)s.") % {"number": fmt.number(told.waiting_no)})
        if told.last_score is not None:
            said.append(_("Nilai terendah yang mendapat tempat: %(score)s.") % {"score": _points(told.last_score)})
    if told.equals > 1 and told.draw:
        said.append(
            _("%(count)s calon bernilai sama; diurutkan undian (angka undi %(draw)s…).")
            % {"count": fmt.number(told.equals), "draw": told.draw[:8]}
        )
    return said


def _criteria(view: DecisionView) -> list[Criterion]:
    language = fmt.language()
    results = [from_json(item) for item in view.checks]
    return [Criterion(item.name(language), item.outcome.value, item.text(language)) for item in results]


def _results(item: Mapping[str, Any]) -> str:
    found = results(item["result"])
    meeting = {"accepted": _("musyawarah menerima"), "rejected": _("musyawarah menolak")}.get(
        item["meeting_decision"], ""
    )
    return words.join((found, meeting))


def _facts(view: DecisionView) -> list[Fact]:
    facts = [Fact(_("Keadaan"), "", badge=words.state_badge(view.row.state))]
    if view.row.rank is not None:
        facts.append(Fact(_("Peringkat"), fmt.number(view.row.rank)))
    if view.row.score is not None:
        facts.append(Fact(_("Nilai"), _("%(score)s dari 100") % {"score": fmt.number(view.row.score / 10_000, 2)}))
    if view.quota_place:
        facts.append(Fact(_("Kuota"), view.quota_place))
    if view.probability is not None:
        facts.append(Fact(_("Peluang terpilih"), fmt.percent(view.probability, 1, 1)))
    facts.append(Fact(_("Diusulkan"), fmt.day(view.proposed_on)))
    facts.append(Fact(_("Wilayah"), view.row.place))
    if view.interests:
        facts.append(Fact(_("Minat"), ", ".join(words.kind(code) for code in view.interests)))
    if view.decree_number:
        facts.append(Fact(_("SK"), view.decree_number))
    if view.placement and view.placement["class_id"]:
        facts.append(
            Fact(_("Kelas"), view.placement["class_name"], reverse("office:class", args=[view.placement["class_id"]]))
        )
    if view.row.household_id:
        facts.append(Fact(_("Keluarga"), view.row.name, reverse("office:family", args=[view.row.household_id])))
    if view.row.group_id:
        facts.append(Fact(_("Kelompok"), view.row.name, reverse("office:group", args=[view.row.group_id])))
    return facts
