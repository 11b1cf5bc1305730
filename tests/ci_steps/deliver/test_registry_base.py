"""An image on a base that others published: pulled by digest, hardened, pushed beside it without its layers."""

from __future__ import annotations

import uuid

import pytest

from ci_steps.oci.architectures import architecture
from ci_steps.oci.layers import packed
from ci_steps.oci.pushing import BASE_LABEL, push_archive
from ci_steps.oci.reading import read_contents
from ci_steps.oci.references import parse_reference
from ci_steps.oci.writing import image_config, write_image
from model_checks.service.sv001_hardened_and_within_size import sv001
from tests.ci_steps.deliver.anywhere import archive_of
from tests.ci_steps.deliver.images import debian
from tests.ci_steps.deliver.test_same_anywhere import project  # noqa: F401 - a fixture
from tests.needs import needs_registry


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the reference of a base with pip and a variable of its own, published under a name of this test."""
    folder, base = tmp_path_factory.mktemp("base"), debian()
    tools = {"usr/local/bin/pip3": b"#!/bin/sh\n", "usr/bin/apt-get": b"", "tmp": None}
    layers = [*base.layers, packed(tools, folder / "tools.tar.gz")]
    settings = {"Env": ["PATH=/usr/bin", "THEIRS=1"], "User": "root"}
    config = image_config(layers, settings, architecture=architecture())
    write_image(layers, config, folder / "base.tar", reference="base:1")
    name = f"{needs_registry()}/iddr-test/base-{uuid.uuid4().hex[:8]}"
    digest = push_archive(folder / "base.tar", parse_reference(name), say=lambda _: None)
    return f"{name}@{digest}"


def test_an_image_on_a_base_of_others_is_good_and_is_pushed_beside_it(published, project, tmp_path):  # noqa: F811
    archive = archive_of(project, tmp_path, base=published)
    contents = read_contents(archive)
    settings = contents.image.config["config"]
    assert settings["Labels"][BASE_LABEL] == published
    assert "THEIRS=1" in settings["Env"]
    assert [f.message for f in sv001(contents.image, contents.files) if not f.ok] == []
    where = parse_reference(f"{published.partition('@')[0]}-with-model")
    assert push_archive(archive, where, say=lambda _: None) == contents.image.digest
