"""The dependency layer: what the model's lock and the service's own name, trimmed and byte-compiled."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.oci import interpreter
from ci_steps.oci.interpreter import compile_tree
from ci_steps.oci.layers import Content, Layer, cached_layer, tree
from ci_steps.state import sha256_of
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ci_steps.oci.base_image import Base

INSIDE = "opt/deps"
PLATFORMS = {"x86_64": "x86_64-unknown-linux-gnu", "aarch64": "aarch64-unknown-linux-gnu"}
UNUSED_FOLDERS = frozenset({"tests", "test", "include", "__pycache__", "_build_utils", "_examples"})
NEEDED_FOLDERS = ("_pytest", "test_utils")
# onnxruntime's Python module holds the runtime itself; the library is for C, and the folders make and tune models.
UNUSED_PARTS = (
    "onnxruntime/capi/libonnxruntime.so.*", "onnxruntime/backend", "onnxruntime/datasets",
    "onnxruntime/quantization", "onnxruntime/tools", "onnxruntime/transformers",
)  # fmt: skip
UNUSED_SUFFIXES = frozenset({".pyi", ".pyx", ".pxd", ".h", ".c", ".cpp", ".hpp", ".pxi", ".f90", ".build", ".tp"})
INSTALLER_FILES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", ".lock"})
NETWORK = re.compile(r"dns|network|connect|timed out|timeout|fetch|tls|certificate|50[0234]", re.IGNORECASE)
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)[^;]*?(?:\\?\n|\Z)", re.MULTILINE)
RULES = sha256_of(Path(__file__)) + sha256_of(Path(interpreter.__file__))  # other rules give another layer


def dependency_layer(
    lock: Path | None, serving: Sequence[Path], base: Base, *, cache: Path, log: Path, say: Callable[[str], None]
) -> Layer:
    """Return the layer with everything that the lock files name, for the base's Python and this platform.

    `lock` is the model's, None for a form that needs no package of the model; `serving` are the service's own.

    Raises:
        Refused: the locks contradict each other, or a package has no wheel for this Python.
        Infrastructure: the package index does not answer.
    """
    contents = [sha256_of(file) for file in ([lock] if lock else []) + [*serving]]
    key = "\0".join(["dependencies", RULES, *contents, base.minor, base.reference, platform.machine()])

    def files() -> dict[str, Content | None]:
        folder = Path(tempfile.mkdtemp(dir=_made(cache / "dependencies")))
        waste.append(folder)
        _install(lock, serving, base, folder, log=log, say=say)
        say("trimming and byte-compiling the dependencies")
        _trim(folder)
        compile_tree(base.rootfs, base.python, folder, place=f"/{INSIDE}")
        say("packing the dependencies")
        return tree(folder, below=INSIDE)

    waste: list[Path] = []
    try:
        return cached_layer(key, cache, files)
    finally:
        for folder in waste:
            shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _install(
    lock: Path | None, serving: Sequence[Path], base: Base, folder: Path, *, log: Path, say: Callable[[str], None]
) -> None:
    import sys

    from uv import find_uv_bin

    say("installing the image's dependencies")
    theirs = lock.read_text("utf-8", "replace") if lock else ""
    hashed = lock is None or "--hash" in theirs
    runtime = folder.with_suffix(".txt")
    runtime.write_text("".join(without_pinned(each.read_text("utf-8"), theirs) for each in serving), "utf-8")
    command = [
        find_uv_bin(), "pip", "install", "--no-config", "--target", str(folder), "--python", sys.executable,
        "--python-version", base.minor, "--python-platform", PLATFORMS[platform.machine()],
        "--only-binary", ":all:", "--no-deps", "--link-mode", "copy", "-r", str(runtime),
        *(["-r", str(lock)] if lock else []),
    ]  # fmt: skip
    with log.open("ab") as out:
        command += ["--require-hashes"] if hashed else []
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
        out.write(ended.stderr.encode())
    runtime.unlink()
    if ended.returncode:
        said = ended.stderr.strip()[-800:]
        if NETWORK.search(said) and "hash" not in said.lower() and "no solution" not in said.lower():
            raise Infrastructure(f"the package index did not answer:\n{said}")
        raise Refused(
            f"the image's dependencies cannot be installed for Python {base.minor}:\n{said}\n"
            f"lock again for this Python (uv pip compile --generate-hashes); the service brings "
            f"{', '.join(each.name for each in serving)}"
        )


def without_pinned(serving: str, lock: str) -> str:
    """Return the lock `serving` without the packages that `lock` pins to another version: the model's own wins.

    Entries of `lock` that hold for some platforms alone (with a marker) do not count.
    """
    theirs = {_normal(name): version for name, version in PIN.findall(lock)}
    kept, keeps = list[str](), True
    for line in serving.splitlines(keepends=True):
        if match := PIN.match(line):
            name, version = _normal(match[1]), match[2]
            keeps = theirs.get(name, version) == version
        if keeps or line.startswith("#"):
            kept.append(line)
    return "".join(kept)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _trim(folder: Path) -> None:
    """Remove what no service needs; shared libraries are left as they are."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for path in [found for pattern in UNUSED_PARTS for found in folder.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in UNUSED_FOLDERS and path.name not in NEEDED_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and _is_unused(path):
            path.unlink()


def _is_unused(path: Path) -> bool:
    """Tell whether no service reads a file; some stubs are read, as scikit-image's by lazy_loader."""
    module = path.with_suffix(".py")
    if path.suffix == ".pyi" and module.is_file() and b"attach_stub" in module.read_bytes():
        return False
    return path.suffix in UNUSED_SUFFIXES or path.name in INSTALLER_FILES
