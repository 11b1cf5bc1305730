from __future__ import annotations

import io
import tarfile

import pytest

from ci_steps.oci.architectures import architecture
from ci_steps.oci.bases import resolve_base
from ci_steps.oci.hardening import hardening_layer
from ci_steps.oci.layers import compressed
from ci_steps.oci.reading import read_contents
from ci_steps.oci.writing import image_config, write_image
from model_checks.service.image_faults import build_tools, set_user_files

PACKAGES = "usr/local/lib/python3.11/site-packages"


@pytest.fixture
def slim(tmp_path):
    """Return a base as python:slim is: with su, apt and pip."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, mode in (
            ("usr/bin/python3.11", 0o755), ("usr/bin/su", 0o4755), ("usr/bin/wall", 0o2755), ("usr/bin/apt-get", 0o755),
            ("usr/bin/dpkg", 0o755), ("usr/local/bin/pip3.11", 0o755), (f"{PACKAGES}/pip/__init__.py", 0o644),
            (f"{PACKAGES}/pip/_internal/a.py", 0o644), (f"{PACKAGES}/pip-24.0.dist-info/METADATA", 0o644),
            (f"{PACKAGES}/pipe/__init__.py", 0o644), ("usr/bin/ls", 0o755),
        ):  # fmt: skip
            entry = tarfile.TarInfo(name)
            entry.mode = mode
            tar.addfile(entry)
    content.seek(0)
    layers = [compressed(content, tmp_path / "base.tar.gz")]
    config = image_config(layers, {}, architecture=architecture())
    write_image(layers, config, tmp_path / "base.tar", reference="slim:1")
    return resolve_base("oci:base.tar", python="3.11", cache=tmp_path / "c", root=tmp_path, say=lambda _: None)


def test_what_an_intruder_would_need_is_hidden_and_the_rest_stays(slim, tmp_path):
    layers = [*slim.layers, hardening_layer(slim, tmp_path / "c")]
    write_image(layers, image_config(layers, {}, architecture="amd64"), tmp_path / "image.tar", reference="m:1")
    found = read_contents(tmp_path / "image.tar").files.files
    assert build_tools(found) == set_user_files(found) == []
    assert {"/usr/bin/python3.11", "/usr/bin/ls", f"/{PACKAGES}/pipe/__init__.py"} <= set(found)
    assert not [path for path in found if "/pip" in path and "/pipe" not in path]


def test_the_same_base_gives_the_same_layer(slim, tmp_path):
    assert hardening_layer(slim, tmp_path / "c").digest == hardening_layer(slim, tmp_path / "d").digest


def test_the_base_that_is_made_here_needs_no_such_layer(base, tmp_path):
    with tarfile.open(hardening_layer(base, tmp_path).path) as tar:
        assert tar.getnames() == []
