"""What can be missing at the start, each as one clear line."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "start.no_binaries": Entry(
            id="Program PostgreSQL tidak ditemukan di {path}.",
            en="PostgreSQL's programs were not found in {path}.",
            do_id="Jalankan ./berdaya setup, atau isi DATABASE_URL dengan alamat server Anda.",
            do_en="Run ./berdaya setup, or set DATABASE_URL to the address of your server.",
            status=503,
        ),
        "start.no_user": Entry(
            id="PostgreSQL menolak berjalan sebagai root dan pengguna postgres atau nobody tidak ada.",
            en="PostgreSQL refuses to run as root, and there is no user postgres or nobody.",
            do_id="Jalankan sebagai pengguna biasa, atau isi DATABASE_URL.",
            do_en="Run it as an ordinary user, or set DATABASE_URL.",
            status=503,
        ),
        "start.disk_full": Entry(
            id="Ruang penyimpanan di {path} penuh.",
            en="The disk that holds {path} is full.",
            do_id="Kosongkan sedikitnya 500 MB, atau arahkan BERDAYA_DATA ke tempat lain.",
            do_en="Free at least 500 MB, or point BERDAYA_DATA elsewhere.",
            status=503,
        ),
        "start.not_writable": Entry(
            id="Folder {path} tidak dapat ditulis: {reason}.",
            en="The folder {path} cannot be written: {reason}.",
            do_id="Perbaiki izinnya, atau arahkan BERDAYA_DATA ke tempat lain.",
            do_en="Mend its permissions, or point BERDAYA_DATA elsewhere.",
            status=503,
        ),
        "start.postgres_failed": Entry(
            id="PostgreSQL tidak dapat dijalankan: {reason}.",
            en="PostgreSQL could not be started: {reason}.",
            do_id="Lihat catatannya di {log}.",
            do_en="See its log in {log}.",
            status=503,
        ),
        "start.postgres_version": Entry(
            id="Data di {path} dibuat oleh PostgreSQL {found}, programnya sekarang {wanted}.",
            en="The data in {path} were made by PostgreSQL {found}, the programs are now {wanted}.",
            do_id="Pulihkan dari cadangan ke folder data baru (docs/guide/install.md).",
            do_en="Restore from a backup into a new data folder (docs/guide/install.md).",
            status=503,
        ),
        "start.secrets_missing": Entry(
            id="{path} hilang atau tidak cocok, padahal datanya ada.",
            en="{path} is missing or does not belong to the data beside it.",
            do_id="Pulihkan berkas itu dari cadangan; tanpa kuncinya NIK tidak dapat dibaca.",
            do_en="Restore that file from its backup; without its keys no NIK can be read.",
            status=503,
        ),
        "start.database_unreachable": Entry(
            id="Basis data di {address} tidak dapat dihubungi: {reason}.",
            en="The database at {address} cannot be reached: {reason}.",
            do_id="Periksa {name} dan apakah server PostgreSQL berjalan.",
            do_en="Check {name} and whether the PostgreSQL server is running.",
            status=503,
        ),
        "start.database_version": Entry(
            id="PostgreSQL {found} terlalu lama; diperlukan versi 15 atau lebih baru.",
            en="PostgreSQL {found} is too old; version 15 or newer is needed.",
            do_id="Perbarui server basis data.",
            do_en="Upgrade the database server.",
            status=503,
        ),
        "start.owner_missing": Entry(
            id="Basis data belum sesuai versi ini dan BERDAYA_OWNER_URL (berdaya_migrator) belum diisi.",
            en="The database is not of this version yet, and BERDAYA_OWNER_URL (berdaya_migrator) is not set.",
            do_id="./berdaya setup mencetak SQL untuk administrator.",
            do_en="./berdaya setup prints the SQL for an administrator.",
            status=503,
        ),
        "start.roles_missing": Entry(
            id="BERDAYA_OWNER_URL belum diisi untuk {address}.",
            en="BERDAYA_OWNER_URL is not set for {address}.",
            do_id="Jalankan SQL peran (./berdaya setup mencetaknya) sebagai administrator, lalu isi BERDAYA_OWNER_URL.",
            do_en="Run the roles' SQL (./berdaya setup prints it) as an administrator, then set BERDAYA_OWNER_URL.",
            status=503,
        ),
        "start.roles_taken": Entry(
            id="Server ini sudah dipakai instalasi Berdaya lain; sandinya tidak diubah.",
            en="This server already serves another installation of Berdaya; its passwords are left alone.",
            do_id="Pakai secrets.toml miliknya, atau isi DATABASE_URL dan BERDAYA_OWNER_URL.",
            do_en="Use its secrets.toml, or set DATABASE_URL and BERDAYA_OWNER_URL.",
            status=409,
        ),
        "start.admin_given": Entry(
            id="DATABASE_URL ({address}) adalah administrator, bukan peran aplikasi.",
            en="DATABASE_URL ({address}) is an administrator, not the application's role.",
            do_id="Beri nama BERDAYA_ADMIN_URL, atau jalankan SQL di atas lalu isi DATABASE_URL dan BERDAYA_OWNER_URL.",
            do_en="Name it BERDAYA_ADMIN_URL, or run the SQL above and set DATABASE_URL and BERDAYA_OWNER_URL.",
            status=503,
        ),
        "start.migrate_failed": Entry(
            id="Penyiapan basis data {database} gagal: {reason}.",
            en="Preparing the database {database} failed: {reason}.",
            do_id="Lihat pesan di atas; jalankan lagi setelah diperbaiki.",
            do_en="See the messages above; run it again once mended.",
            status=503,
        ),
        "start.port_taken": Entry(
            id="Port {port} di {host} sudah dipakai program lain.",
            en="Port {port} on {host} is taken by another program.",
            do_id="Pilih port lain dengan --port.",
            do_en="Choose another one with --port.",
            status=503,
        ),
        "start.not_built": Entry(
            id="Bagian ini belum tersedia: {part}.",
            en="This part is not available: {part}.",
            do_id="Perbarui Berdaya ke versi yang lengkap.",
            do_en="Update Berdaya to a complete version.",
            status=501,
        ),
        "start.no_programme": Entry(
            id="{folder} bukan folder program: programme.toml tidak ada.",
            en="{folder} is no programme folder: it has no programme.toml.",
            do_id="Buat contoh dengan ./berdaya example, lalu sesuaikan.",
            do_en="Make one with ./berdaya example and adapt it.",
            status=404,
        ),
        "start.unknown_bench": Entry(
            id="Tidak ada uji kecepatan bernama {name}. Yang ada: {known}.",
            en="There is no benchmark called {name}. There are: {known}.",
            do_id="Jalankan ./berdaya bench --help.",
            do_en="Run ./berdaya bench --help.",
            status=404,
        ),
        "backup.damaged": Entry(
            id="Cadangan {file} rusak pada {member}.",
            en="The backup {file} is damaged at {member}.",
            do_id="Pakai cadangan yang lain; yang ini tidak dipulihkan.",
            do_en="Use another one; nothing of this one was restored.",
            status=409,
        ),
        "backup.not_empty": Entry(
            id="Basis data tujuan tidak kosong.",
            en="The database to restore into is not empty.",
            do_id="Pulihkan ke BERDAYA_DATA yang baru atau basis data kosong.",
            do_en="Restore into a new BERDAYA_DATA or an empty database.",
            status=409,
        ),
        "backup.failed": Entry(
            id="{tool} gagal: {reason}.",
            en="{tool} failed: {reason}.",
            do_id="Tidak ada yang ditimpa; perbaiki lalu ulangi.",
            do_en="Nothing was written over; mend it and try again.",
            status=503,
        ),
    }
)
