"""Counts requests: how many, with which status, and how long they took."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from ci_steps.serving.metrics.counters import Counters, Family, Layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ELSEWHERE = "elsewhere"  # a path of no route: the client chose it, so it is no label
STATUSES = (200, 400, 404, 405, 408, 413, 415, 422, 500, 503)
LIMITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
RESPONSES = Family(
    name="iddr_responses_total", kind="counter", words="Responses by route and status.", labels=("route", "status")
)
SECONDS = Family(
    name="iddr_request_seconds",
    kind="histogram",
    words="Seconds from a request's headers to its response.",
    labels=("route", "le"),
)


class RequestCounts:
    """The counters of all requests of one worker."""

    def __init__(self, paths: Sequence[str], folder: Path | None) -> None:
        """Lay out the counters of the routes at `paths`."""
        layout = Layout()
        routes = (*paths, ELSEWHERE)
        statuses = [*map(str, STATUSES), "other"]
        buckets = [*map(repr, LIMITS), "+Inf", "sum"]
        self._responses = {each: layout.places(RESPONSES, each, last=statuses) for each in routes}
        self._seconds = {each: layout.places(SECONDS, each, last=buckets) for each in routes}
        self._status = {status: place for place, status in enumerate(STATUSES)}
        self.counters = Counters(layout, folder, "requests")

    def ended(self, path: str, status: int, seconds: float) -> None:
        """Count one request to the route at `path`, or to none."""
        known = path if path in self._responses else ELSEWHERE
        add, first = self.counters.add, self._seconds[known]
        add(self._responses[known] + self._status.get(status, len(STATUSES)))
        add(first + bisect_left(LIMITS, seconds))
        add(first + len(LIMITS) + 1, seconds)
