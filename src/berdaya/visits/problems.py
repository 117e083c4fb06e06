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
    }
)
