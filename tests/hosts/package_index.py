"""A folder of wheels with one named iddr, and a package index on this machine that serves such a folder to who logs in."""

from __future__ import annotations

import base64
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WHEEL = "iddr-0.1.0-py3-none-any.whl"
USER, PASSWORD = "reader", "letmein-77"


def write_wheel(folder, program):
    """Write a wheel named iddr, of the kit's version, whose command is `main()` of the file `program`."""
    files = {
        "stand_in_iddr.py": program,
        "iddr-0.1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: iddr\nVersion: 0.1.0\n",
        "iddr-0.1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "iddr-0.1.0.dist-info/entry_points.txt": "[console_scripts]\niddr = stand_in_iddr:main\n",
        "iddr-0.1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


@contextmanager
def package_index(wheels):
    """Serve the folder `wheels` as a simple index (PEP 503); yield its address and the list of what was asked for."""
    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    asked = []

    class Index(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.headers.get("Authorization") != wanted:
                self.answer(401, b"", ("WWW-Authenticate", "Basic"))
                return
            asked.append(self.path)
            name = self.path.rstrip("/").rpartition("/")[2]
            if self.path.startswith("/files/"):
                self.answer(200, (wheels / name).read_bytes())
            elif found := sorted(path.name for path in wheels.glob(f"{name}-*.whl")):
                links = "".join(f'<a href="/files/{each}">{each}</a>' for each in found)
                self.answer(200, f"<!DOCTYPE html>{links}".encode(), ("Content-Type", "text/html"))
            else:
                self.answer(404, b"")

        def answer(self, code, body, *headers):
            self.send_response(code)
            for header in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(*header)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self):
            self.do_GET()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
