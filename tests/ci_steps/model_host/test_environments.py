from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ci_steps.model_host import environments, sandbox
from ci_steps.model_host.environments import COMPLETE, Environment
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.model_host.conftest import resolve

if TYPE_CHECKING:
    from ci_steps.model_host.isolation import Isolation

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def small_lock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resolve("six\n", tmp_path_factory.mktemp("small"), python=HERE)


def build(lock: Path, cache: Path, python: str = HERE, said: list[str] | None = None) -> Environment:
    say = [].append if said is None else said.append
    return environments.build(lock, python=python, cache=cache, say=say, log=cache / "build.log")


def test_an_environment_holds_what_is_locked_and_runs_in_the_sandbox(
    small_lock: Path, tmp_path: Path, isolation: Isolation
) -> None:
    made = build(small_lock, tmp_path / "cache")
    (tmp_path / "folder").mkdir()
    ended = sandbox.run(
        ["python", "-c", "import six, sys; print(sys.prefix); import numpy"], environment=made, log=tmp_path / "log",
        folder=tmp_path / "folder", isolation=isolation,
    )  # fmt: skip
    output = (tmp_path / "log").read_text()
    assert ended.exit_code == 1
    assert output.splitlines()[0] == str(made.prefix)
    assert "No module named 'numpy'" in output
    assert made.minor == HERE


def test_an_environment_that_is_there_is_taken_in_milliseconds(small_lock: Path, tmp_path: Path) -> None:
    first = build(small_lock, tmp_path)
    written = (first.prefix / COMPLETE).stat().st_mtime_ns
    start = time.perf_counter()
    assert build(small_lock, tmp_path) == first
    assert time.perf_counter() - start < 0.5
    assert (first.prefix / COMPLETE).stat().st_mtime_ns == written


def test_a_half_built_environment_is_built_anew(small_lock: Path, tmp_path: Path) -> None:
    made = build(small_lock, tmp_path)
    (made.prefix / COMPLETE).unlink()
    (made.prefix / "left-over").write_text("")
    again = build(small_lock, tmp_path)
    assert again == made
    assert not (made.prefix / "left-over").exists()


def test_an_interrupted_build_leaves_nothing_that_is_used(small_lock: Path, tmp_path: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        environments.build(small_lock, python=HERE, cache=tmp_path, say=interrupt, log=tmp_path / "log")
    assert not [path for path in (tmp_path / "environments").iterdir() if path.is_dir()]
    assert build(small_lock, tmp_path).python.exists()


def test_parallel_runs_build_once(small_lock: Path, tmp_path: Path) -> None:
    made: list[Environment] = []
    said: list[list[str]] = [[], [], []]
    threads = [threading.Thread(target=lambda s=s: made.append(build(small_lock, tmp_path, said=s))) for s in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3
    assert len(set(made)) == 1
    assert sum(any("Installed" in line for line in lines) for lines in said) == 1


def test_the_digest_follows_the_lock_and_the_version(small_lock: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(small_lock.read_bytes() + b"# a comment\n")
    first, second = build(small_lock, tmp_path), build(other, tmp_path)
    assert first.digest != second.digest
    assert first.prefix != second.prefix


def test_a_version_that_is_not_here_is_refused_with_those_that_are(small_lock: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=rf'python = "3.99": no such interpreter .*{HERE}.*install python3.99'):
        build(small_lock, tmp_path, python="3.99")


def test_a_file_that_is_not_what_was_locked_is_refused(small_lock: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("\n".join(line.replace("sha256:", "sha256:0000")[: len(line)] if "sha256:" in line else line
                               for line in small_lock.read_text().replace(" \\", "").splitlines())
                     .replace("\n    --hash", " --hash"))  # fmt: skip
    with pytest.raises(Refused, match=r"(?s)is not what was locked.*six"):
        build(wrong, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("six==99.0\n", "unsatisfiable"),
        ("docopt==0.6.2\n", "outside the sandbox"),
        ("this is no requirement\n", "could not be built"),
    ],
)
def test_a_lock_that_cannot_be_met_is_refused_with_uvs_words(text: str, words: str, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(text)
    with pytest.raises(Refused, match=words):
        build(lock, tmp_path)


def test_a_lock_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot read the lock"):
        build(tmp_path / "none.txt", tmp_path)


def test_an_index_that_does_not_answer_is_no_fault_of_the_project(
    small_lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "UV_DEFAULT_INDEX": "http://name:pass-word@127.0.0.1:9/simple", "UV_INDEX": "", "UV_FIND_LINKS": "",
        "UV_NO_CACHE": "1", "UV_HTTP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(Infrastructure, match="did not answer") as error:
        build(small_lock, tmp_path)
    assert "pass-word" not in str(error.value) + (tmp_path / "build.log").read_text()


def test_the_current_environment_is_the_one_that_we_run_in(tmp_path: Path) -> None:
    here = environments.current()
    assert here.python == Path(sys.executable)
    assert here == environments.current()
    told = subprocess.check_output([here.python, "-c", "import sys; print(sys.base_prefix)"], text=True).strip()
    assert {Path(sys.prefix), Path(told)} <= set(here.binds)
