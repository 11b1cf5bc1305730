from __future__ import annotations

import json
import uuid

import pytest

from ci_steps.oci.attaching import INDEX_TYPE, attach
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from tests.ci_steps.oci.fake_registry import answer, connected, server
from tests.ci_steps.oci.small_images import small_archive
from tests.needs import needs_registry

KIND = "application/vnd.cyclonedx+json"


@pytest.fixture
def pushed(tmp_path):
    """Return a reference to a pushed image, and its digest."""
    reference = parse_reference(f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}:v1")
    archive, written = small_archive(tmp_path)
    push_archive(archive, reference, say=lambda _: None)
    return reference, written.digest


def listed(client, digest):
    index = client.referrers(digest) or client.manifest(digest.replace(":", "-"))[1]
    return index["manifests"]


def test_what_is_attached_is_found_by_the_images_digest(pushed, tmp_path):
    reference, digest = pushed
    attached = attach(b'{"a": 1}', KIND, reference, digest, title="sbom.cdx.json")
    with connected(reference) as (client, _):
        [entry] = listed(client, digest)
        assert (entry["digest"], entry["artifactType"]) == (attached, KIND)
        _, manifest = client.manifest(attached)
        assert manifest["subject"]["digest"] == digest
        client.blob(manifest["layers"][0]["digest"], tmp_path / "bill")
    assert (tmp_path / "bill").read_bytes() == b'{"a": 1}'


def test_attached_again_it_is_listed_once_and_beside_others(pushed):
    reference, digest = pushed
    first = attach(b"{}", KIND, reference, digest, title="one")
    assert attach(b"{}", KIND, reference, digest, title="one") == first
    other = attach(b"[]", KIND, reference, digest, title="other")
    with connected(reference) as (client, _):
        assert {entry["digest"] for entry in listed(client, digest)} == {first, other}


def test_a_registry_that_lists_referrers_itself_is_given_no_list():
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}).encode()
    image = b'{"schemaVersion": 2}'

    def replies(request, _):
        if "/referrers/" in request.path:
            answer(request, 200, index)
        elif request.command == "GET":
            answer(request, 200, image)
        else:
            answer(request, 200 if request.command == "HEAD" else 201)

    import hashlib

    with server(replies) as (reference, seen):
        attach(b"{}", KIND, reference, f"sha256:{hashlib.sha256(image).hexdigest()}", title="t")
    assert len([path for command, path, *_ in seen if command == "PUT"]) == 1
