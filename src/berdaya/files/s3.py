"""A bucket of any S3 (AWS, MinIO, Ceph, an office's own): five requests, signed with Signature Version 4.

No client library: the whole protocol that is needed is a hash and an HMAC (docs/adr/0051). Addresses are path-style,
which every endpoint takes.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from django.conf import settings

from berdaya.kernel.problems import Problem

SECONDS = 20
OK, NO_CONTENT, NOT_FOUND = 200, 204, 404
_HASH = hashlib.sha256


@dataclass(frozen=True)
class Bucket:
    """One bucket with its keys; ``address`` is the endpoint with the bucket's name as its path."""

    address: str
    key: str
    secret: str
    region: str

    def put(self, name: str, content: bytes) -> None:
        """Store an object whole. Raises `files.store_away`."""
        self._ask("PUT", _path(name), content, good=(OK,))

    def get(self, name: str) -> bytes | None:
        """The object, or None where there is none. Raises `files.store_away`."""
        status, body = self._ask("GET", _path(name), good=(OK, NOT_FOUND))
        return body if status == OK else None

    def has(self, name: str) -> bool:
        """True where the object is there. Raises `files.store_away`."""
        return self._ask("HEAD", _path(name), good=(OK, NOT_FOUND))[0] == OK

    def remove(self, name: str) -> None:
        """Take the object away; one that is not there is no error. Raises `files.store_away`."""
        self._ask("DELETE", _path(name), good=(OK, NO_CONTENT, NOT_FOUND))

    def names(self) -> Iterator[tuple[str, float]]:
        """Name and time of change of every object. Raises `files.store_away`."""
        token = ""
        while True:
            query = {"list-type": "2", **({"continuation-token": token} if token else {})}
            _, body = self._ask("GET", "", query=query, good=(OK,))
            # The endpoint is the operator's own; a body with a document type is refused all the same.
            if b"<!DOCTYPE" in body:
                raise Problem("files.store_away", status="XML")
            tree = ElementTree.fromstring(body)  # noqa: S314 - no document type, see above
            space = tree.tag.partition("}")[0] + "}" if tree.tag.startswith("{") else ""
            for entry in tree.iter(f"{space}Contents"):
                changed = datetime.fromisoformat(entry.findtext(f"{space}LastModified", "").replace("Z", "+00:00"))
                yield entry.findtext(f"{space}Key", "").rpartition("/")[2], changed.timestamp()
            token = tree.findtext(f"{space}NextContinuationToken", "")
            if not token:
                return

    def _ask(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        query: Mapping[str, str] | None = None,
        good: tuple[int, ...],
    ) -> tuple[int, bytes]:
        parts = urlsplit(self.address)
        target = quote(f"{parts.path.rstrip('/')}{path}", safe="/-_.~")
        asked = "&".join(
            f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}" for key, value in sorted((query or {}).items())
        )
        headers = self.signed(method, parts.netloc, target, query=asked, content=content, at=datetime.now(UTC))
        try:
            line = _connection(parts.scheme, parts.netloc)
            try:
                line.request(method, f"{target}?{asked}" if asked else target, body=content or None, headers=headers)
                answer = line.getresponse()
                status, body = answer.status, answer.read()
            finally:
                line.close()
        except (OSError, http.client.HTTPException) as error:
            raise Problem("files.store_away", status=type(error).__name__) from error
        if status not in good:
            raise Problem("files.store_away", status=status)
        return status, body

    def signed(
        self, method: str, host: str, target: str, *, query: str, content: bytes, at: datetime
    ) -> dict[str, str]:
        """Headers of a request with its signature (AWS Signature Version 4, one chunk, signed payload)."""
        moment, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
        digest = _HASH(content).hexdigest()
        headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": moment}
        names = ";".join(sorted(headers))
        listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = "\n".join((method, target, query, listed, names, digest))
        scope = f"{day}/{self.region}/s3/aws4_request"
        to_sign = "\n".join(("AWS4-HMAC-SHA256", moment, scope, _HASH(canonical.encode()).hexdigest()))
        key = f"AWS4{self.secret}".encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), _HASH).digest()
        signature = hmac.new(key, to_sign.encode(), _HASH).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return headers


def _connection(scheme: str, netloc: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(netloc, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(netloc, timeout=SECONDS)


def _path(name: str) -> str:
    return f"/{name[:2]}/{name[2:4]}/{name}"


@lru_cache(maxsize=4)
def bucket_of(address: str) -> Bucket:
    """The bucket of the settings."""
    return Bucket(address.rstrip("/"), settings.BERDAYA_S3_KEY, settings.BERDAYA_S3_SECRET, settings.BERDAYA_S3_REGION)
