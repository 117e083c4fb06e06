"""Problems of the API's own making: no token, unknown parameters, an address that is not there."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "api_sign_in_needed": Entry(
            id="Alamat ini perlu token API.",
            en="This address needs an API token.",
            do_id="Kirim kepala Authorization: Bearer TOKEN; token diterbitkan admin kantor.",
            do_en="Send the header Authorization: Bearer TOKEN; the office administrator issues tokens.",
            status=401,
        ),
        "password_change_needed": Entry(
            id="Kata sandi sekali pakai harus diganti dahulu.",
            en="The one-time password must be changed first.",
            do_id="Masuk ke Berdaya dan ganti kata sandi.",
            do_en="Sign in to Berdaya and change the password.",
            status=403,
        ),
        "api_parameters": Entry(
            id="Parameter tidak sesuai: {names}.",
            en="Parameters do not fit: {names}.",
            do_id="Periksa bentuk dan batasnya di /api/docs.",
            do_en="Check their form and limits at /api/docs.",
            status=422,
        ),
        "api_unknown_parameter": Entry(
            id="Parameter tidak dikenal: {names}.",
            en="Unknown parameters: {names}.",
            do_id="Periksa ejaannya di /api/docs; saringan yang salah eja tidak pernah diabaikan.",
            do_en="Check the spelling at /api/docs; a misspelt filter is never ignored.",
            status=422,
        ),
        "api_unknown_address": Entry(
            id="Alamat API ini tidak ada.",
            en="There is no such address in the API.",
            do_id="Lihat daftar alamat di /api/docs.",
            do_en="See the list of addresses at /api/docs.",
            status=404,
        ),
        "api_method": Entry(
            id="API ini hanya untuk membaca (GET).",
            en="This API is for reading only (GET).",
            do_id="Catat data melalui halaman kantor.",
            do_en="Record data through the office pages.",
            status=405,
        ),
        "api_text": Entry(
            id="Alamat memuat huruf yang tidak dapat disimpan.",
            en="The address holds a character that cannot be stored.",
            do_id="Buang huruf nol (%00) dari alamat.",
            do_en="Take the null character (%00) out of the address.",
            status=400,
        ),
        "server_error": Entry(
            id="Terjadi kesalahan pada sistem; tidak ada data yang berubah.",
            en="Something failed in the system; no data was changed.",
            do_id="Coba lagi; bila berulang, laporkan alamat dan waktunya kepada petugas sistem.",
            do_en="Try again; if it happens again, tell the system officer the address and the time.",
            status=500,
        ),
    }
)
