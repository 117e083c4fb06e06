"""Signatures that are drawn, and a bucket that answers only to signed requests."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from berdaya.files import ink, problems, s3, store
from berdaya.kernel.problems import Problem, catalogue

STROKE = [[100, 200], [180, 120], [260, 220], [340, 130]]


def test_strokes_become_a_picture_made_here() -> None:
    drawn = ink.svg_of([STROKE, [[400.4, 100], [401, 150.6]]]).decode()
    assert drawn.count("<polyline") == 2
    assert "400,100 401,151" in drawn
    assert "script" not in drawn


@pytest.mark.parametrize(
    ("strokes", "code"),
    [
        ([], "files.empty_signature"),
        ([[]], "files.empty_signature"),
        ([[[5, 5]]], "files.empty_signature"),
        ([[[5, 5], [9, 9]]], "files.empty_signature"),
        ([[[5, 5], [5, 4_000]]], "files.not_an_image"),
        ([[[5, 5], ["<script>", 1]]], "files.not_an_image"),
        ([[[5, 5, 5]]], "files.not_an_image"),
        ([[[1, 1], [900, 300]] * 4_000], "files.not_an_image"),
        ([[[float("nan"), 1]]], "files.not_an_image"),
    ],
)
def test_what_is_no_signature_is_named(strokes: Any, code: str) -> None:
    with pytest.raises(Problem) as caught:
        ink.svg_of(strokes)
    assert caught.value.code == code
    assert code in catalogue()
    assert problems is not None


KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EXAMPLES = {
    "lifecycle=": "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    "max-keys=2&prefix=J": "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
}
"""Query -> signature, from AWS's documentation of Signature Version 4."""


@pytest.mark.parametrize("query", EXAMPLES)
def test_requests_are_signed_as_the_documentation_shows(query: str) -> None:
    bucket = s3.Bucket("https://examplebucket.s3.amazonaws.com", KEY, SECRET, "us-east-1")
    at = datetime(2013, 5, 24, tzinfo=UTC)
    headers = bucket.signed("GET", "examplebucket.s3.amazonaws.com", "/", query=query, content=b"", at=at)
    assert headers["authorization"].endswith(f"Signature={EXAMPLES[query]}")


class Shelf(BaseHTTPRequestHandler):
    """A bucket in memory; a request whose signature is not right gets 403, as in the real thing."""

    objects: ClassVar[dict[str, bytes]] = {}
    broken: ClassVar[bool] = False

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _body(self) -> bytes | None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        at = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        bucket = s3.Bucket("", "kunci", "rahasia", "us-east-1")
        right = bucket.signed(self.command, self.headers["host"], parts.path, query=parts.query, content=body, at=at)
        good = self.headers["authorization"] == right["authorization"]
        good = good and self.headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
        if not good or self.broken:
            self._answer(500 if self.broken else 403)
            return None
        return body

    def do_PUT(self) -> None:
        body = self._body()
        if body is not None:
            self.objects[urlsplit(self.path).path] = body
            self._answer(200)

    def do_GET(self) -> None:
        if self._body() is None:
            return
        parts = urlsplit(self.path)
        if "list-type" in parts.query:
            self._list(parse_qs(parts.query).get("continuation-token", [""])[0])
        elif parts.path in self.objects:
            self._answer(200, self.objects[parts.path])
        else:
            self._answer(404)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if self._body() is not None:
            self.objects.pop(urlsplit(self.path).path, None)
            self._answer(204)

    def _list(self, token: str) -> None:
        """One object a page, so that the reader has to turn pages."""
        names = sorted(self.objects)
        at = int(token or 0)
        more = f"<NextContinuationToken>{at + 1}</NextContinuationToken>" if at + 1 < len(names) else ""
        entry = (
            f"<Contents><Key>{names[at].removeprefix('/berkas/')}</Key>"
            "<LastModified>2024-09-02T03:04:05.000Z</LastModified></Contents>"
            if names else ""
        )  # fmt: skip
        space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        self._answer(200, f"<ListBucketResult {space}>{entry}{more}</ListBucketResult>".encode())


@pytest.fixture
def bucket(settings: Any) -> Iterator[type[Shelf]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Shelf.objects, Shelf.broken = {}, False
    settings.BERDAYA_S3 = f"http://127.0.0.1:{server.server_port}/berkas"
    settings.BERDAYA_S3_KEY, settings.BERDAYA_S3_SECRET = "kunci", "rahasia"
    settings.BERDAYA_S3_REGION = "us-east-1"
    s3.bucket_of.cache_clear()
    yield Shelf
    server.shutdown()
    server.server_close()


def test_a_bucket_keeps_contents_once_under_their_hash(bucket: type[Shelf]) -> None:
    one, two = store.put(b"foto satu"), store.put(b"foto dua")
    assert store.put(b"foto satu") == one
    assert len(bucket.objects) == 2
    assert store.get(one) == b"foto satu"
    assert {name for name, _ in store.contents()} == {one.hex(), two.hex()}
    store.remove(one.hex())
    assert store.get(one) is None
    assert store.get(two) == b"foto dua"


def test_a_bucket_that_lies_or_does_not_answer_is_named(bucket: type[Shelf], settings: Any) -> None:
    sha256 = store.put(b"asli")
    for name in bucket.objects:
        bucket.objects[name] = b"palsu"
    assert store.get(sha256) is None
    for change in ("broken", "secret", "gone"):
        if change == "broken":
            bucket.broken = True
        elif change == "secret":
            bucket.broken, settings.BERDAYA_S3_SECRET = False, "salah"
        else:
            settings.BERDAYA_S3 = "http://127.0.0.1:9/berkas"
        s3.bucket_of.cache_clear()
        with pytest.raises(Problem) as caught:
            store.put(b"baru")
        assert caught.value.code == "files.store_away"
