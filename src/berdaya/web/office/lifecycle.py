"""Changes of one group on one page: founding, officers, members, sponsor, funds, merger, split, end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.funds.services import open_fund
from berdaya.funds.types import FundDraft, FundKind
from berdaya.governance.services.changes import record_founding
from berdaya.groups.services import name_sponsor
from berdaya.groups.types import Position
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process import lifecycle
from berdaya.process.lifecycle import LifeView
from berdaya.web.components.parts import Badge, Crumb, Fact
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import group_facts, words
from berdaya.web.office.acting import ids_of
from berdaya.web.office.fund_opening import FUNDS
from berdaya.web.office.funds import kind_name
from berdaya.web.office.lifecycle_forms import (
    ElectionForm,
    EndForm,
    JoinForm,
    LeaveForm,
    MergeForm,
    MinutesForm,
    SplitForm,
    SponsorForm,
)
from berdaya.web.office.sections import Act, Link, Part, Search, Ticks, WorkPage, act, cleaned, show
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page


class Changing:
    """One request to the page: its forms, and what each button does."""

    def __init__(self, request: OfficeRequest, view: LifeView) -> None:
        self.request, self.view, self.actor = request, view, request.actor
        self.search = request.GET.get("cari", "").strip()[:60]
        self.people = (
            lifecycle.people_for(actor=self.actor, group_id=view.id, search=self.search) if self.search else ()
        )
        self.forms: dict[str, Any] = {
            "pendirian": self._form(MinutesForm, "pendirian", {"on": view.founded_on or clock.today()}),
            "pemilihan": self._form(ElectionForm, "pemilihan", view=view),
            "masuk": self._form(JoinForm, "masuk", people=self.people),
            "keluar": self._form(LeaveForm, "keluar", view=view),
            "pembina": self._form(SponsorForm, "pembina", dict(zip(("kind", "name"), view.sponsor, strict=True))),
            "gabung": self._form(MergeForm, "gabung", view=view),
            "bagi": self._form(SplitForm, "bagi"),
            "bubar": self._form(EndForm, "bubar", view=view),
            "lengkapi": self._form(group_facts.FactsForm, "lengkapi", group_facts.facts_of(view)),
            "pindah": self._form(group_facts.MoveForm, "pindah", near=view.area),
            **{f"dana-{kind}": self._form(form, f"dana-{kind}") for kind, form in FUNDS.items()},
        }
        self.away = ""

    def _form(
        self, kind: type[forms.Form], code: str, initial: dict[str, Any] | None = None, **more: Any
    ) -> forms.Form:
        posted = self.request.POST if self.request.POST.get("aksi") == code else None
        return kind(posted, initial=initial, auto_id=f"{code}-%s", **more)

    def doings(self) -> dict[str, Callable[[], str]]:
        """What each button does, by its code."""
        return {
            "pendirian": self._founding,
            "pemilihan": self._election,
            "masuk": self._join,
            "keluar": self._leave,
            "pembina": self._sponsor,
            "gabung": self._merge,
            "bagi": self._split,
            "bubar": self._end,
            "lengkapi": lambda: group_facts.complete(self.actor, self.view, cleaned(self.forms["lengkapi"])),
            "pindah": self._move,
            **{f"dana-{kind}": lambda kind=kind: self._fund(kind) for kind in FUNDS},  # type: ignore[misc]
        }

    def _founding(self) -> str:
        facts = cleaned(self.forms["pendirian"])
        record_founding(actor=self.actor, group_id=self.view.id, **facts)
        return _("Pendirian tercatat.")

    def _election(self) -> str:
        facts = cleaned(self.forms["pemilihan"])
        officers = {position: facts[position.value] for position in Position}
        count = lifecycle.elect(
            actor=self.actor, group_id=self.view.id, on=facts["on"], present=facts["present"], officers=officers,
            rule=facts["rule"],
        )  # fmt: skip
        return _("%(n)s pengurus memegang jabatan.") % {"n": count}

    def _join(self) -> str:
        facts = cleaned(self.forms["masuk"])
        number = lifecycle.take_in(actor=self.actor, group_id=self.view.id, person=facts["person"], on=facts["on"])
        return _("Anggota nomor %(n)s masuk.") % {"n": number}

    def _leave(self) -> str:
        facts = cleaned(self.forms["keluar"])
        gone = next(row for row in self.view.members if row.person == facts["person"])
        short = lifecycle.let_go(
            actor=self.actor, group_id=self.view.id, person=gone.person, on=facts["on"], reason=facts["reason"]
        )
        said = [_("Anggota nomor %(n)s keluar.") % {"n": gone.number}]
        if gone.debt_idr:
            said.append(_("Utangnya %(amount)s tetap ditagih.") % {"amount": fmt.rupiah(gone.debt_idr)})
        if short:
            said.append(_("Anggota kini kurang dari %(n)s orang.") % {"n": self.view.limits.smallest})
        return " ".join(said)

    def _sponsor(self) -> str:
        facts = cleaned(self.forms["pembina"])
        name_sponsor(actor=self.actor, group_id=self.view.id, kind=facts["kind"], name=facts["name"].strip())
        return _("Pembina dicatat.") if facts["kind"] else _("Kelompok kini tanpa pembina.")

    def _fund(self, kind: FundKind) -> str:
        form = self.forms[f"dana-{kind}"]
        facts = cleaned(form)
        if facts["on"] > clock.today():
            raise Problem("funds.future", day=facts["on"])
        draft = FundDraft(new_id(), self.view.id, facts["on"], kind, rules=form.rules())
        self.away = reverse("office:fund", args=[open_fund(actor=self.actor, draft=draft)])
        return _("Dana dibuka. Catat modal, ternak atau pertemuan pertamanya.")

    def _merge(self) -> str:
        form = self.forms["gabung"]
        facts = cleaned(form)
        lifecycle.join_other(
            actor=self.actor, group_id=self.view.id, into=facts["into"], on=facts["on"], present=facts["present"],
            minutes=facts["minutes"], settlement=form.settlement(),
        )  # fmt: skip
        self.away = reverse("office:governance", args=[facts["into"]])
        return _("Kelompok digabung; semua anggota pindah.")

    def _split(self) -> str:
        facts = cleaned(self.forms["bagi"])
        fresh = lifecycle.divide(
            actor=self.actor, group_id=self.view.id, people=ids_of(self.request, "pindah"), name=facts["name"],
            code=facts["code"], on=facts["on"], present=facts["present"], minutes=facts["minutes"],
        )  # fmt: skip
        self.away = reverse("office:governance", args=[fresh])
        return _("Kelompok baru berdiri. Pilih pengurusnya.")

    def _move(self) -> str:
        said, self.away = group_facts.move(self.actor, self.view, cleaned(self.forms["pindah"]))
        return said

    def _end(self) -> str:
        form = self.forms["bubar"]
        facts = cleaned(form)
        lifecycle.end(
            actor=self.actor, group_id=self.view.id, on=facts["on"], present=facts["present"],
            minutes=facts["minutes"], settlement=form.settlement(),
        )  # fmt: skip
        self.away = reverse("office:governance", args=[self.view.id])
        return _("Kelompok diakhiri.")


@office_page("group.manage")
def changing(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """The page, and each of its buttons."""
    page = Changing(request, lifecycle.life_of(actor=request.actor, group_id=group_id))
    done = act(request, page.doings())
    if isinstance(done, HttpResponse):
        return HttpResponseRedirect(page.away or reverse("office:lifecycle", args=[group_id]))
    if done is not None:
        form = page.forms[request.POST["aksi"]]
        form.full_clean()
        if not form.errors:
            form.add_error(None, told(done))
    return show(request, _page(page), problem=done)


def _page(page: Changing) -> WorkPage:
    view = page.view
    back = reverse("office:governance", args=[view.id])
    return WorkPage(
        title=_("Ubah %(name)s") % {"name": view.name},
        lead=(
            view.code,
            _("%(n)s anggota") % {"n": len(view.members)},
            _("aturan program: %(least)s sampai %(most)s")
            % {"least": view.limits.smallest, "most": view.limits.largest},
        ),
        parts=(
            group_facts.part(view, page.forms["lengkapi"], page.forms["pindah"]),
            _officers(page),
            _members(page),
            _sponsor(page),
            _funds(page),
            _ends(page),
        ),
        crumbs=(
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(view.name, reverse("office:group", args=[view.id])),
            Crumb(_("Kartu dan aturan"), back),
            Crumb(_("Ubah")),
        ),
        fake=view.synthetic,
    )


def _officers(page: Changing) -> Part:
    facts = [
        Fact(
            words.position(row.position),
            f"{row.name} · {_('sampai %(on)s') % {'on': fmt.day(row.until)}}",
            badge=Badge(_("masa jabatan lewat"), "warn", "half") if row.over else None,
        )
        for row in page.view.officers
    ]
    acts = [
        Act("pemilihan", _("Simpan pengurus"), page.forms["pemilihan"], _("Catat pemilihan pengurus"),
            _("Pengurus lama selesai pada tanggal itu. Yang hadir lebih dari separuh anggota."), primary=True),
    ]  # fmt: skip
    if not page.view.founding_known:
        acts.append(Act("pendirian", _("Simpan pendirian"), page.forms["pendirian"], _("Catat rapat pendirian")))
    text = "" if facts else _("Belum ada pengurus yang dicatat.")
    return Part(_("Pengurus"), text=text, facts=facts, acts=acts, code="pengurus")


def _members(page: Changing) -> Part:
    view = page.view
    rows = tuple(
        (
            Cell(f"{row.number}. {row.name}", sub=words.position(row.position) if row.position else ""),
            Cell(row.from_village or _("desa kelompok")),
            Cell(fmt.rupiah(row.debt_idr) if row.debt_idr else ""),
        )
        for row in view.members
    )
    table = Table(
        caption=_("Anggota"),
        columns=(Column(_("Anggota")), Column(_("Tinggal di")), Column(_("Utang"), "right")),
        rows=rows,
        empty_title=_("Belum ada anggota"),
        empty_text=_("Cari orangnya di bawah, lalu catat sebagai anggota."),
    )
    acts = [Act("keluar", _("Simpan"), page.forms["keluar"], _("Catat anggota keluar"))] if view.members else []
    if page.people:
        taken = [row.name for row in page.people if row.taken]
        note = _("Sudah di kelompok lain: %(names)s.") % {"names": ", ".join(taken)} if taken else ""
        acts.insert(0, Act("masuk", _("Masukkan"), page.forms["masuk"], note=note, primary=True))
    found = ""
    if page.search and not page.people:
        found = _("Tidak ada orang bernama %(name)s di wilayah kantor ini.") % {"name": page.search}
    return Part(_("Anggota"), text=found, table=table, acts=acts, code="anggota",
                search=Search(_("Cari nama, atau empat angka terakhir NIK"), page.search, "#anggota"))  # fmt: skip


def _sponsor(page: Changing) -> Part:
    kind, name = page.view.sponsor
    facts = [Fact(words.sponsor(kind), name)] if kind else []
    act_ = Act("pembina", _("Simpan pembina"), page.forms["pembina"], _("Ganti lembaga pembina"))
    return Part(
        _("Lembaga pembina"), text="" if facts else _("Tanpa pembina."), facts=facts, acts=[act_], code="pembina"
    )


def _funds(page: Changing) -> Part:
    view = page.view
    kept = {kind for _key, kind in view.funds}
    notes = {
        FundKind.CASH_TURNS: _("Uang bergulir dari satu anggota ke anggota berikutnya."),
        FundKind.VSLA: _("Anggota membeli saham, meminjam sedikit, dan membagi hasil setahun sekali."),
        FundKind.GOODS_TURNS: _("Ternak dipelihara, beranak, lalu digulirkan."),
    }
    return Part(
        _("Dana"),
        text="" if view.funds else _("Kelompok ini belum punya buku dana."),
        links=[Link(kind_name(kind), reverse("office:fund", args=[key])) for key, kind in view.funds],
        acts=[
            Act(f"dana-{kind}", _("Buka dana"), page.forms[f"dana-{kind}"],
                _("Buka %(kind)s") % {"kind": kind_name(kind)}, notes[kind])
            for kind in FUNDS if kind.value not in kept
        ],
        code="dana",
    )  # fmt: skip


def _ends(page: Changing) -> Part:
    view = page.view
    names = {
        "cash": _("kas"), "bank": _("bank"), "debt": _("utang anggota"), "goods": _("ternak atau barang bergulir"),
        "assets": _("aset tanpa pemilik"),
    }  # fmt: skip
    matters = ", ".join(
        f"{names[name]} {fmt.number(amount) if name in {'goods', 'assets'} else fmt.rupiah(amount)}"
        for name, amount in view.matters.items()
    )
    text = _("Sebelum berakhir: selesaikan %(matters)s.") % {"matters": matters} if matters else ""
    ticks = Ticks("pindah", _("Yang pindah ke kelompok baru"), tuple(
        (str(row.membership), f"{row.number}. {row.name}", words.position(row.position) if row.position else "",
         str(row.membership) in page.request.POST.getlist("pindah"))
        for row in view.members
    ))  # fmt: skip
    return Part(
        _("Bagi, gabung, akhiri"),
        text=text,
        ticks=ticks,
        acts=[
            Act("bagi", _("Bagi kelompok"), page.forms["bagi"], _("Bagi menjadi dua kelompok"),
                _("Buku dana tetap di kelompok ini.")),
            Act("gabung", _("Gabungkan"), page.forms["gabung"], _("Gabung ke kelompok lain"),
                _("Semua anggota pindah; kelompok ini berakhir. Buku dananya harus kosong.")),
            Act("bubar", _("Akhiri kelompok"), page.forms["bubar"], _("Akhiri kelompok"),
                _("Uang sudah dibagi, utang lunas, dan setiap barang punya pemilik.")),
        ],
        code="akhir",
    )  # fmt: skip
