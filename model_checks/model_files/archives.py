"""Judges zip archives: what kind it is, then every member."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Inspection, Unreadable, printable
from model_checks.model_files.packed_folders import (
    FUNCTION,
    MLMODEL,
    is_text,
    judge_code,
    judge_data,
    judge_text,
    read_function,
    read_mlmodel,
)
from model_checks.model_files.pickles import inspect_pickles, read_as_pickle_too
from model_checks.model_files.skops_schema import SCHEMA, judge_schema
from model_checks.model_files.zips import open_archive, unpacked

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable

    from model_checks.model_files.pickle_machine import Data

TORCH_PICKLE = re.compile(r"[^/]+/data\.pkl")
TORCH_BYTES = re.compile(r"[^/]+/(?:data/\d+|\.data/serialization_id|\.format_version|\.storage_alignment)")
TORCH_TEXT = re.compile(r"[^/]+/(?:version|byteorder)")
LONGEST_TEXT = 1024 * 1024


def inspect_archive(
    data: Data,
    place: str,
    inspection: Inspection,
    *,
    nested: Callable[[Data, str], str],
    nested_itself: bool = False,
) -> str:
    """Judge every member, by `nested(content, place)` where its name gives it no role; return the kind.

    An archive that is `nested_itself` is no packed folder, whatever it holds: nothing would open it so.

    Raises:
        Unreadable: the archive itself cannot be trusted to be read alike by every loader.
    """
    archive = open_archive(data, inspection)
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if not names:
        raise Unreadable("an empty archive", "the archive has no members")
    marks = [] if nested_itself else [name for name in names if name in {MLMODEL, FUNCTION}]
    if marks:
        return _inspect_folder(archive, names, marks, place, inspection, nested)
    kind, raw = _kind(archive, names, place, inspection)
    for name in names:
        inside = f"{place} > {printable(name)}"
        try:
            _inspect_member(unpacked(archive, name, inspection), name, inside, inspection, kind, raw, nested)
        except Unreadable as fault:
            inspection.opaque(inside, fault)
    return kind


def _inspect_folder(
    archive: zipfile.ZipFile,
    names: list[str],
    marks: list[str],
    place: str,
    inspection: Inspection,
    nested: Callable[[Data, str], str],
) -> str:
    """Judge a packed MLflow folder, or the repository's Python behind a function."""
    if len(marks) > 1:
        raise Unreadable("an archive of two kinds", f"it holds {' and '.join(marks)}")
    mark = unpacked(archive, marks[0], inspection)
    inside_mark = f"{place} > {marks[0]}"
    kind = "mlflow" if marks[0] == MLMODEL else "function"
    if kind == "mlflow":
        found = read_mlmodel(mark, names, inside_mark, inspection)
    else:
        found = read_function(mark, inside_mark, inspection)
    judge_code(names, kind, found, place, inspection)
    for name in names:
        inside = f"{place} > {printable(name)}"
        try:
            content = unpacked(archive, name, inspection)
            if name == found.get("file"):
                found["format"] = nested(content, inside)
            elif kind == "function":
                judge_data(content, name, inside, inspection, nested)
            elif is_text(name):
                judge_text(content, inside, inspection)
            else:
                nested(content, inside)
        except Unreadable as fault:
            inspection.opaque(inside, fault)
    inspection.inside.update(found)
    return kind


def _kind(
    archive: zipfile.ZipFile, names: list[str], place: str, inspection: Inspection
) -> tuple[str, frozenset[str]]:
    if SCHEMA in names:
        schema = unpacked(archive, SCHEMA, inspection)
        return "skops", judge_schema(schema, f"{place} > {SCHEMA}", inspection)
    if any(TORCH_PICKLE.fullmatch(name) for name in names):
        return "torch", frozenset(name for name in names if TORCH_BYTES.fullmatch(name))
    return ("npz" if all(name.endswith(".npy") for name in names) else "zip"), frozenset()


def _inspect_member(
    content: Data,
    name: str,
    place: str,
    inspection: Inspection,
    kind: str,
    raw: frozenset[str],
    nested: Callable[[Data, str], str],
) -> None:
    if name in raw or (kind == "skops" and name == SCHEMA):
        # The loader takes these as bytes. Judged all the same as what pickle.load would make of them.
        read_as_pickle_too(content, place, inspection)
    elif kind == "torch" and TORCH_PICKLE.fullmatch(name):
        inspect_pickles(content, place, inspection, persistent=True)
    elif (kind == "torch" and TORCH_TEXT.fullmatch(name)) or name.lower().endswith((".txt", ".md")):
        _inspect_text(content, place, inspection)
    else:
        nested(content, place)


def _inspect_text(content: Data, place: str, inspection: Inspection) -> None:
    # A pickle of protocol 0 is text too, so a text must hold no import that pickle.load would reach.
    read_as_pickle_too(content, place, inspection)
    try:
        text = content[:LONGEST_TEXT].decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Unreadable("a text that is none", "the name promises text, the content is not utf-8") from fault
    if len(content) > LONGEST_TEXT or any(not c.isprintable() and c not in "\r\n\t" for c in text):
        raise Unreadable("a text that is none", "the name promises text, the content is not plain text")
