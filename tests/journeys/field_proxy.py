"""A line between phone and server that can be tampered with: replies are changed, or lost after the server acted."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Tamper = Callable[[str, str, bytes], bytes | None]
HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass
class Line:
    """``tamper(method, path, reply)`` answers the reply to pass on, or None to lose it; ``cut``: nothing passes."""

    url: str = ""
    tamper: Tamper = field(default=lambda _method, _path, reply: reply)
    lost: int = 0
    cut: bool = False


@contextmanager
def between(upstream: str) -> Iterator[Line]:
    """A line to ``upstream`` on a free port."""
    line = Line()
    host = urlsplit(upstream).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(size) if size else None
            if line.cut:
                self.close_connection = True
                self.connection.close()
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in {"connection"}}
            # Nothing compressed comes back, so that a reply can be changed.
            headers["Accept-Encoding"] = "identity"
            connection = http.client.HTTPConnection(host, timeout=120)
            connection.request(self.command, self.path, sent, headers)
            answer = connection.getresponse()
            reply = line.tamper(self.command, urlsplit(self.path).path, answer.read())
            connection.close()
            if reply is None:
                line.lost += 1
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply)

        do_GET = do_POST = do_PUT = do_HEAD = forward  # noqa: N815 - names of http.server

        def log_message(self, *_words: object) -> None:
            """Silent: the test tells what matters."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_words: object) -> None:
            """A phone that hangs up in the middle is what these tests are for."""

    server = Server(("127.0.0.1", 0), Handler)
    line.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
