from __future__ import annotations

import json
import subprocess
import uuid

import pytest

from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from tests.ci_steps.oci.small_images import small_archive
from tests.journeys.conftest import IDDR
from tests.needs import needs_registry


def iddr(folder, *arguments):
    return subprocess.run([*IDDR, "image", *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def image(tmp_path):
    return small_archive(tmp_path)


def test_layers_packages_and_labels_are_shown(image, tmp_path):
    ended = iddr(tmp_path, "image.tar")
    assert ended.returncode == 0, ended.stderr
    for words in (
        image[1].digest,
        image[1].config_digest,
        "Debian GNU/Linux 12",
        "iddr dependencies",
        "team: risk",
    ):
        assert words in ended.stdout
    packages = [line.split()[-2:] for line in ended.stdout.splitlines() if " deb " in line or " pypi " in line]
    assert packages == [
        ["libc6", "2.36-9+deb12u1"], ["numpy", "2.4.6"], ["libstdc++6", "1:12"], ["Click_it", "8.1"],
    ]  # fmt: skip


def test_a_machine_reads_the_same_as_json(image, tmp_path):
    ended = iddr(tmp_path, "image.tar", "--format", "json")
    found = json.loads(ended.stdout)
    assert found["digest"] == image[1].digest
    assert sum(layer["size"] for layer in found["layers"]) == found["size"]
    assert found["labels"]["team"] == "risk"
    assert {p["name"] for p in found["packages"]} == {"libc6", "libstdc++6", "numpy", "Click_it"}


def test_an_image_in_a_registry_is_shown_by_its_reference(image, tmp_path):
    name = f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}"
    push_archive(image[0], parse_reference(f"{name}:v1"), say=lambda _: None)
    here = iddr(tmp_path, "image.tar").stdout
    assert iddr(tmp_path, f"{name}:v1").stdout == here
    assert iddr(tmp_path, f"{name}@{image[1].digest}").stdout == here


@pytest.mark.parametrize(
    ("argument", "said"),
    [("gone.tar", "is not there"), ("text", "is no image archive"), ("UPPER/x", "is no image reference")],
)
def test_what_is_no_image_is_told(tmp_path, argument, said):
    (tmp_path / "text").write_text("text")
    ended = iddr(tmp_path, argument)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_run_the_way_forward_is_told(tmp_path):
    ended = iddr(tmp_path)
    assert (ended.returncode, "iddr run" in ended.stderr) == (2, True)
