"""The door in front of the WSGI application: a request goes in when it is whole (Granian's RSGI interface).

A phone on a slow line sends a photo for a minute, and one that lost its signal never ends. Under WSGI each of them held
a thread until then, and four held a process. Here the loop of the process gathers bodies, thousands if need be, into
memory and from a size on into a file; one of few threads takes a request that is whole. Who sends nothing for
``STALL_SECONDS`` or is slower than ``SLOWEST`` on the whole is answered 408, and what was sent is forgotten.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

THREADS = int(os.environ.get("BERDAYA_THREADS", "4"))
"""Threads of each process: enough to wait for the database, few enough not to switch all the time."""
STALL_SECONDS = float(os.environ.get("BERDAYA_STALL_SECONDS", "15"))
SLOWEST = 2_000
"""Bytes a second, over a whole body: a sixth of a link of 100 kbit/s."""
MOST_BODY = 210 * 1024 * 1024
"""Bytes; each address has its own, smaller limit (the largest: 200 MB for a file)."""
MOST_HELD = 512 * 1024 * 1024
"""Bytes of all the bodies on their way into one process."""
IN_MEMORY = 1024 * 1024
AT_ONCE = 4 * 1024 * 1024
"""Bytes of an answer that are handed over whole; what is longer is sent as fast as it is taken."""

Headers = list[tuple[str, str]]


class Sent(Protocol):
    """The request's head and the way back, as Granian tells them."""

    client: str
    server: str
    scheme: str
    method: str
    path: str
    query_string: str
    http_version: str
    authority: str | None
    headers: Any


class BodyError(Exception):
    """A body that is not taken: the status that says why, and the words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def too_slow() -> BodyError:
    return BodyError(408, "Kiriman terhenti di jalan; kirim lagi.")


def too_large() -> BodyError:
    return BodyError(413, "Kiriman terlalu besar.")


class Room:
    """Bytes of unfinished bodies that one process holds, and no more than ``most`` of them."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most, self.held = most, 0

    def take(self, size: int) -> None:
        """Raises :class:`BodyError` where there is no more room."""
        if self.held + size > self._most:
            raise BodyError(503, "Server sedang penuh; kirim lagi.")
        self.held += size

    def give_back(self, size: int) -> None:
        self.held -= size


async def gathered(proto: AsyncIterator[bytes], told: int | None, room: Room) -> IO[bytes]:
    """The whole body. Raises :class:`BodyError`."""
    if told is not None and told > MOST_BODY:
        raise too_large()
    body: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever asked closes it
    size = 0
    try:
        async for part in _patiently(proto):
            if size + len(part) > MOST_BODY:
                raise too_large()
            room.take(len(part))
            size += len(part)
            body.write(part)
        if told is not None and size != told:
            raise too_slow()
    except BaseException:
        body.close()
        raise
    finally:
        room.give_back(size)
    return body


async def _patiently(proto: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The parts as they come. Raises :class:`BodyError` where they do not."""
    loop, size = asyncio.get_running_loop(), 0
    begun, parts = loop.time(), aiter(proto)
    while True:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                part = await anext(parts)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise too_slow() from None
        size += len(part)
        if loop.time() - begun > STALL_SECONDS + size / SLOWEST:
            raise too_slow()
        yield part


def environ_of(scope: Sent, body: IO[bytes], size: int) -> dict[str, Any]:
    """What WSGI wants to know (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # A name with an underscore would pass for one with a hyphen that a proxy has set.
        if "_" in name:
            continue
        key = "HTTP_" + name.upper().replace("-", "_")
        found[key] = f"{found[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if key in found else value
    found["CONTENT_TYPE"] = found.pop("HTTP_CONTENT_TYPE", "")
    found.pop("HTTP_CONTENT_LENGTH", None)
    found["CONTENT_LENGTH"] = str(size)
    if scope.authority and "HTTP_HOST" not in found:
        found["HTTP_HOST"] = scope.authority
    return found


class Door:
    """The application as Granian calls it."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int = THREADS) -> None:
        self._application, self._threads = application, threads
        self._pool: ThreadPoolExecutor | None = None
        self._room = Room()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="berdaya")

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """One request."""
        length = scope.headers.get("content-length")
        told = int(length) if length and length.isdecimal() else None
        try:
            if told or (told is None and scope.headers.get("transfer-encoding")):
                body = await gathered(proto, told, self._room)
            else:
                body = BytesIO()
        except BodyError as refused:
            proto.response_str(refused.status, [("connection", "close"), ("retry-after", "30")], refused.words)
            return
        loop = asyncio.get_running_loop()
        with body:
            size = body.seek(0, os.SEEK_END)
            body.seek(0)
            environ = environ_of(scope, body, size)
            await loop.run_in_executor(self._pool, self._answer, environ, proto, loop)

    def _answer(self, environ: dict[str, Any], proto: Any, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: what the application says, whole where it is small, else in parts."""
        begun: list[Any] = [500, []]

        def start_response(status: str, headers: Headers, _error: Any = None) -> None:
            begun[:] = [int(status.partition(" ")[0]), headers]

        answer = self._application(environ, start_response)
        try:
            parts = _joined(answer)
            first = next(parts, b"")
            second = next(parts, None)
            if second is None:
                proto.response_bytes(begun[0], begun[1], first)
                return
            with suppress(OSError, TimeoutError, RuntimeError):  # whoever asked has gone
                self._stream(loop, proto, begun, [first, second], parts)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _stream(
        self, loop: asyncio.AbstractEventLoop, proto: Any, begun: list[Any], first: list[bytes], rest: Iterator[bytes]
    ) -> None:
        async def begin() -> Any:
            return proto.response_stream(begun[0], begun[1])

        transport = asyncio.run_coroutine_threadsafe(begin(), loop).result(STALL_SECONDS)

        async def send(part: bytes) -> None:
            await transport.send_bytes(part)

        for parts in (first, rest):
            for part in parts:
                asyncio.run_coroutine_threadsafe(send(part), loop).result(len(part) / SLOWEST + STALL_SECONDS)


def _joined(answer: Iterable[bytes]) -> Iterator[bytes]:
    """The answer in parts of ``AT_ONCE`` or a little more: one part, nearly always."""
    held: list[bytes] = []
    size = 0
    for part in answer:
        held.append(part)
        size += len(part)
        if size >= AT_ONCE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
