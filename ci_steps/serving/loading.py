"""Loads the packaged model, after its digest was verified."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, BinaryIO

from ci_steps.serving.served import Served
from ci_steps.serving.typical import typical_row
from model_checks.contract.dialect import Contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.serving.engine import Engine


def load(folder: Path, *, max_rows: int) -> Served:
    """Load the model that the package in `folder` describes, behind its contract.

    The digest is of the very file that is then loaded: one open file, no second look at the path.

    Raises:
        ValueError: the manifest is incomplete, the digest differs, the format is unknown, or the contract has a
            rule that cannot be judged here. Whatever the model's own loading raises comes through as it is.
        ContractError: the contract is none.
    """
    contract = _judged_in_full(Contract.load(folder / "contract.json"))
    manifest = _manifest(folder)
    entry = manifest["model"]
    path = (folder / entry["path"]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"manifest.json: model.path {entry['path']!r} leads out of the package")
    with path.open("rb") as file:
        found = _sha256(file)
        if found != entry["sha256"]:
            raise ValueError(f"{path}: SHA-256 is {found}, manifest.json says {entry['sha256']}: not loaded")
        file.seek(0)
        engine = _engine(file, entry, contract, str(manifest.get("task", "")))
    return Served(
        name=str(manifest.get("name", "")),
        task=str(manifest.get("task", "")),
        target=str(manifest.get("target", "")),
        sha256=found,
        engine=engine,
        contract=contract,
        max_rows=max_rows,
        typical=typical_row(contract.columns, folder / "profile.json"),
        personal=frozenset(manifest.get("personal") or ())
        | {c.name for c in contract.columns.values() if c.personal},
    )


def _judged_in_full(contract: Contract) -> Contract:
    if contract.uncompiled:
        raise ValueError(f"contract.json has a rule that this service cannot judge: {contract.uncompiled[0]}")
    return contract


def _manifest(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    entry = manifest.get("model") if isinstance(manifest, dict) else None
    missing = {"path", "sha256", "format"} - set(entry if isinstance(entry, dict) else {})
    if missing or not isinstance(manifest, dict):
        raise ValueError(f"{folder / 'manifest.json'}: model lacks {', '.join(sorted(missing))}")
    return manifest


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _engine(file: BinaryIO, entry: Mapping[str, Any], contract: Contract, task: str) -> Engine:
    if entry["format"] == "onnx" and entry.get("form", "onnx") == "onnx":
        from ci_steps.serving.engines.onnx import OnnxEngine

        return OnnxEngine.of(file.read(), tuple(contract.columns), entry.get("classes", ()))
    from ci_steps.serving.engines.estimator import EstimatorEngine
    from ci_steps.serving.kinds import opening

    # Loading runs code that the file names: the scan cleared exactly these bytes before they were packaged.
    return EstimatorEngine.of(opening.load(file, _format(entry), _told(entry, task, contract)), contract.columns)


def _format(entry: Mapping[str, Any]) -> str:
    from ci_steps.serving.kinds import opening

    known = ("joblib", "pickle", "skops", *opening.NATIVE, "mlflow", "function")
    if entry["format"] not in known:
        raise ValueError(f"manifest.json: model.format is {entry['format']!r}, expected one of {', '.join(known)}")
    return str(entry["format"])


def _told(entry: Mapping[str, Any], task: str, contract: Contract) -> dict[str, Any]:
    return {
        "columns": list(contract.columns),
        "text": [name for name, column in contract.columns.items() if column.type == "string"],
        "task": task,
        "classes": entry.get("classes", []),
        "inside": entry.get("inside", {}),
    }
