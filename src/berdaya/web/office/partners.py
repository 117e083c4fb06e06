"""Partners (mitra) outside the office: their pledges, followed to delivery, and what is bought from the producers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.access.permissions import can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.market import pledges
from berdaya.market.types import Every, NewDelivery, NewPledge, PartnerKind, PledgeKind, PledgeState
from berdaya.process.overview.partners import (
    DeliveryRow,
    PartnerFilter,
    PartnersView,
    PledgeRow,
    PledgeView,
    pledge_rows,
    pledges_queryset,
)
from berdaya.process.overview.partners import (
    partners as partners_of,
)
from berdaya.process.overview.partners import (
    pledge as pledge_of,
)
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.acting import Acted, act, id_of
from berdaya.web.office.class_forms import day, text, whole
from berdaya.web.office.lists import Col, chips_of, export_page, list_table, may_export, select, text_col
from berdaya.web.office.sections import Act, Part, WorkPage, cleaned, show
from berdaya.web.office.sections import act as act_on
from berdaya.web.session import OfficeRequest, office_page, way

WHO = {
    "company": gettext_lazy("perusahaan"), "campus": gettext_lazy("perguruan tinggi"),
    "community": gettext_lazy("komunitas"), "citizen": gettext_lazy("warga"), "buyer": gettext_lazy("pembeli"),
}  # fmt: skip
GIVES = {
    "purchase": gettext_lazy("pembelian"), "goods": gettext_lazy("barang"), "service": gettext_lazy("tenaga"),
    "place": gettext_lazy("tempat"), "money": gettext_lazy("uang"),
}  # fmt: skip
EVERY = {
    "once": gettext_lazy("satu kali"), "week": gettext_lazy("setiap minggu"), "month": gettext_lazy("setiap bulan"),
    "quarter": gettext_lazy("setiap triwulan"),
}  # fmt: skip
MOST = 10_000_000


def badge_of(state: PledgeState) -> Badge:
    """Where a pledge stands, in one word."""
    return {
        PledgeState.TO_COME: Badge(_("belum mulai"), "none", "ring"),
        PledgeState.RUNNING: Badge(_("sesuai janji"), "good", "half"),
        PledgeState.BEHIND: Badge(_("di bawah janji"), "warn", "half"),
        PledgeState.KEPT: Badge(_("dipenuhi"), "good", "tick"),
        PledgeState.CLOSED: Badge(_("ditutup"), "info", "square"),
    }[state]


def volume(row: PledgeRow) -> str:
    """How much how often: `200 kotak setiap minggu`."""
    return _("%(n)s %(unit)s %(every)s") % {
        "n": fmt.number(row.quantity), "unit": row.unit, "every": str(EVERY[row.every]),
    }  # fmt: skip


def so_far(row: PledgeRow) -> str:
    """What came of what is due: `180 dari 200 kotak`."""
    return _("%(n)s dari %(due)s %(unit)s") % {
        "n": fmt.number(row.delivered), "due": fmt.number(max(row.due, row.promised or 0) if _over(row) else row.due),
        "unit": row.unit,
    }  # fmt: skip


def _over(row: PledgeRow) -> bool:
    return row.state is PledgeState.KEPT or (row.ends_on is not None and row.ends_on <= clock.today())


class PledgeForm(forms.Form):
    """A partner and what it promises."""

    partner = text(gettext_lazy("Nama mitra"), required=True)
    partner_kind = forms.ChoiceField(label=gettext_lazy("Siapa"), choices=list(WHO.items()))
    kind = forms.ChoiceField(label=gettext_lazy("Yang dijanjikan"), choices=list(GIVES.items()))
    what = text(
        gettext_lazy("Apa, dalam kata-kata"),
        200,
        required=True,
        hint=gettext_lazy("Misalnya: kue basah untuk koperasi pasar, atau 12 pelatih kemasan."),
    )
    quantity = whole(gettext_lazy("Jumlah"), 1, MOST, required=True)
    unit = text(gettext_lazy("Satuan"), 24, required=True)
    every = forms.ChoiceField(label=gettext_lazy("Seberapa sering"), choices=list(EVERY.items()))
    unit_price_idr = whole(gettext_lazy("Harga atau nilai per satuan (Rp)"), 0, 10**10)
    starts_on = day(gettext_lazy("Mulai"))
    ends_on = day(gettext_lazy("Sampai (boleh kosong)"), required=False)
    supplier_kind = forms.ChoiceField(label=gettext_lazy("Jenis usaha yang memasok atau dibantu"), required=False)
    contact = text(gettext_lazy("Kontak lembaga (boleh kosong)"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["supplier_kind"].choices = [("", _("semua")), *words.kinds()]  # type: ignore[attr-defined]

    def row(self, key: UUID, programme: str = "") -> NewPledge:
        """The pledge. Raises `invalid_form`."""
        facts = cleaned(self)
        return NewPledge(
            id=key,
            programme_code=programme,
            **facts
            | {
                "partner_kind": PartnerKind(facts["partner_kind"]), "kind": PledgeKind(facts["kind"]),
                "every": Every(facts["every"]), "unit_price_idr": facts["unit_price_idr"] or 0,
            },
        )  # fmt: skip


class DeliveryForm(forms.Form):
    """What came of a pledge."""

    occurred_on = day(gettext_lazy("Tanggal"))
    quantity = whole(gettext_lazy("Jumlah yang datang"), 1, MOST, required=True)
    enterprise_id = forms.TypedChoiceField(
        label=gettext_lazy("Usaha yang memasok atau menerima"), required=False, coerce=UUID, empty_value=None
    )
    value_idr = whole(gettext_lazy("Nilai seluruhnya (Rp)"), 0, 10**12,
                      hint=gettext_lazy("Kosong: jumlah kali harga janji."))  # fmt: skip
    note = text(gettext_lazy("Catatan atau nomor bukti"), 200)

    def __init__(self, *args: Any, suppliers: tuple[tuple[UUID, str], ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["enterprise_id"].choices = [  # type: ignore[attr-defined]
            ("", _("tidak satu usaha saja")), *((str(key), name) for key, name in suppliers)
        ]  # fmt: skip


class WhyForm(forms.Form):
    """A reason, and nothing else."""

    reason = text(gettext_lazy("Alasan"), 200, required=True)


def _columns() -> list[Col[PledgeRow]]:
    return [
        Col(
            _("Mitra"),
            lambda row: Cell(row.partner, reverse("office:partner", args=[row.id]), str(WHO.get(row.partner_kind, ""))),
            lambda row: row.partner,
        ),
        Col(_("Janji"), lambda row: Cell(row.what, sub=volume(row)), lambda row: row.what),
        text_col(_("Bentuk"), lambda row: str(GIVES[row.kind])),
        Col(_("Harga satuan"), lambda row: Cell(fmt.rupiah(row.unit_price_idr)), lambda row: row.unit_price_idr,
            right=True),
        Col(_("Sampai"), lambda row: Cell(fmt.day_short(row.ends_on)), lambda row: row.ends_on),
        Col(_("Terlaksana"), lambda row: Cell(so_far(row), sub=fmt.rupiah(row.delivered_idr)),
            lambda row: row.delivered, right=True),
        Col(_("Keadaan"), lambda row: Cell(badge=badge_of(row.state)), lambda row: badge_of(row.state).text),
    ]  # fmt: skip


@office_page("programme.read")
def partners(request: OfficeRequest) -> HttpResponse:
    """The register of partners with how their pledges stand; the office adds to it here."""
    filters = PartnerFilter.parse(request.GET)
    may = request.actor.kind == "staff" and can(request.actor, "market.manage")
    posted = request.POST if request.method == "POST" else None
    form = PledgeForm(posted, initial={"starts_on": clock.today(), "every": "month"}) if may else None
    done = Acted()
    if form is not None:
        done = act(request, {"simpan": lambda: _save(request, form)}, reverse("office:partners"))
    elif posted is not None:
        raise Problem("not_allowed", role=request.actor.role, permission="market.manage")
    if done.answer:
        return done.answer
    view = partners_of(actor=request.actor, filters=filters)
    limits = {"q": (_("Cari"), None), "who": (_("Siapa"), _name(WHO)), "gives": (_("Bentuk"), _name(GIVES))}
    context = {
        "title": _("Mitra"),
        "problem": done.text,
        "figures": _figures(view),
        "chart": _chart(view),
        "controls": (
            Control("q", _("Nama mitra atau janji"), "search", filters.q, width=20),
            select("who", _("Siapa"), filters.who, [(key, str(name)) for key, name in WHO.items()]),
            select("gives", _("Bentuk"), filters.gives, [(key, str(name)) for key, name in GIVES.items()]),
        ),
        "table": list_table(
            view.page, _columns(), filters, caption=_("Janji mitra"), noun=_("janji"),
            export=reverse("office:partners-export") if may_export(request) else "",
            chips=chips_of(filters, limits),
            empty=(
                _("Belum ada mitra"),
                _("Catat perusahaan, kampus, komunitas, warga atau pembeli yang berjanji membantu, lalu catat apa yang "
                  "benar-benar datang."),
            ),
        ),
        "form": form,
        "key": request.POST.get("id") or new_id(),
    }  # fmt: skip
    return render(request, "office/partners.html", context, status=done.status)


def _name(names: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda code: str(names.get(code, code))


def _save(request: OfficeRequest, form: PledgeForm) -> str:
    row = form.row(id_of(request, "id"))
    pledges.save_pledges_many(actor=request.actor, pledges=[row])
    return _("Janji %(partner)s tercatat.") % {"partner": row.partner}


@office_page("programme.read")
def partners_export(request: OfficeRequest) -> HttpResponse:
    """The same pledges as a workbook."""
    filters = PartnerFilter.parse(request.GET)
    back = reverse("office:partners")
    return export_page(
        request,
        name="mitra",
        title=_("Mitra"),
        back=f"{back}?{filters.query()}" if filters.query() else back,
        queryset=pledges_queryset(actor=request.actor, filters=filters),
        rows_of=pledge_rows,
        columns=_columns(),
    )


def _figures(view: PartnersView) -> list[Figure]:
    if not view.page.total:
        return []
    count = view.by_state
    behind = count.get(PledgeState.BEHIND, 0)
    return [
        Figure(_("Mitra"), fmt.number(view.partners), compare=_("%(n)s janji") % {"n": fmt.number(view.page.total)}),
        Figure(_("Dipenuhi"), fmt.number(count.get(PledgeState.KEPT, 0)), _("janji")),
        Figure(_("Sesuai janji"), fmt.number(count.get(PledgeState.RUNNING, 0)), _("janji")),
        Figure(_("Di bawah janji"), fmt.number(behind), _("janji")),
        Figure(
            _("Sudah terlaksana"), fmt.rupiah_short(view.delivered_idr), exact=fmt.rupiah(view.delivered_idr),
            source=fmt.day_short(clock.today()),
        ),
    ]  # fmt: skip


def _chart(view: PartnersView) -> Bars | None:
    if not view.shown:
        return None
    behind = [row for row in view.shown if row.state is PledgeState.BEHIND]
    title = (
        _("%(name)s belum memenuhi janjinya") % {"name": behind[0].partner}
        if len(behind) == 1
        else _("%(n)s janji di bawah yang seharusnya") % {"n": fmt.number(len(behind))}
        if behind
        else _("Semua mitra memenuhi janjinya sampai hari ini")
    )
    bars = tuple(
        Bar(
            row.partner, min(1.0, row.delivered / max(row.due, 1)), so_far(row),
            reverse("office:partner", args=[row.id]),
        )
        for row in view.shown
    )  # fmt: skip
    return Bars(title, bars, _("Batang penuh: semua yang seharusnya sudah datang sampai hari ini, datang."))


@office_page("programme.read")
def partner(request: OfficeRequest, pledge_id: UUID) -> HttpResponse:
    """One pledge with everything that came of it; its office records, strikes and closes here."""
    view = pledge_of(actor=request.actor, pledge_id=pledge_id)
    row = view.row
    posted = request.POST if request.method == "POST" else None
    if posted is not None and not row.mine:
        raise Problem("not_allowed", role=request.actor.role, permission="market.manage")
    sent = posted.get("aksi") if posted else ""
    come = DeliveryForm(
        posted if sent == "catat" else None, suppliers=view.suppliers, initial={"occurred_on": clock.today()}
    )
    close, change = (
        WhyForm(posted if sent == "tutup" else None),
        PledgeForm(posted if sent == "ubah" else None, initial=_initial(row), auto_id="ubah-%s"),
    )
    problem = act_on(
        request,
        {
            "catat": lambda: _record(request, row, come),
            "coret": lambda: _strike(request),
            "tutup": lambda: _close(request, row, close),
            "ubah": lambda: _change(request, row, change),
        },
    )
    if isinstance(problem, HttpResponse):
        return problem
    return show(request, _page(view, come, close, change), problem=problem)


def _initial(row: PledgeRow) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name in PledgeForm.base_fields}


def _page(view: PledgeView, come: DeliveryForm, close: WhyForm, change: PledgeForm) -> WorkPage:
    row = view.row
    open_now = row.mine and row.closed_on is None
    acts = (Act("catat", _("Catat yang datang"), come, primary=True),) if open_now else ()
    standing = [line for line in view.deliveries if line.struck_on is None]
    parts = [
        Part(
            _("Yang sudah datang"),
            bars=_months(standing, row),
            table=_lines(view.deliveries, row),
            code="datang",
        ),
        Part(_("Janji"), facts=_facts(row), code="janji"),
    ]
    if open_now:
        parts.insert(1, Part(_("Catat yang datang"), acts=acts, code="catat"))
        if standing:
            parts.append(Part(_("Coret yang keliru"), _("Baris yang dicoret tetap terbaca, tetapi tidak dihitung."),
                              acts=_strikes(standing), code="coret"))  # fmt: skip
        parts.append(
            Part(
                _("Ubah atau tutup"),
                acts=(
                    Act("ubah", _("Simpan perubahan"), change, summary=_("Ubah janji")),
                    Act("tutup", _("Tutup janji"), close, summary=_("Tutup sebelum waktunya"),
                        note=_("Setelah ditutup tidak ada lagi yang ditagih; yang sudah datang tetap tercatat.")),
                ),
                code="ubah",
            )
        )  # fmt: skip
    return WorkPage(
        title=row.partner,
        lead=(row.what, volume(row), badge_of(row.state).text),
        figures=_pledge_figures(row),
        parts=parts,
        crumbs=(Crumb(_("Mitra"), reverse("office:partners")), Crumb(row.partner)),
    )


def _pledge_figures(row: PledgeRow) -> list[Figure]:
    shown = [
        Figure(_("Sudah datang"), fmt.number(row.delivered), row.unit,
               compare=_("seharusnya %(n)s sampai hari ini") % {"n": fmt.number(row.due)}),
        Figure(_("Nilainya"), fmt.rupiah_short(row.delivered_idr), exact=fmt.rupiah(row.delivered_idr)),
    ]  # fmt: skip
    if row.promised is not None:
        shown.insert(1, Figure(_("Janji seluruhnya"), fmt.number(row.promised), row.unit,
                               compare=fmt.rupiah_short(row.promised_idr)))  # fmt: skip
    return shown


def _facts(row: PledgeRow) -> list[Fact]:
    until = fmt.day(row.ends_on) if row.ends_on else _("tanpa batas waktu")
    facts = [
        Fact(_("Mitra"), words.join((row.partner, str(WHO.get(row.partner_kind, ""))))),
        Fact(_("Bentuk"), str(GIVES[row.kind])),
        Fact(_("Jumlah"), volume(row)),
        Fact(_("Harga atau nilai per satuan"), fmt.rupiah(row.unit_price_idr)),
        Fact(_("Berlaku"), _("%(start)s sampai %(end)s") % {"start": fmt.day(row.starts_on), "end": until}),
    ]
    if row.supplier_kind:
        facts.append(Fact(_("Jenis usaha"), words.kind(row.supplier_kind)))
    if row.contact:
        facts.append(Fact(_("Kontak"), row.contact))
    if row.programme_code:
        facts.append(Fact(_("Program"), row.programme_code, way("office:programme", row.programme_code)))
    if row.closed_on:
        facts.append(Fact(_("Ditutup"), words.join((fmt.day(row.closed_on), row.closed_reason))))
    return facts


def _months(lines: list[DeliveryRow], row: PledgeRow) -> Bars | None:
    """What came in each month, the latest twelve; one delivery alone needs no picture."""
    summed: dict[Any, int] = {}
    for line in lines:
        month = line.occurred_on.replace(day=1)
        summed[month] = summed.get(month, 0) + line.quantity
    if len(summed) < 2:
        return None
    last = sorted(summed.items())[-12:]
    most = max(count for _month, count in last)
    best = max(last, key=lambda item: item[1])
    return Bars(
        _("Paling banyak pada %(month)s: %(n)s %(unit)s")
        % {"month": fmt.month(best[0]), "n": fmt.number(best[1]), "unit": row.unit},
        tuple(Bar(fmt.month(month), count / most, f"{fmt.number(count)} {row.unit}") for month, count in last),
    )


def _lines(lines: tuple[DeliveryRow, ...], row: PledgeRow) -> Table:
    return Table(
        caption=_("Yang sudah datang"),
        columns=(
            Column(_("Tanggal")), Column(_("Usaha")), Column(_("Jumlah"), "right"), Column(_("Nilai"), "right"),
            Column(_("Catatan")),
        ),
        rows=tuple(
            (
                Cell(fmt.day(line.occurred_on), struck=line.struck_on is not None),
                Cell(line.business, way("office:business", line.enterprise_id) if line.enterprise_id else ""),
                Cell(f"{fmt.number(line.quantity)} {row.unit}"),
                Cell(fmt.rupiah(line.value_idr)),
                Cell(_("dicoret: %(why)s") % {"why": line.struck_reason} if line.struck_on else line.note),
            )
            for line in lines
        ),
        foot=(Cell(_("Jumlah")), Cell(), Cell(f"{fmt.number(row.delivered)} {row.unit}"),
              Cell(fmt.rupiah(row.delivered_idr)), Cell()) if lines else (),
        caption_hidden=True,
        empty_title=_("Belum ada yang datang"),
        empty_text=_("Yang dijanjikan baru berarti setelah datang: catat setiap penyerahan atau pembelian."),
        fold=12,
    )  # fmt: skip


def _strikes(lines: list[DeliveryRow]) -> tuple[Act, ...]:
    return tuple(
        Act(
            "coret", _("Coret"), WhyForm(auto_id=f"coret-{line.id}-%s"),
            summary=_("Coret %(on)s, %(n)s") % {"on": fmt.day_short(line.occurred_on), "n": fmt.number(line.quantity)},
            hidden={"baris": str(line.id)},
        )
        for line in lines[:12]
    )  # fmt: skip


def _record(request: OfficeRequest, row: PledgeRow, form: DeliveryForm) -> str:
    told = NewDelivery(id=new_id(), pledge_id=row.id, **cleaned(form))
    pledges.record_deliveries_many(actor=request.actor, deliveries=[told])
    return _("Tercatat: %(n)s %(unit)s.") % {"n": fmt.number(told.quantity), "unit": row.unit}


def _strike(request: OfficeRequest) -> str:
    pledges.strike_delivery(
        actor=request.actor, delivery_id=id_of(request, "baris"), reason=request.POST.get("reason", "")[:200]
    )
    return _("Baris dicoret.")


def _close(request: OfficeRequest, row: PledgeRow, form: WhyForm) -> str:
    pledges.close_pledge(
        actor=request.actor, pledge_id=row.id, reason=cleaned(form)["reason"], on=clock.today()
    )  # fmt: skip
    return _("Janji ditutup.")


def _change(request: OfficeRequest, row: PledgeRow, form: PledgeForm) -> str:
    pledges.save_pledges_many(actor=request.actor, pledges=[form.row(row.id, row.programme_code)])
    return _("Perubahan tersimpan.")
