"""HTTP over a Unix socket, with the standard library."""

from __future__ import annotations

import http.client
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection whose other end listens on a Unix socket."""

    def __init__(self, path: Path, *, timeout: float) -> None:
        """Remember the socket's path; `timeout` is in seconds."""
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))
