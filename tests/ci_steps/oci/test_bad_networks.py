"""A real registry behind a network that drops, delays and changes what passes."""

from __future__ import annotations

import random
import socket
import time
import uuid

import pytest

from ci_steps.oci.layers import packed
from ci_steps.oci.pulling import pull_archive
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.reading import read_image
from ci_steps.oci.references import parse_reference
from ci_steps.oci.registry import RegistryClient
from ci_steps.oci.writing import image_config, write_image
from ci_steps.steps import Infrastructure
from tests.ci_steps.oci.hostile_proxy import Harm, HostileProxy
from tests.needs import needs_registry

BIG = 6_000_000


@pytest.fixture(autouse=True)
def _straight(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def proxy():
    host, _, port = needs_registry().partition(":")
    with HostileProxy((host, int(port))) as made:
        yield made


@pytest.fixture
def image(tmp_path):
    """Return an image of a layer of 6 MB, and its archive."""
    layers = [packed({"big": random.Random(tmp_path.name).randbytes(BIG)}, tmp_path / "big.tar.gz")]  # noqa: S311
    archive = tmp_path / "image.tar"
    config = image_config(layers, {}, architecture="amd64")
    return archive, write_image(layers, config, archive, reference="big:1"), layers[0]


def reference_behind(proxy):
    return parse_reference(f"{proxy.address}/iddr-test/{uuid.uuid4().hex[:8]}:v1")


def direct(reference):
    return parse_reference(f"{needs_registry()}/{reference.repository}:v1")


def client_of(reference, **how):
    return RegistryClient(reference, **({"pause": lambda _: None} | how))


def test_a_push_whose_connection_drops_twice_ends_with_the_image_whole(proxy, image, tmp_path):
    archive, written, _ = image
    proxy.harms = [Harm(up=2_000_000), Harm(up=3_000_000)]
    reference = reference_behind(proxy)
    assert push_archive(archive, reference, say=lambda _: None) == written.digest
    assert proxy.cut == 2
    pulled = pull_archive(direct(reference), tmp_path / "pulled.tar", work=tmp_path / "w", say=lambda _: None)
    assert pulled == written
    assert read_image(tmp_path / "pulled.tar").digest == written.digest


def test_a_push_that_never_gets_through_is_the_worlds_fault(proxy, image):
    proxy.harms = [Harm(up=100_000) for _ in range(20)]
    _, _, layer = image
    client = client_of(reference_behind(proxy))
    with pytest.raises(Infrastructure, match="does not answer"):
        client.put_blob(layer.digest, layer.size, lambda: layer.path.open("rb"))
    client.close()


def test_a_pull_that_drops_goes_on_where_it_broke_off(proxy, image, tmp_path):
    archive, _, layer = image
    reference = reference_behind(proxy)
    push_archive(archive, direct(reference), say=lambda _: None)
    proxy.harms = [Harm(down=4_000_000), Harm(down=1_000_000)]
    client = client_of(reference)
    client.blob(layer.digest, tmp_path / "blob")
    client.close()
    assert (tmp_path / "blob").read_bytes() == layer.path.read_bytes()
    assert proxy.cut == 2
    assert proxy.carried_down < 1.3 * layer.size


def test_one_wrong_byte_is_found_and_the_blob_is_pulled_again(proxy, image, tmp_path):
    archive, _, layer = image
    reference = reference_behind(proxy)
    push_archive(archive, direct(reference), say=lambda _: None)
    proxy.harms = [Harm(spoil=(3_000_000,))]
    client = client_of(reference)
    client.blob(layer.digest, tmp_path / "blob")
    assert (tmp_path / "blob").read_bytes() == layer.path.read_bytes()
    assert proxy.carried_down > 1.9 * layer.size
    proxy.harms = [Harm(spoil=tuple(range(3_000_000, 60_000_000, BIG // 2)))]
    client.close()
    again = client_of(reference)
    with pytest.raises(Infrastructure, match="other bytes"):
        again.blob(layer.digest, tmp_path / "again")
    again.close()
    assert not (tmp_path / "again").exists()


def test_a_registry_that_stalls_is_left_after_the_time(proxy, image, tmp_path):
    archive, _, layer = image
    reference = reference_behind(proxy)
    push_archive(archive, direct(reference), say=lambda _: None)
    proxy.harms = [Harm(pause=30) for _ in range(9)]
    client = client_of(reference, seconds=(1, 0.3))
    begun = time.monotonic()
    with pytest.raises(Infrastructure, match=r"connection was lost|does not answer"):
        client.blob(layer.digest, tmp_path / "blob")
    client.close()
    assert time.monotonic() - begun < 10
    assert [p for p in tmp_path.iterdir() if p.name == "blob"] == []


def test_a_registry_that_is_slow_but_steady_is_waited_for(proxy, image, tmp_path):
    archive, _, layer = image
    reference = reference_behind(proxy)
    push_archive(archive, direct(reference), say=lambda _: None)
    proxy.harms = [Harm(pause=0.02)]
    client = client_of(reference, seconds=(1, 1))
    begun = time.monotonic()
    client.blob(layer.digest, tmp_path / "blob")
    client.close()
    assert time.monotonic() - begun > 1
    assert (tmp_path / "blob").read_bytes() == layer.path.read_bytes()


def test_a_port_where_nobody_listens_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = client_of(parse_reference(f"127.0.0.1:{port}/a"))
    with pytest.raises(Infrastructure, match=f"127.0.0.1:{port}: does not answer"):
        client.manifest("latest")
    client.close()
