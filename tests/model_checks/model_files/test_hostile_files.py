from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from model_checks.model_files import inspection, scanning
from model_checks.model_files.formats import inspect
from tests.model_checks.model_files.hostile import CALL, CORPUS, STOP, called, joblib_array, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.inputs import Scan


class NeverImports(pickle.Unpickler):
    """An unpickler that stops at the first import and keeps its name."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ("os", "system"):
            raise ImportError("asked for os.system")
        return super().find_class(module, name)


def scanned(folder: Path, content: bytes, *allow: str) -> Scan:
    path = folder / "model.bin"
    path.write_bytes(content)
    return scanning.scan_file(path, allow=allow)


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_file_is_not_cleared_and_the_threat_is_named(name: str, tmp_path: Path) -> None:
    content, word = CORPUS[name]
    found = scanned(tmp_path, content)
    assert not found.cleared
    assert any(word in t.what for t in found.threats), found.threats
    assert all(t.where.startswith("model.bin") and t.why for t in found.threats)


@pytest.mark.parametrize("name", ["reduce", "inst", "obj", "stack_global", "memoised_texts", "hidden_with_pop"])
def test_corpus_is_alive(name: str) -> None:
    with pytest.raises(ImportError, match=r"os\.system"):
        NeverImports(io.BytesIO(CORPUS[name][0])).load()


def test_opcodes_hidden_in_an_array_run_under_pickle_load_and_are_found(tmp_path: Path) -> None:
    content = joblib_array(CALL + STOP)
    with pytest.raises(ImportError, match=r"os\.system"):
        NeverImports(io.BytesIO(content)).load()
    assert any("pickle.load" in t.why for t in scanned(tmp_path, content).threats)


def test_frames_that_only_one_unpickler_takes_do_not_end_the_search(tmp_path: Path) -> None:
    inner = b"\x95" + struct.pack("<Q", len(CALL) + 1) + CALL + STOP
    content = joblib_array(b"\x95" + struct.pack("<Q", len(inner)) + inner)
    with pytest.raises(ImportError, match=r"os\.system"):
        NeverImports(io.BytesIO(content)).load()
    assert "os.system" in {t.what for t in scanned(tmp_path, content).threats}


def test_the_same_bytes_behind_joblib_padding_are_data_for_every_loader(tmp_path: Path) -> None:
    content = joblib_array(CALL + STOP, aligned=True)
    with pytest.raises(pickle.UnpicklingError):
        NeverImports(io.BytesIO(content)).load()
    assert scanned(tmp_path, content).cleared


def test_an_import_that_the_team_vouches_for_is_no_threat(tmp_path: Path) -> None:
    content = called("our_features", "Ratio")
    assert [t.what for t in scanned(tmp_path, content).threats] == ["our_features.Ratio"]
    found = scanned(tmp_path, content, "our_features.Ratio")
    assert found.cleared
    assert found.imports == ("our_features.Ratio",)


def test_vouching_is_for_the_exact_name(tmp_path: Path) -> None:
    assert not scanned(tmp_path, called("our_features", "Ratio"), "our_features", "our_features.*").cleared


def test_a_name_cannot_forge_the_report(tmp_path: Path) -> None:
    [threat] = scanned(tmp_path, called("x\nall is well\x1b[2K", "y")).threats
    assert threat.what.isprintable()
    assert threat.why.isprintable()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    found = inspected_with(zlib.compress(b"\0" * 5_000_000), bytes_left=1_000_000, path=tmp_path)
    assert any("unpacks to too much" in what for what, _ in found)


def inspected_with(content: bytes, *, bytes_left: int, path: Path) -> dict[tuple[str, str], object]:
    with ExitStack() as files:
        one = inspection.Inspection(vouched=frozenset(), open_files=files, bytes_left=bytes_left)
        try:
            inspect(content, path.name, one)
        except inspection.Unreadable as fault:
            one.opaque(path.name, fault)
        return dict(one.threats)


def test_members_are_counted_across_the_file(tmp_path: Path) -> None:
    many = zipped({f"{i}.txt": b"x" for i in range(inspection.MEMBERS + 1)}, zipfile.ZIP_STORED)
    assert any("too many members" in t.what for t in scanned(tmp_path, many).threats)


def test_files_in_files_have_a_deepest_level(tmp_path: Path) -> None:
    content = b"x"
    for _ in range(inspection.NESTING + 2):
        content = zipped({"a.zip": content})
    assert any("too deep" in t.what for t in scanned(tmp_path, content).threats)
