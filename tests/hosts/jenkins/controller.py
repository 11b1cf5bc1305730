"""A controller of ours for Jenkinsfiles: real Groovy 2.4, real `sh`, real git; README.md beside this says how far it goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.needs import missing, needs_tool

SOURCES = Path(__file__).parent / "controller"
GROOVY = Path("/usr/share/java/groovy-all.jar")  # Debian's package groovy; the version that Jenkins embeds
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
PLUGINS = ("credentials-binding", "junit", "pipeline-input-step")  # what the library requires, and no more
TIMER = {"_class": "hudson.triggers.TimerTrigger$TimerTriggerCause", "shortDescription": "Started by timer"}


def started_by(person: str) -> dict[str, str]:
    return {
        "_class": "hudson.model.Cause$UserIdCause",
        "userId": person,
        "shortDescription": f"Started by {person}",
    }


@dataclass(frozen=True)
class Build:
    """What one build left behind."""

    log: str
    events: list[dict[str, Any]]
    home: Path

    @property
    def result(self) -> str:
        return self.events[-1]["result"]

    @property
    def faults(self) -> list[dict[str, Any]]:
        return self.of("fault")

    @property
    def stages(self) -> list[str]:
        return [each["stage"] for each in self.of("stage")]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == event]

    def steps(self, name: str) -> list[dict[str, Any]]:
        return [each for each in self.of("step") if each["step"] == name]

    def workspace(self, agent: str = "linux") -> Path:
        return self.home / "agents" / agent / "workspace" / "models_risk"


@dataclass(frozen=True)
class Controller:
    """Runs builds, one after the other, in one virtual machine; `home` holds whatever the builds keep."""

    machine: subprocess.Popen[str]
    home: Path
    library: Path  # a repository that has the library at ci_steps/jenkins/, with the tag v1
    agents: list[dict[str, Any]] = field(default_factory=lambda: [an_agent("linux"), an_agent("gpu")])

    @staticmethod
    def started(classes: Path) -> subprocess.Popen[str]:
        """Compile the controller into the folder `classes`, and start it."""
        needs_tool("java")
        if not GROOVY.is_file():
            missing("Groovy 2.4 (Debian's package groovy)")
        files = sorted(str(path) for path in SOURCES.rglob("*.groovy"))
        compiler = [*JAVA, "-cp", str(GROOVY), "org.codehaus.groovy.tools.FileSystemCompiler", "-d", str(classes)]
        subprocess.run([*compiler, *files], check=True, timeout=300)
        shutil.copy(SOURCES / "whitelist.txt", classes)
        return subprocess.Popen(
            [*JAVA, "-cp", f"{GROOVY}:{classes}", "Controller"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True, bufsize=1,
        )  # fmt: skip

    def build(self, script: str, *, project: Path | None = None, revision: str = "main", **wanted: Any) -> Build:
        """Run `script` as the Jenkinsfile of one build and return it; `wanted` replaces what the request says."""
        home = (
            self.home / f"{len(list(self.home.iterdir()))}" if "home" not in wanted else Path(wanted.pop("home"))
        )
        home.mkdir(exist_ok=True)
        scm = {"remote": str(project), "revision": revision, "branch": revision} if project else None
        known = {"remote": str(self.library), "version": "v1", "path": "ci_steps/jenkins/"}
        request = {
            "home": str(home), "script": script, "scm": scm, "agents": self.agents, "sandbox": True, "minute": 60,
            "env": {"BRANCH_NAME": "main"}, "params": {}, "answers": {}, "credentials": {}, "causes": [], "tamper": {},
            "plugins": PLUGINS, "libraries": {"iddr": known}, "abort_when": "",
        } | wanted  # fmt: skip
        (home / "request.json").write_text(json.dumps(request), "utf-8")
        assert self.machine.stdin is not None
        assert self.machine.stdout is not None
        self.machine.stdin.write(f"{home}\n")
        assert self.machine.stdout.readline() == "ended\n", (
            "the controller itself broke; its words are on standard error"
        )
        log = (home / "log").read_text("utf-8", "replace")
        told = [json.loads(line) for line in (home / "events.jsonl").read_text("utf-8").splitlines()]
        return Build(log=log, events=told, home=home)


def an_agent(name: str, *labels: str, **env: str) -> dict[str, Any]:
    return {"name": name, "labels": list(labels), "env": env}


def environment() -> dict[str, str]:
    """Return what every agent has: this virtual environment's programs on PATH, and no Docker engine."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": programs, "DOCKER_HOST": "unix:///nonexistent/docker.sock", "LC_ALL": "C.UTF-8"}
