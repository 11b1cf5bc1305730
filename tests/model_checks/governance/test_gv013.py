from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits

from model_checks.findings import NotAudited
from model_checks.governance.gv013_labels_are_consistent import CONFLICTS, FAULTS, gv013
from tests.model_checks.governance.made_tables import dataset, verdicts


def frame(rows=1500, seed=1, noise=0.0):
    draw = np.random.default_rng(seed)
    x, z = draw.normal(size=rows), draw.normal(size=rows)
    y = (x + z > 0).astype(int) ^ (draw.random(rows) < noise)
    return pd.DataFrame({"x": x, "z": z, "y": y.astype(int)})


def judged(folder, table, task="binary-classification", **more):
    return list(gv013(dataset(folder, "train", table, "y"), task, **more))


def test_clean_labels_hold_and_the_reach_is_said(tmp_path):
    conflicts, faults = judged(tmp_path, frame())
    assert (conflicts.ok, faults.ok) == (True, True)
    assert conflicts.message == "no two rows are equal"
    assert "of wrong labels would have been found" in faults.message


def test_planted_faults_are_found_and_most_suspects_are_wrong(tmp_path):
    clean, table = frame(4000), frame(4000, noise=0.1)
    wrong = set((np.flatnonzero(clean["y"] != table["y"]) + 1).tolist())
    *_, finding = judged(tmp_path, table)
    assert (finding.ok, finding.rule) == (False, FAULTS)
    assert 0.05 < finding.measured < 0.15
    listed = finding.message.partition("surest in row ")[2].removesuffix(" and others").split(", ")
    assert len({int(row) for row in listed} & wrong) >= 4


@pytest.mark.parametrize("load", [load_breast_cancer, load_digits])
def test_real_tables_are_clean_until_a_tenth_of_the_labels_is_changed(tmp_path, load):
    data = load(as_frame=True).frame.rename(columns={"target": "y"})
    assert verdicts(judged(tmp_path, data, None)) == [True, True]
    draw, classes = np.random.default_rng(2), data["y"].nunique()
    moved = draw.integers(1, classes, len(data)) * (draw.random(len(data)) < 0.1)
    assert verdicts(judged(tmp_path, data.assign(y=(data["y"] + moved) % classes), None)) == [True, False]


def test_hard_rows_and_labels_that_nothing_tells_raise_no_alarm(tmp_path):
    draw = np.random.default_rng(3)
    hard = frame().assign(y=lambda t: (draw.random(len(t)) < 1 / (1 + np.exp(-2 * t["x"]))).astype(int))
    assert verdicts(judged(tmp_path, hard)) == [True, True]
    *_, finding = judged(tmp_path, frame().assign(y=draw.integers(0, 2, 1500)))
    assert finding.ok is True
    assert "too little of the answer" in finding.message


def test_equal_rows_with_different_answers_fail(tmp_path):
    table = frame()
    table = pd.concat([table, table[:60].assign(y=1 - table["y"][:60])])
    finding, _ = judged(tmp_path, table)
    assert (finding.ok, finding.rule) == (False, CONFLICTS)
    assert finding.measured == 120 / 1560
    assert "120 rows (7.7 %) in 60 groups" in finding.message
    assert "begin in row 1, 2, 3, 4, 5 and others" in finding.message


def test_the_share_of_conflicts_is_held_against_an_inclusive_limit(tmp_path):
    table = frame()
    table = pd.concat([table, table[:60].assign(y=1 - table["y"][:60])])
    assert judged(tmp_path, table, most_conflicting=120 / 1560)[0].ok is True
    assert judged(tmp_path, table, most_conflicting=120 / 1560 - 1e-9)[0].ok is False


def test_answers_that_differ_by_noise_among_few_different_rows_hold(tmp_path):
    draw = np.random.default_rng(4)
    a, b = draw.integers(0, 4, 3000), draw.integers(0, 5, 3000)
    table = pd.DataFrame({"a": a, "b": b, "y": (draw.random(3000) < (a + b) / 8).astype(int)})
    finding, _ = judged(tmp_path, table)
    assert finding.ok is True
    assert finding.measured > 0.5
    assert "by noise" in finding.message


def test_numbers_far_apart_for_equal_rows_fail_and_near_ones_hold(tmp_path):
    draw = np.random.default_rng(5)
    table = frame().assign(y=lambda t: t["x"] + t["z"] + 0.1 * draw.normal(size=len(t)))
    near = pd.concat([table, table[:60].assign(y=table["y"][:60] + 0.05)])
    assert verdicts(judged(tmp_path, near, "regression")) == [True]
    far = pd.concat([table, table[:60].assign(y=table["y"][:60] + 5)])
    [finding] = judged(tmp_path, far, "regression")
    assert (finding.ok, finding.rule) == (False, CONFLICTS)


def test_rows_without_an_answer_are_left_out(tmp_path):
    table = frame().assign(y=lambda t: t["y"].astype(float))
    table.loc[:99, "y"] = np.nan
    assert verdicts(judged(tmp_path, table)) == [True, True]


def test_few_rows_or_one_answer_decide_nothing_and_none_cannot_be_looked_at(tmp_path):
    [finding] = judged(tmp_path, frame(99))
    assert finding.ok is None
    assert "at least 100 rows" in finding.fix
    assert verdicts(judged(tmp_path, frame().assign(y=1))) == [None]
    with pytest.raises(NotAudited):
        judged(tmp_path, frame()[["y"]])


def test_a_large_table_is_judged_by_a_sample_that_is_told(tmp_path):
    *_, finding = judged(tmp_path, frame(4000), rows=1000)
    assert finding.ok is True
    assert "of 4,000 rows" in finding.message


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1000))
def test_clean_labels_raise_no_alarm(tmp_path, seed):
    assert False not in verdicts(judged(tmp_path, frame(300, seed)))
