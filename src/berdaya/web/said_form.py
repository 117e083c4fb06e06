"""What a recipient says she received, on the paper's page or in person: the part that both forms share."""

from __future__ import annotations

from uuid import UUID

from django import forms

from berdaya.accountability.types import Said, SaidLine
from berdaya.web.photos import photo_bytes


class SaidForm(forms.Form):
    """A number for each line of goods; ``words``, ``company``, ``photo`` and ``place`` are fields of the subclass."""

    def add_line(self, line: UUID, label: str, help_text: str = "") -> None:
        """A field for how many of one line of goods she received."""
        self.fields[f"line-{line}"] = forms.IntegerField(
            label=label,
            help_text=help_text,
            min_value=0,
            max_value=9999,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )

    def said(self) -> Said:
        """The values of a valid form. Raises `files.too_large`."""
        facts = self.cleaned_data
        lines = tuple(
            SaidLine(UUID(name.removeprefix("line-")), value)
            for name, value in facts.items()
            if name.startswith("line-")
        )
        return Said(lines, facts["words"], facts["company"], facts.get("place", ""), photo_bytes(facts["photo"]))
