"""Problems of phones, pushes and packs."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

_AGAIN_ID, _AGAIN_EN = "Kirim lagi; tidak ada yang berubah.", "Send again; nothing was changed."

register(
    {
        "device_needed": Entry(
            "Alamat ini hanya untuk HP yang terdaftar.", "This address is for enrolled phones only.",
            "Daftarkan HP ini setelah masuk dengan akun Anda.", "Enrol this phone after signing in.", 401),
        "device_unknown": Entry(
            "HP ini tidak terdaftar di server ini.", "This phone is not enrolled at this server.",
            "Masuk dan daftarkan lagi; data yang belum terkirim dapat disimpan ke berkas.",
            "Sign in and enrol again; what is unsent can be saved to a file.", 401),
        "device_revoked": Entry(
            "HP ini sudah dicabut kantor; isinya dihapus.", "The office cut this phone off; it is wiped.",
            "Hubungi kantor Anda.", "Speak to your office.", 403),
        "device_role_ended": Entry(
            "Peran pada HP ini sudah berakhir; isinya dihapus.", "The role of this phone has ended; it is wiped.",
            "Hubungi kantor Anda.", "Speak to your office.", 403),
        "device_mismatch": Entry(
            "Kiriman menyebut HP lain daripada tokennya.", "The push names another device than its token.",
            "Daftarkan HP ini sendiri; laporkan bila HP Anda hilang.", "Enrol this phone; report a lost phone.", 403),
        "device_too_many": Entry(
            "Akun ini sudah memakai lima HP.", "This account uses five phones already.",
            "Minta kantor mencabut HP lama.", "Ask the office to cut off an old one.", 409),
        "push_unreadable": Entry(
            "Kiriman tidak terbaca: {detail}.", "The push cannot be read: {detail}.",
            "Perbarui aplikasi, lalu kirim lagi.", "Update the app and send again.", 400),
        "push_too_large": Entry(
            "Kiriman terlalu besar: {size} bita, paling banyak {limit}.",
            "The push is too large: {size} bytes, {limit} at most.",
            "Kirim dalam bagian yang lebih kecil.", "Send it in smaller parts.", 413),
        "push_full": Entry(
            "Rekaman ini berada di belakang {limit} rekaman pertama.", "This record stood behind the first {limit}.",
            _AGAIN_ID, _AGAIN_EN, 200),
        "record_shape": Entry(
            "Rekaman tidak lengkap: {fields}.", "The record is incomplete: {fields}.",
            "Perbaiki isian ini, lalu kirim lagi.", "Mend these fields and send again.", 422),
        "record_kind_unknown": Entry(
            "Jenis rekaman {kind} tidak dikenal.", "The record kind {kind} is unknown.",
            "Perbarui aplikasi; rekaman tetap tersimpan.", "Update the app; the record is kept.", 422),
        "version_unknown": Entry(
            "Versi {version} dari {kind} tidak dikenal server ini.",
            "This server does not know version {version} of {kind}.",
            "Rekaman tersimpan dan dapat diterapkan setelah server diperbarui.",
            "The record is kept and can be applied after an update.", 422),
        "form_version_unknown": Entry(
            "Instrumen {instrument} versi {version} tidak dikenal.",
            "Version {version} of the instrument {instrument} is unknown.",
            "Rekaman tersimpan; muat ulang instrumen, lalu kirim lagi.",
            "The record is kept; reload the instrument.", 422),
        "record_permission": Entry(
            "Peran ini tidak berwenang atas rekaman {kind}.", "This role may not record {kind}.",
            "Mintalah petugas yang berwenang.", "Ask an officer who may.", 403),
        "not_yours": Entry(
            "Data ini bukan binaan Anda.", "This is not on your list.",
            "Rekaman tersimpan; kantor dapat memindahkannya.", "The record is kept; the office can pass it on.", 403),
        "needs_record": Entry(
            "Menunggu data yang belum datang.", "Waits for what has not arrived.",
            "Tidak perlu apa-apa: diterapkan sendiri.", "Nothing to do: it will be applied by itself.", 202),
        "revision_reused": Entry(
            "Isi lain di bawah nomor suntingan yang sama.", "Another content under the same revision.",
            "Kantor memilih salah satu; keduanya tersimpan.", "The office decides; both are kept.", 409),
        "id_taken": Entry(
            "Nomor rekaman ini milik orang lain.", "This record's id is somebody else's.",
            "Kantor memeriksanya; isinya tersimpan.", "The office looks into it; the content is kept.", 409),
        "field_conflict": Entry(
            "Isian yang sama diubah dua orang: {fields}.", "Two people changed the same field: {fields}.",
            "Kantor memilih; keduanya tersimpan.", "The office decides; both are kept.", 409),
        "apply_failed": Entry(
            "Server gagal menerapkan rekaman ini.", "The server failed to apply this record.",
            "Rekaman tersimpan dan dicoba lagi.", "The record is kept and will be tried again.", 500),
        "taken": Entry(
            "Rekaman tersimpan dan sedang diterapkan.", "The record is stored and is being applied.",
            "Tidak perlu apa-apa.", "Nothing to do.", 202),
        "upload_offset": Entry(
            "Bagian berkas tidak bersambung: sudah diterima {received} bita.",
            "The part does not join: {received} bytes are here.",
            "Lanjutkan dari sana.", "Go on from there.", 409),
        "upload_headers": Entry(
            "Kepala {name} tidak ada atau salah.", "The header {name} is missing or wrong.",
            "Perbarui aplikasi.", "Update the app.", 400),
        "upload_hash": Entry(
            "Berkas rusak dalam perjalanan.", "The file was damaged on its way.",
            "Mulai lagi dari awal.", "Begin again at 0.", 422),
        "upload_kind": Entry(
            "Jenis berkas ini tidak diterima: {kind}.", "This kind of file is not taken: {kind}.",
            "Kirim foto JPEG atau suara WebM.", "Send a JPEG photo or a WebM voice note.", 415),
        "photo_without_record": Entry(
            "Foto tersimpan, rekamannya belum datang.", "The photo is kept; its record has not come yet.",
            "Tidak perlu apa-apa.", "Nothing to do.", 202),
        "seal_broken": Entry(
            "NIK tersegel tidak dapat dibuka.", "The sealed NIK cannot be opened.",
            "Baca KTP sekali lagi.", "Read the card once more.", 422),
        "pack_unknown": Entry(
            "Paket ini tidak ada atau bukan untuk Anda.", "There is no such pack, or it is not yours.",
            "Muat ulang daftar paket.", "Reload the list of packs.", 404),
        "resolution_unknown": Entry(
            "Pilihlah salah satu versi.", "Choose one of the versions.",
            "Muat ulang halaman.", "Reload the page.", 400),
    }
)  # fmt: skip
