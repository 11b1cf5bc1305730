"""The base's own Python: found in its root file system, and run on this machine to make byte code."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.oci.unpacking import inside
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PYTHON_FOLDERS = ("usr/local/bin", "usr/bin", "opt/python/bin")
LOADERS = ("lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1")
LIBRARIES = ("usr/local/lib", "lib", "usr/lib")
VARIABLES = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
OURS = ("proc", "dev", "sys", "tmp")  # the sandbox makes them itself
TARGET = "/iddr-target"
# The shares are fixed: byte code depends a little on what its process compiled before.
SHARES = 2
SCRIPT = f"""
import os, py_compile, sys
folder, place, share = sys.argv[1], sys.argv[2], int(sys.argv[3])
names = sorted(
    os.path.join(parent, name) for parent, _, files in os.walk(folder) for name in files if name.endswith(".py")
)
for name in names[share::{SHARES}]:
    try:
        py_compile.compile(
            name, dfile=place + name[len(folder):], doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    except py_compile.PyCompileError as error:
        if not isinstance(error.exc_value, (SyntaxError, UnicodeError, ValueError)):
            raise
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How the base's Python is started here; `target` is where it finds the folder that it works on."""

    command: tuple[str, ...]
    variables: dict[str, str]
    target: str


def interpreter_in(rootfs: Path, python: str, *, named: str) -> str:
    """Return the path inside `rootfs` of the interpreter whose minor is `python`.

    Raises:
        Refused: there is none of that minor; the message names those that there are.
    """
    for folder in PYTHON_FOLDERS:
        if inside(rootfs, f"{folder}/python{python}").is_file():
            return f"/{folder}/python{python}"
    found = sorted(
        {p.name for f in PYTHON_FOLDERS for p in (rootfs / f).glob("python3.*") if p.name[-1].isdigit()}
    )
    raise Refused(
        f"[steps.image] base {named!r} has {', '.join(found) or 'no Python'}; [environment] python is {python}; "
        "all must share one Python minor: change one of the two"
    )


def compile_tree(rootfs: Path, python: str, folder: Path, *, place: str) -> None:
    """Byte-compile every module under `folder`, which will lie at `place` in the image.

    The code is made by the base's own interpreter and is not checked against the source's time. A file that
    is no valid Python (a template, a leftover of Python 2) is passed over.

    Raises:
        Refused: the base's interpreter does not run here.
    """
    launch = _launch(rootfs, python, folder)

    def share(number: int) -> None:
        _run(launch, ["-W", "ignore", "-c", SCRIPT, launch.target, place, str(number)])

    with ThreadPoolExecutor(SHARES) as threads:
        list(threads.map(share, range(SHARES)))


def _launch(rootfs: Path, python: str, folder: Path) -> Launch:
    """Return the sandboxed way where bubblewrap works on this machine, else the plain one."""
    lesser, walled = plain(rootfs, python, folder), _walled(rootfs, python, folder)
    if walled:
        try:
            _run(walled, ["-c", ""])
        except Refused:
            pass
        else:
            return walled
    return lesser


def _walled(rootfs: Path, python: str, folder: Path) -> Launch | None:
    program = shutil.which("bwrap")
    if program is None:
        return None
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--tmpfs", "/"]
    for top in sorted(rootfs.iterdir()):
        if top.is_symlink():
            command += ["--symlink", str(top.readlink()), f"/{top.name}"]
        elif top.is_dir() and top.name not in OURS:
            command += ["--ro-bind", str(top), f"/{top.name}"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", str(folder), TARGET]  # noqa: S108
    return Launch(command=(*command, python), variables=VARIABLES, target=TARGET)


def plain(rootfs: Path, python: str, folder: Path) -> Launch:
    """Return how to start the base's Python without entering its root file system.

    Raises:
        Refused: the base has no glibc.
    """
    loader = next((path for name in LOADERS if (path := inside(rootfs, name)).is_file()), None)
    if loader is None:
        raise Refused("the base image has no glibc loader; use a base with glibc (Debian, Ubuntu, python:slim)")
    tops = [inside(rootfs, name) for name in LIBRARIES]
    libraries = [str(f) for top in tops for f in (top, *top.glob("*-linux-gnu")) if f.is_dir()]
    program = inside(rootfs, python)
    home = {"PYTHONHOME": str(program.parent.parent)}
    command = (str(loader), "--library-path", ":".join(libraries), str(program))
    return Launch(command=command, variables=VARIABLES | home, target=str(folder))


def _run(launch: Launch, arguments: Sequence[str]) -> None:
    ended = subprocess.run(
        [*launch.command, "-B", "-s", "-S", *arguments],
        capture_output=True, text=True, errors="replace", check=False, env=launch.variables,
    )  # fmt: skip
    if ended.returncode:
        said = ended.stderr.strip()[-500:] or f"it ended with {ended.returncode}"
        raise Refused(f"the base's Python does not run on this machine: {said}")
