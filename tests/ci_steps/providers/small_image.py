"""A small image that holds this machine's own Python and a service of a few lines."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SERVICE = b"""
import http.server, os, pathlib, signal, socketserver, sys

MODE = pathlib.Path(os.environ.get("IDDR_MODEL", "/app/model"), "mode").read_text()
print("mode", MODE, flush=True)
if MODE == "dies":
    sys.exit("the reason why it died")

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(503 if MODE == "never" else 200, b"ready")

    def do_POST(self):
        kind = self.headers["content-type"].encode()
        self.reply(200, kind + b" " + self.rfile.read(int(self.headers["content-length"])))

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass

signal.signal(signal.SIGTERM, lambda *_: sys.exit())
if "IDDR_UDS" in os.environ:
    socketserver.UnixStreamServer(os.environ["IDDR_UDS"], Answer).serve_forever()
http.server.HTTPServer(("0.0.0.0", 8080), Answer).serve_forever()
"""
LEFT_OUT = {
    "__pycache__",
    "site-packages",
    "test",
    "tests",
    "idlelib",
    "ensurepip",
    "tkinter",
    "lib2to3",
    "turtledemo",
}


def python_files():
    """Return this interpreter with its standard library and the libraries that it is linked with."""
    minor = f"python{sys.version_info.major}.{sys.version_info.minor}"
    program = Path(sys._base_executable).resolve()
    library = Path(sys.base_prefix, "lib", minor)
    files = {f"usr/local/bin/{minor}": program}
    for path in library.rglob("*"):
        inside = path.relative_to(library)
        if path.is_file() and not LEFT_OUT & set(inside.parts) and not inside.parts[0].startswith("config-"):
            files[f"usr/local/lib/{minor}/{inside}"] = path
    modules = [library / "lib-dynload" / name for name in ("_socket", "select", "resource", "zlib")]
    found = [each for module in modules for each in module.parent.glob(f"{module.name}.*.so")]
    linked = subprocess.run(["ldd", program, *found], capture_output=True, text=True, check=False).stdout
    for name in re.findall(r"(?:=> )?(/\S+) \(0x", linked):
        files[name.lstrip("/")] = Path(name).resolve()
    return f"/usr/local/bin/{minor}", files


def write_small_image(folder, base, mode):
    """Write the image of a service that behaves as `mode` says; `base` is (python, layer)."""
    from ci_steps.oci.architectures import architecture
    from ci_steps.oci.layers import packed
    from ci_steps.oci.writing import image_config, write_image

    python, layer = base
    files = {"app/serve.py": SERVICE, "app/model/mode": mode.encode()}
    layers = [layer, packed(files, folder / f"{mode}.tar.gz")]
    settings = {
        "User": "65532:65532", "WorkingDir": "/app", "Entrypoint": [python, "/app/serve.py"],
        "Env": ["PATH=/usr/bin:/bin", "PYTHONPATH=/opt/deps:/app", "OMP_NUM_THREADS=1"],
        "ExposedPorts": {"8080/tcp": {}}, "StopSignal": "SIGTERM",
    }  # fmt: skip
    archive = folder / f"{mode}.tar"
    write_image(
        layers, image_config(layers, settings, architecture=architecture()), archive, reference=f"small:{mode}"
    )
    return archive
