"""What a run tells the jobs after it: a few values, all text, in `.iddr/outputs.json`."""

from __future__ import annotations

import json
import tarfile
from typing import TYPE_CHECKING

from ci_steps.evidence.manifest import FILE as MANIFEST_FILE
from ci_steps.reports.words import headline
from ci_steps.results import exit_code
from ci_steps.state import sha256_of, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.results import Run

FILE = "outputs.json"
VERDICTS = {
    0: "open", 1: "closed", 2: "configuration", 3: "no verdict", 4: "infrastructure", 130: "interrupted",
}  # fmt: skip


def outputs_of(run: Run, folder: Path) -> dict[str, str]:
    """Return verdict, exit_code, headline, model, manifest (its SHA-256), image, reference and version.

    What there is not is empty text; a run that the configuration stopped has no manifest. `folder` is the state
    folder, whose manifest is that of `run`.
    """
    code = exit_code(run)
    made = {artifact.name: artifact for result in run.results for artifact in result.artifacts}
    whole = not any(result.fault == "configuration" for result in run.results)
    return {
        "verdict": VERDICTS[code],
        "exit_code": str(code),
        "headline": headline(run),
        "model": run.model,
        "manifest": sha256_of(folder / MANIFEST_FILE) if whole else "",
        "image": _image(folder / made["image_file"].uri) if "image_file" in made else "",
        "reference": made["published"].uri if "published" in made else "",
        "version": _version(folder / made["release_file"].uri) if "release_file" in made else "",
    }


def write_outputs(run: Run, folder: Path) -> None:
    """Write outputs.json into the state folder."""
    write_whole(folder / FILE, json.dumps(outputs_of(run, folder), indent=1, sort_keys=True) + "\n")


def _image(archive: Path) -> str:
    """Return the digest of the image in `archive`; empty where the file is not here any more."""
    if not archive.is_file():
        return ""
    with tarfile.open(archive) as tar:
        index = tar.extractfile("index.json")
        return str(json.load(index)["manifests"][0]["digest"]) if index else ""


def _version(record: Path) -> str:
    return str(json.loads(record.read_text("utf-8"))["version"]) if record.is_file() else ""
