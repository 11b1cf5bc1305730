"""The service as an RSGI application: routes, loading in the background, one thread for the model."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.asking import Asking
from ci_steps.serving.assembly import assemble
from ci_steps.serving.metrics.requests import RequestCounts
from ci_steps.serving.receiving import SWEPT, Deadlines, discarded, media_type, received, undeclared
from ci_steps.serving.refusals import LATER, LOADING, ModelFailed, Refused
from ci_steps.serving.routing import Body, Page, Prediction, Router
from ci_steps.serving.served import LOADED, State
from ci_steps.serving.settings import DRAIN
from ci_steps.serving.table import ROUTES

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from ci_steps.serving.package import Package
    from ci_steps.serving.protocol import Exchange, RequestHeaders, Scope
    from ci_steps.serving.routing import Reply, Route
    from ci_steps.serving.served import Served
    from ci_steps.serving.settings import Settings

    Found = tuple[Route, Mapping[str, str]]

LOG = logging.getLogger("iddr")
CLOSE = ("connection", "close")
JSON = ("content-type", "application/json")
AS_JSON, NONE = [JSON], list[tuple[str, str]]()
SETTLED = 1.0  # seconds after which rows that were answered are counted


class Application:
    """Serves one model; it is ready once the model is loaded, which happens after the server has started."""

    def __init__(self, settings: Settings, package: Future[Package], routes: Sequence[Route] = ROUTES) -> None:
        """Make an application that is not ready yet; the opening of `package` has begun."""
        self.package = package
        self.router = Router(routes)
        self.requests = RequestCounts(self.router.paths, settings.counters)
        self.state = State(settings=settings, requests=self.requests)
        self.asking: Asking | None = None
        self.routes = routes
        self.waiting = 0
        self.deadlines = Deadlines()
        # Of one thread: health must be answered while the model is at work, or loaded.
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="model")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to load the model."""
        self.loop = loop
        loop.add_signal_handler(DRAIN, self._drain)
        # A model that cannot be loaded ends this process by a signal, which uvloop hears only once it runs.
        loop.call_soon(self.thread.submit, self._load)
        self._settle()
        self._sweep()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the model's thread go."""
        self.settling.cancel()
        self.sweeping.cancel()
        if self.asking and self.asking.answering.log:
            self.asking.answering.log.close()
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request; whatever happens, the client gets a status and the log gets the reason."""
        started = time.perf_counter()
        found = self.router.find(scope.path)
        try:
            if found is not None and isinstance(found[0], Prediction) and scope.method in found[0].methods:
                status, headers, content = await self._predicted(found[0], found[1], scope.headers, exchange)
            else:
                status, headers, content = await self._told(found, scope, exchange)
        except Refused as refused:
            status, headers = refused.status, NONE
            content = _said(refused.message, errors=refused.errors)
        except Exception as error:
            status, headers, number = 500, NONE, secrets.token_hex(6)
            LOG.exception("request %s failed", number)
            blamed = "model" if isinstance(error, ModelFailed) else "service"
            content = _said(f"the {blamed} failed on this request; the service's log says why", request=number)
        if not headers:
            headers = AS_JSON
        elif not any(name == "content-type" for name, _ in headers):
            headers = [JSON, *headers]
        if self.state.draining:
            headers = [*headers, CLOSE]
        self.requests.ended(found[0].path if found else "", status, time.perf_counter() - started)
        exchange.response_bytes(status, headers, content)

    async def _told(self, found: Found | None, scope: Scope, exchange: Exchange) -> Reply:
        """Return a page, or why there is none."""
        if found is None:
            answer: Reply = (
                404,
                [],
                _said(f"there is nothing here; the service has {', '.join(self.router.paths)}"),
            )
        elif isinstance(found[0], Page) and scope.method in found[0].methods:
            answer = found[0].reply(self.state, found[1])
        else:
            allowed = found[0].methods
            answer = (405, [("allow", ", ".join(allowed))], _said(f"this path takes {' or '.join(allowed)}"))
        return await self._unread(answer, scope.headers, exchange)

    async def _predicted(
        self, route: Prediction, names: Mapping[str, str], headers: RequestHeaders, exchange: Exchange
    ) -> Reply:
        settings, asking, kind = self.state.settings, self.asking, media_type(headers)
        if asking is None:
            return await self._unread(LOADING, headers, exchange)
        if refused := self._refused(route, names, kind, headers, asking.answering.served):
            return await self._unread(refused, headers, exchange)
        self.waiting += 1
        try:
            limit, seconds = settings.max_body, settings.body_seconds
            content = await received(exchange, headers, self.deadlines, limit=limit, seconds=seconds)
            body = Body(content=content, media_type=kind, names=names)
            return 200, NONE, await asking.reply(body, route, alone=self.waiting == 1)
        finally:
            self.waiting -= 1

    def _refused(
        self, route: Prediction, names: Mapping[str, str], kind: str, headers: RequestHeaders, served: Served
    ) -> Reply | None:
        """Return why a request is not taken, as far as its path and headers tell."""
        if reason := undeclared(kind, headers, route.media_types):
            return 415, [], _said(reason)
        if self.waiting >= self.state.settings.max_waiting:
            return 503, [LATER], _said("too many requests are waiting: try again")
        if names and names.get("model", served.name) != served.name:
            return 404, [], _said(f"there is no such model; the service has {served.name}")
        return None

    async def _unread(self, answer: Reply, headers: RequestHeaders, exchange: Exchange) -> Reply:
        """Return an answer that does not depend on the body, once a client has sent it."""
        settings = self.state.settings
        limit, seconds = settings.max_body, settings.body_seconds
        await discarded(exchange, headers, self.deadlines, limit=limit, seconds=seconds)
        return answer

    def _drain(self) -> None:
        self.state.draining = True

    def _settle(self) -> None:
        if self.state.rows:
            self.state.rows.settle()
        self.settling = self.loop.call_later(SETTLED, self._settle)

    def _sweep(self) -> None:
        self.deadlines.sweep()
        self.sweeping = self.loop.call_later(SWEPT, self._sweep)

    def _load(self) -> None:
        started = time.monotonic()
        folder = self.state.settings.model
        try:
            answering = assemble(self.state.settings, self.routes, self.package)
            served = answering.served
            self.asking = Asking(answering, self.loop, self.thread)
            self.state.rows, self.state.served = answering.counts, served
            if self.state.settings.counters:
                (self.state.settings.counters / f"{os.getpid()}.{LOADED}").touch()
            LOG.info("model %s (%s) ready after %.2f s", served.name, served.sha256, time.monotonic() - started)
        # Unpickling may raise anything. What did not load once will not load later: end, and let the
        # orchestrator see it; the server's parent process then exits with 1.
        except BaseException:
            LOG.critical("the model in %s could not be loaded", folder, exc_info=True)
            os.kill(os.getpid(), signal.SIGTERM)


def _said(message: str, **more: Any) -> bytes:
    return msgspec.json.encode({"error": message} | {k: v for k, v in more.items() if v})
