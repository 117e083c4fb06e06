"""The field app's four addresses. They hold no data: what is personal comes by sync and stays sealed on the phone."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from berdaya.web.field import assets

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "blob:"],
    "media-src": ["blob:"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}
"""Photos and voice notes are shown from the phone's own memory (``blob:``); everything else comes from this server."""
ALLOWED = "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()"


@require_safe
@csp_replace(POLICY)
def shell(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The app's only page; works offline from the worker's copy."""
    response = HttpResponse(assets.shell())
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Permissions-Policy"] = ALLOWED
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The service worker. It may look after the app's own addresses and no others of this server."""
    response = HttpResponse(assets.worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/lapangan/"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What a phone needs to install the app."""
    response = JsonResponse(assets.manifest(), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response
