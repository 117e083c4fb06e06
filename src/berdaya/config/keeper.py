"""Stops an embedded server whose users were all killed: waits for their lease, which the kernel gives back.

Run as ``python -m berdaya.config.keeper HOME`` by the driver; one per server, further ones end at once.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from berdaya.config.postgres_binaries import run_as
from berdaya.config.server import Place, Server


def main(home: Path) -> None:
    """Wait until nobody holds the server of ``home``, then stop it."""
    own = os.open(home / "keeper.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    lease = os.open(home / "lease.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lease, fcntl.LOCK_EX)
    Server(Place(home, run_as()), admin_password="").stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
