"""Invented letters for the tests of documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from berdaya.documents import types as t

HEAD = t.Letterhead(
    government="Pemerintah Provinsi Banten",
    office="Dinas Sosial",
    address="Kawasan Pusat Pemerintahan Provinsi Banten, Jalan Syekh Nawawi Al-Bantani, Kota Serang 42171",
    contact="Telepon (0254) 000000, laman dinsos.contoh.go.id, surel dinsos@contoh.go.id",
)
SIGNER = t.Signatory(
    name="Dra. Ratna Wulandari, M.Si.",
    position="Kepala Dinas Sosial Provinsi Banten",
    city="Serang",
    nip="19690412 199503 2 001",
    rank="Pembina Utama Muda (IV/c)",
)


def frame(number: str = "400.9.4/021/SK/Dinsos/III/2024", letter: str = "tok-0001", **changes: Any) -> t.LetterFrame:
    values: dict[str, Any] = {
        "head": HEAD,
        "signer": SIGNER,
        "number": number,
        "date": date(2024, 3, 4),
        "token": letter,
        "verify_url": f"https://berdaya.contoh.go.id/dok/{letter}/",
        "demo": True,
        "copies": ("Gubernur Banten (sebagai laporan);", "Inspektur Provinsi Banten;", "Yang bersangkutan."),
    }
    return t.LetterFrame(**(values | changes))


def annex(per_section: int) -> t.Annex:
    sections = []
    number = 0
    for area in ("Kabupaten Lebak", "Kabupaten Pandeglang", "Kota Cilegon"):
        rows = []
        for index in range(per_section):
            number += 1
            rows.append(
                (
                    number,
                    f"Siti Rahmawati {index + 1}",
                    "360201**********",
                    "Kp. Cibeber RT 03/RW 01",
                    "Sukamanah",
                    "Rangkasbitung",
                    "Warung kelontong",
                    2_500_000,
                )
            )
        sections.append(t.AnnexSection(title=area, rows=tuple(rows), total=per_section * 2_500_000))
    return t.Annex(
        title="Daftar penerima bantuan usaha ekonomi produktif",
        columns=(
            t.AnnexColumn("No.", "number"),
            t.AnnexColumn("Nama", "text", 2),
            t.AnnexColumn("NIK", "text"),
            t.AnnexColumn("Alamat", "text", 2),
            t.AnnexColumn("Desa/Kelurahan", "text", 1.6),
            t.AnnexColumn("Kecamatan", "text", 1.6),
            t.AnnexColumn("Jenis usaha", "text", 1.5),
            t.AnnexColumn("Nilai (Rp)", "money"),
        ),
        sections=tuple(sections),
        total=3 * per_section * 2_500_000,
        note="NIK disamarkan; daftar lengkap disimpan oleh Dinas Sosial.",
    )


def decree(per_section: int = 25) -> t.DecreeBody:
    return t.DecreeBody(
        title_line="Keputusan Kepala Dinas Sosial Provinsi Banten",
        about="Penetapan Penerima Bantuan Usaha Ekonomi Produktif Provinsi Banten Tahun Anggaran 2024",
        maker="Kepala Dinas Sosial Provinsi Banten",
        considering=(
            (
                "bahwa untuk meningkatkan pendapatan keluarga miskin yang telah mengakhiri masa bantuan tunai perlu "
                "diberikan bantuan usaha ekonomi produktif;"
            ),
            "bahwa calon penerima telah diverifikasi dan disepakati dalam musyawarah desa/kelurahan;",
            (
                "bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan huruf b perlu menetapkan "
                "Keputusan Kepala Dinas tentang penerima bantuan;"
            ),
        ),
        recalling=(
            "Undang-Undang Nomor 13 Tahun 2011 tentang Penanganan Fakir Miskin;",
            (
                "Peraturan Menteri Sosial Nomor 2 Tahun 2019 tentang Bantuan Sosial Usaha Ekonomi Produktif kepada "
                "Kelompok Usaha Bersama untuk Penanganan Fakir Miskin;"
            ),
        ),
        regarding=("Berita Acara Musyawarah Desa/Kelurahan tentang calon penerima bantuan.",),
        clauses=(
            (
                f"Menetapkan {3 * per_section} keluarga penerima bantuan sebagaimana tercantum dalam Lampiran yang "
                "merupakan bagian tidak terpisahkan dari Keputusan ini."
            ),
            (
                "Bantuan berupa barang dengan nilai paling banyak Rp2.500.000 untuk setiap keluarga dan tidak dapat "
                "diganti dengan uang."
            ),
            "Segala biaya yang timbul dibebankan pada APBD Provinsi Banten Tahun Anggaran 2024.",
            "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
        ),
        annex=annex(per_section),
    )


def handover(index: int = 1, members: int = 0) -> t.HandoverBody:
    return t.HandoverBody(
        about="Bantuan Usaha Ekonomi Produktif Tahun Anggaran 2024",
        place="Aula Kantor Kecamatan Rangkasbitung, Kabupaten Lebak",
        giver=(
            ("Nama", SIGNER.name),
            ("NIP", SIGNER.nip),
            ("Jabatan", SIGNER.position),
            ("Alamat", "Jalan Syekh Nawawi Al-Bantani, Kota Serang"),
        ),
        receiver=(
            ("Nama", f"Siti Rahmawati {index}"),
            ("NIK", "360201**********"),
            ("Alamat", "Kp. Cibeber RT 03/RW 01, Sukamanah, Rangkasbitung"),
            ("Jenis usaha", "Warung kelontong"),
        ),
        receiver_name=f"Siti Rahmawati {index}",
        receiver_title="Penerima bantuan,",
        basis="Keputusan Kepala Dinas Sosial Provinsi Banten Nomor 400.9.4/021/SK/Dinsos/III/2024 tanggal "
        "4 Maret 2024, nomor urut " + str(index),
        items=(
            t.HandoverItem("Beras medium", "karung 25 kg", 2, "karung", 325_000),
            t.HandoverItem("Minyak goreng", "kemasan 2 liter", 12, "botol", 36_000),
            t.HandoverItem("Gula pasir", "kemasan 1 kg", 20, "kg", 17_500),
            t.HandoverItem("Rak etalase", "kaca 100 x 40 x 150 cm", 1, "unit", 1_068_000, "short"),
        ),
        terms=(
            (
                "PIHAK KEDUA menggunakan barang tersebut sebagai modal usaha dan tidak menjual, menggadaikan, atau "
                "memindahtangankannya."
            ),
            "PIHAK KEDUA bersedia didampingi dan melaporkan perkembangan usahanya setiap bulan.",
            "Apabila di kemudian hari terdapat kekeliruan, Berita Acara ini diperbaiki sebagaimana mestinya.",
        ),
        members=members,
        shortfalls=("Rak etalase belum lengkap, kunci menyusul",),
        witness_name="Dewi Lestari",
        witness_title="Pendamping sosial,",
    )


def statement() -> t.StatementBody:
    rows = []
    balance = 5_000_000
    for index in range(18):
        income, expense = (0, 1_000_000) if index % 6 == 0 else (210_000 + index * 500, 0)
        balance += income - expense
        rows.append(
            t.CashRow(
                index + 2,
                date(2024, 1 + index // 2, 5 + index % 2 * 14),
                "Angsuran Maria Bano",
                income,
                expense,
                balance,
                index == 4,
            )
        )
    return t.StatementBody(
        name="KUBE Tunas Harapan, Kelurahan Oesapa",
        since=date(2024, 1, 1),
        until=date(2024, 9, 30),
        figures=(
            t.Figure("Kas di tangan", balance, "IDR"),
            t.Figure("Dipinjam anggota", 3_000_000, "IDR"),
            t.Figure("Simpanan IKS", 450_000, "IDR"),
        ),
        books=(t.CashBook("Buku kas rupiah", "Rp", 5_000_000, tuple(rows)),),
        head_seq=19,
        head_hash="ab" * 32,
        signers=(("Ketua,", "Maria Bano"), ("Bendahara,", "Yuliana Tefa")),
    )


def report() -> t.ReportBody:
    return t.ReportBody(
        title="Laporan Program UEP Provinsi Banten Tahun 2024",
        as_of=date(2026, 9, 30),
        blocks=(
            t.Figures(
                (
                    t.Figure("Keluarga terbantu", 2_500, "keluarga", "dari kuota 2.500"),
                    t.Figure("Nilai barang", 6_249_870_000, "IDR", "BAST s.d. September 2024"),
                    t.Figure("Usaha hidup, bulan 24", 71.4, "%", "dari 2.431 yang dikunjungi"),
                )
            ),
            t.Section("Dari usulan ke usaha"),
            t.Bars(
                (
                    t.Figure("Usulan masuk", 3_120, "baris"),
                    t.Figure("Layak", 2_744, "keluarga"),
                    t.Figure("Ditetapkan", 2_500, "keluarga", "244 dalam daftar tunggu"),
                    t.Figure("Menerima barang", 2_497, "keluarga"),
                    t.Figure("Lulus mandiri", 820, "keluarga"),
                )
            ),
            t.Section("Uang menurut sumber dana"),
            t.Table(
                (
                    t.Column("Sumber"),
                    t.Column("Direncanakan", "IDR"),
                    t.Column("Diserahkan", "IDR"),
                    t.Column("Bagian", "%"),
                ),
                (("APBD provinsi", 4_375_000_000, 4_374_909_000, 70.0), ("APBN", 1_875_000_000, 1_874_961_000, 30.0)),
                ("Jumlah", 6_250_000_000, 6_249_870_000, 100.0),
            ),
            t.Section("Catatan"),
            t.Note("Kuota dipinjam dari tahun 2022 dan disesuaikan menjadi 2.500."),
            t.Text("Angka ini menunjukkan keadaan usaha, bukan sebab perubahan kemiskinan."),
        ),
    )


def certificate() -> t.CertificateBody:
    return t.CertificateBody(
        name="Nurhayati",
        origin="Kelurahan Cipinang, Kecamatan Pulo Gadung",
        course="Pelatihan Usaha Ekonomi Produktif Bidang Tata Boga",
        organiser="Suku Dinas Sosial Kota Administrasi Jakarta Timur",
        place="Balai Warga Cipinang",
        since=date(2024, 5, 6),
        until=date(2024, 5, 17),
        sessions=10,
        attended=10,
        result="LULUS",
    )
