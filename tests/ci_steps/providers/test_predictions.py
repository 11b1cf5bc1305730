from __future__ import annotations

import json

import numpy as np
import pytest

from ci_steps.config import load_config
from ci_steps.leaves import leaves_of
from ci_steps.plan import make_plan
from ci_steps.providers.predictions import current_predictions, retraining
from ci_steps.release.ledger import Ledger, Release, write_ledger
from ci_steps.results import Artifact
from model_checks.checks import Phase
from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset, opened_unlabelled
from model_checks.findings import NotAudited
from tests.model_checks.made_models import MadeModel

CONTRACT = Contract.parse(
    {"type": "object", "properties": {"x": {"type": "number"}, "late": {"type": "string", "enum": ["no", "yes"]}}}
)
CONFIG = """schema = 1
profile = "standard"
[model]
name = "m"
task = "binary-classification"
artifact = "model.joblib"
[data]
contract = "contract.json"
target = "late"
train = "train.csv"
test = "test.csv"
{current}
[environment]
current = true
"""


def asked(folder, text):
    path = folder / "now.csv"
    path.write_text(text)
    rows = opened_unlabelled(path, CONTRACT, "late")
    seen = []

    def chance(features):
        seen.append(list(features.columns))
        return features["x"].to_numpy()

    found = current_predictions.function(MadeModel(chance), rows, "late", "binary-classification", None)
    assert seen == [["x"]]
    return found


def test_rows_without_the_target_are_asked_and_have_no_truth(tmp_path):
    found = asked(tmp_path, "x\n0.2\n0.9\n")
    assert found.answers.values.tolist() == ["no", "yes"]
    assert (found.table, found.positive) == ("now.csv", "yes")
    assert np.array([label != label for label in found.truth.tolist()]).all()  # noqa: PLR0124 - NaN


def test_rows_with_some_labels_keep_them(tmp_path):
    found = asked(tmp_path, "x,late\n0.2,yes\n0.9,\n")
    assert found.truth[0] == "yes"
    assert found.truth[1] != "no"


@pytest.fixture
def reasons(tmp_path):
    def make(*, current, released):
        (tmp_path / "iddr.toml").write_text(CONFIG.format(current='current = "now.csv"' if current else ""))
        (tmp_path / "contract.json").write_text(json.dumps(CONTRACT.document))
        for name in ("train.csv", "test.csv", "now.csv", "model.joblib"):
            (tmp_path / name).write_text("x,late\n0.2,yes\n")
        (tmp_path / ".iddr").mkdir()
        if released:
            kept = Artifact(name="profile_file", uri="objects/0/profile.json", sha256="0" * 64)
            version = Release(
                version=1, image="i", config="c", revision="r", target="process", at="2026", kept=(kept,)
            )
            write_ledger(tmp_path / ".iddr", Ledger(releases=(version,), serving=1))
        config, catalogue = load_config(tmp_path / "iddr.toml")
        plan = make_plan(config, catalogue, leaves_of(config, {}), phases=(Phase.MONITORING,), heavy=True)
        return {item.name: item.not_applicable for item in plan.items}

    return make


def test_without_rows_from_production_nothing_is_monitored(reasons):
    found = reasons(current=False, released=True)
    assert {found[code] for code in ("DR004", "DR005", "DR006")} == {"no [data] current is declared"}


def test_without_a_release_there_is_nothing_that_answers_could_have_shifted_from(reasons):
    found = reasons(current=True, released=False)
    assert "no version is released yet" in found["DR004"]
    assert found["DR005"] == found["DR006"] == ""


def test_without_a_command_only_the_second_model_is_absent(reasons, tmp_path):
    reasons(current=False, released=False)
    config, catalogue = load_config(tmp_path / "iddr.toml")
    leaves = leaves_of(config, {})
    assert "no [model] command" in leaves.absent["training_command"]
    plan = make_plan(config, catalogue, leaves, phases=(Phase.INTEGRATION,), heavy=True)
    found = {item.name: item.not_applicable for item in plan.items}
    assert (found["RP003"], found["MQ012"]) == ("", "")


def test_with_both_all_is_monitored(reasons):
    found = reasons(current=True, released=True)
    assert [found[code] for code in ("DR004", "DR005", "DR006")] == ["", "", ""]


def opened_labelled(folder):
    path = folder / "labelled.csv"
    path.write_text("x,late\n0.2,no\n0.9,yes\n")
    return Dataset.from_file(path, CONTRACT, name="test", target="late")


def test_a_model_from_a_path_cannot_be_trained_again(tmp_path):
    rows = opened_labelled(tmp_path)
    with pytest.raises(NotAudited, match=r"set \[model\] command"):
        retraining.function(rows, "binary-classification", None)


def test_the_model_that_was_trained_again_is_asked_about_the_test_table(tmp_path):
    found = retraining.function(
        opened_labelled(tmp_path), "binary-classification", None, MadeModel(lambda f: f["x"], sha256="8" * 64)
    )
    assert (found.model_sha256, found.predictions.answers.values.tolist()) == ("8" * 64, ["no", "yes"])
