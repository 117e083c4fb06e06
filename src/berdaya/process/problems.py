"""Problems of the steps that span several domains."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "awaiting_approval": Entry(
            id="Menunggu persetujuan petugas kedua: {stage}.",
            en="Waits for a second officer's approval: {stage}.",
            do_id="Petugas yang berwenang menyetujuinya di web kantor, lalu jalankan perintah yang sama lagi.",
            do_en="An officer in charge approves it on the office web; then run the same command again.",
            status=409,
        ),
        "visit_in_future": Entry(
            id="Tanggal kunjungan belum tiba.",
            en="The day of the visit has not come yet.",
            do_id="Perbaiki tanggal kunjungan pada ponsel, lalu kirim lagi.",
            do_en="Mend the day of the visit on the phone and send it again.",
            status=422,
        ),
        "entry_needed": Entry(
            id="Isian {field} kosong atau salah bentuk.",
            en="The entry {field} is empty or malformed.",
            do_id="Kembali, isi, lalu kirim lagi.",
            do_en="Go back, fill it in, and send again.",
            status=422,
        ),
    }
)
