"""What can be wrong with codes, statements and LPJ; and the database's codes for it."""

from __future__ import annotations

from django.db import Error

from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.problems import problem_of as named

FROM_DATABASE = {
    "BD031": "accountability.too_many_tries",
    "BD032": "accountability.code_unknown",
    "BD033": "accountability.code_used",
    "BD034": "accountability.lines_missing",
    "BD035": "accountability.lpj_closed",
    "BD036": "accountability.before_received",
    "BD037": "accountability.not_in_budget",
    "BD038": "accountability.not_a_reversal",
    "BD039": "accountability.beyond_received",
    "BD040": "accountability.lpj_frozen",
}


def problem_of(error: Error) -> Problem | None:
    """The named problem behind an error of the database, or None where it is another's."""
    return named(error, FROM_DATABASE)


register(
    {
        "accountability.too_many_tries": Entry(
            id="Terlalu banyak kode dicoba dari sambungan ini.",
            en="Too many codes were tried from this connection.",
            do_id="Tunggu satu jam, atau bawa kertas kode ke kantor desa.",
            do_en="Wait an hour, or take the paper with the code to the village office.",
            status=429,
        ),
        "accountability.code_unknown": Entry(
            id="Kode ini tidak dikenal atau sudah tidak berlaku.",
            en="This code is unknown or no longer valid.",
            do_id="Periksa 10 huruf dan angka di kertas Anda, atau minta kertas baru di kantor desa.",
            do_en="Check the 10 letters and digits on your paper, or ask the village office for a new one.",
            status=404,
        ),
        "accountability.code_used": Entry(
            id="Kode ini sudah dipakai.",
            en="This code has been used already.",
            do_id="Ada yang perlu diubah? Sampaikan lewat halaman pengaduan atau minta kertas baru.",
            do_en="Something to change? Tell it on the complaints page or ask for a new paper.",
            status=409,
        ),
        "accountability.lines_missing": Entry(
            id="Setiap barang perlu diisi: berapa yang Anda terima, boleh nol.",
            en="Every item needs a number: how many you received, nought is fine.",
            do_id="Isi jumlah pada setiap baris.",
            do_en="Fill in the number on each line.",
            status=422,
        ),
        "accountability.had_part": Entry(
            id="Anda mencatat penyaluran ini sendiri.",
            en="You recorded this handover yourself.",
            do_id="Minta rekan lain mencatat kata penerima.",
            do_en="Ask a colleague to record what the recipient says.",
            status=403,
        ),
        "accountability.not_recipient": Entry(
            id="Orang ini bukan penerima pada BAST ini.",
            en="This person is not a recipient of this handover.",
            do_id="Pilih nama dari daftar penerima.",
            do_en="Choose a name from the list of recipients.",
            status=422,
        ),
        "accountability.no_words": Entry(
            id="Tulis apa yang ditemukan.",
            en="Say what was found.",
            do_id="Isi kolom keterangan.",
            do_en="Fill in the remarks.",
            status=422,
        ),
        "accountability.lpj_closed": Entry(
            id="LPJ ini sudah diajukan dan tidak dapat diubah.",
            en="This LPJ has been handed in and cannot be changed.",
            do_id="Minta kantor mengembalikannya lebih dulu.",
            do_en="Ask the office to send it back first.",
            status=409,
        ),
        "accountability.lpj_frozen": Entry(
            id="Jumlah yang diterima dan dasarnya tidak dapat diubah.",
            en="What was received and its basis cannot be changed.",
            do_id="Betulkan penyalurannya, lalu buka LPJ baru.",
            do_en="Correct the handover, then open a new LPJ.",
            status=409,
        ),
        "accountability.before_received": Entry(
            id="Tanggal bukti lebih awal dari tanggal bantuan diterima.",
            en="The receipt is dated before the aid was received.",
            do_id="Periksa tanggal pada nota.",
            do_en="Check the date on the receipt.",
            status=422,
        ),
        "accountability.not_in_budget": Entry(
            id="Barang ini tidak ada dalam RAB yang disetujui.",
            en="This item is not in the approved budget.",
            do_id="Pilih barang dari RAB; yang lain tidak dapat dipertanggungjawabkan.",
            do_en="Choose an item of the budget; nothing else can be accounted for.",
            status=422,
        ),
        "accountability.not_a_reversal": Entry(
            id="Baris ini tidak dapat membatalkan baris itu.",
            en="This line cannot take back that one.",
            do_id="Batalkan baris dengan tombolnya; setiap baris satu kali.",
            do_en="Take a line back with its button; each line once.",
            status=409,
        ),
        "accountability.beyond_received": Entry(
            id="Jumlah bukti melebihi bantuan yang diterima.",
            en="The receipts add up to more than was received.",
            do_id="Periksa jumlahnya; kelebihan belanja adalah milik usaha sendiri.",
            do_en="Check the amounts; what was spent beyond the aid is the business's own.",
            status=422,
        ),
        "accountability.future": Entry(
            id="Tanggal {day} belum terjadi.",
            en="{day} has not come yet.",
            do_id="Periksa tanggalnya.",
            do_en="Check the date.",
            status=422,
        ),
        "accountability.left_over": Entry(
            id="Masih ada Rp{left} tanpa bukti.",
            en="Rp{left} is still without a receipt.",
            do_id="Tambahkan nota, atau catat sebagai uang yang dikembalikan.",
            do_en="Add receipts, or record it as money returned.",
            status=409,
        ),
        "accountability.own_report": Entry(
            id="LPJ diperiksa oleh orang lain, bukan penyusunnya.",
            en="An LPJ is checked by somebody else than its author.",
            do_id="Minta rekan memeriksanya.",
            do_en="Ask a colleague to check it.",
            status=403,
        ),
        "accountability.needs_reason": Entry(
            id="Tulis alasan pengembalian.",
            en="Say why it is sent back.",
            do_id="Jelaskan apa yang perlu diperbaiki.",
            do_en="Explain what has to be mended.",
            status=422,
        ),
    }
)
