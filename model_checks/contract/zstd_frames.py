"""Makes sure that a zstd file is whole and grows within bounds; the engine takes a cut file for a short one.

Source: RFC 8878, Zstandard Compression, section 3.1.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from model_checks.contract.files import TableError
from model_checks.contract.unpacking import FLOOR, MOST_TIMES

if TYPE_CHECKING:
    from pathlib import Path

MAGIC, SKIPPABLE, SKIPPABLE_MASK = 0xFD2FB528, 0x184D2A50, 0xFFFFFFF0
LARGEST_BLOCK = 128 * 1024
DICTIONARY_BYTES, CONTENT_SIZE_BYTES = (0, 1, 2, 4), (0, 2, 4, 8)
RLE, RESERVED = 1, 3


def refuse_damage(path: Path, label: str) -> None:
    """Walk over all frames and blocks of a zstd file, without unpacking them.

    Raises:
        TableError: it is cut off or no zstd, or its blocks may unpack to more than a CSV can.
    """
    size = path.stat().st_size
    most = max(FLOOR, MOST_TIMES * size) // LARGEST_BLOCK
    blocks = 0
    with path.open("rb") as file:
        while file.tell() < size:
            blocks += _frame(file, label)
            if file.tell() > size:
                raise _damaged(label, "it ends within a block")
            if blocks > most:
                raise TableError(
                    f"{label}: may unpack to more than {most * LARGEST_BLOCK:,} bytes, {MOST_TIMES} times its "
                    "size or more; expected no such archive: if it is right, unpack it and name the file inside"
                )


def _frame(file: IO[bytes], label: str) -> int:
    """Pass over one frame and return how many blocks it has."""
    magic = _number(file, 4, label)
    if magic & SKIPPABLE_MASK == SKIPPABLE:
        file.seek(_number(file, 4, label), 1)
        return 0
    if magic != MAGIC:
        raise _damaged(label, "no frame of zstd begins where one should")
    about = _number(file, 1, label)
    single, checked = about >> 5 & 1, about >> 2 & 1
    content_size = CONTENT_SIZE_BYTES[about >> 6] or single
    file.seek((not single) + DICTIONARY_BYTES[about & 3] + content_size, 1)
    blocks, last = 0, False
    while not last:
        header = _number(file, 3, label)
        last, kind, size = bool(header & 1), header >> 1 & 3, header >> 3
        if kind == RESERVED:
            raise _damaged(label, "it has a block of no known kind")
        file.seek(1 if kind == RLE else size, 1)
        blocks += 1
    file.seek(4 * checked, 1)
    return blocks


def _number(file: IO[bytes], size: int, label: str) -> int:
    content = file.read(size)
    if len(content) < size:
        raise _damaged(label, "it ends too early")
    return int.from_bytes(content, "little")


def _damaged(label: str, why: str) -> TableError:
    return TableError(f"{label}: the archive is damaged: {why}; fetch or write it again")
