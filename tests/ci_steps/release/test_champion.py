"""A release makes its model the champion, which later candidates are compared with."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import joblib
import pandas as pd
import pytest

from ci_steps.commands import rollback
from ci_steps.evidence.manifest import problems_of
from ci_steps.model_host.environments import build
from ci_steps.providers.champion import Champion, Judged, champion_model, champion_predictions
from ci_steps.release.ledger import read_ledger
from ci_steps.results import Status
from tests.ci_steps.model_host.conftest import resolve
from tests.ci_steps.release.small_project import CONTRACT, SmallProject
from tests.model_checks.made_predictions import guesses


class Hostile:
    def __reduce__(self):
        return print, ("loaded",)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A project that released a model of one feature, and how that went."""
    project = SmallProject.made(tmp_path_factory.mktemp("first") / "project")
    project.train("x")
    return project, project.run()


@pytest.fixture
def project(first, tmp_path):
    """A copy of it."""
    shutil.copytree(first[0].root, tmp_path / "project")
    return SmallProject(tmp_path / "project")


def not_audited(project):
    result = project.run(act=False)["MQ002"]
    assert result.status is Status.NOT_AUDITED, result
    assert result.reason.startswith("the champion, version 1, ")
    assert '[checks.MQ002] level = "warn"' in result.reason
    return result.reason


def test_before_the_first_release_there_is_no_champion_and_the_reason_is_said(first):
    _, results = first
    assert results["MQ002"].status is Status.NOT_APPLICABLE
    assert results["MQ002"].reason == "no version is released yet"
    assert results["promote"].status is Status.PASSED


def test_a_release_keeps_the_model_and_what_it_takes_to_run_it(first):
    project, results = first
    release = read_ledger(project.state).current
    [model] = results["fit"].artifacts
    assert release.artifact("model_file") == model
    assert release.predicts == "y"
    assert release.artifact("lock_file") is None
    assert json.loads((project.state / release.artifact("contract_file").uri).read_text()) == CONTRACT


def test_the_champion_itself_passes_without_being_run_again(project):
    [finding] = project.run()["MQ002"].findings
    assert (finding.ok, finding.measured) == (True, 0.0)


def test_of_the_same_model_the_candidate_s_answers_are_the_champion_s(project):
    files = {"model_file": project.root / "model.joblib", "contract_file": project.root / "contract.json"}
    same = Judged(**files, lock_file=None, python="3.11", target="y")
    [opened] = champion_model.function(
        candidate=same, champion=Champion(version=1, model=same), champion_scan=None, test=None, task="",
        isolation=None, platform="", tools=None,
    )  # fmt: skip
    answers = guesses()
    assert champion_predictions.function(answers, opened) is answers


@pytest.mark.parametrize("changed", [{"python": "3.12"}, {"target": "z"}, {"lock_file": "contract.json"}])
def test_another_environment_or_target_makes_it_another_model(project, changed):
    files = {"model_file": project.root / "model.joblib", "contract_file": project.root / "contract.json"}
    same = Judged(**files, lock_file=None, python="3.11", target="y")
    if "lock_file" in changed:
        changed = {"lock_file": project.root / changed["lock_file"]}
    assert dataclasses.replace(same, **changed).identity != same.identity


def test_a_better_candidate_is_the_next_champion_until_the_team_goes_back(project):
    before = (project.root / "model.joblib").read_bytes()
    project.train("x", "z")
    results = project.run()
    assert {results[name].status for name in ("MQ002", "promote")} == {Status.PASSED}
    assert results["MQ002"].findings[0].measured > 0.05
    (project.root / "model.joblib").write_bytes(before)
    results = project.run()
    assert (results["MQ002"].status, results["promote"].status) == (Status.FAILED, Status.BLOCKED)
    code, said = rollback.answer(argparse.Namespace(config=project.root))
    assert (code, said) == (0, "version 1 serves again, in place of version 2\n")
    [finding] = project.run(act=False)["MQ002"].findings
    assert (finding.ok, finding.measured) == (True, 0.0)


def test_a_worse_candidate_is_blocked_under_standard_and_warned_of_under_starter(project):
    project.train("noise")
    results = project.run()
    assert (results["MQ002"].status, results["promote"].status) == (Status.FAILED, Status.BLOCKED)
    assert "roc_auc is 0.4989, the champion's 0.7996" in results["MQ002"].findings[0].message
    results = project.run(profile="starter")
    assert (results["MQ002"].status, results["promote"].status) == (Status.FAILED, Status.PASSED)


def test_a_release_from_before_models_were_kept_is_no_champion_and_that_is_said(project):
    path = project.state / "releases.json"
    document = json.loads(path.read_text())
    for name in ("kept", "python", "predicts"):
        del document["releases"][0][name]
    path.write_text(json.dumps(document))
    result = project.run(act=False)["MQ002"]
    assert result.status is Status.NOT_APPLICABLE
    assert result.reason == "version 1 was released without its model"


def test_verifying_covers_the_models_of_earlier_releases(project):
    (project.state / "manifest.json").write_text(json.dumps({"files": {}, "artifacts": {}}))
    assert problems_of(project.state) == []
    kept = project.state / read_ledger(project.state).current.artifact("model_file").uri
    kept.write_bytes(b"another")
    [problem] = problems_of(project.state)
    assert "model.joblib: was changed" in problem


def test_a_column_that_only_the_champion_knows_keeps_it_from_being_asked(project):
    contract = {**CONTRACT, "properties": {n: s for n, s in CONTRACT["properties"].items() if n != "noise"}}
    project.set_contract({**contract, "required": ["x", "z", "y"]})
    for name in ("train.csv", "test.csv"):
        pd.read_csv(project.root / name).drop(columns="noise").to_csv(project.root / name, index=False)
    project.train("x", "z")
    assert "needs columns that test.csv lacks: noise" in not_audited(project)


def test_a_new_column_does_not_keep_the_champion_from_being_asked(project):
    properties = {"new": {"type": "number"}, **CONTRACT["properties"]}
    project.set_contract({**CONTRACT, "properties": properties, "required": list(properties)})
    for name in ("train.csv", "test.csv"):
        table = pd.read_csv(project.root / name)
        table.assign(new=table["y"] + table["noise"]).to_csv(project.root / name, index=False)
    project.train("x", "z", "new")
    assert project.run(act=False)["MQ002"].status is Status.PASSED


def test_a_column_of_another_kind_than_the_champion_knows_is_told(project):
    properties = {**CONTRACT["properties"], "noise": {"type": "string"}}
    project.set_contract({**CONTRACT, "properties": properties})
    test = pd.read_csv(project.root / "test.csv", dtype={"noise": str})
    test.loc[:11, "noise"] = "loud"
    test.to_csv(project.root / "test.csv", index=False)
    project.train("x", "z")
    assert "knows column noise as number, and 12 of 1500 rows of test.csv hold no such value" in not_audited(
        project
    )


def test_a_champion_that_the_scan_does_not_clear_is_never_loaded(project):
    joblib.dump([Hostile()], project.root.parent / "model.joblib")
    project.with_released("model_file", project.root.parent / "model.joblib")
    assert "is not loaded, for the scan does not clear it: " in not_audited(project)


def test_a_champion_that_raises_is_no_fault_of_the_candidate(project):
    joblib.dump({"no": "model"}, project.root.parent / "model.joblib")
    project.with_released("model_file", project.root.parent / "model.joblib")
    assert "did not answer: " in not_audited(project)


def test_a_lock_that_cannot_be_met_any_more_is_told(project):
    lock = project.root.parent / "requirements.txt"
    lock.write_text("scikit-learn @@ 3\n")
    project.with_released("lock_file", lock)
    said = not_audited(project)
    assert "cannot run in its own environment" in said
    assert "requirements.txt" in said


TRAINING = """
import joblib, pandas
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
train = pandas.read_csv("train.csv")
joblib.dump(make_pipeline(LogisticRegression()).fit(train.drop(columns="y"), train["y"]), "../model.joblib")
"""


def test_the_champion_runs_in_the_environment_of_its_own_lock(project, tmp_path):
    if find_spec("imblearn"):
        pytest.skip("imblearn is installed here, so the current environment could run the champion too")
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "iddr-tests")
    lock = resolve("imbalanced-learn\njoblib\npandas\n", tmp_path, python=minor)
    built = build(lock, python=minor, cache=cache, say=print, log=tmp_path / "log")
    subprocess.run([built.python, "-c", TRAINING], cwd=project.root, check=True)
    project.with_released("model_file", tmp_path / "model.joblib")
    project.change("[environment]", '[providers.models]\ntrusted = ["imblearn.pipeline.Pipeline"]\n[environment]')
    project.train("x", "z")
    assert "No module named 'imblearn'" in not_audited(project)
    project.with_released("lock_file", lock)
    [finding] = project.run(act=False, cache=cache)["MQ002"].findings
    assert finding.ok
    assert abs(finding.measured) < 0.01
