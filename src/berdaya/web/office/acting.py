"""A page that is read and acted on at the same address: one call for each button, its sentence, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect

from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problems import Problem
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest

BUTTON = "aksi"
Acts = Mapping[str, Callable[[], str]]


class Acted:
    """What became of a POST: an answer to send, or a problem to show on the page."""

    def __init__(self, answer: HttpResponse | None = None, problem: Problem | None = None) -> None:
        self.answer = answer
        self.problem = problem

    @property
    def status(self) -> int:
        """Status of the page that shows it."""
        return self.problem.status if self.problem else 200

    @property
    def text(self) -> str:
        """The problem with what to do, in the reader's language; empty where there is none."""
        return told(self.problem)


def act(request: OfficeRequest, acts: Acts, back: str, usual: str = "") -> Acted:
    """Take the action that the pressed button names (``usual`` where none is named) and go back; a GET does nothing.

    An unknown button is ``not_found``; what the services refuse comes back as the page's problem.
    """
    if request.method != "POST":
        return Acted()
    call = acts.get(request.POST.get(BUTTON, usual))
    if call is None:
        raise Problem("not_found")
    try:
        messages.success(request, call())
    except Problem as problem:
        return Acted(problem=shown(problem))
    return Acted(HttpResponseRedirect(back))


def entry(request: OfficeRequest, name: str, limit: int = 2000) -> str:
    """One entry of the form; raises ``entry_needed`` where it is empty."""
    value = request.POST.get(name, "").strip()[:limit]
    if not value:
        raise Problem("entry_needed", field=name)
    return value


def day_of(request: OfficeRequest, name: str) -> date:
    """One date of the form; raises ``entry_needed``."""
    try:
        return date.fromisoformat(entry(request, name))
    except ValueError:
        raise Problem("entry_needed", field=name) from None


def id_of(request: OfficeRequest, name: str) -> UUID:
    """One id of the form; what is none names nothing that is here."""
    key = uuid_of(entry(request, name, 36))
    if key is None:
        raise Problem("not_found")
    return key


def ids_of(request: OfficeRequest, name: str) -> list[UUID]:
    """All ids that were ticked under one name, none of them too; raises ``not_found`` where one is no id."""
    keys = [uuid_of(text) for text in request.POST.getlist(name)]
    if None in keys:
        raise Problem("not_found")
    return [key for key in keys if key]


def upload_of(request: OfficeRequest, name: str, most: int) -> tuple[bytes, str]:
    """Content and name of an uploaded file; raises ``entry_needed``, ``files.too_large``."""
    file = request.FILES.get(name)
    if not isinstance(file, UploadedFile):
        raise Problem("entry_needed", field=name)
    if (file.size or 0) > most:
        raise Problem("files.too_large", size=file.size, limit=most)
    return file.read(), (file.name or "")[:160]
