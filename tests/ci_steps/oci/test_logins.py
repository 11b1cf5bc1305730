from __future__ import annotations

import base64
import json

import pytest

from ci_steps.oci.logins import stored_login
from ci_steps.oci.references import HUB
from ci_steps.steps import Refused

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
    assert stored_login(registry, environment) == ("someone", "se:cret")


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
