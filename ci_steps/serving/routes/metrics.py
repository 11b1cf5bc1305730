"""What the service has counted, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.serving.metrics.counters import Family
from ci_steps.serving.metrics.text import CONTENT_TYPE, exposition
from ci_steps.serving.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import State

MODEL = Family(
    name="iddr_model_info", kind="gauge", words="The model that is served.", labels=("name", "sha256", "task")
)


def metrics(state: State, _: Mapping[str, str]) -> Reply:
    """Write the sums over all workers; what another worker has held back for less than a second is not in them."""
    samples = state.requests.counters.samples() if state.requests else []
    if state.served:
        samples.append((MODEL, (state.served.name, state.served.sha256, state.served.task), 1.0))
    if state.rows:
        samples += state.rows.samples()
    return 200, [("content-type", CONTENT_TYPE)], exposition(samples).encode("utf-8", "backslashreplace")


ROUTE = Page(path="/metrics", reply=metrics)
