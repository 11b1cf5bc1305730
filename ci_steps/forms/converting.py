"""Converts a model in its sandbox; what comes of it is scanned like any model file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.forms import converter
from ci_steps.model_host.host import KINDS, cleared_copy
from ci_steps.model_host.limits import Bind, Grants
from ci_steps.model_host.sandbox import HostLost, run
from ci_steps.steps import StepFailed
from model_checks.model_files.scanning import scan_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.limits import Limits
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Scan

SUFFIXES = {"onnx": ".onnx", "skops": ".skops"}
RESULT_BYTES = 1 << 20
PROGRAM = Path(converter.__file__).parent


class NotConverted(Exception):  # noqa: N818 - a reason to try the next form
    """The model does not convert; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A converted model: its file, what the scanner says of it, and the versions that made it."""

    file: Path
    scan: Scan
    versions: Mapping[str, str]


def converted(
    model_file: Path, scan: Scan, form: str, features: Contract, environment: Environment,
    isolation: Isolation, limits: Limits, tools: Tools,
) -> Converted:  # fmt: skip
    """Return `model_file` in the form "onnx" or "skops"; `features` is the contract without the target.

    Raises:
        NotConverted: a part of the model does not convert, or takes too long.
        Refused: the scan did not clear the model file.
        HostLost: the program was killed.
    """
    work = tools.work / f"converting-{form}"
    folder, program = work / "out", lay_out(work)
    folder.mkdir(parents=True)
    model = cleared_copy(model_file, scan, work)
    file, result = folder / f"{model_file.stem}{SUFFIXES[form]}", folder / "result.json"
    settings = {
        "model": str(model.absolute()), "format": scan.format, "form": form, "converted": str(file.absolute()),
        "columns": [[name, column.type] for name, column in features.columns.items()],
        "result": str(result.absolute()),
    }  # fmt: skip
    (folder / "settings.json").write_text(json.dumps(settings), "utf-8")
    tools.say(f"converting the model to {form}")
    try:
        ended = run(
            [str(environment.python), str(program.absolute()), str((folder / "settings.json").absolute())],
            environment=environment, folder=folder, isolation=isolation, log=tools.log, limits=limits,
            grants=Grants(binds=(Bind(source=model), Bind(source=program.parent))), say=tools.say,
        )  # fmt: skip
    except HostLost as lost:
        if lost.why == "killed":
            raise
        raise NotConverted(str(lost)) from None
    told = _told(result, ended.exit_code)
    if failed := told.get("failed"):
        raise NotConverted(str(failed))
    return Converted(file=file, scan=_scanned(file, scan), versions=_texts(told.get("versions")))


def _told(result: Path, exit_code: int) -> dict[str, object]:
    """Return what the program wrote, which need not be honest: the model ran beside it."""
    try:
        with result.open("rb") as file:
            found = json.loads(file.read(RESULT_BYTES))
    except (OSError, ValueError):
        found = None
    if exit_code or not isinstance(found, dict):
        raise NotConverted(f"the converter ended with exit code {exit_code} and without a result; see the log")
    return found


def _texts(found: object) -> dict[str, str]:
    return {str(name): str(text)[:40] for name, text in found.items()} if isinstance(found, dict) else {}


def _scanned(file: Path, scan: Scan) -> Scan:
    if file.is_symlink() or not file.is_file():
        raise StepFailed(f"the converter left no file {file.name}; see the log")
    found = scan_file(file, allow=scan.trusted)
    if not found.cleared:
        first = found.threats[0]
        raise NotConverted(f"the scan does not clear what came of it: {first.what} at {first.where} ({first.why})")
    return found


def lay_out(work: Path) -> Path:
    """Lay out the program with the loaders beside it, readable for the sandbox's user; return its path."""
    program = work / "program" / "convert.py"
    files = {program: PROGRAM / "main.py"}
    for name, source in (("iddr_converter", PROGRAM), ("iddr_kinds", KINDS)):
        files |= {program.parent / name / file.name: file for file in source.glob("*.py")}
    for target, source in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        target.write_bytes(source.read_bytes())
        target.chmod(0o644)
    return program
