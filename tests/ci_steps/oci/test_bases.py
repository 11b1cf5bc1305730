from __future__ import annotations

import tarfile
import uuid

import pytest

from ci_steps.oci.architectures import architecture
from ci_steps.oci.bases import resolve_base
from ci_steps.oci.layers import packed
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from ci_steps.oci.writing import image_config, write_image
from ci_steps.steps import Refused
from tests.needs import needs_registry

OTHER = {"amd64": "arm64", "arm64": "amd64"}[architecture()]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Return the archive of an image that has a file named like Python 3.11, in two layers."""
    return an_image(tmp_path_factory.mktemp("base"))


def an_image(folder):
    layers = [
        packed({"usr/bin/python3.11": b"first", "usr/old": b"x"}, folder / "1.tar.gz"),
        packed({"usr/bin/python3.11": b"second", "usr/.wh.old": b""}, folder / "2.tar.gz"),
    ]
    config = image_config(layers, {"Env": ["A=b"]}, architecture=architecture())
    write_image(layers, config, folder / "base.tar", reference="base:1")
    return folder / "base.tar"


def resolved(name, cache, python="3.11"):
    said = []
    return resolve_base(name, python=python, cache=cache, root=cache, say=said.append), said


def check(base):
    assert (base.python, base.minor, base.settings) == ("/usr/bin/python3.11", "3.11", {"Env": ["A=b"]})
    assert (base.rootfs / "usr/bin/python3.11").read_text() == "second"
    assert not (base.rootfs / "usr/old").exists()
    assert len(base.layers) == 2


def test_an_archive_and_a_folder_of_a_layout_are_the_same_base(archive, tmp_path):
    folder = tmp_path / "layout"
    with tarfile.open(archive) as tar:
        for entry in (e for e in tar if e.isfile()):
            path = folder / entry.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(tar.extractfile(entry).read())
    one, _ = resolved(f"oci:{archive}", tmp_path)
    other, _ = resolved("oci:layout", tmp_path)
    check(one)
    check(other)
    assert [layer.digest for layer in one.layers] == [layer.digest for layer in other.layers]


def test_a_changed_byte_in_a_layout_is_refused(tmp_path):
    archive = an_image(tmp_path)
    content = archive.read_bytes()
    place = content.index(b"\x1f\x8b\x08") + 40
    archive.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with pytest.raises(Refused, match=r"blob sha256:\w+ was changed"):
        resolved(f"oci:{archive}", tmp_path)


@pytest.mark.parametrize(("name", "said"), [("oci:none", "there is no OCI layout"), ("oci:text", "is no tar")])
def test_what_is_no_layout_is_refused(tmp_path, name, said):
    (tmp_path / "text").write_text("no tar")
    with pytest.raises(Refused, match=said):
        resolved(name, tmp_path)


def test_a_base_of_another_minor_is_refused(archive, tmp_path):
    with pytest.raises(Refused, match=r"python3\.11; \[environment\] python is 3\.12; all must share"):
        resolved(f"oci:{archive}", tmp_path, python="3.12")


def test_a_tag_of_a_registry_is_resolved_to_its_digest_and_pulled_once(archive, tmp_path):
    name = f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}"
    digest = push_archive(archive, parse_reference(f"{name}:v1"), say=lambda _: None)
    base, said = resolved(f"{name}:v1", tmp_path)
    check(base)
    assert base.reference == f"{name}@{digest}"
    assert len(said) == 3  # two layers and the configuration
    again, said = resolved(base.reference, tmp_path)
    assert (again, said) == (base, [])


def test_a_damaged_blob_in_the_cache_is_pulled_again(archive, tmp_path):
    name = f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}"
    push_archive(archive, parse_reference(f"{name}:v1"), say=lambda _: None)
    base, _ = resolved(f"{name}:v1", tmp_path)
    base.layers[0].path.write_bytes(b"damaged")
    again, said = resolved(f"{name}:v1", tmp_path)
    assert len(said) == 1
    check(again)


def test_the_image_for_this_architecture_is_taken_from_an_index(archive, tmp_path):
    import hashlib
    import json

    import requests

    name = f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}"
    digest = push_archive(archive, parse_reference(name), say=lambda _: None)
    url = parse_reference(name).base_url
    accept = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    size = len(requests.get(f"{url}/manifests/{digest}", headers=accept, timeout=5).content)
    kind = "application/vnd.oci.image.index.v1+json"
    entry = {"mediaType": accept["Accept"], "digest": digest, "size": size}

    def put(tag, *machines):
        listed = [entry | {"platform": {"os": "linux", "architecture": machine}} for machine in machines]
        content = json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": listed}).encode()
        requests.put(
            f"{url}/manifests/{tag}", data=content, headers={"Content-Type": kind}, timeout=5
        ).raise_for_status()
        return f"sha256:{hashlib.sha256(content).hexdigest()}"

    pinned = put("both", OTHER, architecture())
    put("other", OTHER)
    base, _ = resolved(f"{name}:both", tmp_path)
    check(base)
    assert base.reference == f"{name}@{pinned}"
    with pytest.raises(Refused, match=f"no image for linux/{architecture()}"):
        resolved(f"{name}:other", tmp_path)
