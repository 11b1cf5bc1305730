"""Puts the image where it will run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ci_steps.steps import step
from model_checks.checks import Phase
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.results import Artifact
    from ci_steps.steps import Tools
    from model_checks.inputs import Image


@step(Phase.DEPLOYMENT, makes="deployment_file", acts=True)
def deploy(image: Image, image_file: Path, name: str, tools: Tools) -> Iterator[Finding | Artifact]:
    """Load the image into this machine's Docker engine; without an engine, leave it as a file.

    Raises:
        Infrastructure: the engine refused the image.
    """
    reference = f"{name}:{image.digest.removeprefix('sha256:')[:12]}"
    missing = tools.docker.unavailable()
    if missing:
        yield Finding.said(f"no Docker engine ({missing}); the image stays a file: {image_file.name}")
    else:
        tools.say(f"loading {reference}")
        tools.docker.tag(tools.docker.load(image_file), reference)
        yield Finding.said(f"loaded as {reference}")
    record = tools.work / "deployment.json"
    target = "file" if missing else "docker"
    document = {"image": image.digest, "config": image.config_digest, "reference": reference, "target": target}
    record.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", "utf-8")
    yield tools.store.add("deployment_file", record, media_type="application/json")
