"""The launcher does nothing twice, and says in one line what is missing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from berdaya.cli import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A tree of its own in which each tool only leaves a word in this list."""
    done: list[str] = []
    for name in ("uv.lock", "pyproject.toml", "package.json", "package-lock.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "build.mjs").write_text("one")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "BUNDLES", tmp_path / "build")

    def run(command: list[str], environment: dict[str, str], what: str) -> None:
        done.append(what)

    def venv(base: Path, environment: dict[str, str]) -> None:
        done.append("venv")
        (tmp_path / ".venv" / "bin").mkdir(parents=True)

    def npm(words: list[str], environment: dict[str, str], what: str) -> None:
        done.append(what)
        (tmp_path / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "_run", run)
    monkeypatch.setattr(bootstrap, "_venv", venv)
    monkeypatch.setattr(bootstrap, "_npm", npm)
    return done


def prepared(calls: list[str], *groups: str) -> list[str]:
    """What one call does."""
    calls.clear()
    bootstrap.prepare(groups or ("node",), {}, light=False)
    return list(calls)


def test_the_second_call_does_nothing(calls: list[str]) -> None:
    assert prepared(calls) == ["venv", "uv", "uv sync", "npm ci", "npm run build"]
    (bootstrap.VENV / "bin" / "uv").touch()
    assert prepared(calls) == []


def test_only_what_changed_is_made_anew(calls: list[str]) -> None:
    prepared(calls)
    (bootstrap.ROOT / "frontend" / "style.scss").write_text("x")
    assert prepared(calls) == ["npm run build"]
    (bootstrap.ROOT / "uv.lock").write_text("newer")
    assert prepared(calls) == ["uv sync"]
    (bootstrap.ROOT / "package-lock.json").write_text("newer")
    assert prepared(calls) == ["npm ci", "npm run build"]


def test_a_further_group_is_added_to_those_present(calls: list[str]) -> None:
    prepared(calls)
    assert prepared(calls, "node", "test", "dev") == ["uv sync"]
    assert prepared(calls, "node") == []


def test_help_needs_no_bundles(calls: list[str]) -> None:
    bootstrap.prepare(("node",), {}, light=True)
    assert calls == ["venv", "uv", "uv sync"]


def test_a_moved_tree_gets_a_new_environment(calls: list[str]) -> None:
    prepared(calls)
    (bootstrap.VENV / ".berdaya" / "venv").write_text("/somewhere/else/.venv")
    calls.clear()
    with pytest.raises(FileExistsError):  # the stand-in for venv, called once more, finds its folder there
        bootstrap.prepare(("node",), {}, light=False)
    assert calls == ["venv"]


def test_certificates_reach_every_tool() -> None:
    given = bootstrap.certificates({"SSL_CERT_FILE": "/a.pem", "PIP_CERT": "/b.pem"})
    assert given["PIP_CERT"] == "/b.pem"
    assert given["NODE_EXTRA_CA_CERTS"] == given["REQUESTS_CA_BUNDLE"] == "/a.pem"
    assert bootstrap.certificates({}) == {}


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("error: No space left on device (os error 28)", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("error sending request: dns error: failed to lookup: Name does not resolve", "no network"),
        ("npm error code ENOTFOUND", "no network"),
        ("invalid peer certificate: UnknownIssuer", "certificate was refused"),
        ("the lockfile needs to be updated", "failed, see above"),
    ],
)
def test_failures_are_one_clear_line(output: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(bootstrap.SetupError) as caught:
        bootstrap._advise("uv sync", output)
    assert word in str(caught.value)
    assert " / " in str(caught.value), "in both languages"
    assert "\n" not in str(caught.value)
    assert output in capsys.readouterr().err


def test_too_old_a_python_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    copy = tmp_path / "tree with space"
    copy.mkdir()
    (copy / "berdaya").write_bytes((ROOT / "berdaya").read_bytes())
    (copy / "berdaya").chmod(0o755)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "readlink", "echo"):
        found = next(Path(folder) / name for folder in os.environ["PATH"].split(":") if (Path(folder) / name).exists())
        (tools / name).symlink_to(found)
    # /usr/bin/python3 is tried by its full path as well; without one there the line is what is left to say.
    launcher = (copy / "berdaya").read_text().replace("/usr/bin/python3 ", "")
    (copy / "berdaya").write_text(launcher)
    done = subprocess.run(
        [str(copy / "berdaya"), "setup"],
        env={"PATH": f"{tmp_path}:{tools}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed (found: Python 3.9.2)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (copy / ".venv").exists()
