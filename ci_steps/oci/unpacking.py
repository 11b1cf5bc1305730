"""Unpacks tars as a container engine unpacks layers: links lead nowhere outside, whiteouts remove.

Not done with tarfile's own filters: Python 3.11.2, which Debian 12 has, does not know them.
Source: OCI Image Format Specification 1.1, "Image Layer Filesystem Changeset".
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Sequence

WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
LINKS = 40  # as many as Linux follows in one path


def unpack_layer(entries: tarfile.TarFile, root: Path) -> None:
    """Unpack `entries` below `root`, over what earlier layers left there.

    Owners, times, set-user-id bits and devices are left out.

    Raises:
        Refused: an entry leaves `root`.
    """
    made: set[Path] = set()
    for entry in entries:
        parts = _parts(entry.name)
        if not parts:
            continue
        target = root.joinpath(*_followed(root, parts[:-1]), parts[-1])
        if target.name == OPAQUE:
            _clear(target.parent, made)
        elif target.name.startswith(WHITEOUT):
            _remove(target.with_name(target.name.removeprefix(WHITEOUT)))
        else:
            _unpack(entries, entry, target, root)
            made |= {target, *target.parents}


def inside(root: Path, name: str) -> Path:
    """Return where `name` leads below `root`, every link followed as it would be with `root` as the top.

    Raises:
        Refused: the links run in circles.
    """
    return root.joinpath(*_followed(root, PurePosixPath(name).parts))


def _parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise Refused(f"{name}: leads out of the archive; the archive is not used")
    return path.parts


def _followed(root: Path, parts: Sequence[str]) -> list[str]:
    pending, found, links = list(reversed(parts)), list[str](), 0
    while pending:
        part = pending.pop()
        path = root.joinpath(*found, part)
        if part == "/":
            found = []
        elif part == "..":
            found = found[:-1]
        elif path.is_symlink():
            links += 1
            if links > LINKS:
                raise Refused(f"{'/'.join(parts)}: its links run in circles; the archive is not used")
            pending += reversed(PurePosixPath(path.readlink()).parts)
        else:
            found.append(part)
    return found


def _unpack(entries: tarfile.TarFile, entry: tarfile.TarInfo, target: Path, root: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not entry.isdir() or target.is_symlink() or not target.is_dir():
            _remove(target)
        if entry.isdir():
            target.mkdir(exist_ok=True)
            target.chmod(entry.mode & 0o777 | 0o700)
        elif entry.issym():
            target.symlink_to(entry.linkname)
        elif entry.islnk():
            _link(entry, target, root)
        elif entry.isfile():
            _write(entries, entry, target)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{entry.name}: lies below what is no folder; the archive is not used") from None


def _link(entry: tarfile.TarInfo, target: Path, root: Path) -> None:
    parts = _parts(entry.linkname)
    source = root.joinpath(*_followed(root, parts[:-1]), *parts[-1:])
    if source.is_symlink() or not source.is_file():
        raise Refused(f"{entry.name}: is a hard link to {entry.linkname}, which is no file of the archive")
    os.link(source, target)


def _write(entries: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    content = entries.extractfile(entry)
    if content is not None:
        with target.open("xb") as out:
            shutil.copyfileobj(content, out, 1 << 20)
        target.chmod(entry.mode & 0o777 | 0o600)


def _clear(folder: Path, made: set[Path]) -> None:
    """Remove what earlier layers left in `folder`; what this layer has `made` stays."""
    for child in folder.iterdir() if folder.is_dir() else ():
        if child not in made:
            _remove(child)
        elif child.is_dir() and not child.is_symlink():
            _clear(child, made)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
