from __future__ import annotations

import os

import pytest

from ci_steps.oci.dependencies import dependency_layer, without_pinned
from ci_steps.steps import Infrastructure, Refused

SERVING = """\
click==8.5.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via granian
granian==2.8.7 \\
    --hash=sha256:cc
    # via -r requirements.in
"""
ALONE = """\
granian==2.8.7 \\
    --hash=sha256:cc
    # via -r requirements.in
"""


@pytest.fixture(autouse=True)
def _nothing_is_set_for_pip(monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.mark.parametrize(
    ("lock", "left"),
    [
        ("", SERVING),
        ("numpy==2.0\n", SERVING),
        ("click==8.5.1\n", SERVING),
        ("click==8.1.7\n", ALONE),
        ("Click==8.1.7 \\\n    --hash=sha256:dd\n", ALONE),
        ("numpy==1\nclick==8.1.7 --hash=sha256:dd", ALONE),
        ("click==8.1.7 ; sys_platform == 'win32'\n", SERVING),
        ("click==8.1.7 ; sys_platform == 'win32' \\\n    --hash=sha256:dd\n", SERVING),
        ("clicker==8.1.7\n", SERVING),
        ("# click==8.1.7\n", SERVING),
    ],
)
def test_the_models_own_versions_win_over_the_services(lock, left):
    assert without_pinned(SERVING, lock) == left


def test_a_lock_that_cannot_be_installed_is_the_users_to_mend(base, tmp_path):
    lock, serving = tmp_path / "requirements.txt", tmp_path / "serving.txt"
    lock.write_text("threadpoolctl==3.6.0 --hash=sha256:" + "0" * 64 + "\n")
    serving.write_text("")
    with pytest.raises(Refused, match=r"(?s)Python 3\.11.*[Hh]ash mismatch.*lock again"):
        dependency_layer(lock, [serving], base, cache=tmp_path, log=tmp_path / "log", say=lambda _: None)
    assert (tmp_path / "log").read_text()
    assert list((tmp_path / "dependencies").iterdir()) == []


def test_dependencies_are_installed_without_what_the_installer_leaves(base, tmp_path):
    import tarfile

    lock, serving = tmp_path / "requirements.txt", tmp_path / "serving.txt"
    lock.write_text("threadpoolctl==3.6.0\n")
    serving.write_text("")
    layer = dependency_layer(lock, [serving], base, cache=tmp_path, log=tmp_path / "log", say=lambda _: None)
    with tarfile.open(layer.path) as tar:
        found = {e.name for e in tar if e.isfile()}
    about = "opt/deps/threadpoolctl-3.6.0.dist-info"
    assert {
        "opt/deps/threadpoolctl.py",
        "opt/deps/__pycache__/threadpoolctl.cpython-311.pyc",
        f"{about}/METADATA",
    } <= found
    assert not {n for n in found if n.endswith(("INSTALLER", "REQUESTED", ".lock"))}
    assert list((tmp_path / "dependencies").iterdir()) == []


def test_an_index_that_does_not_answer_is_the_worlds_fault(base, tmp_path, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    lock, serving = tmp_path / "requirements.txt", tmp_path / "serving.txt"
    lock.write_text("threadpoolctl==3.6.0\n")
    serving.write_text("")
    with pytest.raises(Infrastructure, match="package index"):
        dependency_layer(lock, [serving], base, cache=tmp_path, log=tmp_path / "log", say=lambda _: None)


def test_a_form_without_the_models_packages_is_installed_by_its_own_locks(base, tmp_path):
    import tarfile

    serving = tmp_path / "serving.txt"
    serving.write_text("threadpoolctl==3.6.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(Refused, match=r"[Hh]ash mismatch"):
        dependency_layer(None, [serving], base, cache=tmp_path, log=tmp_path / "log", say=lambda _: None)
    serving.write_text(
        "threadpoolctl==3.6.0 --hash=sha256:43a0b8fd5a2928500110039e43a5eed8480b918967083ea48dc3ab9f13c4a7fb\n"
    )
    layer = dependency_layer(None, [serving], base, cache=tmp_path, log=tmp_path / "log", say=lambda _: None)
    with tarfile.open(layer.path) as tar:
        assert "opt/deps/threadpoolctl.py" in tar.getnames()
