"""Opens the archive that a folder or the repository's Python became: one file of it, or all of them."""

import os
import stat
import zipfile
from typing import Any

MOST_BYTES = 4 << 30
MOST_MEMBERS = 10000
CHUNK = 1 << 20


def member(file: Any, name: str) -> bytes:
    """Return the content of one member.

    Raises ValueError where it is larger than an archive may be.
    """
    with zipfile.ZipFile(file) as archive:
        if archive.getinfo(name).file_size > MOST_BYTES:
            raise ValueError("%r in the archive is larger than %d GiB" % (name, MOST_BYTES >> 30))
        return archive.read(name)


def unpack(file: Any, folder: str) -> None:
    """Unpack all members into `folder`.

    Raises ValueError for links, for names that leave the folder, and for too much.
    """
    left = MOST_BYTES
    with zipfile.ZipFile(file) as archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        if len(entries) > MOST_MEMBERS:
            raise ValueError("the archive has more than %d members" % MOST_MEMBERS)
        for entry in entries:
            target = os.path.join(folder, *_parts(entry))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(entry) as source, open(target, "xb") as written:
                while True:
                    chunk = source.read(CHUNK)
                    if not chunk:
                        break
                    left -= len(chunk)
                    if left < 0:
                        raise ValueError("the archive unpacks to more than %d GiB" % (MOST_BYTES >> 30))
                    written.write(chunk)


def _parts(entry: zipfile.ZipInfo) -> Any:
    parts = entry.filename.split("/")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise ValueError("%r in the archive is a link or no file" % entry.filename)
    if any(each in {"", ".", ".."} or "\\" in each or ":" in each or "\0" in each for each in parts):
        raise ValueError("%r in the archive leaves the folder that it is unpacked to" % entry.filename)
    return parts
