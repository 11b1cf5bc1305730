from __future__ import annotations

import json
import socket
import tarfile
import time
import uuid

import pytest

from ci_steps.steps import Infrastructure, Refused, StepFailed
from ci_steps.tools.docker_engine import DockerEngine
from tests.ci_steps.deliver.images import debian, small_image
from tests.needs import needs_docker


@pytest.fixture(scope="module")
def client():
    import docker

    needs_docker()
    made = docker.from_env()
    yield made
    made.close()


@pytest.fixture(scope="module")
def loaded(client, tmp_path_factory):
    """Return the id of a loaded image, and what our writer says identifies it."""
    archive, written = small_image(debian(), tmp_path_factory.mktemp("image"))
    image = DockerEngine().load(archive)
    yield image, written
    client.images.remove(image, force=True)


@pytest.fixture
def name(client):
    """Return a container's name that is free, and remove the container afterwards."""
    chosen = f"iddr-test-{uuid.uuid4().hex[:12]}"
    yield chosen
    for container in client.containers.list(all=True, filters={"name": chosen}):
        container.remove(force=True)


def answer(url):
    import requests

    for _ in range(100):
        try:
            return requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the container does not answer")


def test_an_engine_that_answers_is_available(client):
    assert not DockerEngine().unavailable()


def test_an_engine_that_does_not_answer_is_named(monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{port}")
    assert "Docker engine" in DockerEngine().unavailable()
    with pytest.raises(Infrastructure, match="Docker engine"):
        DockerEngine().tag("sha256:none", "a:b")


def test_a_loaded_image_has_the_digest_of_our_config(loaded):
    image, written = loaded
    assert image == written.config_digest


def test_an_archive_that_says_other_content_than_the_engine_loads_is_noticed(client, loaded, tmp_path):
    archive, _ = small_image(debian(), tmp_path)
    changed = tmp_path / "changed.tar"
    with tarfile.open(archive) as old, tarfile.open(changed, "w") as new:
        for entry in old:
            content = old.extractfile(entry)
            if entry.name == "manifest.json":
                [document] = json.load(content)
                config = f"blobs/sha256/{'0' * 64}"
                original, document["Config"] = document["Config"], config
                made = tmp_path / "manifest.json"
                made.write_text(json.dumps([document]))
                new.add(made, "manifest.json")
                with tarfile.open(archive) as again:
                    renamed = again.getmember(original)
                    body = again.extractfile(renamed)
                    renamed.name = config
                    new.addfile(renamed, body)
            else:
                new.addfile(entry, content)
    with pytest.raises(Infrastructure, match="which holds"):
        DockerEngine().load(changed)


def test_what_is_no_archive_is_refused(tmp_path):
    needs_docker()
    (tmp_path / "image.tar").write_bytes(b"no tar")
    with pytest.raises(Refused, match="no image archive"):
        DockerEngine().load(tmp_path / "image.tar")


def test_a_tag_names_the_image(client, loaded):
    engine, reference = DockerEngine(), f"iddr-test-tag:{uuid.uuid4().hex[:8]}"
    assert engine.image_id_for(reference) == ""
    engine.tag(loaded[0], reference)
    try:
        assert engine.image_id_for(reference) == loaded[0]
    finally:
        client.images.remove(reference)


def test_a_container_runs_hardened_on_loopback_and_stops(client, loaded, name):
    engine = DockerEngine()
    container, url = engine.run(loaded[0], name=name, labels={"io.iddr.purpose": "test"})
    assert answer(url).text == "hello"
    found = client.containers.get(container).attrs
    host = found["HostConfig"]
    assert (host["ReadonlyRootfs"], host["CapDrop"], host["SecurityOpt"]) == (True, ["ALL"], ["no-new-privileges"])
    assert host["Tmpfs"] == {"/tmp": "size=16m"}  # noqa: S108 - a path inside the container
    assert host["PidsLimit"] > 0
    assert host["Memory"] > 0
    assert {b["HostIp"] for b in found["NetworkSettings"]["Ports"]["8080/tcp"]} == {"127.0.0.1"}
    assert found["Config"]["Labels"]["io.iddr.purpose"] == "test"
    assert "serving" in engine.logs(container)
    engine.stop(container)
    assert client.containers.list(all=True, filters={"name": name}) == []
    engine.stop(container)


def test_a_name_that_is_taken_is_refused_and_its_container_lives_on(client, loaded, name):
    engine = DockerEngine()
    container, url = engine.run(loaded[0], name=name, labels={})
    with pytest.raises(Refused, match=f"docker rm --force {name}"):
        engine.run(loaded[0], name=name, labels={})
    assert answer(url).ok
    engine.stop(container)


def test_a_container_that_cannot_start_is_not_left_behind(client, name, tmp_path):
    base = debian()
    folder = tmp_path / "image"
    missing = type(base)(
        layers=base.layers, rootfs=base.rootfs, python="/usr/bin/none", minor=base.minor, reference="", settings={}
    )
    archive, _ = small_image(missing, folder)
    image = DockerEngine().load(archive)
    try:
        with pytest.raises(Infrastructure, match="/usr/bin/none"):
            DockerEngine().run(image, name=name, labels={})
        assert client.containers.list(all=True, filters={"name": name}) == []
    finally:
        client.images.remove(image, force=True)


def test_a_container_that_ends_at_once_fails_with_what_it_said(client, name, tmp_path):
    archive, _ = small_image(debian(), tmp_path, script=b"raise SystemExit('no model here')")
    engine = DockerEngine()
    image = engine.load(archive)
    try:
        try:
            container, _ = engine.run(image, name=name, labels={})
        except StepFailed as error:  # it had ended when `run` looked
            said = str(error)
        else:  # it lived a moment longer
            client.containers.get(container).wait(timeout=120)
            said = f"{engine.ended(container)}: {engine.logs(container)}"
            engine.stop(container)
        assert "exit code 1" in said
        assert "no model here" in said
        assert client.containers.list(all=True, filters={"name": name}) == []
    finally:
        client.images.remove(image, force=True)


def test_a_container_has_not_ended_while_it_runs_and_has_once_it_was_stopped(client, loaded, name):
    engine = DockerEngine()
    container, url = engine.run(loaded[0], name=name, labels={})
    assert answer(url).ok
    assert engine.ended(container) == ""
    client.containers.get(container).stop(timeout=60)
    assert engine.ended(container) == "exit code 0"
    engine.stop(container)
    with pytest.raises(Infrastructure, match="No such container"):
        engine.ended(container)
