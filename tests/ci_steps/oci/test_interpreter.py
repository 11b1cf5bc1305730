from __future__ import annotations

import os
import subprocess

import pytest

from ci_steps.oci import interpreter
from ci_steps.oci.interpreter import compile_tree, interpreter_in, plain
from ci_steps.steps import Refused
from tests.needs import needs_tool

UNCHECKED = b"\x01\x00\x00\x00"  # PEP 552: the bit field after the magic number, of a hash that is not checked


def modules(folder):
    (folder / "package").mkdir(parents=True)
    for number in range(6):
        (folder / "package" / f"m{number}.py").write_text(
            f"import os\nNAME = 'os'\ndef f{number}(): raise OSError\n"
        )
    (folder / "package/template.py").write_text("class {{ name }}: pass\n")
    (folder / "package/latin.py").write_bytes(b"X = '\xe9'\n")
    return folder


def compiled(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.pyc"))}


def test_byte_code_needs_no_times_and_names_its_place_in_the_image(base, tmp_path):
    folder = modules(tmp_path / "a")
    compile_tree(base.rootfs, base.python, folder, place="/opt/deps")
    found = compiled(folder)
    assert [n for n in found if "template" in n or "latin" in n] == []
    assert len(found) == 6
    assert {content[4:8] for content in found.values()} == {UNCHECKED}
    content = found["package/__pycache__/m0.cpython-311.pyc"]
    assert b"/opt/deps/package/m0.py" in content
    assert str(tmp_path).encode() not in content


def test_the_same_byte_code_comes_of_other_folders_times_and_with_or_without_the_sandbox(
    base, tmp_path, monkeypatch
):
    needs_tool("bwrap")
    one, other = modules(tmp_path / "a"), modules(tmp_path / "far/away/b")
    for path in other.rglob("*.py"):
        os.utime(path, (1, 1))
    compile_tree(base.rootfs, base.python, one, place="/opt/deps")
    monkeypatch.setattr(interpreter.shutil, "which", lambda _: None)
    compile_tree(base.rootfs, base.python, other, place="/opt/deps")
    assert compiled(one) == compiled(other) != {}


def test_the_bases_python_is_walled_in_where_bubblewrap_works(base, tmp_path):
    needs_tool("bwrap")
    launch = interpreter._launch(base.rootfs, base.python, tmp_path)
    script = "import os, socket; print(sorted(os.listdir('/')), os.path.exists('/etc/debian_version'), os.environ.get('HOME'))"
    said = subprocess.run(
        [*launch.command, "-c", script], check=True, capture_output=True, text=True, env=launch.variables
    )
    assert interpreter.TARGET.strip("/") in said.stdout
    touch = f"open({str(base.rootfs / 'usr' / 'new')!r}, 'w')"
    assert subprocess.run(
        [*launch.command, "-c", touch], check=False, capture_output=True, env=launch.variables
    ).returncode
    assert not (base.rootfs / "usr/new").exists()


def test_without_the_sandbox_it_runs_on_its_own_libraries(base, tmp_path):
    launch = plain(base.rootfs, base.python, tmp_path)
    script = "import sys, json, _ssl; print(json.__file__)"
    said = subprocess.run(
        [*launch.command, "-c", script], check=True, capture_output=True, text=True, env=launch.variables
    )
    assert said.stdout.startswith(str(base.rootfs))


def test_an_interpreter_that_fails_is_not_taken_for_a_file_that_is_no_python(base, tmp_path):
    with pytest.raises(Refused, match="does not run on this machine"):
        interpreter._run(
            plain(base.rootfs, base.python, tmp_path),
            ["-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"],
        )


def test_another_minor_is_refused_with_those_that_are_there(base):
    assert interpreter_in(base.rootfs, "3.11", named="debian") == "/usr/bin/python3.11"
    with pytest.raises(Refused, match=r"has python3\.11; \[environment\] python is 3\.12"):
        interpreter_in(base.rootfs, "3.12", named="debian")


def test_an_interpreter_behind_an_absolute_link_is_the_bases_own(tmp_path):
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/python3.11").symlink_to("/opt/python3.11")
    with pytest.raises(Refused, match="has"):
        interpreter_in(tmp_path, "3.11", named="x")
    (tmp_path / "opt").mkdir()
    (tmp_path / "opt/python3.11").touch()
    assert interpreter_in(tmp_path, "3.11", named="x") == "/usr/bin/python3.11"


def test_a_base_without_glibc_is_refused(tmp_path):
    with pytest.raises(Refused, match="glibc"):
        compile_tree(tmp_path, "/usr/bin/python3.11", tmp_path, place="/x")
