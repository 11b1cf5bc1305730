from __future__ import annotations

import gzip
import json
import os
import tarfile
from pathlib import Path

import pytest

from ci_steps.oci.bases import resolve_base
from ci_steps.oci.interpreter import interpreter_in
from ci_steps.oci.layers import Link, cached_layer, packed, tree
from ci_steps.oci.reading import read_image, unpack
from ci_steps.oci.writing import image_config, write_image
from ci_steps.steps import Refused


def folder_of(root: Path, umask: int, when: int) -> Path:
    before = os.umask(umask)
    try:
        folder = root / "files"
        (folder / "sub").mkdir(parents=True)
        for name in ("b.txt", "a.txt", "sub/c.py"):
            (folder / name).write_text(name)
            os.utime(folder / name, (when, when))
        (folder / "run.sh").write_text("#!/bin/sh\n")
        (folder / "run.sh").chmod(0o700)
        (folder / "link").symlink_to("a.txt")
    finally:
        os.umask(before)
    return folder


def an_image(tmp_path, files=None):
    layer = packed(files or {"app/model/m": b"model", "bin/tool": b"x"}, tmp_path / "layer.tar.gz")
    config = image_config([layer], {"User": "65532"}, architecture="amd64")
    archive = tmp_path / "image.tar"
    return archive, write_image([layer], config, archive, reference="m:1"), layer


def test_the_same_files_give_the_same_layer_from_another_folder_umask_and_date(tmp_path):
    first = packed(tree(folder_of(tmp_path / "1", 0o022, 1), below="app"), tmp_path / "1.tar.gz")
    second = packed(tree(folder_of(tmp_path / "2", 0o077, 10**9), below="app"), tmp_path / "2.tar.gz")
    assert (first.diff_id, first.digest) == (second.diff_id, second.digest)


def test_owners_modes_and_times_are_fixed(tmp_path):
    layer = packed(tree(folder_of(tmp_path, 0o077, 5), below="app"), tmp_path / "layer.tar.gz")
    with tarfile.open(layer.path) as tar:
        found = {entry.name: entry for entry in tar}
    assert {(e.uid, e.gid, e.mtime) for e in found.values()} == {(0, 0, 1_577_836_800)}
    assert (found["app/run.sh"].mode, found["app/a.txt"].mode, found["app/sub"].mode) == (0o755, 0o644, 0o755)
    assert found["app/link"].linkname == "a.txt"


def test_a_layer_is_packed_once_for_each_key(tmp_path):
    packings = []

    def files():
        packings.append(1)
        return {"a": b"x", "tmp": None, "l": Link("a")}

    assert cached_layer("k", tmp_path, files) == cached_layer("k", tmp_path, files)
    assert packings == [1]


def test_the_same_image_has_the_same_digest_twice(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    first, written, _ = an_image(tmp_path / "1")
    second, again, _ = an_image(tmp_path / "2")
    assert written == again
    assert first.read_bytes() == second.read_bytes()


def test_an_image_reads_back_as_it_was_written(tmp_path):
    archive, written, layer = an_image(tmp_path)
    image = read_image(archive)
    assert (image.digest, image.config_digest, image.size) == (written.digest, written.config_digest, layer.size)
    assert list(image.files) == ["/app/model/m"]


def test_the_archive_is_an_oci_layout_and_what_docker_load_reads(tmp_path):
    archive, written, layer = an_image(tmp_path)
    with tarfile.open(archive) as tar:
        [docker] = json.load(tar.extractfile("manifest.json"))
        [described] = json.load(tar.extractfile("index.json"))["manifests"]
        assert json.load(tar.extractfile("oci-layout")) == {"imageLayoutVersion": "1.0.0"}
        assert gzip.decompress(tar.extractfile(docker["Layers"][0]).read())
        assert [e.name for e in tar if e.isdir()] == ["blobs", "blobs/sha256"]
    assert described["digest"] == written.digest
    assert docker["Layers"] == [layer.digest.replace("sha256:", "blobs/sha256/")]


def test_a_changed_byte_in_any_blob_is_refused(tmp_path):
    archive, _, _ = an_image(tmp_path)
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        places = [(e.name, e.offset_data) for e in tar if e.isfile() and e.name.startswith("blobs/")]
    for _, place in places:
        changed = bytearray(content)
        changed[place + 3] ^= 1
        archive.write_bytes(changed)
        with pytest.raises(Refused, match="is no image archive"):
            read_image(archive)


def test_unpacking_applies_whiteouts_and_keeps_programs(tmp_path):
    lower = packed({"a/old": b"1", "a/kept": b"2"}, tmp_path / "1.tar.gz")
    upper = packed({"a/.wh.old": b""}, tmp_path / "2.tar.gz")
    config = image_config([lower, upper], {}, architecture="amd64")
    write_image([lower, upper], config, tmp_path / "i.tar", reference="m:1")
    unpack(tmp_path / "i.tar", tmp_path / "root")
    assert sorted(p.name for p in (tmp_path / "root/a").iterdir()) == ["kept"]


def test_nothing_is_unpacked_outside_the_folder(tmp_path):
    archive, _, _ = an_image(tmp_path, {"../out": b"x"})
    with pytest.raises(Refused, match="leads out"):
        unpack(archive, tmp_path / "root")
    assert not (tmp_path / "out").exists()


def test_a_base_of_another_python_minor_is_refused_with_what_it_has(tmp_path):
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/python3.12").write_text("")
    with pytest.raises(Refused, match=r"has python3\.12; \[environment\] python is 3\.11"):
        interpreter_in(tmp_path, "3.11", named="b")


def test_a_base_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="there is no OCI layout"):
        resolve_base("oci:nowhere", python="3.11", cache=tmp_path, root=tmp_path, say=lambda _: None)


def test_an_oci_layout_serves_as_a_base(tmp_path):
    _, _, layer = an_image(tmp_path, {"usr/bin/python3.11": b"interpreter"})
    base = resolve_base(
        "oci:image.tar", python="3.11", cache=tmp_path / "cache", root=tmp_path, say=lambda _: None
    )
    assert base.python == "/usr/bin/python3.11"
    assert [x.diff_id for x in base.layers] == [layer.diff_id]
    assert (base.rootfs / "usr/bin/python3.11").read_bytes() == b"interpreter"
