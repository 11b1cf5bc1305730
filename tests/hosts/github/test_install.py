"""How the kit reaches a runner: the script of the setup action, with this machine's bash, pip and folders."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.hosts.github.rig import REPOSITORY
from tests.hosts.package_index import PASSWORD as OF_INDEX
from tests.hosts.package_index import USER, WHEEL, package_index, write_wheel

SCRIPT = REPOSITORY / ".github/actions/setup/install.sh"
PASSWORD = "pa%ss:wo'rd$(touch${IFS}canary)"  # noqa: S105 - of no account


@pytest.fixture
def install(tmp_path):
    """A function that runs the script as the action does; returns the ended process and what later steps are given."""

    def run(**inputs):
        names = ("KIT", "INDEX_URL", "INDEX_USERNAME", "INDEX_PASSWORD")
        files = {
            "GITHUB_ENV": str(tmp_path / "env"),
            "GITHUB_PATH": str(tmp_path / "path"),
            "RUNNER_TEMP": str(tmp_path),
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        given = {"IDDR_INCLUDE": "0.1.0", "PATH": path, "GITHUB_ACTION_PATH": str(SCRIPT.parent)} | files
        known = {n: v for n, v in os.environ.items() if not n.startswith(("PIP_", "UV_", "IDDR_"))}
        ended = subprocess.run(
            ["bash", str(SCRIPT)], env=known | given | dict.fromkeys(names, "") | inputs, cwd=tmp_path,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        later = (tmp_path / "env").read_text() if (tmp_path / "env").exists() else ""
        return ended, dict(line.split("=", 1) for line in later.splitlines())

    return run


def test_a_prebuilt_image_brings_the_kit(install, tmp_path):
    ended, later = install(KIT="installed")
    assert (ended.returncode, ended.stdout) == (0, "0.1.0\n")
    assert later == {"IDDR_CACHE": f"{tmp_path}/iddr-cache"}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A folder with what the script installs: uv, and a wheel named iddr that tells its version alone."""
    folder = tmp_path_factory.mktemp("wheels")
    write_wheel(folder, "def main():\n    print('0.1.0, a stand-in')\n")
    known = f"uv=={version('uv')}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), known]
    subprocess.run(command, check=True, timeout=300)
    return folder


def test_without_a_word_the_kit_is_the_code_at_this_ref(install, tmp_path):
    ended, _ = install()
    assert (ended.returncode, ended.stdout) == (0, "0.1.0\n"), ended.stderr
    programs = Path((tmp_path / "path").read_text().strip())
    where = subprocess.run(
        [programs / "python", "-c", "import ci_steps; print(ci_steps.__file__)"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert Path(where.stdout).is_relative_to(tmp_path / "iddr-kit")


def test_a_folder_of_wheels_is_enough_without_a_network(install, wheels):
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    ended, _ = install(KIT=str(wheels), **nowhere)
    assert (ended.returncode, ended.stdout) == (0, "0.1.0, a stand-in\n"), ended.stderr


def test_an_index_with_a_login_brings_the_kit(install, wheels):
    with package_index(wheels) as (address, asked):
        ended, _ = install(KIT="index", INDEX_URL=address, INDEX_USERNAME=USER, INDEX_PASSWORD=OF_INDEX)
    assert (ended.returncode, ended.stdout) == (0, "0.1.0, a stand-in\n"), ended.stderr
    assert f"/files/{WHEEL}" in asked
    assert OF_INDEX not in ended.stdout + ended.stderr


def test_a_runner_may_keep_the_cache_in_place(install):
    assert install(KIT="installed", IDDR_CACHE="/kept")[1] == {"IDDR_CACHE": "/kept"}


def test_an_image_without_the_kit_is_told(install):
    ended, _ = install(KIT="installed", PATH="/usr/bin:/bin")
    assert (ended.returncode, 'kit is "installed", but iddr is not on PATH' in ended.stderr) == (2, True)


def test_a_folder_of_wheels_that_is_not_there_is_named(install):
    ended, _ = install(KIT="wheels;touch canary")
    assert (ended.returncode, "there is no folder of wheels at wheels;touch canary" in ended.stderr) == (2, True)


def test_credentials_of_an_index_stand_in_a_file_of_the_user_alone(install, tmp_path):
    ended, later = install(
        KIT="installed", INDEX_URL="https://pypi.example/simple", INDEX_USERNAME="ada", INDEX_PASSWORD=PASSWORD
    )
    netrc = Path(later["NETRC"])
    assert netrc.read_text() == f"machine pypi.example login ada password {PASSWORD}\n"
    assert netrc.stat().st_mode & 0o077 == 0
    assert later["PIP_INDEX_URL"] == later["UV_DEFAULT_INDEX"] == "https://pypi.example/simple"
    assert PASSWORD not in ended.stdout + ended.stderr + str({n: v for n, v in later.items() if n != "NETRC"})
    assert not list(tmp_path.rglob("canary"))


@pytest.mark.parametrize(
    "url",
    ["https://ada:secret@pypi.example/simple", "file:///etc", "https://x/\nGITHUB_TOKEN=1", "x y", "ftp://x"],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused(install, url):
    ended, later = install(KIT="installed", INDEX_URL=url)
    assert (ended.returncode, later) == (2, {})
    assert "expected http(s)://host/path" in ended.stderr
    assert "secret" not in ended.stdout


@pytest.mark.parametrize("password", ["two words", "a\nmachine other login x password y"])
def test_a_password_that_a_netrc_file_cannot_hold_is_refused(install, password):
    ended, later = install(
        KIT="installed", INDEX_URL="https://x/simple", INDEX_USERNAME="a", INDEX_PASSWORD=password
    )
    assert (ended.returncode, "NETRC" in later) == (2, False)
    assert "has a blank in it" in ended.stderr
