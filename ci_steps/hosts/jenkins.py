"""The facts of a run on Jenkins, from the variables that Jenkins and the shared library set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.events import MAIN_BRANCHES
from ci_steps.hosts import local

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MARKS = ("JENKINS_URL", "JENKINS_HOME", "HUDSON_URL")


def read(env: Mapping[str, str], root: Path) -> dict[str, str] | None:
    """Return the facts of a Jenkins build, or None where Jenkins does not run this.

    A multibranch project says the most (BRANCH_NAME, CHANGE_*, TAG_NAME). An ordinary pipeline project has the
    branch from git alone (GIT_BRANCH, `origin/main`). `IDDR_CAUSE` and `IDDR_ACTOR` come from the library, for
    Jenkins itself tells a build's causes to the pipeline only.
    """
    if not any(env.get(mark) for mark in MARKS) and not env.get("BUILD_TAG", "").startswith("jenkins-"):
        return None
    event = _event(env)
    return {
        "host": "jenkins",
        "event": event,
        "revision": env.get("GIT_COMMIT") or local.read(env, root)["revision"],
        "branch": "" if env.get("TAG_NAME") else env.get("CHANGE_BRANCH") or _branch(env),
        "base": env.get("CHANGE_TARGET", ""),
        "pull_request": env.get("CHANGE_ID", ""),
        "fork": "yes" if env.get("CHANGE_FORK") else "",
        "run_url": env.get("BUILD_URL", ""),
        "actor": env.get("IDDR_ACTOR") or env.get("CHANGE_AUTHOR", ""),
    }


def _event(env: Mapping[str, str]) -> str:
    if env.get("CHANGE_ID"):
        return "pull_request"
    if env.get("IDDR_CAUSE") == "cron":
        return "schedule"
    if env.get("TAG_NAME"):
        return "release"
    on_main = env.get("BRANCH_IS_PRIMARY") == "true" or _branch(env) in MAIN_BRANCHES
    return "main" if on_main else "push"


def _branch(env: Mapping[str, str]) -> str:
    return env.get("BRANCH_NAME") or env.get("GIT_BRANCH", "").removeprefix("origin/")
