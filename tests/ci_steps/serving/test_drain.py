from __future__ import annotations

import http.client
import json
import signal
import socket
import sys
import threading
import time
from collections import Counter

import pytest

from tests.ci_steps.serving.packages import ROW, put_model
from tests.ci_steps.serving.servers import free_port, running

BODY = json.dumps({"rows": [ROW]}).encode()
REQUEST = b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY


@pytest.fixture
def slow(app, tmp_path):
    """Return the package of a model that takes 20 milliseconds."""
    sys.path.insert(0, str(app))
    import odd_models

    yield put_model(tmp_path / "p", odd_models.Odd(0.02))
    sys.path.remove(str(app))


class Clients:
    """Clients of two kinds, which ask without pause: one request a connection, or as many as the server keeps it for."""

    def __init__(self, port, number):
        self.port, self.seen, self.stop = port, Counter(), threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(i % 2 == 0,)) for i in range(number)]
        for each in self.threads:
            each.start()

    def _ask(self, keeps):
        while not self.stop.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            except ConnectionRefusedError:
                self.seen["refused"] += 1
                time.sleep(0.02)
                continue
            with connection:
                while self._answered(connection) and keeps and not self.stop.is_set():
                    pass

    def _answered(self, connection):
        """Ask once; return whether the connection lives on."""
        try:
            connection.sendall(REQUEST)
            reply = connection.recv(65_536)
        except OSError as error:
            self.seen[repr(error)] += 1
            return False
        self.seen[reply[9:12].decode() or "closed without an answer"] += 1
        return bool(reply) and b"connection: close" not in reply.lower()

    def ended(self):
        self.stop.set()
        for each in self.threads:
            each.join()
        return self.seen


def ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())["status"]
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def test_under_load_every_accepted_request_is_answered_and_then_connections_are_refused(app, slow):
    port = free_port()
    settings = {
        "IDDR_UDS": "", "IDDR_HOST": "127.0.0.1", "IDDR_PORT": str(port), "IDDR_WORKERS": "2",
        "IDDR_DRAIN_SECONDS": "1", "IDDR_STOP_SECONDS": "5",
    }  # fmt: skip
    with running(app, slow, **settings) as server:
        while ready(port)[0] != 200:
            time.sleep(0.05)
        clients = Clients(port, 12)
        time.sleep(1)
        server.process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        time.sleep(0.5)
        assert ready(port) == (503, "draining")
        assert server.process.wait(15) == 0
        took = time.monotonic() - started
        time.sleep(0.1)
        seen = clients.ended()
    assert set(seen) == {"200", "refused"}, seen
    assert seen["200"] > 50
    assert 1 <= took < 1 + 5


def test_what_takes_longer_than_the_limit_is_cut_off(app, tmp_path):
    sys.path.insert(0, str(app))
    import odd_models

    package = put_model(tmp_path / "p", odd_models.Odd(60.0))
    sys.path.remove(str(app))
    with running(app, package, IDDR_STOP_SECONDS="1") as server:
        server.wait_until_ready()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(server.uds))
            connection.sendall(REQUEST)
            time.sleep(0.3)
            started = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(15)
            assert time.monotonic() - started < 5


def test_a_second_signal_ends_the_draining(app, slow):
    with running(app, slow, IDDR_DRAIN_SECONDS="30") as server:
        server.wait_until_ready()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None
        assert server.predict(ROW)[0] == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
