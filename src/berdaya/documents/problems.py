"""What can be wrong with a letter."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "documents.number_taken": Entry(
            id="Nomor surat {number} sudah dipakai.",
            en="The letter number {number} is taken.",
            do_id="Periksa agenda surat dan berikan nomor lain.",
            do_en="Check the register and give another number.",
            status=409,
        ),
        "documents.bad_pattern": Entry(
            id="Pola nomor surat '{pattern}' tidak dapat dipakai.",
            en="The number pattern '{pattern}' cannot be used.",
            do_id="Gunakan {{seq}}, {{code}}, {{roman}}, {{month}}, dan {{year}} saja; {{seq}} wajib ada.",
            do_en="Use only {{seq}}, {{code}}, {{roman}}, {{month}} and {{year}}; {{seq}} is required.",
            status=422,
        ),
        "documents.signatory_days": Entry(
            id="Hari terakhir tidak boleh sebelum hari pertama, {since}.",
            en="The last day cannot lie before the first, {since}.",
            do_id="Periksa kedua tanggal penanda tangan.",
            do_en="Check both days of the signatory.",
            status=422,
        ),
        "documents.no_signatory": Entry(
            id="Kantor ini belum mempunyai penanda tangan yang berlaku pada {day}.",
            en="This office has no signatory valid on {day}.",
            do_id="Isi nama, NIP, pangkat, dan jabatan penanda tangan.",
            do_en="Enter the signatory's name, NIP, rank and post.",
            status=409,
        ),
    }
)
