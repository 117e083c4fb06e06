"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from berdaya.access.sign_in_rules import LEAST_ALONE, LEAST_WITH_FACTOR


class SignInForm(forms.Form):
    """Name and password; what is wrong with them is said once, for both."""

    username = forms.CharField(
        label=_("Nama pengguna"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Kata sandi atau kode sekali pakai"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _code(**changes: str) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false", **changes}
    return forms.CharField(
        label=_("Kode dari aplikasi, atau kode pemulihan"), max_length=20, widget=forms.TextInput(attrs=attributes)
    )


def _present() -> forms.CharField:
    return forms.CharField(
        label=_("Kata sandi sekarang"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """One code of the phone or of the paper."""

    code = _code()


class FirstCodeForm(forms.Form):
    """The first code of a phone that is being set up."""

    code = forms.CharField(
        label=_("Kode 6 angka yang tampil di aplikasi"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ProofForm(forms.Form):
    """The present password, and a code where the account has a second factor already."""

    current = _present()
    code = _code()

    def __init__(self, *args: Any, with_factor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_factor:
            del self.fields["code"]


class PasswordForm(forms.Form):
    """A password of one's own choice; whoever found a desk unlocked does not know the present one."""

    current = _present()
    new = forms.CharField(
        label=_("Kata sandi baru"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Sekali lagi"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, forced: bool, with_factor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = LEAST_WITH_FACTOR if with_factor else LEAST_ALONE
        said = gettext("Paling sedikit %(least)s huruf. Kalimat pendek mudah diingat dan sulit ditebak.")
        self.fields["new"].help_text = said % {"least": least}
        if forced:  # the one-time code was typed a moment ago
            del self.fields["current"]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("new") != cleaned.get("again"):
            self.add_error("again", _("Kedua isian tidak sama."))
        return cleaned
