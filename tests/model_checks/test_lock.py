from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.lock import LockError, read_lock

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def lock_of(folder, text, name="requirements.txt"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_lock(path)


def test_entry_has_name_version_hashes_and_first_line(tmp_path):
    lock = lock_of(
        tmp_path,
        f"# made by uv\n\nNum_Py==2.1.0 ; python_version >= '3.11' \\\n    --hash={A} \\\n    --hash={B}\n"
        f"    # via -r requirements.in\nscikit-learn[x, y] == 1.9.1 --hash {A}  # kept\n",
    )
    first, second = lock.requirements
    assert (first.name, first.version, first.hashes, first.line) == ("num-py", "2.1.0", (A, B), 3)
    assert (second.name, second.version, second.hashes, second.line) == ("scikit-learn", "1.9.1", (A,), 7)
    assert lock.problems == ()
    assert lock.name == "requirements.txt"


def test_version_without_hash_is_an_entry_without_hashes(tmp_path):
    assert lock_of(tmp_path, "numpy==2.1.0").requirements[0].hashes == ()


def test_backslash_at_the_end_of_the_file_loses_nothing(tmp_path):
    assert [r.name for r in lock_of(tmp_path, "numpy==2.1.0 \\").requirements] == ["numpy"]


def test_windows_line_ends_and_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_bytes(f"\ufeffnumpy==2.1.0 \\\r\n  --hash={A}\r\n".encode())
    assert read_lock(path).requirements[0].hashes == (A,)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("numpy", "numpy: is not pinned to one version with =="),
        ("numpy>=1.0", "numpy>=1.0: is not pinned to one version with =="),
        ("numpy==1.*", "numpy==1.*: is not pinned to one version with =="),
        ("numpy==1.0,!=1.1", "numpy==1.0,!=1.1: is not pinned to one version with =="),
        ("numpy~=1.0", "numpy~=1.0: is not pinned to one version with =="),
        ("-e .", "-e .: is an editable install, which no version or hash can pin"),
        ("--editable=./x", "--editable=./x: is an editable install, which no version or hash can pin"),
        ("./numpy", "./numpy: is a direct URL or path, not a version from an index"),
        (
            "numpy-1.0-py3-none-any.whl",
            "numpy-1.0-py3-none-any.whl: is a direct URL or path, not a version from an index",
        ),
        (
            "numpy @ https://example.org/n.whl",
            "numpy @ https://example.org/n.whl: is a direct URL or path, not a version from an index",
        ),
        (
            "git+https://example.org/n",
            "git+https://example.org/n: is a direct URL or path, not a version from an index",
        ),
        ("-r other.txt", "-r other.txt: there is no such file"),
        ("--frobnicate", "--frobnicate: is not an option of a requirements file"),
        ("num py", "num py: is not pinned to one version with =="),
        ("==1.0", "==1.0: is no requirement"),
        ("numpy==1.0 --hash=sha256:abc", "numpy==1.0: has a hash that is none: sha256:abc"),
    ],
)
def test_entry_that_pins_nothing_is_a_problem_with_its_line(tmp_path, line, complaint):
    lock = lock_of(tmp_path, f"\n{line}\n")
    assert lock.problems == ((2, complaint),)
    assert lock.requirements == ()


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://user:hunter2@example.org/simple",
        "--extra-index-url=https://hunter2@example.org/simple",
        "-i https://${NAME}:hunter2@example.org/simple",
    ],
)
def test_credentials_are_a_problem_and_are_never_repeated(tmp_path, line):
    [(number, complaint)] = lock_of(tmp_path, line).problems
    assert number == 1
    assert "has a user name or password in its URL" in complaint
    assert "hunter2" not in complaint


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--extra-index-url https://${NAME}:${TOKEN}@example.org/simple",
        "--require-hashes",
        "-c constraints.txt",
        "--no-binary :all:",
    ],
)
def test_ordinary_options_are_no_problem(tmp_path, line):
    assert lock_of(tmp_path, line).problems == ()


def test_included_file_is_read_from_beside_and_bears_the_line_of_its_include(tmp_path):
    folder = tmp_path / "locks"
    folder.mkdir()
    (folder / "base.txt").write_text(f"\n\nnumpy==2.1.0 --hash={A}\npandas\n")
    lock = lock_of(tmp_path, "-r locks/base.txt\n")
    assert [(r.name, r.line) for r in lock.requirements] == [("numpy", 1)]
    assert lock.problems == ((1, "pandas: is not pinned to one version with == (base.txt, line 4)"),)


def test_lock_that_includes_itself_ends_with_a_problem(tmp_path):
    assert lock_of(tmp_path, "-r requirements.txt").problems == ((1, "-r requirements.txt: includes itself"),)


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pylock.toml", "conda.yml"])
def test_lock_of_another_tool_says_how_to_write_one(tmp_path, name):
    with pytest.raises(LockError, match="uv export"):
        lock_of(tmp_path, "", name)


def test_missing_lock_and_bytes_that_are_no_text_say_so(tmp_path):
    with pytest.raises(LockError, match="cannot be opened"):
        read_lock(tmp_path / "requirements.txt")
    (tmp_path / "wheel.txt").write_bytes(b"\x80\x81")
    with pytest.raises(LockError, match="UTF-8"):
        read_lock(tmp_path / "wheel.txt")


def test_lock_that_uv_wrote_for_the_starter_project_is_read_whole():
    path = Path(__file__).parents[2] / "templates/starter/requirements.txt"
    lock = read_lock(path)
    assert lock.problems == ()
    assert {"scikit-learn", "pandas"} <= {r.name for r in lock.requirements}
    assert sum(len(r.hashes) for r in lock.requirements) == path.read_text().count("--hash=")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_is_read_or_becomes_problems_on_its_own_lines(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_text(text, encoding="utf-8", newline="")
    lock = read_lock(path)
    lines = len(text.splitlines())
    assert all(1 <= line <= lines for line, _ in lock.problems)
    assert all(1 <= entry.line <= lines for entry in lock.requirements)
