"""Makes one file of a model that is a folder or a function: the same content gives the same bytes anywhere."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from typing import TYPE_CHECKING

from ci_steps.steps import StepFailed
from model_checks.model_files.packed_folders import FUNCTION, MLMODEL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci_steps.model_host.training import Sources

FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can hold
UNIX, FILE_MODE = 3, 0o100644
FUNCTION_ARCHIVE = "function.zip"


def as_one_file(model: Path, work: Path) -> Path:
    """Return the model file itself, or the archive in `work` that an MLflow folder becomes.

    Raises:
        StepFailed: the folder is no MLflow folder, or holds a link.
    """
    if not model.is_dir():
        return model
    if not (model / MLMODEL).is_file():
        raise StepFailed(
            f"{model.name!r} is a folder without a file {MLMODEL}; expected a model file, or a folder as MLflow "
            "saves it"
        )
    found = sorted(model.rglob("*"))
    odd = [each for each in found if each.is_symlink() or not (each.is_file() or each.is_dir())]
    if odd:
        raise StepFailed(f"{odd[0].relative_to(model.parent)}: is a link or no file; let the folder hold the file")
    archive = work / f"{model.name}.zip"
    _write({each.relative_to(model).as_posix(): each for each in found if each.is_file()}, archive)
    return archive


def function_archive(function: str, sources: Sources, work: Path) -> Path:
    """Return the archive in `work` of the repository's Python and the declared inputs, which `function` needs.

    Raises:
        StepFailed: a declared input is not there.
    """
    for file in sources.code:
        if not (sources.root / file).is_file():
            raise StepFailed(f"{file}: there is no such file; [model] inputs names it")
    archive = work / FUNCTION_ARCHIVE
    mark = json.dumps({"function": function}).encode()
    _write({FUNCTION: mark} | {file.as_posix(): sources.root / file for file in sources.code}, archive)
    return archive


def _write(files: Mapping[str, bytes | Path], archive: Path) -> None:
    """Write `files` in the order of their names, without compression, whose bytes differ between libraries."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIRST_TIME)
            entry.create_system, entry.external_attr = UNIX, (FILE_MODE | stat.S_IFREG) << 16
            if isinstance(content, bytes):
                packed.writestr(entry, content)
                continue
            entry.file_size = content.stat().st_size
            with content.open("rb") as source, packed.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
