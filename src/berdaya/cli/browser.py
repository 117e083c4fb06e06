"""A browser for the journeys: the machine's Chromium, else one is installed, else the journeys are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
VARIABLE, WITHOUT = "BERDAYA_CHROMIUM", "BERDAYA_NO_BROWSER"
PATIENCE = 300


def ensure() -> dict[str, str]:
    """The variables that the journeys read: ``BERDAYA_CHROMIUM`` with the program, or ``BERDAYA_NO_BROWSER=1``."""
    if os.environ.get(WITHOUT) == "1":
        return {WITHOUT: "1"}
    found = os.environ.get(VARIABLE) or installed() or _install()
    if found:
        return {VARIABLE: found}
    sys.stderr.write(
        "berdaya: Chromium tidak ada dan tidak dapat dipasang; uji perjalanan dilewati (pasang paket chromium, "
        f"atau isi {VARIABLE}). / There is no Chromium and none could be installed; journeys are skipped (install "
        f"the package chromium, or set {VARIABLE}).\n"
    )
    return {WITHOUT: "1"}


def installed() -> str | None:
    """The machine's own Chromium, else the one that Playwright fetched before."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    for pattern in ("chromium-*/chrome-linux*/chrome", "chromium_headless_shell-*/chrome-*/*headless*shell"):
        for candidate in sorted(root.glob(pattern), reverse=True):
            if _starts(str(candidate)):
                return str(candidate)
    return None


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser is a stub that only says that it wants snap.
    return _quiet([path, "--version"], patience=20)


def _install() -> str | None:
    sys.stderr.write("• Memasang Chromium untuk uji perjalanan / Installing Chromium for the journeys …\n")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _quiet(["apt-get", "update"])
        _quiet(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
        found = installed()
        if found:
            return found
    extra = ["--with-deps"] if os.geteuid() == 0 else []
    _quiet([sys.executable, "-m", "playwright", "install", *extra, "chromium"])
    return installed()


def _quiet(command: list[str], patience: int = PATIENCE) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
