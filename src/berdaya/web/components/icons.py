"""Line icons on a 20 x 20 grid; each is decoration beside a word, never alone."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

PATHS: dict[str, str] = {
    "home": "M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-5h3v5",
    "tasks": "M3.5 5.5 5 7l2.5-3M3.5 13.5 5 15l2.5-3M10.5 6h6M10.5 14h6",
    "programme": "M3 4h14M5 8.5h10M7 13h6M8.8 17h2.4",
    "family": "M6.5 8a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM13.5 8a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z"
    "M2.5 16.5v-2.7a3.5 3.5 0 0 1 7-.2M10.5 16.5v-2.7a3.5 3.5 0 0 1 7 0v2.7M2.5 16.5h15",
    "business": "M3 8 4.2 3.5h11.6L17 8M4 8.5v8h12v-8M3 8a2.3 2.3 0 0 0 4.7 0A2.3 2.3 0 0 0 12.3 8 2.3 2.3 0 0 0 17 8"
    "M8 16.5v-4.5h4v4.5",
    "group": "M10 8a2.4 2.4 0 1 0 0-4.8A2.4 2.4 0 0 0 10 8ZM5.5 16.5v-2a4.5 4.5 0 0 1 9 0v2ZM3.2 11.8a2 2 0 1 1 1-3.7"
    "M16.8 11.8a2 2 0 1 0-1-3.7",
    "class": "M2.5 7.5 10 4l7.5 3.5L10 11ZM5.5 9.2v4.3c2.6 2 6.4 2 9 0V9.2M17.5 7.5v5",
    "goods": "M3.5 6.5 10 3.5l6.5 3v7L10 16.5l-6.5-3ZM3.5 6.5 10 9.5l6.5-3M10 9.5v7",
    "market": "M4 6.5h12l-1 10H5ZM7 8.5V6a3 3 0 0 1 6 0v2.5",
    "map": "M3.5 3.5h5v5h-5ZM11.5 3.5h5v5h-5ZM3.5 11.5h5v5h-5ZM11.5 11.5h5v5h-5Z",
    "document": "M5 3h6.5L15 6.5V17H5ZM11.5 3v3.5H15M7.5 10.5h5M7.5 13.5h5",
    "search": "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4",
    "help": "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.9 8a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.6M10 14h.01",
    "download": "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
    "upload": "M10 13V3.5M6 7l4-4 4 4M3.5 16.5h13",
    "print": "M6 7V3.5h8V7M6 14H3.5V7h13v7H14M6 11.5h8v5H6Z",
    "check": "M4 10.5 8 14.5 16 5.5",
    "met": "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM6.8 10.2l2.3 2.3 4.2-4.7",
    "not_met": "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.5 7.5l5 5M12.5 7.5l-5 5",
    "unknown": "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.9 8a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.6M10 14h.01",
    "close": "M5 5l10 10M15 5 5 15",
    "warning": "M10 3.5 17.5 16.5h-15ZM10 8.5v3.5M10 14.3h.01",
    "person": "M10 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 17v-1.5a6 6 0 0 1 12 0V17",
    "out": "M8 3.5H4v13h4M8 10h8.5M13.5 7l3 3-3 3",
    "eye": "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
    "key": "M7 12.5a3.5 3.5 0 1 1 3.3-4.7H17v3h-2v2h-3v-2h-1.7A3.5 3.5 0 0 1 7 12.5ZM7 9h.01",
    "event": "M3.5 5h13v11.5h-13ZM3.5 8.5h13M7 3v3.5M13 3v3.5",
    "voice": "M3.5 4h13v9h-7l-4 3.5V13h-2ZM7 8.5h6",
    "receipt": "M5 3h10v14l-2.5-1.7L10 17l-2.5-1.7L5 17ZM7.5 7h5M7.5 10.5h5",
    "complaint": "M3.5 12.5v-4l9-4.5v13l-9-4.5ZM12.5 8a2.6 2.6 0 0 1 0 5M6 13.5V17h2.5v-2.5",
    "up": "M10 16V4.5M5.5 9 10 4.5 14.5 9",
    "down": "M10 4v11.5M5.5 11 10 15.5 14.5 11",
    "same": "M4 10h12",
    "report": "M4 16.5v-6M8 16.5v-11M12 16.5v-8M16 16.5v-13",
    "gear": "M3 6h7M14 6h3M3 14h3M10 14h7M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
}

# Marks are told apart by shape first, so that they survive grey print and colour blindness.
MARKS: dict[str, str] = {
    "full": '<circle cx="7" cy="7" r="5.5" fill="currentColor"/>',
    "half": '<circle cx="7" cy="7" r="4.9" fill="none" stroke="currentColor" stroke-width="1.4"/>'
    '<path d="M7 2.1a4.9 4.9 0 0 1 0 9.8Z" fill="currentColor"/>',
    "ring": '<circle cx="7" cy="7" r="4.8" fill="none" stroke="currentColor" stroke-width="2"/>',
    "diamond": '<path d="M7 .8 13.2 7 7 13.2.8 7Z" fill="currentColor"/>',
    "question": '<circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" stroke-width="1.3"'
    ' stroke-dasharray="2 1.5"/>',
    "square": '<path d="M1.8 1.8h10.4v10.4H1.8Z" fill="currentColor"/>',
    "cross": '<path d="M2.5 2.5l9 9M11.5 2.5l-9 9" fill="none" stroke="currentColor" stroke-width="2.2"/>',
    "tick": '<path d="M1.5 7.5 5.5 11.5 12.5 3" fill="none" stroke="currentColor" stroke-width="2.2"/>',
}


def icon(name: str, *, small: bool = False) -> SafeString:
    """Inline SVG of one icon; an unknown name is a programming error."""
    size = " b-icon--s" if small else ""
    return mark_safe(  # noqa: S308 - constants of this module only
        f'<svg class="b-icon{size}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        f'<path d="{PATHS[name]}"/></svg>'
    )


def mark(name: str) -> SafeString:
    """Inline SVG of one 14 x 14 mark."""
    return mark_safe(  # noqa: S308 - constants of this module only
        f'<svg viewBox="0 0 14 14" aria-hidden="true" focusable="false">{MARKS[name]}</svg>'
    )
