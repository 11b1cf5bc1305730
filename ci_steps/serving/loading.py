"""Loads the packaged model, after its digest was verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.serving.package import Package, open_package
from ci_steps.serving.served import Served
from ci_steps.serving.typical import typical_row
from model_checks.contract.dialect import Contract

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ci_steps.serving.engine import Engine


def load(folder: Path, *, max_rows: int, begun: Callable[[], Package] | None = None) -> Served:
    """Load the model that the package in `folder` describes, behind its contract.

    The digest is of the very file that is then loaded: one open file, no second look at the path. `begun` waits
    for the package where its opening has begun already.

    Raises:
        ValueError: the manifest is incomplete, the digest differs, the format is unknown, or the contract has a
            rule that cannot be judged here. Whatever the model's own loading raises comes through as it is.
        ContractError: the contract is none.
    """
    contract = _judged_in_full(Contract.load(folder / "contract.json"))
    typical = typical_row(contract.columns, folder / "profile.json")
    package = begun() if begun else open_package(folder)
    told = package.manifest
    return Served(
        name=str(told.get("name", "")),
        task=str(told.get("task", "")),
        target=str(told.get("target", "")),
        sha256=package.entry["sha256"],
        engine=_engine(package, contract),
        contract=contract,
        max_rows=max_rows,
        typical=typical,
        personal=frozenset(told.get("personal") or ()) | {c.name for c in contract.columns.values() if c.personal},
    )


def _judged_in_full(contract: Contract) -> Contract:
    if contract.uncompiled:
        raise ValueError(f"contract.json has a rule that this service cannot judge: {contract.uncompiled[0]}")
    return contract


def _engine(package: Package, contract: Contract) -> Engine:
    entry = package.entry
    if package.session is not None:
        from ci_steps.serving.engines.onnx import OnnxEngine

        return OnnxEngine.running(package.session, tuple(contract.columns), entry.get("classes", ()))
    from ci_steps.serving.engines.estimator import EstimatorEngine
    from ci_steps.serving.kinds import opening

    with package.file.open("rb") as file:
        package.verify(file)
        file.seek(0)
        # Loading runs code that the file names: the scan cleared exactly these bytes before they were packaged.
        estimator = opening.load(file, _format(entry), _told(package, contract))
    return EstimatorEngine.of(estimator, contract.columns)


def _format(entry: Mapping[str, Any]) -> str:
    from ci_steps.serving.kinds import opening

    known = ("joblib", "pickle", "skops", *opening.NATIVE, "mlflow", "function")
    if entry["format"] not in known:
        raise ValueError(f"manifest.json: model.format is {entry['format']!r}, expected one of {', '.join(known)}")
    return str(entry["format"])


def _told(package: Package, contract: Contract) -> dict[str, Any]:
    return {
        "columns": list(contract.columns),
        "text": [name for name, column in contract.columns.items() if column.type == "string"],
        "task": str(package.manifest.get("task", "")),
        "classes": package.entry.get("classes", []),
        "inside": package.entry.get("inside", {}),
    }
