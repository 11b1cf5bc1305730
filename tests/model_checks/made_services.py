"""A small real service on loopback that speaks the kit's protocol, and can be made to do it wrong."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from model_checks.contract.dtypes import frame
from model_checks.inputs import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Model


@dataclass(frozen=True)
class Loopback:
    """A service on a port of this machine."""

    port: int
    kind: str = "a test server"

    def get(self, path: str) -> Reply:
        """Send a GET request."""
        return self._send("GET", path, None)

    def post(self, path: str, body: bytes) -> Reply:
        """Send a POST request."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: bytes | None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return Reply(status=answer.status, body=answer.read())
        finally:
            connection.close()


@dataclass(frozen=True)
class Direct:
    """A right service without a connection: for examples, which have no moment at which to close one."""

    model: Model
    contract: Contract
    kind: str = "a function"

    def get(self, path: str) -> Reply:
        """Say that it lives and is ready."""
        return Reply(status=200, body=b"{}")

    def post(self, path: str, body: bytes) -> Reply:
        """Answer as a right service does."""
        status, document = answer(self.model, self.contract, body)
        return Reply(status=status, body=json.dumps(document).encode())


def answer(model: Model, contract: Contract, body: bytes) -> tuple[int, Any]:
    """Return the status and the document with which a right service answers."""
    rows = json.loads(body)["rows"]
    errors = [
        {"path": f"/rows/{i}{fault.path}", "rule": fault.rule, "message": fault.message}
        for i, row in enumerate(rows)
        for fault in contract.faults(row)
    ]
    if errors:
        return 422, {"error": "rows disobey the contract", "errors": errors}
    answers = model.predict(frame(contract, rows))
    document = {"predictions": answers.values.tolist(), "model": {"name": "made", "sha256": model.sha256}}
    if answers.probabilities is not None:
        document |= {"probabilities": answers.probabilities.tolist(), "classes": list(model.classes)}
    return 200, document


@contextmanager
def serving(
    model: Model,
    contract: Contract,
    *,
    spoil: Callable[[int, Any], tuple[int, Any]] = lambda status, document: (status, document),
    ready: int = 200,
) -> Iterator[Loopback]:
    """Serve the model; `spoil` changes the status and the document of each answer to /predict."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(ready if self.path == "/health/ready" else 200, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._reply(*spoil(*answer(model, contract, body)))

        def _reply(self, status: int, document: Any) -> None:
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Loopback(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
