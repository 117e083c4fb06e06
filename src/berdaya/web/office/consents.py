"""Consent of families: what stands, what is read aloud, the sheets of paper, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.problems import Problem
from berdaya.people.consent_texts import OFFICIAL, PURPOSES, language_of, languages
from berdaya.people.services.consent import NewConsent, wordings
from berdaya.process import consenting
from berdaya.process.consenting import ConsentRow, ConsentView, Withdrawal
from berdaya.process.overview.common import staff_only
from berdaya.process.overview.village import head_of
from berdaya.web.components.parts import Crumb
from berdaya.web.office import words
from berdaya.web.office.acting import act, day_of, entry, id_of
from berdaya.web.office.consent_words import badge, iso_of, method, name_of, options, purpose
from berdaya.web.session import OfficeRequest, office_page


@office_page("family.read")
def family(request: OfficeRequest, household_id: UUID) -> HttpResponse:
    """One family's consents by purpose: record one, take one back, print the sheet, read the text."""
    actor = request.actor
    view = consenting.consents_of(actor=actor, household_id=household_id)
    acted = act(
        request,
        {"setuju": lambda: _give(request, view), "tarik": lambda: _withdraw(request, view)},
        reverse("office:family-consent", args=[household_id]),
    )
    if acted.answer:
        return acted.answer
    language = language_of(request.GET.get("bahasa", "")) or view.language
    stand = wordings(actor=actor)
    back = reverse("office:family", args=[household_id])
    context = {
        "view": view,
        "purposes": [_purpose(view, code) for code in PURPOSES],
        "ended": [(purpose(row.purpose), row, _said(row)) for row in view.rows if row.withdrawn_on],
        "texts": [
            (purpose(code), stand[language, code].read_by(view.office), stand[language, code].language == language)
            for code in PURPOSES
        ],
        "checked": stand[language, "programme"].checked,
        "language": language,
        "languages": options(language),
        "names": [item.name for item in languages()],
        "iso": iso_of(language),
        "problem_text": acted.text,
        "may_record": can(actor, "consent.record"),
        "today": clock.today(),
        "reader": actor.name,
        "crumbs": (Crumb(_("Keluarga"), reverse("office:families")), Crumb(view.name, back), Crumb(_("Persetujuan"))),
    }
    return render(request, "office/consent.html", context, status=acted.status)


def _purpose(view: ConsentView, code: str) -> dict[str, Any]:
    standing = view.standing.get(code)
    ended = any(row.purpose == code and row.withdrawn_on for row in view.rows)
    return {
        "code": code,
        "name": purpose(code),
        "badge": badge(stands=standing is not None, ended=ended),
        "standing": standing,
        "said": _said(standing) if standing else "",
        "follows": _follows(code),
    }


def _said(row: ConsentRow) -> str:
    read = _("dibacakan %(name)s dalam bahasa %(language)s") % {"name": row.read_by, "language": row.language}
    witness = _("saksi %(name)s") % {"name": row.witness} if row.witness else ""
    copy = _("salinan ditinggalkan") if row.copy_left else _("salinan belum ditinggalkan")
    return words.join((method(row.method), read if row.read_by else "", witness, copy))


def _follows(code: str) -> list[str]:
    """What a withdrawal does, said before the button is pressed."""
    if code == "research":
        return [_("Keluarga ini tidak ditanya lagi untuk perbandingan.")]
    shop = _("Usaha dan produknya langsung hilang dari pasar umum.")
    if code == "publication":
        return [shop]
    return [
        _("Usulan yang belum ditetapkan langsung dikecualikan; tempatnya bagi daftar tunggu."),
        shop,
        _("Persetujuan lain ikut berakhir."),
        _("Operator mendapat tugas 3 hari untuk yang lain: SK yang berlaku, kelompok, berkas kertas."),
        _("Catatan bantuan yang sudah diterima tetap disimpan karena diwajibkan hukum."),
    ]


def _give(request: OfficeRequest, view: ConsentView) -> str:
    consent = NewConsent(
        view.household_id,
        entry(request, "tujuan", 40),
        day_of(request, "tanggal"),
        _method(entry(request, "cara", 20)),
        entry(request, "bahasa", 40),
        entry(request, "pembaca", 120),
        request.POST.get("saksi", ""),
        copy_left="salinan" in request.POST,
    )
    if not consenting.give(actor=request.actor, consent=consent):
        return _("Persetujuan ini sudah tercatat sebelumnya.")
    return _("Persetujuan tercatat.")


def _method(sent: str) -> Any:
    return sent if sent in {"signature", "thumbprint", "spoken"} else "signature"


def _withdraw(request: OfficeRequest, view: ConsentView) -> str:
    done = consenting.withdraw(
        actor=request.actor,
        household_id=view.household_id,
        purpose=entry(request, "tujuan", 40),
        on=day_of(request, "tanggal"),
        reason=request.POST.get("alasan", ""),
    )
    return _told(done)


def _told(done: Withdrawal) -> str:
    out = sum(item.after == "excluded" and item.before != "excluded" for item in done.touched)
    return _(
        "Penarikan tercatat: %(products)s produk turun dari pasar umum, %(candidacies)s usulan dikecualikan; tugas "
        "lanjutannya ada pada operator."
    ) % {"products": fmt.number(done.products), "candidacies": fmt.number(out)}


@office_page("consent.record")
def sheet(request: OfficeRequest, household_id: UUID) -> HttpResponse:
    """The sheet of one family as PDF, two copies."""
    wanted = tuple(code for code in request.GET.getlist("tujuan") if code in PURPOSES) or ("programme",)
    pdf = consenting.family_sheet(
        actor=request.actor, household_id=household_id, language=request.GET.get("bahasa", ""), purposes=wanted
    )
    return _pdf(pdf, "persetujuan.pdf")


@office_page("consent.record")
def visit_sheets(request: OfficeRequest, code: str) -> HttpResponse:
    """Blank sheets for every home that waits for a visit, as one PDF for the printer."""
    head = head_of(actor=request.actor, code=code)
    area = ListFilter.parse(request.GET).area
    language = language_of(request.GET.get("bahasa", ""))
    try:
        pdf = consenting.visit_sheets(actor=request.actor, programme_id=head.id, language=language, area=area)
    except Problem as problem:
        if problem.code != "bad_state":
            raise
        messages.info(request, _("Tidak ada rumah yang masih menunggu lembar persetujuan."))
        return HttpResponseRedirect(reverse("office:visits", args=[code]))
    return _pdf(pdf, f"persetujuan-{head.code}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@office_page("family.read")
def texts(request: OfficeRequest) -> HttpResponse:
    """What is read aloud, language by language; the office's own wording, which a second person vouches for."""
    actor = request.actor
    staff_only(actor)
    chosen = language_of(request.GET.get("bahasa", "")) or OFFICIAL
    back = f"{reverse('office:consent-texts')}?bahasa={chosen}"
    acted = act(
        request,
        {
            "tulis": lambda: _write(request, chosen),
            "periksa": lambda: _check(request),
        },
        back,
    )
    if acted.answer:
        return acted.answer
    stand = wordings(actor=actor)
    context = {
        "chosen": chosen,
        "iso": iso_of(chosen),
        "language": next(name_of(item) for item in languages() if item.code == chosen),
        "languages": [
            (code, name, on, stand[code, "programme"].checked, f"{reverse('office:consent-texts')}?bahasa={code}")
            for code, name, on in options(chosen)
        ],
        "texts": [
            {
                "code": code,
                "name": purpose(code),
                "own": stand[chosen, code].version,
                "checked": stand[chosen, code].checked,
                "here": stand[chosen, code].language == chosen,
                "sentences": stand[chosen, code].sentences,
                "text": "\n".join(stand[chosen, code].sentences),
            }
            for code in PURPOSES
        ],
        "waiting": [
            (row, purpose(row.purpose), row.written_by == actor.account_id)
            for row in consenting.waiting_wordings(actor=actor, language=chosen)
        ],
        "may_write": can(actor, "consent.record") and bool(actor.office),
        "may_check": can(actor, "consent.check") and bool(actor.office),
        "problem_text": acted.text,
        "crumbs": (Crumb(_("Naskah persetujuan")),),
    }
    return render(request, "office/consent_texts.html", context, status=acted.status)


def _write(request: OfficeRequest, language: str) -> str:
    consenting.write(
        actor=request.actor,
        language=language,
        purpose=entry(request, "tujuan", 40),
        sentences=_lines(request.POST.get("naskah", "")),
    )
    return _("Naskah tercatat; orang lain yang menguasai bahasanya memeriksanya.")


def _lines(text: str) -> Sequence[str]:
    return text.replace("\r", "").split("\n")


def _check(request: OfficeRequest) -> str:
    consenting.vouch(actor=request.actor, wording_id=id_of(request, "naskah"))
    return _("Naskah berlaku; mulai sekarang inilah yang dibacakan.")
