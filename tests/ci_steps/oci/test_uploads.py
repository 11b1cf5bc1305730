"""How a push resumes, mounts and waits, against a registry that follows the specification to the letter."""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid

import pytest

from ci_steps.oci.architectures import architecture
from ci_steps.oci.bases import resolve_base
from ci_steps.oci.layers import packed
from ci_steps.oci.layouts import chosen_manifest
from ci_steps.oci.pushing import BASE_LABEL, push_archive
from ci_steps.oci.references import parse_reference
from ci_steps.oci.writing import image_config, write_image
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.oci.fake_registry import answer, connected, server
from tests.needs import needs_registry

BLOB = bytes(range(256)) * 20_000
DIGEST = f"sha256:{hashlib.sha256(BLOB).hexdigest()}"
WORD = "p4ss"
UPLOAD = "/v2/team/model/blobs/uploads/1"


@pytest.fixture(autouse=True)
def _nobody_is_logged_in(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class Upload:
    """A registry that keeps what arrives of an upload, and answers 500 after as many bytes as `cuts` say."""

    def __init__(self, *cuts):
        self.cuts, self.kept, self.done, self.ranges = list(cuts), b"", False, []

    def __call__(self, request, number):
        body = request.body
        if request.command == "HEAD":
            answer(request, 404)
        elif request.command == "POST":
            self.kept = b""
            answer(request, 202, Location=UPLOAD)
        elif request.command == "GET":
            answer(request, 204, Location=UPLOAD, Range=f"0-{max(len(self.kept) - 1, 0)}")
        elif request.command == "PATCH":
            self.patched(request, body)
        else:
            self.done = f"sha256:{hashlib.sha256(self.kept).hexdigest()}" in request.path
            answer(request, 201 if self.done else 400)

    def patched(self, request, body):
        place = request.headers.get("Content-Range")
        self.ranges.append(place)
        if place and int(place.partition("-")[0]) != len(self.kept):
            answer(request, 416)
        elif self.cuts:
            self.kept += body[: self.cuts.pop(0)]
            answer(request, 500)
        else:
            self.kept += body
            answer(request, 202, Location=UPLOAD)


def put(upload):
    with server(upload) as (reference, seen), connected(reference) as (client, pauses):
        sent = client.put_blob(DIGEST, len(BLOB), lambda: io.BytesIO(BLOB))
    return sent, seen, pauses


def test_a_push_that_breaks_goes_on_from_the_byte_that_arrived_last():
    upload = Upload(1_000_000, 70_000)
    sent, seen, pauses = put(upload)
    assert sent
    assert upload.done
    last = len(BLOB) - 1
    assert upload.ranges == [None, f"1000000-{last}", f"1070000-{last}"]
    assert [command for command, *_ in seen].count("POST") == 1
    assert pauses == [0.5, 0.5]  # progress was made, so patience begins anew


def test_a_push_of_which_nothing_arrives_ends_after_three_tries():
    with pytest.raises(Infrastructure, match="500"):
        put(Upload(*[0] * 9))


def test_an_upload_that_the_registry_forgot_is_begun_again():
    upload = Upload(1_000_000)

    def replies(request, number):
        if request.command == "GET":
            answer(request, 404)
        else:
            upload(request, number)

    _, seen, _ = put(replies)
    assert upload.done
    assert upload.ranges == [None, None]
    assert [command for command, *_ in seen].count("POST") == 2


def test_a_registry_that_asks_for_patience_gets_it():
    def replies(request, number):
        answer(request, 429, Retry_After="7") if number < 3 else answer(request, 200, b"{}")

    with server(replies) as (reference, _), connected(reference) as (client, pauses):
        client.manifest("v1")
        assert pauses == [7.0, 7.0]


def test_a_blob_that_never_comes_is_asked_for_three_times_and_no_more(tmp_path):
    with (
        server(lambda request, _: answer(request, 503, Retry_After="2")) as (reference, seen),
        connected(reference) as (client, pauses),
    ):
        with pytest.raises(Infrastructure, match="503"):
            client.blob(DIGEST, tmp_path / "blob")
        assert (len(seen), pauses) == (3, [2.0, 2.0])


def test_a_registry_that_asks_for_more_patience_than_a_run_has_is_left_at_once():
    with (
        server(lambda request, _: answer(request, 503, Retry_After="3600")) as (reference, seen),
        connected(reference) as (client, pauses),
    ):
        with pytest.raises(Infrastructure, match="503"):
            client.manifest("v1")
        assert (len(seen), pauses) == (1, [])


def an_image(folder, base=""):
    layers = [packed({"usr/bin/python3.11": uuid.uuid4().bytes * 90_000}, folder / "layer.tar.gz")]
    settings = {"Labels": {BASE_LABEL: base}} if base else {}
    config = image_config(layers, settings, architecture=architecture())
    return folder / "image.tar", write_image(layers, config, folder / "image.tar", reference="a:b"), layers[0]


def test_layers_of_a_base_in_the_same_registry_are_mounted_and_not_sent(tmp_path):
    registry, name = needs_registry(), f"iddr-test/{uuid.uuid4().hex[:8]}"
    archive, _, layer = an_image(tmp_path)
    push_archive(archive, parse_reference(f"{registry}/{name}:1"), say=lambda _: None)
    with connected(parse_reference(f"{registry}/{name}-on-top")) as (client, _):
        assert not client.put_blob(layer.digest, layer.size, lambda: pytest.fail("it was sent"), mount=name)


def test_a_push_names_the_base_as_the_place_to_mount_from_where_it_is_in_the_same_registry(tmp_path):
    def replies(request, _):
        answer(request, {"HEAD": 404, "POST": 201, "GET": 200}.get(request.command, 201))

    with server(replies) as (reference, seen):
        for base in (
            f"{reference.registry}/team/base@{DIGEST}",
            f"other.example/team/base@{DIGEST}",
            str(reference),
        ):
            archive, _, _ = an_image(tmp_path, base)
            with pytest.raises(Infrastructure):
                push_archive(archive, reference, say=lambda _: None)
    asked = [path.partition("?")[2].partition("&")[2] for command, path, *_ in seen if command == "POST"]
    assert asked == ["from=team/base"] * 2 + [""] * 4


def test_a_registry_that_mounts_nothing_is_sent_the_blob():
    upload = Upload()
    with server(upload) as (reference, seen), connected(reference) as (client, _):
        assert client.put_blob(DIGEST, len(BLOB), lambda: io.BytesIO(BLOB), mount="team/base")
    assert upload.done
    assert [path for command, path, *_ in seen if command == "POST"] == [
        f"/v2/team/model/blobs/uploads/?mount={DIGEST}&from=team/base"
    ]


def test_what_comes_back_after_a_push_must_be_what_was_sent(tmp_path):
    def replies(request, _):
        answer(request, {"HEAD": 200, "PUT": 201}.get(request.command, 200), b"{}")

    archive, _, _ = an_image(tmp_path)
    with server(replies) as (reference, _), pytest.raises(Infrastructure, match="other bytes"):
        push_archive(archive, reference, say=lambda _: None)


def test_a_mirror_is_asked_first_and_what_it_lacks_is_asked_of_the_registry(tmp_path):
    registry, name = needs_registry(), f"iddr-test/{uuid.uuid4().hex[:8]}"
    archive, base, _ = an_image(tmp_path)

    def resolved(cache, mirror):
        said = []
        found = resolve_base(
            f"{registry}/{name}@{base.digest}", python="3.11", cache=tmp_path / cache, root=tmp_path, mirror=mirror,
            say=said.append,
        )  # fmt: skip
        return found.reference, said

    push_archive(archive, parse_reference(f"{registry}/mirrored/{name}:1"), say=lambda _: None)
    with pytest.raises(Refused, match="404"):
        resolved("none", "")
    pinned, said = resolved("first", f"{registry}/mirrored")
    assert pinned == f"{registry}/{name}@{base.digest}"
    assert not [line for line in said if "no help" in line]
    push_archive(archive, parse_reference(f"{registry}/{name}:1"), say=lambda _: None)
    again, said = resolved("second", f"{registry}/empty")
    assert again == pinned
    assert "the mirror is of no help" in said[0]
    with pytest.raises(Refused, match="is no registry"):
        resolved("third", "folder")


def test_a_proxy_of_the_environment_is_used(monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with (
        server(lambda request, _: answer(request, 200, b'{"through": "the proxy"}')) as (proxy, seen),
        connected(parse_reference("127.0.0.1:9/team/model")) as (client, _),
    ):
        monkeypatch.setenv("http_proxy", f"http://someone:{WORD}@{proxy.registry}")
        assert client.manifest("v1")[1] == {"through": "the proxy"}
        assert [path for _, path, *_ in seen] == ["http://127.0.0.1:9/v2/team/model/manifests/v1"]
    monkeypatch.setenv("http_proxy", f"http://someone:{WORD}@127.0.0.1:9")
    with connected(parse_reference("127.0.0.1:9/a")) as (client, _), pytest.raises(Infrastructure) as caught:
        client.manifest("v1")
    assert WORD not in str(caught.value)


def test_an_identity_token_is_changed_for_an_access_token(tmp_path):
    def replies(request, _):
        if request.path.startswith("/token"):
            answer(request, 200, b'{"access_token": "t0ken"}')
        elif request.headers.get("Authorization") == "Bearer t0ken":
            answer(request, 200, b"{}")
        else:
            realm = f"http://127.0.0.1:{request.server.server_port}/token"
            answer(request, 401, WWW_Authenticate=f'Bearer realm="{realm}",service="s",scope="x"')

    with server(replies) as (reference, seen), connected(reference) as (client, _):
        (tmp_path / "docker").mkdir()
        auths = {reference.registry: {"identitytoken": "refresh"}}
        (tmp_path / "docker/config.json").write_text(json.dumps({"auths": auths}))
        client.manifest("v1")
    [(path, authorization, body)] = [(p, a, b) for command, p, a, b in seen if command == "POST"]
    assert (path, authorization) == ("/token", None)
    assert re.search(rb"grant_type=refresh_token.*refresh_token=refresh", body)


def entry(digest, **platform):
    return {"digest": digest, "platform": {"os": "linux", "architecture": architecture()} | platform}


@pytest.mark.parametrize(
    ("entries", "chosen"),
    [
        ([entry("a", architecture="s390x"), entry("b")], "b"),
        ([entry("a", variant="v3"), entry("b")], "b"),
        ([entry("a", variant="v9")], "a"),
        ([entry("a", os="windows"), entry("b", os="linux")], "b"),
        ([entry("a", os="unknown", architecture="unknown"), entry("b")], "b"),
        ([{"digest": "a"}], "a"),
    ],
)
def test_the_image_for_every_machine_of_this_architecture_is_chosen(entries, chosen):
    assert chosen_manifest({"manifests": entries}, "r") == chosen


def test_an_index_without_this_architecture_is_refused():
    with pytest.raises(Refused, match="no image for linux/"):
        chosen_manifest({"manifests": [entry("a", architecture="s390x")]}, "r")
