"""Small images that really run, for tests: the Debian base is made once and kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ci_steps.oci.architectures import architecture
from ci_steps.oci.bases import resolve_base
from ci_steps.oci.layers import packed
from ci_steps.oci.writing import image_config, write_image
from tests.needs import needs_tool

PYTHON = "3.11"
SERVER = b"""
import http.server, signal, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

signal.signal(signal.SIGTERM, lambda *_: sys.exit())
print("serving", flush=True)
http.server.HTTPServer(("", 8080), Handler).serve_forever()
"""


def shared_cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "iddr-tests", "oci")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def debian():
    """Return the base; skip where the distribution is not one with Python 3.11."""
    for tool in ("apt-get", "dpkg-deb"):
        needs_tool(tool)
    if "bookworm" not in Path("/etc/os-release").read_text():
        pytest.skip("the tests' base is made of Debian 12's packages")
    return resolve_base("debian", python=PYTHON, cache=shared_cache(), root=Path("/"), say=lambda _: None)


def small_image(base, folder: Path, *, script: bytes = SERVER, reference: str = "iddr-test:small"):
    """Write an image that runs `script`; return its archive and what identifies it."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = [*base.layers, packed({"app/run.py": script}, folder / "run.tar.gz")]
    settings = {
        "User": "65532:65532",
        "Entrypoint": [base.python, "/app/run.py"],
        "ExposedPorts": {"8080/tcp": {}},
    }
    archive = folder / "image.tar"
    config = image_config(layers, settings, architecture=architecture())
    return archive, write_image(layers, config, archive, reference=reference)
