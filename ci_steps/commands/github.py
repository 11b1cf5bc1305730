"""`iddr github`: what the actions and workflows ask for that only GitHub has."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ci_steps.hosts.github_api import Repository

ASKED = ("plan", "comment", "approver", "login")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    text = "plan: what this event runs, as outputs of a step; comment: write the pull request's comment; "
    parser.add_argument("asked", choices=ASKED, help=text + "approver: who let a job go on; login: to a registry")
    add_config(parser)
    parser.add_argument("--event", default="", help="plan: as on this event (default: GitHub's)")
    parser.add_argument(
        "--pull-request", default="", metavar="NUMBER", help="comment: on this one, not the event's"
    )
    parser.add_argument("--environment", default="", help="approver: the environment that the job is in")
    parser.add_argument("--registry", default="ghcr.io", help="login: the host of the registry")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and what was asked for.

    Raises:
        Refused: this is no job of GitHub Actions, or GitHub refuses.
    """
    from ci_steps.steps import Refused

    if os.environ.get("GITHUB_ACTIONS") != "true":
        raise Refused(
            f"iddr github {chosen.asked}: is for a job of GitHub Actions; GITHUB_ACTIONS is not true here"
        )
    answers = {"plan": _plan, "comment": _comment, "approver": _approver, "login": _login}
    return 0, answers[chosen.asked](chosen, os.environ)


def _plan(chosen: argparse.Namespace, env: Mapping[str, str]) -> str:
    from ci_steps.events import EVENTS, phases_until
    from ci_steps.hosts.github_keys import cache_keys, made_from
    from ci_steps.project import Project
    from ci_steps.state import sha256_of
    from ci_steps.steps import Refused
    from ci_steps.toolbox import SystemClock

    if chosen.event and chosen.event not in EVENTS:
        raise Refused(f"event: found {chosen.event!r}; expected one of {', '.join(EVENTS)}")
    project = Project.open(chosen.config, event=chosen.event)
    lock = project.config.environment.get("lock")
    digest = sha256_of(project.config.root / lock) if lock else ""
    base = project.config.options["steps"].get("image", {}).get("base", "")
    python = project.config.environment.get("python", "")
    inputs = made_from(digest, base, python, project.facts["kit"], SystemClock().now())
    facts, model = project.facts, project.config.model["name"]
    values = {
        "model": model,
        "event": facts["event"],
        "act": "yes" if project.event.acts else "no",
        "fork": facts["fork"],
        "phases": json.dumps([phase.title for phase in phases_until(project.event.until)]),
    } | cache_keys(model, inputs, facts, env)
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _comment(chosen: argparse.Namespace, env: Mapping[str, str]) -> str:
    from ci_steps.hosts import github
    from ci_steps.state import FOLDER
    from ci_steps.steps import Refused

    root = chosen.config if chosen.config.is_dir() else chosen.config.parent
    number = chosen.pull_request or (github.read(env, root) or {}).get("pull_request", "")
    if not number:
        return "no pull request: nothing to comment on\n"
    if not number.isdecimal():
        raise Refused(f"--pull-request: found {number!r}; expected a number")
    return _repository(env).put_comment(number, _comment_text(root / FOLDER)) + "\n"


def _comment_text(state: Path) -> str:
    """Return the comment that the run wrote; where it wrote none, its verdict under the same marker.

    Raises:
        Refused: there was no run.
    """
    from ci_steps.outputs import FILE
    from ci_steps.steps import Refused

    written, outputs = state / "reports" / "comment.md", state / FILE
    if written.is_file():
        return written.read_text("utf-8")
    if not outputs.is_file():
        raise Refused(f"{outputs}: is missing, so there is nothing to say; `iddr run` writes it")
    told = json.loads(outputs.read_text("utf-8"))
    return f"<!-- iddr:{told['model']} -->\n{told['headline']}\n"


def _approver(chosen: argparse.Namespace, env: Mapping[str, str]) -> str:
    logins = _repository(env).approvers(env.get("GITHUB_RUN_ID", ""), chosen.environment)
    return f"approver={' '.join(logins)}\n"


def _repository(env: Mapping[str, str]) -> Repository:
    from ci_steps.hosts.github_api import Repository
    from ci_steps.steps import Refused

    names = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")
    if missing := [name for name in names if not env.get(name)]:
        raise Refused(f"{', '.join(missing)}: is not set; the job's step must set GITHUB_TOKEN from github.token")
    return Repository.of(api=env[names[0]], name=env[names[1]], token=env[names[2]])


def _login(chosen: argparse.Namespace, env: Mapping[str, str]) -> str:
    """Write a Docker configuration of the job's own, with the logins that there are and this one."""
    from ci_steps.steps import Refused

    given = Path(env.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
    folder, variables = Path(env["RUNNER_TEMP"]) / "iddr-docker", Path(env["GITHUB_ENV"])
    try:
        document = json.loads(given.read_text("utf-8")) if given.is_file() else {}
        logins = document.setdefault("auths", {})
    except (ValueError, AttributeError):
        raise Refused(f"{given}: is no configuration of Docker; mend or remove it") from None
    login = f"{env.get('REGISTRY_USERNAME', '')}:{env.get('REGISTRY_PASSWORD', '')}"
    logins[chosen.registry] = {"auth": base64.b64encode(login.encode()).decode()}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / "config.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(document, file)
    with variables.open("a", encoding="utf-8") as file:
        file.write(f"DOCKER_CONFIG={folder}\n")
    return f"logged in to {chosen.registry} for this job\n"
