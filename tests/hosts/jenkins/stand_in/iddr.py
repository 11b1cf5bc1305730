"""Stands in for `iddr` where a test is about the library alone: the same commands, files and exit codes, no work.

`stand_in.json` in the project says what happens: `codes` (exit code by phase), `event`, `approval`, `minutes`,
`model`, `files` (written by a phase), `sleep` (a program of the shell to run in place of a phase). Every call is added to `calls.jsonl` beside
this agent's workspace, with its arguments and the variables that the library sets.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

PHASES = ("integration", "delivery", "deployment", "release")
VERDICTS = {0: "open", 1: "closed", 2: "configuration", 3: "no verdict", 4: "infrastructure", 130: "interrupted"}
STATE = Path(".iddr")


def told() -> dict:
    return json.loads(Path("stand_in.json").read_text("utf-8"))


def record(arguments: list[str]) -> None:
    said = {name: value for name, value in os.environ.items() if name.startswith("IDDR_")}
    with Path(os.environ["STAND_IN_CALLS"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"arguments": arguments, "environment": said, "folder": str(Path.cwd())}) + "\n")


def plan(arguments: list[str]) -> int:
    what = told()
    until = arguments[arguments.index("--until") + 1] if "--until" in arguments else what.get("until", "release")
    dry = "--dry-run" in arguments
    stages = [
        {
            "phase": phase, "title": phase.title(), "acts": False, "minutes": what.get("minutes", 120),
            "approval": phase == "release" and what.get("approval", False) and not dry,
        }
        for phase in PHASES[: PHASES.index(until) + 1]
    ]  # fmt: skip
    document = {
        "schema": 1, "kit": "0.1.0", "model": what.get("model", "risk"), "event": what.get("event", "release"),
        "heavy": False, "act": not dry, "stages": stages,
    }  # fmt: skip
    sys.stdout.write(json.dumps(document))
    return 0


def run(arguments: list[str]) -> int:
    what, phase = told(), arguments[arguments.index("--phase") + 1]
    STATE.mkdir(exist_ok=True)
    if "sleep" in what:
        return subprocess.run(["sh", "-c", what["sleep"]], check=False).returncode
    for name in what.get("files", []):
        Path(name).write_text("hostile", "utf-8")
    code = what.get("codes", {}).get(phase, 0)
    done = (
        [*json.loads((STATE / "run.json").read_text("utf-8")), phase] if (STATE / "run.json").exists() else [phase]
    )
    (STATE / "run.json").write_text(json.dumps(done), "utf-8")
    (STATE / "manifest.json").write_text(json.dumps({"run.json": digest(STATE / "run.json")}), "utf-8")
    (STATE / "reports").mkdir(exist_ok=True)
    failed = '<failure message="x"/>' if code == 1 else ""
    (STATE / "reports" / "junit.xml").write_text(
        f'<testsuite><testcase name="a">{failed}</testcase></testsuite>', "utf-8"
    )
    (STATE / "reports" / "report.sarif").write_text("{}", "utf-8")
    outputs = {
        "verdict": VERDICTS.get(code, ""), "exit_code": str(code), "headline": what.get("headline", f"{phase} said so"),
        "manifest": digest(STATE / "manifest.json"), "image": "", "model": "Risk",
    }  # fmt: skip
    (STATE / "outputs.json").write_text(json.dumps(outputs), "utf-8")
    sys.stdout.write(f"{what.get('headline', phase)}\n{os.environ.get('TOKEN', '')}\n")
    return code


def demo(arguments: list[str]) -> int:
    says = Path("stand_in.json").read_text("utf-8") if Path("stand_in.json").exists() else "{}"
    Path(arguments[0]).mkdir()
    os.chdir(arguments[0])
    Path("stand_in.json").write_text(says, "utf-8")
    return run(["--phase", "release"])


def verify(arguments: list[str]) -> int:
    expected = arguments[arguments.index("--digest") + 1]
    manifest = json.loads((STATE / "manifest.json").read_text("utf-8"))
    whole = digest(STATE / "manifest.json") == expected and manifest["run.json"] == digest(STATE / "run.json")
    sys.stdout.write("whole\n" if whole else "changed\n")
    return 0 if whole else 1


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    command, *arguments = sys.argv[1:]
    record(sys.argv[1:])
    if command == "--version":
        sys.stdout.write("0.1.0\n")
        return 0
    commands = {"plan": plan, "run": run, "verify": verify, "demo": demo}
    if command in commands:
        return commands[command](arguments)
    return told().get("codes", {}).get(command, 0) if Path("stand_in.json").exists() else 0


if __name__ == "__main__":
    sys.exit(main())
