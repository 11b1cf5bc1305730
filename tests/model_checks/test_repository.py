from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from model_checks.repository import read_repository
from tests.needs import needs_tool

ODD = ("ä ö.py", "new\nline.py", '"quoted".py', "-dash.py", " space.py", "tab\t.py")


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *who, "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    needs_tool("git")
    root = tmp_path / "checkout"
    root.mkdir()
    git(root, "init", "-q")
    for name in ("a.py", "sub/b.py", ".gitignore", "gone.py"):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("ignored.txt\n" if name == ".gitignore" else "1\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def names(root: Path) -> set[str]:
    return {f.as_posix() for f in read_repository(root).files}


def test_tracked_and_new_files_are_listed_and_ignored_and_deleted_ones_are_not(checkout: Path) -> None:
    (checkout / "new.py").write_text("")
    (checkout / "ignored.txt").write_text("")
    (checkout / "gone.py").unlink()
    assert names(checkout) == {"a.py", "sub/b.py", ".gitignore", "new.py"}


def test_revision_is_the_commit_and_a_clean_checkout_has_no_changes(checkout: Path) -> None:
    found = read_repository(checkout)
    assert found.revision == git(checkout, "rev-parse", "HEAD")
    assert found.changed == ()


def test_changed_new_and_deleted_files_are_changes(checkout: Path) -> None:
    (checkout / "a.py").write_text("2\n")
    (checkout / "new.py").write_text("")
    (checkout / "gone.py").unlink()
    assert set(read_repository(checkout).changed) == {"a.py", "new.py", "gone.py"}


def test_a_renamed_file_is_two_changes(checkout: Path) -> None:
    git(checkout, "mv", "a.py", "z.py")
    assert set(read_repository(checkout).changed) == {"a.py", "z.py"}


@pytest.mark.parametrize("name", ODD)
def test_odd_file_names_come_through_whole(name: str, checkout: Path) -> None:
    (checkout / name).write_text("")
    assert name in names(checkout)
    assert name in read_repository(checkout).changed
    git(checkout, "add", "-A")
    assert name in names(checkout)


def test_names_that_are_no_text_can_still_be_opened(checkout: Path) -> None:
    raw = os.fsencode(checkout) + b"/\xff.py"
    Path(os.fsdecode(raw)).write_text("x")
    found = read_repository(checkout)
    assert "x" in [(checkout / f).read_text() for f in found.files]


def test_a_folder_below_the_top_is_read_relative_to_itself(checkout: Path) -> None:
    (checkout / "sub" / "b.py").write_text("2\n")
    (checkout / "a.py").write_text("2\n")
    found = read_repository(checkout / "sub")
    assert [f.as_posix() for f in found.files] == ["b.py"]
    assert found.changed == ("b.py",)


def test_links_that_stay_inside_are_listed_and_those_that_leave_are_not(checkout: Path) -> None:
    outside = checkout.parent / "secret.txt"
    outside.write_text("")
    (checkout / "in").symlink_to("a.py")
    (checkout / "out").symlink_to(outside)
    (checkout / "nowhere").symlink_to("missing")
    (checkout / "loop").symlink_to("loop")
    (checkout / "folder").symlink_to(checkout / "sub")
    assert {"in", "out", "nowhere", "loop", "folder"} & names(checkout) == {"in"}


def test_a_submodule_is_no_file(checkout: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "first")
    git(checkout, "submodule", "--quiet", "add", str(other), "module")
    assert names(checkout) == {"a.py", "sub/b.py", ".gitignore", "gone.py", ".gitmodules"}


def test_a_checkout_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    needs_tool("git")
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("")
    found = read_repository(tmp_path)
    assert ([f.as_posix() for f in found.files], found.revision, found.changed) == (["a.py"], "", ("a.py",))


def test_outside_git_all_but_caches_and_environments_are_listed(tmp_path: Path) -> None:
    for name in ("a.py", "sub/b.py", ".venv/c.py", "__pycache__/d.pyc", ".iddr/e", "node_modules/f.js", ".hidden"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    found = read_repository(tmp_path)
    assert [f.as_posix() for f in found.files] == [".hidden", "a.py", "sub/b.py"]
    assert (found.revision, found.changed) == ("", ())
