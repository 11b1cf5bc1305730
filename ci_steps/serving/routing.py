"""What stands at a path: a page, or a protocol by which rows are sent and answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ci_steps.serving.engine import Answered, Columns
    from ci_steps.serving.protocol import Headers
    from ci_steps.serving.served import Served, State

    Reply = tuple[int, Headers, bytes]

_NAME = re.compile(r"\\\{([a-z_]+)\\\}")


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A request's body, with what its path and its headers say of it; made for each request, hence a struct."""

    content: bytes
    media_type: str = "application/json"
    names: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The rows of a request, as objects; `place` is the JSON pointer of their list, by which faults are told.

    Where the request holds columns, `columns_at` has the JSON pointer of each column's list of values. `note` is
    whatever the protocol's `encode` must know of the request, such as its id.
    """

    rows: Sequence[Any]
    place: str = "/rows"
    columns_at: Mapping[str, str] = field(default_factory=dict)
    note: Any = None

    def pointer(self, row: int, path: str) -> str:
        """Return the JSON pointer, in the request, of what `path` points at in a row."""
        if not self.columns_at:
            return f"{self.place}/{row}{path}"
        column = self.columns_at.get(path[1:].replace("~1", "/").replace("~0", "~"))
        return f"{self.place}{path}" if column is None else f"{column}/{row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something to read at a path; a reply without a content-type of its own is JSON.

    `reply` gets the state of the service and the parts of the path that stand in braces.
    """

    path: str
    reply: Callable[[State, Mapping[str, str]], Reply]
    methods: tuple[str, ...] = ("GET", "HEAD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A protocol: `decode` finds the rows in a body, `encode` writes the answer; both are pure.

    What a row holds is judged by the contract, between the two. `decode` raises `Refused` where the body is at
    fault. `envelope` names the member that holds the rows where a body may be nothing but
    `{"<envelope>": [{...}, ...]}`: the compiled contract reads such bodies, and `note` is then None. `widen` makes
    further rows of those that were sent, which are asked in their place. `{model}` in
    `path` stands for the model's name; any other is answered with 404.
    """

    path: str
    decode: Callable[[Body, Served], Asked]
    encode: Callable[[Answered, Any, Served], bytes]
    envelope: str = ""
    widen: Callable[[Columns, Served], Columns] | None = None
    media_types: tuple[str, ...] = ("application/json",)
    methods: tuple[str, ...] = ("POST",)


Route = Union[Page, Prediction]  # noqa: UP007 - evaluated when imported, on Python 3.10 too


class Router:
    """Finds what stands at a path; `{name}` in a route's path stands for one part without a slash."""

    def __init__(self, routes: Sequence[Route]) -> None:
        """Make ready for look-ups.

        Raises:
            ValueError: two routes have one path.
        """
        self.paths = tuple(route.path for route in routes)
        if len(set(self.paths)) < len(self.paths):
            raise ValueError(f"two routes have one path, among {', '.join(self.paths)}")
        self._exact = {route.path: route for route in routes if "{" not in route.path}
        self._open = [(_pattern(route.path), route) for route in routes if "{" in route.path]

    def find(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """Return what stands at `path`, and what stands there for each name in braces."""
        if route := self._exact.get(path):
            return route, {}
        for pattern, each in self._open:
            if match := pattern.fullmatch(path):
                return each, match.groupdict()
        return None


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>[^/]+?)", re.escape(path)))
