"""Finds a file's format from its content and hands it to the reader of that format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.model_files.archives import inspect_archive
from model_checks.model_files.inspection import NESTING, Inspection, Unreadable
from model_checks.model_files.npy import MAGIC, inspect_npy
from model_checks.model_files.onnx_models import inspect_onnx
from model_checks.model_files.pickles import OPCODES, inspect_pickles, read_as_pickle_too
from model_checks.model_files.tensor_files import inspect_safetensors, looks_like_safetensors
from model_checks.model_files.text_models import LIGHTGBM_MAGIC, inspect_json, inspect_lightgbm, inspect_xml
from model_checks.model_files.ubjson import inspect_ubjson, looks_like_ubjson
from model_checks.model_files.unpacking import decompressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_checks.model_files.pickle_machine import Data

# The first bytes by which joblib itself chooses how to unpack.
COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"\x78": "zlib",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x5d\x00": "lzma",
}
BEGINNINGS: tuple[tuple[bytes, Callable[[Data, str, Inspection], str]], ...] = (
    (MAGIC, inspect_npy),
    (b"{", inspect_json),
    (b"<", inspect_xml),
    (b"\xef\xbb\xbf<", inspect_xml),
    *((magic, inspect_lightgbm) for magic in LIGHTGBM_MAGIC),
    (b"\x08", inspect_onnx),
)
NEVER_READ = {
    b"\x04\x22\x4d\x18": "lz4 compression, which Python cannot read by itself",
    b"ZF": "the format of joblib before 0.9, which loads further files",
    b"PK\x05\x06": "an empty archive",
    b"\x89HDF\r\n\x1a\n": "HDF5, in which Keras keeps layers of any code",
    b"CBM1": "CatBoost's binary format",
}


def inspect(data: Data, place: str, inspection: Inspection, *, depth: int = 0) -> str:
    """Judge `data` and all that is nested in it; return the format's name.

    Raises:
        Unreadable: the format is unknown, or the content is not what the format says.
    """
    if depth > NESTING:
        raise Unreadable("nested too deep", f"files in files, more than {NESTING} deep")
    if len(data) == 0:
        raise Unreadable("an empty file", "it holds nothing")
    for magic, name in NEVER_READ.items():
        if data[: len(magic)] == magic:
            read_as_pickle_too(data, place, inspection)
            raise Unreadable("a format that is not read", f"it is {name}")
    if data[:4] == b"PK\x03\x04":
        return inspect_archive(
            data, place, inspection, nested=lambda d, p: inspect(d, p, inspection, depth=depth + 1),
            nested_itself=depth > 0,
        )  # fmt: skip
    for magic, stream in COMPRESSED.items():
        if data[: len(magic)] == magic:
            read_as_pickle_too(data, place, inspection)
            content = decompressed(data, stream, inspection)
            return f"{inspect(content, place, inspection, depth=depth + 1)} in {stream}"
    return _inspect_plain(data, place, inspection)


def _inspect_plain(data: Data, place: str, inspection: Inspection) -> str:
    if looks_like_ubjson(data):
        return inspect_ubjson(data, place, inspection)
    for magic, inspector in BEGINNINGS:
        if data[: len(magic)] == magic:
            return inspector(data, place, inspection)
    if looks_like_safetensors(data):
        return inspect_safetensors(data, place, inspection)
    if data[0] not in OPCODES:
        raise Unreadable("unknown format", "it begins like no format that the scanner knows")
    return inspect_pickles(data, place, inspection)
