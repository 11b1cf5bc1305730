"""What a run keeps of the rows on which the model failed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ci_steps.commands.run import record
from ci_steps.project import Project
from ci_steps.results import Result, Run, Status
from ci_steps.results_json import document_of, result_from
from model_checks.counterexamples import read_counterexamples
from model_checks.findings import Finding

STARTER = Path(__file__).parents[3] / "templates" / "starter"
ROW = {"mean_radius": 0.1 + 0.2, "city": "Tromsø", "whole": 2**53 + 1, "late": True, "gone": None}


@pytest.fixture
def project(tmp_path):
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    return Project.open(tmp_path)


def failed(*rows):
    findings = tuple(
        Finding(
            ok=False, message="m", where="contract", rule="answers without raising", fix="f", counterexample=row
        )
        for row in rows
    )
    return Result(
        kind="check", name="MQ010", title="t", phase="integration", status=Status.FAILED, findings=findings
    )


def run_of(*results):
    return Run(
        id="r", model="m", profile="starter", started="", config_digest="", facts={}, results=results, gates=()
    )


def kept(project):
    path = project.state.folder / "counterexamples.json"
    return [dict(each.row) for each in read_counterexamples(path)] if path.exists() else None


def test_a_finding_keeps_its_row_through_json():
    result = failed(ROW)
    assert result_from(json.loads(json.dumps(document_of(result)))) == result


def test_rows_on_which_the_model_failed_are_kept_once_and_stay_when_it_passes(project):
    record(project, run_of(), ())
    assert kept(project) is None
    record(project, run_of(failed(ROW, {"x": 1})), ())
    record(project, run_of(failed({"x": 1}, {"x": 2})), ())
    record(project, run_of(failed()), ())
    assert kept(project) == [ROW, {"x": 1}, {"x": 2}]


def test_rows_that_the_repository_keeps_are_in_the_file_to_commit(project):
    folder = project.config.root
    record(project, run_of(failed({"x": 1})), ())
    shutil.move(folder / ".iddr" / "counterexamples.json", folder / "counterexamples.json")
    record(project, run_of(failed({"x": 2})), ())
    assert kept(project) == [{"x": 1}, {"x": 2}]


def test_a_file_that_is_none_is_left_as_it_is(project):
    path = project.config.root / "counterexamples.json"
    path.write_text("{")
    record(project, run_of(failed({"x": 1})), ())
    assert path.read_text() == "{"
    assert kept(project) is None
