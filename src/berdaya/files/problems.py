"""What can be wrong with a file."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "files.too_large": Entry(
            id="Berkas terlalu besar: {size} byte, paling banyak {limit} byte.",
            en="The file is too large: {size} bytes, at most {limit} bytes.",
            do_id="Perkecil berkasnya, lalu unggah lagi.",
            do_en="Make the file smaller and upload it again.",
            status=413,
        ),
        "files.not_an_image": Entry(
            id="Berkas ini bukan foto yang dapat dibuka (JPEG, PNG, atau WebP).",
            en="This file is no photo that can be opened (JPEG, PNG or WebP).",
            do_id="Ambil ulang fotonya atau pilih berkas lain.",
            do_en="Take the photo again or choose another file.",
            status=422,
        ),
        "files.too_many_pixels": Entry(
            id="Gambar terlalu besar: {pixels} piksel, paling banyak {limit}.",
            en="The image is too large: {pixels} pixels, at most {limit}.",
            do_id="Perkecil gambarnya, lalu unggah lagi.",
            do_en="Make the image smaller and upload it again.",
            status=413,
        ),
        "files.disk_full": Entry(
            id="Penyimpanan berkas penuh; tidak ada yang disimpan.",
            en="The file storage is full; nothing was stored.",
            do_id="Hubungi petugas sistem. Coba lagi setelah tempat tersedia.",
            do_en="Tell the system officer. Try again when there is room.",
            status=507,
        ),
        "files.store_away": Entry(
            id="Penyimpanan berkas tidak menjawab ({status}); tidak ada yang disimpan.",
            en="The file storage does not answer ({status}); nothing was stored.",
            do_id="Coba lagi sebentar lagi; bila berulang, hubungi petugas sistem.",
            do_en="Try again soon; if it goes on, tell the system officer.",
            status=503,
        ),
        "files.empty_signature": Entry(
            id="Tanda tangan kosong.",
            en="The signature is empty.",
            do_id="Minta penerima menandatangani, atau pakai cap jempol dengan saksi.",
            do_en="Ask the recipient to sign, or take a thumbprint with a witness.",
            status=422,
        ),
        "files.missing": Entry(
            id="Isi berkas {name} tidak ditemukan di penyimpanan.",
            en="The content of {name} is not in the storage.",
            do_id="Pulihkan dari cadangan; hubungi petugas sistem.",
            do_en="Restore it from the backup; tell the system officer.",
            status=500,
        ),
    }
)
