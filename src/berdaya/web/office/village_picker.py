"""A village is chosen by writing its name: the browser offers those of the kabupaten, the server understands any."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from berdaya.areas.choosing import villages_meant, villages_near
from berdaya.areas.selectors import paths
from berdaya.kernel.problems import Problem

HINT = gettext_lazy("Tulis nama desa, lalu pilih dari daftar. Di luar kabupaten ini: Desa, Kecamatan, Kabupaten.")
MOST_NAMED = 6


def chosen_village(written: str, *, near: int) -> int:
    """The one village that is meant. Raises ``move_area_unknown``, ``move_area_several`` with those it may be."""
    found = villages_meant(written[:200], near=near)
    if not found:
        raise Problem("move_area_unknown")
    if len(found) > 1:
        named = paths([info.code for info in found[:MOST_NAMED]]).values()
        raise Problem("move_area_several", name=written.strip()[:80], choices=" · ".join(named))
    return found[0].code


def village_input(*, name: str, near: int, value: str = "", key: str = "", described: str = "") -> SafeString:
    """The box with what the browser offers in it; what was ambiguous last time stands in the list as well."""
    key = key or name
    offered = list(villages_near(near))
    meant = villages_meant(value, near=near)[:MOST_NAMED] if value else ()
    offered = list(dict.fromkeys([*paths([info.code for info in meant], short=True).values(), *offered]))
    options = format_html_join("", '<option value="{}"></option>', ((text,) for text in offered))
    return format_html(
        '<input class="govuk-input" type="text" id="{}" name="{}" value="{}" list="{}-desa" maxlength="200" required'
        ' autocomplete="off"{}><datalist id="{}-desa">{}</datalist>',
        key, name, value, key, format_html(' aria-describedby="{}"', described) if described else "", key, options,
    )  # fmt: skip


class VillageInput(forms.TextInput):
    """The same box as a widget of a form."""

    def __init__(self, near: int) -> None:
        super().__init__()
        self.near = near

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002
    ) -> SafeString:
        given = attrs or {}
        return village_input(
            name=name, near=self.near, value=str(value or ""), key=str(given.get("id", name)),
            described=str(given.get("aria-describedby", "")),
        )  # fmt: skip
