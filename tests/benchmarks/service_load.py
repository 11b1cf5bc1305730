"""A client that costs little: one process, plain sockets, requests written beforehand; and what a server used."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load found: `seconds` for all `requests`, and the time of each, ascending.

    `own` are the seconds of the processor that the client used.
    """

    requests: int
    seconds: float
    own: float
    times: tuple[float, ...]

    def share(self, quantile: float) -> float:
        """Return the milliseconds within which this share of the requests was answered."""
        return 1000 * self.times[min(int(quantile * len(self.times)), len(self.times) - 1)]


def load(port: int, path: str, bodies: Sequence[bytes], *, connections: int, requests: int) -> Load:
    """Send `requests` over connections that are kept, each with one request under way.

    Raises:
        OSError: an answer is not a 200, or the connection ends.
    """
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: "
    written = [head.encode() + b"%d\r\n\r\n%s" % (len(body), body) for body in bodies]
    sent, times, begun, used = 0, [], time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        for _ in range(min(connections, requests)):
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(written[sent % len(written)])
            selector.register(connection, selectors.EVENT_READ, [time.perf_counter(), b""])
            sent += 1
        while selector.get_map():
            for key, _ in selector.select(60):
                key.data[1] += _piece(key.fileobj)
                if not _is_whole(key.data[1]):
                    continue
                now = time.perf_counter()
                times.append(now - key.data[0])
                if sent < requests:
                    key.data[:] = now, b""
                    key.fileobj.sendall(written[sent % len(written)])
                    sent += 1
                else:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
    seconds, own = time.perf_counter() - begun, time.process_time() - used
    return Load(requests=requests, seconds=seconds, own=own, times=tuple(sorted(times)))


def _piece(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise ConnectionResetError("the server closed the connection")
    return piece


def _is_whole(reply: bytes) -> bool:
    head, ends, body = reply.partition(b"\r\n\r\n")
    if not ends:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise OSError(reply[:500].decode("utf-8", "replace"))
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return body.endswith(b"0\r\n\r\n")


def descendants(process: int) -> list[int]:
    """Return a process and all below it."""
    below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(each for child in below for each in descendants(int(child)))]


def cpu_seconds(process: int) -> float:
    """Return the processor's seconds of a process and of all below it that live, by the nanosecond.

    Source: clock_getcpuclockid(3), whose clock of a process is made of its number.
    """
    return sum(time.clock_gettime(~each << 3 | 2) for each in descendants(process))


def megabytes(process: int) -> list[tuple[int, int]]:
    """Return resident and proportional memory of each process below `process`; of itself where it has none."""
    found = []
    for each in descendants(process)[1:] or [process]:
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        sizes = {line.partition(":")[0]: int(line.split()[1]) for line in rollup[1:]}
        found.append((round(sizes["Rss"] / 1000), round(sizes["Pss"] / 1000)))
    return found
