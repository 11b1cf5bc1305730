"""Loads the packaged model, after its digest was verified."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from ci_steps.serving.kinds import opening

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.contract.dialect import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model in memory; `classes` is empty for a regression and for several targets."""

    name: str
    sha256: str
    estimator: Any
    classes: tuple[Any, ...]


def load(folder: Path, contract: Contract | None = None) -> Loaded:
    """Load the model that the package in `folder` describes; `contract` is of its requests.

    The digest is of the very file that is then loaded: one open file, no second look at the path.

    Raises:
        ValueError: the manifest is incomplete, the digest differs, or the format is unknown. Whatever the
            model's own loading raises comes through as it is.
    """
    entry, name, task = _entry(folder)
    path = (folder / entry["path"]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"manifest.json: model.path {entry['path']!r} leads out of the package")
    with path.open("rb") as file:
        found = _sha256(file)
        if found != entry["sha256"]:
            raise ValueError(f"{path}: SHA-256 is {found}, manifest.json says {entry['sha256']}: not loaded")
        file.seek(0)
        estimator = opening.load(file, _format(entry), _told(entry, task, contract))
    return Loaded(name=name, sha256=found, estimator=estimator, classes=tuple(opening.classes_of(estimator)))


def _entry(folder: Path) -> tuple[dict[str, Any], str, str]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    entry = manifest.get("model") if isinstance(manifest, dict) else None
    missing = {"path", "sha256", "format"} - set(entry if isinstance(entry, dict) else {})
    if missing or not isinstance(entry, dict):
        raise ValueError(f"{folder / 'manifest.json'}: model lacks {', '.join(sorted(missing))}")
    return entry, str(manifest.get("name", "")), str(manifest.get("task", ""))


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _format(entry: dict[str, Any]) -> str:
    known = ("joblib", "pickle", "skops", *opening.NATIVE, "mlflow", "function")
    if entry["format"] not in known:
        raise ValueError(f"manifest.json: model.format is {entry['format']!r}, expected one of {', '.join(known)}")
    return str(entry["format"])


def _told(entry: dict[str, Any], task: str, contract: Contract | None) -> dict[str, Any]:
    columns = contract.columns if contract else {}
    return {
        "columns": list(columns),
        "text": [name for name, column in columns.items() if column.type == "string"],
        "task": task,
        "classes": entry.get("classes", []),
        "inside": entry.get("inside", {}),
    }
