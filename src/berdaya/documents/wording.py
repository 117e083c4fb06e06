"""The usual words of letters. An office may bring its own; what is frozen is what was printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from berdaya.documents.types import Annex, AnnexColumn, AnnexSection, DecreeBody

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip

HANDOVER_TERMS = (
    (
        "PIHAK KEDUA menggunakan barang tersebut sebagai modal usaha dan tidak menjual, menggadaikan, atau "
        "memindahtangankannya tanpa persetujuan PIHAK KESATU."
    ),
    "PIHAK KEDUA bersedia didampingi dan melaporkan perkembangan usahanya setiap bulan.",
    "PIHAK KEDUA telah memeriksa jenis, jumlah, dan kondisi barang sebagaimana tercantum di atas.",
)

# Acts that every such decree recalls; an office adds its regional regulations.
RECALLING = (
    "Undang-Undang Nomor 11 Tahun 2009 tentang Kesejahteraan Sosial;",
    "Undang-Undang Nomor 13 Tahun 2011 tentang Penanganan Fakir Miskin;",
    "Undang-Undang Nomor 23 Tahun 2014 tentang Pemerintahan Daerah;",
)


@dataclass(frozen=True, slots=True)
class AnnexRecipient:
    """Baris lampiran SK: as printed, without any number of identity."""

    number: int
    name: str
    address: str
    village: str
    district: str
    regency: str
    kind: str
    value_idr: int


def long_date(day: date) -> str:
    """21 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def rupiah(amount: int) -> str:
    """Rp20.000.000, without a space."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def decree_annex(recipients: Sequence[AnnexRecipient], *, group: bool, note: str = "") -> Annex:
    """The list of recipients, a section per kabupaten/kota (per kecamatan where there is only one), with sums.

    The column of values is left out where nothing of value is granted.
    """
    valued = any(row.value_idr for row in recipients)
    columns = [
        AnnexColumn("No.", "number"),
        AnnexColumn("Nama kelompok" if group else "Nama", "text", 2),
        AnnexColumn("Alamat", "text", 2),
        AnnexColumn("Desa/Kelurahan", "text", 1.5),
        AnnexColumn("Kecamatan", "text", 1.5),
        AnnexColumn("Jenis usaha", "text", 1.6),
    ]
    if valued:
        columns.append(AnnexColumn("Nilai (Rp)", "money"))
    several = len({row.regency for row in recipients}) > 1
    sections: dict[str, list[AnnexRecipient]] = {}
    for row in recipients:
        sections.setdefault(row.regency if several else row.district, []).append(row)
    total = sum(row.value_idr for row in recipients)
    return Annex(
        title="Daftar kelompok penerima" if group else "Daftar keluarga penerima",
        columns=tuple(columns),
        sections=tuple(_section(title, rows, valued=valued) for title, rows in sections.items()),
        total=total if valued else None,
        note=note,
    )


def _section(title: str, rows: Iterable[AnnexRecipient], *, valued: bool) -> AnnexSection:
    kept = list(rows)
    cells = [
        (row.number, row.name, row.address, row.village, row.district, row.kind) + ((row.value_idr,) if valued else ())
        for row in kept
    ]
    return AnnexSection(title, tuple(cells), sum(row.value_idr for row in kept) if valued else None)


def decree_body(
    *,
    post: str,
    programme: str,
    year: int,
    recipients: Sequence[AnnexRecipient],
    group: bool,
    aid: str,
    ceiling_idr: int | None = None,
    funding: Sequence[str] = (),
    considering: Sequence[str] = (),
    recalling: Sequence[str] = (),
    note: str = "",
) -> DecreeBody:
    """A decree of the holder of `post` naming the recipients; `aid` is goods, cash or coaching.

    `considering` and `recalling` replace the usual words where the office brings its own.
    """
    whom = "kelompok" if group else "keluarga"
    form = {
        "goods": "berupa barang dan tidak dapat diganti dengan uang",
        "cash": "berupa modal usaha yang disalurkan ke rekening atau kas kelompok dan dipertanggungjawabkan",
        "coaching": "berupa pembinaan, pelatihan, dan pemasaran hasil usaha",
    }[aid]
    most = f" dengan nilai paling banyak {rupiah(ceiling_idr)}" if ceiling_idr else ""
    clauses = [
        (
            f"Menetapkan {len(recipients)} {whom} penerima {programme} Tahun {year} sebagaimana tercantum dalam "
            "Lampiran yang merupakan bagian tidak terpisahkan dari Keputusan ini."
        ),
        f"Bantuan sebagaimana dimaksud pada Diktum KESATU {form}{most}.",
        (
            "Penerima wajib menggunakan bantuan untuk usaha, mengikuti pelatihan dan pendampingan, serta melaporkan "
            "perkembangan usahanya."
        ),
    ]
    if funding:
        clauses.append(f"Segala biaya yang timbul akibat Keputusan ini dibebankan pada {' dan '.join(funding)}.")
    clauses.append("Keputusan ini mulai berlaku pada tanggal ditetapkan.")
    return DecreeBody(
        title_line=f"Keputusan {post}",
        about=f"Penetapan {whom} penerima {programme} Tahun {year}",
        maker=post,
        considering=tuple(considering) or _considering(whom, programme, year, post),
        recalling=tuple(recalling) or RECALLING,
        clauses=tuple(clauses),
        annex=decree_annex(recipients, group=group, note=note),
    )


def _considering(whom: str, programme: str, year: int, post: str) -> tuple[str, ...]:
    return (
        f"bahwa untuk meningkatkan pendapatan {whom} miskin dilaksanakan {programme} Tahun {year};",
        (
            f"bahwa {whom} calon penerima telah diperiksa kelayakannya, diverifikasi di lapangan, dan disepakati dalam "
            "musyawarah desa/kelurahan;"
        ),
        (
            "bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan huruf b perlu menetapkan Keputusan "
            f"{post} tentang Penetapan {whom} penerima {programme} Tahun {year};"
        ),
    )
