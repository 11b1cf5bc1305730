from __future__ import annotations

import pytest

from ci_steps.config import load_config
from ci_steps.leaves import leaves_of
from ci_steps.steps import Refused
from model_checks.counterexamples import CounterExample, text_of
from tests.ci_steps.test_config import GOOD


@pytest.fixture
def repository(tmp_path):
    for name in ("c.json", "t.csv", "l.txt", "train.py"):
        (tmp_path / name).write_text("x")
    (tmp_path / "iddr.toml").write_text(GOOD)
    return tmp_path


def sources_of(repository):
    config, _ = load_config(repository / "iddr.toml")
    return leaves_of(config, {}).given["sources"].recipe()


def test_a_changed_training_script_changes_the_sources(repository):
    before = sources_of(repository)
    (repository / "train.py").write_text("y")
    assert sources_of(repository) != before


def test_configuration_and_baseline_are_no_sources_of_a_training(repository):
    before = sources_of(repository)
    (repository / "iddr.toml").write_text(GOOD + "[checks.MQ001]\nminimum = 0.9\n")
    (repository / "iddr.baseline.json").write_text("{}")
    assert sources_of(repository) == before


def test_rows_that_failed_before_come_from_the_repository_and_from_earlier_runs(repository):
    def kept():
        config, _ = load_config(repository / "iddr.toml")
        leaves = leaves_of(config, {})
        leaf = leaves.given.get("counterexamples")
        return (leaf and leaf.value(), leaf and leaf.recipe(), leaves.absent.get("counterexamples"))

    assert kept() == (None, None, "there is no counterexamples.json")
    before = sources_of(repository)
    one, two = (CounterExample(check="MQ010", rule="r", row={"x": n}) for n in (1, 2))
    (repository / "counterexamples.json").write_text(text_of([one]))
    found, recipe, _ = kept()
    assert found == (one,)
    assert sources_of(repository) == before
    (repository / ".iddr").mkdir(exist_ok=True)
    (repository / ".iddr" / "counterexamples.json").write_text(text_of([one]))
    assert kept()[1] == recipe
    (repository / ".iddr" / "counterexamples.json").write_text(text_of([two, one]))
    assert kept()[0] == (one, two)
    assert kept()[1] != recipe
    (repository / "counterexamples.json").write_text("[]")
    with pytest.raises(Refused, match="mend the file, or remove it"):
        kept()


def test_new_rows_from_production_and_erasures_train_nothing_anew(repository):
    declared = GOOD.replace("[data]\n", '[data]\ncurrent = "now.csv"\nerasure_list = "erased.txt"\n')
    assert declared != GOOD
    (repository / "iddr.toml").write_text(declared)
    for text in ("x", "y"):
        (repository / "now.csv").write_text(text)
        (repository / "erased.txt").write_text(text)
        if text == "x":
            before = sources_of(repository)
    assert sources_of(repository) == before
