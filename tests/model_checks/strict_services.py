"""A service that decodes and judges as the kit's own does, and services with a planted fault, on loopback."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ci_steps.serving.body import rows_in
from ci_steps.serving.judging import judge
from ci_steps.serving.refusals import Refused
from ci_steps.serving.routing import Asked
from model_checks.contract.dtypes import frame
from model_checks.inputs import Reply
from tests.model_checks.made_services import Loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Model

MAX_ROWS = 20
DESCRIBED = {
    "paths": {
        "/predict": {
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"properties": {"rows": {"maxItems": MAX_ROWS}}}}}
                }
            }
        }
    }
}


def as_it_is(status: int, document: Any, _: bytes) -> tuple[int, Any]:
    """Return what a right service answers."""
    return status, document


@dataclass(frozen=True)
class Strict:
    """A right service without a connection; `spoil` changes the status and the document of each prediction."""

    model: Model
    contract: Contract
    spoil: Callable[[int, Any, bytes], tuple[int, Any]] = as_it_is
    kind: str = "a function"

    def get(self, path: str) -> Reply:
        """Say that it is ready, and what it takes."""
        return Reply(status=200, body=json.dumps(DESCRIBED if path == "/openapi.json" else {}).encode())

    def post(self, path: str, body: bytes) -> Reply:
        """Answer, or refuse."""
        if path != "/predict":
            return Reply(status=404, body=b"{}")
        status, document = self.spoil(*self._right(body), body)
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        return Reply(status=status, body=content)

    def _right(self, body: bytes) -> tuple[int, Any]:
        try:
            rows = rows_in(body, max_rows=MAX_ROWS)
            judge(Asked(rows=rows), self.contract)
        except Refused as refused:
            return refused.status, {"error": refused.message, "errors": list(refused.errors)}
        answers = self.model.predict(frame(self.contract, rows))
        model = {"name": "made", "sha256": self.model.sha256}
        return 200, {"predictions": answers.values.tolist(), "model": model}


@contextmanager
def on_loopback(service: Any) -> Iterator[Loopback]:
    """Put a service behind a real connection; one that raises closes it without a reply."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(service.get(self.path))

        def do_POST(self) -> None:
            self._reply(service.post(self.path, self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Loopback(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
