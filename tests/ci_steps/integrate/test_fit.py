"""Trainings for real, in the current environment: what they leave beside the model is brought out with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ci_steps.integrate.fit import fit
from ci_steps.model_host import environments
from ci_steps.model_host.isolation import Isolation
from ci_steps.model_host.training import Sources
from ci_steps.results import Artifact
from ci_steps.state import State
from ci_steps.steps import StepFailed
from ci_steps.toolbox import SystemClock, Toolbox
from model_checks.findings import Finding
from tests.ci_steps.small import NoDocker

TRAIN = """
import json, pathlib
pathlib.Path("build").mkdir(exist_ok=True)
pathlib.Path("build/m.joblib").write_text("model")
"""
METRICS = 'pathlib.Path("build/metrics.json").write_text(json.dumps({"accuracy": 0.9}))\n'


@pytest.fixture
def ended(tmp_path):
    def run(script, *, metrics="build/metrics.json", search="", command=f"{sys.executable} train.py", **files):
        root = tmp_path / "repository"
        (root / "build").mkdir(parents=True)
        (root / "train.py").write_text(TRAIN + script)
        for name, text in files.items():
            (root / "build" / name.replace("_", ".")).write_text(text)
        tools = Toolbox(
            root=root, cache=tmp_path, state=State.of(root), docker=NoDocker(), clock=SystemClock(),
            said=lambda _: None,
        ).open("fit")  # fmt: skip
        kept = ["train.py", *(f"build/{name.replace('_', '.')}" for name in files)]
        found = list(
            fit.function(
                Sources(root=root, files=tuple(map(Path, kept))), root, environments.current(),
                Isolation(level="rlimits", reason="the test asks for it"), command, "build/m.joblib", metrics,
                search, (), (), tools,
            )
        )  # fmt: skip
        made = {a.name: tools.store.path(a).read_text() for a in found if isinstance(a, Artifact)}
        return made, [f.message for f in found if isinstance(f, Finding)]

    return run


def test_metrics_and_search_come_out_with_the_model(ended):
    made, said = ended(METRICS + 'pathlib.Path("search.json").write_text("{}")\n', search="search.json")
    assert made == {"model_file": "model", "metrics_file": '{"accuracy": 0.9}', "search_file": "{}"}
    assert len(said) == 1


def test_what_is_not_declared_stays_behind(ended):
    assert set(ended(METRICS, metrics="")[0]) == {"model_file"}


def test_a_declared_file_that_training_leaves_out_fails_the_step_and_is_named(ended):
    with pytest.raises(StepFailed, match=r"left no file 'build/metrics\.json', which iddr\.toml declares: let"):
        ended("")


def test_a_link_is_no_such_file(ended):
    with pytest.raises(StepFailed, match="left no file"):
        ended('pathlib.Path("build/metrics.json").symlink_to("/etc/hostname")\n')


def test_a_file_of_the_repository_that_training_left_alone_is_taken_and_said(ended):
    made, said = ended("", metrics_json='{"accuracy": 0.8}')
    assert made["metrics_file"] == '{"accuracy": 0.8}'
    assert said[1].startswith("build/metrics.json is as the repository holds it")


def test_a_file_of_the_repository_that_training_wrote_anew_is_the_new_one(ended):
    made, said = ended(METRICS, metrics_json='{"accuracy": 0.8}')
    assert json.loads(made["metrics_file"]) == {"accuracy": 0.9}
    assert len(said) == 1


def test_without_training_files_are_taken_as_they_are(ended):
    made, said = ended("", command="", metrics_json="{}", m_joblib="taken")
    assert made == {"model_file": "taken", "metrics_file": "{}"}
    assert "did not train it" in said[0]
