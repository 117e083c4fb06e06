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
        "visit_needs_reason": Entry(
            id="Alasan keputusan belum diisi.",
            en="The reason of the decision is missing.",
            do_id="Tulis mengapa kunjungan ini dipakai atau tidak.",
            do_en="Write why this visit is taken or not.",
            status=422,
        ),
        "visit_still_waits": Entry(
            id="Kunjungan ini belum dapat dipakai: usahanya belum tercatat di wilayah Anda.",
            en="This visit cannot be taken yet: its business is not in your area's register.",
            do_id="Catat dahulu usahanya, atau pilih tidak dipakai.",
            do_en="Enter the business first, or choose not to take it.",
            status=409,
        ),
    }
)
