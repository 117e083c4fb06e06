"""What can be wrong with a posting."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "ledger.short": Entry(
            id="Saldo {account} tidak cukup: hanya {available}, diminta {amount}.",
            en="{account} holds too little: only {available}, asked {amount}.",
            do_id="Kurangi jumlahnya, atau catat dahulu uang yang masuk.",
            do_en="Lower the amount, or record first what came in.",
            status=409,
        ),
        "ledger.conflict": Entry(
            id="Nomor pencatatan {id} sudah dipakai untuk isi yang lain.",
            en="The entry id {id} already stands for another content.",
            do_id="Kedua catatan disimpan untuk diperiksa dua petugas; jangan mencatat ulang.",
            do_en="Both are kept for two officers to review; do not record it again.",
            status=409,
        ),
        "ledger.unit": Entry(
            id="Satuan {unit} bukan satu kata.",
            en="The unit {unit} is not one word.",
            do_id="Tulis satu kata tanpa spasi, misalnya ekor, karung atau kg.",
            do_en="Write one word without spaces, such as ekor, karung or kg.",
            status=422,
        ),
        "ledger.anchor_broken": Entry(
            id="Berkas jangkar {path} rusak pada baris {line}.",
            en="The anchor file {path} is broken at line {line}.",
            do_id="Pakai salinan yang disimpan di luar; jangan menulis ulang baris lama.",
            do_en="Use the copy that is kept outside; never rewrite its old lines.",
            status=422,
        ),
        "ledger.no_account": Entry(
            id="Akun pada catatan {id} tidak ada di buku ini, atau satuannya berbeda.",
            en="An account of entry {id} is not in this book, or the units differ.",
            do_id="Muat ulang buku dan pilih akun lagi.",
            do_en="Reload the book and choose the account again.",
            status=422,
        ),
        "ledger.bad_reversal": Entry(
            id="Catatan {id} bukan pembalikan yang tepat dari catatan yang disebutnya.",
            en="Entry {id} is not the exact reversal of the entry it names.",
            do_id="Balikkan dengan jumlah yang sama dan akun yang ditukar, satu kali saja.",
            do_en="Reverse with the same amount and swapped accounts, once only.",
            status=422,
        ),
        "ledger.bad_transfer": Entry(
            id="Catatan {id} tidak sah: jumlah harus bilangan bulat di atas nol.",
            en="Entry {id} is invalid: the amount must be a whole number above zero.",
            do_id="Perbaiki jumlahnya.",
            do_en="Correct the amount.",
            status=422,
        ),
    }
)
