from __future__ import annotations

import io
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from ci_steps.oci.interpreter import plain
from ci_steps.oci.unpacking import inside, unpack_layer
from ci_steps.steps import Refused

FILE, FOLDER, LINK, HARD, DEVICE = (
    tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
)  # fmt: skip


def layer(*entries):
    """Return an open tar of (name, type, text or link target[, mode])."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, content, *mode in entries:
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = kind, mode[0] if mode else 0o777
            if kind == FILE:
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content.encode()))
            else:
                entry.linkname = content
                tar.addfile(entry)
    out.seek(0)
    return tarfile.open(fileobj=out)


@pytest.fixture
def places(tmp_path):
    """Return a root to unpack into, and a folder outside it that holds a secret."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir(mode=0o700)
    secret = outside / "secret"
    secret.write_text("secret")
    secret.chmod(0o600)
    return root, outside


def untouched(outside):
    """Tell whether the outside is as it was."""
    secret = outside / "secret"
    found = secret.stat()
    return (
        [p.name for p in outside.iterdir()] == ["secret"]
        and secret.read_text() == "secret"
        and stat.S_IMODE(found.st_mode) == 0o600
        and found.st_nlink == 1
        and stat.S_IMODE(outside.stat().st_mode) == 0o700
    )


@pytest.mark.parametrize(
    "entries",
    [
        [("../outside/new", FILE, "x")],
        [("a/../../outside/new", FILE, "x")],
        [("OUTSIDE/new", FILE, "x")],
        [("hard", HARD, "../outside/secret")],
        [("hard", HARD, "OUTSIDE/secret")],
        [("a", LINK, "OUTSIDE"), ("hard", HARD, "a/secret")],
        [("a", LINK, "OUTSIDE/secret"), ("hard", HARD, "a")],
        [("a", LINK, "b"), ("b", LINK, "a"), ("a/x", FILE, "x")],
        [("a", FILE, "x"), ("a/b", FILE, "x")],
    ],
)
def test_what_leaves_the_root_is_refused(places, entries):
    root, outside = places
    with pytest.raises(Refused, match=r"archive|hard link"):
        unpack_layer(
            layer(
                *[
                    (n.replace("OUTSIDE", str(outside)), k, c.replace("OUTSIDE", str(outside)))
                    for n, k, c in entries
                ]
            ),
            root,
        )
    assert untouched(outside)


@pytest.mark.parametrize(
    "entries",
    [
        [("a", LINK, "OUTSIDE"), ("a/new/deep", FILE, "x")],
        [("a", LINK, "../outside"), ("a/secret", FILE, "x")],
        [("a", LINK, "OUTSIDE"), ("a", FOLDER, "")],
        [("a", LINK, "OUTSIDE/secret"), ("a", FILE, "x")],
        [("a", LINK, "OUTSIDE"), ("a/.wh.secret", FILE, "")],
        [("a", LINK, "OUTSIDE"), ("a/.wh..wh..opq", FILE, "")],
    ],
)
def test_links_lead_nowhere_outside(places, entries):
    root, outside = places
    unpack_layer(layer(*[(n, k, c.replace("OUTSIDE", str(outside))) for n, k, c in entries]), root)
    assert untouched(outside)


def test_an_absolute_link_leads_to_the_same_place_below_the_root(places):
    root, _ = places
    unpack_layer(layer(("run", FOLDER, ""), ("var/run", LINK, "/run"), ("var/run/pid", FILE, "1")), root)
    assert (root / "run/pid").read_text() == "1"
    assert inside(root, "var/run/pid") == root / "run/pid"


def test_a_whiteout_removes_what_an_earlier_layer_left(places):
    root, _ = places
    unpack_layer(layer(("d/old", FILE, "x"), ("d/kept", FILE, "x"), ("tree/deep/x", FILE, "x")), root)
    unpack_layer(layer(("d/.wh.old", FILE, ""), (".wh.tree", FILE, ""), ("d/.wh.never", FILE, "")), root)
    assert sorted(str(p.relative_to(root)) for p in root.rglob("*")) == ["d", "d/kept"]


@pytest.mark.parametrize("first", [True, False])
def test_an_opaque_whiteout_keeps_only_this_layers_files(places, first):
    root, _ = places
    unpack_layer(layer(("d/old", FILE, "x"), ("d/sub/old", FILE, "x"), ("other", FILE, "x")), root)
    mark, new = ("d/.wh..wh..opq", FILE, ""), ("d/sub/new", FILE, "y")
    unpack_layer(layer(*((mark, new) if first else (new, mark))), root)
    assert sorted(str(p.relative_to(root)) for p in root.rglob("*")) == ["d", "d/sub", "d/sub/new", "other"]


def test_a_later_layer_replaces_file_folder_and_link(places):
    root, _ = places
    unpack_layer(layer(("a", FILE, "1"), ("b/x", FILE, "1"), ("c", LINK, "b")), root)
    unpack_layer(layer(("a", FOLDER, ""), ("b", FILE, "2"), ("c", FOLDER, "")), root)
    assert (root / "a").is_dir()
    assert (root / "b").read_text() == "2"
    assert (root / "c").is_dir()
    assert not (root / "c").is_symlink()


def test_hard_links_inside_are_kept_and_devices_left_out(places):
    root, _ = places
    unpack_layer(layer(("a", FILE, "x"), ("b", HARD, "a"), ("null", DEVICE, "")), root)
    assert (root / "a").samefile(root / "b")
    assert not (root / "null").exists()


def test_no_program_unpacked_changes_its_user(places):
    root, _ = places
    unpack_layer(layer(("su", FILE, "x", 0o6755), ("plain", FILE, "x", 0o644), ("none", FILE, "x", 0)), root)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in root.iterdir()}
    assert modes == {"su": 0o755, "plain": 0o644, "none": 0o600}


def test_it_needs_no_newer_python_than_debians(base, tmp_path):
    # Debian 12 has 3.11.2; tarfile's filters came with 3.11.4.
    with (tmp_path / "package.tar").open("wb") as out, layer(("a/b", FILE, "text")) as made:
        out.write(made.fileobj.getvalue())
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); from ci_steps.oci.packages import unpack_package; "
        "unpack_package(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))"
    )
    launch = plain(base.rootfs, base.python, tmp_path)
    root = Path(__file__).parents[3]
    subprocess.run(
        [*launch.command, "-c", script, root, tmp_path / "package.tar", tmp_path / "out"],
        check=True,
        env=launch.variables,
    )
    assert (tmp_path / "out/a/b").read_text() == "text"
