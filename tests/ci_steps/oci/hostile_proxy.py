"""A TCP proxy in front of a registry that drops, delays and changes what passes, as a bad network does."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field

PIECE = 1 << 16


@dataclass
class Harm:
    """What happens to one connection.

    `up` and `down` are bytes after which it is cut, `pause` the seconds before each piece that comes down, and
    `spoil` the places of bytes that are changed on their way down.
    """

    up: int | None = None
    down: int | None = None
    pause: float = 0
    spoil: tuple[int, ...] = ()


@dataclass
class HostileProxy:
    """`harms` happen to the first connections that carry more than a few bytes; later ones are left alone."""

    target: tuple[str, int]
    harms: list[Harm] = field(default_factory=list)
    carried_up: int = 0
    carried_down: int = 0
    cut: int = 0

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._open = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self.target)
                self._open += [client, server]
                pair = _Pair(self, client, server)
                for one, other, way in ((client, server, "up"), (server, client, "down")):
                    threading.Thread(target=pair.carry, args=(one, other, way), daemon=True).start()


class _Pair:
    def __init__(self, proxy, client, server):
        self.proxy, self.sockets = proxy, (client, server)
        self.passed = {"up": 0, "down": 0}
        self.harm = None

    def carry(self, source, sink, way):
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                piece = self._harmed(piece, way)
                sink.sendall(piece)
                setattr(self.proxy, f"carried_{way}", getattr(self.proxy, f"carried_{way}") + len(piece))
        self._end()

    def _harmed(self, piece, way):
        before, self.passed[way] = self.passed[way], self.passed[way] + len(piece)
        if self.harm is None and self.passed[way] > 20_000 and self.proxy.harms:
            self.harm = self.proxy.harms.pop(0)
        if self.harm is None:
            return piece
        if way == "down":
            time.sleep(self.harm.pause)
            for at in (place - before for place in self.harm.spoil if before <= place < before + len(piece)):
                piece = piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1 :]
        limit = getattr(self.harm, way)
        if limit is not None and self.passed[way] >= limit:
            self.proxy.cut += 1
            self._end()
            raise OSError
        return piece

    def _end(self):
        for each in self.sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
