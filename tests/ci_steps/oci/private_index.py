"""A private package index on loopback: one wheel, for those who know the password."""

from __future__ import annotations

import base64
import hashlib
import http.server
import threading
import zipfile
from contextlib import contextmanager

NAME = "ours-1.0-py3-none-any.whl"
USER, WORD = "builder", "k3yF0rM3xQ"


def write_wheel(folder):
    """Write the wheel of a package `ours`; return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    about = "ours-1.0.dist-info"
    with zipfile.ZipFile(folder / NAME, "w") as wheel:
        wheel.writestr("ours/__init__.py", "ANSWER = 42\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(
            f"{about}/RECORD", f"ours/__init__.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n"
        )
    return folder / NAME


def lock_of(wheel):
    """Return a lock that pins the wheel by its hash."""
    return f"ours==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@contextmanager
def private_index(wheel):
    """Serve the wheel; yield the address of the index, with user and password, and the paths that were asked for."""
    asked = []
    allowed = "Basic " + base64.b64encode(f"{USER}:{WORD}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("127.0.0.1:9")[2] if self.path.startswith("http") else self.path
            known = self.headers.get("Authorization") == allowed
            asked.append((self.path, known))
            if not known:
                self.reply(401, b"", "text/plain")
            elif path.endswith(NAME):
                self.reply(200, wheel.read_bytes(), "application/octet-stream")
            elif path.rstrip("/").endswith("/ours"):
                self.reply(200, f'<a href="{NAME}">{NAME}</a>'.encode(), "text/html")
            else:
                self.reply(404, b"", "text/plain")

        do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

        def reply(self, status, body, kind):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{USER}:{WORD}@127.0.0.1:{serving.server_port}", asked
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()
