"""Unpacks tars as a container engine unpacks layers: links lead nowhere outside, whiteouts remove.

Not done with tarfile's own filters: Python 3.11.2, which Debian 12 has, does not know them.
Source: OCI Image Format Specification 1.1, "Image Layer Filesystem Changeset".
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Sequence

WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
LINKS = 40  # as many as Linux follows in one path
BLOCK = 1 << 20


def unpack_layer(entries: tarfile.TarFile, root: Path) -> None:
    """Unpack `entries` below `root`, over what earlier layers left there.

    Owners, times, set-user-id bits and devices are left out.

    Raises:
        Refused: an entry leaves `root`.
    """
    folders = _Folders(root)
    made: set[str] = set()
    for entry in entries:
        parts = _parts(entry.name)
        if not parts:
            continue
        folder = folders.of(parts[:-1])
        target = f"{folder}/{parts[-1]}"
        if parts[-1] == OPAQUE:
            _clear(Path(folder), {p for path in made for p in (path, *map(str, Path(path).parents))})
            folders.forget()
        elif parts[-1].startswith(WHITEOUT):
            _remove(Path(folder, parts[-1].removeprefix(WHITEOUT)))
            folders.forget()
        else:
            _unpack(entries, entry, target, folders)
            made.add(target)


class _Folders:
    """Where the folders of an archive lie, looked up once each: most entries share theirs with many others."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._found: dict[tuple[str, ...], str] = {}

    def of(self, parts: tuple[str, ...]) -> str:
        """Return where `parts` lead, every link followed; what is not there yet is made with the first entry."""
        return self._found.get(parts) or str(self.root.joinpath(*_followed(self.root, parts)))

    def make(self, parts: tuple[str, ...], folder: str) -> None:
        """Make the folder to which `parts` lead."""
        if parts not in self._found:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - some thousand times
            self._found[parts] = folder

    def forget(self) -> None:
        """Look again: a folder may have gone, or be a link now."""
        self._found.clear()


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


def _unpack(entries: tarfile.TarFile, entry: tarfile.TarInfo, target: str, folders: _Folders) -> None:
    try:
        folders.make(_parts(entry.name)[:-1], target.rpartition("/")[0])
        if not (entry.isdir() and _is_folder(target)) and _remove(Path(target)):
            folders.forget()
        if entry.isdir():
            Path(target).mkdir(exist_ok=True)
            Path(target).chmod(entry.mode & 0o777 | 0o700)
        elif entry.issym():
            Path(target).symlink_to(entry.linkname)
        elif entry.islnk():
            _link(entry, target, folders.root)
        elif entry.isfile():
            _write(entries, entry, target)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{entry.name}: lies below what is no folder; the archive is not used") from None


def _is_folder(target: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(target).st_mode)
    except FileNotFoundError:
        return False


def _link(entry: tarfile.TarInfo, target: str, root: Path) -> None:
    parts = _parts(entry.linkname)
    source = root.joinpath(*_followed(root, parts[:-1]), *parts[-1:])
    if source.is_symlink() or not source.is_file():
        raise Refused(f"{entry.name}: is a hard link to {entry.linkname}, which is no file of the archive")
    os.link(source, target)


def _write(entries: tarfile.TarFile, entry: tarfile.TarInfo, target: str) -> None:
    content = entries.extractfile(entry)
    if content is None:
        return
    with open(target, "xb") as out:  # noqa: PTH123 - some thousand times
        while block := content.read(BLOCK):
            out.write(block)
        os.fchmod(out.fileno(), entry.mode & 0o777 | 0o600)


def _clear(folder: Path, made: set[str]) -> None:
    """Remove what earlier layers left in `folder`; what this layer has `made` stays."""
    for child in folder.iterdir() if folder.is_dir() else ():
        if str(child) not in made:
            _remove(child)
        elif child.is_dir() and not child.is_symlink():
            _clear(child, made)


def _remove(path: Path) -> bool:
    """Remove what is at `path`; return whether there was anything."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except (IsADirectoryError, PermissionError):  # Linux says the one of a folder, other systems the other
        shutil.rmtree(path)
    return True
