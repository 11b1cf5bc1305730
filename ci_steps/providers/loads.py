"""The load on the running service: a few connections at once, bounded in requests and seconds."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from ci_steps.steps import provider
from model_checks.findings import NotAudited
from model_checks.signatures import Bounds, Count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.providers.services import HttpService
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.load import Load

Requests = Annotated[int, Bounds(1, 100_000)]
Connections = Annotated[int, Bounds(1, 64)]
Rows = Annotated[int, Bounds(1, 1000)]
LoadSeconds = Annotated[float, Bounds(0.1, 600)]
PATH = "/predict"
HEADERS = {"Content-Type": "application/json"}
PATIENCE = 30.0  # seconds for one answer
BODIES = 200  # different ones, sent by turns


@provider(reusable=False)
def load(
    service: HttpService, test: Dataset, contract: Contract, target: str, tools: Tools,
    *, requests: Requests = 1000, connections: Connections = 4, rows: Rows = 1, seconds: LoadSeconds = 10,
    warm_up: Count = 20,
) -> Load:  # fmt: skip
    """Send `requests` requests of `rows` rows of the test table on `connections` connections that stay open.

    Each connection sends its next request as soon as its last is answered. None begins after `seconds`. The first
    `warm_up` requests, on one connection, are not counted. Only the service that this run started is asked.

    Raises:
        NotAudited: no row of the test table obeys the contract.
    """
    from model_checks.load import Load

    bodies = _bodies(test, contract, target, rows)
    tools.say(f"{connections} connections ask the service")
    _Driver(service=service, bodies=bodies, left=warm_up, until=time.monotonic() + seconds).drive(1)
    driver = _Driver(service=service, bodies=bodies, left=requests, until=time.monotonic() + seconds)
    driver.drive(connections)
    return Load(
        name=service.kind, connections=connections, rows=rows, wanted=requests, trouble=driver.trouble,
        **driver.arrays(),
    )  # fmt: skip


@dataclass(slots=True, kw_only=True)
class _Driver:
    """Sends the bodies by turns until none is left, or the time is over."""

    service: HttpService
    bodies: Sequence[bytes]
    left: int
    until: float
    begun: float = 0.0
    trouble: str = ""
    answers: list[tuple[float, float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def drive(self, connections: int) -> None:
        """Ask on so many connections, each in a thread of its own, and wait until all are done."""
        self.begun = time.monotonic()
        threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def arrays(self) -> dict[str, Any]:
        """Return the fields of `Load` that hold one value for each request."""
        import numpy as np

        ended, took, status = zip(*sorted(self.answers), strict=True) if self.answers else ((), (), ())
        return {
            "ended": np.asarray(ended, dtype=np.float64), "took": np.asarray(took, dtype=np.float64),
            "status": np.asarray(status, dtype=np.int64),
        }  # fmt: skip

    def _ask(self) -> None:
        connection = self.service.connect(PATIENCE)
        try:
            while (body := self._next()) is not None:
                started = time.monotonic()
                status, words = _answered(connection, body)
                ended = time.monotonic()
                with self.lock:
                    self.answers.append((ended - self.begun, ended - started, status))
                    if status != http.client.OK:
                        self.trouble = self.trouble or words
        finally:
            connection.close()

    def _next(self) -> bytes | None:
        with self.lock:
            if not self.left or time.monotonic() >= self.until:
                return None
            self.left -= 1
            return self.bodies[self.left % len(self.bodies)]


def _answered(connection: http.client.HTTPConnection, body: bytes) -> tuple[int, str]:
    """Return the status, 0 where there is no answer, and what is told of it, without what a body repeats."""
    try:
        connection.request("POST", PATH, body=body, headers=HEADERS)
        reply = connection.getresponse()
        reply.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()  # the next request opens it again
        return 0, f"no answer ({type(error).__name__}: {error})"
    return reply.status, f"status {reply.status}"


def _bodies(test: Dataset, contract: Contract, target: str, rows: int) -> list[bytes]:
    from model_checks.service.wire import body_of, rows_of_frame

    features = contract.without(target) if target in contract.columns else contract
    sent = rows_of_frame(test.features.iloc[: BODIES * rows], features)
    good = [row for row in sent if not features.faults(row)]
    if not good:
        raise NotAudited(f"no row of {test.name} obeys the contract, so there is none to send: mend the table")
    repeated = (good * rows)[: max(len(good), rows)]
    return [body_of(repeated[i : i + rows]) for i in range(0, len(repeated) - rows + 1, rows)]
