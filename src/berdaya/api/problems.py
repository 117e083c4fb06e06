"""A problem becomes ``application/problem+json`` (RFC 9457) once, here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from berdaya.kernel.problems import Entry, Problem, register

MEDIA_TYPE = "application/problem+json"

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


def language_of(request: HttpRequest) -> str:
    """``en`` where the caller's ``Accept-Language`` prefers it to Indonesian, else ``id``."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if code.split("-")[0] in {"id", "en"}:
            return code.split("-")[0]
    return "id"


def problem_response(
    request: HttpRequest,
    problem: Problem,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer to a problem: what is wrong, what to do, a stable code, in the caller's language."""
    language = language_of(request)
    body: dict[str, object] = {
        "type": f"urn:berdaya:problem:{problem.code}",
        "title": problem.text(language),
        "status": problem.status,
        "detail": problem.advice(language),
        "instance": request.path,
        "code": problem.code,
    }
    if errors:
        body["errors"] = list(errors)
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="berdaya"'
    if problem.code == "too_many_calls":
        response.headers["Retry-After"] = str(problem.params["seconds"])
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
