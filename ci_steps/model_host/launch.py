"""First program inside the sandbox: say that it stands, give up what is left of power, become the command.

Runs with the model environment's interpreter, so it keeps to Python 3.6 and the standard library.
Usage: launch.py SETTINGS COMMAND...   where SETTINGS is JSON: {"started": fd, "uid": n or null,
"limits": {"NPROC": n, ...}, "no_new_privileges": bool, "folder": where the command runs}.
"""

# ruff: noqa: UP006, UP035 - Python 3.6

import json
import os
import resource
import sys
from typing import Any, Dict, List


def forbid_new_privileges() -> None:
    """Make set-uid programs (sudo) powerless, as bubblewrap does at the full level."""
    import ctypes

    set_no_new_privileges = 38  # PR_SET_NO_NEW_PRIVS, prctl(2)
    if ctypes.CDLL(None).prctl(set_no_new_privileges, 1, 0, 0, 0) != 0:
        sys.exit("the kernel refuses PR_SET_NO_NEW_PRIVS")


def set_limits(limits: Dict[str, int]) -> None:
    """Set the limits that the kernel keeps, never above those that stand already."""
    for name, wanted in sorted(limits.items()):
        kind = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (value, value))


def become(uid: int) -> None:
    """Leave root for good: groups first, then the group, then the user."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def main(settings: Dict[str, Any], command: List[str]) -> None:
    """Replace this process by `command`; exit with 127 where it cannot be started."""
    os.write(settings["started"], b".")
    os.close(settings["started"])
    set_limits(settings["limits"])
    if settings["uid"] is not None:
        become(settings["uid"])
    if settings["no_new_privileges"]:
        forbid_new_privileges()
    try:
        os.chdir(settings["folder"])  # now, for it may be open to this user alone
        os.environ["PWD"] = settings["folder"]
        os.execvp(command[0], command)  # noqa: S606 - a list, and no shell is the point
    except OSError as error:
        sys.stderr.write("cannot start %s: %s\n" % (command[0], error.strerror))  # noqa: UP031
        sys.exit(127)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
