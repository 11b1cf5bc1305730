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

from ci_steps.serving.assembly import assemble
from ci_steps.serving.metrics.requests import RequestCounts
from ci_steps.serving.receiving import discarded, media_type, received, undeclared
from ci_steps.serving.refusals import LATER, LOADING, ModelFailed, Refused
from ci_steps.serving.routing import Body, Page, Router
from ci_steps.serving.served import LOADED, State
from ci_steps.serving.settings import DRAIN, Settings
from ci_steps.serving.table import ROUTES

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from ci_steps.serving.answering import Answering
    from ci_steps.serving.protocol import Exchange, Scope
    from ci_steps.serving.routing import Prediction, Reply, Route

    Found = tuple[Route, Mapping[str, str]]

LOG = logging.getLogger("iddr")
CLOSE = ("connection", "close")
JSON = ("content-type", "application/json")
SMALL = 16_384  # bytes: reading and judging so little takes a few milliseconds at most, so it needs no thread
SETTLED = 1.0  # seconds after which rows that were answered are counted


class Application:
    """Serves one model; it is ready once the model is loaded, which happens after the server has started."""

    def __init__(self, settings: Settings, routes: Sequence[Route] = ROUTES) -> None:
        """Make an application that is not ready yet."""
        self.router = Router(routes)
        self.requests = RequestCounts(self.router.paths, settings.counters)
        self.state = State(settings=settings, requests=self.requests)
        self.answering: Answering | None = None
        self.routes = routes
        self.waiting = self.threaded = 0
        # One thread: models are not promised to be thread-safe, and health must be answered meanwhile.
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="model")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to load the model."""
        self.loop = loop
        loop.add_signal_handler(DRAIN, self._drain)
        # A model that cannot be loaded ends this process by a signal, which uvloop hears only once it runs.
        loop.call_soon(self.thread.submit, self._load)
        self._settle()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the model's thread go."""
        self.settling.cancel()
        if self.answering and self.answering.log:
            self.answering.log.close()
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request; whatever happens, the client gets a status and the log gets the reason."""
        started = time.perf_counter()
        found = self.router.find(scope.path)
        try:
            status, headers, content = await self._routed(found, scope, exchange)
        except Refused as refused:
            status, headers = refused.status, []
            content = _said(refused.message, errors=refused.errors)
        except Exception as error:
            status, headers, number = 500, [], secrets.token_hex(6)
            LOG.exception("request %s failed", number)
            blamed = "model" if isinstance(error, ModelFailed) else "service"
            content = _said(f"the {blamed} failed on this request; the service's log says why", request=number)
        if not any(name == "content-type" for name, _ in headers):
            headers = [JSON, *headers]
        if self.state.draining:
            headers = [*headers, CLOSE]
        self.requests.ended(found[0].path if found else "", status, time.perf_counter() - started)
        exchange.response_bytes(status, headers, content)

    async def _routed(self, found: Found | None, scope: Scope, exchange: Exchange) -> Reply:
        if found is None:
            answer: Reply = (
                404,
                [],
                _said(f"there is nothing here; the service has {', '.join(self.router.paths)}"),
            )
        elif scope.method not in found[0].methods:
            allowed = found[0].methods
            answer = (405, [("allow", ", ".join(allowed))], _said(f"this path takes {' or '.join(allowed)}"))
        elif isinstance(found[0], Page):
            answer = found[0].reply(self.state, found[1])
        else:
            return await self._predicted(found[0], found[1], scope, exchange)
        return await self._unread(answer, scope, exchange)

    async def _predicted(
        self, route: Prediction, names: Mapping[str, str], scope: Scope, exchange: Exchange
    ) -> Reply:
        settings, answering = self.state.settings, self.answering
        kind = media_type(scope.headers)
        if reason := undeclared(kind, scope.headers, route.media_types):
            return await self._unread((415, [], _said(reason)), scope, exchange)
        if self.waiting >= settings.max_waiting:
            busy = _said("too many requests are waiting: try again")
            return await self._unread((503, [LATER], busy), scope, exchange)
        if answering is None:
            return await self._unread(LOADING, scope, exchange)
        if names.get("model", answering.served.name) != answering.served.name:
            unknown = _said(f"there is no such model; the service has {answering.served.name}")
            return await self._unread((404, [], unknown), scope, exchange)
        self.waiting += 1
        try:
            content = await received(
                exchange, scope.headers, limit=settings.max_body, seconds=settings.body_seconds
            )
            return (
                200,
                [],
                await self._answered(Body(content=content, media_type=kind, names=names), route, answering),
            )
        finally:
            self.waiting -= 1

    async def _answered(self, body: Body, route: Prediction, answering: Answering) -> bytes:
        if len(body.content) > SMALL:
            return await self._in_thread(answering.reply, body, route)
        question = answering.read(body, route)
        # While the thread is at work the model must not be asked here too.
        if not self.threaded and answering.is_quick(question):
            return answering.answer(question)
        return await self._in_thread(answering.answer, question)

    async def _in_thread(self, asked: Callable[..., bytes], *arguments: Any) -> bytes:
        self.threaded += 1
        try:
            return await self.loop.run_in_executor(self.thread, asked, *arguments)
        finally:
            self.threaded -= 1

    async def _unread(self, answer: Reply, scope: Scope, exchange: Exchange) -> Reply:
        """Return an answer that does not depend on the body, once a client has sent it."""
        settings = self.state.settings
        await discarded(exchange, scope.headers, limit=settings.max_body, seconds=settings.body_seconds)
        return answer

    def _drain(self) -> None:
        self.state.draining = True

    def _settle(self) -> None:
        if self.state.rows:
            self.state.rows.settle()
        self.settling = self.loop.call_later(SETTLED, self._settle)

    def _load(self) -> None:
        started = time.monotonic()
        folder = self.state.settings.model
        try:
            answering = assemble(self.state.settings, self.routes)
            served = answering.served
            self.state.rows, self.state.served, self.answering = answering.counts, served, answering
            if self.state.settings.counters:
                (self.state.settings.counters / f"{os.getpid()}.{LOADED}").touch()
            LOG.info("model %s (%s) ready after %.2f s", served.name, served.sha256, time.monotonic() - started)
        # Unpickling may raise anything. What did not load once will not load later: end, and let the
        # orchestrator see it; the server's parent process then exits with 1.
        except BaseException:
            LOG.critical("the model in %s could not be loaded", folder, exc_info=True)
            os.kill(os.getpid(), signal.SIGTERM)


def application() -> Application:
    """Return the application that the environment describes."""
    return Application(Settings.read(os.environ))


def _said(message: str, **more: Any) -> bytes:
    return msgspec.json.encode({"error": message} | {k: v for k, v in more.items() if v})
