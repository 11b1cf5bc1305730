from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model_checks.findings import NotAudited
from model_checks.model_files.scanning import scan_file
from tests.model_checks.model_files.hostile import CALL, STOP, named, npy, text, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.inputs import Scan


def scanned(folder: Path, content: bytes) -> Scan:
    path = folder / "m"
    path.write_bytes(content)
    return scan_file(path)


def message(*parts: tuple[int, bytes | int]) -> bytes:
    """A message in the wire format of protocol buffers, of lengths below 128."""
    return b"".join(
        key(n, 0) + bytes([v]) if isinstance(v, int) else key(n, 2) + bytes([len(v)]) + v for n, v in parts
    )


def key(number: int, wire: int) -> bytes:
    value = number << 3 | wire
    return bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7])


def onnx(node: bytes, tensor: bytes = b"", *functions: bytes) -> bytes:
    graph = message((1, node), *([(5, tensor)] if tensor else []))
    return message((1, 8), (8, message((2, 20))), (7, graph), *((25, f) for f in functions))


def torch(pickled: bytes) -> bytes:
    members = {
        "m/data.pkl": pickled,
        "m/version": b"3\n",
        "m/byteorder": b"little",
        "m/data/0": b"\x00\x01\x02\x03",
    }
    return zipped(members, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "array", [np.zeros(3), np.array(["a", "bc"]), np.zeros((2, 2), [("a", "i4"), ("b", "S3")])]
)
def test_arrays_without_objects_are_cleared(array: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", array)
    np.savez_compressed(tmp_path / "m.npz", a=array, b=array)
    assert scan_file(tmp_path / "m.npy").cleared
    found = scan_file(tmp_path / "m.npz")
    assert (found.cleared, found.format) == (True, "npz")


def test_arrays_of_harmless_objects_are_cleared(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", np.array([{"a": 1}, None], dtype=object))
    assert scan_file(tmp_path / "m.npy").cleared


def test_a_format_is_found_by_content_not_by_name(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(CALL + STOP)
    assert scan_file(tmp_path / "m.onnx").format == "pickle"


@pytest.mark.parametrize("descr", ["'<q9999999999'", "{}", "[('a',)]", "__import__('os')", "(" * 200])
def test_an_array_header_that_numpy_never_writes_is_not_cleared(descr: str, tmp_path: Path) -> None:
    assert not scanned(tmp_path, npy(b"\0" * 8, descr)).cleared


def test_onnx_of_known_operators_is_cleared(tmp_path: Path) -> None:
    found = scanned(tmp_path, onnx(message((4, b"Add")), message((1, 2), (9, b"\0\0"))))
    assert (found.threats, found.format) == ((), "onnx")


def test_onnx_operators_of_another_domain_are_a_threat(tmp_path: Path) -> None:
    [threat] = scanned(tmp_path, onnx(message((4, b"Run"), (7, b"our.ops")))).threats
    assert threat.what == "operators of our.ops"


def test_onnx_functions_in_the_file_define_their_domain(tmp_path: Path) -> None:
    function = message((1, b"Run"), (10, b"our.ops"), (7, message((4, b"Add"))))
    assert scanned(tmp_path, onnx(message((4, b"Run"), (7, b"our.ops")), b"", function)).cleared


@pytest.mark.parametrize(
    ("location", "word"), [(b"../x.bin", "outside"), (b"/etc/x", "outside"), (b"x.bin", "not scanned")]
)
def test_onnx_weights_in_other_files_are_a_threat(location: bytes, word: str, tmp_path: Path) -> None:
    tensor = message((13, message((1, b"location"), (2, location))), (14, 1))
    [threat] = scanned(tmp_path, onnx(message((4, b"Add")), tensor)).threats
    assert word in threat.why


def test_torch_state_dict_is_cleared(tmp_path: Path) -> None:
    persistent = b"(" + text("storage") + named("torch", "FloatStorage") + text("0") + text("cpu") + b"K\x01tQ"
    tensor = named("torch._utils", "_rebuild_tensor_v2") + b"(" + persistent + b"K\x00K\x01\x85K\x01\x85\x89}tR"
    found = scanned(tmp_path, torch(b"\x80\x04}" + text("w") + tensor + b"s."))
    assert (found.threats, found.format) == ((), "torch")


def test_torch_bytes_that_are_a_pickle_are_found(tmp_path: Path) -> None:
    content = zipped({"m/data.pkl": b"\x80\x02}.", "m/data/0": CALL + STOP})
    assert "os.system" in {t.what for t in scanned(tmp_path, content).threats}


def test_safetensors_are_cleared_when_tensors_cover_the_file(tmp_path: Path) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    content = struct.pack("<Q", len(header)) + header + b"\0" * 8
    assert scanned(tmp_path, content).format == "safetensors"
    assert scanned(tmp_path, content).cleared
    assert not scanned(tmp_path, content + b"x").cleared
    assert not scanned(tmp_path, content[:-1]).cleared


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'{"learner": {}, "version": [2, 0, 0]}', "xgboost-json"),
        (b"tree\nversion=v4\nnum_class=1\nend of trees\n", "lightgbm"),
        (b'<?xml version="1.0"?><PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"/>', "pmml"),
    ],
)
def test_models_that_are_text_are_cleared(content: bytes, name: str, tmp_path: Path) -> None:
    found = scanned(tmp_path, content)
    assert (found.threats, found.format) == ((), name)


def test_plain_text_beside_a_model_is_cleared(tmp_path: Path) -> None:
    array = io.BytesIO()
    np.save(array, np.zeros(2))
    assert scanned(tmp_path, zipped({"a.npy": array.getvalue(), "README.md": b"# Our model\n"})).cleared


def test_a_missing_file_or_a_folder_was_not_looked_at(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(NotAudited, match="give"):
            scan_file(path)
