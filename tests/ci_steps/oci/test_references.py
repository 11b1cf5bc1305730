from __future__ import annotations

import pytest

from ci_steps.oci.references import HUB, parse_reference
from ci_steps.steps import Refused

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest", "wanted"),
    [
        ("python", HUB, "library/python", "", "", "latest"),
        ("python:3.11-slim", HUB, "library/python", "3.11-slim", "", "3.11-slim"),
        ("docker.io/library/python:3", HUB, "library/python", "3", "", "3"),
        ("team/model", HUB, "team/model", "", "", "latest"),
        ("ghcr.io/team/model:v1", "ghcr.io", "team/model", "v1", "", "v1"),
        ("localhost/a", "localhost", "a", "", "", "latest"),
        ("127.0.0.1:5000/a/b:t", "127.0.0.1:5000", "a/b", "t", "", "t"),
        (f"r.example:8443/a:t@{DIGEST}", "r.example:8443", "a", "t", DIGEST, DIGEST),
    ],
)
def test_a_reference_is_read_as_engines_read_it(text, registry, repository, tag, digest, wanted):
    found = parse_reference(text)
    assert (found.registry, found.repository, found.tag, found.digest) == (registry, repository, tag, digest)
    assert found.wanted == wanted


@pytest.mark.parametrize("text", ["", "UPPER/case", "a b", "a@sha256:12", "a@", "a:", "r.example/", "a:t:t"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(Refused, match="no image reference"):
        parse_reference(text)


@pytest.mark.parametrize(
    ("registry", "scheme"),
    [
        ("127.0.0.1:5000", "http"), ("localhost", "http"), ("localhost:1", "http"), ("[::1]:5000", "http"),
        ("[::1]", "http"), ("127.0.0.1.example.org", "https"), ("localhost.example.org:5000", "https"),
        ("ghcr.io", "https"),
    ],
)  # fmt: skip
def test_plain_http_is_for_loopback_alone(registry, scheme):
    assert parse_reference(f"{registry}/a").base_url == f"{scheme}://{registry}/v2/a"
