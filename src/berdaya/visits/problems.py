"""Problems of visits."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "visit_invalid": Entry(
            id="Kunjungan belum dapat dicatat: periksa {fields}.",
            en="The visit could not be recorded: check {fields}.",
            do_id="Perbaiki isian yang disebut, lalu simpan lagi.",
            do_en="Correct the named fields and save again.",
            status=422,
        ),
        "visit_conflict": Entry(
            id="Kunjungan ini sudah dicatat dengan isi lain; keduanya disimpan untuk diperiksa.",
            en="This visit was recorded before with other content; both are kept for a decision.",
            do_id="Mintalah operator memilih mana yang benar.",
            do_en="Ask the operator to decide which one is right.",
            status=409,
        ),
    }
)
