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
