"""Who signs for the office: from when to when, in which capacity; what was signed before keeps its signer."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.access.permissions import can
from berdaya.documents.selectors import signatories
from berdaya.documents.services import end_signatory, register_signatory
from berdaya.documents.types import Capacity, Signatory, SignerRow
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.web.components.parts import Badge, Crumb, Fact
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.sections import Act, Part, WorkPage, act, cleaned, show
from berdaya.web.session import OfficeRequest, office_page

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CAPACITIES = [
    (Capacity.OWN.value, gettext_lazy("pejabat tetap")),
    (Capacity.ACTING.value, gettext_lazy("Plt. (pelaksana tugas; jabatannya kosong)")),
    (Capacity.DAILY_ACTING.value, gettext_lazy("Plh. (pelaksana harian; pejabatnya berhalangan)")),
    (Capacity.ON_BEHALF.value, gettext_lazy("a.n. (atas nama pejabat di atasnya)")),
]


class SignerForm(forms.Form):
    """One signatory with the days on which they sign."""

    name = forms.CharField(label=gettext_lazy("Nama dengan gelar"), max_length=120)
    nip = forms.CharField(
        label=gettext_lazy("NIP"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("18 angka; kosong bila tidak ada."),
    )
    rank = forms.CharField(label=gettext_lazy("Pangkat, golongan"), max_length=80, required=False)
    position = forms.CharField(label=gettext_lazy("Jabatan"), max_length=160)
    capacity = forms.ChoiceField(label=gettext_lazy("Kedudukan penanda tangan"), choices=CAPACITIES, required=False)
    since = forms.DateField(label=gettext_lazy("Menandatangani sejak"), widget=DATE, initial=clock.today)
    until = forms.DateField(
        label=gettext_lazy("Sampai"), widget=DATE, required=False,
        help_text=gettext_lazy("Isi untuk Plt. atau Plh.; kosong: sampai ada penggantinya."),
    )  # fmt: skip

    def clean_nip(self) -> str:
        """Digits only, eighteen of them."""
        nip: str = self.cleaned_data["nip"].replace(" ", "")
        if nip and not (nip.isascii() and nip.isdecimal() and len(nip) == NIP_DIGITS):
            raise forms.ValidationError(_("NIP terdiri atas 18 angka."))
        return nip


NIP_DIGITS = 18


class EndForm(forms.Form):
    """The last day of somebody who signs."""

    who = forms.TypedChoiceField(label=gettext_lazy("Siapa"), coerce=UUID)
    last_day = forms.DateField(label=gettext_lazy("Hari terakhir"), widget=DATE, initial=clock.today)

    def __init__(self, *args: Any, rows: list[SignerRow], **more: Any) -> None:
        super().__init__(*args, **more)
        today = clock.today()
        running = [row for row in rows if row.until is None or row.until >= today]
        self.fields["who"].choices = [(str(row.id), f"{row.name}, {row.position}") for row in running]  # type: ignore[attr-defined]


@office_page("office.manage", "document.issue")
def signers(request: OfficeRequest) -> HttpResponse:
    """The office's signatories: who signs today, who signed when; the office's administrator keeps the list."""
    rows = signatories(actor=request.actor)
    posted = request.POST if request.method == "POST" else None
    aim = posted.get("aksi", "") if posted else ""
    fresh = SignerForm(posted if aim == "tambah" else None, auto_id="penanda-%s")
    ending = EndForm(posted if aim == "akhiri" else None, auto_id="akhiri-%s", rows=rows)
    keeps = can(request.actor, "office.manage")
    problem = act(
        request, {"tambah": partial(_add, request, fresh), "akhiri": partial(_end, request, ending)} if keeps else {}
    )
    if isinstance(problem, HttpResponse):
        return problem
    page = WorkPage(
        title=_("Penanda tangan"),
        lead=(_("Surat memakai penanda tangan pada tanggal suratnya, kecuali program menyebut yang lain."),),
        parts=[_today(rows), *([_changes(fresh, ending)] if keeps else []), _history(rows)],
        crumbs=(Crumb(_("Penanda tangan")),),
    )
    return show(request, page, problem=problem)


def _add(request: OfficeRequest, form: SignerForm) -> str:
    facts = cleaned(form)
    signer = Signatory(
        name=facts["name"].strip(), position=facts["position"].strip(), city="", nip=facts["nip"],
        rank=facts["rank"].strip(), capacity=Capacity(facts["capacity"]),
    )  # fmt: skip
    register_signatory(
        actor=request.actor, office=request.actor.office or 0, signer=signer, valid_from=facts["since"],
        valid_until=facts["until"],
    )  # fmt: skip
    return _("%(name)s menandatangani sejak %(day)s.") % {"name": signer.name, "day": fmt.day(facts["since"])}


def _end(request: OfficeRequest, form: EndForm) -> str:
    facts = cleaned(form)
    end_signatory(actor=request.actor, signatory_id=facts["who"], last_day=facts["last_day"])
    return _("Hari terakhirnya %(day)s.") % {"day": fmt.day(facts["last_day"])}


def _today(rows: list[SignerRow]) -> Part:
    today = clock.today()
    row = next((row for row in rows if row.signs_on(today)), None)
    if row is None:
        text = _("Belum ada. Surat yang programnya tidak menyebut penanda tangan terbit dengan nama kosong.")
        return Part(_("Hari ini"), text=text, code="hari-ini")
    facts = [
        Fact(_("Nama"), row.name), Fact(_("NIP"), row.nip or "–"), Fact(_("Pangkat, golongan"), row.rank or "–"),
        Fact(_("Jabatan"), f"{row.capacity} {row.position}".strip()), Fact(_("Sejak"), fmt.day(row.since)),
    ]  # fmt: skip
    return Part(_("Hari ini"), facts=facts, code="hari-ini")


def _changes(fresh: SignerForm, ending: EndForm) -> Part:
    acts = [Act("tambah", _("Simpan penanda tangan"), fresh, _("Tambah penanda tangan"), primary=True)]
    if ending.fields["who"].choices:  # type: ignore[attr-defined]
        acts.append(Act("akhiri", _("Simpan hari terakhir"), ending, _("Seseorang berhenti menandatangani")))
    return Part(_("Ubah"), acts=acts, code="ubah")


def _history(rows: list[SignerRow]) -> Part:
    today = clock.today()
    signing = next((row.id for row in rows if row.signs_on(today)), None)
    table = Table(
        caption=_("Semua penanda tangan"),
        caption_hidden=True,
        columns=(
            Column(_("Nama")),
            Column(_("Jabatan")),
            Column(_("Sejak")),
            Column(_("Sampai")),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(row.name, sub=" · ".join(part for part in (row.nip, row.rank) if part)),
                Cell(f"{row.capacity} {row.position}".strip()),
                Cell(fmt.day(row.since)),
                Cell(fmt.day(row.until) if row.until else _("ada pengganti")),
                Cell(badge=_state(row, signing)),
            )
            for row in rows
        ),
        count_text=_("%(count)s orang") % {"count": fmt.number(len(rows))},
        empty_title=_("Belum ada penanda tangan"),
        empty_text=_("Pengelola kantor mengisi nama, NIP, pangkat, jabatan, dan sejak kapan menandatangani."),
    )
    return Part(_("Riwayat"), table=table, code="riwayat")


def _state(row: SignerRow, signing: UUID | None) -> Badge:
    today = clock.today()
    if row.id == signing:
        return Badge(_("menandatangani"), "good", "tick")
    if row.since > today:
        return Badge(_("akan mulai"), "info", "half")
    return Badge(_("digantikan") if row.signs_on(today) else _("selesai"), "none", "ring")
