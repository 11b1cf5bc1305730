"""One finished demo and one second version of it for all journeys, and copies of them to change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import needs_tool

IDDR = [sys.executable, "-c", "from ci_steps.cli import main; main()"]
NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}


@dataclass(frozen=True)
class Journey:
    folder: Path

    def iddr(self, *arguments, **variables):
        environment = os.environ | NO_ENGINE | variables
        return subprocess.run(
            [*IDDR, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def commit(self):
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        for command in (["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "change"]):
            subprocess.run([*git, *command], cwd=self.folder, check=True, capture_output=True)

    def leave_main(self):
        """Go on as a pull request does, without the heavy checks."""
        subprocess.run(["git", "checkout", "-q", "-b", "work"], cwd=self.folder, check=True, capture_output=True)

    def change(self, file, old, new):
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Run `iddr demo` once, without a Docker engine; yield (journey, ended process)."""
    for name in ("bwrap", "git", "apt-get", "dpkg-deb"):
        needs_tool(name)
    parent = Journey(tmp_path_factory.mktemp("demo"))
    ended = parent.iddr("demo", "project")
    return Journey(parent.folder / "project"), ended


@pytest.fixture(scope="session")
def second(demo, tmp_path_factory):
    """Release a second version, of another model, after the demo's; return (journey, ended process)."""
    later = copy_of(demo, tmp_path_factory.mktemp("second"))
    later.change("train.py", "C=0.5", "C=0.4")
    later.commit()
    return later, later.iddr("run")


@pytest.fixture
def journey(demo, tmp_path):
    """A copy of the finished demo."""
    return copy_of(demo, tmp_path)


def copy_of(finished, parent):
    """Copy a project that went through all phases into `parent`."""
    done, ended = finished
    assert ended.returncode == 0, ended.stderr[-3000:]
    shutil.copytree(done.folder, parent / "project", symlinks=True)
    return Journey(parent / "project")


@pytest.fixture
def fresh(journey):
    """A copy of the starter without any state."""
    shutil.rmtree(journey.folder / ".iddr")
    return journey
