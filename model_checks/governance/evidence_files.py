"""Looks up one piece of evidence: its file, and the digest that was declared of it."""

from __future__ import annotations

import hashlib
import stat
from typing import TYPE_CHECKING, Any

from model_checks.datasheet import is_question
from model_checks.findings import Finding, NotAudited
from model_checks.governance.declarations import unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from model_checks.inputs import Datasheet

THERE = "evidence is there"


def plain(digest: str) -> str:
    """Return a SHA-256 in lower case and without its prefix."""
    return digest.removeprefix("sha256:").lower()


def entry_finding(datasheet: Datasheet, where: str, entry: Mapping[str, Any]) -> Finding:
    """Return whether one entry of `source.evidence` is complete, and its file there with its digest.

    Raises:
        NotAudited: the file is there and cannot be read.
    """
    for key in ("file", "url", "sha256"):
        if is_question(entry.get(key)):
            return unanswered(f"{where}.{key}", THERE, str(entry[key]))
    file, declared = str(entry.get("file", "")), plain(str(entry.get("sha256", "")))
    if not declared or not (file or entry.get("url")):
        return Finding(
            ok=False, where=where, rule=THERE, message="expected sha256 and one of file and url",
            fix="add what is missing; sha256sum FILE prints a digest",
        )  # fmt: skip
    if not file:
        message = f"{entry['url']} is declared with sha256 {declared[:12]}, not fetched"
        return Finding(ok=True, where=where, rule=THERE, message=message)
    try:
        found = _sha256(datasheet.folder / file)
    except OSError as error:
        raise NotAudited(f"{where}: {file} cannot be read: {error.strerror}; make it readable") from error
    return _held(datasheet, where, file, found, declared)


def _held(datasheet: Datasheet, where: str, file: str, found: str, declared: str) -> Finding:
    if not found:
        return Finding(
            ok=False, where=where, rule=THERE, message=f"there is no file {file} beside {datasheet.name}",
            fix="bring the file back, or correct its path, which is relative to the datasheet's folder",
        )  # fmt: skip
    if found == declared:
        return Finding(ok=True, where=where, rule=THERE, message=f"{file} is there, sha256 {found[:12]}")
    return Finding(
        ok=False, where=where, rule=THERE,
        message=f"{file} has sha256 {found[:12]}, declared is {declared[:12]}",
        fix=f'bring the declared file back, or, if the new one is meant, declare sha256 = "{found}"',
    )  # fmt: skip


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a regular file; nothing for what is none, as a pipe would keep its reader waiting."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
    except (FileNotFoundError, NotADirectoryError):
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
