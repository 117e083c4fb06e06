"""Problems of the market."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "market_price": Entry(
            id="Harga {product} harus lebih dari nol.",
            en="The price of {product} must be above zero.",
            do_id="Isi harga jual dalam rupiah.",
            do_en="Fill in the selling price in rupiah.",
            status=422,
        ),
        "market_permit": Entry(
            id="Nomor izin {kind} pada {product} tidak sah: {number}.",
            en="The {kind} number of {product} is not valid: {number}.",
            do_id="P-IRT 15 angka, NIB 13 angka, halal ID diikuti angka; kosongkan bila belum ada.",
            do_en="P-IRT has 15 digits, NIB 13, halal is ID and digits; leave it empty where there is none.",
            status=422,
        ),
        "market_under_age": Entry(
            id="{name} tidak dapat ditampilkan: ada pengurus atau kepala keluarga di bawah 18 tahun.",
            en="{name} cannot be shown: an officer or the head of the family is under 18.",
            do_id="Tunjuk pengurus dewasa, lalu tampilkan lagi.",
            do_en="Choose a grown-up officer, then publish again.",
            status=422,
        ),
        "market_phone": Entry(
            id="Nomor telepon {phone} bukan nomor ponsel Indonesia.",
            en="The number {phone} is not an Indonesian mobile number.",
            do_id="Isi nomor WhatsApp penjual, misalnya 0812….",
            do_en="Fill in the seller's WhatsApp number, for example 0812….",
            status=422,
        ),
        "contest_marked": Entry(
            id="Juri {juror} sudah memberi nilai lain untuk {name}.",
            en="The juror {juror} has given {name} other marks already.",
            do_id="Nilai yang sudah diberikan tetap. Bila keliru, kantor mencatatnya dalam berita acara lomba.",
            do_en="A mark once given stays. Where it is wrong, the office notes it in the minutes of the contest.",
            status=409,
        ),
        "market_marks": Entry(
            id="Nilai lomba {contest} tidak dapat dihitung: {detail}.",
            en="The marks of {contest} cannot be counted: {detail}.",
            do_id="Lengkapi nilai setiap peserta pada setiap kriteria, 0 sampai 100.",
            do_en="Give every entry a mark from 0 to 100 on every criterion.",
            status=422,
        ),
    }
)
