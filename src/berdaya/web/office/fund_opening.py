"""A new fund of a group: what its members agreed on, by kind of fund."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy

from berdaya.funds.types import Every, FundKind, FundRules, Method, Terms
from berdaya.web.office.lifecycle_forms import DayForm

MOST = 10**10


class TermsForm(DayForm):
    """A new fund of revolving cash with the terms that the members agreed on."""

    method = forms.ChoiceField(
        label=gettext_lazy("Jasa"),
        choices=[
            (Method.NONE.value, gettext_lazy("tanpa jasa")),
            (Method.FIXED.value, gettext_lazy("jumlah tetap")),
            (Method.FLAT.value, gettext_lazy("persen tetap setahun")),
            (Method.DECLINING.value, gettext_lazy("persen menurun setahun")),
        ],
    )
    rate = forms.DecimalField(label=gettext_lazy("Persen setahun"), min_value=0, max_value=100, required=False)
    fee = forms.IntegerField(label=gettext_lazy("Jumlah jasa tetap"), min_value=0, max_value=MOST, required=False)
    instalments = forms.IntegerField(label=gettext_lazy("Banyak angsuran"), min_value=1, max_value=520, initial=10)
    every = forms.ChoiceField(
        label=gettext_lazy("Jarak angsuran"),
        choices=[
            (Every.MONTH.value, gettext_lazy("setiap bulan")),
            (Every.WEEK.value, gettext_lazy("setiap minggu")),
        ],
    )
    grace = forms.IntegerField(
        label=gettext_lazy("Angsuran pertama tanpa pokok"), min_value=0, max_value=100, required=False
    )

    def rules(self) -> FundRules:
        """The rules of a valid form."""
        return FundRules(self.terms())

    def terms(self) -> Terms:
        """The usual terms of a turn."""
        facts = self.cleaned_data
        return Terms(
            method=Method(facts["method"]), instalments=facts["instalments"], rate_percent=facts["rate"] or Decimal(0),
            fee_idr=facts["fee"] or 0, every=Every(facts["every"]), grace=facts["grace"] or 0,
        )  # fmt: skip


class SharesForm(TermsForm):
    """A savings group: the price of a share, and how many one may buy at a meeting."""

    share = forms.IntegerField(label=gettext_lazy("Harga satu saham (Rp)"), min_value=100, max_value=MOST)
    most = forms.IntegerField(
        label=gettext_lazy("Saham paling banyak setiap pertemuan"), min_value=1, max_value=100, initial=5
    )
    field_order = ("on", "share", "most")

    def rules(self) -> FundRules:
        """The rules of a valid form."""
        return FundRules(self.terms(), self.cleaned_data["share"], self.cleaned_data["most"])


class LivestockForm(DayForm):
    """Animals or goods that are kept, multiply and are passed on."""

    unit = forms.CharField(label=gettext_lazy("Satuan, misalnya kambing"), max_length=20)
    first = forms.IntegerField(
        label=gettext_lazy("Anak pertama untuk pemelihara (ekor)"), min_value=0, max_value=100, initial=1
    )
    half = forms.IntegerField(
        label=gettext_lazy("Bagian pemelihara dari anak berikutnya (persen)"), min_value=0, max_value=100, initial=50
    )

    def rules(self) -> FundRules:
        """The rules of a valid form."""
        facts = self.cleaned_data
        return FundRules(unit=facts["unit"].strip().lower(), first_to_keeper=facts["first"], keeper_share=facts["half"])


FUNDS: dict[FundKind, type[TermsForm | LivestockForm]] = {
    FundKind.CASH_TURNS: TermsForm,
    FundKind.VSLA: SharesForm,
    FundKind.GOODS_TURNS: LivestockForm,
}
