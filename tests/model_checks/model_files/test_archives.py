from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest

from model_checks.model_files.scanning import scan_file
from tests.model_checks.model_files.hostile import npy, zipped

if TYPE_CHECKING:
    from pathlib import Path

ARRAY = npy(b"\0" * 8, "'<f8'")


def threats(folder: Path, content: bytes) -> str:
    (folder / "m").write_bytes(content)
    return " | ".join(t.what for t in scan_file(folder / "m").threats)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_method_of_the_standard_library_is_unpacked(method: int, tmp_path: Path) -> None:
    assert threats(tmp_path, zipped({"a.npy": ARRAY, "b.npy": ARRAY}, method)) == ""


def test_a_streamed_archive_is_cleared(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def write(self, data: object) -> int:
            self.content += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

        def writable(self) -> bool:
            return True

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        archive.writestr("a.npy", ARRAY)
        archive.writestr("b.npy", ARRAY)
    assert threats(tmp_path, pipe.content) == ""


def test_two_members_of_one_name_are_a_threat(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a.npy", ARRAY)
        archive.writestr("a.npy", ARRAY)
    assert "one name" in threats(tmp_path, target.getvalue())


@pytest.mark.parametrize("name", ["../a.npy", "/a.npy", "C:a.npy", "x/../../a.npy"])
def test_a_member_that_leaves_its_folder_is_a_threat(name: str, tmp_path: Path) -> None:
    assert "outside" in threats(tmp_path, zipped({name: ARRAY}))


def test_an_encrypted_member_is_a_threat(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.npy": ARRAY}))
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in threats(tmp_path, bytes(content))


@pytest.mark.parametrize(
    ("field", "at"), [("flags", 7), ("checksum", 14), ("packed", 18), ("size", 22), ("name", 30)]
)
def test_a_member_that_differs_from_the_directory_is_a_threat(field: str, at: int, tmp_path: Path) -> None:
    content = bytearray(zipped({"a.npy": ARRAY}))
    content[at] ^= 3
    assert "contradicts itself" in threats(tmp_path, bytes(content)), field


@pytest.mark.parametrize("change", ["front", "between", "behind", "comment"])
def test_bytes_that_belong_to_no_member_are_a_threat(change: str, tmp_path: Path) -> None:
    content = zipped({"a.npy": ARRAY})
    directory = content.rfind(b"PK\x01\x02")
    end = content.rfind(b"PK\x05\x06")
    changed = {
        "front": b"PK\x03\x04" + b"\0" * 40 + content,
        "between": content[:directory] + b"hidden" + content[directory : end + 16]
        + (directory + 6).to_bytes(4, "little") + content[end + 20 :],
        "behind": content + b"hidden",
        "comment": content[:-2] + b"\x06\x00" + b"hidden",
    }[change]  # fmt: skip
    assert "hidden bytes" in threats(tmp_path, changed) or "broken archive" in threats(tmp_path, changed)


def test_a_damaged_member_is_a_threat(tmp_path: Path) -> None:
    content = zipped({"a.npy": ARRAY}, zipfile.ZIP_STORED)
    assert "broken" in threats(tmp_path, content.replace(b"NUMPY", b"NUMPX", 1))


def test_a_large_member_is_judged_from_disk(tmp_path: Path) -> None:
    large = npy(b"\0" * 24_000_000, "'<f8'", "(3000000,)")
    assert threats(tmp_path, zipped({"a.npy": large})) == ""
    assert "wrong length" in threats(tmp_path, zipped({"a.npy": large + b"x"}))
