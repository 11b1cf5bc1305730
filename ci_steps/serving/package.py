"""The package in the image: its manifest, and its model where that is an ONNX graph, verified and read."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`entry` is what `manifest` says of the model in `file`; `session` runs it where it is an ONNX graph."""

    manifest: Mapping[str, Any]
    entry: Mapping[str, Any]
    file: Path
    session: Any = None

    def verify(self, file: BinaryIO) -> None:
        """Read `file` to its end.

        Raises:
            ValueError: it is not what the manifest says.
        """
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
        self.expect(digest.hexdigest())

    def expect(self, found: str) -> None:
        """Raise ValueError where the manifest says another SHA-256 than `found`."""
        if found != self.entry["sha256"]:
            raise ValueError(
                f"{self.file}: SHA-256 is {found}, manifest.json says {self.entry['sha256']}: not loaded"
            )


def begin(folder: Path) -> Future[Package]:
    """Open the package beside what else is to be done: a graph is read without Python's lock."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="package")
    begun = thread.submit(open_package, folder)
    thread.shutdown(wait=False)
    return begun


def open_package(folder: Path) -> Package:
    """Return the package in `folder`, its graph read.

    The digest is of the very bytes that are then read as a graph; other kinds of models are verified and loaded by
    who knows them.

    Raises:
        ValueError: the manifest is incomplete, or the digest differs. Whatever the reading of the graph raises
            comes through as it is.
    """
    manifest = _manifest(folder)
    entry = manifest["model"]
    file = (folder / entry["path"]).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise ValueError(f"manifest.json: model.path {entry['path']!r} leads out of the package")
    package = Package(manifest=manifest, entry=entry, file=file)
    if not is_graph(entry):
        return package
    from ci_steps.serving.engines.session import session_of

    content = file.read_bytes()
    package.expect(hashlib.sha256(content).hexdigest())
    return Package(manifest=manifest, entry=entry, file=file, session=session_of(content))


def is_graph(entry: Mapping[str, Any]) -> bool:
    """Tell whether the model is an ONNX graph that is served as such."""
    return bool(entry["format"] == "onnx" and entry.get("form", "onnx") == "onnx")


def holds_graph(folder: Path) -> bool:
    """Tell whether the package in `folder` holds an ONNX graph; what is wrong with it is told by its opening."""
    try:
        return is_graph(_manifest(folder)["model"])
    except (OSError, ValueError):
        return False


def _manifest(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    entry = manifest.get("model") if isinstance(manifest, dict) else None
    missing = {"path", "sha256", "format"} - set(entry if isinstance(entry, dict) else {})
    if missing or not isinstance(manifest, dict):
        raise ValueError(f"{folder / 'manifest.json'}: model lacks {', '.join(sorted(missing))}")
    return manifest
