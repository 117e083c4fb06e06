"""A line as a village has it: so many bytes a second for everybody together, late, and with losses that TCP mends."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.journeys.field_proxy import Line

SEGMENT = 1_460


@dataclass
class SlowLine(Line):
    """``rate`` bytes a second in each direction (0: as fast as it goes), ``delay`` seconds each way, ``loss`` 0..1."""

    rate: int = 0
    delay: float = 0.0
    loss: float = 0.0
    sent: int = 0


class Way:
    """One direction of the line, shared by all connections."""

    def __init__(self, line: SlowLine) -> None:
        self._line, self._free_at, self._chance = line, 0.0, random.Random(15)  # noqa: S311 - losses of nobody

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(SEGMENT):
                if self._line.cut:
                    break
                if self._line.rate:
                    # Sent again after a round trip: a lost segment holds up those behind it.
                    lost = 2 * self._line.delay if self._chance.random() < self._line.loss else 0.0
                    self._free_at = max(self._free_at, loop.time()) + len(data) / self._line.rate + lost
                    await asyncio.sleep(self._free_at - loop.time() + self._line.delay)
                self._line.sent += len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            with suppress(OSError, RuntimeError):
                writer.close()


@contextmanager
def slow(upstream: str) -> Iterator[SlowLine]:
    """A line to ``upstream`` on a free port; fast until somebody slows it down."""
    line, host, port = SlowLine(), urlsplit(upstream).hostname, urlsplit(upstream).port
    loop, ready, ways = asyncio.new_event_loop(), threading.Event(), (Way(line), Way(line))

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(ways[0].carry(reader, far_writer), ways[1].carry(far_reader, writer))

    async def serve() -> None:
        server = await asyncio.start_server(meet, "127.0.0.1", 0, limit=4 * SEGMENT)
        line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(60)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
