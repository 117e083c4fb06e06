"""What can be wrong with packages and handovers."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "grants.bad_package_line": Entry(
            id="Baris {row} paket {package}: jumlah dan harga harus bilangan bulat di atas nol; nama dan satuan diisi.",
            en="Row {row} of package {package}: quantity and price must be whole and above zero, name and unit given.",
            do_id="Perbaiki barisnya di sheet Paket.",
            do_en="Correct the row in the sheet Paket.",
            status=422,
        ),
        "grants.package_too_dear": Entry(
            id="Paket {package} bernilai Rp{value}, melebihi batas Rp{ceiling}.",
            en="Package {package} is worth Rp{value}, above the ceiling of Rp{ceiling}.",
            do_id="Kurangi jumlah barang atau harganya.",
            do_en="Lower quantities or prices.",
            status=409,
        ),
        "grants.package_in_use": Entry(
            id="Paket {package} sudah ada dengan isi lain dan tidak dapat diubah.",
            en="Package {package} exists with another content and cannot be changed.",
            do_id="Buat paket dengan kode baru.",
            do_en="Make a package with a new code.",
            status=409,
        ),
        "grants.no_package": Entry(
            id="Tidak ada paket untuk jenis usaha {kind}.",
            en="There is no package for the kind of business {kind}.",
            do_id="Tambahkan kode paketnya pada [aid] packages.",
            do_en="Add its package code to [aid] packages.",
            status=409,
        ),
        "grants.not_in_decree": Entry(
            id="{ref} tidak tercantum dalam SK yang berlaku.",
            en="{ref} stands in no decree in force.",
            do_id="Barang tidak boleh diserahkan. Periksa lampiran SK atau penggantian penerima.",
            do_en="Goods must not be handed over. Check the annex of the decree or replacements.",
            status=409,
        ),
        "grants.before_decree": Entry(
            id="Tanggal penyerahan {day} mendahului SK tanggal {decreed}.",
            en="The handover on {day} comes before the decree of {decreed}.",
            do_id="Perbaiki tanggal penyerahan.",
            do_en="Correct the date of the handover.",
            status=422,
        ),
        "grants.already_handed_over": Entry(
            id="{ref} sudah menerima barang pada {day} (BAST {number}).",
            en="{ref} received goods already on {day} (BAST {number}).",
            do_id="Satu baris SK hanya untuk satu penyerahan. Periksa BAST yang ada.",
            do_en="One decree line stands for one handover. Check the existing BAST.",
            status=409,
        ),
        "grants.before_handover": Entry(
            id="Tanggal konfirmasi {day} mendahului penyerahan tanggal {handed}.",
            en="The confirmation of {day} comes before the handover of {handed}.",
            do_id="Perbaiki tanggal konfirmasi.",
            do_en="Correct the date of the confirmation.",
            status=422,
        ),
        "grants.nobody_said": Entry(
            id="Nama yang memberi konfirmasi untuk BAST {number} kosong.",
            en="The name of who confirmed BAST {number} is empty.",
            do_id="Isi nama anggota keluarga yang ditanya.",
            do_en="Enter which member of the family was asked.",
            status=422,
        ),
        "grants.future": Entry(
            id="Tanggal {day} belum tiba.",
            en="The day {day} has not come yet.",
            do_id="Perbaiki tanggalnya.",
            do_en="Correct the date.",
            status=422,
        ),
        "grants.nobody_received": Entry(
            id="Nama penerima barang untuk {ref} kosong.",
            en="The name of who received the goods for {ref} is empty.",
            do_id="Isi nama penerima.",
            do_en="Enter who received them.",
            status=422,
        ),
    }
)


def _entry(id_text: str, en: str, do_id: str, do_en: str, status: int = 409) -> Entry:
    return Entry(id=id_text, en=en, do_id=do_id, do_en=do_en, status=status)


register(
    {
        "grants.bad_sum": _entry(
            "Nilai BAST tidak sama dengan jumlah barisnya.", "The value of the BAST is not the sum of its lines.",
            "Ulangi pencatatannya.", "Record it again.",
        ),
        "grants.other_package": _entry(
            "Baris SK ini sudah menerima dari paket lain.", "This decree line receives another package.",
            "Pilih barang dari paketnya sendiri.", "Choose goods of its own package.",
        ),
        "grants.more_than_planned": _entry(
            "{ref}: jumlah {name} melebihi yang masih menjadi haknya ({left}).",
            "{ref}: more {name} than is still due ({left}).",
            "Periksa BAST sebelumnya; sisa hak tertera di halaman baris SK.",
            "Check the earlier BAST; what is still due stands on the page of the decree line.",
        ),
        "grants.no_such_item": _entry(
            "Paket {package} tidak memuat barang nomor {number}.", "Package {package} has no item number {number}.",
            "Periksa nomor barangnya.", "Check the number of the item.", 422,
        ),
        "grants.not_in_store": _entry(
            "{name}: tersisa {left} di tempat simpan, diminta {quantity}.",
            "{name}: {left} left in store, {quantity} asked.",
            "Catat kirimannya dahulu, pindahkan stok, atau serahkan sebagian.",
            "Record the delivery first, move stock, or hand over a part.",
        ),
        "grants.price_above_ceiling": _entry(
            "Harga {name} Rp{price} melebihi harga tertinggi Rp{ceiling}, atau barangnya tidak ada dalam paket.",
            "The price of {name}, Rp{price}, is above the ceiling of Rp{ceiling}, or no package has the item.",
            "Tawar harganya atau buat paket baru dengan harga yang disetujui.",
            "Negotiate, or make a new package with an agreed price.", 422,
        ),
        "grants.purchase_not_agreed": _entry(
            "Pengadaan ini belum disetujui orang kedua, atau tanggal kiriman mendahuluinya.",
            "A second person has not agreed to this purchase, or the delivery comes before it.",
            "Mintalah persetujuan, lalu catat kirimannya.", "Ask for the agreement, then record the delivery.",
        ),
        "grants.lot_too_large": _entry(
            "Kiriman {quantity} melebihi yang masih ditunggu dari pembelian ini ({left}).",
            "A delivery of {quantity} is more than this purchase still expects ({left}).",
            "Hitung ulang barangnya; kelebihan dikembalikan kepada penyedia.",
            "Count again; the surplus goes back to the supplier.",
        ),
        "grants.too_many_tags": _entry(
            "Jumlah nomor seri atau eartag tidak sama dengan jumlah barang ({quantity}).",
            "The serial numbers or ear tags are not as many as the pieces ({quantity}).",
            "Isi satu nomor untuk setiap barang, tanpa pengulangan.", "Give one number for each piece, each once.", 422,
        ),
        "grants.tag_known": _entry(
            "Nomor {tag} sudah tercatat pada kiriman lain.", "The number {tag} is recorded with another lot.",
            "Periksa nomor pada barangnya.", "Check the number on the piece.",
        ),
        "grants.tag_given_out": _entry(
            "Nomor {tag} sudah diserahkan, atau tidak ada di tempat simpan ini.",
            "The number {tag} was given out already, or is not in this store.",
            "Periksa nomor pada barangnya; satu nomor hanya untuk satu penerima.",
            "Check the number on the piece; one number goes to one recipient.",
        ),
        "grants.bad_move": _entry(
            "Mutasi stok ini tidak sesuai dengan isi kirimannya.", "This move does not fit what the lot holds.",
            "Periksa jumlah, asal, dan tujuan.", "Check quantity, source and target.", 422,
        ),
        "grants.bad_own_asset": _entry(
            "{name}: nama, nilai, atau keadaannya tidak dapat dicatat.",
            "{name}: its name, value or state cannot be recorded.",
            "Isi nama dan nilai nol atau lebih; yang sudah tidak ada tidak dicatat sebagai aset.",
            "Give a name and a value of zero or more; what is gone is no asset.", 422,
        ),
        "grants.loss_needs_minutes": _entry(
            "Barang yang hilang, mati, dijual, atau digulirkan memerlukan berita acara.",
            "What was lost, died, was sold or passed on needs minutes.",
            "Isi berita acaranya: apa, kapan, siapa saksinya.", "Write the minutes: what, when, who witnessed it.", 422,
        ),
        "grants.more_back_than_handed": _entry(
            "Yang kembali lebih banyak daripada yang diserahkan, atau tempat simpannya belum dipilih.",
            "More comes back than was handed over, or no store was chosen.",
            "Periksa jumlahnya.", "Check the quantity.", 422,
        ),
        "grants.proxy_not_agreed": _entry(
            "Wakil penerima untuk {ref} belum disetujui petugas kedua.",
            "A second officer has not agreed to the proxy of {ref}.",
            "Mintalah petugas lain menyetujuinya, serahkan di rumah, atau kembalikan ke tempat simpan.",
            "Ask another officer, hand over at home, or put the goods back to store.",
        ),
        "grants.proxy_not_of_family": _entry(
            "{name} bukan anggota KK penerima dan tidak tercatat sebagai ahli waris.",
            "{name} is no member of the recipient's KK and is named as no heir.",
            "Pilih anggota KK, atau ahli waris dengan nomor suratnya.",
            "Choose a member of the KK, or an heir with the number of the letter.", 422,
        ),
        "grants.number_taken": _entry(
            "Nomor {number} sudah dipakai.", "The number {number} is taken.",
            "Periksa nomornya.", "Check the number.",
        ),
        "grants.bad_purchase_line": _entry(
            "Jumlah dan harga {name} harus bilangan bulat di atas nol.",
            "Quantity and price of {name} must be whole and above zero.",
            "Perbaiki baris pengadaannya.", "Correct the line of the purchase.", 422,
        ),
        "grants.no_signature": _entry(
            "{ref}: tanda tangan kosong dan tidak ada cap jempol bersaksi.",
            "{ref}: the signature is empty and there is no witnessed thumbprint.",
            "Minta tanda tangan, cap jempol dengan saksi, atau unggah pindaian BAST kertas.",
            "Ask for a signature, a thumbprint with a witness, or upload a scan of the paper.", 422,
        ),
        "grants.excluded_now": _entry(
            "{ref} tertahan: {reason}. Barang belum boleh diserahkan.",
            "{ref} is held back: {reason}. Goods must not be handed over yet.",
            "Buka tugas pemeriksaan; bila keliru, perbaiki datanya lalu periksa ulang.",
            "Open the task; where the list is wrong, mend the data and screen again.",
        ),
        "grants.proposal_waits": _entry(
            "Calon ini sudah mempunyai usulan yang berjalan.", "This candidate has a proposal under way.",
            "Kembalikan usulan yang ada sebelum membuat yang baru.", "Send the present one back before a new one.",
        ),
        "grants.proposal_too_dear": _entry(
            "RAB bernilai Rp{value}, melebihi batas Rp{ceiling}.",
            "The budget of Rp{value} is above the ceiling of Rp{ceiling}.",
            "Kurangi jumlah barang atau harganya.", "Lower quantities or prices.", 422,
        ),
        "grants.proposal_other_kind": _entry(
            "Jenis usaha {kind} bukan jenis usaha calon ini ({own}).",
            "The kind of business {kind} is not the candidate's ({own}).",
            "Perbaiki jenis usahanya, atau ubah data calon lebih dahulu.",
            "Correct the kind, or change the candidate's data first.", 422,
        ),
        "grants.nobody_on_the_list": _entry(
            "Tidak ada penerima yang dapat dipanggil untuk hari ini.", "There is nobody to call for this day.",
            "Semua penerima sudah menerima, atau SK belum berlaku.",
            "All recipients have received, or no decree is in force.",
        ),
        "grants.card_unknown": _entry(
            "Kartu atau nomor {card} tidak ada dalam antrean hari ini.",
            "Card or number {card} is not in today's queue.",
            "Pindai ulang, atau cari dengan nomor baris SK.", "Scan again, or search by the number of the decree line.",
            404,
        ),
        "grants.not_issued": _entry(
            "Paket hari penyaluran ini belum diterbitkan.", "The pack of this day has not been issued.",
            "Terbitkan paketnya: daftar pengecualian diperiksa saat itu.",
            "Issue the pack: the exclusion lists are screened then.",
        ),
        "grants.bad_form": _entry(
            "Isian belum lengkap atau tidak dapat dibaca.", "The form is incomplete or cannot be read.",
            "Periksa tanggal, jumlah, dan pilihan, lalu kirim lagi.",
            "Check dates, quantities and choices, send again.",
            422,
        ),
        "grants.proxy_needs_photo": _entry(
            "Wakil penerima harus difoto.", "A proxy needs a photo.",
            "Foto wajah wakil bersama KK atau KTP-nya, lalu kirim lagi.",
            "Take a picture of the proxy with KK or KTP, send again.",
            422,
        ),
        "grants.pack_expired": _entry(
            "Paket hari penyaluran sudah lewat 24 jam; daftar penerima harus diperiksa ulang.",
            "The day's pack is older than 24 hours; the list has to be screened again.",
            "Terbitkan ulang paket hari ini.", "Issue today's pack again.",
        ),
    }
)  # fmt: skip
