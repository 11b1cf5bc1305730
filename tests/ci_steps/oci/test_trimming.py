from __future__ import annotations

import importlib.metadata
import os

from ci_steps.oci.trimming import list_files, trim


def put(folder, *names, content=""):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def names(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_what_no_service_reads_is_left_out(tmp_path):
    kept = {
        "p/__init__.py",
        "p/a.so",
        "p.libs/libopenblas.so",
        "p-1.dist-info/METADATA",
        "p-1.dist-info/RECORD",
        "p/testing/a.py",
        "p/bin/tool",
    }
    put(
        tmp_path, *kept, "p/tests/test_a.py", "p/a.pyi", "p/include/a.h", "p/a.pyx", "bin/p", "p-1.dist-info/INSTALLER",
        ".lock", "p/__pycache__/a.cpython-311.pyc",
    )  # fmt: skip
    trim(tmp_path)
    assert names(tmp_path) == kept


def test_stubs_that_are_read_on_import_stay(tmp_path):
    put(tmp_path, "p/__init__.py", content="__getattr__, *_ = lazy_loader.attach_stub(__name__, __file__)\n")
    put(tmp_path, "p/__init__.pyi", "p/other.pyi", "p/other.py")
    trim(tmp_path)
    assert names(tmp_path) == {"p/__init__.py", "p/__init__.pyi", "p/other.py"}


def test_what_installs_packages_is_left_out_with_its_record(tmp_path):
    put(tmp_path, "numpy/f2py/a.py", "pip/__init__.py", "wheel/__init__.py")
    put(tmp_path, "pip-1.dist-info/METADATA", "pipe/__init__.py", "pipe-1.dist-info/METADATA")
    trim(tmp_path)
    assert names(tmp_path) == {"numpy/f2py/a.py", "pipe/__init__.py", "pipe-1.dist-info/METADATA"}


def test_a_package_lists_what_is_left_of_it_in_a_fixed_order(tmp_path):
    put(tmp_path, "p/__init__.py", "p/__pycache__/__init__.cpython-311.pyc", "p/a,b.txt")
    put(tmp_path, "p-1.dist-info/METADATA", content="Name: p\nVersion: 1\n")
    installed = ["p/__init__.py,sha256=x,3", "../../bin/p,,", "p/tests/gone.py,,", '"p/a,b.txt",,']
    put(tmp_path, "p-1.dist-info/RECORD", content="\n".join([*installed, "p-1.dist-info/METADATA,,"]))
    list_files(tmp_path)
    text = (tmp_path / "p-1.dist-info/RECORD").read_text()
    [found] = importlib.metadata.distributions(path=[str(tmp_path)])
    assert {os.fspath(file) for file in found.files} == names(tmp_path)
    assert all(file.locate().is_file() for file in found.files)
    list_files(tmp_path)
    assert (tmp_path / "p-1.dist-info/RECORD").read_text() == text
