"""Problems of businesses."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "enterprise_without_owner": Entry(
            id="Usaha harus milik satu keluarga atau satu kelompok ({ref}).",
            en="A business belongs to one family or to one group ({ref}).",
            do_id="Pilih keluarga atau kelompok pemiliknya.",
            do_en="Choose the family or the group that owns it.",
            status=422,
        ),
        "enterprise_unknown_kind": Entry(
            id="Jenis usaha {kind} tidak ada dalam katalog.",
            en="The kind of business {kind} is not in the catalogue.",
            do_id="Gunakan salah satu kode jenis usaha dalam katalog.",
            do_en="Use one of the codes of the catalogue.",
            status=422,
        ),
        "enterprise_not_found": Entry(
            id="{count} usaha tidak ditemukan atau di luar wewenang Anda.",
            en="{count} businesses were not found or lie outside your authority.",
            do_id="Periksa daftar, atau ganti peran Anda.",
            do_en="Check the list, or switch your role.",
            status=404,
        ),
    }
)
