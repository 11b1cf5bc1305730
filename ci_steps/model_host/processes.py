"""Processes as the kernel lists them: who came of whom, and what they use together."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started or adopted and that are still there."""
    found: list[int] = []
    try:
        for thread in _threads(pid):
            found += map(int, _content(f"/proc/{pid}/task/{thread}/children").split())
    except OSError:
        return found
    return found


def _threads(pid: int) -> list[str]:
    return os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - as below


def _content(path: str) -> bytes:
    """Return what a file of the kernel holds; 20 times a second, a Path would be half of the work."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def descendants(pid: int) -> list[int]:
    """Return every process below `pid`, each before those that came of it."""
    found, queue = list[int](), children(pid)
    while queue:
        found.append(queue.pop())
        queue += children(found[-1])
    return found


def memory_bytes(pids: list[int], limit: int) -> int:
    """Return the memory of `pids` together.

    Forked workers share pages. What is cheap to read counts those again for each worker; so a sum above
    `limit` is taken once more with a page that n processes share counted as 1/n for each.
    """
    quick = sum(map(_resident_bytes, pids))
    return quick if quick <= limit else sum(map(_proportional_bytes, pids))


def _resident_bytes(pid: int) -> int:
    try:
        return int(_content(f"/proc/{pid}/statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))
    except (OSError, StopIteration):
        return _resident_bytes(pid)


def thread_count(pids: list[int]) -> int:
    """Return how many threads `pids` have together: what the kernel counts against its process limit."""
    count = 0
    for pid in pids:
        try:
            count += len(_threads(pid))
        except OSError:
            continue
    return count


def user_thread_count(uid: int) -> int:
    """Return how many threads the user `uid` runs on this machine."""
    owned = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and entry.stat().st_uid == uid:
                owned.append(int(entry.name))
        except OSError:
            continue
    return thread_count(owned)


def kernel_kills() -> int:
    """Return how often the kernel has killed for lack of memory since the machine started."""
    try:
        fields = Path("/proc/vmstat").read_text().split()
        return int(fields[fields.index("oom_kill") + 1])
    except (OSError, ValueError):
        return 0


def program_of(pid: int) -> int:
    """Return the program itself where `pid` is bubblewrap, which passes no signals on; else `pid`."""
    try:
        while Path(f"/proc/{pid}/comm").read_text().strip() == "bwrap":
            pid = children(pid)[0]
    except (OSError, IndexError):
        return pid
    return pid


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def reap(pids: list[int]) -> None:
    """Take leave of those of our children `pids` that have ended."""
    for pid in pids:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue


def kill_descendants(pid: int) -> None:
    """Kill all that is below `pid`, again and again until nothing is left."""
    while left := descendants(pid):
        for each in left:
            send(each, signal.SIGKILL)
        reap(children(pid))
        time.sleep(0.002)
