"""The database stopped, full or out of connections: 503, no trace, the shop as it last was, no number in a log."""

from __future__ import annotations

import io
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, override_settings
from psycopg_pool import PoolTimeout

from berdaya.kernel.away import database_away
from berdaya.kernel.logs import HIDDEN, DiscreetFormatter, discreet
from berdaya.web import away
from tests import web_world
from tests.web_world import World

pytestmark = pytest.mark.django_db
FULL = psycopg.errors.DiskFull("could not extend file: No space left on device")
STOPPED = psycopg.errors.AdminShutdown("terminating connection due to administrator command")
NONE_LEFT = PoolTimeout("couldn't get a connection after 10.00 sec")


@pytest.fixture(autouse=True)
def apart(tmp_path: Path) -> Iterator[None]:
    with override_settings(BERDAYA_TODAY=web_world.TODAY, BERDAYA_DATA=tmp_path, BERDAYA_FILES=tmp_path):
        away.Pause.until = 0.0
        yield
        away.Pause.until = 0.0


@pytest.fixture
def world() -> World:
    return web_world.build(1)


@contextmanager
def broken(cause: Exception) -> Iterator[None]:
    """Every statement fails as Django says it where the database does."""

    def fail(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError(str(cause)) from cause

    with connection.execute_wrapper(fail):
        yield


def visitor(**more: Any) -> Client:
    return Client(raise_request_exception=False, **more)


@pytest.mark.parametrize("cause", [FULL, STOPPED, NONE_LEFT])
def test_pages_and_systems_are_told_503_without_a_trace(cause: Exception, world: World) -> None:
    inside = web_world.sign_in(visitor(), web_world.sign_up(world.office, "operator"))
    for who, address in ((inside, "/keluarga/"), (visitor(), "/masuk/"), (visitor(), "/pengaduan/")):
        with broken(cause):
            response = who.get(address)
        away.Pause.until = 0.0
        body = response.content.decode()
        assert response.status_code == 503, (address, body[:300])
        assert response.headers["Retry-After"] == "30"
        assert response.headers["Cache-Control"] == "no-store"
        assert "tidak ada yang berubah" in body
        assert "Traceback" not in body
        assert str(cause)[:20] not in body
        assert who.get(address).status_code == 200, "and afterwards all is well"
    for address in ("/api/v1/businesses", "/sinkron/keadaan", "/openrosa/formList"):
        with broken(cause):
            response = visitor(headers={"authorization": "Bearer x.y"}).get(address)
        away.Pause.until = 0.0
        assert response.status_code in {503, 401, 404}, (address, response.status_code)
        if address.startswith("/api/"):
            assert json.loads(response.content)["code"] == "database_away"


def test_an_error_of_our_own_is_still_500(world: World) -> None:
    assert database_away(OperationalError("x")) is not None, "a connection that broke has no state"
    for other in (ValueError("x"), None, psycopg.errors.UniqueViolation("x"), psycopg.errors.UndefinedTable("x")):
        assert database_away(other) is None
    wrapped = OperationalError("deadlock")
    wrapped.__cause__ = psycopg.errors.DeadlockDetected("deadlock")
    assert database_away(wrapped) is None


def test_the_shop_shows_its_last_copy_and_nobodys_form(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken(NONE_LEFT):
        assert visitor().get("/pasar/").status_code == 503, "there is no copy yet"
    away.Pause.until = 0.0
    first = visitor()
    fresh = first.get("/pasar/").content.decode()
    english = visitor()
    english.cookies["django_language"] = "en"
    english.get("/pasar/")
    monkeypatch.setattr(away, "PAUSE_SECONDS", 600.0)
    with broken(NONE_LEFT):
        kept = visitor().get("/pasar/")
        assert away.Pause.until > time.monotonic(), "further visitors wait for no connection"
        again = visitor().get("/pasar/")
        other = english.get("/pasar/")
    assert (kept.status_code, again.status_code, other.status_code) == (200, 200, 200)
    body = kept.content.decode()
    assert "Salinan" in body
    assert "Copy of" in other.content.decode()
    assert 'name="csrfmiddlewaretoken" value=""' in body
    assert first.cookies["csrftoken"].value not in body
    assert fresh[fresh.index("<main") + 200 : fresh.index("</main>")] in body
    assert kept.headers["Cache-Control"] == "no-store"
    assert "Salinan" not in visitor().get("/masuk/").content.decode()


def test_only_what_anybody_may_see_is_kept(world: World, tmp_path: Path) -> None:
    inside = web_world.sign_in(Client(), web_world.sign_up(world.office, "operator"))
    inside.get("/pasar/")
    inside.get("/keluarga/")
    visitor().get("/pasar/?q=ikan")
    visitor().get("/pasar/produk/tidak-ada/")
    visitor().get("/masuk/")
    visitor().get("/konfirmasi/ABCDEFGHJK/")
    assert not (tmp_path / "shop-copies").exists()
    visitor().get("/pasar/")
    assert len(list((tmp_path / "shop-copies").iterdir())) == 1


def test_a_copy_that_cannot_be_written_costs_no_page(world: World, tmp_path: Path) -> None:
    (tmp_path / "shop-copies").write_text("a file stands where the folder should")
    assert visitor().get("/pasar/").status_code == 200


ROW = (
    "new row for relation people_person violates check constraint\n"
    'DETAIL:  Failing row contains (0192, Siti Contoh, 3512044107809001, "Jl. Mawar\nRT 2", 1980-01-01).\n'
    "CONTEXT:  COPY people_person, line 1: Siti Contoh\n"
)


def test_a_row_in_an_error_reaches_no_log() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(DiscreetFormatter())
    logger = logging.getLogger("berdaya.attack")
    logger.addHandler(handler)
    try:
        try:
            try:
                raise psycopg.errors.CheckViolation(ROW)
            except psycopg.Error as cause:
                raise OperationalError(ROW) from cause
        except OperationalError:
            logger.exception("Not Found: %s", "/konfirmasi/ABCDEFGHJK/")
    finally:
        logger.removeHandler(handler)
    said = out.getvalue()
    assert "violates check constraint" in said, "what failed is told"
    assert "Traceback" in said
    assert HIDDEN in said
    for secret in ("Siti", "3512044107809001", "Mawar", "RT 2", "1980-01-01", "ABCDEFGHJK"):
        assert secret not in said, secret


@pytest.mark.parametrize(
    "nik", ["3512044107809001", "3512 0441 0780 9001", "351204.410780.9001", "35-12-04-410780-9001"]
)
def test_a_number_in_any_spelling_is_taken_out(nik: str) -> None:
    assert HIDDEN in discreet(f"Bad Request: /keluarga/?q={nik}")
    assert discreet("seq=1234567890 took 12345678901234567 ns") == "seq=1234567890 took 12345678901234567 ns"


def test_the_formatter_stands_before_every_handler() -> None:
    handlers = settings.LOGGING["handlers"]
    assert {handler["formatter"] for handler in handlers.values()} == {"discreet"}
    assert settings.LOGGING["formatters"]["discreet"]["()"].endswith("DiscreetFormatter")
    assert os.environ.get("DJANGO_LOG_LEVEL") is None
