from __future__ import annotations

import os
import tarfile

import pytest

from ci_steps.machine import offered_base
from ci_steps.oci.bases import resolve_base
from ci_steps.steps import Refused
from tests.needs import missing


@pytest.fixture(scope="module")
def minor():
    name, python = offered_base()
    if name != "debian":
        missing("a Debian or Ubuntu with its own Python")
    return python


def made(folder, minor, umask=0o022):
    before = os.umask(umask)
    try:
        return resolve_base("debian", python=minor, cache=folder, root=folder, say=lambda _: None)
    finally:
        os.umask(before)


def test_the_base_is_the_same_from_another_cache_and_umask(tmp_path, minor):
    first, second = made(tmp_path / "1", minor), made(tmp_path / "2", minor, umask=0o077)
    assert [x.digest for x in first.layers] == [x.digest for x in second.layers]
    with tarfile.open(first.layers[0].path) as tar:
        names = set(tar.getnames())
    assert {f"usr/bin/python{minor}", "usr/bin/python3", "var/lib/dpkg/status.d/libc6", "etc/os-release"} <= names
    assert f"usr/lib/python{minor}/test" not in names
    assert any(name.startswith(f"usr/lib/python{minor}/__pycache__/os.") for name in names)


def test_a_minor_that_the_distribution_lacks_is_refused(tmp_path, minor):
    with pytest.raises(Refused, match="lacks a package"):
        made(tmp_path, "3.4")
