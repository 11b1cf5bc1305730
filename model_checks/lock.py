"""Reads a lock in pip's requirements format.

Source: pip documentation, "Requirements File Format" and "Secure installs"; PEP 440, PEP 503, PEP 508.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.inputs import Lock, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMENT = re.compile(r"(^|\s)#.*$")
HASH = re.compile(r"\s--hash[=\s]\s*(\S+)")
SHA256 = re.compile(r"sha256:[0-9a-fA-F]{64}")
OTHER_HASH = re.compile(r"sha(384:[0-9a-fA-F]{96}|512:[0-9a-fA-F]{128})")
ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*"
    r"(?:\[[A-Za-z0-9._,\s-]*\])?\s*"
    r"(?P<specifiers>\(?[^;()]*\)?)\s*(?:;.*)?"
)
PINNED = re.compile(r"\(?\s*===?\s*(?P<version>[A-Za-z0-9][A-Za-z0-9._!+-]*)\s*\)?")
DIRECT = re.compile(r"(^|@\s*)[a-z][a-z0-9+.-]*:/|^\.{0,2}[/\\]|\.(whl|zip|tar\.gz)(\s|$)", re.IGNORECASE)
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
# A name of an environment variable is no secret; pip fills it in when it installs.
VARIABLES = re.compile(r"(\$\{[A-Z0-9_]+\}:?)+@")
INCLUDE = re.compile(r"(?:-r\s*|--requirement[=\s]\s*)(?P<file>\S+)")
EDITABLE = re.compile(r"(-e\s*|--editable[=\s])")
OPTIONS = frozenset(
    {
        "-i", "--index-url", "--extra-index-url", "--no-index", "-c", "--constraint", "-f", "--find-links",
        "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--pre", "--trusted-host",
        "--use-feature",
    }
)  # fmt: skip


class LockError(ValueError):
    """The file is no requirements lock at all; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line, its continuations joined; `number` is where it begins, from 1."""

    number: int
    text: str


def read_lock(path: Path) -> Lock:
    """Return the lock at `path` with the files that it includes by `-r`.

    `problems` hold what no lock should have, as "<entry>: <complaint>"; they never show credentials. What an
    included file holds bears the line of its `-r`.

    Raises:
        LockError: the file cannot be read, or is in another tool's format.
    """
    if path.suffix in {".lock", ".toml", ".json", ".yml", ".yaml"}:
        raise LockError(
            f"{path.name}: only locks in pip's requirements format are read; write one, for example with"
            " uv export --format requirements-txt -o requirements.txt"
        )
    entries = list(_entries(path, (path.resolve(),)))
    return Lock(
        name=path.name,
        requirements=tuple(e for e in entries if isinstance(e, Requirement)),
        problems=tuple(e for e in entries if not isinstance(e, Requirement)),
    )


def _entries(path: Path, seen: tuple[Path, ...]) -> Iterator[Requirement | tuple[int, str]]:
    for line in _lines(_text(path)):
        if CREDENTIALS.search(VARIABLES.sub("", line.text)):
            yield line.number, f"{_entry(line.text)}: has a user name or password in its URL"
        include = INCLUDE.fullmatch(line.text)
        if include:
            yield from _included(path.parent / include["file"], line, seen)
        elif line.text.startswith("-"):
            yield from _option_problems(line)
        else:
            yield _requirement(line)


def _included(path: Path, line: Line, seen: tuple[Path, ...]) -> Iterator[Requirement | tuple[int, str]]:
    if path.resolve() in seen:
        yield line.number, f"{line.text}: includes itself"
        return
    if not path.is_file():
        yield line.number, f"{line.text}: there is no such file"
        return
    for entry in _entries(path, (*seen, path.resolve())):
        if isinstance(entry, Requirement):
            yield Requirement(name=entry.name, version=entry.version, hashes=entry.hashes, line=line.number)
        else:
            yield line.number, f"{entry[1]} ({path.name}, line {entry[0]})"


def _option_problems(line: Line) -> Iterator[tuple[int, str]]:
    name = re.split(r"[=\s]", line.text, maxsplit=1)[0]
    if EDITABLE.match(line.text):
        yield line.number, f"{_entry(line.text)}: is an editable install, which no version or hash can pin"
    elif name not in OPTIONS and name[:2] not in OPTIONS:
        yield line.number, f"{name}: is not an option of a requirements file"


def _requirement(line: Line) -> Requirement | tuple[int, str]:
    entry = _entry(line.text)
    if DIRECT.search(entry):
        return line.number, f"{entry}: is a direct URL or path, not a version from an index"
    match = ENTRY.fullmatch(entry)
    if match is None:
        return line.number, f"{entry}: is no requirement"
    pinned = PINNED.fullmatch(match["specifiers"].strip())
    if pinned is None:
        return line.number, f"{entry}: is not pinned to one version with =="
    hashes = HASH.findall(line.text)
    wrong = [h for h in hashes if not SHA256.fullmatch(h) and not OTHER_HASH.fullmatch(h)]
    if wrong:
        return line.number, f"{entry}: has a hash that is none: {wrong[0][:20]}"
    name = re.sub(r"[-_.]+", "-", match["name"]).lower()
    return Requirement(name=name, version=pinned["version"], hashes=tuple(hashes), line=line.number)


def _entry(text: str) -> str:
    """Return the line without its per-requirement options and without credentials."""
    bare = CREDENTIALS.sub("***@", text)
    return re.split(r"\s--(?:hash|config-settings?|global-option)\b", bare, maxsplit=1)[0].strip()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LockError(f"{path.name}: cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LockError(f"{path.name}: is not UTF-8 text, so it is no requirements file") from error


def _lines(text: str) -> Iterator[Line]:
    start, parts = 0, list[str]()
    # A last empty line ends whatever a trailing backslash left open.
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        start = start if parts else number
        comment = raw.lstrip().startswith("#")
        if raw.endswith("\\") and not comment:
            parts.append(raw[:-1])
            continue
        # As in pip, a comment line within a continuation ends it.
        joined = COMMENT.sub("", " ".join([*parts, raw])).strip()
        parts = []
        if joined:
            yield Line(start, joined)
