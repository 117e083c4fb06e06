"""The reference of the API: ``openapi.json``, and the same as a page that needs no script and no other server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from berdaya.api.app import api
from berdaya.kernel.problem_json import MEDIA_TYPE
from berdaya.kernel.problems import catalogue

WORDS = {
    "id": {
        "title": "API Berdaya",
        "skip": "Langsung ke isi",
        "lead": "Daftar yang sama dengan halaman kantor, dengan batas wilayah, kantor, dan peran yang sama."
        " Hanya membaca.",
        "how": "Cara memakai",
        "token": "Kirim token pada kepala permintaan. Token diterbitkan petugas sistem dengan perintah di bawah,"
        " berlaku sebagai satu peran di satu kantor, dan mati begitu peran itu dicabut.",
        "paging": "Setiap daftar menjawab paling banyak 200 baris. Baca lanjutannya dengan cursor dari next; urutannya"
        " tetap. Jumlah seluruhnya hanya dihitung pada permintaan pertama.",
        "values": "Tanggal menurut ISO 8601, uang dalam rupiah utuh, wilayah dengan kode Kemendagri bertitik.",
        "language": "Bahasa pesan mengikuti Accept-Language (id atau en).",
        "budget": "Paling banyak {limit} permintaan per menit untuk tiap token; sisanya ada di RateLimit-Remaining.",
        "machine": "Untuk mesin",
        "addresses": "Alamat",
        "schemas": "Bentuk jawaban",
        "problems": "Masalah",
        "problem_lead": "Jawaban selain 200 berbentuk application/problem+json (RFC 9457) dengan kode yang tetap.",
        "parameter": "Parameter",
        "kind": "Jenis",
        "meaning": "Arti",
        "answer": "Jawaban",
        "field": "Bidang",
        "open": "publik",
        "closed": "perlu token",
        "code": "Kode",
        "status": "Status",
        "none": "Tanpa parameter.",
        "other": "English",
    },
    "en": {
        "title": "Berdaya API",
        "skip": "Skip to content",
        "lead": "The lists of the office pages, within the same limits of area, office and role. Read only.",
        "how": "How to use it",
        "token": "Send a token in the request's header. The system officer issues tokens with the command below;"
        " a token acts as one role at one office and ends as soon as that role does.",
        "paging": "Every list answers 200 rows at most. Read on with the cursor from next; the order is stable."
        " The total is counted with the first call only.",
        "values": "Dates are ISO 8601, money is whole rupiah, areas are dotted Kemendagri codes.",
        "language": "Messages follow Accept-Language (id or en).",
        "budget": "At most {limit} calls a minute for each token; RateLimit-Remaining says what is left.",
        "machine": "For machines",
        "addresses": "Addresses",
        "schemas": "Shapes of answers",
        "problems": "Problems",
        "problem_lead": "Answers other than 200 are application/problem+json (RFC 9457) with a stable code.",
        "parameter": "Parameter",
        "kind": "Type",
        "meaning": "Meaning",
        "answer": "Answer",
        "field": "Field",
        "open": "public",
        "closed": "needs a token",
        "code": "Code",
        "status": "Status",
        "none": "No parameters.",
        "other": "Bahasa Indonesia",
    },
}
PROBLEMS = (
    "api_sign_in_needed", "token_refused", "not_allowed", "not_found", "api_parameters", "api_unknown_parameter",
    "area.code_unknown", "cursor_invalid", "too_many_calls", "api_method", "server_error",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One parameter or field: its name, type (with the anchor of a shape), and meaning."""

    name: str
    kind: str
    anchor: str
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One address."""

    path: str
    anchor: str
    summary: str
    public: bool
    parameters: tuple[Field, ...]
    answer: Field


@dataclass(frozen=True)
class Shape:
    """One shape of answers."""

    name: str
    anchor: str
    about: str
    fields: tuple[Field, ...]


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1 of the API; answers other than 200 are told as problems."""
    schema: dict[str, Any] = api.get_openapi_schema()
    for methods in schema["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if str(status) != "200":
                    answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
    return schema


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """The document for machines."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The page for people: Indonesian, or English where the reader chose it here or anywhere else."""
    chosen = request.GET.get("lang", "") or str(getattr(request, "LANGUAGE_CODE", "id"))
    language = "en" if chosen == "en" else "id"
    words = {**WORDS[language], "budget": WORDS[language]["budget"].format(limit=settings.BERDAYA_API_PER_MINUTE)}
    known = catalogue()
    response = render(
        request,
        "api/reference.html",
        {
            "language": language,
            "other": "id" if language == "en" else "en",
            "words": words,
            "groups": _groups(language),
            "shapes": list(_shapes(language)),
            "problems": [
                (code, known[code].status, known[code].en if language == "en" else known[code].id) for code in PROBLEMS
            ],
        },
    )
    response.headers["Content-Language"] = language
    return response


def _groups(language: str) -> list[tuple[str, list[Operation]]]:
    groups: dict[str, list[Operation]] = {}
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, operation, language))
    return sorted(groups.items())


def _operation(path: str, operation: Mapping[str, Any], language: str) -> Operation:
    parameters = tuple(
        _field(item["name"], {**item, **item["schema"]}, language, required=bool(item.get("required")))
        for item in operation.get("parameters", ())
    )
    answer = next(iter(operation["responses"][200]["content"].values()))["schema"]
    summary = operation["x-en"] if language == "en" else operation["summary"]
    return Operation(
        path,
        operation["operationId"].rsplit("_routes_", 1)[-1],
        summary,
        not operation.get("security"),
        parameters,
        _field("", answer, language),
    )


def _shapes(language: str) -> Iterator[Shape]:
    used = {name: shape for name, shape in document()["components"]["schemas"].items() if "properties" in shape}
    for name, shape in sorted(used.items()):
        if name.endswith(("Query", "Listing")):
            continue
        required = set(shape.get("required", ()))
        fields = tuple(
            _field(key, value, language, required=key in required) for key, value in shape["properties"].items()
        )
        yield Shape(name, f"bentuk-{name}", shape.get("description", ""), fields)


def _field(name: str, schema: Mapping[str, Any], language: str, *, required: bool = False) -> Field:
    meaning = str(schema.get("x-en") if language == "en" and schema.get("x-en") else schema.get("description", ""))
    target = _target(schema)
    return Field(name, _kind(schema), f"bentuk-{target}" if target else "", meaning, required)


def _target(schema: Mapping[str, Any]) -> str:
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).rsplit("/", 1)[-1]
    return ""


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return " | ".join(str(item) for item in schema["enum"] if item != "")
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(filter(None, map(_kind, schema["anyOf"]))))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    bounds = [f"{sign} {schema[key]}" for key, sign in (("minimum", "≥"), ("maximum", "≤")) if key in schema]
    return " ".join([str(schema.get("format") or schema.get("type", "")), *bounds])
