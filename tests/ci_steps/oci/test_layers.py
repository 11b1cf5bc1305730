from __future__ import annotations

import hashlib
import os
import tarfile

import pytest

from ci_steps.oci.layers import EPOCH, Link, cached_layer, packed, tree


def put(folder, *, umask, time):
    """Write the same three files under another umask, at another time."""
    before = os.umask(umask)
    try:
        (folder / "sub").mkdir(parents=True)
        (folder / "sub/b.py").write_text("b = 1\n")
        (folder / "a.txt").write_text("a\n")
        program = folder / "run"
        program.write_text("#!/bin/sh\n")
        program.chmod(program.stat().st_mode | 0o100)
        (folder / "link").symlink_to("a.txt")
        for path in folder.rglob("*"):
            os.utime(path, (time, time), follow_symlinks=False)
    finally:
        os.umask(before)
    return folder


def test_the_same_files_give_the_same_bytes_from_other_folders_umasks_and_times(tmp_path):
    one = put(tmp_path / "one", umask=0o022, time=1)
    other = put(tmp_path / "elsewhere" / "other", umask=0o077, time=2_000_000_000)
    first = packed(tree(one, below="opt"), tmp_path / "1.tar.gz")
    second = packed(tree(other, below="opt"), tmp_path / "far" / "2.tar.gz")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert (first.diff_id, first.digest, first.size) == (second.diff_id, second.digest, second.size)


def test_entries_are_sorted_owned_by_root_and_normal(tmp_path):
    layer = packed(tree(put(tmp_path / "x", umask=0o077, time=1), below="opt"), tmp_path / "l.tar.gz")
    with tarfile.open(layer.path) as tar:
        found = [(e.name, e.mode, e.uid, e.gid, e.mtime, e.pax_headers) for e in tar]
    modes = {name: mode for name, mode, *_ in found}
    assert list(modes) == ["opt", "opt/a.txt", "opt/link", "opt/run", "opt/sub", "opt/sub/b.py"]
    assert modes == {
        "opt": 0o755, "opt/a.txt": 0o644, "opt/link": 0o777, "opt/run": 0o755, "opt/sub": 0o755, "opt/sub/b.py": 0o644,
    }  # fmt: skip
    assert {(uid, gid, time, str(pax)) for _, _, uid, gid, time, pax in found} == {(0, 0, EPOCH, "{}")}


def test_digests_are_those_of_the_bytes(tmp_path):
    import gzip

    layer = packed({"a": b"a", "deep/link": Link("../a"), "tmp": None}, tmp_path / "l.tar.gz")
    content = layer.path.read_bytes()
    assert layer.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert layer.diff_id == f"sha256:{hashlib.sha256(gzip.decompress(content)).hexdigest()}"
    assert layer.size == len(content)


def test_a_layer_is_packed_once_for_a_key(tmp_path):
    packings = []

    def files():
        packings.append(1)
        return {"a": b"a"}

    first = cached_layer("key", tmp_path, files)
    assert cached_layer("key", tmp_path, files) == first
    assert len(packings) == 1
    cached_layer("other key", tmp_path, files)
    assert len(packings) == 2


@pytest.mark.parametrize("what", ["blob", "record"])
def test_a_damaged_layer_is_packed_again(tmp_path, what):
    first = cached_layer("key", tmp_path, lambda: {"a": b"a"})
    damaged = first.path if what == "blob" else next(tmp_path.rglob("*.json"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content if what == "blob" else content[:20])
    again = cached_layer("key", tmp_path, lambda: {"a": b"a"})
    assert again == first
    assert again.digest == f"sha256:{hashlib.sha256(again.path.read_bytes()).hexdigest()}"
