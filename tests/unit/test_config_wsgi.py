"""Whose address counts behind a proxy."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from berdaya.config import wsgi


def _echo(scope: dict[str, Any], _start: Callable[..., Any]) -> list[bytes]:
    return [str(scope["REMOTE_ADDR"]).encode()]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, str]], Any]]:
    """The application as it is built under an environment; the real one stands again afterwards."""

    def build(environment: dict[str, str]) -> Any:
        for name in ("BERDAYA_HTTPS", "BERDAYA_PROXIES"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: _echo)
        return importlib.reload(wsgi).application

    yield build
    monkeypatch.undo()
    importlib.reload(wsgi)


def _address(app: Any, peer: str, forwarded: str) -> str:
    answer: list[bytes] = app({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, lambda *_: None)
    return answer[0].decode()


def test_the_proxy_names_the_visitor(served: Callable[[dict[str, str]], Any]) -> None:
    app = served({"BERDAYA_HTTPS": "1"})
    assert _address(app, "127.0.0.1", "203.0.113.9") == "203.0.113.9"


def test_a_visitor_cannot_name_another_address(served: Callable[[dict[str, str]], Any]) -> None:
    app = served({"BERDAYA_HTTPS": "1"})
    assert _address(app, "198.51.100.4", "203.0.113.9") == "198.51.100.4"
    assert _address(app, "127.0.0.1", "10.9.9.9, 203.0.113.9") == "203.0.113.9"


def test_without_a_proxy_nobody_is_believed(served: Callable[[dict[str, str]], Any]) -> None:
    assert _address(served({}), "127.0.0.1", "203.0.113.9") == "127.0.0.1"


def test_proxies_of_another_machine_are_named(served: Callable[[dict[str, str]], Any]) -> None:
    app = served({"BERDAYA_HTTPS": "1", "BERDAYA_PROXIES": "10.0.0.0/24"})
    assert _address(app, "10.0.0.7", "203.0.113.9") == "203.0.113.9"
    assert _address(app, "127.0.0.1", "203.0.113.9") == "127.0.0.1"
