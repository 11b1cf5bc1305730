"""The manifest of a run: every digest and every verdict in one file, and its verification."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ci_steps.release.ledger import read_ledger
from ci_steps.state import sha256_of, write_whole
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.results import Run

FILE = "manifest.json"
RUN_FILE = "run.json"


def manifest_of(run: Run, folder: Path) -> dict[str, Any]:
    """Return the manifest of `run`, whose run.json lies in the state folder."""
    return {
        "schema": 1,
        "run": run.id,
        "model": run.model,
        "revision": run.facts.get("revision", ""),
        "configuration": run.config_digest,
        "files": {RUN_FILE: sha256_of(folder / RUN_FILE)},
        "artifacts": {
            artifact.uri: {"name": artifact.name, "sha256": artifact.sha256, "made_by": result.name}
            for result in run.results
            for artifact in result.artifacts
        },
        "verdicts": [
            {
                "check": r.name, "phase": r.phase, "status": r.status, "level": r.level, "recipe": r.recipe,
                "digests": dict(r.digests),
            }
            for r in run.results
            if r.kind == "check"
        ],
        "gates": [{"phase": g.phase, "open": g.open, "closed_by": list(g.closed_by)} for g in run.gates],
    }  # fmt: skip


def write_manifest(run: Run, folder: Path) -> None:
    """Write manifest.json into the state folder."""
    text = json.dumps(manifest_of(run, folder), indent=1, sort_keys=True)
    write_whole(folder / FILE, text + "\n")


def problems_of(folder: Path) -> list[str]:
    """Return what differs between the state folder and its manifest, one line each; none when it is whole.

    What was kept with releases are files of earlier runs: the list of releases records them.
    """
    path = folder / FILE
    if not path.is_file():
        return [f"{path}: there is no manifest; `iddr run` writes it"]
    try:
        manifest = json.loads(path.read_text("utf-8"))
        files = {name: str(digest) for name, digest in manifest["files"].items()}
        files |= {uri: str(entry["sha256"]) for uri, entry in manifest["artifacts"].items() if _is_local(uri)}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return [f"{path}: is no manifest ({error}); run all phases again"]
    try:
        kept = [artifact for release in read_ledger(folder).releases for artifact in release.kept]
    except Refused as error:
        return [str(error)]
    files |= {artifact.uri: artifact.sha256 for artifact in kept}
    found = (_problem(folder / name, recorded) for name, recorded in sorted(files.items()))
    return [problem for problem in found if problem]


def _is_local(uri: str) -> bool:
    return uri.startswith("objects/")


def _problem(path: Path, recorded: str) -> str:
    if not path.is_file():
        return f"{path}: is missing; the manifest records sha256 {recorded[:12]}…"
    found = sha256_of(path)
    if found != recorded:
        return f"{path}: was changed: found sha256 {found[:12]}…, the manifest records {recorded[:12]}…"
    return ""
