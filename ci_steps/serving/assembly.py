"""Puts together what answers: model, compiled contract, counters, and the request log where one is wanted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ci_steps.serving.answering import Answering
from ci_steps.serving.loading import load
from ci_steps.serving.metrics.reference import read_bins
from ci_steps.serving.metrics.rows import RowCounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ci_steps.serving.request_log.log import RequestLog
    from ci_steps.serving.routing import Route
    from ci_steps.serving.served import Served
    from ci_steps.serving.settings import Settings

PROFILE = "profile.json"
MMAP_THRESHOLD = -3  # of malloc.h
LOADING, ANSWERING = 1 << 16, 1 << 25  # bytes; the second is the most that glibc takes


def assemble(settings: Settings, routes: Sequence[Route]) -> Answering:
    """Load the package that `settings` name, for the protocols among `routes`.

    Raises:
        ValueError: the package is incomplete or does not fit together.
        OSError: the request log's folder cannot be written to. Whatever the model's own loading raises comes
            through as it is.
    """
    with _returned_memory():
        served = load(settings.model, max_rows=settings.max_rows)
        bins = read_bins(settings.model / PROFILE)
    counts = RowCounts(served.contract, served.engine.classes, bins, served.target, settings.counters)
    return Answering.of(served, routes, counts, _log(settings, served, counts))


@contextmanager
def _returned_memory() -> Iterator[None]:
    """Give back what loading needed and the model does not: a third of a small worker, which glibc would keep.

    Larger pieces get pages of their own meanwhile, which go back whole; later that would cost time.
    """
    import ctypes

    own = ctypes.CDLL(None)
    limit, trim = getattr(own, "mallopt", None), getattr(own, "malloc_trim", None)
    if limit:
        limit(MMAP_THRESHOLD, LOADING)
    yield
    if limit:
        limit(MMAP_THRESHOLD, ANSWERING)
    if trim:
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
