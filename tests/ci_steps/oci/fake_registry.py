"""A server on loopback that answers as a test says."""

from __future__ import annotations

import http.server
import threading
from contextlib import contextmanager

from ci_steps.oci.references import parse_reference
from ci_steps.oci.registry import RegistryClient


def answer(request, status, body=b"", **headers):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    if "Content_Length" not in headers:
        request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)


@contextmanager
def server(replies):
    """Serve `replies(request, number of the request)` on loopback; yield a client's reference and the requests."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def reply(self):
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path, self.headers.get("Authorization"), self.body))
            replies(self, len(seen))

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = reply  # noqa: N815 - the names that http.server calls

        def log_message(self, *_):
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield parse_reference(f"127.0.0.1:{serving.server_port}/team/model:v1"), seen
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


@contextmanager
def connected(reference):
    pauses = []
    client = RegistryClient(reference, pause=pauses.append)
    try:
        yield client, pauses
    finally:
        client.close()
