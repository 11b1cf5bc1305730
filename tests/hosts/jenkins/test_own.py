"""The library as a whole, and this repository's own Jenkinsfile."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from tests.hosts.jenkins.conftest import ROOT, repository

LIBRARY = ROOT / "ci_steps" / "jenkins"
RUN = """#!/usr/bin/env bash
mkdir -p build/ci
echo "machine" >build/ci/apt-update.log
echo "addopts: $PYTEST_ADDOPTS"
printf '<testsuite><testcase name="a"/></testsuite>' >build/ci/junit.xml
exit CODE
"""


def test_all_groovy_is_under_200_lines():
    lines = [line for path in LIBRARY.rglob("*.groovy") for line in path.read_text("utf-8").splitlines()]
    assert 100 < len(lines) < 200


def test_the_library_has_the_kits_version():
    assert f"VERSION = '{version('iddr')}'" in (LIBRARY / "vars" / "iddrKit.groovy").read_text("utf-8")


def test_no_shell_step_of_the_library_is_given_an_interpolated_program():
    for path in LIBRARY.rglob("*.groovy"):
        for line in path.read_text("utf-8").splitlines():
            if re.search(r"(?<![\w.])sh[( ]", line):
                assert "script: libraryResource(" in line, f"{path.name}: {line}"


def test_nothing_in_the_library_is_a_link_and_nothing_is_outside_its_three_folders():
    found = [path.relative_to(LIBRARY) for path in LIBRARY.rglob("*")]
    assert not [path for path in found if (LIBRARY / path).is_symlink()]
    assert {path.parts[0] for path in found} <= {"vars", "src", "resources"}


@pytest.mark.parametrize(("code", "result"), [(0, "SUCCESS"), (1, "FAILURE")])
def test_this_repositorys_jenkinsfile_runs_its_ci_and_keeps_the_results(controller, tmp_path, code, result):
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text(RUN.replace("CODE", str(code)), "utf-8")
    build = controller.build((ROOT / "Jenkinsfile").read_text("utf-8"), project=repository(tmp_path))
    assert (build.result, build.faults) == (result, []), build.log
    assert build.stages == ["Checkout", "Everything"]
    assert "addopts: --junitxml=build/ci/junit.xml" in build.log
    assert build.of("tests")[0]["total"] == 1
    assert build.of("archived")[0]["files"] == ["build/ci/apt-update.log"]
