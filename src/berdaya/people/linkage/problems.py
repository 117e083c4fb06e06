"""What can go wrong with linking lists."""

from berdaya.kernel.problems import Entry, register

register(
    {
        "link.map_unreadable": Entry(
            id="Peta kolom tidak terbaca: {text}.",
            en="The map of columns cannot be read: {text}.",
            do_id="Tulis bidang=kolom,bidang=kolom atau berkas TOML/JSON; bidang yang dikenal: {known}.",
            do_en="Write field=column,field=column, or a TOML or JSON file; known fields: {known}.",
        ),
        "link.column_unknown": Entry(
            id="Kolom {column} tidak ada dalam daftar.",
            en="The list has no column {column}.",
            do_id="Kolom yang ada: {known}.",
            do_en="Its columns are: {known}.",
        ),
        "link.no_heading_known": Entry(
            id="Tidak ada judul kolom yang dikenal di antara: {columns}.",
            en="None of the headings is known: {columns}.",
            do_id="Sebutkan kolomnya dengan --columns, misalnya name=KOLOM,birth_date=KOLOM.",
            do_en="Name the columns with --columns, such as name=COLUMN,birth_date=COLUMN.",
        ),
        "link.file_empty": Entry(
            id="Berkas {path} tidak berisi baris data.",
            en="The file {path} holds no rows.",
            do_id="Periksa apakah berkas tersimpan lengkap, dengan judul kolom dan barisnya.",
            do_en="Check that the file was saved whole, with its headings and its rows.",
        ),
        "link.file_unreadable": Entry(
            id="Berkas {path} tidak dapat dibaca sebagai CSV: {reason}.",
            en="The file {path} cannot be read as CSV: {reason}.",
            do_id="Simpan sebagai CSV UTF-8 dengan judul kolom pada baris pertama.",
            do_en="Save it as CSV in UTF-8 with headings in the first row.",
        ),
        "link.too_many_fields": Entry(
            id="Terlalu banyak bidang untuk dibandingkan ({count}).",
            en="Too many fields to compare ({count}).",
            do_id="Pilih paling banyak 18 kolom dengan --columns.",
            do_en="Choose at most 18 columns with --columns.",
        ),
        "link.group_missing": Entry(
            id="Pustaka untuk pencocokan belum terpasang.",
            en="The libraries for linkage are not installed.",
            do_id="Jalankan lewat ./berdaya link, yang memasangnya; atau: uv sync --locked --group link.",
            do_en="Run it as ./berdaya link, which installs them; or: uv sync --locked --group link.",
            status=503,
        ),
    }
)
