"""The candidate is measured in every run, by turns with the champion where there is one."""

from __future__ import annotations

import shutil

import joblib
import pytest

from ci_steps.results import Status
from tests.ci_steps.release.small_project import SmallProject

BOTH = ("MQ002", "MQ013")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    project = SmallProject.made(tmp_path_factory.mktemp("first") / "project")
    project.change("[environment]", "[checks.MQ013]\nslower_than_champion = 5\n[environment]")
    project.train("x")
    return project, project.run(checks=BOTH)


@pytest.fixture
def project(first, tmp_path):
    shutil.copytree(first[0].root, tmp_path / "project")
    return SmallProject(tmp_path / "project")


def compared(result):
    [finding] = [f for f in result.findings if f.rule == "against the champion"]
    return finding


def test_a_first_release_is_measured_and_nothing_is_said_of_a_champion(first):
    result = first[1]["MQ013"]
    assert result.status is Status.PASSED, result
    assert not any("champion" in f.message for f in result.findings)


def test_the_champion_is_measured_beside_the_candidate(project):
    project.train("x", "z")
    results = project.run(checks=BOTH)
    assert {results[name].status for name in (*BOTH, "promote")} == {Status.PASSED}
    finding = compared(results["MQ013"])
    assert "6 blocks by turns" in finding.message
    assert 0.3 < finding.measured < 3
    assert finding.interval[0] < finding.interval[1]


def test_the_champion_itself_is_measured_once_and_times_are_never_reused(project):
    results = project.run(act=False, checks=BOTH)
    assert compared(results["MQ013"]).interval == (1.0, 1.0)
    assert results["MQ002"].recipe
    assert results["MQ013"].recipe == ""  # so no later run takes these times for its own


def test_a_champion_that_cannot_run_leaves_the_candidates_budgets_judged(project):
    joblib.dump({"no": "model"}, project.root.parent / "model.joblib")
    project.with_released("model_file", project.root.parent / "model.joblib")
    results = project.run(act=False, profile="starter", checks=BOTH)
    assert results["MQ002"].status is Status.NOT_AUDITED
    assert results["MQ013"].status is Status.INCONCLUSIVE
    said = compared(results["MQ013"])
    assert said.message.startswith("cannot be compared with the champion: the champion, version 1, did not answer")
    assert "MQ002" not in said.message
    assert all(f.ok for f in results["MQ013"].findings if f is not said)
