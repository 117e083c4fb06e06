"""What can be wrong with complaints; and the database's codes for it."""

from __future__ import annotations

from django.db import Error

from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.problems import problem_of as named

FROM_DATABASE = {"BD041": "complaints.too_many", "BD042": "complaints.no_office"}


def problem_of(error: Error) -> Problem | None:
    """The named problem behind an error of the database, or None where it is another's."""
    return named(error, FROM_DATABASE)


register(
    {
        "complaints.too_many": Entry(
            id="Terlalu banyak kiriman dari sambungan ini.",
            en="Too much was sent from this connection.",
            do_id="Tunggu satu jam, atau sampaikan lewat telepon atau surat.",
            do_en="Wait an hour, or complain by telephone or on paper.",
            status=429,
        ),
        "complaints.no_office": Entry(
            id="Tidak ada kantor yang melayani wilayah ini.",
            en="No office serves this area.",
            do_id="Pilih kabupaten atau kota tempat kejadian.",
            do_en="Choose the kabupaten or city where it happened.",
            status=422,
        ),
        "complaints.no_words": Entry(
            id="Ceritakan apa yang terjadi.",
            en="Tell what happened.",
            do_id="Tulis sedikitnya satu kalimat.",
            do_en="Write at least one sentence.",
            status=422,
        ),
        "complaints.code_unknown": Entry(
            id="Nomor kasus ini tidak dikenal.",
            en="This case code is unknown.",
            do_id="Periksa 10 huruf dan angka yang Anda catat.",
            do_en="Check the 10 letters and digits that you noted.",
            status=404,
        ),
        "complaints.closed": Entry(
            id="Pengaduan ini sudah selesai.",
            en="This complaint is closed.",
            do_id="Buka pengaduan baru bila ada kejadian baru.",
            do_en="File a new complaint if something new has happened.",
            status=409,
        ),
        "complaints.needs_words": Entry(
            id="Tulis keterangannya lebih dulu.",
            en="Write down what was done first.",
            do_id="Isi kolom keterangan.",
            do_en="Fill in the remarks.",
            status=422,
        ),
    }
)
