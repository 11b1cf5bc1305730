"""Run the user's programs where they can do no harm, for as long as they may and not a process longer.

What the lesser level does not protect from: the program is the same user, so it can read and write every file
of that user, reach the network, and see, signal and trace that user's other processes, the keeper too.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import stat
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.model_host import processes
from ci_steps.model_host.isolation import USERS
from ci_steps.model_host.limits import Bind, Grants, Limits
from ci_steps.model_host.running import MEGABYTE, Ended, HostLost, Running
from ci_steps.model_host.walls import HOME, LAUNCHER, OWN, Walls
from ci_steps.steps import Refused
from ci_steps.waiting import Waiting, finished

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation

__all__ = ["Ended", "HostLost", "Running", "run", "runs", "start"]

KEEPER = "import sys; sys.path.append(sys.argv[1]); from ci_steps.model_host.keeper import main; main()"
PACKAGES = Path(__file__).resolve().parents[2]
SLACK_PROCESSES = 8  # bubblewrap's own, which the kernel's limit does not count
SPARE_BYTES = 2 << 30  # address space that threads and numeric libraries set aside and never touch
COUNTS_BY_NAMESPACE = (5, 14)  # from this kernel on RLIMIT_NPROC counts inside the user namespace


def run(
    command: Sequence[str],
    *,
    environment: Environment,
    folder: Path,
    isolation: Isolation,
    log: Path,
    grants: Grants | None = None,
    limits: Limits | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Ended:
    """Run `command` in `folder`, which it may write to, until it ends; its output goes to the end of `log`.

    Ctrl-C stops it with everything that came of it, and goes on as KeyboardInterrupt.

    Raises:
        HostLost: it was stopped or killed: time, memory, processes, output, or from outside.
        Refused: what was granted is not there or cannot be granted.
    """
    return finished(
        runs(
            command, environment=environment, folder=folder, isolation=isolation, log=log, grants=grants,
            limits=limits, say=say,
        )
    )  # fmt: skip


def runs(
    command: Sequence[str],
    *,
    environment: Environment,
    folder: Path,
    isolation: Isolation,
    log: Path,
    grants: Grants | None = None,
    limits: Limits | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Generator[Waiting, None, Ended]:
    """Do as `run` does, and yield once `command` was started."""
    limits = limits or Limits()
    with start(
        command, environment=environment, folder=folder, isolation=isolation, log=log, grants=grants,
        limits=limits, seconds=limits.seconds, say=say,
    ) as running:  # fmt: skip
        yield Waiting(over=lambda: not running.poll())
        return running.ended()


@contextmanager
def start(
    command: Sequence[str],
    *,
    environment: Environment,
    folder: Path | None,
    isolation: Isolation,
    log: Path,
    grants: Grants | None = None,
    limits: Limits | None = None,
    seconds: float | None = None,
    say: Callable[[str], None] = lambda _: None,
    working_folder: str = "",
    pass_descriptors: Sequence[int] = (),
) -> Iterator[Running]:
    """Start `command` and yield it while it runs; leaving the block ends it and all that came of it.

    `seconds` limits its life; None for a service, which is stopped by `Running.stop` or by leaving.
    `working_folder` is a path inside, where that is not `folder`. `pass_descriptors` stay open in the program.

    Raises:
        Refused: what was granted is not there or cannot be granted.
    """
    limits, grants = limits or Limits(), grants or Grants()
    with ExitStack() as closing:
        own = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="iddr-", ignore_cleanup_errors=True)))
        told, tell = os.pipe()
        closing.callback(os.close, told)
        uid = USERS[secrets.randbelow(len(USERS))] if isolation.drops_user else None
        inside = working_folder or _default_folder(folder, own, isolation)
        launcher = _launcher(environment, own, isolation, limits, uid=uid, tell=tell, inside=inside)
        binds = _binds(environment, folder, grants, isolation)
        task = _watch(limits, seconds, log) | {
            "argv": launcher + list(command),
            "environment": _variables(environment, own, isolation) | dict(grants.secrets),
            "pass": [tell, *pass_descriptors],
            "uid": uid,
            "handed": [str(bind.source.resolve()) for bind in binds if bind.writable and uid is not None],
        }
        if isolation.level == "bubblewrap":
            walls = Walls(
                program=isolation.program, drops_user=isolation.drops_user, features=isolation.features,
                space_bytes=limits.memory_megabytes * MEGABYTE, network=grants.network,
                rootfs=environment.rootfs, binds=binds, own=_own_files(own, environment, uid),
            )  # fmt: skip
            task["argv"] = walls.arguments() + task["argv"]
        try:
            running = _begin(task, limits, seconds, log, told, say)
        finally:
            os.close(tell)
        closing.callback(running.close)
        yield running


def _begin(
    task: dict[str, Any], limits: Limits, seconds: float | None, log: Path, told: int, say: Callable[[str], None]
) -> Running:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as faults:
        log_start = faults.tell()
        keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", KEEPER, str(PACKAGES)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=faults, bufsize=0,
            start_new_session=True, pass_fds=task["pass"], cwd="/", env={"PATH": os.defpath},
        )  # fmt: skip
    running = Running(
        keeper=keeper, limits=limits, seconds=seconds, log=log, log_start=log_start, started_by=told, say=say
    )
    try:
        if keeper.stdin is not None:
            keeper.stdin.write(json.dumps(task).encode() + b"\n")
    except BaseException:
        running.close()
        raise
    return running


def _watch(limits: Limits, seconds: float | None, log: Path) -> dict[str, Any]:
    return {
        "log": str(log.absolute()),
        "seconds": seconds,
        "grace": limits.grace_seconds,
        "memory_bytes": limits.memory_megabytes * MEGABYTE,
        "processes": limits.processes + SLACK_PROCESSES,
        "output_bytes": limits.output_megabytes * MEGABYTE,
    }


def _default_folder(folder: Path | None, own: Path, isolation: Isolation) -> str:
    if folder is not None:
        return str(folder.absolute())
    return HOME if isolation.level == "bubblewrap" else str(own / "tmp")


def _launcher(
    environment: Environment,
    own: Path,
    isolation: Isolation,
    limits: Limits,
    *,
    uid: int | None,
    tell: int,
    inside: str,
) -> list[str]:
    """Return the command that sets the kernel's limits and becomes the program that follows."""
    walled = isolation.level == "bubblewrap"
    kept = {"CORE": 0, "DATA": 2 * limits.memory_megabytes * MEGABYTE + SPARE_BYTES}
    if uid is not None:
        kept["NPROC"] = limits.processes
    elif os.geteuid() != 0:  # the kernel exempts root
        others = 0 if walled and _kernel() >= COUNTS_BY_NAMESPACE else processes.user_thread_count(os.geteuid())
        kept["NPROC"] = limits.processes + others
    settings = {"started": tell, "uid": uid, "limits": kept, "no_new_privileges": not walled, "folder": inside}
    script = own / "launch.py"
    script.write_bytes(LAUNCHER.read_bytes())
    script.chmod(0o644)
    seen = f"{OWN}/launch.py" if walled else str(script)
    return [str(environment.python), "-I", "-S", seen, json.dumps(settings)]


def _kernel() -> tuple[int, ...]:
    return tuple(int(each) for each in platform.release().split("-")[0].split(".")[:2])


def _variables(environment: Environment, own: Path, isolation: Isolation) -> dict[str, str]:
    """Return the whole environment of the program: nothing of ours is passed on.

    Hashes are seeded, so that a training that iterates over a set can be repeated.
    """
    walled = isolation.level == "bubblewrap"
    home, temporary = (HOME, "/tmp") if walled else (str(own / "home"), str(own / "tmp"))  # noqa: S108
    if not walled:
        (own / "home").mkdir()
        (own / "tmp").mkdir()
    variables = {
        "PATH": f"{environment.python.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": temporary,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return variables | ({"PYTHONPATH": ":".join(environment.pythonpath)} if environment.pythonpath else {})


def _own_files(own: Path, environment: Environment, uid: int | None) -> tuple[Bind, ...]:
    """Show the launcher, and a list of users with the program's own; an unpacked image brings its list."""
    launcher = Bind(source=own / "launch.py", target=f"{OWN}/launch.py")
    if environment.rootfs is not None:
        return (launcher,)
    number, group = (os.geteuid(), os.getegid()) if uid is None else (uid, uid)
    lines = {"passwd": f"model:x:{number}:{group}:model:{HOME}:/bin/sh\n", "group": f"model:x:{group}:\n"}
    for name, line in lines.items():
        (own / name).write_text(line)
        (own / name).chmod(0o644)
    users = tuple(Bind(source=own / name, target=f"/etc/{name}") for name in lines)
    return (*users, launcher)


def _binds(
    environment: Environment, folder: Path | None, grants: Grants, isolation: Isolation
) -> tuple[Bind, ...]:
    walled = isolation.level == "bubblewrap"
    if environment.rootfs is not None and not walled:
        raise Refused(
            f"an unpacked image runs at the full isolation level only: {isolation.reason}; {isolation.mend}"
        )
    for bind in grants.binds:
        _require(bind, isolation)
    needed = [Bind(source=path) for path in environment.binds if not path.is_relative_to("/usr")]
    return (*needed, *grants.binds, *([Bind(source=folder, writable=True)] if folder else []))


def _require(bind: Bind, isolation: Isolation) -> None:
    if not bind.source.exists():
        raise Refused(f"{bind.source}: not found, and the sandboxed program is to see it")
    if isolation.level != "bubblewrap" and bind.inside != str(bind.source.absolute()):
        raise Refused(f"{bind.source}: the lesser isolation level cannot show it as {bind.target}")
    mode = bind.source.stat().st_mode
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    if isolation.drops_user and not bind.writable and mode & wanted != wanted:
        raise Refused(
            f"{bind.source}: readable by its owner alone (mode {stat.S_IMODE(mode):o}), and the sandbox runs as "
            f"another user; chmod -R a+rX {bind.source}"
        )
