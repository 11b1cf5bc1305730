"""`iddr demo`: the starter project in a new folder, through all four phases."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ci_steps.project import Project
    from ci_steps.results import Artifact, Run
    from ci_steps.screen import Screen

GIT = ["git", "-c", "user.name=iddr demo", "-c", "user.email=demo@example.org", "-c", "commit.gpgsign=false"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    text = "a new folder (default: ./iddr-demo)"
    parser.add_argument("folder", nargs="?", type=Path, default=Path("iddr-demo"), help=text)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return the run's exit code, and what to do with the image."""
    from ci_steps.commands.run import carry_out
    from ci_steps.events import phases_until
    from ci_steps.project import Project
    from ci_steps.results import exit_code
    from ci_steps.screen import Screen
    from model_checks.checks import Phase

    screen = Screen()
    folder = chosen.folder.absolute()
    _lay(folder, screen)
    project = Project.open(folder, env={})  # local, also where CI runs the demo
    run = carry_out(project, phases_until(Phase.RELEASE), screen, act=True, reuse=True)
    return exit_code(run), _told(folder, project, run)


def _lay(folder: Path, screen: Screen) -> None:
    """Copy the starter into `folder`, fit it to this machine, and commit it."""
    from ci_steps.steps import Refused
    from ci_steps.templates import template_folder

    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder}: is there already and is not empty; name another folder: iddr demo FOLDER")
    if shutil.which("git") is None:
        raise Refused("git is not installed; the demo makes a repository: apt-get install git")
    shutil.copytree(template_folder("starter"), folder, dirs_exist_ok=True)
    _fit(folder / "iddr.toml", screen)
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Start from the starter"]):
        ended = subprocess.run([*GIT, *command], cwd=folder, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise Refused(f"git {command[0]} failed in {folder}: {ended.stderr.strip()}")
    screen.line(f"the starter project is in {folder}")


def _fit(config: Path, screen: Screen) -> None:
    """Name the base image and the Python minor that this machine can make, and say so."""
    from ci_steps.machine import offered_base

    base, python = offered_base()
    text = config.read_text("utf-8")
    text = text.replace('python = "3.11"', f'python = "{python}"').replace('base = "debian"', f'base = "{base}"')
    config.write_text(text, "utf-8")
    screen.line(f"base image: {base}, Python {python}")


def _is_loaded(project: Project, artifacts: Mapping[str, Artifact]) -> bool:
    """Tell whether the deployment put the image into a Docker engine."""
    deployed = artifacts.get("deployment_file")
    return (
        deployed is not None and json.loads(project.state.path(deployed).read_text("utf-8"))["target"] == "docker"
    )


def _told(folder: Path, project: Project, run: Run) -> str:
    from ci_steps.reports.words import headline

    artifacts = {a.name: a for r in run.results for a in r.artifacts}
    lines = ["", headline(run), f"report: {folder}/.iddr/reports/report.html"]
    if image := artifacts.get("image_file"):
        name = project.config.model["name"]
        archive = project.state.folder / image.uri
        tag = "production" if _is_loaded(project, artifacts) else artifacts["model_file"].sha256[:12]
        lines += [f"image:  {archive}", "run it:"]
        lines += [f"  docker load -i {archive}"] if tag != "production" else []
        lines += [f"  docker run --rm --read-only --tmpfs /tmp -p 127.0.0.1:8080:8080 {name}:{tag}"]
    lines += [
        "try next:",
        f"  cd {folder}",
        "  change train.py or iddr.toml, then: iddr run",
        "  iddr rollback     # the version before serves again",
        "  iddr explain MQ001",
    ]
    return "\n".join(lines) + "\n"
