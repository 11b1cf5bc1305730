"""Packs what was judged: everything that the image needs of the model."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ci_steps.oci.packages import MANIFEST, write_package
from ci_steps.state import sha256_of
from ci_steps.steps import Refused, StepFailed, step
from model_checks.checks import Phase
from model_checks.contract.served import SERVED_CONTRACT, served_contract
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.forms.conversion import Conversion
    from ci_steps.results import Artifact
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Datasheet, Scan

JUDGED_CONTRACT = "contract.schema.json"
LOCK = "requirements.txt"
ROOM_MEGABYTES = 12
PROFILE = "profile.json"


@step(Phase.DELIVERY, makes="package_file")
def package(
    packaged_file: Path,
    packaged_scan: Scan,
    conversion: Conversion,
    contract_file: Path,
    train_file: Path,
    contract: Contract,
    name: str,
    task: str,
    target: str,
    python: str,
    revision: str,
    tools: Tools,
    lock_file: Path | None = None,
    profile_file: Path | None = None,
    datasheet: Datasheet | None = None,
    classes: tuple[str | int | bool, ...] = (),
) -> Iterator[Finding | Artifact]:
    """Pack the judged model in the form in which it is served.

    The service judges requests by the contract without the target; a condition that mentions it is left out.

    Raises:
        Refused: the service could not judge a rule of the contract, or has no room to unpack the model.
        StepFailed: there is no lock, so no image can be built.
    """
    if lock_file is None:
        raise StepFailed(
            "an image needs [environment] lock: uv pip freeze > requirements.in, then uv pip compile it"
        )
    _refuse_what_is_not_served(contract, target)
    _refuse_what_does_not_fit(packaged_scan, packaged_file)
    inside = f"model/{packaged_file.name}"
    manifest = {
        "schema": 1, "name": name, "task": task, "target": target, "python": python, "revision": revision,
        "kit": version("iddr"),
        "model": {"path": inside, **_model_entry(packaged_scan, conversion, classes)},
        "contract": {"path": JUDGED_CONTRACT, "sha256": sha256_of(contract_file)},
        "data": {"sha256": sha256_of(train_file)},
        "lock": {"path": LOCK, "sha256": sha256_of(lock_file)},
        "personal": _personal(contract, datasheet),
    }  # fmt: skip
    archive = tools.work / "package.tar"
    write_package(
        {
            inside: packaged_file,
            JUDGED_CONTRACT: contract_file,
            SERVED_CONTRACT: served_contract(contract, target),
            LOCK: lock_file,
            MANIFEST: json.dumps(manifest, indent=1, sort_keys=True).encode(),
            **({PROFILE: profile_file} if profile_file else {}),
        },
        archive,
    )
    yield Finding.said(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB")
    if left_out := contract.conditions_on(target):
        yield Finding.said(f"served without the conditions that mention the target: {', '.join(left_out)}")
    yield tools.store.add("package_file", archive, media_type="application/x-tar")


def _refuse_what_is_not_served(contract: Contract, target: str) -> None:
    rules = "".join(f"\n  {rule}" for rule in contract.without(target).uncompiled)
    if rules:
        raise Refused(
            "the contract has rules that the service cannot judge, since it has no jsonschema; write them with "
            f"what contract/dialect.md lists, or take them out:{rules}"
        )


def _refuse_what_does_not_fit(scan: Scan, model_file: Path) -> None:
    """Refuse an archive that the service has to unpack and has no room for."""
    unpacked = scan.format == "function" or scan.inside.get("flavour") == "pyfunc" or "code" in scan.inside
    size = model_file.stat().st_size / 1e6
    if unpacked and size > ROOM_MEGABYTES:
        raise Refused(
            f"{model_file.name}: has {size:.1f} MB to unpack when the service starts, whose /tmp holds 16 MB; "
            f"expected {ROOM_MEGABYTES} MB at most: take what it does not need out of [model] inputs, or save the "
            "model as XGBoost, LightGBM, ONNX, skops or joblib file"
        )


def _personal(contract: Contract, datasheet: Datasheet | None) -> dict[str, str]:
    """Return the columns that tell of a person, by the contract or by the datasheet, with their treatment."""
    section: Any = datasheet.sections.get("personal", {}) if datasheet else {}
    columns = section.get("columns") if isinstance(section, dict) else None
    declared = columns if isinstance(columns, dict) else {}
    named = {name: "" for name, column in contract.columns.items() if column.personal}
    treated = {name: about for name, about in declared.items() if isinstance(about, dict)}
    return (
        named | dict.fromkeys(declared, "") | {n: str(about.get("treatment", "")) for n, about in treated.items()}
    )


def _model_entry(scan: Scan, conversion: Conversion, declared: tuple[str | int | bool, ...]) -> dict[str, Any]:
    """Return what the manifest says of the packaged model.

    A conversion is tied to the judged file and to what made it. How far its answers were from the original's
    depends on the machine's arithmetic in the last digits, and stays out: the image's digest would too.
    """
    found = {"sha256": scan.sha256, "format": _format(scan), "form": conversion.form, "inside": dict(scan.inside)}
    if not conversion.is_converted:
        return {**found, "classes": list(declared)}
    return {
        **found, "classes": list(conversion.classes) if conversion.gives_probabilities else [],
        "converted_from": conversion.judged,
        "conversion": {"versions": dict(conversion.versions), "tolerance": conversion.tolerance},
    }  # fmt: skip


def _format(scan: Scan) -> str:
    """Return how the service loads it: joblib reads its own files and compressed pickles."""
    plain, _, packing = scan.format.partition(" in ")
    return "joblib" if packing and plain == "pickle" else plain
