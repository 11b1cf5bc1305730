from __future__ import annotations

import io
import tarfile

from ci_steps.oci.merging import LARGEST_TEXT, Merged
from ci_steps.oci.reading import read_contents
from model_checks.inputs import ImageFile
from tests.ci_steps.oci.small_images import small_archive


def contents_of(tmp_path, *layers):
    return read_contents(small_archive(tmp_path, *layers)[0])


def test_the_listing_is_what_a_container_sees(tmp_path):
    found = contents_of(tmp_path).files.files
    assert "/usr/lib/old" not in found
    assert found["/usr/lib/libc.so.6"] == ImageFile(kind="file", mode=0o644, size=3000, layer=1)
    assert found["/app/serve.py"].layer == 3
    assert (found["/tmp"].kind, found["/tmp"].mode) == ("folder", 0o1777)  # noqa: S108 - a path inside


def test_texts_that_a_later_layer_hides_are_still_there_and_installed_packages_are_left_out(tmp_path):
    first = {
        "srv/token": b"hidden\n",
        "opt/deps/a.py": b"x",
        "opt/deps/pip.conf": b"p",
        "usr/lib/python3.11/a.py": b"",
    }
    second = {
        "srv/.wh.token": b"",
        "srv/data.bin": b"\0",
        "usr/src/app/a.py": b"",
        "srv/b": b"t" * (LARGEST_TEXT + 1),
    }
    found = contents_of(tmp_path, first, second).files
    assert set(found.texts) == {"layer 1: /srv/token", "layer 1: /opt/deps/pip.conf", "layer 2: /usr/src/app/a.py"}
    assert "/srv/token" not in found.files


def test_an_opaque_folder_hides_what_was_in_it_and_not_what_comes_with_it(tmp_path):
    first = {"app/old.py": b"1", "app/sub/older.py": b"2", "apple": b"3"}
    second = {"app/.wh..wh..opq": b"", "app/new.py": b"4"}
    found = contents_of(tmp_path, first, second)
    assert {p for p in found.files.files if p.endswith((".py", "apple"))} == {"/app/new.py", "/apple"}
    assert set(found.image.files) == {"/app/new.py"}


def test_modes_links_and_devices_are_told_apart():
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, kind, mode in (
            ("./bin/su", tarfile.REGTYPE, 0o4755), ("dev/null", tarfile.CHRTYPE, 0o666), ("l", tarfile.SYMTYPE, 0o777),
            ("h", tarfile.LNKTYPE, 0o755), (".", tarfile.DIRTYPE, 0o755),
        ):  # fmt: skip
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = kind, mode
            tar.addfile(entry)
    content.seek(0)
    merged = Merged()
    with tarfile.open(fileobj=content) as tar:
        merged.add(tar, 1)
    assert {p: (f.kind, f.mode) for p, f in merged.files.items()} == {
        "/bin/su": ("file", 0o4755), "/dev/null": ("other", 0o666), "/l": ("link", 0o777), "/h": ("file", 0o755),
    }  # fmt: skip


def test_layers_tell_their_sizes_and_how_they_were_made(tmp_path):
    layers = contents_of(tmp_path).layers
    assert [layer.made_by for layer in layers] == ["iddr base", "iddr dependencies", "iddr application"]
    assert all(layer.unpacked > layer.size > 0 for layer in layers)
