"""A page of work: sections with a picture, a table and the forms that act on it; every form posts to its own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.web.components.parts import Bars, Crumb, Fact, Figure, Tab
from berdaya.web.components.tables import Table
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest

ACT = "aksi"


@dataclass(frozen=True)
class Act:
    """One form of a section: `code` comes back as `aksi`; a form with `summary` stays folded until it is opened."""

    code: str
    button: str
    form: forms.Form | None = None
    summary: str = ""
    note: str = ""
    primary: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> bool:
        return self.form is not None and self.form.is_multipart()

    @property
    def opened(self) -> bool:
        return self.form is not None and self.form.is_bound and bool(self.form.errors)


@dataclass(frozen=True)
class Link:
    text: str
    href: str
    download: bool = False


@dataclass(frozen=True)
class Ticks:
    """A list with boxes inside one form: (value, text, detail, ticked)."""

    name: str
    label: str
    rows: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True)
class Grid:
    """A list with number boxes inside one form: `rows` are (key, name, detail, values); a box is named `FIELD-KEY`."""

    fields: tuple[str, ...]
    labels: tuple[str, ...]
    head: str
    rows: tuple[tuple[str, str, str, tuple[int | None, ...]], ...]
    low: int
    high: int

    @property
    def lines(self) -> list[tuple[str, str, list[tuple[str, str, int | None]]]]:
        """Name, detail and boxes (name of the field, its label, value) of each row."""
        return [
            (name, detail, [(f"{field}-{key}", f"{label}: {name}", value)
                            for field, label, value in zip(self.fields, self.labels, values, strict=True)])
            for key, name, detail, values in self.rows
        ]  # fmt: skip


@dataclass(frozen=True)
class Search:
    """A box whose words come back to the same page as `cari`, at `place`."""

    label: str
    value: str = ""
    place: str = ""


@dataclass(frozen=True)
class Part:
    """One section of the page."""

    title: str
    text: str = ""
    figures: Sequence[Figure] = ()
    bars: Bars | None = None
    table: Table | None = None
    facts: Sequence[Fact] = ()
    acts: Sequence[Act] = ()
    ticks: Ticks | None = None
    links: Sequence[Link] = ()
    code: str = ""
    qr: str = ""
    grid: Grid | None = None
    quotes: Sequence[str] = ()
    map_rows: Sequence[Any] = ()
    search: Search | None = None


@dataclass(frozen=True)
class WorkPage:
    """The whole page."""

    title: str
    lead: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tabs: Sequence[Tab] = ()
    parts: Sequence[Part] = ()
    crumbs: Sequence[Crumb] = ()
    fake: bool = False


def show(request: OfficeRequest, page: WorkPage, *, problem: Problem | None = None) -> HttpResponse:
    """Draw the page; a problem stands on top, with its own status."""
    language = fmt.language()
    context = {
        "page": page,
        "crumbs": page.crumbs,
        "problem": (problem.text(language), problem.advice(language)) if problem else None,
    }
    return render(request, "office/work.html", context, status=problem.status if problem else 200)


def act(request: OfficeRequest, doings: Mapping[str, Callable[[], str]]) -> HttpResponse | Problem | None:
    """Do what was posted: its words as a message and back to the page; a problem stays on the page.

    An unknown act is `not_found`. A refusal (403, 404) is raised, not shown.
    """
    if request.method != "POST":
        return None
    doing = doings.get(request.POST.get(ACT, ""))
    if doing is None:
        raise Problem("not_found")
    try:
        said = doing()
    except Problem as problem:
        return shown(problem)
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(request.get_full_path())


def cleaned(form: forms.Form) -> dict[str, Any]:
    """The values of a posted form. Raises `form_invalid` with its first complaint."""
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Problem("invalid_form", detail=f"{label}: {errors[0]}")
    return form.cleaned_data
