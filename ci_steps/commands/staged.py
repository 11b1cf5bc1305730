"""Judges what git has staged: secrets, the lock, model files; quick enough for every commit."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci_steps.pardons import Pardons
    from ci_steps.project import Project
    from ci_steps.results import Result
    from model_checks.checks import Check

MODELS = frozenset(
    (
        ".joblib", ".pkl", ".pickle", ".skops", ".onnx", ".npy", ".npz", ".safetensors", ".ubj", ".pt", ".pth",
        ".h5", ".keras", ".cbm",
    )
)  # fmt: skip
STAGED = ("--cached", "--name-only", "-z", "--diff-filter=ACMRT", "--relative", "--ignore-submodules")


def judge_staged(project: Project, pardons: Pardons) -> list[Result]:
    """Return the results of the light repository checks on the staged content of the files below the project.

    Raises:
        Refused: this is no git checkout.
    """
    root = project.config.root
    names = [Path(n) for n in _git(root, "diff", *STAGED).split("\0") if n]
    if not names:
        return []
    with tempfile.TemporaryDirectory(prefix="iddr-staged-") as folder:
        _git(root, "checkout-index", "-z", "--stdin", f"--prefix={folder}/", given="\0".join(map(str, names)))
        below = Path(folder) / _git(root, "rev-parse", "--show-prefix").strip()
        asked = _asked(project, below, tuple(sorted(names)))
        return [pardons.applied(_result(project, code, inputs)) for code, inputs in asked]


def _asked(project: Project, root: Path, names: tuple[Path, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the code of each check that what is staged concerns, with its inputs."""
    from model_checks.inputs import Repository
    from model_checks.loading import lock
    from model_checks.model_files.scanning import scan_file

    files = tuple(name for name in names if (root / name).is_file() and not (root / name).is_symlink())
    yield "SC003", {"repository": Repository(root=root, files=files, revision="", changed=())}
    if (locked := project.config.environment.get("lock")) and Path(locked) in files:
        yield "RP001", {"lock": lock(root / locked)}
    trusted = tuple(project.config.options["providers"].get("models", {}).get("trusted", ()))
    for name in files:
        if name.suffix.lower() in MODELS or name == Path(project.config.model.get("artifact", "")):
            yield "SC001", {"scan": scan_file(root / name, allow=trusted)}


def _result(project: Project, code: str, inputs: Mapping[str, Any]) -> Result:
    from ci_steps.endings import Ending, ending_of
    from ci_steps.results import Result, status_of
    from model_checks.running import run_check

    check: Check[...] = project.catalogue.checks[code]
    findings = []
    try:
        findings = list(run_check(check, inputs, project.config.options["checks"].get(code, {})))
        ending = Ending(status_of(findings))
    except Exception as error:  # noqa: BLE001 - whatever it is becomes a result
        ending = ending_of(error, "check")
    return Result(
        kind="check", name=code, title=check.title, phase=next(iter(check.phases)).title,
        level=project.config.level(check), status=ending.status, reason=ending.reason, findings=tuple(findings),
    )  # fmt: skip


def _git(root: Path, *arguments: str, given: str = "") -> str:
    from ci_steps.steps import Refused

    try:
        ended = subprocess.run(
            ["git", "-C", str(root), *arguments], input=given, capture_output=True, text=True, check=False,
            timeout=60, errors="surrogateescape",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"--staged asks git, which does not answer: {error}") from None
    if ended.returncode:
        raise Refused(f"--staged looks at what git has staged: {ended.stderr.strip()}")
    return ended.stdout
