"""Opens zip archives whose directory and content agree, and judges every member."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, cast

from model_checks.model_files.file_of_bytes import FileOfBytes
from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.unpacking import CHUNK, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.model_files.pickle_machine import Data

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
END_RECORD = b"PK\x05\x06"
END_LENGTH = 22
ENCRYPTED = 0x1
LENGTHS_BEHIND = 0x8
NO_LENGTH = 0xFFFFFFFF
DESCRIPTOR_LENGTHS = (12, 16, 20, 24)
FAULTS = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))


def open_archive(data: Data, inspection: Inspection) -> zipfile.ZipFile:
    """Return the archive, closed with the inspection; nothing of it is unpacked yet.

    Raises:
        Unreadable: the archive is damaged, encrypted, ambiguous or has room for hidden bytes.
    """
    file = cast("IO[bytes]", FileOfBytes(data))  # reading, seeking and telling is all that zipfile asks for
    try:
        archive = inspection.open_files.enter_context(zipfile.ZipFile(file))
    except FAULTS as fault:
        raise Unreadable("broken archive", f"the zip archive cannot be read: {fault}") from fault
    entries = archive.infolist()
    _refuse_odd_names([entry.filename for entry in entries])
    _refuse_hidden_bytes(data, entries, archive.start_dir)
    return archive


def unpacked(archive: zipfile.ZipFile, name: str, inspection: Inspection) -> Data:
    """Return the content of one member.

    Raises:
        Unreadable: it is encrypted, damaged, packed in an unknown way, or unpacks to too much.
    """
    try:
        return kept(_content(archive, archive.getinfo(name), inspection), inspection)
    except FAULTS as fault:
        raise Unreadable("broken archive", f"{name!a} cannot be unpacked: {fault}") from fault


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inspection: Inspection) -> Iterator[bytes]:
    inspection.charge_member()
    if entry.flag_bits & ENCRYPTED:
        raise Unreadable("an encrypted archive member", f"{entry.filename!a} is encrypted")
    if entry.compress_type not in METHODS:
        raise Unreadable("unknown compression", f"{entry.filename!a} uses zip method {entry.compress_type}")
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _refuse_odd_names(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        folded = name.casefold()
        if folded in seen:
            raise Unreadable("two archive members of one name", f"{name!a} is there twice: loaders differ")
        seen.add(folded)
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
            raise Unreadable("an archive member outside the archive", f"{name!a} leaves the folder it unpacks to")


def _refuse_hidden_bytes(data: Data, entries: list[zipfile.ZipInfo], directory: int) -> None:
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    begins = [entry.header_offset for entry in ordered] + [directory]
    if begins[0] != 0:
        raise Unreadable("hidden bytes in an archive", "bytes stand before the first member")
    for entry, following in zip(ordered, begins[1:], strict=True):
        room = following - _start(data, entry) - entry.compress_size
        if room not in (DESCRIPTOR_LENGTHS if entry.flag_bits & LENGTHS_BEHIND else (0,)):
            raise Unreadable("hidden bytes in an archive", f"behind {entry.filename!a} are {room} more bytes")
    record = data.rfind(END_RECORD)
    comment = int.from_bytes(data[record + END_LENGTH - 2 : record + END_LENGTH], "little")
    if record < 0 or comment or record + END_LENGTH != len(data):
        raise Unreadable("hidden bytes in an archive", "bytes stand behind the archive's end")


def _start(data: Data, entry: zipfile.ZipInfo) -> int:
    at = entry.header_offset
    header = data[at : at + LOCAL_HEADER.size]
    if len(header) < LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise Unreadable("broken archive", f"{entry.filename!a} has no header of its own")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = LOCAL_HEADER.unpack(header)
    name_at = at + LOCAL_HEADER.size
    name = data[name_at : name_at + name_length]
    same = entry.orig_filename.encode("utf-8" if flags & 0x800 else "cp437", "replace") == name
    same = same and (flags, method) == (entry.flag_bits, entry.compress_type)
    if not flags & LENGTHS_BEHIND:
        same = same and crc == entry.CRC
        same = same and packed in {entry.compress_size, NO_LENGTH} and size in {entry.file_size, NO_LENGTH}
    if not same:
        raise Unreadable("an archive that contradicts itself", f"{entry.filename!a} differs from the directory")
    return int(name_at + name_length + extra_length)
