"""Keys are made once, are of full length, and belong to their owner alone."""

from __future__ import annotations

import base64
from pathlib import Path

from berdaya.config import secrets_file


def test_none_before_the_first_call(tmp_path: Path) -> None:
    assert secrets_file.load(tmp_path) is None


def test_made_once(tmp_path: Path) -> None:
    first = secrets_file.ensure(tmp_path)
    assert secrets_file.ensure(tmp_path) == first
    assert (tmp_path / "secrets.toml").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.toml"]


def test_two_folders_share_nothing(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first, second = secrets_file.ensure(one), secrets_file.ensure(other)
    assert not set(first.environment().values()) & set(second.environment().values())
    assert first.app_password != second.app_password


def test_keys_have_32_bytes(tmp_path: Path) -> None:
    made = secrets_file.ensure(tmp_path)
    number, _, key = made.environment()["BERDAYA_KEYS"].partition(":")
    assert number == "1"
    assert len(base64.b64decode(key)) == 32
    assert len(base64.b64decode(made.environment()["BERDAYA_INDEX_KEY"])) == 32


def test_a_second_key_stands_beside_the_first(tmp_path: Path) -> None:
    secrets_file.ensure(tmp_path)
    path = tmp_path / "secrets.toml"
    path.write_text(path.read_text() + '2 = "' + base64.b64encode(b"2" * 32).decode() + '"\n')
    again = secrets_file.load(tmp_path)
    assert again is not None
    assert sorted(again.keys) == [1, 2]
