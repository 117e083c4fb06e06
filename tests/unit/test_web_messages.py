from __future__ import annotations

import gettext
import re
from pathlib import Path

from berdaya.web import messages

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Keluar"
msgstr "Sign out"

msgctxt "buku kas"
msgid "Keluar"
msgstr "Out"

msgid "lewat %(n)s hari"
msgid_plural "lewat %(n)s hari"
msgstr[0] "%(n)s day late"
msgstr[1] "%(n)s days late"

msgid "belum"
msgstr ""
"""


def test_a_catalogue_survives_the_way_to_its_binary_form(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(PO, encoding="utf-8")
    messages.write_mo(messages.read_po(source), tmp_path / "django.mo")
    with (tmp_path / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Keluar") == "Sign out"
    assert read.pgettext("buku kas", "Keluar") == "Out"
    assert read.ngettext("lewat %(n)s hari", "lewat %(n)s hari", 1) == "%(n)s day late"
    assert read.ngettext("lewat %(n)s hari", "lewat %(n)s hari", 3) == "%(n)s days late"
    assert read.gettext("belum") == "belum"


def test_strings_are_found_in_templates_and_sources(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '{% translate "Satu" %}{% translate "Dua" context "c" %}{% firstof x _("Tiga") %}'
        "{% blocktranslate with n=1 %}Ada {{ n }} (5%){% endblocktranslate %}"
    )
    (tmp_path / "b.py").write_text('from django.utils.translation import gettext as _\n_("Empat")\n')
    assert messages.used_strings(tmp_path) == {"Satu", "c\x04Dua", "Tiga", "Ada %(n)s (5%%)", "Empat"}


def test_every_string_of_the_web_has_its_english() -> None:
    known = messages.read_po(messages.CATALOGUE)
    used = messages.used_strings(messages.PACKAGE / "web")
    assert sorted(text for text in used if not all(known.get(text) or ("",))) == []


def test_placeholders_survive_translation() -> None:
    pattern = re.compile(r"%\(\w+\)[sd]")
    for msgid, translated in messages.read_po(messages.CATALOGUE).items():
        for text in [translated] if isinstance(translated, str) else translated:
            if msgid and text:
                assert sorted(pattern.findall(text)) == sorted(pattern.findall(msgid)), msgid
