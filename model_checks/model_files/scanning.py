"""Scans a model file for all that could run when it is loaded, without loading or importing anything."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

from model_checks.findings import NotAudited
from model_checks.inputs import Scan
from model_checks.model_files.formats import inspect
from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.unpacking import mapped

if TYPE_CHECKING:
    from pathlib import Path


def scan_file(path: Path, *, allow: tuple[str, ...] = (), own_code: bool = False) -> Scan:
    """Return what the file imports and which threats it holds; cleared only where there is none.

    A file is cleared when every byte of it was understood and every import is on the allow list or, by its
    exact dotted name, in `allow`. What native code does with wrong numbers (a tree whose node points outside
    it) is not judged: load in a sandbox all the same. With `own_code` an archive of a function is taken for the
    repository's own Python, which is named and not judged; models in it are.

    Raises:
        NotAudited: the file cannot be opened.

    Source: Python's pickletools and pickle, protocols 0 to 5; joblib's numpy_pickle; numpy's NEP 1.
    """
    with ExitStack() as open_files:
        inspection = Inspection(vouched=frozenset(allow), open_files=open_files, own_code=own_code)
        try:
            file = open_files.enter_context(path.open("rb"))
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            data = mapped(file, inspection)
        except OSError as fault:
            raise NotAudited(f"{path}: cannot be read ({fault.strerror}): give the path of one file") from fault
        try:
            found = inspect(data, path.name, inspection)
        except Unreadable as fault:
            inspection.opaque(path.name, fault)
            found = "unknown"
        return Scan(
            name=path.name, sha256=sha256, format=found,
            threats=tuple(inspection.threats.values()), imports=tuple(sorted(inspection.imports)),
            trusted=tuple(sorted(inspection.imports.keys() & set(allow))),
            inside=dict(inspection.inside), code=tuple(sorted(inspection.code)),
        )  # fmt: skip
