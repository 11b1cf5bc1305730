"""The dry run where the kernel is not Linux: what needs no sandbox is judged, and the rest says so.

The systems themselves are not here: their names, and what Windows lacks of POSIX, are put in their place.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STARTER = Path(__file__).parents[2] / "templates" / "starter"
BARE = """
import os, platform, signal, sys, subprocess, tempfile, ctypes, socket
for name in {modules}: sys.modules[name] = None
for name in {missing}: delattr(os, name)
if {missing}: del signal.SIGKILL, signal.setitimer, socket.AF_UNIX
platform.system = lambda: {system!r}
from ci_steps.cli import main
main(sys.argv[1:])
"""
WINDOWS = {
    "system": "Windows", "modules": ["fcntl", "resource", "pwd", "grp", "termios"],
    "missing": ["sysconf", "geteuid", "getuid", "getegid", "killpg", "chown"],
}  # fmt: skip
MAC = {"system": "Darwin", "modules": [], "missing": []}


def iddr(folder, system, *arguments):
    program = BARE.format(**system)
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize(("system", "called"), [(WINDOWS, "Windows"), (MAC, "macOS")])
def test_a_dry_run_judges_what_it_can_and_names_what_it_cannot(tmp_path, system, called):
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    ended = iddr(tmp_path, system, "run", "--dry-run", "--format", "json")
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    results = {r["name"]: r for r in json.loads(ended.stdout)["results"]}
    judged = ("SC003", "RP001", "GV001", "GV004", "GV008", "GV010")
    assert {name: results[name]["status"] for name in judged} == dict.fromkeys(judged, "passed")
    assert results["fit"]["status"] == "not_audited"
    assert f"this is {called}: use a container, WSL 2 or the CI run" in results["fit"]["reason"]
    assert results["MQ001"]["status"] == "not_audited"
    assert not [r["name"] for r in results.values() if r["status"] == "broken"]


@pytest.mark.parametrize("system", [WINDOWS, MAC], ids=["windows", "mac"])
def test_planning_validating_and_the_doctor_work_too(tmp_path, system):
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    assert iddr(tmp_path, system, "plan").returncode == 0
    assert iddr(tmp_path, system, "validate").returncode == 0
    doctor = iddr(tmp_path, system, "doctor")
    assert doctor.returncode == 0, doctor.stderr
    assert "a model is trained and asked on Linux alone" in doctor.stdout
