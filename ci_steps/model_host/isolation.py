"""How well a program can be walled in on this machine, found out by trying."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ci_steps.model_host.limits import Bind
from ci_steps.model_host.walls import LAUNCHER, OWN, Walls
from ci_steps.steps import Refused

Level = Literal["bubblewrap", "rlimits"]
# Any user would do that owns nothing; systemd sets these aside for services (systemd.exec, DynamicUser=).
USERS = range(61184, 65520)
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
WANTED = ("--perms", "--size", "--disable-userns", "--unshare-cgroup-try")


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How programs are walled in.

    "bubblewrap": their own mount, process, network, IPC, name and cgroup namespaces. "rlimits": a plain process
    of the same user with kernel limits and a scrubbed environment, which can reach the network and every
    file that the user can. `reason` and `mend` say why it is the lesser one and what to do.
    """

    level: Level
    program: str = ""
    drops_user: bool = False
    features: frozenset[str] = frozenset()
    reason: str = ""
    mend: str = ""

    @property
    def enforced(self) -> dict[str, str]:
        """What holds and by what means: goes into the record of the run."""
        lesser = self.level == "rlimits"
        kernel = "kernel limit" if not lesser or os.geteuid() else "looked at 20 times a second"
        return {
            "network": "open" if lesser else "none unless granted (network namespace)",
            "files": "all of the user's" if lesser else "read-only system, granted folders (mount namespace)",
            "processes": kernel,
            "memory": "sum of all processes looked at 20 times a second; twice that for one process by the kernel",
            "time": "TERM, then KILL, for every process that came of it",
            "user": "another user, no capabilities" if self.drops_user else "the same user, no new privileges",
        }


def choose(policy: Literal["preferred", "required"], found: Isolation) -> Isolation:
    """Return `found`, unless the full level is required and it is the lesser one.

    Raises:
        Refused: the full level is required and this machine does not give it.
    """
    if policy == "required" and found.level != "bubblewrap":
        raise Refused(
            f'isolation is "required", and this machine has only the lesser level: {found.reason}; {found.mend}'
        )
    return found


def probe(program: str | None = None) -> Isolation:
    """Try out bubblewrap (`program`, else the one on PATH) and return the best isolation that works here."""
    program = program or shutil.which("bwrap")
    if program is None:
        mend = "install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap)"
        return Isolation(level="rlimits", reason="bubblewrap is not installed", mend=mend)
    features = _features(program)
    reason = ""
    for drops_user in [True, False] if os.geteuid() == 0 else [False]:
        said = _try(Walls(program=program, drops_user=drops_user, features=features, own=_own_binds()))
        if not said:
            return Isolation(level="bubblewrap", program=program, drops_user=drops_user, features=features)
        reason = reason or said
    return Isolation(level="rlimits", reason=f"bubblewrap does not work here ({reason})", mend=_mend(features))


def _features(program: str) -> frozenset[str]:
    try:
        told = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(option for option in WANTED if option in told.stdout)


def _own_binds() -> tuple[Bind, ...]:
    """Return what a trial needs to see: our own interpreter, and the launcher as a sandbox shows it."""
    seen = {Path(sys.base_prefix), Path(sys.base_prefix).resolve()}
    prefixes = [Bind(source=each) for each in seen if not each.is_relative_to("/usr")]
    return (*prefixes, Bind(source=LAUNCHER, target=f"{OWN}/launch.py"))


def _try(walls: Walls) -> str:
    """Start one harmless program behind `walls`; return why that failed, empty where it did not."""
    interpreter = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    told, tell = os.pipe()
    settings = {
        "started": tell,
        "uid": USERS[0] if walls.drops_user else None,
        "limits": {"CORE": 0},
        "folder": "/",
    }
    settings["no_new_privileges"] = False
    launcher = [str(interpreter), "-I", "-S", f"{OWN}/launch.py", json.dumps(settings)]
    try:
        ended = subprocess.run(
            [*walls.arguments(), *launcher, str(interpreter), "-I", "-S", "-c", ""],
            capture_output=True, text=True, timeout=20, check=False, pass_fds=[tell], env={},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    finally:
        os.close(tell)
        os.close(told)
    return "" if ended.returncode == 0 else (ended.stderr.strip().splitlines() or ["no message"])[-1]


def _mend(features: frozenset[str]) -> str:
    if "--perms" not in features:
        return "install bubblewrap 0.5 or newer"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return "containers block namespaces: run on a virtual machine, or start the container with --privileged"
    if APPARMOR.exists() and APPARMOR.read_text().strip() == "1":
        way = (
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give bwrap a profile with `userns,`"
        )
        return f"Ubuntu's AppArmor blocks user namespaces: {way}"
    return (
        "allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1"
    )
