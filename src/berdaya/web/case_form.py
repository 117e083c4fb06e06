"""What every form of a complaint carries: the id of the case and its code, made before the first word is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from berdaya.followup.complaints import public
from berdaya.kernel.ids import new_id

SIGNER = Signer(salt="berdaya.complaint")


class CaseForm(forms.Form):
    """Id and signed code of a case, so that the same form sent twice is one case with one code."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(widget=forms.HiddenInput)

    def clean_code(self) -> str:
        """The code as it was signed."""
        try:
            return SIGNER.unsign(self.cleaned_data["code"])
        except BadSignature as error:
            raise forms.ValidationError(_("Muat ulang halaman ini.")) from error


def fresh_case() -> dict[str, Any]:
    """Id and code with which an empty form begins."""
    return {"id": new_id(), "code": SIGNER.sign(public.new_code())}
