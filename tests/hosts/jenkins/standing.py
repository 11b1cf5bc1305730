"""A project and an agent whose `iddr` stands in for the real one."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hosts.jenkins.conftest import repository
from tests.hosts.jenkins.controller import Build, Controller

LIBRARY = "@Library('iddr@v1') _\n"
PIPELINE = LIBRARY + "iddrPipeline(config: 'iddr.toml', kit: 'installed')\n"


@dataclass(frozen=True)
class Standing:
    """One project; `says` is its stand_in.json."""

    controller: Controller
    folder: Path

    def build(self, script: str = PIPELINE, *, agents: tuple[str, ...] = ("linux", "gpu"), **wanted: Any) -> Build:
        says, bare = wanted.pop("says", {}), wanted.pop("bare", {})
        project = self.folder / f"project-{len(list(self.folder.iterdir()))}"
        for place in wanted.pop("models", ("",)):
            (project / place).mkdir(parents=True, exist_ok=True)
            (project / place / "stand_in.json").write_text(
                json.dumps(says | ({"model": place.replace("/", "-")} if place else {})), "utf-8"
            )
        wanted["agents"] = [{"name": name, "labels": [], "env": self.programs() | bare} for name in agents]
        return self.controller.build(script, project=repository(project), **wanted)

    def programs(self) -> dict[str, str]:
        """Put `iddr` first on PATH; it writes its calls into this folder."""
        programs = self.folder.parent / "bin"
        programs.mkdir(exist_ok=True)
        program = programs / "iddr"
        program.write_text(
            f'#!/bin/sh\nexec {sys.executable} -I -S {Path(__file__).parent / "stand_in" / "iddr.py"} "$@"\n'
        )
        program.chmod(0o755)
        return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "STAND_IN_CALLS": str(self.calls_file)}

    @property
    def calls_file(self) -> Path:
        return self.folder.parent / "calls.jsonl"

    def calls(self, command: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.calls_file.read_text("utf-8").splitlines()]
        return [call for call in told if call["arguments"][0] == command]
