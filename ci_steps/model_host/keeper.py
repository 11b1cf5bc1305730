"""The keeper: a process between us and a sandboxed program that watches it and leaves nothing of it behind.

It outlives us: when its standard input ends, because we closed it or died, it stops the program and every
process that came of it. It keeps to the standard library, so that it starts in some 20 ms.
In: one JSON line with the task; any later byte asks to stop. Out: JSON lines {"line": text} while the program
prints, then one {"ended": {...}}.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ci_steps.model_host import ownership, processes

LOOK_SECONDS = 0.05
LINE_SECONDS = 0.2
ORPHAN_GRACE_SECONDS = 1.0
SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2): orphans of the program come to us


@dataclass(slots=True, kw_only=True)
class Watch:
    """What is known of the running program; `why` is empty until it is being stopped."""

    task: dict[str, Any]
    process: subprocess.Popen[bytes]
    output: int
    log: IO[bytes]
    started: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    said: float = 0.0
    why: str = ""
    kill_at: float = float("inf")
    peak: int = 0
    written: int = 0


def main() -> None:
    """Carry out the task on standard input."""
    task = read_task()
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    kills = processes.kernel_kills()
    found = {folder: Path(folder).stat() for folder in task["handed"]}
    owners = {folder: (known.st_uid, known.st_gid) for folder, known in found.items()}
    try:
        for folder in owners:
            ownership.hand_over(folder, task["uid"])
        watch = begin(task)
        code = attend(watch, wake_on_child_end())
        processes.kill_descendants(os.getpid())
        drain(watch)
    finally:
        for folder, owner in owners.items():
            ownership.hand_back(folder, task["uid"], owner)
    os.set_blocking(1, True)
    seconds, killed = time.monotonic() - watch.started, processes.kernel_kills() > kills
    end = {"code": code, "why": watch.why, "seconds": seconds, "peak": watch.peak, "kernel_killed": killed}
    tell({"ended": end})


def read_task() -> dict[str, Any]:
    """Read the one line that says what to do, and not a byte more."""
    line = bytearray()
    while not line.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            sys.exit(0)
        line += part
    task: dict[str, Any] = json.loads(line)
    return task


def begin(task: dict[str, Any]) -> Watch:
    """Start the program, its output in a pipe, and close our copies of what was meant for it."""
    output, theirs = os.pipe()
    log = Path(task["log"]).open("ab", buffering=0)  # noqa: SIM115 - closed with the watch
    process = subprocess.Popen(
        task["argv"], env=task["environment"], cwd="/", stdin=subprocess.DEVNULL,
        stdout=theirs, stderr=theirs, pass_fds=task["pass"], start_new_session=True, umask=0o022,
    )  # fmt: skip
    for each in [theirs, *task["pass"]]:
        os.close(each)
    os.set_blocking(1, False)
    return Watch(task=task, process=process, output=output, log=log)


def wake_on_child_end() -> int:
    """Return a descriptor that becomes readable when a child ends."""
    wake, signalled = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(signalled, False)
    signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return wake


def attend(watch: Watch, wake: int) -> int:
    """Attend to the program until it has ended; return its exit code, 128 + n after signal n."""
    heard = {0, watch.output, wake}
    while watch.process.poll() is None:
        ready, _, _ = select.select(list(heard), [], [], LOOK_SECONDS)
        if 0 in ready:
            heard -= obey(watch)
        if watch.output in ready and not take_output(watch):
            heard -= {watch.output}
        if wake in ready:
            os.read(wake, 512)
        look(watch)
        if time.monotonic() >= watch.kill_at:
            for pid in processes.descendants(os.getpid()):
                processes.send(pid, signal.SIGKILL)
            watch.process.wait()
    code = watch.process.returncode
    return code if code >= 0 else 128 - code


def obey(watch: Watch) -> set[int]:
    """Stop as we are asked to; a closed input means that nobody is there any more to ask."""
    asked = os.read(0, 4096)
    grace: float = watch.task["grace"]
    stop(watch, "stopped", grace=grace if asked else min(grace, ORPHAN_GRACE_SECONDS))
    return set() if asked else {0}


def look(watch: Watch) -> None:
    """Compare what the program uses with its limits, some 20 times a second."""
    now, task = time.monotonic(), watch.task
    if now - watch.looked < LOOK_SECONDS:
        return
    watch.looked = now
    pids = processes.descendants(os.getpid())
    used = processes.memory_bytes(pids, task["memory_bytes"])
    watch.peak = max(watch.peak, used)
    if used > task["memory_bytes"]:
        stop(watch, "out of memory", grace=0.0)
    elif processes.thread_count(pids) > task["processes"]:
        stop(watch, "processes", grace=0.0)
    elif task["seconds"] is not None and now - watch.started > task["seconds"]:
        stop(watch, "time-out", grace=task["grace"])
    processes.reap([pid for pid in processes.children(os.getpid()) if pid != watch.process.pid])


def stop(watch: Watch, why: str, *, grace: float) -> None:
    """Ask the program to end and set the time at which it is killed; the first reason stands."""
    watch.kill_at = min(watch.kill_at, time.monotonic() + grace)
    if not watch.why:
        watch.why = why
        if grace > 0:
            processes.send(processes.program_of(watch.process.pid), signal.SIGTERM)


def take_output(watch: Watch) -> bool:
    """Write what the program printed to the log, up to its limit; say whether more can come."""
    chunk = os.read(watch.output, 65536)
    room = max(watch.task["output_bytes"] - watch.written, 0)
    watch.log.write(chunk[:room])
    watch.written += len(chunk)
    if len(chunk) > room:
        stop(watch, "output", grace=0.0)
    text = chunk.decode(errors="replace").strip()
    if text and time.monotonic() - watch.said > LINE_SECONDS:
        watch.said = time.monotonic()
        tell({"line": "".join(each for each in text.splitlines()[-1] if each.isprintable())[:160]})
    return bool(chunk)


def drain(watch: Watch) -> None:
    """Take what was printed before the end: every writer is gone, and were one not, silence ends this too."""
    while select.select([watch.output], [], [], 1.0)[0] and take_output(watch):
        pass
    watch.log.close()


def tell(event: dict[str, Any]) -> None:
    """Pass an event on; one that nobody reads is dropped, for waiting would stop the watch."""
    try:
        os.write(1, json.dumps(event).encode() + b"\n")
    except (BlockingIOError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
