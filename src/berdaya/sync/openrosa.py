"""``/openrosa/``: form list, manifest, form, submission as ODK Collect speaks them (OpenRosa 1.0), over HTTP Basic."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from datetime import UTC
from email.utils import format_datetime
from functools import wraps
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from berdaya.access.permissions import can
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import check_sign_in
from berdaya.access.sign_in_rules import factor_due
from berdaya.access.tokens import PREFIX, actor_of_token
from berdaya.devices import rules
from berdaya.devices.kinds import Outcome
from berdaya.devices.types import Sender, Source
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field import openrosa, openrosa_instruments

View = Callable[..., HttpResponse]
REALM = 'Basic realm="Berdaya", charset="UTF-8"'


def _caller(request: HttpRequest) -> Actor:
    """The account, or the API token in place of a password, that HTTP Basic names; only roles that record visits."""
    kind, _, packed = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Problem("sign_in_needed") from error
    if kind.lower() != "basic" or not secret:
        raise Problem("sign_in_needed")
    if secret.startswith(PREFIX):
        return actor_of_token(secret)[1]
    address = request.META.get("REMOTE_ADDR", "")
    account = check_sign_in(username=name, password=secret, address=address)
    if account.must_change_password:
        raise Problem("password_change_needed")
    if account.factor_since is not None or (not account.demo and factor_due(account.pk)[1]):
        # A password alone opens nothing of such an account: its phone is given a token.
        raise Problem("factor_token_needed")
    for role in roles_of(account.pk):
        actor = actor_for(account.pk, name=account.name, role_id=role.id)
        if can(actor, "visit.record"):
            return actor
    raise Problem("not_allowed", role="-", permission="visit.record")


def openrosa_view(*methods: str) -> Callable[[View], View]:
    """An address of OpenRosa: asks who calls, answers XML with the headers that Collect expects."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Problem("sync_method")
                actor = _caller(request)
                if not can(actor, "visit.record") or not actor.office:
                    raise Problem("not_allowed", role=actor.role, permission="visit.record")
                response = view(request, actor, *args, **kwargs)
            except Problem as problem:
                response = _message(problem.text("id"), problem.status, "error")
                if problem.status == 401 or problem.code == "sign_in_failed":
                    response.status_code = 401
                    response.headers["WWW-Authenticate"] = REALM
            response.headers["X-OpenRosa-Version"] = "1.0"
            response.headers["X-OpenRosa-Accept-Content-Length"] = str(rules.MOST_FILE_BYTES)
            response.headers["Date"] = format_datetime(clock.now().astimezone(UTC), usegmt=True)
            response.headers["Cache-Control"] = "private, no-store"
            return response

        return csrf_exempt(transaction.non_atomic_requests(inner))

    return wrap


def _xml(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/xml; charset=utf-8")


def _message(text: str, status: int, nature: str = "submit_success") -> HttpResponse:
    return _xml(
        '<?xml version="1.0" encoding="UTF-8"?><OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(text)}</message></OpenRosaResponse>',
        status,
    )


def _address(request: HttpRequest, path: str) -> str:
    root = settings.BERDAYA_PUBLIC_URL.rstrip("/") if not settings.DEBUG else ""
    return f"{root}{path}" if root and request.get_host() in root else request.build_absolute_uri(path)


@openrosa_view("GET", "HEAD")
def form_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The forms there are: the visit, and the office's instruments."""
    with scoped(actor, route="openrosa:forms"):
        listed = openrosa_instruments.instrument_forms(actor)
    visit = _listed(request, openrosa.FORM, openrosa.TITLE, openrosa.VERSION, openrosa.form_hash())
    rest = "".join(_listed(request, one.form_id, one.title, str(one.version), one.md5) for one in listed)
    return _xml(
        '<?xml version="1.0" encoding="UTF-8"?><xforms xmlns="http://openrosa.org/xforms/xformsList">'
        f"{visit}{rest}</xforms>"
    )


def _listed(request: HttpRequest, form_id: str, title: str, version: str, md5: str) -> str:
    base = f"/openrosa/forms/{form_id}"
    return (
        f"<xform><formID>{form_id}</formID><name>{escape(title)}</name><version>{version}</version>"
        f"<hash>md5:{md5}</hash><downloadUrl>{escape(_address(request, f'{base}.xml'))}</downloadUrl>"
        f"<manifestUrl>{escape(_address(request, f'{base}/manifest'))}</manifestUrl></xform>"
    )


@openrosa_view("GET", "HEAD")
def instrument(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:  # noqa: ARG001
    """An instrument as an XForm."""
    with scoped(actor, route="openrosa:instrument"):
        return _xml(openrosa_instruments.instrument_form(actor, code).xml)


@openrosa_view("GET", "HEAD")
def instrument_manifest(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The list of families or businesses that goes with an instrument."""
    with scoped(actor, route="openrosa:instrument-manifest"):
        form = openrosa_instruments.instrument_form(actor, code)
        text = _list_of(actor, form.file)
    return _manifest(request, form.file, text, f"/openrosa/forms/{form.form_id}/{form.file}")


@openrosa_view("GET", "HEAD")
def instrument_list(request: HttpRequest, actor: Actor, code: str, name: str) -> HttpResponse:  # noqa: ARG001
    """Whom an instrument may be about, for this caller."""
    with scoped(actor, route="openrosa:instrument-list"):
        form = openrosa_instruments.instrument_form(actor, code)
        if form.file != f"{name}.csv":
            raise Problem("not_found")
        text = _list_of(actor, form.file)
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


def _list_of(actor: Actor, file: str) -> str:
    if file == openrosa.LIST:
        return openrosa.families_csv(actor, clock.today())
    return openrosa_instruments.families_csv(actor)


@openrosa_view("GET", "HEAD")
def form(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001
    """The visit as an XForm."""
    return _xml(openrosa.form_xml())


@openrosa_view("GET", "HEAD")
def manifest(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list of families that goes with the form."""
    with scoped(actor, route="openrosa:manifest"):
        families = openrosa.families_csv(actor, clock.today())
    return _manifest(request, openrosa.LIST, families, f"/openrosa/forms/{openrosa.FORM}/{openrosa.LIST}")


def _manifest(request: HttpRequest, file: str, text: str, path: str) -> HttpResponse:
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return _xml(
        '<?xml version="1.0" encoding="UTF-8"?><manifest xmlns="http://openrosa.org/xforms/xformsManifest"><mediaFile>'
        f"<filename>{file}</filename><hash>md5:{digest}</hash>"
        f"<downloadUrl>{escape(_address(request, path))}</downloadUrl></mediaFile></manifest>"
    )


@openrosa_view("GET", "HEAD")
def families(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001
    """The caller's own families."""
    with scoped(actor, route="openrosa:families"):
        text = openrosa.families_csv(actor, clock.today())
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


@openrosa_view("HEAD", "POST")
def submission(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A filled form with its photos; answered 201 as soon as the record is kept, whatever its outcome."""
    if request.method == "HEAD":
        response = HttpResponse(status=204)
        response.headers["Location"] = _address(request, "/openrosa/submission")
        return response
    file = request.FILES.get("xml_submission_file")
    if file is None or (file.size or 0) > rules.MOST_BYTES:
        raise Problem("push_unreadable", detail="xml_submission_file")
    filled = openrosa.read(file.read())
    files: dict[str, tuple[str, bytes]] = {}
    for name in request.FILES:
        item = request.FILES[name]
        if name != "xml_submission_file" and not isinstance(item, list) and (item.size or 0) <= rules.MOST_FILE_BYTES:
            files[str(item.name)] = (str(item.content_type or ""), item.read())
    sender = Sender(actor, actor.lo, int(actor.office or 0), None, Source.OPENROSA)
    line = openrosa.submit(sender=sender, submission=filled, files=files)
    if line.outcome in {Outcome.INVALID, Outcome.CONFLICT} and line.code:
        told = Problem(line.code, **{key: value for key, value in line.params.items() if key != "code"})
        # Kept all the same: Collect would send a refused form for ever, and the office sees it among what is stuck.
        return _message(told.text("id"), 201)
    return _message("Kunjungan diterima.", 201)
