from __future__ import annotations

import pytest

from ci_steps.oci.root_file_system import RootFileSystem
from ci_steps.steps import Refused
from tests.ci_steps.oci.small_images import small_archive


def test_it_is_unpacked_when_it_is_entered_and_once_for_all(tmp_path):
    said = []
    archive, _ = small_archive(tmp_path)
    rootfs = RootFileSystem(archive=archive, work=tmp_path / "work", say=said.append)
    assert not (tmp_path / "work").exists()
    folder = rootfs.folder()
    (folder / "left").touch()
    assert rootfs.folder() == folder
    assert (folder / "left").exists()
    assert said == ["unpacking the image"]


def test_what_was_not_unpacked_whole_is_never_handed_out(tmp_path):
    (tmp_path / "image.tar").write_bytes(b"no archive")
    rootfs = RootFileSystem(archive=tmp_path / "image.tar", work=tmp_path / "work", say=lambda _: None)
    for _ in range(2):
        with pytest.raises(Refused, match="is no image archive"):
            rootfs.folder()
