"""Who calls. The scope is open already (``access.middleware``); here the caller is only let in or turned away."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security.base import AuthBase

from berdaya.access.tokens import Budget
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


class ApiRequest(HttpRequest):
    """A request to the API as the scope middleware hands it on."""

    actor: Actor
    refusal: Problem | None
    budget: Budget | None


def anybody(request: ApiRequest) -> bool:
    """Public addresses: a token is not needed, but a wrong one is told."""
    if request.refusal is not None:
        raise request.refusal
    return True


class Caller(AuthBase):
    """A token of another system, or the session of a person who signed in to the office pages."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "Token dari ./berdaya manage api_token; berlaku sebagai satu peran di satu kantor."

    def __call__(self, request: HttpRequest) -> Actor:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        anybody(request)  # type: ignore[arg-type]
        if actor.account_id is None:
            raise Problem("api_sign_in_needed")
        if getattr(request.user, "must_change_password", False):
            raise Problem("password_change_needed")
        return actor
