"""How long a pull request of the starter takes: with nothing cached, and with the caches of the main branch.

    python -m tests.benchmarks.pull_request [--without-install]

Cold: a new virtual environment for the kit, no environments, no base image, no downloads. Cached: the kit is
installed and the cache folder is there, as a runner restores it; the state folder is new. Wall and processor
seconds, the children's included.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.hosts.variants import repository

ROOT = Path(__file__).parents[2]


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
