"""Uploads one blob; after a lost connection it asks how much arrived, and goes on from there.

Source: OCI Distribution Specification 1.1, "Pushing a blob in chunks", "Mounting a blob".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ci_steps.oci.connection import PAUSES, GivenUp
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from ci_steps.oci.connection import Connection

CREATED, ACCEPTED, NO_CONTENT = 201, 202, 204
SMALL = 1 << 20  # sent in one request: resuming would spare nothing
RANGE = re.compile(r"(?:bytes=)?0-(\d+)")


def upload(
    connection: Connection, digest: str, size: int, content: Callable[[], IO[bytes]], *, mount: str
) -> bool:
    """Upload a blob of `size` bytes, which `content()` opens anew; tell whether anything was sent.

    Nothing is where the registry could take the blob from the repository `mount` of its own.

    Raises:
        Refused: the registry refuses.
        Infrastructure: it does not answer, or the connection is lost again and again without any progress.
    """
    where = _begin(connection, digest, mount)
    if not where:
        return False
    sent, failures = 0, 0
    while True:
        try:
            _send(connection, where, digest, size, content, sent)
        except Infrastructure as error:
            if failures == len(PAUSES) or isinstance(error, GivenUp):
                raise
            connection.wait(PAUSES[failures], error)
            where, arrived = _position(connection, where)
            failures = 0 if arrived > sent else failures + 1
            sent = arrived
            where = where or _begin(connection, digest, "")
        else:
            return True


def _begin(connection: Connection, digest: str, mount: str) -> str:
    """Return the address to send to; none where the registry has mounted the blob."""
    query = f"?mount={digest}&from={mount}" if mount else ""
    started = connection.send("POST", f"blobs/uploads/{query}")
    if started.status_code == CREATED:
        return ""
    return connection.absolute(started.headers["Location"])


def _send(
    connection: Connection, where: str, digest: str, size: int, content: Callable[[], IO[bytes]], sent: int
) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    if size <= SMALL:
        with content() as body:
            connection.send("PUT", _with_digest(where, digest), data=_Rest(body, 0, size), headers=headers)
        return
    if sent < size:
        if sent:
            headers["Content-Range"] = f"{sent}-{size - 1}"
        with content() as body:
            reply = connection.send("PATCH", where, data=_Rest(body, sent, size), headers=headers)
        where = connection.absolute(reply.headers.get("Location", where))
    connection.send("PUT", _with_digest(where, digest))


def _position(connection: Connection, where: str) -> tuple[str, int]:
    """Return the address to go on with and how many bytes are there; no address where the upload is gone."""
    try:
        reply = connection.send("GET", where)
    except Refused:
        return "", 0
    found = RANGE.fullmatch(reply.headers.get("Range", ""))
    # An upload of which nothing has arrived says 0-0, like one of which one byte has: it is sent whole.
    arrived = int(found[1]) + 1 if found and found[1] != "0" else 0
    return connection.absolute(reply.headers.get("Location", where)), arrived


def _with_digest(where: str, digest: str) -> str:
    return f"{where}{'&' if '?' in where else '?'}digest={digest}"


class _Rest:
    """What of a stream is still to be sent, with its length, so that no request is sent in chunked encoding."""

    def __init__(self, stream: Any, start: int, end: int) -> None:
        self._stream, self._start, self._length = stream, start, end - start
        self.rewind()

    def __len__(self) -> int:
        return self._length

    def rewind(self) -> None:
        """Go back to where this request began."""
        self._stream.seek(self._start)

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        content: bytes = self._stream.read(size)
        return content
