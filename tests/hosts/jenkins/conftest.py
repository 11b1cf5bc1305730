"""The controller, compiled once; a repository with the library; the starter as a project."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ci_steps.templates import template_folder
from tests.hosts.jenkins.controller import Controller
from tests.needs import needs_tool

ROOT = Path(__file__).parents[3]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def repository(folder: Path, *commands: tuple[str, ...]) -> Path:
    """Make a repository of what is in the folder, on the branch main."""
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "Start"), *commands):
        git(folder, *command)
    return folder


@pytest.fixture(scope="session")
def controller(tmp_path_factory):
    needs_tool("git")
    library = tmp_path_factory.mktemp("kit")
    shutil.copytree(ROOT / "ci_steps" / "jenkins", library / "ci_steps" / "jenkins", symlinks=True)
    repository(library, ("tag", "v1"))
    with Controller.started(tmp_path_factory.mktemp("classes")) as machine:
        yield Controller(machine=machine, home=tmp_path_factory.mktemp("builds"), library=library)
        machine.stdin.close()


@pytest.fixture(scope="session")
def starter(tmp_path_factory):
    for name in ("bwrap", "apt-get", "dpkg-deb"):
        needs_tool(name)
    folder = tmp_path_factory.mktemp("starter") / "origin"
    shutil.copytree(template_folder("starter"), folder)
    return repository(folder, ("tag", "v1.0"))


@pytest.fixture
def standing(controller, tmp_path):
    """Build projects with an `iddr` that stands in for the real one."""
    from tests.hosts.jenkins.standing import Standing

    (tmp_path / "projects").mkdir()
    return Standing(controller, tmp_path / "projects")
