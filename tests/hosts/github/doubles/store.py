"""What the doubles of GitHub's artifact and cache actions do: files come and go between jobs through one folder.

Rules that a workflow can trip over are those of the originals: an artifact's name is taken once, has no slash and is
not empty of files; hidden files stay behind unless asked for; a cache is immutable, and a branch sees its own and those
of the default branch. Standard library only: it runs with whatever Python is on PATH.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sys
from pathlib import Path

STORE = Path(os.environ["IDDR_TEST_STORE"])
FORBIDDEN = set('":<>|*?\r\n\\/')


def upload(name, folder, hidden, missing):
    if not name or FORBIDDEN & set(name):
        sys.exit(f"upload-artifact: the name {name!r} is not allowed")
    target = STORE / "artifacts" / name
    if target.exists():
        sys.exit(f"upload-artifact: an artifact {name!r} exists already")
    source = Path(folder)
    seen = [path for path in source.rglob("*") if path.is_file()]
    if hidden != "true":
        seen = [path for path in seen if not any(part.startswith(".") and part != "." for part in path.parts)]
    if not seen:
        sys.exit(f"upload-artifact: no files at {folder!r}" if missing == "error" else 0)
    for path in seen:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def download(name, folder):
    source = STORE / "artifacts" / name
    if not name or not source.is_dir():
        sys.exit(f"download-artifact: there is no artifact {name!r}")
    shutil.copytree(source, folder, dirs_exist_ok=True)


def scope(reference):
    return STORE / "caches" / hashlib.sha256(reference.encode()).hexdigest()[:12]


def version(paths):
    return hashlib.sha256(paths.strip().encode()).hexdigest()[:12]


def members(paths):
    """Yield the files and folders that a list of patterns, some of them excluding, finds."""
    lines = [line for line in paths.splitlines() if line]
    out = {line[1:] for line in lines if line.startswith("!")}
    for line in lines:
        if not line.startswith("!"):
            yield from (found for found in sorted(glob.glob(line)) if found not in out)  # noqa: PTH207 - absolute or relative, as given


def restore(paths, key, restore_keys):
    prefixes = [line for line in restore_keys.splitlines() if line]
    for reference in (os.environ["GITHUB_REF"], "refs/heads/main"):
        kept = {
            entry.name.rpartition("@")[0]: entry
            for entry in sorted(
                scope(reference).glob(f"*@{version(paths)}"), key=lambda path: path.stat().st_mtime
            )
        }
        near = (name for prefix in prefixes for name in reversed(kept) if name.startswith(prefix))
        found = key if key in kept else next(near, None)
        if found is not None:
            bring_back(kept[found])
            sys.stdout.write(f"cache-hit={'true' if found == key else 'false'}\n")
            return


def bring_back(entry):
    for index in sorted(entry.iterdir()):
        place = Path((index / "place").read_text())
        place.parent.mkdir(parents=True, exist_ok=True)
        if (index / "content").is_dir():
            shutil.copytree(index / "content", place, dirs_exist_ok=True, symlinks=True)
        else:
            shutil.copyfile(index / "content", place)


def save(paths, key):
    entry = scope(os.environ["GITHUB_REF"]) / f"{key}@{version(paths)}"
    if entry.exists():
        sys.stdout.write(f"cache {key} exists already\n")
        return
    for number, found in enumerate(members(paths)):
        index = entry / f"{number:04}"
        index.mkdir(parents=True)
        (index / "place").write_text(found)
        if Path(found).is_dir():
            shutil.copytree(found, index / "content", symlinks=True)
        else:
            shutil.copyfile(found, index / "content")


if __name__ == "__main__":
    {"upload": upload, "download": download, "restore": restore, "save": save}[sys.argv[1]](*sys.argv[2:])
