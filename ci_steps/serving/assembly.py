"""Puts together what answers: model, compiled contract, counters, and the request log where one is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.serving.answering import Answering
from ci_steps.serving.loading import load
from ci_steps.serving.metrics.reference import read_bins
from ci_steps.serving.metrics.rows import RowCounts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from ci_steps.serving.package import Package
    from ci_steps.serving.request_log.log import RequestLog
    from ci_steps.serving.routing import Route
    from ci_steps.serving.served import Served
    from ci_steps.serving.settings import Settings

PROFILE = "profile.json"


def assemble(settings: Settings, routes: Sequence[Route], package: Future[Package]) -> Answering:
    """Load the package that `settings` name and whose opening has begun, for the protocols among `routes`.

    Raises:
        ValueError: the package is incomplete or does not fit together.
        OSError: the request log's folder cannot be written to. Whatever the model's own loading raises comes
            through as it is.
    """
    bins = read_bins(settings.model / PROFILE)
    served = load(settings.model, max_rows=settings.max_rows, begun=package.result)
    _return_memory()
    counts = RowCounts(served.contract, served.engine.classes, bins, served.target, settings.counters)
    return Answering.of(served, routes, counts, _log(settings, served, counts))


def _return_memory() -> None:
    """Give back what loading needed and the model does not: a quarter of a worker, which glibc would keep."""
    import ctypes

    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # other libraries of C have none
        trim(0)


def _log(settings: Settings, served: Served, counts: RowCounts) -> RequestLog | None:
    if settings.request_log is None:
        return None
    from ci_steps.serving.request_log.log import RequestLog, Rotation
    from ci_steps.serving.request_log.privacy import Privacy

    return RequestLog(
        settings.request_log,
        served,
        Privacy(personal=served.personal, key=settings.log_key.encode()),
        Rotation(rows=settings.log_rows, seconds=settings.log_seconds, files=settings.log_files),
        share=settings.log_share,
        counted=counts.logged,
    )
