"""Loads the packaged model, after its digest was verified."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model in memory; `classes` is empty for a regression and for several targets."""

    name: str
    sha256: str
    estimator: Any
    classes: tuple[Any, ...]


def load(folder: Path) -> Loaded:
    """Load the model that the package in `folder` describes.

    The digest is of the very file that is then loaded: one open file, no second look at the path.

    Raises:
        ValueError: the manifest is incomplete, the digest differs, or the format is unknown. Whatever the
            model's own loading raises comes through as it is.
    """
    entry, name = _entry(folder)
    path = (folder / entry["path"]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"manifest.json: model.path {entry['path']!r} leads out of the package")
    with path.open("rb") as file:
        found = _sha256(file)
        if found != entry["sha256"]:
            raise ValueError(f"{path}: SHA-256 is {found}, manifest.json says {entry['sha256']}: not loaded")
        file.seek(0)
        estimator = _read(file, entry)
    return Loaded(name=name, sha256=found, estimator=estimator, classes=_classes(estimator))


def _entry(folder: Path) -> tuple[dict[str, Any], str]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    entry = manifest.get("model") if isinstance(manifest, dict) else None
    missing = {"path", "sha256", "format"} - set(entry if isinstance(entry, dict) else {})
    if missing or not isinstance(entry, dict):
        raise ValueError(f"{folder / 'manifest.json'}: model lacks {', '.join(sorted(missing))}")
    return entry, str(manifest.get("name", ""))


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _classes(estimator: Any) -> tuple[Any, ...]:
    import numpy as np

    classes = np.asarray(getattr(estimator, "classes_", []))
    return tuple(classes.tolist()) if classes.ndim == 1 else ()


def _read(file: BinaryIO, entry: dict[str, Any]) -> Any:
    # Loading runs code that the file names: the scan cleared exactly these bytes before they were packaged.
    if entry["format"] == "joblib":
        import joblib

        return joblib.load(file)
    if entry["format"] == "pickle":
        import pickle

        return pickle.load(file)  # noqa: S301
    if entry["format"] == "skops":
        import skops.io

        packed = file.read()
        return skops.io.loads(packed, trusted=skops.io.get_untrusted_types(data=packed))
    raise ValueError(f"manifest.json: model.format is {entry['format']!r}, expected joblib, pickle or skops")
