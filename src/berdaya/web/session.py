"""What the session keeps of the signed-in person, so that the frame of a page needs no query of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils.http import urlencode

from berdaya.access.middleware import ROLE_KEY
from berdaya.access.permissions import can, require
from berdaya.access.selectors import RoleChoice, actor_for, roles_of
from berdaya.access.sessions import lacks_factor
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, current_actor, scoped
from berdaya.process.overview.accounts import office_face
from berdaya.process.overview.exports import export_chart
from berdaya.web.components.chart_sheets import ASKED, ChartSheet

FRAME = "berdaya_frame"
STAFF_ONLY = {
    "office:programmes", "office:programme", "office:stage", "office:decision", "office:report", "office:handovers",
    "office:handover", "office:documents", "office:confirmations", "office:speech", "office:lpj-paper",
    "office:decree-line", "office:rupiah", "office:handover-days", "office:handover-day", "office:purchases",
    "office:purchase", "office:packages",
    "office:placement", "office:assessments", "office:assessments-export", "office:instruments",
    "office:group-proposals", "office:group-proposal", "office:group-proposal-paper",
}  # fmt: skip
"""Pages of the office's own work: roles that see only their own subjects find them closed."""
NILA = "#1F3F6B"
"""The product's own colour; an office may set another."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
P = ParamSpec("P")
Open = Callable[Concatenate[HttpRequest, P], HttpResponse]


class OfficeRequest(HttpRequest):
    """A request of a signed-in person; the scope middleware has set the actor."""

    actor: Actor
    charts: list[ChartSheet]


Guarded = Callable[Concatenate[OfficeRequest, P], HttpResponse]


def remember(request: HttpRequest, role: RoleChoice, *, several: bool) -> None:
    """Keep the active role and the words of the frame."""
    actor = actor_for(int(request.session["_auth_user_id"]), role_id=role.id)
    with scoped(actor):
        office, brand = office_face(role.office_id)
    request.session[ROLE_KEY] = role.id
    request.session[FRAME] = {
        "role_id": role.id,
        "title": [role.name_id, role.name_en],
        "office": office or role.title,
        "several": several,
        "brand": brand if brand.upper() != NILA else "",
    }


def frame(request: HttpRequest) -> dict[str, object]:
    """Words of the frame; empty for the public or where the role has changed meanwhile."""
    kept = request.session.get(FRAME) if hasattr(request, "session") else None
    actor = getattr(request, "actor", None)
    if kept and actor is not None and kept["role_id"] == actor.role_id:
        return dict(kept)
    return {}


def choose(account_id: int, role_id: int | None = None) -> tuple[RoleChoice, bool]:
    """The named role of the account, or its first, and whether it has several. Raises ``no_role``."""
    roles = roles_of(account_id)
    role = next((item for item in roles if role_id in (None, item.id)), None)
    if role is None:
        raise Problem("no_role")
    return role, len(roles) > 1


def office_page(*permissions: str) -> Callable[[Guarded[P]], Open[P]]:
    """A page for signed-in people: sends others to sign in, asks for one of ``permissions``, forbids caching."""

    def wrap(view: Guarded[P]) -> Open[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                target = reverse("account:sign-in")
                wanted = _page_of(request)
                return HttpResponseRedirect(f"{target}?{urlencode({'next': wanted})}" if wanted else target)
            if getattr(user, "must_change_password", False):
                return HttpResponseRedirect(reverse("account:password"))
            if lacks_factor(request):
                return HttpResponseRedirect(reverse("account:factor"))
            actor = cast(OfficeRequest, request).actor
            if permissions and not any(can(actor, permission) for permission in permissions):
                require(actor, permissions[0])
            asked = request.GET.get(ASKED, "") if request.method == "GET" else ""
            request.charts = []  # type: ignore[attr-defined]
            response = view(cast(OfficeRequest, request), *args, **kwargs)
            if asked:
                response = _chart(cast(OfficeRequest, request), response, asked)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return wrap


def _chart(request: OfficeRequest, page: HttpResponse, asked: str) -> HttpResponse:
    """The workbook of one chart of the page that was drawn; a page that refuses stays what it is."""
    drawn: list[ChartSheet] = request.charts
    if page.status_code != 200:
        return page
    if not asked.isascii() or not asked.isdecimal() or not 1 <= int(asked[:6]) <= len(drawn):
        raise Problem("not_found")
    sheet = drawn[int(asked[:6]) - 1]
    match = request.resolver_match
    content = export_chart(
        actor=request.actor, page=match.view_name if match else "", title=sheet.title, as_of=sheet.as_of,
        columns=sheet.heads, rows=sheet.rows, note=sheet.note,
    )  # fmt: skip
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="bagan-{asked}-{sheet.as_of}.xlsx"'
    return answer


def _page_of(request: HttpRequest) -> str:
    """The page that somebody not signed in any more was on: for a form that was sent, the page it stood on."""
    if request.method == "GET":
        return request.get_full_path() if request.path != "/" else ""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    return urlunsplit(("", "", came.path, came.query, "")) if came.netloc == request.get_host() else ""


def way(route: str, *args: object, who: Actor | None = None) -> str:
    """Address of an office page, or nothing where the active role would find it closed: no link leads to a refusal.

    ``who`` names the reader on pages of the account, which run under an actor of their own.
    """
    address = reverse(route, args=args)
    actor = who or current_actor()
    permissions = getattr(resolve(address).func, "permissions", ())
    if actor is None or (route in STAFF_ONLY and actor.kind != "staff"):
        return ""
    return address if not permissions or any(can(actor, permission) for permission in permissions) else ""


def owner_way(household: UUID | None, group: UUID | None) -> str:
    """Address of the family or the group that something belongs to, as :func:`way`; nothing for neither."""
    if household:
        return way("office:family", household)
    return way("office:group", group) if group else ""
