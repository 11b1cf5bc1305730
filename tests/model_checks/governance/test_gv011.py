from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris

from model_checks.findings import NotAudited
from model_checks.governance.gv011_no_feature_gives_target_away import ALONE, LACKING, NAMES, SUM, gv011
from tests.model_checks.governance.made_tables import dataset, verdicts


def frame(rows=600, seed=1):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=rows)
    y = (x + draw.normal(size=rows) > 0).astype(int)
    return pd.DataFrame({"x": x, "z": draw.normal(size=rows), "w": draw.choice(["a", "b", "c"], rows), "y": y})


def judged(folder, table, task="binary-classification", **more):
    return list(gv011(dataset(folder, "train", table, "y"), task, **more))


def failures(findings):
    return [(f.rule, f.where.partition(": ")[2]) for f in findings if f.ok is False]


def test_a_feature_that_foretells_much_holds(tmp_path):
    [finding] = judged(tmp_path, frame())
    assert finding.ok is True
    assert "3 features were judged on all rows; x foretells most" in finding.message
    assert 0.2 < finding.measured < 0.8


@pytest.mark.parametrize("data", [load_breast_cancer(as_frame=True), load_iris(as_frame=True)])
def test_strong_features_of_real_tables_hold(tmp_path, data):
    table = data.frame.rename(columns={"target": "y"})
    assert False not in verdicts(judged(tmp_path, table, None))


@pytest.mark.parametrize(
    "leak",
    [
        lambda y: y * 3.0 + 1,
        lambda y: np.where(y == 1, "yes", "no"),
        lambda y: np.where(y == 1, 0.5, -0.5) + np.linspace(0, 0.1, len(y)),
    ],
)
def test_a_copy_of_the_answer_fails_under_any_name(tmp_path, leak):
    table = frame(3000)
    assert failures(judged(tmp_path, table.assign(leak=leak(table["y"])))) == [(ALONE, "leak")]


def test_a_monotone_copy_of_a_number_fails(tmp_path):
    table = frame()
    table["y"] = table["x"] + np.random.default_rng(2).normal(size=600)
    found = judged(tmp_path, table.assign(leak=np.exp(table["y"] * 3)), "regression")
    assert failures(found) == [(ALONE, "leak")]


def test_an_exact_rule_on_few_rows_is_asked_about_and_may_be_known(tmp_path):
    table = frame(160).assign(x=lambda t: t["x"] + np.sign(t["x"]), y=lambda t: (t["x"] > 0).astype(int))
    [finding] = judged(tmp_path, table)
    assert (finding.ok, finding.rule) == (None, ALONE)
    assert "is it known before the answer is, or made from it?" in finding.message
    assert verdicts(judged(tmp_path, table, known_before=("x",))) == [True]


def test_one_class_of_several_that_a_feature_decides_is_asked_about(tmp_path):
    table = frame(3000)
    table["y"] = np.where(table["x"] > 0.5, "deep", table["y"].map({0: "low", 1: "high"}))
    [finding] = judged(tmp_path, table, "multiclass-classification")
    assert finding.ok is None
    assert "which rows are 'deep'" in finding.message


def test_a_lacking_value_that_tells_fails(tmp_path):
    table = frame(3000)
    closed = np.where(table["y"] == 1, np.random.default_rng(3).normal(size=3000), np.nan)
    found = judged(tmp_path, table.assign(closed=closed))
    assert failures(found) == [(LACKING, "closed")]


def test_a_sum_of_features_fails_with_its_formula(tmp_path):
    table = frame().assign(y=lambda t: 2 * t["x"] - t["z"] + 7)
    [failure] = [f for f in judged(tmp_path, table, "regression") if f.ok is False]
    assert failure.rule == SUM
    assert failure.message.startswith("y = 2 x - z + 7 explains 1.000000")
    assert verdicts(judged(tmp_path, table, "regression", known_before=("z",))) == [True]


def test_a_noisy_sum_holds(tmp_path):
    table = frame().assign(y=lambda t: t["x"] + t["z"] + 0.1 * np.random.default_rng(4).normal(size=len(t)))
    assert verdicts(judged(tmp_path, table, "regression")) == [True]


def test_names_of_rows_fail_and_counters_sentences_and_moments_do_not(tmp_path):
    table = frame(300)
    table["key"] = [f"K-{n * 7919 % 100_003}" for n in range(300)]
    table["index"] = np.arange(300)
    table["said"] = [f"they said {n} things" for n in range(300)]
    table["at"] = [f"2026-01-01T00:{n // 60:02}:{n % 60:02}" for n in range(300)]
    assert failures(judged(tmp_path, table)) == [(NAMES, "key")]
    notes = [f for f in judged(tmp_path, table) if f.note]
    assert any(f.where.endswith("index") and "GV009" in f.message for f in notes)


def test_many_levels_that_new_rows_do_not_share_tell_nothing(tmp_path):
    table = frame().assign(code=[f"two words {n // 2}" for n in range(600)])
    assert verdicts(judged(tmp_path, table)) == [True]


def test_certainty_is_held_against_the_lower_end_of_the_interval(tmp_path):
    table = frame(3000)
    leak = table["y"].where(np.random.default_rng(5).random(3000) > 0.01, 1 - table["y"])
    table = table.assign(leak=leak * 1.0)
    [finding] = judged(tmp_path, table)
    low = finding.interval[0]
    assert finding.ok is True
    assert failures(judged(tmp_path, table, certainty=low)) == [(ALONE, "leak")]
    assert failures(judged(tmp_path, table, certainty=low + 1e-9)) == []


def test_one_answer_alone_decides_nothing_and_none_cannot_be_looked_at(tmp_path):
    assert verdicts(judged(tmp_path, frame().assign(y=1))) == [None]
    with pytest.raises(NotAudited, match="no row with an answer"):
        judged(tmp_path, frame().assign(y=np.nan), "regression")
    with pytest.raises(NotAudited, match="no target"):
        list(gv011(dataset(tmp_path, "t", frame())))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1000))
def test_noise_gives_nothing_away(tmp_path, seed):
    draw = np.random.default_rng(seed)
    table = pd.DataFrame({f"x{i}": draw.normal(size=200) for i in range(5)} | {"y": draw.integers(0, 2, 200)})
    assert verdicts(judged(tmp_path, table)) == [True]
