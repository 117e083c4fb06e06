"""What comes from outside is pinned by hash, and no page fetches anything from another machine."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "berdaya" / "web"
OUTWARD = re.compile(
    r"""(?:src|srcset|action|data-src|poster)=["']\s*(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import"""
)
LINKED = re.compile(r"""<link\b[^>]*href=["']\s*(?:https?:)?//""")


def test_every_python_package_is_pinned_by_hash() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = [one for one in lock["package"] if "registry" in one.get("source", {})]
    assert len(packages) > 60
    for one in packages:
        files = [*one.get("wheels", []), *([one["sdist"]] if "sdist" in one else [])]
        assert files, one["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), one["name"]
    others = {one["name"] for one in lock["package"] if "registry" not in one.get("source", {})}
    assert others == {"berdaya"}, "nothing from a branch or an address"


def test_every_npm_package_is_pinned_by_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name and not one.get("link")}
    assert len(packages) > 10
    for name, one in packages.items():
        assert one["integrity"].startswith(("sha512-", "sha384-")), name


def test_no_page_fetches_from_another_machine() -> None:
    files = [*WEB.rglob("*.html"), *(ROOT / "frontend").rglob("*.scss"), *(ROOT / "frontend").rglob("*.ts")]
    files = [path for path in files if "node_modules" not in path.parts]
    assert len(files) > 100
    for path in files:
        text = path.read_text(encoding="utf-8")
        found = LINKED.search(text) or (OUTWARD.search(text) if path.suffix == ".html" else None)
        assert not found, f"{path.relative_to(ROOT)}: {found}"
    scripts = [path for path in files if path.suffix == ".ts"]
    for path in scripts:
        assert not re.search(
            r"""(?:fetch|importScripts|import)\(\s*["'`]https?://""", path.read_text(encoding="utf-8")
        ), path
