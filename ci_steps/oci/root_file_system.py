"""The image's root file system, unpacked at most once for all that enter it, and not at all where nobody does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(slots=True, kw_only=True)
class RootFileSystem:
    """Unpacks `archive` below `work` when its folder is first asked for; sandboxes show it read-only."""

    archive: Path
    work: Path
    say: Callable[[str], None]
    _folder: Path | None = field(default=None, init=False)

    def folder(self) -> Path:
        """Return the folder that holds it.

        Raises:
            Refused: the archive is no image of ours, or an entry leaves the folder.
        """
        from ci_steps.oci.reading import unpack

        if self._folder is None:
            self.say("unpacking the image")
            unpack(self.archive, self.work / "rootfs")
            self._folder = self.work / "rootfs"  # only a whole one counts
        return self._folder
