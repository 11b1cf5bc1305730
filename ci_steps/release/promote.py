"""Makes the deployed image the version that serves, and remembers what it replaced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ci_steps.release.ledger import Release, read_ledger, write_ledger
from ci_steps.steps import step
from model_checks.checks import Phase
from model_checks.findings import Finding
from model_checks.profiling.documents import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.results import Artifact
    from ci_steps.steps import Tools

PRODUCTION = "production"


@step(Phase.RELEASE, makes="release_file", acts=True)
def promote(
    deployment_file: Path,
    profile_file: Path,
    model_file: Path,
    contract_file: Path,
    name: str,
    revision: str,
    python: str,
    target: str,
    use_current: bool,  # noqa: FBT001 - a value of the configuration, given by name
    tools: Tools,
    lock_file: Path | None = None,
    classes: tuple[str | int | bool, ...] = (),
) -> Iterator[Finding | Artifact]:
    """Give the deployed image the next version, and make it the one that serves.

    What later candidates and tables are compared with is kept: the model and what it takes to run it, and its
    training table's profile.
    """
    deployed = json.loads(deployment_file.read_text("utf-8"))
    ledger = read_ledger(tools.root / ".iddr")
    current = ledger.current
    if current and current.image == deployed["image"]:
        yield Finding.said(f"version {current.version} serves this image already")
        release = current
    else:
        files = {"model_file": model_file, "contract_file": contract_file}
        if lock_file is not None and not use_current:
            files["lock_file"] = lock_file
        kept = [tools.store.add(each, file) for each, file in files.items()]
        kept.append(tools.store.add("profile_file", profile_file, media_type=MEDIA_TYPE))
        release = Release(
            version=len(ledger.releases) + 1, image=deployed["image"], config=deployed["config"],
            revision=revision, target=deployed["target"], at=tools.clock.now().isoformat(timespec="seconds"),
            replaced=ledger.serving, python=python, predicts=target, classes=classes, kept=tuple(kept),
        )  # fmt: skip
        before = f"replaces version {release.replaced}" if release.replaced else "the first release"
        yield Finding.said(f"version {release.version} serves, {before}")
    if release.target == "docker":
        tools.docker.tag(release.config, f"{name}:v{release.version}")
        tools.docker.tag(release.config, f"{name}:{PRODUCTION}")
    if release is not current:
        write_ledger(tools.root / ".iddr", ledger.with_release(release))
    record = tools.work / "release.json"
    record.write_text(json.dumps({"version": release.version, "image": release.image}) + "\n", "utf-8")
    yield tools.store.add("release_file", record, media_type="application/json")
