from __future__ import annotations

import dataclasses

import pytest

from ci_steps.catalogue import Catalogue, load_catalogue
from ci_steps.leaves import Leaf, Leaves, leaves_of
from ci_steps.plan import Graph, make_plan
from model_checks.checks import BLOCK, TASKS, Phase, check
from model_checks.findings import Finding
from tests.ci_steps.small import a_config


@check("judges numbers", phases=Phase.INTEGRATION, levels=(BLOCK,) * 3, tasks=("regression",))
def xx001():
    yield Finding.said("looked")


@check("judges all", phases=Phase.INTEGRATION, levels=(BLOCK,) * 3)
def xx002():
    yield Finding.said("looked")


def planned(root, **model):
    config = dataclasses.replace(a_config(root), model={"name": "m", **model})
    catalogue = Catalogue(checks={"XX001": xx001, "XX002": xx002}, steps={}, providers={})
    plan = make_plan(config, catalogue, Leaves(given={}, absent={}), phases=(Phase.INTEGRATION,), heavy=True)
    return {item.name: item.not_applicable for item in plan.items}


@pytest.mark.parametrize("task", TASKS)
def test_a_check_of_other_tasks_does_not_apply_and_says_why(tmp_path, task):
    found = planned(tmp_path, task=task)
    assert found["XX002"] == ""
    assert (found["XX001"] == "") is (task == "regression")
    if task != "regression":
        assert found["XX001"] == f"it judges regression; the model's task is {task}"


def test_a_check_of_what_is_declared_applies_where_something_is(tmp_path):
    config = dataclasses.replace(a_config(tmp_path), model={"name": "m", "task": "regression"})
    catalogue = load_catalogue()
    given = dict.fromkeys(("model", "test"), Leaf(lambda: 1, lambda: "1"))
    relation = {"name": "a", "change": {"x": "+1"}, "answer": "same"}
    for declared, reason in (
        ({}, "no [[checks.MQ009.relations]] are declared, no examples either"),
        ({"relations": [], "rows": 5}, "no [[checks.MQ009.relations]] are declared, no examples either"),
        ({"relations": [relation]}, ""),
        ({"examples": [{"name": "a", "row": {"x": 1}, "answer": 1}]}, ""),
    ):
        asked = dataclasses.replace(config, options=config.options | {"checks": {"MQ009": declared}})
        graph = Graph(asked, catalogue, Leaves(given=given, absent={}))
        assert graph.why_not(catalogue.checks["MQ009"]) == reason


def test_a_model_of_unknown_task_is_judged_by_every_check(tmp_path):
    assert planned(tmp_path) == {"XX001": "", "XX002": ""}


def test_the_champion_is_absent_until_a_model_is_released(tmp_path):
    config = a_config(tmp_path)
    config = dataclasses.replace(
        config, model={"name": "m", "task": "regression", "artifact": "a"},
        data={"target": "y", "train": "a.csv", "test": "b.csv", "contract": "c.json"},
    )  # fmt: skip
    graph = Graph(config, load_catalogue(), leaves_of(config, {}))
    assert graph.why_not(graph.catalogue.checks["MQ002"]) == "no version is released yet"


def test_the_training_table_is_asked_as_the_test_table_is():
    providers = load_catalogue().providers
    asked, train = providers["predictions"].inputs, providers["train_predictions"].inputs
    assert [i.name.replace("train", "test") for i in train] == [i.name for i in asked]
