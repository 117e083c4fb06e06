"""Contents compared, clocks judged, gaps named, cursors read; seals that only the server opens."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.devices import rules, sealing
from berdaya.devices.types import Cursor
from berdaya.kernel.problems import Problem

NOW = datetime(2026, 10, 31, 5, tzinfo=UTC)
KEY = UUID("01a1fff6-153f-767e-8829-c32345eb8448")
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('aé"\\\n u0d8😀', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc\\u08d\n", max_size=4), inner, max_size=3),
    max_leaves=8,
)


def told_of(version: int, body: dict[str, Any]) -> str:
    return rules.canonical("visit", version, rules.body_text(body), rules.files_text({"photo": KEY}))


@given(st.dictionaries(st.text('xyz"\\é', max_size=5), plain, max_size=4))
def test_the_order_of_keys_says_nothing(body: dict[str, Any]) -> None:
    turned = dict(reversed(list(body.items())))
    one, two = (told_of(1, told) for told in (body, turned))
    assert rules.digest(one) == rules.digest(two)
    assert rules.digest(one) != rules.digest(told_of(2, body))
    assert str(KEY) in rules.ids_in(one)


def test_ids_are_found_at_any_depth_and_once() -> None:
    body = {"a": [str(KEY).upper(), {"b": str(KEY)}], str(UUID(int=7)): "01a1fff6-153f-767e-8829"}
    assert rules.ids_in(rules.canonical("x", 1, rules.body_text(body), "{}")) == sorted([str(KEY), str(UUID(int=7))])


@pytest.mark.parametrize(
    ("off", "device_at", "expected"),
    [
        (None, NOW - timedelta(days=20), False),
        (599, NOW, False),
        (-599, NOW, False),
        (601, NOW, True),
        (-601, NOW, True),
        (0, datetime(1970, 1, 1, tzinfo=UTC), True),
        (0, NOW + timedelta(minutes=11), True),
        (0, None, False),
    ],
)
def test_which_clocks_are_not_believed(off: int | None, device_at: datetime | None, expected: bool) -> None:
    assert rules.is_off(off=off, device_at=device_at, received_at=NOW) is expected


def test_gaps_and_cursors_are_read_as_the_database_writes_them() -> None:
    assert rules.ranges("{}") == ()
    assert rules.ranges("{[2,5),[9,10)}") == ((2, 4), (9, 9))
    assert rules.cursor_of("0123456789ab.77") == Cursor("0123456789ab", 77)
    assert str(Cursor("0123456789ab", 77)) == "0123456789ab.77"
    for wrong in ("", "77", "0123456789ab.", "0123456789ab.-1", "0123456789ab.1; DROP", "x" * 99):
        assert rules.cursor_of(wrong) is None


@pytest.mark.parametrize(
    "body",
    [
        {"a": [{"b": "c\0"}]},
        {"a\0": 1},
        {"a": "\ud800"},
        {"a": ["\udc00\ud800"]},
        {"\udfff": 1},
        {"a": float("nan")},
        {"a": [float("inf")]},
    ],
)
def test_what_no_database_keeps_is_found_anywhere(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"text|JSON compliant"):
        rules.body_text(body)


def test_depth_beyond_any_form_is_told() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="depth"):
        rules.body_text({"a": deep})


def test_what_only_looks_unstorable_is_kept() -> None:
    body = {"a": ["b", 1, None, True], "typed": "\\u0000 \\ud800", "face": "\U0001f600", "kata": "pénjual"}
    assert json.loads(rules.body_text(body)) == body


def test_voice_notes_begin_as_their_kind_does() -> None:
    assert rules.audio_matches("audio/ogg", b"OggS....")
    assert rules.audio_matches("audio/mp4", b"\0\0\0\x20ftypM4A ")
    assert not rules.audio_matches("audio/ogg", b"<html>")
    assert not rules.audio_matches("image/jpeg", b"OggS")


@pytest.mark.parametrize(
    "broken", [{}, {"key": 1}, {"key": "x", "epk": "", "iv": "", "ct": ""}, {"key": 99, "epk": "a"}]
)
def test_what_is_no_seal_is_told(broken: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="sealed"):
        sealing.open_sealed(broken)


def test_the_public_key_follows_from_the_ring_alone() -> None:
    assert sealing.public_key() == sealing.public_key()
    assert len(sealing.public_key().public) == 87
