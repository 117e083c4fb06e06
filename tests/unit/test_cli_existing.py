"""Commands that only look never make, migrate or drop a demo."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from berdaya.cli import existing
from berdaya.config.database import DEMO, Addresses
from berdaya.kernel.problems import Problem


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What was asked of `config.database`; its answer has no owner's address."""
    calls: list[tuple[str, bool]] = []

    @contextmanager
    def opened(name: str, *, bring_up: bool) -> Iterator[Addresses]:
        calls.append((name, bring_up))
        yield Addresses(app="postgresql://app", owner="")

    monkeypatch.setattr(existing, "database", opened)
    return calls


@pytest.mark.parametrize("known", [{}, {"demo": True, "schema": "older"}, {"demo": False, "schema": "now"}])
def test_a_demo_that_is_not_of_this_version_is_named_and_left(
    asked: list[tuple[str, bool]], known: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(existing, "schema_hash", lambda: "now")
    monkeypatch.setattr(existing, "state", lambda _: known)
    with pytest.raises(Problem) as caught, existing.existing(demo=True):
        pass
    assert caught.value.code == "start.no_demo"
    assert asked == [(DEMO, False)]


def test_the_owner_is_asked_for_where_it_is_needed(asked: list[tuple[str, bool]]) -> None:
    before = dict(os.environ)
    with existing.existing(demo=False):
        assert "BERDAYA_AS_OWNER" not in os.environ
    with pytest.raises(Problem) as caught, existing.existing(demo=False, owner=True):
        pass
    assert caught.value.code == "start.owner_missing"
    assert dict(os.environ) == before
    assert [bring_up for _, bring_up in asked] == [True, True]


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    existing.write_json(tmp_path / "a.json", {"nama": "Situbondo é"})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"nama": "Situbondo é"}
    with pytest.raises(Problem) as caught:
        existing.write_bytes(tmp_path / "none" / "a", b"")
    assert caught.value.code == "start.not_writable"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
