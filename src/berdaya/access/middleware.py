"""The one place where a request gets its scope."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from berdaya.access.selectors import actor_for
from berdaya.access.services import SIGN_IN
from berdaya.access.sessions import lacks_factor
from berdaya.access.tokens import actor_of_token, count_call
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped

ROLE_KEY = "berdaya_role"
SELF_SCOPED = frozenset({"sync", "openrosa"})
"""Namespaces whose views open their own scopes and transactions: what a phone hands in is kept before it is applied."""
API = "api"
"""Namespace of the addresses that take a token (``Authorization: Bearer``) and count their callers."""


class ScopeMiddleware:
    """Opens a transaction in the actor's scope around everything that comes after it.

    It stands last, so that sessions and messages are read before and written after it by the application's own role.
    The pages of the account itself run as the sign-in actor: they read accounts and write sessions, nothing else.
    Views are atomic themselves (``ATOMIC_REQUESTS``): what a failed view wrote is gone before the answer is rendered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        route, namespace = self._route(request)
        if namespace in SELF_SCOPED:
            request.actor = PUBLIC  # type: ignore[attr-defined]
            return self.get_response(request)
        actor = self._caller(request) if namespace == API else self._actor(request)
        request.actor = actor  # type: ignore[attr-defined]
        with scoped(SIGN_IN if namespace == "account" else actor, route=route):
            return self.get_response(request)

    def _caller(self, request: HttpRequest) -> Actor:
        """Actor of an API call. A wrong token or a spent budget leaves the public, and ``request.refusal`` says why."""
        request.refusal = request.budget = None  # type: ignore[attr-defined]
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        try:
            if kind.lower() == "bearer":
                token_id, actor = actor_of_token(secret.strip())
                caller = f"token:{token_id}"
            else:
                actor = self._actor(request)
                caller = f"account:{actor.account_id}" if actor.account_id else ""
            if caller:
                budget = count_call(caller)
                request.budget = budget  # type: ignore[attr-defined]
                if budget.exceeded:
                    raise Problem("too_many_calls", limit=budget.limit, seconds=budget.seconds)
        except Problem as problem:
            request.refusal = problem  # type: ignore[attr-defined]
            return PUBLIC
        return actor

    @staticmethod
    def _actor(request: HttpRequest) -> Actor:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return PUBLIC
        if lacks_factor(request):
            return PUBLIC.with_(account_id=user.pk, name=user.name)
        role_id = request.session.get(ROLE_KEY)
        try:
            return actor_for(user.pk, name=user.name, role_id=role_id)
        except Problem:
            # The role was taken back since the last request: fall to another one, or to none at all.
            request.session.pop(ROLE_KEY, None)
        try:
            return actor_for(user.pk, name=user.name)
        except Problem:
            return PUBLIC.with_(account_id=user.pk, name=user.name)

    @staticmethod
    def _route(request: HttpRequest) -> tuple[str, str]:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return "", ""
        return match.view_name or "", match.namespaces[0] if match.namespaces else ""


def session_actor(request: HttpRequest) -> Actor:
    """The actor of a session, for views that open their own scope."""
    return ScopeMiddleware._actor(request)
