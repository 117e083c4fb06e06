"""An office's own colour as a style sheet of one rule: inline styles stay forbidden."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

_HEX = re.compile(r"[0-9A-Fa-f]{6}")
READABLE = 4.5
"""Least contrast of white text on the colour (WCAG 2.2, 1.4.3)."""


def contrast_with_white(colour: str) -> float:
    """Contrast ratio of white on ``colour`` (``1F3F6B``)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def darker(colour: str, share: float = 0.78) -> str:
    """The same colour, darker, for what the pointer is on."""
    return "".join(f"{round(int(colour[at : at + 2], 16) * share):02x}" for at in (0, 2, 4))


@cache_control(max_age=86_400, public=True)
def brand_css(request: HttpRequest, colour: str) -> HttpResponse:  # noqa: ARG001
    """The rule for ``colour``; a colour on which white cannot be read changes nothing."""
    css = ""
    if _HEX.fullmatch(colour) and contrast_with_white(colour) >= READABLE:
        css = f":root{{--brand:#{colour};--brand-deep:#{darker(colour)}}}"
    return HttpResponse(css, content_type="text/css; charset=utf-8")
