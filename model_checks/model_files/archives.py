"""Judges zip archives: what kind it is, then every member."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Inspection, Unreadable, printable
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


def inspect_archive(data: Data, place: str, inspection: Inspection, *, nested: Callable[[Data, str], str]) -> str:
    """Judge every member, by `nested(content, place)` where its name gives it no role; return the kind.

    Raises:
        Unreadable: the archive itself cannot be trusted to be read alike by every loader.
    """
    archive = open_archive(data, inspection)
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if not names:
        raise Unreadable("an empty archive", "the archive has no members")
    kind, raw = _kind(archive, names, place, inspection)
    for name in names:
        inside = f"{place} > {printable(name)}"
        try:
            _inspect_member(unpacked(archive, name, inspection), name, inside, inspection, kind, raw, nested)
        except Unreadable as fault:
            inspection.opaque(inside, fault)
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
