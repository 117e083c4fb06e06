"""Problems of programmes: configuration, selection, decrees."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

_FIX_ID = "Perbaiki baris {path} pada programme.toml, lalu jalankan lagi."
_FIX_EN = "Mend {path} in programme.toml and run again."


def _config(text_id: str, text_en: str, do_id: str = _FIX_ID, do_en: str = _FIX_EN) -> Entry:
    return Entry(id=text_id, en=text_en, do_id=do_id, do_en=do_en, status=422)


register(
    {
        "programme_file_missing": _config(
            "Berkas programme.toml tidak ditemukan di {folder}.",
            "There is no programme.toml in {folder}.",
            "Letakkan programme.toml di folder program itu.",
            "Put programme.toml into that programme folder.",
        ),
        "programme_not_toml": _config(
            "programme.toml tidak dapat dibaca: {detail}.",
            "programme.toml cannot be read: {detail}.",
            "Perbaiki baris yang disebut; teks harus diapit tanda kutip ganda.",
            "Mend the line named; texts stand between double quotes.",
        ),
        "programme_key_unknown": _config(
            "Kunci {path} tidak dikenal. Yang dikenal di sini: {known}.",
            "The key {path} is not known. Known here: {known}.",
        ),
        "programme_key_missing": _config(
            "Kunci {path} wajib diisi.",
            "The key {path} is required.",
        ),
        "programme_value_wrong": _config(
            "Nilai {path} tidak dapat dipakai: {value}. {expected_id}",
            "The value of {path} cannot be used: {value}. {expected_en}",
        ),
        "programme_area_unknown": _config(
            "{path} bukan kode wilayah: {value}. Contoh kode: 36, 36.01, 36.01.02, 36.01.02.2003.",
            "{path} is no area code: {value}. Codes look like 36, 36.01, 36.01.02, 36.01.02.2003.",
        ),
        "programme_area_unquoted": _config(
            'Kode wilayah {path} harus diapit tanda kutip, misalnya "36.01" = 470.',
            'The area code {path} must stand in quotes, for example "36.01" = 470.',
        ),
        "quota_outside_programme": _config(
            "Kuota {path} berada di luar wilayah program ({area}).",
            "The quota {path} lies outside the programme's area ({area}).",
        ),
        "quota_above_parent": _config(
            "Kuota {path} ({value}) lebih besar daripada kuota yang melingkupinya, {parent} ({limit}).",
            "The quota {path} ({value}) is larger than the quota around it, {parent} ({limit}).",
        ),
        "quota_twice": _config(
            "Wilayah {path} mempunyai dua kuota.",
            "The area {path} has two quotas.",
        ),
        "lottery_seed_mismatch": Entry(
            id="Benih undian pihak {party} tidak cocok dengan komitmennya.",
            en="The lottery seed of party {party} does not match its commitment.",
            do_id="Mintalah pihak itu memeriksa benih yang dikomitmenkan; jangan menggantinya.",
            do_en="Ask that party to check the seed it committed to; do not replace it.",
            status=409,
        ),
        "lottery_seed_bad": Entry(
            id="Benih undian harus 8 sampai 200 huruf tanpa baris baru.",
            en="A lottery seed has 8 to 200 characters and no line break.",
            do_id="Pilih kalimat lain, simpan di amplop tertutup, lalu kirim komitmennya.",
            do_en="Choose another sentence, keep it in a sealed envelope, and send its commitment.",
            status=422,
        ),
        "lottery_needed": Entry(
            id="{count} calon bernilai sama berebut sisa kuota, tetapi benih undian belum lengkap.",
            en="{count} candidates of equal score compete for the last places; the seeds are missing.",
            do_id="Kedua pihak membuka benihnya setelah daftar dibekukan, lalu ulangi seleksi.",
            do_en="Let both parties reveal their seeds after the list is frozen, then select again.",
            status=409,
        ),
        "commitment_before_freeze": Entry(
            id="Komitmen undian harus dicatat sebelum benih dibuka dan oleh dua pihak yang berbeda.",
            en="Commitments come before the seeds are revealed, from two different parties.",
            do_id="Catat komitmen kedua pihak lebih dahulu.",
            do_en="Record the commitments of both parties first.",
            status=409,
        ),
        "commitment_bad": Entry(
            id="Komitmen undian harus berbentuk sha256: diikuti 64 angka heksadesimal, bukan: {value}.",
            en="A lottery commitment is sha256: and 64 hexadecimal digits, not: {value}.",
            do_id="Hitung SHA-256 dari benih Anda dan kirim hasilnya.",
            do_en="Compute SHA-256 of your seed and send the result.",
            status=422,
        ),
        "list_empty": Entry(
            id="Tidak ada calon yang memenuhi syarat dan terverifikasi untuk dibekukan.",
            en="There is no eligible and verified candidate to freeze.",
            do_id="Selesaikan pemeriksaan syarat dan verifikasi lebih dahulu.",
            do_en="Complete eligibility and verification first.",
            status=409,
        ),
        "list_not_frozen": Entry(
            id="Daftar calon belum dibekukan.",
            en="The list of candidates is not frozen yet.",
            do_id="Bekukan daftar setelah verifikasi selesai, lalu jalankan seleksi.",
            do_en="Freeze the list when verification is complete, then select.",
            status=409,
        ),
        "list_changed": Entry(
            id="Daftar beku tidak lagi cocok dengan sidiknya; seleksi dihentikan.",
            en="The frozen list no longer matches its hash; selection stopped.",
            do_id="Laporkan kepada inspektorat; bekukan ulang dengan komitmen undian yang baru.",
            do_en="Report it to the inspectorate; freeze again with fresh lottery commitments.",
            status=409,
        ),
        "selection_open": Entry(
            id="Seleksi program {programme} belum diputuskan; belum ada yang dapat diekspor.",
            en="The selection of programme {programme} is not decided yet; there is nothing to export.",
            do_id="Bekukan daftar, buka benih kedua pihak, lalu jalankan seleksi.",
            do_en="Freeze the list, let both parties open their seeds, then select.",
            status=409,
        ),
        "lottery_file_broken": Entry(
            id="Ini bukan berkas undian Berdaya, atau bagian {path} rusak.",
            en="This is no lottery file of Berdaya, or its part {path} is broken.",
            do_id="Pakai berkas dari ./berdaya lottery export tanpa mengubahnya.",
            do_en="Use a file of ./berdaya lottery export, unchanged.",
            status=422,
        ),
        "seeds_already_open": Entry(
            id="Benih undian sudah dibuka, daftar tidak boleh dibekukan ulang dengan benih yang sama.",
            en="The lottery seeds are open; the list cannot be frozen again under the same seeds.",
            do_id="Mintalah kedua pihak membuat komitmen baru.",
            do_en="Ask both parties for new commitments.",
            status=409,
        ),
        "recipients_excluded": Entry(
            id="{count} calon pada SK ini kini tercatat pada daftar pengecualian atau menerima bantuan lain: {refs}.",
            en="{count} candidates of this decree are now on an exclusion list or aided elsewhere: {refs}.",
            do_id="Operator menekan Isi tempat yang gugur di halaman langkah; sesudahnya setujui lagi.",
            do_en="The operator presses Fill places that fell free on the page of steps; then approve again.",
            status=409,
        ),
        "nothing_to_decree": Entry(
            id="Tidak ada penerima baru untuk ditetapkan.",
            en="There is no new recipient to decree.",
            do_id="Jalankan seleksi atau penggantian lebih dahulu.",
            do_en="Run the selection or a replacement first.",
            status=409,
        ),
        "reason_needed": Entry(
            id="Alasan wajib ditulis.",
            en="A reason is required.",
            do_id="Tulis alasan yang dapat diperiksa orang lain.",
            do_en="Write a reason that someone else can check.",
            status=422,
        ),
        "programme_frozen": Entry(
            id="Program {programme} sudah menetapkan penerima; aturannya tidak dapat diubah lagi.",
            en="Programme {programme} has decreed recipients; its rules can no longer change.",
            do_id="Buat program tahun berikutnya.",
            do_en="Create the next year's programme.",
            status=409,
        ),
        "rules_same": Entry(
            id="Aturan yang dicoba sama dengan aturan yang berlaku.",
            en="The rules that were tried are those in force.",
            do_id="Ubah bobot, kuota, atau batas lebih dahulu.",
            do_en="Change weights, quotas or limits first.",
            status=409,
        ),
        "rules_moved": Entry(
            id="Aturan program sudah berubah sejak usulan ini dibuat (versi {number} berlaku).",
            en="The programme's rules have changed since this was proposed (version {number} is in force).",
            do_id="Coba lagi pada halaman Simulasi, lalu usulkan ulang.",
            do_en="Try it again on the Simulation page and propose anew.",
            status=409,
        ),
        "hit_unknown": Entry(
            id="Temuan ini tidak ada lagi pada pemeriksaan terakhir.",
            en="This hit is not in the latest screening any more.",
            do_id="Muat ulang halaman keputusan calon.",
            do_en="Load the candidate's decision page again.",
            status=409,
        ),
        "consent_is_hers": Entry(
            id="Persetujuan yang ditarik tidak dapat dikesampingkan petugas.",
            en="A consent that was taken back cannot be set aside by officials.",
            do_id="Hanya keluarga itu sendiri yang dapat memberinya lagi; catat persetujuan yang baru.",
            do_en="Only the family can give it again; record the new consent.",
            status=409,
        ),
        "meeting_in_future": Entry(
            id="Musyawarah tanggal {day} belum berlangsung.",
            en="The meeting of {day} has not been held yet.",
            do_id="Catat hasilnya setelah musyawarah selesai.",
            do_en="Record it once it has been held.",
            status=422,
        ),
        "meeting_undecided": Entry(
            id="{count} calon belum diputuskan musyawarah.",
            en="{count} candidates have no decision of the meeting yet.",
            do_id="Isi menerima atau menolak, beserta alasan penolakan, untuk setiap calon.",
            do_en="Say accepted or rejected, with the reason of a rejection, for each candidate.",
            status=422,
        ),
        "meeting_nobody_decides": Entry(
            id="Daftar hadir musyawarah masih kosong.",
            en="The attendance of the meeting is empty.",
            do_id="Tulis sedikitnya tiga orang yang hadir, beserta jabatannya.",
            do_en="Name at least three people who attended, with their office.",
            status=422,
        ),
        "meeting_accepted": Entry(
            id="Berita acara musyawarah ini sudah diterima dan tidak dapat diubah.",
            en="The minutes of this meeting are accepted and cannot change.",
            do_id="Rencanakan musyawarah baru bila keputusannya harus ditinjau.",
            do_en="Plan another meeting where a decision must be looked at again.",
            status=409,
        ),
        "list_not_posted": Entry(
            id="Daftar sementara belum diumumkan, sedangkan aturan meminta masa sanggah {days} hari.",
            en="The provisional list is not posted yet; the rules ask for {days} days of objections.",
            do_id="Umumkan daftar sementara, tunggu masa sanggah berakhir, lalu usulkan SK.",
            do_en="Post the provisional list, wait for the period to end, then propose the decree.",
            status=409,
        ),
        "objections_running": Entry(
            id="Masa sanggah berjalan sampai {day}; SK belum dapat ditetapkan.",
            en="Objections are heard until {day}; the decree cannot come yet.",
            do_id="Usulkan SK setelah tanggal itu.",
            do_en="Propose the decree after that day.",
            status=409,
        ),
        "objections_open": Entry(
            id="{count} sanggahan belum diputus.",
            en="{count} objections are not decided yet.",
            do_id="Mintalah orang yang bukan penerima sanggahan memutusnya beserta alasannya.",
            do_en="Let somebody other than who took them down decide each, with a reason.",
            status=409,
        ),
        "objections_closed": Entry(
            id="Tidak ada daftar yang sedang dapat disanggah pada {day}.",
            en="No list is open to objections on {day}.",
            do_id="Sanggahan diterima sejak daftar sementara diumumkan sampai masa sanggah berakhir.",
            do_en="Objections are heard from the day the provisional list is posted until the period ends.",
            status=409,
        ),
        "list_posted": Entry(
            id="Daftar sementara ini sudah diumumkan pada {day}.",
            en="This provisional list was posted on {day}.",
            do_id="Masa sanggahnya tetap; catat sanggahan pada halaman Sanggahan.",
            do_en="Its period stands; take objections down on the page of objections.",
            status=409,
        ),
        "referral_open": Entry(
            id="Calon ini sudah dirujuk ke program itu dan masih menunggu jawaban.",
            en="This candidate is referred to that programme already and waits for the answer.",
            do_id="Catat jawabannya lebih dahulu.",
            do_en="Record the answer first.",
            status=409,
        ),
        "offer_bad": Entry(
            id="Isian {field} program belum benar.",
            en="The entry {field} of the programme is not right.",
            do_id="Lengkapi nama, tujuan, sasaran, bentuk bantuan, cara diusulkan, dan kontak.",
            do_en="Fill in name, aim, target, form of aid, how to be proposed, and contact.",
            status=422,
        ),
        "scan_bad": Entry(
            id="Pindaian harus berupa PDF, JPEG, atau PNG.",
            en="A scan is a PDF, JPEG or PNG.",
            do_id="Pindai lagi surat yang sudah ditandatangani, lalu unggah.",
            do_en="Scan the signed letter again and upload it.",
            status=422,
        ),
    }
)
