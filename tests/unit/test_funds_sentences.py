"""What a treasurer with primary school reads at a meeting: sentences of twelve words at most."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_WORDS = 12
PAGES = ROOT / "src" / "berdaya" / "web" / "templates"
SOURCES = {
    "page": (PAGES / "office" / "fund_meeting.html", r'translate "([^"]+)"'),
    "view": (PAGES / "office" / "fund_meeting_view.html", r'translate "([^"]+)"'),
    "card": (PAGES / "public" / "card.html", r'translate "([^"]+)"'),
    "first page": (PAGES / "office" / "home_officer.html", r'translate "([^"]+)"'),
    "phone": (ROOT / "frontend" / "ts" / "field" / "screens" / "meeting.ts", r'(?:label|hint|text|title): "([^"]+)"'),
}


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?:;])\s+", text) if part.strip()]


@pytest.mark.parametrize("name", SOURCES)
def test_no_sentence_of_the_meeting_is_longer_than_twelve_words(name: str) -> None:
    path, pattern = SOURCES[name]
    found = [line for text in re.findall(pattern, path.read_text(encoding="utf-8")) for line in sentences(text)]
    assert len(found) > 5, "the pattern finds what people read"
    assert [line for line in found if len(line.split()) > MOST_WORDS] == []


def test_no_sentence_of_the_paper_form_is_longer_than_twelve_words() -> None:
    """What is printed around the table: paragraphs and boxed lines of the template, without code and marks."""
    source = (ROOT / "src" / "berdaya" / "funds" / "paper" / "meeting.typ").read_text(encoding="utf-8")
    body = source[source.index("= Pertemuan") :]
    plain = re.sub(r"#\w+(\.\w+)*(\([^()]*\))?|[*#\[\]{}]", " ", body)
    found = [
        sentence
        for line in plain.splitlines()
        if re.match(r"\s*[A-Z][a-z]+ [a-z]", line)
        for sentence in sentences(line)
    ]
    assert any("Hitung uangnya bersama." in sentence for sentence in found), "the pattern finds what people read"
    assert [sentence for sentence in found if len(sentence.split()) > MOST_WORDS] == []
