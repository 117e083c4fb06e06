"""Problems of groups: membership, officers, codes."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

_LIMITS_ID = "Sesuaikan anggota dengan aturan kelompok pada program."
_LIMITS_EN = "Bring the members in line with the group rule of the programme."

register(
    {
        "group_too_small": Entry(
            id="Kelompok hanya beranggota {count} orang; paling sedikit {smallest}.",
            en="The group has {count} members only; {smallest} at least.",
            do_id=_LIMITS_ID, do_en=_LIMITS_EN, status=422,
        ),
        "group_too_big": Entry(
            id="Kelompok akan beranggota {count} orang; paling banyak {largest}.",
            en="The group would have {count} members; {largest} at most.",
            do_id=_LIMITS_ID, do_en=_LIMITS_EN, status=422,
        ),
        "group_member_elsewhere": Entry(
            id="Anggota nomor {number} tinggal di luar wilayah yang disyaratkan.",
            en="Member {number} lives outside the area that the rule asks for.",
            do_id="Pilih anggota dari kecamatan yang sama.",
            do_en="Choose members of the same kecamatan.", status=422,
        ),
        "group_household_twice": Entry(
            id="Anggota nomor {number} satu keluarga dengan anggota lain.",
            en="Member {number} belongs to the household of another member.",
            do_id="Satu keluarga diwakili satu anggota.",
            do_en="One member stands for one household.", status=422,
        ),
        "group_member_taken": Entry(
            id="Anggota nomor {number} masih menjadi anggota kelompok lain.",
            en="Member {number} still belongs to another group.",
            do_id="Catat lebih dulu kapan ia keluar dari kelompok itu.",
            do_en="Record first when that membership ended.", status=409,
        ),
        "group_no_member": Entry(
            id="Orang itu bukan anggota kelompok pada tanggal {day}.",
            en="That person is not a member of the group on {day}.",
            do_id="Periksa daftar anggota dan tanggalnya.",
            do_en="Check the list of members and the date.", status=422,
        ),
        "group_officer_no_member": Entry(
            id="Calon {position} bukan anggota kelompok.",
            en="The {position} to be is not a member of the group.",
            do_id="Pilih pengurus dari anggota.",
            do_en="Choose officers among the members.", status=422,
        ),
        "group_officer_twice": Entry(
            id="Satu orang memegang dua jabatan ({position}).",
            en="One person holds two offices ({position}).",
            do_id="Pilih orang lain untuk salah satu jabatan.",
            do_en="Choose somebody else for one of them.", status=422,
        ),
        "group_officer_minor": Entry(
            id="Calon {position} belum berumur {age} tahun.",
            en="The {position} to be is not yet {age}.",
            do_id="Pilih anggota yang sudah dewasa.",
            do_en="Choose a member of age.", status=422,
        ),
        "group_officer_age_unknown": Entry(
            id="Tanggal lahir calon {position} belum tercatat.",
            en="The birth date of the {position} to be is not recorded.",
            do_id="Lengkapi tanggal lahirnya, lalu catat sebagai pengurus.",
            do_en="Complete the birth date, then record the office.", status=422,
        ),
        "group_sponsor_unknown": Entry(
            id="Jenis lembaga pembina tidak dikenal: {kind}.",
            en="Unknown kind of sponsor organisation: {kind}.",
            do_id="Pakai salah satu: {known}.",
            do_en="Use one of: {known}.", status=422,
        ),
        "group_code_taken": Entry(
            id="Kode {value} sudah dipakai kelompok lain.",
            en="The code {value} belongs to another group.",
            do_id="Pakai kode lain.",
            do_en="Use another code.", status=409,
        ),
        "group_dissolved": Entry(
            id="Kelompok sudah dibubarkan pada {day}.",
            en="The group was dissolved on {day}.",
            do_id="Bentuk kelompok baru bila diperlukan.",
            do_en="Form a new group where one is needed.", status=409,
        ),
        "group_demo_election": Entry(
            id="Pemilihan contoh hanya untuk data contoh.",
            en="The example election is for example data only.",
            do_id="Catat hasil musyawarah anggota.",
            do_en="Record what the members decided.", status=422,
        ),
        "group_proposal_closed": Entry(
            id="Usulan kelompok ini sudah selesai.",
            en="This proposal of a group has ended already.",
            do_id="Buka daftar usulan; susun usulan baru bila perlu.",
            do_en="Open the list of proposals; make a new one where needed.",
            status=409,
        ),
        "group_proposal_stranger": Entry(
            id="Orang itu bukan calon anggota usulan ini.",
            en="That person is not in this proposal.",
            do_id="Muat ulang halaman, lalu ulangi.",
            do_en="Reload the page and try again.",
            status=422,
        ),
        "group_wish_unknown": Entry(
            id="Nomor {ref} tidak ada pada daftar program.",
            en="There is no number {ref} on the list of the programme.",
            do_id="Pakai nomor seperti pada daftar penerima.",
            do_en="Use the number as the list of recipients has it.",
            status=422,
        ),
        "group_meeting_early": Entry(
            id="Rapat pendirian {day} mendahului usulan atau belum tiba.",
            en="The founding meeting on {day} is before the proposal or has not come yet.",
            do_id="Isi tanggal rapat yang sebenarnya.",
            do_en="Enter the day on which the meeting took place.",
            status=422,
        ),
        "group_meeting_absent": Entry(
            id="Yang hadir {present} orang, tidak lebih dari setengah {members} anggota.",
            en="Only {present} people came, no more than half of the {members} members.",
            do_id="Ulangi rapat bila anggota yang hadir sudah cukup.",
            do_en="Meet again when enough members come.",
            status=422,
        ),
    }
)  # fmt: skip
