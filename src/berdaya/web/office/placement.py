"""The planner's page of a programme: match, ask what if, fix seats, see what is short."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.areas.codes import parse_code
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.overview.placement import PlacementFilter, PlacementView, placement_view
from berdaya.process.overview.resources import office_catalogue
from berdaya.training import services
from berdaya.training.shipped import Part as CataloguePart
from berdaya.training.texts import change_text, placement_text
from berdaya.training.values import NewArrangement, NewClass, PlacementLine, RunLine, WhatIf, WhatIfChange
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import words
from berdaya.web.office.class_forms import ArrangementForm, ClassForm, WhatIfForm
from berdaya.web.office.sections import Act, Link, Part, WorkPage, act, cleaned, show
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest, office_page, way


@office_page("programme.read")
def placement(request: OfficeRequest, code: str) -> HttpResponse:
    """Runs, classes, what one more seat brings, resources without a course, people and why."""
    view = placement_view(actor=request.actor, code=code, filters=PlacementFilter.parse(request.GET))
    posted = request.POST if request.method == "POST" else None
    aim = posted.get("aksi", "") if posted else ""
    asked = WhatIfForm(posted if aim == "andai" else None, auto_id="andai-%s")
    fixed = ArrangementForm(posted if aim == "tetapkan" else None, auto_id="tetap-%s")
    planned = ClassForm(posted if aim == "kelas" else None, kinds=_kinds(request), auto_id="kelas-%s")
    answers: list[WhatIf] = []
    answer = None
    if view.mine:
        answer = _ask(request, view, asked, answers) if aim == "andai" else act(request, {
            "hitung": partial(_propose, request, view, keep=True),
            "ulang": partial(_propose, request, view, keep=False),
            "tetapkan": partial(_arrange, request, view, fixed),
            "kelas": partial(_class, request, view, planned),
        })  # fmt: skip
    elif posted is not None:
        raise Problem("not_found")
    if isinstance(answer, HttpResponse):
        return answer
    page = WorkPage(
        title=_("Penempatan"),
        lead=(view.name,),
        figures=_figures(view),
        crumbs=(
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(view.name, way("office:programme", code)),
            Crumb(_("Penempatan")),
        ),
        parts=_parts(request, view, (asked, fixed, planned), answers[0] if answers else None),
        fake=view.synthetic,
    )
    return show(request, page, problem=answer if isinstance(answer, Problem) else None)


def _kinds(request: OfficeRequest) -> list[tuple[str, str]]:
    """Kinds of business that the office's own catalogue offers, by name."""
    offered = office_catalogue(actor=request.actor).offered(CataloguePart.KIND)
    return sorted(((code, item.name(fmt.language())) for code, item in offered.items()), key=lambda pair: pair[1])


def _propose(request: OfficeRequest, view: PlacementView, *, keep: bool) -> str:
    made = services.propose_placements(actor=request.actor, programme_id=view.programme_id, keep=keep)
    return _("Hitungan %(number)s: %(placed)s mendapat kursi, selisih bukti %(gap)s. Menunggu pejabat kedua.") % {
        "number": made.number, "placed": fmt.number(made.placed), "gap": fmt.percent(made.gap, 1, 2),
    }  # fmt: skip


def _arrange(request: OfficeRequest, view: PlacementView, form: ArrangementForm) -> str:
    rows = [NewArrangement(**cleaned(form))]
    services.arrange_many(actor=request.actor, programme_id=view.programme_id, rows=rows)
    return _("Ketetapan tersimpan; berlaku pada hitungan berikutnya.")


def _class(request: OfficeRequest, view: PlacementView, form: ClassForm) -> str:
    facts = dict(cleaned(form))
    provides = tuple(name for name in ("interpreter", "childcare", "transport") if facts.pop(name))
    kind = facts.pop("kind")
    try:
        area = parse_code(facts.pop("area"))
    except ValueError as error:
        raise Problem("invalid_form", detail=_("Kode wilayah")) from error
    row = NewClass(
        **(facts | {"minimum": facts["minimum"] or 0, "cost_idr": facts["cost_idr"] or 0}),
        area=area, kinds=(kind,) if kind else (), provides=provides,
    )  # fmt: skip
    services.create_classes_many(actor=request.actor, programme_id=view.programme_id, rows=[row])
    return _("Kelas %(code)s tersimpan.") % {"code": row.code}


def _ask(request: OfficeRequest, view: PlacementView, form: WhatIfForm, answers: list[WhatIf]) -> Problem | None:
    try:
        facts = dict(cleaned(form))
        keep = not facts.pop("release")
        change = WhatIfChange(**(facts | {"more_seats": facts["more_seats"] or 0}), keep=keep)
        answers.append(services.what_if(actor=request.actor, programme_id=view.programme_id, change=change))
    except Problem as problem:
        return shown(problem)
    return None


def _figures(view: PlacementView) -> list[Figure]:
    if view.run is None:
        return []
    facts = view.run.summary
    placed, out = int(str(facts.get("placed", 0))), int(str(facts.get("unplaced", 0)))
    return [
        Figure(_("Mendapat kursi"), fmt.number(placed), compare=_("dari %(n)s orang") % {"n": fmt.number(placed + out)},
               source=_("hitungan %(n)s") % {"n": view.run.number}),
        Figure(_("Pilihan pertama"), fmt.percent(view.run.first_choice_share)),
        Figure(_("Selisih bukti"), fmt.percent(view.run.gap, 1, 2),
               source=_("nol berarti terbukti terbaik") if view.run.gap else _("terbukti terbaik")),
    ]  # fmt: skip


def _parts(
    request: OfficeRequest,
    view: PlacementView,
    forms: tuple[WhatIfForm, ArrangementForm, ClassForm],
    answer: WhatIf | None,
) -> list[Part]:
    asked, fixed, planned = forms
    proposes = view.mine and can(request.actor, "placement.propose")
    plans = view.mine and can(request.actor, "class.plan")
    solve = [
        Act("hitung", _("Hitung penempatan"), primary=True,
            note=_("Kursi yang sudah terbit dipertahankan; berlaku setelah pejabat kedua menyetujui.")),
        Act("ulang", _("Hitung ulang dari awal"), note=_("Melepaskan kursi yang sudah terbit.")),
    ]  # fmt: skip
    parts = [
        Part(
            _("Kelas"),
            bars=_bars(view),
            table=_classes(view),
            acts=[*([Act("kelas", _("Simpan kelas"), planned, _("Tambah atau ubah kelas"))] if plans else []),
                  *(solve if proposes else [])],
            code="kelas",
        ),
        Part(_("Kelas kekurangan kursi"), table=_short(view), code="kursi"),
        Part(_("Sumber daya tanpa kelas"), table=_idle(view), code="sumber-daya"),
    ]  # fmt: skip
    if proposes:
        parts.append(
            Part(
                _("Bagaimana jika"),
                facts=_answer(answer) if answer else (),
                acts=[Act("andai", _("Hitung pengandaian"), asked, _("Ubah kursi, jarak, atau anggaran"),
                          note=_("Dihitung penuh, tidak disimpan, dan tidak mengubah yang sudah terbit."))],
                code="andai",
            )
        )  # fmt: skip
        parts.append(
            Part(
                _("Ketetapan"),
                table=_arranged(view),
                acts=[Act("tetapkan", _("Simpan ketetapan"), fixed, _("Tetapkan kursi atau duduk bersama"))],
                code="ketetapan",
            )
        )
    groups = way("office:group-proposals", view.code)
    if groups:
        parts.append(Part(_("Kelompok"), links=[Link(_("Kelompok dari kelas"), groups)], code="kelompok"))
    if view.runs:
        parts.append(Part(_("Hitungan"), table=_runs(view), code="hitungan"))
        parts.append(Part(_("Orang dan alasannya"), table=_people(view), code="orang"))
    return parts


def _bars(view: PlacementView) -> Bars | None:
    rows = [c for c in view.classes if c.seats][:20]
    if not rows:
        return None
    full = sum(c.placed >= c.seats for c in rows)
    title = _("%(full)s dari %(all)s kelas penuh") % {"full": full, "all": len(rows)}
    return Bars(title, tuple(Bar(c.name, min(1.0, c.placed / c.seats), f"{c.placed}/{c.seats}") for c in rows))


def _classes(view: PlacementView) -> Table:
    columns = (Column(_("Kelas")), Column(_("Kursi"), "right"), Column(_("Peserta"), "right"),
               Column(_("Pilihan pertama"), "right"), Column(_("Satu kursi lagi")))  # fmt: skip
    rows = tuple(
        (
            Cell(f"{c.code} {c.name}", way("office:class", c.id), c.venue,
                 badge=Badge(_("tidak dibuka"), "warn", "half") if c.closed else None),
            Cell(fmt.number(c.seats), sub=_("min. %(n)s") % {"n": c.minimum} if c.minimum else ""),
            Cell(fmt.number(c.placed)),
            Cell(fmt.number(c.first_choice)),
            Cell(_gain(c.more_placed, c.more_points)),
        )
        for c in view.classes
    )  # fmt: skip
    return Table(
        caption=_("Kelas program ini"), columns=columns, rows=rows, empty_title=_("Belum ada kelas"),
        empty_text=_("Tambahkan kelas di bawah, atau unggah classes.xlsx pada langkah program."),
    )  # fmt: skip


def _gain(placed: int, points: int) -> str:
    if placed:
        return _("%(n)s orang lagi mendapat kursi") % {"n": placed}
    return _("kecocokan naik %(n)s") % {"n": fmt.number(points / 1000, 1)} if points else ""


def _short(view: PlacementView) -> Table:
    columns = (Column(_("Kelas")), Column(_("Kursi"), "right"), Column(_("Peminat utama"), "right"),
               Column(_("Satu kursi lagi membawa")))  # fmt: skip
    rows = tuple(
        (Cell(f"{n.code} {n.name}"), Cell(fmt.number(n.seats)), Cell(fmt.number(n.first_choice)),
         Cell(_gain(n.placed, n.points)))
        for n in view.planner.seats
    )  # fmt: skip
    return Table(
        caption=_("Dihitung ulang dengan satu kursi lagi"), columns=columns, rows=rows,
        empty_title=_("Tidak ada kelas yang kekurangan kursi"), empty_text=_("Satu kursi lagi tidak mengubah apa pun."),
    )  # fmt: skip


def _idle(view: PlacementView) -> Table:
    columns = (
        Column(_("Desa")),
        Column(_("Sumber daya")),
        Column(_("Kekuatan"), "right"),
        Column(_("Kelas yang cocok")),
    )
    rows = tuple(
        (
            Cell(view.places.get(i.area, "")),
            Cell(words.resource(i.resource)),
            Cell(f"{i.strength}/3"),
            Cell(", ".join(words.kind(k) for k in i.kinds[:4])),
        )
        for i in view.planner.idle
    )
    return Table(
        caption=_("Sumber daya kuat tanpa kelas dalam jangkauan"), columns=columns, rows=rows, fold=10,
        empty_title=_("Semua sumber daya kuat mempunyai kelas"),
        empty_text=_("Catat sumber daya desa lebih lengkap agar daftar ini berguna."),
    )  # fmt: skip


def _answer(answer: WhatIf) -> list[Fact]:
    difference = answer.placed - answer.published_placed
    return [
        Fact(_("Mendapat kursi"), _("%(n)s (%(d)s dari yang terbit)") % {
            "n": fmt.number(answer.placed), "d": f"{difference:+d}"}),
        Fact(_("Pilihan pertama"), fmt.number(answer.first_choice)),
        Fact(_("Pindah dari yang terbit"), _("%(n)s orang") % {"n": fmt.number(answer.moved)}),
        Fact(_("Tidak dibuka"), ", ".join(answer.closed) or "–"),
        Fact(_("Selisih bukti"), f"{fmt.percent(answer.gap, 1, 2)} ({answer.method})"),
        Fact(_("Isi kelas"), ", ".join(f"{code} {n}/{seats}" for code, (n, seats) in list(answer.fill.items())[:30])),
    ]  # fmt: skip


def _arranged(view: PlacementView) -> Table:
    columns = (Column(_("Orang")), Column(_("Kelas atau bersama")), Column(_("Alasan")))
    rows = tuple((Cell(f"{ref}. {name}"), Cell(what), Cell(note)) for ref, name, what, note in view.arrangements)
    return Table(
        caption=_("Kursi tetap dan duduk bersama"), columns=columns, rows=rows,
        empty_title=_("Belum ada ketetapan"), empty_text=_("Tanpa ketetapan semua orang ditempatkan oleh hitungan."),
    )  # fmt: skip


def _runs(view: PlacementView) -> Table:
    columns = (Column(_("Hitungan")), Column(_("Mendapat kursi"), "right"), Column(_("Pilihan pertama"), "right"),
               Column(_("Selisih bukti"), "right"), Column(_("Cara")), Column(_("Keadaan")))  # fmt: skip
    return Table(caption=_("Hitungan"), columns=columns, rows=tuple(_run(view, r) for r in view.runs))


def _run(view: PlacementView, r: RunLine) -> tuple[Cell, ...]:
    waits = r.approval_id is not None and r.checked_by is None
    href = way("office:approve", view.code, r.approval_id) if waits and r.approval_id else ""
    state = Badge(_("terbit"), "good") if r.published else Badge(_("menunggu pejabat kedua"), "warn", "half")
    return (
        Cell(str(r.number), href),
        Cell(str(r.summary.get("placed", ""))),
        Cell(fmt.percent(r.first_choice_share)),
        Cell(fmt.percent(r.gap, 1, 2)),
        Cell(str(r.summary.get("method", ""))),
        Cell(badge=state),
    )


def _people(view: PlacementView) -> Table:
    columns = (Column(_("Orang")), Column(_("Kelas")), Column(_("Mengapa")), Column(_("Yang akan mengubahnya")))
    return Table(
        caption=_("Lima puluh orang pertama"),
        columns=columns,
        rows=tuple(_line(view, p) for p in view.people),
        fold=10,
    )


def _line(view: PlacementView, p: PlacementLine) -> tuple[Cell, ...]:
    language = fmt.language()
    why = placement_text(p.reason, class_code=p.class_code, distance_m=p.distance_m, choice=p.choice, language=language)
    return (
        Cell(f"{p.ref}. {p.name}", way("office:decision", view.code, p.candidate_id), view.places.get(p.area, "")),
        Cell(p.class_code or "–"),
        Cell(why),
        Cell(change_text(p.reason, language=language)),
    )
