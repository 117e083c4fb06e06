"""What can go wrong with people."""

from berdaya.kernel.problems import Entry, register

register(
    {
        "person_unknown": Entry(
            id="Orang ini tidak ditemukan di wilayah Anda.",
            en="This person is not found in your area.",
            do_id="Periksa alamat, atau ganti peran Anda.",
            do_en="Check the address, or switch your role.",
            status=404,
        ),
        "identity_taken": Entry(
            id="Nomor ini sudah milik orang atau keluarga lain.",
            en="This number belongs to another person or family already.",
            do_id="Periksa kartu aslinya; bila benar, laporkan kepada kantor yang membawahi kedua wilayah.",
            do_en="Check the original card; if it is right, tell the office above both areas.",
            status=409,
        ),
        "identity_invalid": Entry(
            id="Nomor {number} tidak sah ({fault}).",
            en="The number {number} is not valid ({fault}).",
            do_id="Tulis 16 angka dari kartu aslinya.",
            do_en="Write the 16 digits of the original card.",
        ),
        "identity_busy": Entry(
            id="Daftar yang sama sedang diproses orang lain.",
            en="Somebody else is registering the same people at this moment.",
            do_id="Tunggu sebentar, lalu ulangi.",
            do_en="Wait a moment and try again.",
            status=409,
        ),
        "lookup_limit": Entry(
            id="Terlalu banyak pencarian nomor dalam satu jam.",
            en="Too many look-ups of numbers within an hour.",
            do_id="Lanjutkan pada jam berikutnya, atau minta atasan memeriksa.",
            do_en="Go on in the next hour, or ask your supervisor to check.",
            status=429,
        ),
        "merged_already": Entry(
            id="Catatan ini sudah digabung, dihapus, atau penggabungan lain harus dibatalkan lebih dahulu.",
            en="This record is merged or erased already, or another merge has to be undone first.",
            do_id="Muat ulang halaman; batalkan penggabungan yang terakhir lebih dahulu.",
            do_en="Reload the page; undo the latest merge first.",
            status=409,
        ),
        "transfer_not_needed": Entry(
            id="Keluarga ini sudah berada di wilayah Anda.",
            en="This family lies in your area already.",
            do_id="Pindahkan alamatnya dari halaman keluarga.",
            do_en="Move its address from the family's page.",
            status=409,
        ),
        "reason_missing": Entry(
            id="Alasan wajib ditulis, paling sedikit 10 huruf.",
            en="A reason is required, at least 10 letters.",
            do_id="Tulis untuk apa data ini diperlukan.",
            do_en="Say what the data are needed for.",
        ),
        "nik_absent": Entry(
            id="NIK orang ini belum tercatat.",
            en="No NIK is recorded for this person.",
            do_id="Lengkapi melalui perbaikan data.",
            do_en="Add it through a correction.",
            status=404,
        ),
        "move_area_unknown": Entry(
            id="Wilayah tujuan tidak dikenal.",
            en="The new area is unknown.",
            do_id="Pilih desa atau kelurahan dari daftar.",
            do_en="Choose a village from the list.",
        ),
        "move_area_several": Entry(
            id="Ada beberapa desa bernama {name}: {choices}",
            en="Several villages are called {name}: {choices}",
            do_id="Tulis juga kecamatan dan kabupatennya, dipisah koma, atau pilih dari daftar.",
            do_en="Write its kecamatan and kabupaten too, with commas between, or choose from the list.",
        ),
        "consent_bad": Entry(
            id="Persetujuan belum lengkap: bahasa, siapa yang membacakan, dan saksi untuk cap jempol atau lisan.",
            en="The consent is not complete: language, who read it, and a witness for a thumbprint or spoken word.",
            do_id="Lengkapi isian persetujuan, lalu simpan lagi.",
            do_en="Complete the entries of the consent and save again.",
            status=422,
        ),
        "consent_early": Entry(
            id="Tanggal penarikan lebih awal dari tanggal persetujuan.",
            en="The day of the withdrawal is before the day of the consent.",
            do_id="Perbaiki tanggal penarikan.",
            do_en="Correct the day of the withdrawal.",
            status=422,
        ),
        "wording_bad": Entry(
            id="Naskah persetujuan kosong, terlalu panjang, atau bahasanya tidak dikenal.",
            en="The wording is empty, too long, or its language is unknown.",
            do_id="Tulis 1–12 kalimat, satu kalimat setiap baris, paling panjang 400 huruf.",
            do_en="Write 1–12 sentences, one a line, at most 400 letters each.",
            status=422,
        ),
    }
)
