"""What can be wrong with a payment or a turn."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "funds.more_than_debt": Entry(
            id="Angsuran Rp{amount} lebih besar dari sisa utang Rp{debt}.",
            en="The instalment of Rp{amount} is larger than the remaining debt of Rp{debt}.",
            do_id="Catat sebesar sisa utang; kelebihannya dicatat sebagai simpanan.",
            do_en="Record the remaining debt; the rest can be a saving.",
            status=409,
        ),
        "funds.no_turn": Entry(
            id="Anggota nomor {member} tidak sedang memakai modal.",
            en="Member {member} has no open turn of the capital.",
            do_id="Catatan disimpan menunggu keputusan dua petugas.",
            do_en="The entry is kept for two officers to decide.",
            status=409,
        ),
        "funds.in_arrears": Entry(
            id="Anggota nomor {member} masih menunggak Rp{amount} ({days} hari); giliran baru belum dapat dibuka.",
            en="Member {member} is in arrears with Rp{amount} ({days} days); no new turn can be opened.",
            do_id="Lunasi tunggakan dahulu, atau pilih anggota berikutnya dalam antrean.",
            do_en="Settle the arrears first, or take the next member in the queue.",
            status=409,
        ),
        "funds.turn_open": Entry(
            id="Anggota nomor {member} masih memakai modal.",
            en="Member {member} still has an open turn.",
            do_id="Tunggu sampai gilirannya lunas.",
            do_en="Wait until the turn is paid back.",
            status=409,
        ),
        "funds.not_a_member": Entry(
            id="Orang ini bukan anggota kelompok pada tanggal {day}.",
            en="This person is no member of the group on {day}.",
            do_id="Periksa tanggal dan daftar anggota.",
            do_en="Check the date and the list of members.",
            status=422,
        ),
        "funds.future": Entry(
            id="Tanggal {day} belum tiba.",
            en="The day {day} has not come yet.",
            do_id="Perbaiki tanggalnya.",
            do_en="Correct the date.",
            status=422,
        ),
        "funds.bad_amount": Entry(
            id="Jumlah {amount} tidak sah; tulis rupiah bulat di atas nol.",
            en="The amount {amount} is invalid; write whole rupiah above zero.",
            do_id="Perbaiki jumlahnya.",
            do_en="Correct the amount.",
            status=422,
        ),
        "funds.already_reversed": Entry(
            id="Catatan ini sudah dibatalkan.",
            en="This entry has been reversed already.",
            do_id="Muat ulang buku kas.",
            do_en="Reload the cash book.",
            status=409,
        ),
    }
)
