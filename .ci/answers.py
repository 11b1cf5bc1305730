"""Exit with 0 as soon as a server answers `GET <path>` with 200; with 1 when it has not within the time.

Usage: answers.py ADDRESS PATH SECONDS, the address as unix:///socket, tcp://host:port or http://host:port.
Standard library only: it runs before anything is installed.
"""  # noqa: INP001 - a script beside .ci/run, never imported

from __future__ import annotations

import http.client
import socket
import sys
import time
from urllib.parse import urlsplit

PAUSE_SECONDS = 0.3
PATIENCE_SECONDS = 5


def connected(address: str) -> http.client.HTTPConnection:
    """Return a connection to the server at `address`.

    Raises:
        OSError: nobody listens there.
    """
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc or "localhost", timeout=PATIENCE_SECONDS)
    if parts.scheme == "unix":
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(PATIENCE_SECONDS)
        connection.sock.connect(parts.path)
    return connection


def answers(address: str, path: str) -> bool:
    """Return whether the server says 200."""
    try:
        connection = connected(address)
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def main(address: str, path: str, seconds: float) -> int:
    """Ask until there is an answer or the time is over."""
    end = time.monotonic() + seconds
    while not answers(address, path):
        if time.monotonic() >= end:
            return 1
        time.sleep(PAUSE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
