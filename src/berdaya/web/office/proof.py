"""What a programme can show for itself, on one page: places, capital, motivators, and the official rate beside it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.areas.codes import format_code
from berdaya.enterprises.rules.capital import Turning
from berdaya.kernel import formats as fmt
from berdaya.process.overview.common import places
from berdaya.process.overview.proof import Capital, Motivators, ProofView, QuotaRow
from berdaya.process.overview.proof import proof as proof_of
from berdaya.process.overview.steps import tells_steps
from berdaya.web.components.parts import Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.programmes import tabs
from berdaya.web.office.sections import Link, Part, WorkPage, show
from berdaya.web.session import OfficeRequest, office_page, way

SHOWN = 8


@office_page("report.read")
def proof(request: OfficeRequest, code: str) -> HttpResponse:
    """Evidence beyond the funnel: each section stands where the programme has it."""
    view = proof_of(actor=request.actor, code=code)
    parts = [part for part in (_quota(view), _capital(view), _motivators(view), _poverty(view)) if part]
    if not parts:
        parts = [Part(_("Belum ada yang dapat ditunjukkan"), _("Bagian muncul setelah kuota wilayah, barang, motivator "
                                                               "atau angka kemiskinan resmi tercatat."))]  # fmt: skip
    page = WorkPage(
        title=_("Bukti program"),
        lead=(view.name, _("keadaan %(on)s") % {"on": fmt.day(view.as_of)}),
        tabs=tabs(code, "proof", steps=tells_steps(actor=request.actor, code=code)),
        parts=parts,
        crumbs=(
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(view.name, reverse("office:programme", args=[code])),
            Crumb(_("Bukti program")),
        ),
    )
    return show(request, page)


def _quota(view: ProofView) -> Part | None:
    if not view.quotas:
        return None
    full = sum(row.selected == row.places for row in view.quotas)
    over = [row for row in view.quotas if row.selected > row.places]
    title = (
        _("%(name)s melebihi kuotanya") % {"name": over[0].name}
        if over
        else _("%(full)s dari %(all)s kuota wilayah terisi penuh, tidak ada yang terlewati")
        % {"full": fmt.number(full), "all": fmt.number(len(view.quotas))}
    )
    bars = tuple(_quota_bar(row, view.code) for row in view.quotas)
    total = _("Kuota seluruhnya %(n)s. Kuota di dalam kuota ikut mengikat.") % {
        "n": fmt.number(view.config.quota.total)
    }  # fmt: skip
    return Part(_("Kuota menurut wilayah"), bars=Bars(title, bars, total), code="kuota")


def _quota_bar(row: QuotaRow, code: str) -> Bar:
    share = row.selected / row.places if row.places else 0.0
    text = _("%(n)s dari %(all)s") % {"n": fmt.number(row.selected), "all": fmt.number(row.places)}
    listed = way("office:stage", code, "terpilih")
    return Bar(row.name, min(1.0, share), text, f"{listed}?area={format_code(row.area)}" if listed else "")


def _names() -> dict[Turning, str]:
    return {
        Turning.TURNED: _("berputar sampai sekarang"), Turning.STOPPED: _("pernah berputar, sekarang berhenti"),
        Turning.THERE: _("masih ada sebagai stok"),
        Turning.USED_UP: _("habis, tidak dibelikan lagi"), Turning.UNKNOWN: _("belum diketahui"),
    }  # fmt: skip


def _capital(view: ProofView) -> Part | None:
    capital = view.capital
    if capital is None:
        return None
    known = capital.businesses - capital.counts.get(Turning.UNKNOWN, 0)
    turned = capital.counts.get(Turning.TURNED, 0)
    bars = tuple(
        Bar(name, capital.counts.get(state, 0) / capital.businesses, fmt.number(capital.counts.get(state, 0)))
        for state, name in _names().items()
    )
    title = _("Pada %(share)s usaha bahan yang diberikan menjadi modal kerja yang masih berputar") % {
        "share": fmt.percent(turned, capital.businesses)
    }  # fmt: skip
    return Part(
        _("Barang yang menjadi modal kerja, bukan konsumsi"),
        _("Berputar: sejak diterima, penjualan dan belanja usaha masing-masing paling sedikit sebesar bahan yang "
          "diberikan, dan dalam tiga bulan terakhir masih belanja. Alat yang awet diperiksa sebagai aset."),
        figures=(
            Figure(_("Bahan yang diberikan"), fmt.rupiah_short(capital.given_idr), exact=fmt.rupiah(capital.given_idr),
                   compare=_("%(n)s usaha") % {"n": fmt.number(capital.businesses)}),
            Figure(_("Usaha dengan angka"), fmt.number(known), compare=_("dari kunjungan pendamping")),
            Figure(_("Dibelikan lagi"), fmt.number(capital.times, 1), _("kali"), compare=_("nilai tengah")),
        ),
        bars=Bars(title, bars, _("Belum diketahui: tidak ada angka dari kunjungan tiga bulan terakhir.")),
        table=_used_up(capital),
        code="modal",
    )  # fmt: skip


def _used_up(capital: Capital) -> Table | None:
    if not capital.used_up:
        return None
    return Table(
        caption=_("Tidak dibelikan lagi: tanyakan saat kunjungan"),
        columns=(
            Column(_("Usaha")), Column(_("Bahan diberikan"), "right"), Column(_("Penjualan"), "right"),
            Column(_("Belanja"), "right"), Column(_("Stok terakhir"), "right"),
        ),
        rows=tuple(
            (
                Cell(row.name, way("office:business", row.enterprise_id), row.place),
                Cell(fmt.rupiah(row.given_idr)),
                Cell(fmt.rupiah(row.turnover_idr)),
                Cell(fmt.rupiah(row.cost_idr)),
                Cell(fmt.rupiah(row.stock_idr)),
            )
            for row in capital.used_up
        ),
        fold=SHOWN,
    )  # fmt: skip


def _motivators(view: ProofView) -> Part | None:
    told = view.motivators
    if told is None:
        return None
    with_one = fmt.percent(told.alive, told.selected)
    title = _("%(share)s usaha pemula yang dikenalkan motivator masih berjalan") % {"share": with_one}
    bars = [Bar(_("dengan motivator"), _share(told.alive, told.selected), _part(told.alive, told.selected))]
    if told.alone_selected:
        bars.append(
            Bar(_("tanpa motivator"), _share(told.alone_alive, told.alone_selected),
                _part(told.alone_alive, told.alone_selected))
        )  # fmt: skip
    return Part(
        _("Motivator: keluarga yang mengenalkan keluarga lain"),
        _("Keluarga yang belum pernah berusaha dikenalkan oleh keluarga yang sudah. Dua kelompok ini tidak diundi, "
          "jadi selisihnya belum tentu karena motivator."),
        figures=(
            Figure(_("Motivator"), fmt.number(told.motivators)),
            Figure(_("Dikenalkan"), fmt.number(told.newcomers), compare=_("%(n)s terpilih") % {
                "n": fmt.number(told.selected)}),
        ),
        bars=Bars(title, tuple(bars), _("Masih berjalan: aktif atau lemah.")),
        table=_pairs(told),
        code="motivator",
    )  # fmt: skip


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _part(part: int, whole: int) -> str:
    return words_of(part, whole) if whole else "–"


def words_of(part: int, whole: int) -> str:
    """`73% · 88 dari 120`."""
    return _("%(share)s · %(n)s dari %(all)s") % {
        "share": fmt.percent(part, whole), "n": fmt.number(part), "all": fmt.number(whole)
    }  # fmt: skip


def _pairs(told: Motivators) -> Table:
    return Table(
        caption=_("Motivator dengan pemula terbanyak"),
        columns=(
            Column(_("Motivator")), Column(_("Dikenalkan"), "right"), Column(_("Terpilih"), "right"),
            Column(_("Masih berjalan"), "right"),
        ),
        rows=tuple(
            (
                Cell(row.name or "–", way("office:family", row.household_id) if row.household_id else ""),
                Cell(fmt.number(row.newcomers)),
                Cell(fmt.number(row.selected)),
                Cell(fmt.number(row.alive)),
            )
            for row in told.rows
        ),
        fold=SHOWN,
    )  # fmt: skip


def _poverty(view: ProofView) -> Part | None:
    rule = view.config.poverty
    if rule is None:
        return None
    area = places([rule.area]).get(rule.area, str(rule.area))
    first, last = rule.rates[0], rule.rates[-1]
    most = max(*(rate.percent for rate in rule.rates), rule.target_percent or 0) or 1
    bars = [
        Bar(fmt.month(rate.on), rate.percent / most, _percent(rate.percent)) for rate in rule.rates
    ]  # fmt: skip
    if rule.target_percent is not None:
        bars.append(
            Bar(_("sasaran %(year)s") % {"year": rule.target_year or ""}, rule.target_percent / most,
                _percent(rule.target_percent))
        )  # fmt: skip
    title = _("%(area)s: %(first)s pada %(then)s, %(last)s pada %(now)s") % {
        "area": area, "first": _percent(first.percent), "then": fmt.month(first.on),
        "last": _percent(last.percent), "now": fmt.month(last.on),
    }  # fmt: skip
    return Part(
        _("Di samping angka kemiskinan resmi"),
        _("Hasil program dan angka resmi berdiri berdampingan. Program ini menjangkau %(n)s keluarga; angka resmi "
          "bergerak oleh banyak hal lain. Naik atau turunnya bukan akibat program ini.")
        % {"n": fmt.number(view.businesses)},
        figures=(
            Figure(_("Usaha masih berjalan"), fmt.percent(view.alive, view.businesses),
                   compare=_("%(n)s dari %(all)s") % {"n": fmt.number(view.alive), "all": fmt.number(view.businesses)},
                   source=_("program ini")),
            Figure(_("Penduduk miskin, angka resmi"), _percent(last.percent), compare=area, source=rule.source),
        ),
        bars=Bars(title, tuple(bars), _("Sumber: %(source)s.") % {"source": rule.source}, as_of=last.on),
        links=(Link(_("Laporan program"), reverse("office:report", args=[view.code])),),
        code="kemiskinan",
    )  # fmt: skip


def _percent(value: float) -> str:
    return fmt.percent(value, 100, 2)
