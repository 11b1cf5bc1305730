"""The same project gives the same image, whoever builds it, where, when, and with whatever was kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci_steps.deliver.anywhere import built
from tests.ci_steps.deliver.images import debian, shared_cache
from tests.needs import needs_tool

CONTRACT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["a", "y"],
    "properties": {"a": {"type": "integer"}, "y": {"type": "boolean"}},
}  # fmt: skip
A_YEAR = 31_536_000
ROOT = Path(__file__).parents[3]


def locked(name):
    """Return what the starter's lock says of one package."""
    text = (ROOT / "templates/starter/requirements.txt").read_text()
    return re.search(rf"^{name}==.*?\n(?=[a-z])", text, re.MULTILINE | re.DOTALL)[0]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a folder with a project whose lock holds one small package."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "model.joblib").write_bytes(b"a model that nothing here loads")
    (folder / "contract.json").write_text(json.dumps(CONTRACT))
    (folder / "train.csv").write_text("a,y\n1,true\n")
    (folder / "requirements.txt").write_text(locked("threadpoolctl"))
    return folder


@pytest.fixture(scope="module")
def here(project, tmp_path_factory):
    """Return the digest of the image as this test's own user builds it, with what is kept between runs."""
    debian()
    return built(project, tmp_path_factory.mktemp("here"))


def elsewhere(project, folder, *, user, umask, ahead, cache):
    """Return the digest of the image of a copy of `project`, built by another user at another place and time."""
    needs_tool("bwrap")
    copy = folder / "a copy of it"
    shutil.copytree(project, copy)
    for path in copy.iterdir():
        path.chmod(0o600)
        os.utime(path, (1, 1))
    root = folder / "another/root"
    root.mkdir(parents=True)
    settings = {
        "XDG_CACHE_HOME": str(cache), "HOME": str(folder), "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "7", "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", "") or
        str(Path.home() / ".cache/uv"),
    }  # fmt: skip
    command = ["bwrap", "--unshare-user", "--uid", str(user), "--gid", str(user), "--dev-bind", "/", "/"]
    command += ["--chdir", str(ROOT), sys.executable, "-m", "tests.ci_steps.deliver.anywhere"]
    ended = subprocess.run(
        [*command, str(copy), str(root), str(ahead)], env=os.environ | settings, umask=umask, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


def test_another_user_root_umask_and_date_and_no_cache_give_the_same_image(project, here, tmp_path):
    cache = tmp_path / "cache"
    (cache / "iddr-tests/oci/apt").mkdir(parents=True)
    # What the package servers sent is the one thing that is not made again.
    shutil.copytree(shared_cache() / "apt", cache / "iddr-tests/oci/apt", dirs_exist_ok=True, symlinks=True)
    assert elsewhere(project, tmp_path, user=1234, umask=0o077, ahead=3 * A_YEAR, cache=cache) == here


def test_another_lock_gives_another_image(project, here, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    (copy / "requirements.txt").write_text(locked("cloudpickle"))
    assert built(copy, tmp_path / "root") != here
