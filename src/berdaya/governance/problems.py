"""What can be wrong with cards, rules and changes of groups."""

from __future__ import annotations

from django.db import Error

from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.problems import problem_of as named

FROM_DATABASE = {"BD051": "governance.card_slowed", "BD052": "same_person", "BD053": "already_decided"}


def problem_of(error: Error) -> Problem | None:
    """The named problem behind an error of the database, or None where it is another's."""
    return named(error, FROM_DATABASE)


register(
    {
        "governance.card_slowed": Entry(
            id="Terlalu banyak angka yang salah untuk kartu ini.",
            en="Too many wrong digits for this card.",
            do_id="Tunggu satu jam, atau minta kartu baru kepada pengurus.",
            do_en="Wait an hour, or ask the officers for a new card.",
            status=429,
        ),
        "governance.card_wrong": Entry(
            id="Angka itu tidak cocok dengan kartu ini.",
            en="Those digits do not belong to this card.",
            do_id="Periksa enam angka di kartu Anda.",
            do_en="Check the six digits on your card.",
            status=404,
        ),
        "governance.matters_open": Entry(
            id="Kelompok belum dapat diakhiri: {matters}.",
            en="The group cannot end yet: {matters_en}.",
            do_id="Selesaikan lebih dulu: bagikan kas, lunasi atau hapus pinjaman, tetapkan pemilik setiap aset.",
            do_en="Settle first: share out the cash, close or write off loans, name an owner for each asset.",
            status=409,
        ),
        "governance.no_minutes": Entry(
            id="Perubahan kelompok memerlukan notulen dan jumlah yang hadir.",
            en="A change of a group needs minutes and the number present.",
            do_id="Tulis notulennya, dan hadirin lebih dari separuh anggota.",
            do_en="Write the minutes; more than half of the members must be present.",
            status=422,
        ),
        "governance.too_small": Entry(
            id="Sesudah perubahan ini kelompok {name} beranggota {count}, di luar {smallest} sampai {largest}.",
            en="After this change {name} would have {count} members, outside {smallest} to {largest}.",
            do_id="Ubah pembagian anggotanya.",
            do_en="Divide the members differently.",
            status=409,
        ),
        "governance.growth_order": Entry(
            id="Syarat mandiri untuk “{name}” lebih ringan daripada syarat berkembang.",
            en="What mandiri asks for “{name}” is easier than what berkembang asks.",
            do_id="Samakan keduanya, atau naikkan syarat mandiri.",
            do_en="Make both equal, or raise what mandiri asks.",
            status=422,
        ),
        "governance.growth_number": Entry(
            id="“{text}” bukan angka untuk “{name}”.",
            en="“{text}” is no figure for “{name}”.",
            do_id="Tulis angka saja, misalnya 3.000.000 atau 7,5.",
            do_en="Write figures only, for example 3.000.000 or 7,5.",
            status=422,
        ),
        "governance.growth_none": Entry(
            id="Kelas memerlukan sedikitnya satu syarat.",
            en="A class needs at least one criterion.",
            do_id="Centang sedikitnya satu syarat.",
            do_en="Tick at least one criterion.",
            status=422,
        ),
        "governance.growth_same": Entry(
            id="Syarat itu sama dengan yang berlaku.",
            en="These are the criteria in force.",
            do_id="Ubah sedikitnya satu angka.",
            do_en="Change at least one figure.",
            status=422,
        ),
        "governance.growth_waits": Entry(
            id="Usulan syarat lain masih menunggu orang kedua.",
            en="Other criteria still wait for a second person.",
            do_id="Tunggu sampai usulan itu disetujui atau ditolak, atau tarik usulan Anda sendiri.",
            do_en="Wait until that proposal is agreed to or refused, or withdraw your own.",
            status=409,
        ),
        "governance.ahead": Entry(
            id="Tanggal {day} belum tiba.",
            en="The day {day} has not come yet.",
            do_id="Isi tanggal yang sebenarnya.",
            do_en="Enter the day on which it happened.",
            status=422,
        ),
        "governance.same_group": Entry(
            id="Kelompok tidak dapat digabung dengan dirinya sendiri.",
            en="A group cannot be merged with itself.",
            do_id="Pilih kelompok lain.",
            do_en="Choose another group.",
            status=422,
        ),
    }
)
