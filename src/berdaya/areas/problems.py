"""Problems with areas, in the language of the user."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "area.data_missing": Entry(
            id="Data wilayah belum terpasang.",
            en="The reference list of areas is not installed.",
            do_id="Jalankan ./berdaya setup, atau isi BERDAYA_AREA_DATA dengan folder berkas CSV wilayah.",
            do_en="Run ./berdaya setup, or point BERDAYA_AREA_DATA at a folder with the CSV files.",
            status=503,
        ),
        "area.bad_file": Entry(
            id="Berkas kode wilayah {file} tidak dapat dibaca: {detail}.",
            en="The file of area codes {file} cannot be read: {detail}.",
            do_id="Pakai CSV dengan kolom code dan name (boleh juga successor).",
            do_en="Use a CSV with the columns code and name (successor is optional).",
        ),
        "area.unknown": Entry(
            id="Wilayah tidak dikenal: {name}.",
            en="Unknown area: {name}.",
            do_id="Periksa ejaan nama, atau isi Kode Wilayah Kemendagri.",
            do_en="Check the spelling, or give the Kemendagri code.",
        ),
        "area.ambiguous": Entry(
            id="Nama wilayah {name} cocok dengan beberapa wilayah: {choices}.",
            en="The name {name} fits several areas: {choices}.",
            do_id="Tulis Kab./Kota atau Desa/Kel. di depan nama, atau isi Kode Wilayah.",
            do_en="Write Kab./Kota or Desa/Kel. before the name, or give the code.",
        ),
        "area.code_unknown": Entry(
            id="Kode wilayah tidak dikenal: {name}.",
            en="Unknown area code: {name}.",
            do_id="Pakai kode Kemendagri, misalnya 35.12.04.2003, disimpan sebagai teks.",
            do_en="Use the Kemendagri code, such as 35.12.04.2003, stored as text.",
        ),
        "area.code_and_name_differ": Entry(
            id="Kode wilayah dan nama desa/kelurahan tidak cocok: {name}.",
            en="The area code and the name of the village differ: {name}.",
            do_id="Perbaiki salah satunya; yang benar dapat dilihat di lembar Kode.",
            do_en="Correct one of them; the sheet Kode shows the right ones.",
        ),
    }
)
