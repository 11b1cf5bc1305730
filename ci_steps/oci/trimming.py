"""Takes out of installed packages what no service needs, and lists what is left."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

UNUSED_FOLDERS = frozenset({"tests", "test", "include", "__pycache__", "_build_utils", "_examples"})
NEEDED_FOLDERS = ("_pytest", "test_utils")
# onnxruntime's Python module holds the runtime itself; the library is for C, and the folders make and tune models.
UNUSED_PARTS = (
    "onnxruntime/capi/libonnxruntime.so.*", "onnxruntime/backend", "onnxruntime/datasets",
    "onnxruntime/quantization", "onnxruntime/tools", "onnxruntime/transformers",
)  # fmt: skip
UNUSED_SUFFIXES = frozenset({".pyi", ".pyx", ".pxd", ".h", ".c", ".cpp", ".hpp", ".pxi", ".f90", ".build", ".tp"})
# They install packages, and have nothing to run: 8 MB of pip. numpy.f2py stays: scikit-learn imports all of NumPy.
INSTALLERS = ("bin", "pip", "wheel")
INSTALLER_FILES = frozenset({"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", ".lock"})


def trim(folder: Path) -> None:
    """Remove what no service needs; shared libraries are left as they are, for stripping breaks some."""
    for name in INSTALLERS:
        shutil.rmtree(folder / name, ignore_errors=True)
        for about in folder.glob(f"{name}-*.dist-info"):
            shutil.rmtree(about)
    for path in [found for pattern in UNUSED_PARTS for found in folder.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in UNUSED_FOLDERS and path.name not in NEEDED_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and _is_unused(path):
            path.unlink()


def list_files(folder: Path) -> None:
    """Write into each package's RECORD which files of it are here, with its byte code, in a fixed order.

    importlib.metadata and scanners read it; installers write other digests, orders and scripts into it.
    """
    for record in folder.glob("*.dist-info/RECORD"):
        rows = csv.reader(record.read_text("utf-8").splitlines())
        named = {Path(row[0]) for row in rows if row and not row[0].startswith(("/", ".."))}
        here = {path for path in named if (folder / path).is_file()}
        here |= {compiled for path in here for compiled in _byte_code(folder, path)}
        here.add(record.relative_to(folder))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([str(path), "", ""] for path in sorted(here))
        record.write_text(text.getvalue(), "utf-8")


def _byte_code(folder: Path, module: Path) -> list[Path]:
    if module.suffix != ".py":
        return []
    found = (folder / module.parent / "__pycache__").glob(f"{module.stem}.cpython-*.pyc")
    return [path.relative_to(folder) for path in found]


def _is_unused(path: Path) -> bool:
    """Tell whether no service reads a file; some stubs are read, as scikit-image's by lazy_loader."""
    module = path.with_suffix(".py")
    if path.suffix == ".pyi" and module.is_file() and b"attach_stub" in module.read_bytes():
        return False
    return path.suffix in UNUSED_SUFFIXES or path.name in INSTALLER_FILES
