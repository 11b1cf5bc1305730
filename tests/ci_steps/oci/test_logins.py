from __future__ import annotations

import base64
import json

import pytest

from ci_steps.oci.logins import TOKEN_USER, Login, missing_helper, stored_login
from ci_steps.oci.references import HUB
from ci_steps.steps import Infrastructure, Refused

SECRET, STORED = "s3", "se:cret"
AUTH = base64.b64encode(b"someone:se:cret").decode()


def stored(folder, content):
    folder.joinpath("config.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return {"DOCKER_CONFIG": str(folder)}


@pytest.mark.parametrize(
    ("registry", "name"),
    [("ghcr.io", "ghcr.io"), ("r.example:5000", "https://r.example:5000"), (HUB, "https://index.docker.io/v1/")],
)
def test_a_login_is_found_under_the_names_that_docker_gives_it(tmp_path, registry, name):
    environment = stored(tmp_path, {"auths": {name: {"auth": AUTH}, "other.example": {"auth": "eDp5"}}})
    assert stored_login(registry, environment) == Login(user="someone", password=STORED)


@pytest.mark.parametrize(
    "content", [{}, {"auths": {}}, {"auths": None}, {"auths": {"ghcr.io": {}}}, {"credsStore": "desktop"}]
)
def test_without_a_stored_login_there_is_none(tmp_path, content):
    assert stored_login("ghcr.io", stored(tmp_path, content)) is None


def test_without_a_configuration_there_is_none(tmp_path):
    assert stored_login("ghcr.io", {"DOCKER_CONFIG": str(tmp_path)}) is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", {"auths": [1]}, {"auths": {"ghcr.io": {"auth": "%%%"}}}, {"auths": {"ghcr.io": 3}}]
)
def test_a_configuration_that_cannot_be_read_is_named(tmp_path, content):
    with pytest.raises(Refused, match=r"config\.json: cannot be read .*docker login ghcr\.io"):
        stored_login("ghcr.io", stored(tmp_path, content))


def helper(folder, name, body):
    """Write a credential helper, and return the PATH on which it is found."""
    program = folder / f"docker-credential-{name}"
    program.write_text(f'#!/bin/sh\nread server\necho "$1 $server" >> {folder}/asked\n{body}\n')
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


KNOWN = """case $server in r.example) echo '{"ServerURL": "r.example", "Username": "someone", "Secret": "s3"}';;
*) echo "credentials not found in native keychain"; exit 1;; esac"""


@pytest.mark.parametrize(
    "config", [{"credsStore": "own"}, {"credHelpers": {"r.example": "own"}, "credsStore": "none"}]
)
def test_a_credential_helper_is_asked_as_docker_asks_it(tmp_path, config):
    environment = stored(tmp_path, config) | {"PATH": helper(tmp_path, "own", KNOWN)}
    assert stored_login("r.example", environment) == Login(user="someone", password=SECRET)
    assert (tmp_path / "asked").read_text() == "get r.example\n"


def test_what_a_helper_does_not_know_is_no_login(tmp_path):
    environment = stored(tmp_path, {"credsStore": "own"}) | {"PATH": helper(tmp_path, "own", KNOWN)}
    assert stored_login("other.example", environment) is None


def test_a_login_in_the_file_goes_before_the_helper(tmp_path):
    config = {"auths": {"r.example": {"auth": AUTH}}, "credsStore": "own"}
    environment = stored(tmp_path, config) | {"PATH": helper(tmp_path, "own", KNOWN)}
    assert stored_login("r.example", environment) == Login(user="someone", password=STORED)
    assert not (tmp_path / "asked").exists()


def test_an_identity_token_is_told_from_a_password(tmp_path):
    body = f"""echo '{{"Username": "{TOKEN_USER}", "Secret": "{SECRET}"}}'"""
    environment = stored(tmp_path, {"credsStore": "own"}) | {"PATH": helper(tmp_path, "own", body)}
    assert stored_login("r.example", environment) == Login(token=SECRET)
    environment = stored(tmp_path, {"auths": {"r.example": {"auth": "", "identitytoken": STORED}}})
    assert stored_login("r.example", environment) == Login(token=STORED)


def test_a_helper_that_answers_nonsense_is_the_worlds_fault_and_told_without_what_it_said(tmp_path):
    environment = stored(tmp_path, {"credsStore": "own"}) | {"PATH": helper(tmp_path, "own", "echo s3cret")}
    with pytest.raises(Infrastructure, match="docker-credential-own failed") as caught:
        stored_login("r.example", environment)
    assert "s3cret" not in str(caught.value)


def test_a_helper_that_is_not_installed_is_named(tmp_path):
    environment = stored(tmp_path, {"credsStore": "own"}) | {"PATH": str(tmp_path)}
    assert stored_login("r.example", environment) is None
    assert missing_helper("r.example", environment) == "docker-credential-own"
    assert missing_helper("r.example", {"DOCKER_CONFIG": str(tmp_path / "none")}) == ""


def test_a_login_does_not_show_what_proves_it():
    assert SECRET not in repr(Login(user="someone", password=SECRET)) + repr(Login(token=SECRET))
