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

from ci_steps.serving.answering import Answering
from ci_steps.serving.loading import load
from ci_steps.serving.receiving import discarded, received, undeclared
from ci_steps.serving.refusals import ModelFailed, Refused
from ci_steps.serving.settings import Settings

if TYPE_CHECKING:
    import asyncio

    from ci_steps.serving.protocol import Exchange, Headers, Scope
    from model_checks.contract.dialect import Contract

    Answer = tuple[int, Headers, bytes]

LOG = logging.getLogger("iddr")
ROUTES = {"/predict": ("POST",), "/health/live": ("GET", "HEAD"), "/health/ready": ("GET", "HEAD")}
LATER = ("retry-after", "1")
JSON = ("content-type", "application/json")
LOADING: Answer = (503, [LATER], b'{"status":"loading","error":"the model is not loaded yet"}')


class Application:
    """Serves one model; it is ready once the model is loaded, which happens after the server has started."""

    def __init__(self, settings: Settings) -> None:
        """Make an application that is not ready yet."""
        self.settings = settings
        self.answering: Answering | None = None
        self.waiting = 0
        # One thread: models are not promised to be thread-safe, and health must be answered meanwhile.
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="model")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to load the model."""
        self.loop = loop
        self.thread.submit(self._load)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the model's thread go."""
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request; whatever happens, the client gets a status and the log gets the reason."""
        try:
            status, headers, content = await self._routed(scope, exchange)
        except Refused as refused:
            status, headers = refused.status, []
            content = _said(refused.message, errors=refused.errors)
        except Exception as error:
            status, headers, number = 500, [], secrets.token_hex(6)
            LOG.exception("request %s failed", number)
            blamed = "model" if isinstance(error, ModelFailed) else "service"
            content = _said(f"the {blamed} failed on this request; the service's log says why", request=number)
        exchange.response_bytes(status, [JSON, *headers], content)

    async def _routed(self, scope: Scope, exchange: Exchange) -> Answer:
        settings, answering = self.settings, self.answering
        answer = self._without_body(scope)
        if answer is not None or answering is None:
            await discarded(exchange, limit=settings.max_body, seconds=settings.body_seconds)
            return answer or LOADING
        self.waiting += 1
        try:
            body = await received(exchange, limit=settings.max_body, seconds=settings.body_seconds)
            return 200, [], await self.loop.run_in_executor(self.thread, answering.reply, body)
        finally:
            self.waiting -= 1

    def _without_body(self, scope: Scope) -> Answer | None:
        """Return the answer to a request that needs no body, or whose body will not be looked at."""
        methods = ROUTES.get(scope.path)
        if methods is None:
            return 404, [], _said(f"there is nothing here; the service has {', '.join(ROUTES)}")
        if scope.method not in methods:
            return 405, [("allow", ", ".join(methods))], _said(f"this path takes {' or '.join(methods)}")
        if scope.path != "/predict":
            return self._health(scope.path)
        if reason := undeclared(scope.headers):
            return 415, [], _said(reason)
        if self.waiting >= self.settings.max_waiting:
            return 503, [LATER], _said("too many requests are waiting: try again")
        return None

    def _health(self, path: str) -> Answer:
        if path == "/health/live":
            return 200, [], msgspec.json.encode({"status": "live"})
        if self.answering is None:
            return LOADING
        model = {"name": self.answering.model.name, "sha256": self.answering.model.sha256}
        return 200, [], msgspec.json.encode({"status": "ready", "model": model})

    def _load(self) -> None:
        from model_checks.contract.dialect import Contract

        started = time.monotonic()
        try:
            contract = _judged_in_full(Contract.load(self.settings.model / "contract.json"))
            model = load(self.settings.model, contract)
            self.answering = Answering(model=model, contract=contract, max_rows=self.settings.max_rows)
            LOG.info("model %s (%s) ready after %.2f s", model.name, model.sha256, time.monotonic() - started)
        # Unpickling may raise anything. What did not load once will not load later: end, and let the
        # orchestrator see it; the server's parent process then exits with 1.
        except BaseException:
            LOG.critical("the model in %s could not be loaded", self.settings.model, exc_info=True)
            os.kill(os.getpid(), signal.SIGTERM)


def application() -> Application:
    """Return the application that the environment describes."""
    return Application(Settings.read(os.environ))


def _judged_in_full(contract: Contract) -> Contract:
    if contract.uncompiled:
        raise ValueError(f"contract.json has a rule that this service cannot judge: {contract.uncompiled[0]}")
    return contract


def _said(message: str, **more: Any) -> bytes:
    return msgspec.json.encode({"error": message} | {k: v for k, v in more.items() if v})
