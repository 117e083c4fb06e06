"""The embedded PostgreSQL server of one data folder: started on demand, shared, stopped by the last one out.

Who uses the server holds a shared ``flock`` on its lease file. The kernel releases it however a command ends, so a
server outlives nobody: the last command takes the lock exclusively and stops the server, and a keeper process that
waits for the same lock does so where the command was killed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from berdaya.config.postgres_binaries import MAJOR, SHARED, RunAs, binaries, open_folder, reachable, run_as, short_hash
from berdaya.config.secrets_file import NAME as SECRETS_NAME
from berdaya.kernel.problems import Problem

SUPERUSER = "postgres"
PORT = 5432
"""Only part of the socket's name: the server listens on no network port, so none can be taken."""
READY_WITHIN = 180.0
SOCKET_PATH_MAX = 100
"""Bytes; the kernel allows 107 including the terminator."""
NO_SPACE = "No space left on device"
TRANSIENT = ("is still in use", "already exists", "Is another postmaster", "could not create lock file")


@dataclass(frozen=True)
class Place:
    """Where one embedded server lives. ``home`` holds its data, its log and, where the path is short, its socket."""

    home: Path
    account: RunAs | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def socket(self) -> Path:
        inside = self.home / "run"
        if len(os.fsencode(inside)) + len(f"/.s.PGSQL.{PORT}.lock") <= SOCKET_PATH_MAX:
            return inside
        return Path(tempfile.gettempdir()) / f"berdaya-{os.geteuid()}-{short_hash(self.home)}"


def place(data: Path, name: str = "postgres") -> Place:
    """The server of the data folder ``data``; as root outside it where the server's account cannot enter it."""
    account = run_as()
    if account is None or reachable(data, account):
        return Place(data / name, account)
    return Place(SHARED / short_hash(data) / name, account)


def alive(pid: int, place: Place) -> bool:
    """True where ``pid`` is a live server of ``place``: not a zombie, and not another program with a reused number."""
    proc = Path("/proc") / str(pid)
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    try:
        state = (proc / "stat").read_text().rpartition(")")[2].split()[0]
        command = (proc / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"} and os.fsencode(place.data) in command.split(b"\0")


def _pid_file(place: Place) -> tuple[int, str] | None:
    """Process number and status word of ``postmaster.pid``."""
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not lines or not lines[0].strip().lstrip("-").isdigit():
        return None
    return abs(int(lines[0])), lines[7].strip() if len(lines) > 7 else ""


def running(place: Place) -> int | None:
    """The process number of the live server, or None."""
    known = _pid_file(place)
    return known[0] if known is not None and alive(known[0], place) else None


class Server:
    """One embedded server. Use it through :func:`in_use`; ``start`` and ``stop`` are for the driver and its tests."""

    def __init__(self, place: Place, *, admin_password: str, durable: bool = True) -> None:
        self.place = place
        self._password = admin_password
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the data on the first call, start the server, return when it answers; nothing where it runs."""
        with translated(self.place.home):
            self._prepare()
            with locked(self.place.home / "start.lock"):
                deadline = time.monotonic() + READY_WITHIN
                self._initialise()
                while not self._ready():
                    if running(self.place) is None:
                        self._launch()
                    if not self._wait(deadline):
                        time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server and return when its process is gone; nothing where none runs."""
        pid = running(self.place)
        for sent, patience in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            if pid is None:
                return
            with suppress(ProcessLookupError):
                os.kill(pid, sent)
            if self._gone(pid, patience):
                return

    def out_of_space(self) -> bool:
        """True where the server said since its start that the disk is full."""
        try:
            return NO_SPACE in self.place.log.read_text(errors="replace")
        except OSError:
            return False

    def _gone(self, pid: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self._process is not None and self._process.pid == pid:
                self._process.poll()
            if not alive(pid, self.place):
                return True
            time.sleep(0.02)
        return False

    def _prepare(self) -> None:
        if self.place.home.is_relative_to(SHARED):
            for folder in (SHARED, self.place.home.parent):
                open_folder(folder)
        self.place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.place.home, self.place.socket):
            folder.mkdir(mode=0o700, exist_ok=True)
            info = folder.lstat()
            owner = self.place.account.uid if self.place.account else os.geteuid()
            if not stat.S_ISDIR(info.st_mode) or info.st_uid not in {owner, os.geteuid()}:
                raise Problem("start.not_writable", path=folder, reason="owned by another user")
            self._hand_over(folder)

    def _hand_over(self, path: Path) -> None:
        if self.place.account is not None:
            os.chown(path, self.place.account.uid, self.place.account.gid)

    def _initialise(self) -> None:
        if (self.place.data / "PG_VERSION").exists():
            found = (self.place.data / "PG_VERSION").read_text().strip()
            if found != str(MAJOR):
                raise Problem("start.postgres_version", path=self.place.data, found=found, wanted=MAJOR)
            return
        draft = self.place.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password = self.place.home / "password.new"
        password.unlink(missing_ok=True)
        handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(self._password + "\n")
        self._hand_over(password)
        try:
            done = self._run(
                "initdb", "-D", str(draft), "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password}",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--no-instructions",
            )  # fmt: skip
        finally:
            password.unlink(missing_ok=True)
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            self._fail(done.stdout)
        draft.rename(self.place.data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        account = self.place.account
        return subprocess.run(
            [str(binaries(account) / program), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, check=False, cwd=self.place.home, env=_environment(),
            user=account.uid if account else None, group=account.gid if account else None,
            extra_groups=[] if account else None, umask=0o077, start_new_session=True,
        )  # fmt: skip

    def _launch(self) -> None:
        # The number in the file is no live server of ours; PostgreSQL would take any live process for one.
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)
        account = self.place.account
        command = [str(binaries(account) / "postgres"), "-D", str(self.place.data)]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        with self.place.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self.place.home,
                env=_environment(), user=account.uid if account else None, group=account.gid if account else None,
                extra_groups=[] if account else None, umask=0o077, start_new_session=True,
            )  # fmt: skip

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(self.place.socket) + '"',
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "120",
            "shared_buffers": "256MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "random_page_cost": "1.1",
            "max_wal_size": "2GB",
            "jit": "off",
            "timezone": "UTC",
            # Statements and rows that failed hold names of people; what failed is told without them.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        if _small("/dev/shm"):  # noqa: S108  (its size is asked, nothing is written)
            settings["dynamic_shared_memory_type"] = "mmap"
        return settings

    def _ready(self) -> bool:
        known = _pid_file(self.place)
        return known is not None and known[1] == "ready" and alive(known[0], self.place)

    def _wait(self, deadline: float) -> bool:
        """True when the server is ready; False where it went away for a reason that passes."""
        while time.monotonic() < deadline:
            if self._ready():
                return True
            if self._process is not None and self._process.poll() is not None and running(self.place) is None:
                text = self.place.log.read_text(errors="replace")
                if any(sign in text for sign in TRANSIENT):
                    return False
                self._fail(text)
            time.sleep(0.02)
        self._fail(self.place.log.read_text(errors="replace"))
        return False

    def _fail(self, text: str) -> None:
        if NO_SPACE in text:
            raise Problem("start.disk_full", path=self.place.home)
        lines = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
        reason = (lines or text.splitlines() or ["?"])[-1].partition("FATAL:")[2] or (lines or ["?"])[-1]
        raise Problem("start.postgres_failed", reason=reason.strip(), log=self.place.log)


def _environment() -> dict[str, str]:
    """Nothing of the caller's: a stray PGDATA or a foreign locale must not reach the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _small(folder: str) -> bool:
    try:
        return shutil.disk_usage(folder).total < 512 * 1024**2
    except OSError:
        return True


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what a file system refuses while a folder is prepared into one clear line."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Problem("start.disk_full", path=path) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EEXIST}:
            raise Problem("start.not_writable", path=error.filename or path, reason=error.strerror) from error
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold ``path`` exclusively; waits for whoever holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def set_aside_orphan(data: Path, place: Place) -> None:
    """Outside the data folder, a server whose secrets went with a deleted data folder can be opened by nobody.

    It is stopped and kept as one ``.old`` copy. Inside the data folder missing secrets are a problem to be told.
    """
    if (data / SECRETS_NAME).exists() or not place.data.exists():
        return
    if place.home.is_relative_to(data):
        raise Problem("start.secrets_missing", path=data / SECRETS_NAME)
    Server(place, admin_password="").stop()
    old = place.home.with_name(place.home.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    place.home.rename(old)


@contextmanager
def in_use(server: Server) -> Iterator[Server]:
    """Start the server where it does not run, hold it for the time of the block, stop it where nobody else holds it."""
    with translated(server.place.home):
        server._prepare()
    handle = os.open(server.place.home / "lease.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    keeper = None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        keeper = _keeper(server.place)
        server.start()
        yield server
    finally:
        if _last_one_out(handle):
            server.stop()
            if keeper is not None:
                keeper.kill()
                keeper.wait()
        os.close(handle)


def _last_one_out(handle: int) -> bool:
    # Changing a lock's kind drops it first, so of several that leave at once one always gets it.
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            # The keeper was quicker and is stopping the server: do not end before it has.
            fcntl.flock(handle, fcntl.LOCK_SH)
        return False
    return True


def _keeper(place: Place) -> subprocess.Popen[bytes]:
    source = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "berdaya.config.keeper", str(place.home)], cwd="/", start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**_environment(), "PYTHONPATH": str(source)},
    )  # fmt: skip
