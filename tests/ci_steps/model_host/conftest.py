"""A real environment built by uv, shared between runs, and the two levels of isolation."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from uv import find_uv_bin

from ci_steps.model_host import environments
from ci_steps.model_host.isolation import Isolation, probe
from tests.needs import needs_tool

if TYPE_CHECKING:
    from ci_steps.model_host.environments import Environment


@pytest.fixture(scope="session")
def shared_cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "iddr-tests")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def resolve(requirements: str, folder: Path, *, python: str) -> Path:
    wanted, lock = folder / "requirements.in", folder / f"requirements-{python}.txt"
    wanted.write_text(requirements)
    subprocess.run(
        [find_uv_bin(), "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--generate-hashes",
         "--python-version", python, "--output-file", lock, wanted],
        check=True, cwd=folder,
    )  # fmt: skip
    return lock


@pytest.fixture(scope="session")
def lock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resolve("joblib\npandas\nscikit-learn\n", tmp_path_factory.mktemp("lock"), python="3.11")


@pytest.fixture(scope="session")
def environment(lock: Path, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    log = tmp_path_factory.mktemp("log") / "build.log"
    return environments.build(lock, python="3.11", cache=shared_cache, say=lambda _: None, log=log)


@pytest.fixture(scope="session")
def full_level() -> Isolation:
    needs_tool("bwrap")
    found = probe()
    if found.level != "bubblewrap":
        if os.environ.get("CI") == "true":
            pytest.fail(f"{found.reason}; {found.mend}")
        pytest.skip(f"{found.reason}; {found.mend}")
    return found


@pytest.fixture(params=["bubblewrap", "rlimits"])
def isolation(request: pytest.FixtureRequest) -> Isolation:
    if request.param == "bubblewrap":
        return request.getfixturevalue("full_level")
    return Isolation(level="rlimits", reason="the test asks for it")
