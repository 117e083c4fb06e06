"""What the door's test puts behind it: tells what it was asked, or answers at length."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from berdaya.config.door import Door

LONG = 9 * 1024 * 1024


def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/panjang":
        start_response("200 OK", [("Content-Length", str(LONG))])
        return iter([b"x" * 65_536] * (LONG // 65_536))
    if environ["PATH_INFO"] == "/jatuh":
        raise RuntimeError("behind the door")
    body = environ["wsgi.input"].read()
    known = {name: value for name, value in environ.items() if isinstance(value, str)}
    answer = json.dumps({**known, "size": len(body)}).encode()
    start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


application = Door(told, threads=2)
