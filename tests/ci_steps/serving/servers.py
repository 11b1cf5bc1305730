"""Runs the real server as a process of its own, and talks to it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ci_steps.serving.unix_http import UnixConnection

JSON = {"content-type": "application/json"}


@dataclass
class Running:
    """The server's process, its socket and its log."""

    process: subprocess.Popen
    uds: Path
    log: Path
    started: float

    def ask(self, method, path, body=None, headers=None):
        """Return (status, decoded body, headers) of one request."""
        connection = UnixConnection(self.uds, timeout=20)
        try:
            connection.request(method, path, body, JSON if headers is None and body is not None else headers or {})
            reply = connection.getresponse()
            text = reply.read()
            return reply.status, json.loads(text) if text else None, dict(reply.getheaders())
        finally:
            connection.close()

    def predict(self, *rows):
        """Return (status, decoded body) for rows sent to /predict."""
        return self.ask("POST", "/predict", json.dumps({"rows": rows}).encode())[:2]

    def wait_until_ready(self):
        """Wait for /health/ready, at most 60 seconds; return the seconds since the start."""
        while time.monotonic() < self.started + 60 and self.process.poll() is None:
            try:
                if self.ask("GET", "/health/ready")[0] == 200:
                    return time.monotonic() - self.started
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())


@contextmanager
def running(app, model, **settings):
    """Start `app`/serve.py on the package in `model`; ends the process in any case."""
    folder = Path(tempfile.mkdtemp(prefix="iddr-"))
    environment = {
        "PATH": os.environ["PATH"],
        "IDDR_MODEL": str(model),
        "IDDR_UDS": str(folder / "s"),
        "IDDR_DRAIN_SECONDS": "0",
        **settings,
    }
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(app / "serve.py")],
            env=environment,
            cwd="/",
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Running(process, folder / "s", log, time.monotonic())
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            # A worker whose parent was killed would live on, so the whole session goes.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            shutil.rmtree(folder)


def free_port():
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
