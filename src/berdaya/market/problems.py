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
        "market_products_needed": Entry(
            id="Belum ada produk yang disetujui pemilik untuk tampil.",
            en="No product is named that the owner agrees to show.",
            do_id="Centang produk yang disetujui pemilik, satu demi satu.",
            do_en="Tick the products that the owner agrees to, one by one.",
            status=422,
        ),
        "market_consent_day": Entry(
            id="Persetujuan baru bertanggal {since} sampai hari ini.",
            en="The new consent is dated between {since} and today.",
            do_id="Isi hari pemilik menyatakan setuju lagi.",
            do_en="Fill in the day on which the owner agreed again.",
            status=422,
        ),
        "market_family_consent": Entry(
            id="Keluarga ini menarik persetujuan tampil di pasar umum atau pemakaian datanya.",
            en="This family took back its consent to be shown to the public or to the use of its data.",
            do_id="Catat dulu persetujuan baru di halaman Persetujuan keluarga, lalu pasang tokonya lagi.",
            do_en="Record the new consent on the family's page of consents first, then show the shop again.",
            status=409,
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
        "contest_closed": Entry(
            id="Lomba {contest} sudah ditutup; peringkatnya tetap.",
            en="The contest {contest} is closed; its places are final.",
            do_id="Buka lagi di halaman lomba bila masih ada lembar juri yang sah.",
            do_en="Open it again on the page of the contest where a valid sheet is still to come.",
            status=409,
        ),
        "contest_begun": Entry(
            id="Lomba {contest} sudah dinilai: {detail} tidak dapat diubah lagi.",
            en="Marks were given in {contest}: {detail} cannot be changed any more.",
            do_id="Yang sudah dinilai tetap; buka lomba baru bila kriterianya berbeda.",
            do_en="What was marked stays; open another contest where the criteria differ.",
            status=409,
        ),
        "contest_unmarked": Entry(
            id="{count} peserta belum dinilai oleh semua juri: {names}.",
            en="{count} entries were not marked by every juror: {names}.",
            do_id="Lengkapi lembar juri, atau keluarkan peserta yang tidak hadir.",
            do_en="Add the sheets that are missing, or withdraw who did not come.",
            status=422,
        ),
        "exhibition_closed": Entry(
            id="Pameran {name} sudah ditutup.",
            en="The exhibition {name} is closed.",
            do_id="Buka lagi di halaman pameran bila ada yang perlu diperbaiki.",
            do_en="Open it again on its page where something has to be mended.",
            status=409,
        ),
        "exhibition_days": Entry(
            id="Hari terakhir pameran tidak boleh sebelum hari pertamanya.",
            en="An exhibition cannot end before it starts.",
            do_id="Periksa kedua tanggal.",
            do_en="Check both days.",
            status=422,
        ),
        "stall_sold": Entry(
            id="Stan {name} sudah mencatat penjualan.",
            en="The stall of {name} has sales on record.",
            do_id="Stan dengan omzet atau calon pembeli tetap; perbaiki angkanya bila keliru.",
            do_en="A stall with takings or leads stays; mend the figures where they are wrong.",
            status=409,
        ),
        "pledge_entry": Entry(
            id="Janji mitra belum dapat disimpan: {field}.",
            en="The pledge cannot be saved yet: {field}.",
            do_id="Isi nama mitra, apa yang dijanjikan, jumlah di atas nol, satuan, dan tanggal yang berurutan.",
            do_en="Fill in the partner, what is promised, a quantity above zero, a unit, and days in their order.",
            status=422,
        ),
        "pledge_closed": Entry(
            id="Janji {partner} sudah ditutup pada {on}.",
            en="The pledge of {partner} was closed on {on}.",
            do_id="Catat janji baru bila mitra membantu lagi.",
            do_en="Record another pledge where the partner helps again.",
            status=409,
        ),
        "pledge_delivery": Entry(
            id="Realisasi ini tidak dapat dicatat: {field}.",
            en="This delivery cannot be recorded: {field}.",
            do_id="Jumlah di atas nol, tanggal sejak janji mulai dan tidak lebih dari hari ini.",
            do_en="A quantity above zero, on a day from the pledge's first one to today.",
            status=422,
        ),
        "pledge_delivered": Entry(
            id="Janji {partner} sudah ada realisasinya: {field} tidak dapat diubah lagi.",
            en="Something of the pledge of {partner} has come: {field} cannot be changed any more.",
            do_id="Tutup janji ini dengan alasan, lalu catat janji baru.",
            do_en="Close this pledge with a reason and record another one.",
            status=409,
        ),
        "pledge_struck": Entry(
            id="Baris realisasi ini sudah dicoret.",
            en="This line is struck already.",
            do_id="Catat baris baru dengan angka yang benar.",
            do_en="Record another line with the right figure.",
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
