from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.inputs import Lock, Requirement
from model_checks.lock import LockError
from model_checks.reproducibility.rp001_environment_is_locked import rp001
from model_checks.running import run

HASH = "sha256:" + "a" * 64


def entry(name="numpy", *hashes, line=3):
    return Requirement(name=name, version="2.1.0", hashes=hashes, line=line)


def lock(*requirements, problems=()):
    return Lock(name="requirements.txt", requirements=requirements, problems=problems)


def test_every_package_with_version_and_hash_holds():
    [finding] = rp001(lock(entry("numpy", HASH), entry("pandas", HASH, HASH)))
    assert finding.ok is True
    assert "all 2 packages" in finding.message


def test_no_lock_fails_with_the_command_that_makes_one():
    [finding] = rp001()
    assert finding.ok is False
    assert "uv pip compile --generate-hashes requirements.in -o requirements.txt" in finding.fix


def test_lock_that_names_no_package_fails():
    [finding] = rp001(lock())
    assert finding.ok is False
    assert finding.message == "names no package at all"


@pytest.mark.parametrize("hashes", [(), ("sha512:" + "a" * 128,)])
def test_package_without_sha256_fails_with_its_line(hashes):
    [finding] = rp001(lock(entry("numpy", *hashes, line=7), entry("pandas", HASH)))
    assert finding.ok is False
    assert finding.where == "requirements.txt: numpy"
    assert finding.message == "line 7: 2.1.0 has no sha256 hash"


def test_one_hash_is_enough():
    assert [f.ok for f in rp001(lock(entry("numpy", "sha512:" + "a" * 128, HASH)))] == [True]


def test_problem_of_the_lock_fails_with_its_line():
    [finding] = rp001(lock(problems=((4, "pandas>=1: is not pinned to one version with =="),)))
    assert finding.where == "requirements.txt: pandas>=1"
    assert finding.message == "line 4: is not pinned to one version with =="


def test_failure_stays_the_same_one_when_lines_move():
    [before], [after] = rp001(lock(entry(line=1))), rp001(lock(entry(line=9)))
    assert (before.where, before.rule) == (after.where, after.rule)


def test_lock_that_cannot_be_read_is_told_before_the_check_runs(tmp_path):
    with pytest.raises(LockError):
        run("RP001", lock=tmp_path / "gone.txt")


@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_each_package_without_hash_is_one_failure(hashed):
    entries = [entry(f"package-{n}", *([HASH] if h else []), line=n + 1) for n, h in enumerate(hashed)]
    failed = [f for f in rp001(lock(*entries)) if f.ok is False]
    assert len(failed) == hashed.count(False)
