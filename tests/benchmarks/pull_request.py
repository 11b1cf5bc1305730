"""How long a pull request of the starter takes: with nothing cached, and with the caches of the main branch.

    python -m tests.benchmarks.pull_request [--without-install]

Cold: a new virtual environment for the kit, no environments, no base image, no downloads. Cached: the kit is
installed and the cache folder is there, as a runner restores it; the state folder is new. From the cache folder
come environments, base, the layers of dependencies and application, and verdicts of heavy checks whose recipe is
equal; everything else is made and judged anew. With the results of the main branch, as GitHub restores them too,
what has an equal recipe is taken. A changed training is trained, judged, converted, packed and served anew in either
way, or the benchmark fails. Wall and processor seconds, the children's included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.hosts.variants import AUTHOR, repository

ROOT = Path(__file__).parents[2]
OF_THE_MODEL = ("fit", "MQ001", "MQ010", "convert", "package", "image", "MQ013", "RP004", "SV002", "SV003")


def main() -> None:
    """Print one line for each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without-install", action="store_true", help="take the kit that runs this")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="iddr-pull-request-") as name:
        folder = Path(name)
        caches = {"IDDR_CACHE": f"{name}/cache", "UV_CACHE_DIR": f"{name}/uv", "PIP_NO_CACHE_DIR": "1"}
        iddr = [sys.executable, "-c", "from ci_steps.cli import main; main()"]
        if not chosen.without_install:
            python = f"{name}/kit/bin/python"
            timed("install the kit", caches, folder, [sys.executable, "-m", "venv", f"{name}/kit"],
                  [python, "-m", "pip", "install", "--quiet", str(ROOT)])  # fmt: skip
            iddr = [f"{name}/kit/bin/iddr"]
        project = repository(folder / "project", "good")
        run = [*iddr, "run", "--event", "pull_request"]
        timed("run, nothing cached", caches, project, run)
        shutil.rmtree(project / ".iddr")
        timed("run, cached", caches, project, run)
        timed("run again, nothing changed", caches, project, run)
        shutil.copytree(project / ".iddr", folder / "main")
        shutil.rmtree(project / ".iddr")
        before = changed_training(project, folder / "main")
        timed("run, cached, training changed", caches, project, run)
        expect_made_anew(project, before)
        shutil.rmtree(project / ".iddr")
        for kept in ("cache", "objects"):
            shutil.copytree(folder / "main" / kept, project / ".iddr" / kept)
        timed("the same with main's results", caches, project, run)
        expect_made_anew(project, before)


def changed_training(project: Path, state: Path) -> str:
    """Commit another regularisation to the starter's training, and return the digest of the model before it."""
    script = project / "train.py"
    text = script.read_text("utf-8")
    script.write_text(text.replace("C=0.5", "C=0.4"), "utf-8")
    command = ["git", "-C", str(project), "commit", "--quiet", "--all", "--message", "train anew"]
    subprocess.run(command, check=True, env=os.environ | AUTHOR)  # fails where nothing was changed
    return str(results_of(state)["fit"]["artifacts"][0]["sha256"])


def expect_made_anew(project: Path, before: str) -> None:
    """Fail where the model is the one before, or something that depends on it was taken from a cache."""
    results = results_of(project / ".iddr")
    taken = [name for name in OF_THE_MODEL if results[name]["status"] != "passed" or results[name]["reused_from"]]
    if taken or results["fit"]["artifacts"][0]["sha256"] == before:
        sys.exit(f"not made anew although the training changed: {', '.join(taken) or 'the model'}")


def results_of(state: Path) -> dict[str, dict[str, Any]]:
    """Return the results of the last run by name."""
    return {each["name"]: each for each in json.loads((state / "run.json").read_text("utf-8"))["results"]}


def timed(what: str, variables: dict[str, str], folder: Path, *commands: list[str]) -> None:
    """Carry out `commands` one after the other in `folder` and print what they took together."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        ended = subprocess.run(
            command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            sys.exit(f"{what}: ended with {ended.returncode}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what:<28} {time.perf_counter() - begun:6.1f} s wall {cpu:6.1f} s of processor time")  # noqa: T201


if __name__ == "__main__":
    main()
