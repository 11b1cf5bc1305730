"""Receives a request's body within its limits of type, size and time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ci_steps.serving.refusals import Refused

if TYPE_CHECKING:
    from ci_steps.serving.protocol import Exchange, RequestHeaders, Scope

# A client that is refused at once cannot read why while it still sends; this much is read and thrown away.
PATIENCE = 4


async def received(scope: Scope, exchange: Exchange, *, limit: int, seconds: float) -> bytes:
    """Return the body, of at most `limit` bytes, which must have arrived within `seconds`.

    Raises:
        Refused: 408 too slow, 413 too large, 415 not declared as plain JSON.
    """
    _declared(scope.headers)
    try:
        return await asyncio.wait_for(_joined(exchange, limit), seconds)
    except asyncio.TimeoutError:  # noqa: UP041 - the two are one from Python 3.11 only
        raise Refused(408, f"the body did not arrive within {seconds:g} seconds") from None


def _declared(headers: RequestHeaders) -> None:
    kind = (headers.get("content-type") or "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "the body must be sent as `content-type: application/json`")
    if (headers.get("content-encoding") or "identity").strip().lower() != "identity":
        raise Refused(415, "the body must be sent without a content-encoding")


async def _joined(exchange: Exchange, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in exchange:
        size += len(piece)
        if size <= limit:
            pieces.append(bytes(piece))
        elif size > PATIENCE * limit:
            break
        else:
            pieces.clear()
    if size > limit:
        raise Refused(413, f"the body is larger than {limit} bytes: send the rows in parts")
    return b"".join(pieces)
