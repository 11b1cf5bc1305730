from __future__ import annotations

import base64
import tarfile

import pytest

from ci_steps.oci.dependencies import dependency_layer
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.oci.private_index import USER, WORD, lock_of, private_index, write_wheel

SETTINGS = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_CONFIG_FILE",
    "PIP_CERT",
)


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """Return a wheel that no public index has; nothing that this machine has set for pip or uv counts."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    return write_wheel(tmp_path / "made")


def layer_of(base, folder, lock):
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").write_text(lock)
    (folder / "serving.txt").write_text("")
    return dependency_layer(
        folder / "requirements.txt", [folder / "serving.txt"], base, cache=folder, log=folder / "log",
        say=lambda _: None,
    )  # fmt: skip


def contents(layer):
    with tarfile.open(layer.path) as tar:
        return {e.name: tar.extractfile(e).read() for e in tar if e.isfile()}


def holds_no_password(*contents):
    coded = base64.b64encode(f"{USER}:{WORD}".encode())
    assert not [c for c in contents if WORD.encode() in c or coded in c]


@pytest.mark.parametrize("setting", ["UV_DEFAULT_INDEX", "PIP_INDEX_URL"])
def test_a_private_index_is_used_and_its_password_is_in_no_layer_and_no_log(
    base, wheel, tmp_path, monkeypatch, setting
):
    with private_index(wheel) as (address, asked):
        monkeypatch.setenv(setting, f"http://{address}/simple")
        layer = layer_of(base, tmp_path / "x", lock_of(wheel))
    found = contents(layer)
    assert found["opt/deps/ours/__init__.py"] == b"ANSWER = 42\n"
    assert any(known for _, known in asked)
    holds_no_password(*found.values(), layer.path.read_bytes(), (tmp_path / "x/log").read_bytes())
    files = [p for p in (tmp_path / "x").rglob("*") if p.is_file()]
    holds_no_password(*(p.read_bytes() for p in files))


def test_a_failure_of_a_private_index_is_told_without_its_password(base, wheel, tmp_path, monkeypatch):
    with private_index(wheel) as (address, _):
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://{address}/simple")
        with pytest.raises((Refused, Infrastructure)) as caught:
            layer_of(base, tmp_path / "x", lock_of(wheel).replace("ours", "theirs"))
    assert WORD not in str(caught.value)
    holds_no_password((tmp_path / "x/log").read_bytes())


@pytest.mark.parametrize(
    ("links", "without"), [("UV_FIND_LINKS", "UV_OFFLINE"), ("PIP_FIND_LINKS", "PIP_NO_INDEX")]
)
def test_a_folder_of_wheels_is_enough_without_a_network(base, wheel, tmp_path, monkeypatch, links, without):
    monkeypatch.setenv(links, str(wheel.parent))
    monkeypatch.setenv(without, "1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert "opt/deps/ours/__init__.py" in contents(layer_of(base, tmp_path / "x", lock_of(wheel)))


def test_an_index_behind_a_proxy_is_reached(base, wheel, tmp_path, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with private_index(wheel) as (address, asked):
        host = address.rpartition("@")[2]
        monkeypatch.setenv("http_proxy", f"http://{host}")
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://{USER}:{WORD}@127.0.0.1:9/simple")
        found = contents(layer_of(base, tmp_path / "x", lock_of(wheel)))
    assert "opt/deps/ours/__init__.py" in found
    assert {path for path, _ in asked} >= {"http://127.0.0.1:9/simple/ours/"}


def test_where_the_packages_came_from_does_not_change_the_layer(base, wheel, tmp_path, monkeypatch):
    with private_index(wheel) as (address, _):
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://{address}/simple")
        one = layer_of(base, tmp_path / "x", lock_of(wheel))
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    monkeypatch.setenv("UV_FIND_LINKS", str(wheel.parent))
    monkeypatch.setenv("UV_OFFLINE", "1")
    other = layer_of(base, tmp_path / "y", lock_of(wheel))
    assert one.digest == other.digest
