"""Every component on one page (``/komponen/``), in debug and demo only: what designers and reviewers look at."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from berdaya.web.components.charts import Place, Spark, short_name, spark_bars, tile_map
from berdaya.web.components.parts import (
    Criterion,
    Crumb,
    Drop,
    Event,
    Fact,
    Figure,
    Funnel,
    Ledger,
    Line,
    Stage,
    Step,
    Tab,
    TaskItem,
    status_badge,
)
from berdaya.web.components.tables import Cell, Chip, Column, Control, Export, Option, Table, pager

DAY = date(2026, 10, 31)


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nama", help_text="Seperti tertulis di KTP.")
    kind = forms.ChoiceField(label="Jenis usaha", choices=[("olahan_ikan", "Olahan ikan"), ("kue", "Kue basah")])
    agreed = forms.BooleanField(label="Setuju data usaha ditampilkan di pasar")
    note = forms.CharField(label="Catatan", widget=forms.Textarea, required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """All parts with example values; 404 outside debug and demo."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(
        request,
        "gallery/index.html",
        {
            "crumbs": (Crumb("Beranda", "/"), Crumb("Program", "/program/"), Crumb("UEP Banten 2021")),
            "tabs": (
                Tab("Ringkasan", "#", True),
                Tab("Kelas", "#"),
                Tab("Penyaluran", "#"),
                Tab("Usaha", "#"),
                Tab("Dokumen", "#"),
            ),
            "steps": _steps(),
            "figures": _figures(),
            "funnel": _funnel(),
            "tasks": _tasks(),
            "badges": [status_badge(code) for code in ("active", "weak", "dormant", "holiday_only", "unknown")],
            "map": _map(),
            "controls": _controls(),
            "table": _table(),
            "spark": _spark(),
            "events": _events(),
            "criteria": _criteria(),
            "facts": (
                Fact("Alamat", "Kp. Cibaliung RT 02"),
                Fact("Usaha", "Kue Basah Bu Rohmah", "#"),
                Fact("Keadaan", "", badge=status_badge("active")),
            ),
            "book": _book(),
            "form": ExampleForm(data={"name": ""}),
            "empty": Table(caption="Kosong", columns=(), rows=()),
        },
    )


def _steps() -> tuple[Step, ...]:
    done = ("Daftar", "Kelayakan", "Verifikasi", "Peringkat", "SK")
    return (
        *(Step(name, "done", "selesai") for name in done),
        Step("Pelatihan", "now", "61 dari 84 kelas"),
        Step("Penyaluran", "later"),
        Step("Pendampingan", "later"),
    )


def _figures() -> tuple[Figure, ...]:
    return (
        Figure("Keluarga terpilih", "2.500", href="#", compare="dari kuota 2.500", source="SK 460/118 · 12 Mei 2021"),
        Figure(
            "Usaha aktif",
            "1.612",
            href="#",
            compare="84 lebih banyak dari September",
            trend="up",
            source="Kunjungan · 31 Okt 2026",
        ),
        Figure(
            "Belum dikunjungi", "231", href="#", compare="12 lebih sedikit", trend="down", source="60 hari terakhir"
        ),
        Figure(
            "Barang disalurkan",
            "Rp6,2",
            unit="miliar",
            exact="Rp6.214.300.000",
            compare="99,4% dari pagu",
            source="BAST · 3 Sep 2024",
        ),
        Figure(
            "Penghasilan per keluarga",
            "Rp1,34",
            unit="juta",
            compare="dulu Rp0,91 juta",
            trend="up",
            source="Kunjungan, median",
        ),
    )


def _funnel() -> Funnel:
    return Funnel(
        "Dari 2.840 calon, 1.612 usaha masih hidup setelah 24 bulan",
        (
            Stage("Baris daftar", 2840, "#", (Drop(38, "baris rusak", "#"), Drop(31, "ganda", "#"))),
            Stage("Dikenali", 2771, "#", (Drop(12, "dibantu kantor lain", "#"), Drop(44, "PNS/TNI/Polri", "#"))),
            Stage("Layak", 2715, "#", (Drop(27, "tidak ditemukan", "#"),)),
            Stage("Terverifikasi", 2688, "#", (Drop(188, "daftar tunggu", "#"),)),
            Stage("Terpilih", 2500, "#"),
            Stage("Dilatih", 2466, "#"),
            Stage("Menerima barang", 2484, "#"),
            Stage("Usaha aktif", 1612, "#", alt=True, share="65%"),
        ),
        DAY,
    )


def _tasks() -> tuple[TaskItem, ...]:
    return (
        TaskItem(
            date(2026, 10, 28), "Kunjungi 14 usaha yang belum dilihat", "#", "Siti Aminah, TKSK", "Kec. Panimbang", 3
        ),
        TaskItem(
            date(2026, 11, 2), "Ajak Kue Basah Bu Rohmah ke pasar Sabtu", "#", "Lurah Citeureup", "Kel. Citeureup"
        ),
        TaskItem(date(2026, 11, 15), "Periksa LPJ 6 kelompok", "#", "Bidang Pemberdayaan", "Kab. Lebak"),
    )


def _map() -> object:
    data = (
        (3601000000, "Pandeglang", 312, -6.3, 106.1),
        (3602000000, "Lebak", 148, -6.6, 106.3),
        (3603000000, "Tangerang", 287, -6.2, 106.5),
        (3604000000, "Serang", 265, -6.1, 106.2),
        (3671000000, "Kota Tangerang", 421, -6.18, 106.63),
        (3672000000, "Kota Cilegon", 131, -6.0, 106.0),
        (3673000000, "Kota Serang", 96, -6.12, 106.15),
        (3674000000, "Kota Tangerang Selatan", None, -6.3, 106.7),
    )
    places = [
        Place(code, name, short_name(name), value, "–" if value is None else str(value), "#", lat, lon)
        for code, name, value, lat, lon in data
    ]
    return tile_map("Kota Tangerang memegang seperempat usaha aktif", places, as_of=DAY)


def _controls() -> tuple[Control, ...]:
    return (
        Control("q", "Nama atau 4 angka NIK", "search", "roh"),
        Control("wilayah", "Wilayah", "select", options=(Option("", "Semua"), Option("36.01", "Pandeglang", True))),
        Control("tahap", "Tahap", "select", options=(Option("", "Semua"), Option("terpilih", "Terpilih"))),
    )


def _table() -> Table:
    names = ("Rohmah", "Siti Rohimah", "Rohayati binti Sarkim", "Ahmad Rohman", "Imroatus Sholihah")
    codes = ("active", "weak", "dormant", "holiday_only", "unknown")
    rows = tuple(
        (
            Cell(name, "#", "Desa Citeureup, Kec. Panimbang", fake=True),
            Cell(str(214 + index)),
            Cell(f"8{index},5"),
            Cell(badge=status_badge(code)),
            Cell(f"Rp{2_500_000 - index * 125_000:,}".replace(",", ".")),
        )
        for index, (name, code) in enumerate(zip(names, codes, strict=True))
    )
    return Table(
        caption="Keluarga terpilih, 5 dari 312",
        columns=(
            Column("Nama", sort="nama", sort_href="#", sorted="ascending"),
            Column("Peringkat", "right", "peringkat", "#"),
            Column("Nilai", "right"),
            Column("Keadaan usaha"),
            Column("Barang", "right"),
        ),
        rows=rows,
        foot=(Cell("Jumlah"), Cell(), Cell(), Cell(), Cell("Rp11.250.000")),
        count_text="312 keluarga",
        pager=pager(3, 9, lambda page: f"?hal={page}"),
        chips=(Chip("Wilayah: Pandeglang", "#"), Chip("Nama: roh", "#")),
        exports=(Export("XLSX", "#"), Export("CSV", "#")),
        caption_hidden=True,
    )


def _spark() -> Spark:
    values = [
        None,
        400,
        650,
        700,
        720,
        0,
        810,
        900,
        None,
        950,
        1010,
        1200,
        1350,
        1300,
        1280,
        None,
        1420,
        1500,
        1490,
        1610,
        1580,
        300,
        0,
        1650,
    ]
    titles = ["belum dikunjungi" if value is None else f"Rp{value}.000" for value in values]
    return Spark(
        spark_bars(values, titles),
        "Nov 2024",
        "Okt 2026",
        "Omzet per bulan, naik dari Rp400.000 ke Rp1.650.000",
        "tertinggi Rp1.650.000",
    )


def _events() -> tuple[Event, ...]:
    return (
        Event(
            date(2026, 10, 12),
            "Kunjungan",
            "24 hari produksi, omzet Rp1.650.000.",
            "seen",
            "#",
            "Siti Aminah",
            status_badge("active"),
        ),
        Event(
            date(2026, 8, 3),
            "Kunjungan",
            "Tidak berproduksi; oven rusak. Saran: servis di BLK.",
            "asked",
            "#",
            "Siti Aminah",
        ),
        Event(date(2025, 12, 21), "Pameran Hari Ibu", "Stan 14, omzet Rp2.300.000, 3 calon pembeli.", "document", "#"),
        Event(date(2024, 9, 3), "Barang diterima", "Oven, loyang, terigu; Rp2.485.000.", "document", "#"),
    )


def _criteria() -> tuple[Criterion, ...]:
    return (
        Criterion("Umur 18–60 pada tanggal usulan", "met", "41 tahun pada 4 Januari 2021"),
        Criterion("Desil paling tinggi 4", "met", "desil 2, DTKS per Oktober 2020", "#"),
        Criterion("Tidak menerima bantuan usaha 1 tahun terakhir", "not_met", "Dinas Koperasi, gerobak, 2020", "#"),
        Criterion("Bukan pendamping", "unknown", "daftar pendamping Kec. Panimbang belum masuk"),
    )


def _book() -> Ledger:
    first = date(2026, 9, 1)
    lines = (
        Line(first, "Saldo awal", balance=1_250_000),
        Line(first + timedelta(4), "Angsuran Rohmah, giliran 2 ke-3", 250_000, balance=1_500_000),
        Line(first + timedelta(4), "Angsuran Imroatus, giliran 2 ke-3", 250_000, balance=1_750_000, reversed=True),
        Line(first + timedelta(5), "Pembatalan: tercatat dua kali", 0, 250_000, 1_500_000),
        Line(first + timedelta(20), "Giliran modal kepada Rohayati", 0, 1_000_000, 500_000),
    )
    return Ledger("Buku kas KUBE Melati, September 2026", lines, 1_250_000, 500_000, 1_250_000, 500_000)
