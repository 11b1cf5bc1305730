from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid

import pytest

from ci_steps.oci.layers import packed
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from ci_steps.oci.writing import image_config, write_image
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.oci.fake_registry import answer, connected, server
from tests.needs import needs_registry

BLOB = b"the blob"
DIGEST = f"sha256:{hashlib.sha256(BLOB).hexdigest()}"


@pytest.fixture(autouse=True)
def _nobody_is_logged_in(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def log_in(tmp_path, registry):
    (tmp_path / "docker").mkdir()
    auth = base64.b64encode(b"someone:secret").decode()
    (tmp_path / "docker/config.json").write_text(json.dumps({"auths": {registry: {"auth": auth}}}))
    return f"Basic {auth}"


def an_image(folder, content=b"content"):
    folder.mkdir(exist_ok=True)
    layers = [packed({"a": content}, folder / "a.tar.gz"), packed({"b": b"b" * 100_000}, folder / "b.tar.gz")]
    archive = folder / "image.tar"
    return archive, write_image(layers, image_config(layers, {}, architecture="amd64"), archive, reference="a:b")


def test_an_image_is_pushed_and_comes_back_by_its_digest(tmp_path):
    reference = parse_reference(f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}:v1")
    archive, written = an_image(tmp_path)
    said = []
    assert push_archive(archive, reference, say=said.append) == written.digest
    with connected(reference) as (client, _):
        digest, manifest = client.manifest("v1")
        assert digest == written.digest
        assert client.manifest(written.digest) == (digest, manifest)
        client.blob(manifest["layers"][0]["digest"], tmp_path / "blob")
    assert (tmp_path / "blob").read_bytes() == (tmp_path / "a.tar.gz").read_bytes()


def test_only_what_the_registry_lacks_is_sent(tmp_path):
    reference = parse_reference(f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}:v1")
    archive, _ = an_image(tmp_path)
    push_archive(archive, reference, say=lambda _: None)
    with connected(reference) as (client, _):
        _, manifest = client.manifest("v1")
        assert not client.put_blob(manifest["layers"][0]["digest"], 1, lambda: pytest.fail("it was opened"))


def test_no_tag_is_moved_where_none_is_named(tmp_path):
    reference = parse_reference(f"{needs_registry()}/iddr-test/{uuid.uuid4().hex[:8]}")
    archive, written = an_image(tmp_path)
    push_archive(archive, reference, say=lambda _: None)
    with connected(reference) as (client, _):
        assert client.manifest(written.digest)[0] == written.digest
        with pytest.raises(Refused, match="404"):
            client.manifest("latest")


def test_a_registry_that_refuses_is_a_refusal_that_says_how_to_log_in(tmp_path):
    with (
        server(lambda request, _: answer(request, 401, WWW_Authenticate='Basic realm="r"')) as (reference, seen),
        connected(reference) as (client, pauses),
    ):
        with pytest.raises(Refused, match=f"401 .*docker login {reference.registry}"):
            client.manifest("v1")
        assert (len(seen), pauses) == (1, [])


@pytest.mark.parametrize(
    ("status", "error"), [(403, Refused), (404, Refused), (429, Infrastructure), (503, Infrastructure)]
)
def test_a_refusal_is_the_users_and_a_fault_is_the_worlds(status, error):
    with (
        server(lambda request, _: answer(request, status)) as (reference, _),
        connected(reference) as (client, _),
        pytest.raises(error, match=str(status)),
    ):
        client.manifest("v1")


@pytest.mark.parametrize("status", [429, 503])
def test_a_passing_fault_is_tried_again_after_a_pause(status, tmp_path):
    def replies(request, number):
        answer(request, status) if number < 3 else answer(request, 200, BLOB)

    with server(replies) as (reference, seen), connected(reference) as (client, pauses):
        client.blob(DIGEST, tmp_path / "blob")
    assert (tmp_path / "blob").read_bytes() == BLOB
    assert (len(seen), len(pauses)) == (3, 2)


def test_a_connection_that_drops_within_a_blob_is_tried_again(tmp_path):
    def replies(request, number):
        if number == 1:
            answer(request, 200, BLOB[:3], Content_Length=str(len(BLOB)))
        else:
            answer(request, 200, BLOB)

    with server(replies) as (reference, _), connected(reference) as (client, _):
        client.blob(DIGEST, tmp_path / "blob")
    assert [p.name for p in tmp_path.iterdir()] == ["blob"]


def test_wrong_bytes_are_never_kept(tmp_path):
    with (
        server(lambda request, _: answer(request, 200, b"other bytes")) as (reference, _),
        connected(reference) as (client, _),
    ):
        with pytest.raises(Infrastructure, match="other bytes"):
            client.blob(DIGEST, tmp_path / "blob")
        with pytest.raises(Infrastructure, match="other bytes"):
            client.manifest(DIGEST)
    assert list(tmp_path.iterdir()) == []


def test_nobody_there_is_the_worlds_fault():
    with server(lambda *_: None) as (reference, _):
        pass
    with connected(reference) as (client, _), pytest.raises(Infrastructure, match="does not answer"):
        client.manifest("v1")


def test_an_upload_that_breaks_is_sent_whole_again():
    def replies(request, number):
        if request.command == "HEAD":
            answer(request, 404)
        elif request.command == "POST":
            answer(request, 202, Location="/v2/team/model/blobs/uploads/1?state=x")
        elif request.command == "GET":
            answer(request, 404)
        elif number < 4:
            answer(request, 500)
        else:
            answer(request, 201)

    with server(replies) as (reference, seen), connected(reference) as (client, _):
        assert client.put_blob(DIGEST, len(BLOB), lambda: io.BytesIO(BLOB))
    received = [(path, body) for command, path, _, body in seen if command == "PUT"]
    assert received == [(f"/v2/team/model/blobs/uploads/1?state=x&digest={DIGEST}", BLOB)] * 2


def test_a_registry_that_computes_another_digest_is_noticed(tmp_path):
    def replies(request, _):
        answer(request, 200 if request.command == "HEAD" else 201, Docker_Content_Digest=DIGEST)

    archive, _ = an_image(tmp_path)
    with server(replies) as (reference, _), pytest.raises(Infrastructure, match=f"computed {DIGEST}"):
        push_archive(archive, reference, say=lambda _: None)


def test_a_stored_login_answers_a_basic_challenge(tmp_path):
    def replies(request, _):
        if request.headers.get("Authorization"):
            answer(request, 200, b"{}")
        else:
            answer(request, 401, WWW_Authenticate='Basic realm="r"')

    with server(replies) as (reference, seen), connected(reference) as (client, _):
        login = log_in(tmp_path, reference.registry)
        client.manifest("v1")
    assert [authorization for _, _, authorization, _ in seen] == [None, login]


def test_a_token_is_fetched_and_used(tmp_path):
    def replies(request, _):
        if request.path.startswith("/token"):
            answer(request, 200, b'{"token": "t0ken"}')
        elif request.headers.get("Authorization") == "Bearer t0ken":
            answer(request, 200, b"{}")
        else:
            realm = f"http://127.0.0.1:{request.server.server_port}/token"
            challenge = f'Bearer realm="{realm}",service="s",scope="repository:team/model:pull"'
            answer(request, 401, WWW_Authenticate=challenge)

    with server(replies) as (reference, seen), connected(reference) as (client, _):
        login = log_in(tmp_path, reference.registry)
        client.manifest("v1")
        client.manifest("v1")
    assert [(path.partition("?")[0], authorization) for _, path, authorization, _ in seen] == [
        ("/v2/team/model/manifests/v1", None),
        ("/token", login),
        ("/v2/team/model/manifests/v1", "Bearer t0ken"),
        ("/v2/team/model/manifests/v1", "Bearer t0ken"),
    ]
    assert "scope=repository%3Ateam%2Fmodel%3Apull" in seen[1][1]


def test_a_login_is_not_sent_in_the_clear_to_another_host(tmp_path):
    challenge = 'Bearer realm="http://tokens.example.org/token",service="s"'
    with (
        server(lambda request, _: answer(request, 401, WWW_Authenticate=challenge)) as (reference, seen),
        connected(reference) as (client, pauses),
    ):
        log_in(tmp_path, reference.registry)
        with pytest.raises(Refused, match="401"):
            client.manifest("v1")
    assert (len(seen), pauses) == (1, [])


def test_a_login_does_not_follow_an_upload_to_another_host(tmp_path):
    with server(lambda request, _: answer(request, 201)) as (elsewhere, stored):

        def replies(request, _):
            if not request.headers.get("Authorization"):
                answer(request, 401, WWW_Authenticate='Basic realm="r"')
            elif request.command == "HEAD":
                answer(request, 404)
            else:
                answer(request, 202, Location=f"http://{elsewhere.registry}/put?signed=1")

        with server(replies) as (reference, _), connected(reference) as (client, _):
            log_in(tmp_path, reference.registry)
            assert client.put_blob(DIGEST, len(BLOB), lambda: io.BytesIO(BLOB))
    assert [(command, authorization, body) for command, _, authorization, body in stored] == [("PUT", None, BLOB)]
