from __future__ import annotations

import contextlib
import json
import time
import uuid

import pytest

from ci_steps.deliver.image import image
from ci_steps.deliver.package import package
from ci_steps.deliver.push import push
from ci_steps.oci.reading import read_image
from ci_steps.oci.references import parse_reference
from ci_steps.oci.registry import RegistryClient
from ci_steps.steps import Refused
from tests.ci_steps.deliver.conftest import artifact_of, tools_in
from tests.ci_steps.deliver.images import PYTHON, debian
from tests.ci_steps.serving.packages import ROW
from tests.needs import needs_docker, needs_registry


def written(package_file, folder, **changes):
    inputs = {"package_file": package_file, "name": "credit", "python": PYTHON, "base": "debian"}
    return artifact_of(image, **inputs | {"tools": tools_in(folder)} | changes)


@pytest.fixture(scope="module")
def package_file(project, tmp_path_factory):
    debian()
    return artifact_of(package, **vars(project), tools=tools_in(tmp_path_factory.mktemp("package")))[0]


@pytest.fixture(scope="module")
def archive(package_file, tmp_path_factory):
    return written(package_file, tmp_path_factory.mktemp("image"))[0]


def test_written_again_elsewhere_the_image_has_the_same_digest(package_file, archive, tmp_path):
    again, said = written(package_file, tmp_path / "else/where")
    assert again.read_bytes() == archive.read_bytes()
    assert any("Python 3.11" in line for line in said)


def test_another_model_changes_the_last_layer_alone(project, archive, tmp_path):
    other = tmp_path / "model.joblib"
    other.write_bytes(project.packaged_file.read_bytes() + b"\0")
    changed, _ = artifact_of(
        package, **vars(project) | {"packaged_file": other, "tools": tools_in(tmp_path / "p")}
    )
    again, _ = written(changed, tmp_path / "i")
    before, after = (read_image(a).config["rootfs"]["diff_ids"] for a in (archive, again))
    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


def test_the_image_is_hardened_and_says_what_it_holds(project, archive):
    found = read_image(archive)
    settings = found.config["config"]
    assert (settings["User"], settings["WorkingDir"], settings["StopSignal"]) == ("65532:65532", "/app", "SIGTERM")
    assert settings["Healthcheck"]["Test"][-1] == "--health"
    assert {"OMP_NUM_THREADS=1", "ORT_DISABLE_TELEMETRY=1", "PYTHONPATH=/opt/deps:/app"} <= set(settings["Env"])
    labels = settings["Labels"]
    digest = project.packaged_scan.sha256
    assert labels["io.iddr.model.sha256"] == found.files["/app/model/model/model.joblib"] == digest
    assert labels["io.iddr.packaged.sha256"] == digest
    assert labels["org.opencontainers.image.revision"] == project.revision
    assert labels["org.opencontainers.image.base.name"].startswith("debian@sha256:")


def test_one_python_minor_throughout_or_no_image(package_file, tmp_path):
    with pytest.raises(Refused):
        written(package_file, tmp_path, python="3.4")


def test_the_image_serves_read_only_as_another_user(archive, tmp_path):
    import requests

    needs_docker()
    engine = tools_in(tmp_path).docker
    loaded = engine.load(archive)
    container, url = engine.run(loaded, name=f"iddr-test-{uuid.uuid4().hex[:8]}", labels={})
    try:
        for _ in range(300):
            try:
                if requests.get(f"{url}/health/ready", timeout=5).ok:
                    break
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        body = json.dumps({"rows": [ROW]})
        reply = requests.post(
            f"{url}/predict", data=body, headers={"Content-Type": "application/json"}, timeout=30
        )
        assert reply.status_code == 200, engine.logs(container) + reply.text
        health = _inside(container, ["/usr/bin/python3.11", "/app/serve.py", "--health"])
        assert health == 0
    finally:
        engine.stop(container)
        with _client() as client:
            client.images.remove(loaded, force=True)


def _inside(container, command):
    with _client() as client:
        return client.containers.get(container).exec_run(command).exit_code


def _client():
    import docker

    return contextlib.closing(docker.from_env())


def test_a_pushed_image_is_found_under_our_digest(archive, tmp_path):
    registry, repository = needs_registry(), f"iddr-test/{uuid.uuid4().hex[:8]}"
    *said, published = push.function(archive, tools_in(tmp_path), repository=f"{registry}/{repository}")
    digest = read_image(archive).digest
    assert published.uri == f"{registry}/{repository}@{digest}"
    assert f"sha256:{published.sha256}" == digest
    assert [finding.message for finding in said] == [f"published as {published.uri}"]
    client = RegistryClient(parse_reference(published.uri))
    try:
        assert client.manifest(digest)[0] == digest
        with pytest.raises(Refused, match="404"):
            client.manifest("latest")
    finally:
        client.close()


def test_a_tag_that_is_named_is_moved_and_that_is_said(archive, tmp_path):
    where = f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}"
    said, _ = push.function(archive, tools_in(tmp_path), repository=f"{where}:v1")
    assert said.message.endswith("; the tag v1 points to it")
    client = RegistryClient(parse_reference(where))
    try:
        assert client.manifest("v1")[0] == read_image(archive).digest
    finally:
        client.close()


@pytest.mark.parametrize("repository", ["UPPER/case", f"127.0.0.1:5000/a@sha256:{'0' * 64}"])
def test_a_repository_that_cannot_be_pushed_to_is_refused(archive, tmp_path, repository):
    with pytest.raises(Refused, match=r"no image reference|has a digest"):
        list(push.function(archive, tools_in(tmp_path), repository=repository))
