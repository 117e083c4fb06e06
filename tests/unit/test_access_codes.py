"""Codes of an authenticator against the table of the standard; what a session tells of a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from berdaya.access.factor import MOST_WRONG, code_at
from berdaya.access.sessions import browser_of, hashed, shortened

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1, the last six of its eight digits."""
    assert code_at(b"12345678901234567890", seconds // 30) == code


def test_guessing_to_the_end_is_hopeless() -> None:
    """Three codes of a million are good at a time."""
    assert 1 - (1 - 3 / 1_000_000) ** MOST_WRONG < 0.0001


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile"
            " Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0"
            " Safari/537.36 Edg/130.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("<script>alert(1)</script>", "scriptalert1/script"),
        ("", ""),
    ],
)
def test_a_browser_is_named_without_its_version(agent: str, said: str) -> None:
    assert browser_of(agent) == said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("103.121.45.77", "103.121.45.x"),
        ("::ffff:103.121.45.77", "103.121.45.x"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::/48"),
        ("", ""),
        ("nothing", ""),
    ],
)
def test_an_address_names_no_machine(address: str, said: str) -> None:
    assert shortened(address) == said


def test_what_is_kept_of_a_cookie_does_not_hold_it() -> None:
    key = "abcdefghijklmnopqrstuvwxyz012345"
    assert re.fullmatch(r"[0-9a-f]{40}", hashed(key))
    assert key not in hashed(key)


def test_the_field_app_finds_the_forms_token_under_either_name() -> None:
    source = (ROOT / "frontend" / "ts" / "field" / "api.ts").read_text(encoding="utf-8")
    found = re.search(r"return /(.*)/\.exec\(document\.cookie\)", source)
    assert found
    pattern = re.compile(found[1])
    for name in ("csrftoken", "__Host-csrftoken"):
        assert (match := pattern.search(f"django_language=en; {name}=abc; x=1"))
        assert match[1] == "abc"
    assert pattern.search("evilcsrftoken=abc") is None
