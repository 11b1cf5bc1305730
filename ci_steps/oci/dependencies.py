"""The dependency layer: what the model's lock and the service's own name, trimmed and byte-compiled."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.oci import interpreter, trimming
from ci_steps.oci.base_image import Base
from ci_steps.oci.interpreter import compile_tree
from ci_steps.oci.layers import Content, Layer, cached_layer, tree
from ci_steps.state import sha256_of
from ci_steps.steps import Infrastructure, Refused
from ci_steps.tools import package_index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INSIDE = "opt/deps"
PLATFORMS = {"x86_64": "x86_64-unknown-linux-gnu", "aarch64": "aarch64-unknown-linux-gnu"}
NETWORK = re.compile(r"dns|network|connect|timed out|timeout|fetch|tls|certificate|50[0234]", re.IGNORECASE)
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)[^;]*?(?:\\?\n|\Z)", re.MULTILINE)
# Other rules give another layer.
RULES = "".join(sha256_of(Path(str(file))) for file in (__file__, interpreter.__file__, trimming.__file__))


def dependency_layer(
    lock: Path | None, serving: Sequence[Path], base: Base, *, cache: Path, log: Path, say: Callable[[str], None]
) -> Layer:
    """Return the layer with everything that the lock files name, for the base's Python and this platform.

    `lock` is the model's, None for a form that needs no package of the model; `serving` are the service's own.

    Raises:
        Refused: the locks contradict each other, or a package has no wheel for this Python.
        Infrastructure: the package index does not answer.
    """
    contents = [sha256_of(file) for file in ([lock] if lock else []) + [*serving]]
    key = "\0".join(["dependencies", RULES, *contents, base.minor, base.reference, platform.machine()])

    def files() -> dict[str, Content | None]:
        folder = Path(tempfile.mkdtemp(dir=_made(cache / "dependencies")))
        waste.append(folder)
        _install(lock, serving, base, folder, log=log, say=say)
        say("trimming and byte-compiling the dependencies")
        trimming.trim(folder)
        compile_tree(base.rootfs, base.python, folder, place=f"/{INSIDE}")
        trimming.list_files(folder)
        say("packing the dependencies")
        return tree(folder, below=INSIDE)

    waste: list[Path] = []
    try:
        return cached_layer(key, cache, files)
    finally:
        for folder in waste:
            shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def install(
    lock: Path | None, serving: Sequence[Path], minor: str, folder: Path, *, log: Path, say: Callable[[str], None]
) -> None:
    """Install into `folder` what the lock files name, trimmed and not byte-compiled: a build does that.

    Raises:
        Refused: the locks contradict each other, or a package has no wheel for this Python.
        Infrastructure: the package index does not answer.
    """
    nothing = Base(layers=(), rootfs=folder, python="", minor=minor, reference="", settings={})
    _install(lock, serving, nothing, folder, log=log, say=say)
    trimming.trim(folder)
    trimming.list_files(folder)


def _install(
    lock: Path | None, serving: Sequence[Path], base: Base, folder: Path, *, log: Path, say: Callable[[str], None]
) -> None:
    import sys

    from uv import find_uv_bin

    say("installing the image's dependencies")
    theirs = lock.read_text("utf-8", "replace") if lock else ""
    hashed = lock is None or "--hash" in theirs
    runtime = folder.with_suffix(".txt")
    runtime.write_text("".join(without_pinned(each.read_text("utf-8"), theirs) for each in serving), "utf-8")
    command = [
        find_uv_bin(), "pip", "install", "--target", str(folder.absolute()), "--python", sys.executable,
        "--python-version", base.minor, "--python-platform", PLATFORMS[platform.machine()],
        "--only-binary", ":all:", "--no-deps", "--link-mode", "copy", "-r", str(runtime.absolute()),
        *(["-r", str(lock.absolute())] if lock else []),
    ]  # fmt: skip
    with log.open("ab") as out:
        command += ["--require-hashes"] if hashed else []
        variables = package_index.settings(os.environ, hashed=hashed) | {"UV_NO_PROGRESS": "1"}
        ended = subprocess.run(
            command, stdout=out, stderr=subprocess.PIPE, text=True, errors="replace", check=False, env=variables,
            cwd=(lock or runtime).absolute().parent,
        )  # fmt: skip
        told = package_index.without_passwords(ended.stderr)
        out.write(told.encode())
    runtime.unlink()
    if ended.returncode:
        said = told.strip()[-800:]
        if NETWORK.search(said) and "hash" not in said.lower() and "no solution" not in said.lower():
            raise Infrastructure(f"the package index did not answer:\n{said}")
        raise Refused(
            f"the image's dependencies cannot be installed for Python {base.minor}:\n{said}\n"
            f"lock again for this Python (uv pip compile --generate-hashes); the service brings "
            f"{', '.join(each.name for each in serving)}"
        )


def without_pinned(serving: str, lock: str) -> str:
    """Return the lock `serving` without the packages that `lock` pins to another version: the model's own wins.

    Entries of `lock` that hold for some platforms alone (with a marker) do not count.
    """
    theirs = {_normal(name): version for name, version in PIN.findall(lock)}
    kept, keeps = list[str](), True
    for line in serving.splitlines(keepends=True):
        if match := PIN.match(line):
            name, version = _normal(match[1]), match[2]
            keeps = theirs.get(name, version) == version
        if keeps or line.startswith("#"):
            kept.append(line)
    return "".join(kept)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
