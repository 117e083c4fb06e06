"""What can be wrong with a file, a sheet or a cell: code, Indonesian, English, and what to do."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

FILES = {
    "file_empty": Entry(
        id="Berkas {file} kosong.",
        en="The file {file} is empty.",
        do_id="Isi daftar memakai templat, lalu unggah kembali.",
        do_en="Fill in the list with the template, then upload it again.",
    ),
    "file_too_large": Entry(
        id="Berkas {file} lebih besar dari {megabytes} MB.",
        en="The file {file} is larger than {megabytes} MB.",
        do_id="Bagi daftar menjadi beberapa berkas, dan buang gambar di dalamnya.",
        do_en="Split the list into several files, and remove pictures from it.",
        status=413,
    ),
    "file_bomb": Entry(
        id="Berkas {file} mengembang jauh melebihi ukurannya saat dibuka, sehingga ditolak.",
        en="The file {file} would unpack to far more than its size, and is refused.",
        do_id="Salin datanya ke berkas Excel baru, lalu unggah berkas baru itu.",
        do_en="Copy its data into a new Excel file and upload that one.",
        status=413,
    ),
    "file_kind": Entry(
        id="Berkas {file} bukan daftar Excel, LibreOffice atau CSV.",
        en="The file {file} is no Excel, LibreOffice or CSV list.",
        do_id="Simpan daftar sebagai .xlsx, lalu unggah kembali. Mengganti nama berkas tidak cukup.",
        do_en="Save the list as .xlsx and upload it again. Renaming a file is not enough.",
        status=415,
    ),
    "file_html": Entry(
        id="Berkas {file} adalah halaman web yang diberi nama Excel.",
        en="The file {file} is a web page under the name of an Excel file.",
        do_id="Buka di Excel, pilih Simpan Sebagai .xlsx, lalu unggah kembali.",
        do_en="Open it in Excel, choose Save As .xlsx, and upload it again.",
        status=415,
    ),
    "file_macro": Entry(
        id="Berkas {file} berisi makro.",
        en="The file {file} contains macros.",
        do_id="Pilih Simpan Sebagai .xlsx (tanpa makro), lalu unggah kembali.",
        do_en="Choose Save As .xlsx (without macros) and upload it again.",
        status=415,
    ),
    "file_locked": Entry(
        id="Berkas {file} terkunci dengan kata sandi.",
        en="The file {file} is locked with a password.",
        do_id="Buka dengan kata sandinya, hapus kata sandi, simpan, lalu unggah kembali.",
        do_en="Open it with its password, remove the password, save, and upload it again.",
    ),
    "file_entity": Entry(
        id="Berkas {file} berisi definisi XML yang tidak dipakai oleh Excel, sehingga ditolak.",
        en="The file {file} contains XML definitions that Excel never writes, and is refused.",
        do_id="Salin datanya ke berkas Excel baru, lalu unggah berkas baru itu.",
        do_en="Copy its data into a new Excel file and upload that one.",
    ),
    "file_broken": Entry(
        id="Berkas {file} rusak dan tidak dapat dibaca.",
        en="The file {file} is damaged and cannot be read.",
        do_id="Buka di Excel, pilih Simpan Sebagai .xlsx, lalu unggah kembali.",
        do_en="Open it in Excel, choose Save As .xlsx, and upload it again.",
    ),
    "file_blank_rows": Entry(
        id="Berkas {file} memakai {rows} baris yang hampir semuanya kosong.",
        en="The file {file} uses {rows} rows, nearly all of them blank.",
        do_id="Salin hanya baris yang berisi ke berkas baru, lalu unggah berkas baru itu.",
        do_en="Copy only the filled rows into a new file and upload that one.",
    ),
    "file_too_many_rows": Entry(
        id="Berkas {file} berisi lebih dari {rows} baris.",
        en="The file {file} holds more than {rows} rows.",
        do_id="Bagi daftar menjadi beberapa berkas, misalnya satu per kabupaten/kota.",
        do_en="Split the list into several files, one per kabupaten/kota for instance.",
        status=413,
    ),
    "file_too_wide": Entry(
        id="Berkas {file} memakai lebih dari {columns} kolom.",
        en="The file {file} uses more than {columns} columns.",
        do_id="Hapus kolom yang tidak diperlukan (juga yang tersembunyi jauh di kanan), lalu unggah kembali.",
        do_en="Delete columns that are not needed (hidden ones far right too), then upload it again.",
    ),
    "sheet_missing": Entry(
        id="Berkas {file} tidak berisi lembar “{sheet}”. Yang ada: {found}.",
        en="The file {file} has no sheet “{sheet}”. It has: {found}.",
        do_id="Beri nama lembar sesuai templat.",
        do_en="Name the sheet as in the template.",
    ),
    "header_missing": Entry(
        id="Judul kolom tidak ditemukan pada {file}, lembar {sheet}: {columns}.",
        en="Headings not found in {file}, sheet {sheet}: {columns}.",
        do_id="Tulis judul kolom dalam satu baris di atas data, seperti pada templat.",
        do_en="Write the headings in one row above the data, as in the template.",
    ),
}

_RETYPE = (
    "Jadikan sel itu Teks, lalu ketik ulang 16 angkanya dari KTP atau KK.",
    "Make the cell Text, then type its 16 digits again from the card.",
)
_FROM_CARD = ("Periksa pada kartu aslinya, lalu perbaiki.", "Check the original card and mend it.")
_NONE_YET = (
    "Salin dari kartu aslinya; bila memang belum punya, tulis “belum ada”.",
    "Copy it from the card; where there is no card yet, write “belum ada”.",
)


def _numbers(prefix: str, label: str) -> dict[str, Entry]:
    faults = {
        "missing": ("{label} belum diisi.", "{label} is missing.", _NONE_YET),
        "numeric_cell": (
            "{label} disimpan Excel sebagai angka, sehingga digitnya rusak.",
            "Excel stored {label} as a number, which damages its digits.",
            _RETYPE,
        ),
        "length": ("{label} tidak terdiri dari 16 angka.", "{label} does not have 16 digits.", _FROM_CARD),
        "not_digits": ("{label} memuat huruf atau tanda.", "{label} holds letters or signs.", _FROM_CARD),
        "zeros": ("{label} hanya berisi nol.", "{label} is all zeros.", _FROM_CARD),
        "placeholder": ("{label} hanya isian sementara.", "{label} is a placeholder.", _FROM_CARD),
        "day": (
            "Angka 7–8 {label} bukan tanggal (01–31, perempuan 41–71).",
            "Digits 7–8 of {label} are no day (01–31, women 41–71).",
            _FROM_CARD,
        ),
        "month": ("Angka 9–10 {label} bukan bulan.", "Digits 9–10 of {label} are no month.", _FROM_CARD),
        "area": ("{label} tidak diawali kode wilayah.", "{label} does not begin with an area.", _FROM_CARD),
        "serial": ("{label} berakhir dengan 0000.", "{label} ends in 0000.", _FROM_CARD),
    }
    return {
        f"{prefix}_{fault}": Entry(id.replace("{label}", label), en.replace("{label}", label), *todo)
        for fault, (id, en, todo) in faults.items()  # noqa: A001  (the catalogue's own name for Indonesian)
    }


def _dates(prefix: str, label_id: str, label_en: str) -> dict[str, Entry]:
    todo = ("Tulis sebagai hh/bb/tttt, misalnya 01/07/1990.", "Write it as dd/mm/yyyy, such as 01/07/1990.")
    return {
        f"{prefix}_missing": Entry(f"{label_id} belum diisi.", f"{label_en} is missing.", *todo),
        f"{prefix}_unreadable": Entry(f"{label_id} tidak terbaca.", f"{label_en} cannot be read.", *todo),
        f"{prefix}_impossible": Entry(
            f"{label_id} tidak ada di kalender.", f"{label_en} is not in the calendar.", *todo
        ),
        f"{prefix}_future": Entry(f"{label_id} ada di masa depan.", f"{label_en} lies in the future.", *todo),
        f"{prefix}_too_old": Entry(f"{label_id} terlalu lama.", f"{label_en} is too long ago.", *todo),
    }


CELLS = {
    **_numbers("nik", "NIK"),
    **_numbers("kk", "Nomor KK"),
    **_dates("birth_date", "Tanggal lahir", "The birth date"),
    **_dates("date", "Tanggal", "The date"),
    "cell_error": Entry(
        "Excel menulis galat di sel ini (seperti #REF! atau #N/A).",
        "Excel shows an error in this cell (such as #REF! or #N/A).",
        "Perbaiki rumusnya, atau tulis isinya langsung di sel itu.",
        "Mend the formula, or write the value straight into the cell.",
    ),
    "cell_formula": Entry(
        "Sel ini berisi rumus yang hasilnya tidak tersimpan.",
        "This cell holds a formula whose result was not stored.",
        "Buka berkasnya di Excel dan simpan lagi, atau salin lalu tempel sebagai nilai.",
        "Open the file in Excel and save it again, or copy and paste the cells as values.",
    ),
    "row_taken": Entry(
        "Barisnya tetap diterima.",
        "The row is taken all the same.",
        "Lengkapi sel itu, lalu unggah kembali daftarnya.",
        "Fill the cell in and upload the list again.",
        status=200,
    ),
    "missing": Entry("Kolom wajib ini belum diisi.", "This required cell is empty.", "Isi kolom ini.", "Fill it in."),
    "name_bad": Entry(
        "Nama tidak terbaca sebagai nama orang.",
        "This does not read as a person's name.",
        "Tulis nama seperti pada KTP, paling banyak 120 huruf.",
        "Write the name as on the identity card, 120 letters at most.",
    ),
    "name_formula": Entry(
        "Nama diawali =, +, - atau @ seperti rumus.",
        "The name begins with =, +, - or @ like a formula.",
        "Hapus tanda itu dan tulis nama seperti pada KTP.",
        "Remove the sign and write the name as on the identity card.",
    ),
    "text_long": Entry("Teks terlalu panjang.", "The text is too long.", "Persingkat teksnya.", "Shorten it."),
    "area_unknown": Entry(
        "Wilayah tidak dikenal.",
        "This area is unknown.",
        "Tulis kode wilayah (misalnya 35.12.04.2003) atau nama desa, kecamatan dan kabupaten yang benar.",
        "Write the area code (such as 35.12.04.2003) or the right village, kecamatan and kabupaten.",
    ),
    "area_numeric": Entry(
        "Kode wilayah disimpan Excel sebagai angka, sehingga nol di belakang hilang.",
        "Excel stored the area code as a number, which drops its last zeros.",
        "Jadikan sel itu Teks, lalu ketik ulang kodenya.",
        "Make the cell Text, then type the code again.",
    ),
    "area_ambiguous": Entry(
        "Nama wilayah ini dipakai lebih dari satu desa atau kelurahan.",
        "More than one village has this name.",
        "Isi juga kecamatan dan kabupaten, atau tulis kode wilayah.",
        "Fill in the kecamatan and kabupaten too, or write the area code.",
    ),
    "area_name_differs": Entry(
        "Nama desa tidak cocok dengan kode wilayah.",
        "The name of the village does not fit the area code.",
        "Perbaiki salah satu: nama atau kode.",
        "Mend one of the two, name or code.",
    ),
    "area_outside": Entry(
        "Wilayah ini di luar wilayah program.",
        "This area lies outside the programme's.",
        "Periksa kode wilayah, atau usulkan pada program wilayah itu.",
        "Check the area code, or propose the family to that area's programme.",
    ),
    "number_bad": Entry(
        "Ini bukan bilangan yang diharapkan.",
        "This is not a number as expected.",
        "Tulis angka saja.",
        "Write digits only.",
    ),
    "number_range": Entry(
        "Bilangan di luar batas yang mungkin.",
        "The number lies outside what is possible.",
        "Periksa dan perbaiki bilangannya.",
        "Check and mend the number.",
    ),
    "money_bad": Entry(
        "Ini tidak terbaca sebagai jumlah rupiah.",
        "This does not read as an amount of rupiah.",
        "Tulis seperti 1.250.000.",
        "Write it like 1.250.000.",
    ),
    "yes_no_bad": Entry("Isi dengan ya atau tidak.", "Answer yes or no.", "Tulis ya atau tidak.", "Write ya or tidak."),
    "sex_bad": Entry(
        "Jenis kelamin bukan L atau P.", "The sex is neither L nor P.", "Tulis L atau P.", "Write L or P."
    ),
    "choice_bad": Entry(
        "Isian ini tidak ada dalam pilihan.",
        "This is not one of the choices.",
        "Pilih salah satu dari lembar Kode.",
        "Choose one from the sheet Kode.",
    ),
    "date_order": Entry(
        "Tanggal selesai mendahului tanggal mulai.",
        "It ends before it begins.",
        "Periksa kedua tanggal.",
        "Check both dates.",
    ),
    "duplicate_nik": Entry(
        "NIK ini sudah ada pada baris {other}.",
        "This NIK stands in row {other} already.",
        "Hapus salah satu baris.",
        "Delete one of the rows.",
    ),
    "duplicate_kk": Entry(
        "Nomor KK ini sudah ada pada baris {other}: keluarga yang sama.",
        "This family card stands in row {other} already: the same family.",
        "Usulkan satu orang dari keluarga itu.",
        "Propose one person of the family.",
    ),
    "elsewhere": Entry(
        "Orang atau keluarga ini terdaftar di wilayah kantor lain.",
        "This person or family is registered in another office's area.",
        "Hubungi kantor yang membawahi kedua wilayah bila keluarga itu pindah.",
        "If the family has moved, ask the office above both areas.",
    ),
    "nik_of_another": Entry(
        "NIK ini di register milik orang dengan nama dan nomor KK yang lain.",
        "In the register this NIK belongs to somebody of another name and another family card.",
        "Periksa NIK pada KTP. Bila orangnya memang sama, perbaiki nama atau KK-nya di halaman keluarga lebih dulu.",
        "Check the NIK on the card. If it is the same person, mend the name or family card on the family's page first.",
    ),
    "duplicate_ref": Entry(
        "Nomor atau kode ini sudah dipakai pada baris {other}.",
        "This number or code is used in row {other} already.",
        "Beri nomor atau kode yang berbeda.",
        "Give it another number or code.",
    ),
    "signed_alone": Entry(
        "Saldo awal harus ditandatangani dua pengurus yang berbeda.",
        "An opening balance is signed by two different officers.",
        "Isi nama pengurus kedua.",
        "Fill in the second officer's name.",
    ),
    "group_unknown": Entry(
        "Kode kelompok tidak ada pada lembar Kelompok.",
        "The group code is not in the sheet Kelompok.",
        "Samakan kode kelompok pada kedua lembar.",
        "Use the same group code in both sheets.",
    ),
}

WARNINGS = {
    "nik_not_yet": Entry(
        "Belum punya NIK: diterima dan masuk daftar tanpa NIK.",
        "No NIK yet: taken, and kept on the list of people without one.",
        "Lengkapi setelah perekaman KTP.",
        "Complete it once the identity card is made.",
        status=200,
    ),
    "kk_not_yet": Entry(
        "Belum punya kartu keluarga: diterima sebagai belum lengkap.",
        "No family card yet: taken as incomplete.",
        "Lengkapi setelah kartu keluarga terbit.",
        "Complete it once the family card is issued.",
        status=200,
    ),
    "date_as_number": Entry(
        "Tanggal disimpan Excel sebagai angka; dibaca kembali sebagai tanggal.",
        "Excel stored the date as a number; it was read back as a date.",
        "Periksa tanggalnya pada KTP.",
        "Check the date on the identity card.",
        status=200,
    ),
    "phone_zero_lost": Entry(
        "Angka 0 di depan nomor HP hilang dan dipasang kembali.",
        "The phone number had lost its leading zero; it was put back.",
        "Tidak perlu diubah.",
        "Nothing needs to change.",
        status=200,
    ),
    "nik_area_differs": Entry(
        "Wilayah pada NIK berbeda dengan alamat (tidak salah bila pernah pindah).",
        "The area in the NIK differs from the address (no error if the person moved).",
        "Tidak perlu diubah.",
        "Nothing needs to change.",
        status=200,
    ),
    "nik_sex_differs": Entry(
        "Jenis kelamin berbeda dengan NIK.",
        "The sex differs from the NIK.",
        "Periksa pada KTP.",
        "Check the identity card.",
        status=200,
    ),
    "nik_birth_date_differs": Entry(
        "Tanggal lahir berbeda dengan NIK.",
        "The birth date differs from the NIK.",
        "Periksa pada KTP.",
        "Check the identity card.",
        status=200,
    ),
    "phone_bad": Entry(
        "Nomor HP tidak terbaca dan dikosongkan.",
        "The phone number cannot be read and is left out.",
        "Tulis seperti 0812-3456-7890.",
        "Write it like 0812-3456-7890.",
        status=200,
    ),
    "kind_unknown": Entry(
        "Jenis usaha tidak ada dalam katalog dan dikosongkan.",
        "The kind of business is not in the catalogue and is left open.",
        "Pilih kode dari lembar Kode.",
        "Choose a code from the sheet Kode.",
        status=200,
    ),
    "skill_unknown": Entry(
        "Keterampilan tidak ada dalam katalog dan dikosongkan.",
        "The skill is not in the catalogue and is left open.",
        "Pilih kode dari lembar Kode.",
        "Choose a code from the sheet Kode.",
        status=200,
    ),
    "group_incomplete": Entry(
        "Data kelompok belum lengkap.",
        "The group's data are incomplete.",
        "Lengkapi saat kunjungan.",
        "Complete it on a visit.",
        status=200,
    ),
}

JOBS = {
    "import_needs_programme": Entry(
        id="Daftar ini harus masuk ke suatu program.",
        en="This list belongs to a programme.",
        do_id="Pilih programnya, lalu unggah dari halaman program itu.",
        do_en="Choose the programme and upload it from that page.",
    ),
    "import_mapping_bad": Entry(
        id="Satu isian dipilih untuk dua kolom, atau isian tidak dikenal.",
        en="One field was chosen for two columns, or a field is unknown.",
        do_id="Pilih setiap isian paling banyak satu kali.",
        do_en="Choose each field once at most.",
    ),
    "import_answers_missing": Entry(
        id="{count} ejaan wilayah belum dijawab.",
        en="{count} spellings of places are not answered yet.",
        do_id="Pilih satu jawaban untuk setiap ejaan.",
        do_en="Choose one answer for each spelling.",
    ),
    "import_halted_second": Entry(
        id="Lebih dari separuh baris ganda; kantor ini mewajibkan orang kedua.",
        en="More than half are duplicates; this office wants a second person.",
        do_id="Buang daftar ini, perbaiki, lalu unggah kembali.",
        do_en="Throw the list away, mend it, and upload it again.",
        status=409,
    ),
    "import_too_old": Entry(
        id="Impor ini sudah lewat {days} hari.",
        en="This import is more than {days} days old.",
        do_id="Perbaiki keluarga satu per satu.",
        do_en="Correct the families one by one.",
        status=409,
    ),
    "import_no_undo": Entry(
        id="Daftar jenis ini tidak dapat dibatalkan.",
        en="A list of this kind cannot be undone.",
        do_id="Unggah daftar yang benar: kode yang sama akan diperbarui.",
        do_en="Upload the right list: the same codes are brought up to date.",
        status=409,
    ),
}

register({**FILES, **CELLS, **WARNINGS, **JOBS})
