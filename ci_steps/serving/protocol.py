"""The part of RSGI that the service uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

Headers = list[tuple[str, str]]


class RequestHeaders(Protocol):
    """The request's headers, named in lower case."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return the header's first value."""
        ...


class Scope(Protocol):
    """One request, without its body."""

    method: str
    path: str
    headers: RequestHeaders


class Exchange(Protocol):
    """Reads the body, whole or in pieces, and sends the response once."""

    def __call__(self) -> Awaitable[bytes]:
        """Return the whole body, once it has arrived."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body's pieces as they arrive."""
        ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send the response."""
        ...
