"""Receives a request's body within its limits of type, size and time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypeVar

from ci_steps.serving.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from ci_steps.serving.protocol import Exchange, RequestHeaders

T = TypeVar("T")
JSON = "application/json"
SWEPT = 0.25
LONGEST = 20  # digits
# A client that is refused at once cannot read why while it still sends; this much is read and thrown away.
PATIENCE = 4


class Deadlines:
    """Ends what is read too slowly.

    A look at all that is read, each `SWEPT` seconds, costs less than a timer for each request; and unlike
    `asyncio.wait_for` it needs no further task.
    """

    def __init__(self) -> None:
        """Begin with nothing that is read."""
        self._ends: dict[asyncio.Task[Any] | None, float] = {}
        self._late: set[asyncio.Task[Any] | None] = set()

    async def within(self, reading: Awaitable[T], seconds: float) -> T:
        """Return what `reading` gives.

        Raises:
            Refused: 408 after `seconds`, by at most `SWEPT` more.
        """
        task = asyncio.current_task()
        self._ends[task] = time.monotonic() + seconds
        try:
            return await reading
        except asyncio.CancelledError:
            if task in self._late:
                raise Refused(408, f"the body did not arrive within {seconds:g} seconds") from None
            raise
        finally:
            del self._ends[task]
            self._late.discard(task)

    def sweep(self) -> None:
        """End what is late."""
        now = time.monotonic()
        for task in [task for task, end in self._ends.items() if end < now and task not in self._late]:
            self._late.add(task)
            if task:
                task.cancel()


def media_type(headers: RequestHeaders) -> str:
    """Return what the body is declared to be; JSON where nothing is declared."""
    told = headers.get("content-type") or JSON
    return JSON if told == JSON else told.partition(";")[0].strip().lower()


def undeclared(kind: str, headers: RequestHeaders, taken: Sequence[str]) -> str:
    """Return why a body of this media type is not taken; empty where it is plain and among `taken`."""
    if kind not in taken:
        return f"the body must be sent as `content-type: {'` or `'.join(taken)}`"
    encoding = headers.get("content-encoding")
    if encoding and encoding.strip().lower() != "identity":
        return "the body must be sent without a content-encoding"
    return ""


def has_body(headers: RequestHeaders) -> bool:
    """Tell whether a body follows. Source: RFC 9112 6.3."""
    return headers.get("content-length", "0") != "0" or headers.get("transfer-encoding") is not None


async def received(
    exchange: Exchange, headers: RequestHeaders, deadlines: Deadlines, *, limit: int, seconds: float
) -> bytes:
    """Return the body, of at most `limit` bytes, which must have arrived within `seconds`.

    Raises:
        Refused: 400 broken off, 408 too slow, 413 too large.
    """
    declared = headers.get("content-length") or ""
    if declared.isascii() and declared.isdigit() and len(declared) < LONGEST and int(declared) <= limit:
        try:
            return await deadlines.within(exchange(), seconds)
        except Refused:
            raise
        except Exception as error:  # of the server, which has a type of its own
            raise Refused(400, "the connection was closed before the whole body had arrived") from error
    whole = await deadlines.within(_joined(exchange, keep=limit, read=PATIENCE * limit), seconds)
    if whole is None:
        raise Refused(413, f"the body is larger than {limit} bytes: send the rows in parts")
    return whole


async def discarded(
    exchange: Exchange, headers: RequestHeaders, deadlines: Deadlines, *, limit: int, seconds: float
) -> None:
    """Read what a client sends with a request that is refused anyway.

    Raises:
        Refused: 408 too slow.
    """
    if has_body(headers):
        await deadlines.within(_joined(exchange, keep=0, read=PATIENCE * limit), seconds)


async def _joined(exchange: Exchange, *, keep: int, read: int) -> bytes | None:
    pieces: list[bytes] = []
    size = 0
    async for piece in exchange:
        size += len(piece)
        if size <= keep:
            pieces.append(bytes(piece))
        else:
            pieces.clear()
        if size > read:
            break
    return b"".join(pieces) if size <= keep else None
