"""From the query of an address to the filter and the slice of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Schema

from berdaya.api.schemas.common import Listing, ProblemOut
from berdaya.areas.codes import InvalidAreaCodeError, parse_code
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.problems import Problem
from berdaya.process.overview.feeds import Slice

FilterT = TypeVar("FilterT", bound=ListFilter)
ERRORS = frozenset({400, 401, 403, 404, 405, 422, 429})


def answers(schema: object) -> dict[Any, Any]:
    """What an address answers: the schema, or a problem."""
    return {200: schema, ERRORS: ProblemOut}


def refuse_unknown(request: HttpRequest, known: type[Schema] | None = None) -> None:
    """Raise for a parameter that nobody reads: a misspelt filter would otherwise answer with everything."""
    names = sorted(set(request.GET) - set(known.model_fields if known else ()))
    if names:
        raise Problem("api_unknown_parameter", names=", ".join(names)[:200])


def area_number(text: str) -> int:
    """The 10-digit number of a code in any notation, 0 for none. Raises ``area.code_unknown``."""
    try:
        return parse_code(text) if text.strip() else 0
    except InvalidAreaCodeError as error:
        raise Problem("area.code_unknown", name=text) from error


def slice_wanted(request: HttpRequest, query: Listing) -> Slice:
    """Where to read on, after every parameter was found to be known."""
    refuse_unknown(request, type(query))
    area_number(query.area)
    return Slice(query.cursor, query.limit)


def filter_wanted(kind: type[FilterT], query: Listing, **said: str) -> FilterT:
    """The filter object of the pages; ``said`` translates what the two word differently."""
    values: dict[str, Any] = {}
    for field in fields(kind):
        value = said.get(field.name, getattr(query, field.name, None))
        if field.name not in {"page", "sort"} and value not in {None, ""}:
            values[field.name] = str(value)
    return kind(**values)


def yes_no(value: bool | None) -> str:
    """``ya``, ``tidak`` or nothing, as the filters of the pages say it."""
    return "" if value is None else "ya" if value else "tidak"


def renamed(row: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """``row`` with some columns under other names."""
    back = {old: new for new, old in names.items()}
    return {back.get(key, key): value for key, value in row.items()}
