"""RP005: what is shipped is what was judged."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract.dialect import Contract, ContractError
from model_checks.contract.served import SERVED_CONTRACT, served_contract
from model_checks.findings import Finding, NotAudited

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from model_checks.inputs import Image, Package

ROOT = "/app/model/"
MODEL_LABEL = "io.iddr.model.sha256"
PACKAGED_LABEL = "io.iddr.packaged.sha256"
CONTRACT_LABEL = "io.iddr.contract.sha256"
DATA_LABEL = "io.iddr.data.sha256"
REVISION_LABEL = "org.opencontainers.image.revision"
FIX = "build the package and the image again from the files that were judged: `iddr run --phase delivery`"


@check("what is shipped is what was judged", phases=Phase.DELIVERY, levels=(BLOCK, BLOCK, BLOCK))
def rp005(
    package: Package,
    image: Image,
    model_file: Path,
    contract_file: Path,
    target: str,
    packaged_file: Path | None = None,
    conversion_file: Path | None = None,
) -> Iterator[Finding]:
    """Follow the model and the contract by digest from the judged files to the package, the image and its labels.

    The packaged model is the judged file, or its conversion: `packaged_file`, which the record `conversion_file`
    ties to the judged file and to what converted it. MQ017 holds the conversion's answers to the original's.
    Every file of the package must be in the image under /app/model with the same bytes, and nothing else there.
    The contract that the service holds requests to must be, byte for byte, the judged one without the target.
    Labels for data and revision must say what the package's manifest says.

    Why: A gate is worth nothing when something else goes out: a file of an earlier run, a layer from a cache, a
    label that was copied.
    Fix: Build the package and the image again from the judged files.
    Source: SLSA v1.0, Verifying artifacts, step 2 (expectations); OCI Image Format Specification, annotations.
    """
    yield from _model(package, image, model_file, packaged_file, conversion_file)
    yield from _followed("contract", _sha256("contract", contract_file), package, image, CONTRACT_LABEL)
    yield from _served(contract_file, target, package, image)
    yield _every_file(package, image)
    yield from _declared(package, image)


def _model(
    package: Package, image: Image, model_file: Path, packaged_file: Path | None, conversion_file: Path | None
) -> Iterator[Finding]:
    """Yield whether the judged model, or its recorded conversion, is what is shipped."""
    judged, entry = _sha256("model", model_file), _entry(package, "model")
    if entry.get("form", "original") == "original" and "converted_from" not in entry:
        yield from _followed("model", judged, package, image, MODEL_LABEL)
        return
    if packaged_file is None or conversion_file is None:
        raise NotAudited(
            "the package holds a conversion: give packaged_file and conversion_file, which delivery makes"
        )
    packaged, record = _sha256("packaged model", packaged_file), _record(conversion_file)
    yield _same("judged model in the manifest", entry.get("converted_from"), judged, package.name)
    yield _same("judged model in the conversion's record", record.get("judged"), judged, conversion_file.name)
    yield _same(
        "packaged model in the conversion's record", record.get("packaged"), packaged, conversion_file.name
    )
    yield _by_the_recorded_converter(entry, record, package.name)
    yield _same(
        "judged model in the label", _labels(image).get(MODEL_LABEL), judged, f"{image.name}: label {MODEL_LABEL}"
    )
    yield from _followed("model", packaged, package, image, PACKAGED_LABEL)


def _by_the_recorded_converter(entry: Mapping[str, Any], record: Mapping[str, Any], where: str) -> Finding:
    said = entry.get("conversion")
    versions = said.get("versions") if isinstance(said, dict) else None
    same = bool(versions) and versions == record.get("versions") and entry.get("form") == record.get("form")
    shown = ", ".join(f"{name} {version}" for name, version in sorted(dict(record.get("versions") or {}).items()))
    message = f"converted to {record.get('form')} by {shown or 'an unknown converter'}"
    message += "" if same else f", the manifest says {entry.get('form')} by {versions}"
    return Finding(ok=same, message=message, where=where, rule="recorded converter", fix="" if same else FIX)


def _record(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise NotAudited(f"the conversion's record {file} cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}


def _entry(package: Package, part: str) -> Mapping[str, Any]:
    entry = package.manifest.get(part)
    return entry if isinstance(entry, dict) else {}


def _followed(part: str, judged: str, package: Package, image: Image, label: str) -> Iterator[Finding]:
    """Yield whether the judged digest is found in the manifest, the package, the image and the label."""
    entry = _entry(package, part)
    path = str(entry.get("path", ""))
    yield _same(f"{part} in the manifest", entry.get("sha256"), judged, package.name)
    yield _same(f"{part} in the package", package.files.get(path), judged, f"{package.name}:{path}")
    yield _same(f"{part} in the image", image.files.get(ROOT + path), judged, f"{image.name}:{ROOT}{path}")
    yield _same(f"{part} in the label", _labels(image).get(label), judged, f"{image.name}: label {label}")


def _served(contract_file: Path, target: str, package: Package, image: Image) -> Iterator[Finding]:
    """Yield whether package and image hold the contract that follows from the judged one."""
    try:
        content = served_contract(Contract.load(contract_file), target)
    except (ContractError, ValueError) as error:
        raise NotAudited(f"the served contract cannot be derived: {contract_file.name}: {error}") from error
    derived = hashlib.sha256(content).hexdigest()
    path = ROOT + SERVED_CONTRACT
    packed, shipped = package.files.get(SERVED_CONTRACT), image.files.get(path)
    yield _same("served contract in the package", packed, derived, f"{package.name}:{SERVED_CONTRACT}")
    yield _same("served contract in the image", shipped, derived, f"{image.name}:{path}")


def _every_file(package: Package, image: Image) -> Finding:
    shipped = {name: digest for name, digest in image.files.items() if name.startswith(ROOT)}
    expected = {ROOT + name: digest for name, digest in package.files.items()}
    missing = sorted(expected.keys() - shipped.keys())
    added = sorted(shipped.keys() - expected.keys())
    changed = sorted(n for n in expected.keys() & shipped.keys() if expected[n] != shipped[n])
    parts = [
        f"{what}: {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}"  # noqa: PLR2004 - enough to see
        for what, names in (("missing", missing), ("changed", changed), ("not of the package", added))
        if names
    ]
    same = not parts and bool(expected)
    message = f"{len(expected)} files of the package, " + ("; ".join(parts) or f"all in the image under {ROOT}")
    return Finding(
        ok=same, message=message, where=image.name, rule="files of the package", fix="" if same else FIX
    )


def _declared(package: Package, image: Image) -> Iterator[Finding]:
    data = package.manifest.get("data")
    declared = {
        DATA_LABEL: data.get("sha256") if isinstance(data, dict) else None,
        REVISION_LABEL: package.manifest.get("revision"),
    }
    for label, expected in declared.items():
        where = f"{image.name}: label {label}"
        if expected:
            yield _same(label, _labels(image).get(label), str(expected), where)
        else:
            yield Finding.said(f"the package's manifest says nothing that {label} could be held to", where=where)


def _same(rule: str, found: object, expected: str, where: str) -> Finding:
    same = found == expected
    have = f"is {_short(found)}" if found else "is missing"
    message = f"{rule} {have}" + (", as judged" if same else f", expected {_short(expected)}")
    return Finding(ok=same, message=message, where=where, rule=rule, fix="" if same else FIX)


def _short(digest: object) -> str:
    return str(digest)[:12]


def _labels(image: Image) -> Mapping[str, str]:
    config = image.config.get("config")
    labels = config.get("Labels") if isinstance(config, dict) else None
    return labels if isinstance(labels, dict) else {}


def _sha256(part: str, file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise NotAudited(f"the judged {part} {file} cannot be read: {error.strerror or error}") from error
