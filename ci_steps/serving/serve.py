"""Starts the service with its workers, or asks one that runs for its health."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import stat
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ci_steps.serving.settings import DRAIN, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOGGING = {
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
    "loggers": {
        "_granian": {"handlers": ["console"], "propagate": False},
        "iddr": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}


def main(arguments: list[str]) -> int:
    """Serve until a signal says stop, or ask for health; return the exit code."""
    if arguments not in ([], ["--health"]):
        return _say("takes no arguments but --health; the rest is set by variables IDDR_*", code=2)
    try:
        settings = Settings.read(os.environ)
    except ValueError as error:
        return _say(str(error), code=2)
    if not arguments:
        _serve(settings)
        return 0
    from ci_steps.serving.health import ask

    reason = ask(settings)
    return _say(f"not ready: {reason}", code=1) if reason else 0


def application() -> Any:
    """Return the application; called in each worker process, so that only workers open the model.

    The model takes longer than all that is imported meanwhile.
    """
    from ci_steps.serving.package import begin

    settings = Settings.read(os.environ)
    package = begin(settings.model)
    from ci_steps.serving.application import Application

    return Application(settings, package)


def _serve(settings: Settings) -> None:
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels
    from granian.server import Server

    if settings.uds:
        _forget(settings.uds)
    _import_for_workers(settings)
    # Until a worker listens to it, the signal must not end it.
    signal.signal(DRAIN, signal.SIG_IGN)
    os.register_at_fork(after_in_child=_stop_at_once)
    server = Server(
        "iddr",
        address=settings.host,
        port=settings.port,
        uds=settings.uds,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        loop=Loops.auto,  # uvloop, which takes a third less of the processor for a request
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        workers_kill_timeout=settings.stop_seconds,
    )
    server.on_startup(lambda: _drain_first(server.signal_handler_interrupt, settings.drain_seconds))
    with _counters(settings):
        server.serve(target_loader=application, wrap_loader=False)


def _import_for_workers(settings: Settings) -> None:
    """Import here what every worker would import anew: their copies of this process share it.

    What only one worker imports, it imports while its graph is read, so that is not done before.
    """
    from ci_steps.serving.package import holds_graph

    if multiprocessing.get_start_method() != "fork" or not holds_graph(settings.model):
        return
    # A graph asks nothing of it, and its threads would not be copied.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(ImportError):  # a worker's log says it
        importlib.import_module("ci_steps.serving.engines.onnx")
        importlib.import_module("ci_steps.serving.kinds.onnx_runtime").onnx_runtime()
        if settings.workers > 1:
            importlib.import_module("ci_steps.serving.application")


@contextmanager
def _counters(settings: Settings) -> Iterator[None]:
    """Make the folder in which several workers count; they read of it in the environment that they inherit."""
    if settings.workers == 1 or settings.counters:
        yield
        return
    import tempfile

    try:
        made = tempfile.TemporaryDirectory(prefix="iddr-")
    except OSError as error:
        words = f"several workers count in a folder, and none can be made ({error}): mount a tmpfs at /tmp"
        raise SystemExit(_say(words, code=2)) from None
    with made as folder:
        os.environ["IDDR_COUNTERS"] = folder
        yield


def _drain_first(stop: Callable[[], None], seconds: int) -> None:
    """Let workers answer on for a while after SIGTERM, and tell every client to connect no more; then stop.

    A client that keeps its connection would otherwise send the next request into one that is being closed. A
    second signal stops at once.
    """
    told: list[int] = []

    def drain(number: int, _: Any) -> None:
        if told or not seconds:
            stop()
            return
        told.append(number)
        for worker in multiprocessing.active_children():
            if worker.pid:
                os.kill(worker.pid, DRAIN)
        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, drain)


def _stop_at_once() -> None:
    # A worker begins as a copy of its parent, whose handlers would swallow a TERM that comes before the worker's
    # own handlers stand: the parent would wait for it for ever.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)


def _say(text: str, *, code: int) -> int:
    sys.stderr.write(f"serve: {text}\n")
    return code


def _forget(socket: Path) -> None:
    # A server that was killed leaves its socket behind, and nothing can listen on it again.
    if socket.exists() and stat.S_ISSOCK(socket.stat().st_mode):
        socket.unlink()
