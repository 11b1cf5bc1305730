"""Receives a request's body within its limits of type, size and time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from ci_steps.serving.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from ci_steps.serving.protocol import Exchange, RequestHeaders

T = TypeVar("T")
LONGEST = 20  # digits
# A client that is refused at once cannot read why while it still sends; this much is read and thrown away.
PATIENCE = 4


def media_type(headers: RequestHeaders) -> str:
    """Return what the body is declared to be; JSON where nothing is declared."""
    return (headers.get("content-type") or "application/json").partition(";")[0].strip().lower()


def undeclared(kind: str, headers: RequestHeaders, taken: Sequence[str]) -> str:
    """Return why a body of this media type is not taken; empty where it is plain and among `taken`."""
    if kind not in taken:
        return f"the body must be sent as `content-type: {'` or `'.join(taken)}`"
    if (headers.get("content-encoding") or "identity").strip().lower() != "identity":
        return "the body must be sent without a content-encoding"
    return ""


def has_body(headers: RequestHeaders) -> bool:
    """Tell whether a body follows. Source: RFC 9112 6.3."""
    return headers.get("content-length", "0") != "0" or headers.get("transfer-encoding") is not None


async def received(exchange: Exchange, headers: RequestHeaders, *, limit: int, seconds: float) -> bytes:
    """Return the body, of at most `limit` bytes, which must have arrived within `seconds`.

    Raises:
        Refused: 400 broken off, 408 too slow, 413 too large.
    """
    declared = headers.get("content-length") or ""
    if declared.isascii() and declared.isdigit() and len(declared) < LONGEST and int(declared) <= limit:
        try:
            return await _within(exchange(), seconds)
        except Refused:
            raise
        except Exception as error:  # of the server, which has a type of its own
            raise Refused(400, "the connection was closed before the whole body had arrived") from error
    whole = await _within(_joined(exchange, keep=limit, read=PATIENCE * limit), seconds)
    if whole is None:
        raise Refused(413, f"the body is larger than {limit} bytes: send the rows in parts")
    return whole


async def discarded(exchange: Exchange, headers: RequestHeaders, *, limit: int, seconds: float) -> None:
    """Read what a client sends with a request that is refused anyway.

    Raises:
        Refused: 408 too slow.
    """
    if has_body(headers):
        await _within(_joined(exchange, keep=0, read=PATIENCE * limit), seconds)


async def _within(reading: Awaitable[T], seconds: float) -> T:
    """Wait for `reading` in this very task: `asyncio.wait_for` would make another one for each request."""
    task, late = asyncio.current_task(), False

    def stop() -> None:
        nonlocal late
        late = True
        if task:
            task.cancel()

    timer = asyncio.get_running_loop().call_later(seconds, stop)
    try:
        return await reading
    except asyncio.CancelledError:
        if late:
            raise Refused(408, f"the body did not arrive within {seconds:g} seconds") from None
        raise
    finally:
        timer.cancel()


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
