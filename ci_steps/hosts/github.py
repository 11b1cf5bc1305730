"""GitHub Actions: the facts of a run from its variables and event, and what GitHub is told of it.

Source: GitHub, Workflow commands for GitHub Actions; Variables reference; Webhook events and payloads.
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.hosts.announcement import Announcement
from ci_steps.hosts.github_commands import annotation_lines, outputs_text, summary_text
from ci_steps.state import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.results import Run

PULL_REQUESTS = ("pull_request", "pull_request_target")
BY_REFERENCE = ("push", "workflow_dispatch")
MAIN = ("main", "master")
REVISION = re.compile(r"[0-9a-f]{40,64}")
TOKEN = re.compile(r"[0-9a-f]{32,64}")


def read(env: Mapping[str, str], _: Path) -> dict[str, str] | None:
    """Return the facts of this workflow run; None outside GitHub Actions.

    What the event's file should say and does not is taken for the worse: a pull request is from a fork.
    """
    if env.get("GITHUB_ACTIONS") != "true":
        return None
    payload = _payload(env.get("GITHUB_EVENT_PATH", ""))
    pull_request = env.get("GITHUB_EVENT_NAME") in PULL_REQUESTS
    revision = env.get("GITHUB_SHA", "")
    address = [env.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    return {
        "host": "github",
        "event": _event(env, payload),
        "revision": revision if REVISION.fullmatch(revision) else "",
        "branch": env.get("GITHUB_HEAD_REF", "") if pull_request else _branch(env),
        "base": _base(env, payload),
        "pull_request": _number(payload) if pull_request else "",
        "fork": "yes" if pull_request and _from_fork(payload) else "",
        "run_url": "{}/{}/actions/runs/{}".format(*address) if all(address) else "",
        "actor": env.get("GITHUB_TRIGGERING_ACTOR") or env.get("GITHUB_ACTOR", ""),
    }


def announce(run: Run, root: Path, env: Mapping[str, str]) -> Announcement:
    """Return the annotations of what does not hold, the summary and the outputs, from the files below `root`."""
    folder = root / FOLDER
    lines = annotation_lines(_document(folder / "reports" / "report.sarif")) if _whole(run) else ()
    appended = {}
    if (summary := env.get("GITHUB_STEP_SUMMARY")) and _whole(run):
        appended[Path(summary)] = summary_text(_text(folder / "reports" / "report.md"))
    if outputs := env.get("GITHUB_OUTPUT"):
        values = {str(k): str(v) for k, v in _document(folder / "outputs.json").items()}
        appended[Path(outputs)] = outputs_text(values, secrets.token_hex(16))
    return Announcement(lines=between_tokens(lines, env), appended=appended)


def between_tokens(lines: tuple[str, ...], env: Mapping[str, str]) -> tuple[str, ...]:
    """Return `lines` so that the runner reads them where a phase's action has told it to read no commands.

    It then reads those alone that stand between two lines with the token (IDDR_COMMANDS_TOKEN).
    """
    token = env.get("IDDR_COMMANDS_TOKEN", "")
    if not lines or not TOKEN.fullmatch(token):
        return lines
    return (f"::{token}::", *lines, f"::stop-commands::{token}")


def _whole(run: Run) -> bool:
    """Tell whether the run wrote its reports; one that the configuration stopped leaves the last ones be."""
    return all(result.fault != "configuration" for result in run.results)


def _event(env: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return what the event counts as; one that is not known acts on nothing, as a push to a branch."""
    name, reference = env.get("GITHUB_EVENT_NAME", ""), env.get("GITHUB_REF", "")
    if name in PULL_REQUESTS:
        return "pull_request"
    if name == "schedule":
        return "schedule"
    if name == "release":
        return "release" if payload.get("action") == "published" else "push"
    if name == "push" and reference.startswith("refs/tags/"):
        return "release"
    if name in BY_REFERENCE and reference in {f"refs/heads/{branch}" for branch in _defaults(payload)}:
        return "main"
    return "push"


def _defaults(payload: Mapping[str, Any]) -> tuple[str, ...]:
    named = _at(payload, "repository", "default_branch")
    return (named,) if named else MAIN


def _branch(env: Mapping[str, str]) -> str:
    reference = env.get("GITHUB_REF", "")
    return reference.removeprefix("refs/heads/") if reference.startswith("refs/heads/") else ""


def _base(env: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return the branch that a pull request, or a group in the merge queue, goes to."""
    return env.get("GITHUB_BASE_REF") or _at(payload, "merge_group", "base_ref").removeprefix("refs/heads/")


def _number(payload: Mapping[str, Any]) -> str:
    number = payload.get("number")
    return str(number) if isinstance(number, int) and number > 0 else ""


def _from_fork(payload: Mapping[str, Any]) -> bool:
    """Tell whether head and base are in two repositories; the head's is null where it was deleted."""
    head, base = (_at(payload, "pull_request", side, "repo", "full_name") for side in ("head", "base"))
    return not head or head != base


def _at(document: object, *keys: str) -> str:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, str) else ""


def _payload(path: str) -> dict[str, Any]:
    return _document(Path(path)) if path else {}


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
