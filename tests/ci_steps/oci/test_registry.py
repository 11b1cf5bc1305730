from __future__ import annotations

import http.server
import threading
from contextlib import contextmanager

import pytest

from ci_steps.oci.bases import resolve_base
from ci_steps.oci.layers import packed
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from ci_steps.oci.registry import RegistryClient
from ci_steps.oci.writing import image_config, write_image
from ci_steps.steps import Infrastructure, Refused
from tests.needs import needs_registry


def an_archive(tmp_path, content=b"interpreter"):
    layer = packed({"usr/bin/python3.11": content}, tmp_path / "layer.tar.gz")
    config = image_config([layer], {}, architecture="amd64")
    return tmp_path / "image.tar", write_image([layer], config, tmp_path / "image.tar", reference="m:1"), layer


@contextmanager
def answering(status, body=b"", headers=(), drop=0):
    """A registry on loopback that gives one answer to everything, after `drop` lost connections."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            if len(seen) <= drop:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


def client_of(registry):
    return RegistryClient(parse_reference(f"{registry}/team/model:1"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("python:3.11-slim", "registry-1.docker.io/library/python:3.11-slim"),
        ("team/model", "registry-1.docker.io/team/model"),
        ("localhost:5000/a/b:c", "localhost:5000/a/b:c"),
        (f"r.example/a@sha256:{'0' * 64}", f"r.example/a@sha256:{'0' * 64}"),
    ],
)
def test_references_are_read_as_docker_reads_them(text, written):
    assert str(parse_reference(text)) == written


@pytest.mark.parametrize("text", ["", "UPPER/case", "a:b:c", "a@sha256:12", "r.example/"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(Refused, match="is no image reference"):
        parse_reference(text)


def test_plain_http_is_for_loopback_alone():
    assert parse_reference("127.0.0.1:5000/a").base_url.startswith("http://")
    assert parse_reference("registry.example:5000/a").base_url.startswith("https://")


def test_push_then_pull_by_digest_gives_the_same_image(tmp_path):
    registry = needs_registry()
    archive, written, layer = an_archive(tmp_path)
    reference = parse_reference(f"{registry}/iddr-test/model:1")
    assert push_archive(archive, reference, say=lambda _: None) == written.digest
    name = f"{registry}/iddr-test/model@{written.digest}"
    base = resolve_base(name, python="3.11", cache=tmp_path / "cache", root=tmp_path, say=lambda _: None)
    assert [x.digest for x in base.layers] == [layer.digest]
    assert base.reference == name


def test_a_second_push_sends_no_blob(tmp_path):
    registry = needs_registry()
    archive, _, layer = an_archive(tmp_path, tmp_path.name.encode())
    reference = parse_reference(f"{registry}/iddr-test/again:1")
    push_archive(archive, reference, say=lambda _: None)
    client = RegistryClient(reference)
    try:
        assert client.put_blob(layer.digest, layer.size, lambda: layer.path.open("rb")) is False
    finally:
        client.close()


def test_a_tag_that_is_not_there_is_refused(tmp_path):
    registry = needs_registry()
    with pytest.raises(Refused, match="answered 404"):
        resolve_base(
            f"{registry}/iddr-test/none:1", python="3.11", cache=tmp_path, root=tmp_path, say=lambda _: None
        )


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [(401, Refused, "log in first"), (403, Refused, "log in first"), (503, Infrastructure, "try again")],
)
def test_a_registry_that_refuses_is_told(status, error, told):
    with answering(status) as (registry, _):
        client = client_of(registry)
        with pytest.raises(error, match=told):
            client.manifest("1")
        client.close()


def test_a_lost_connection_is_tried_again():
    with answering(200, b"{}", drop=1) as (registry, seen):
        client = client_of(registry)
        assert client.manifest("1")[1] == {}
        client.close()
        assert len(seen) == 2


def test_wrong_bytes_are_found_and_not_kept(tmp_path):
    with answering(200, b"other bytes") as (registry, _):
        client = client_of(registry)
        with pytest.raises(Infrastructure, match="sent other bytes"):
            client.blob(f"sha256:{'0' * 64}", tmp_path / "blob")
        client.close()
    assert list(tmp_path.iterdir()) == []


def test_no_registry_at_all_is_infrastructure():
    client = client_of("127.0.0.1:9")
    with pytest.raises(Infrastructure, match="does not answer"):
        client.manifest("1")
    client.close()
