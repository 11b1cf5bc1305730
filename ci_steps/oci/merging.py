"""Merges the layers of an image into one listing: what a container sees, and what hides below it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ci_steps.oci.unpacking import OPAQUE, WHITEOUT
from model_checks.inputs import ImageFile, ImageFiles

if TYPE_CHECKING:
    import tarfile
    from typing import IO

APP = "/app/"
LARGEST_TEXT = 1_000_000
BINARY_WITHIN = 8192
# Other people's published code holds no secret of ours, and its test data looks like many.
PUBLISHED = re.compile(
    r"^/(?:usr|opt/deps|lib\d*|var/lib/dpkg|etc/ssl)/(?!local/(?:etc|share)/|src/)|/(?:site|dist)-packages/"
)
SETTINGS = re.compile(r"/(?:pip\.conf|uv\.toml|direct_url\.json|[^/]*\.pth|\.(?:netrc|pypirc|npmrc|env))$")
# How scanners, too, learn which packages are there.
ABOUT = re.compile(
    r"^/(?:etc|usr/lib)/os-release$|^/var/lib/dpkg/(?:status$|status\.d/|info/[^/]+\.list$)"
    r"|/[^/]+\.dist-info/(?:METADATA|RECORD)$"
)


@dataclass(slots=True, kw_only=True)
class Merged:
    """The listing so far; `about` holds what package managers wrote, `app` the digests of files below /app."""

    files: dict[str, ImageFile] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    about: dict[str, bytes] = field(default_factory=dict)
    app: dict[str, str] = field(default_factory=dict)

    def listing(self) -> ImageFiles:
        """Return the root file system, and the texts of all layers."""
        return ImageFiles(files=self.files, texts=self.texts)

    def add(self, entries: tarfile.TarFile, number: int) -> None:
        """Lay the layer `number`, counted from 1, over what is there."""
        added: dict[str, ImageFile] = {}
        for entry in entries:
            path = "/" + entry.name.strip("/").removeprefix("./")
            folder, _, name = path.rpartition("/")
            if name == OPAQUE:
                self._remove(folder, itself=False)
            elif name.startswith(WHITEOUT):
                self._remove(f"{folder}/{name.removeprefix(WHITEOUT)}", itself=True)
            elif path not in {"/", "/."}:
                added[path] = _described(entry, number)
                self._keep(entries, entry, path, number)
        self.files |= added

    def _remove(self, path: str, *, itself: bool) -> None:
        for known in [p for p in self.files if p.startswith(f"{path}/") or (itself and p == path)]:
            del self.files[known]
            self.about.pop(known, None)
            self.app.pop(known, None)

    def _keep(self, entries: tarfile.TarFile, entry: tarfile.TarInfo, path: str, number: int) -> None:
        file = entries.extractfile(entry) if entry.isfile() else None
        if file is None:
            return
        about, small = ABOUT.search(path) is not None, _may_be_text(path, entry.size)
        content = file.read() if about or small else b""
        if path.startswith(APP):
            self.app[path] = _digest(content, file)
        if about:
            self.about[path] = content
        elif small and b"\0" not in content[:BINARY_WITHIN]:
            self.texts[f"layer {number}: {path}"] = content.decode("utf-8", "replace")


def _digest(content: bytes, rest: IO[bytes]) -> str:
    digest = hashlib.sha256(content)
    while block := rest.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _described(entry: tarfile.TarInfo, number: int) -> ImageFile:
    if entry.isfile() or entry.islnk():
        return ImageFile(kind="file", mode=entry.mode & 0o7777, size=entry.size, layer=number)
    if entry.isdir():
        return ImageFile(kind="folder", mode=entry.mode & 0o7777, layer=number)
    return ImageFile(kind="link" if entry.issym() else "other", mode=entry.mode & 0o7777, layer=number)


def _may_be_text(path: str, size: int) -> bool:
    if size > LARGEST_TEXT:
        return False
    return not PUBLISHED.search(path) or SETTINGS.search(path) is not None
