"""The frame around a page: who is signed in, where they may go, what waits for them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from berdaya.web.shell import Shell, shell_of

register = template.Library()


@register.simple_tag(takes_context=True)
def shell(context: RequestContext) -> Shell | dict[str, Any]:
    request = context.get("request")
    return shell_of(request) if request is not None else {}
