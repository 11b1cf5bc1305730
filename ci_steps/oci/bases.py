"""What an image stands on: a root file system with a Python, as layers and unpacked."""

from __future__ import annotations

import json
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ci_steps.oci.layers import Layer

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
PYTHON_FOLDERS = ("usr/local/bin", "usr/bin", "opt/python/bin")
LOADERS = ("lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1", "usr/lib64/ld-linux-x86-64.so.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A base: `layers` go into the image, `rootfs` is them unpacked, `python` its interpreter inside.

    `reference` says what it is, pinned by digest; `settings` are those of the base image's own config.
    """

    layers: tuple[Layer, ...]
    rootfs: Path
    python: str
    minor: str
    reference: str
    settings: dict[str, Any]


def architecture() -> str:
    """Return this machine's architecture as images name it.

    Raises:
        Refused: images are not written for this architecture.
    """
    found = ARCHITECTURES.get(platform.machine())
    if found is None:
        raise Refused(f"images are written for amd64 and arm64; this machine is {platform.machine()}")
    return found


def resolve_base(name: str, *, python: str, cache: Path, root: Path, say: Callable[[str], None]) -> Base:
    """Return the base `name`: `debian`, `oci:<path of a layout or archive>`, or a registry reference.

    Raises:
        Refused: the base is not there, or its Python minor is not `python`.
        Infrastructure: a registry or a package server does not answer.
    """
    if name == "debian":
        from ci_steps.oci.debian import debian_base

        return debian_base(python, cache=cache, say=say)
    if name.startswith("oci:"):
        from ci_steps.oci.layouts import layout_base

        return layout_base(root / name.removeprefix("oci:"), python, cache=cache)
    from ci_steps.oci.registry_base import registry_base

    return registry_base(name, python, cache=cache, say=say)


def interpreter_in(rootfs: Path, python: str, *, named: str) -> str:
    """Return the path inside `rootfs` of the interpreter whose minor is `python`.

    Raises:
        Refused: there is none of that minor; the message names those that there are.
    """
    for folder in PYTHON_FOLDERS:
        if (rootfs / folder / f"python{python}").is_file():
            return f"/{folder}/python{python}"
    found = sorted(
        {p.name for f in PYTHON_FOLDERS for p in (rootfs / f).glob("python3.*") if p.name[-1].isdigit()}
    )
    raise Refused(
        f"[steps.image] base {named!r} has {', '.join(found) or 'no Python'}; [environment] python is {python}; "
        "all must share one Python minor: change one of the two"
    )


def run_python(rootfs: Path, python: str, arguments: Sequence[str]) -> None:
    """Run the base's own interpreter on this machine, without entering its root file system.

    Raises:
        Refused: the base's interpreter does not run here.
    """
    loader = next((rootfs / name for name in LOADERS if (rootfs / name).exists()), None)
    if loader is None:
        raise Refused("the base image has no glibc loader; use a base with glibc (Debian, Ubuntu, python:slim)")
    folders = [rootfs / "usr/local/lib", *(rootfs / top for top in ("lib", "usr/lib"))]
    libraries = [str(f) for folder in folders for f in (folder, *folder.glob("*-linux-gnu")) if f.is_dir()]
    home = rootfs / Path(python).parent.parent.relative_to("/")
    command = [str(loader.resolve()), "--library-path", ":".join(libraries), str(rootfs / python.lstrip("/"))]
    ended = subprocess.run(
        [*command, "-S", *arguments], capture_output=True, text=True, check=False,
        env={"PYTHONHOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if ended.returncode:
        raise Refused(f"the base's Python failed: {ended.stderr.strip()[-500:] or ended.stdout.strip()[-500:]}")


def compile_tree(rootfs: Path, python: str, folder: Path, *, inside: str) -> None:
    """Byte-compile every module under `folder`, which will lie at `inside` in the image.

    The code is made by the base's own interpreter and is not checked against the source's time.
    """
    # -B and -f: what the interpreter imports to run this would be cached with this machine's paths and times.
    arguments = ["-B", "-m", "compileall", "-f", "-q", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    script = ["-s", str(folder), "-p", inside, str(folder)]
    try:
        run_python(rootfs, python, [*arguments, *script])
    except Refused as error:
        # compileall exits with 1 where one file (a template, a Python 2 leftover) has a syntax error.
        if "Error" in str(error).replace("SyntaxError", ""):
            raise


def read_record(path: Path) -> dict[str, Any] | None:
    """Return a JSON record of the cache, or None."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found
