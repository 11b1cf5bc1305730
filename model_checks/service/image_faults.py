"""What is wrong with single files of an image's root file system."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.inputs import ImageFile

SET_USER_OR_GROUP, WORLD_WRITABLE, STICKY = 0o6000, 0o002, 0o1000
PROGRAMS = re.compile(r"^/(?:(?:usr/(?:local/)?)?s?bin|opt/(?:[^/]+/)*bin|root/\.(?:cargo|local)/bin)/([^/]+)$")
BUILD_TOOLS = re.compile(
    r"(?:[\w]+-linux-gnu(?:eabihf)?-)?(?:gcc|g\+\+|cpp|cc|c\+\+|clang|clang\+\+|ld|gfortran)(?:-\d+)?"
    r"|make|gmake|cmake|ninja|cargo|rustc|go|git|pip[\d.]*|uv|poetry|conda|mamba|micromamba"
    r"|apt|apt-get|aptitude|dpkg|yum|dnf|microdnf|rpm|apk"
)
PIP = re.compile(r"/(?:site-packages|dist-packages|deps)/pip/__init__\.py$")


def set_user_files(files: Mapping[str, ImageFile]) -> list[str]:
    """Return the programs that run as another user or group than the one who starts them."""
    return sorted(path for path, file in files.items() if file.kind == "file" and file.mode & SET_USER_OR_GROUP)


def world_writable(files: Mapping[str, ImageFile]) -> list[str]:
    """Return what everyone may write: files, and folders without the sticky bit."""
    return sorted(path for path, file in files.items() if file.mode & WORLD_WRITABLE and _is_open(file))


def _is_open(file: ImageFile) -> bool:
    return file.kind == "file" or (file.kind == "folder" and not file.mode & STICKY)


def build_tools(files: Mapping[str, ImageFile]) -> list[str]:
    """Return the compilers and package managers, by path."""
    return sorted(path for path, file in files.items() if file.kind != "folder" and _builds(path))


def _builds(path: str) -> bool:
    program = PROGRAMS.match(path)
    return PIP.search(path) is not None or (program is not None and BUILD_TOOLS.fullmatch(program[1]) is not None)


def share_compiled(files: Mapping[str, ImageFile]) -> tuple[int, int]:
    """Return how many modules have byte code beside them, and how many modules there are."""
    modules = [path for path in files if path.endswith(".py")]
    compiled = {
        path.partition("/__pycache__/")[0] + "/" + _module(path) for path in files if path.endswith(".pyc")
    }
    return sum(path.removesuffix(".py") in compiled for path in modules), len(modules)


def _module(path: str) -> str:
    return path.rpartition("/")[2].partition(".cpython-")[0].removesuffix(".pyc")
