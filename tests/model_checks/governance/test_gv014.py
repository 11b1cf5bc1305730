from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.governance.gv014_enough_rows_for_gates import CLASS, WIDTH, gv014
from tests.model_checks.governance.made_tables import dataset, verdicts


def judged(folder, answers, task="binary-classification", rules=None, **more):
    table = dataset(folder, "test", pd.DataFrame({"y": answers}), "y", **({"y": rules} if rules else {}))
    return list(gv014(table, task, **more))


def test_enough_rows_hold_and_say_how_well_the_metric_will_be_known(tmp_path):
    width, smallest = judged(tmp_path, np.repeat([0, 1], [140, 60]))
    assert (width.ok, smallest.ok) == (True, True)
    assert width.message == "on 200 rows roc_auc near 0.8 is known to about +- 0.073, must be +- 0.1 or less"


def test_a_tiny_table_of_five_classes_fails_with_the_rows_needed(tmp_path):
    width, smallest = judged(
        tmp_path, list("YYYYYYYYYYYYYYYYYYXXXXXXXXXXXAAAAABBBCCC"), "multiclass-classification"
    )
    assert (width.ok, width.rule, smallest.ok, smallest.rule) == (False, WIDTH, False, CLASS)
    needed = int(width.message.partition("; about ")[2].partition(" rows")[0])
    assert 60 < needed < 200
    assert f"about {needed} rows" in width.fix
    assert "the smallest class, 'B', has 3 of 40 rows" in smallest.message


def test_the_rows_that_are_asked_for_are_enough_and_one_less_is_not(tmp_path):
    [short, _] = judged(tmp_path, [0, 1] * 20, metric="accuracy")
    needed = int(short.message.partition("; about ")[2].partition(" rows")[0])
    assert judged(tmp_path, ([0, 1] * needed)[:needed], metric="accuracy")[0].ok is True
    assert judged(tmp_path, ([0, 1] * needed)[: needed - 1], metric="accuracy")[0].ok is False


def test_the_margin_is_inclusive(tmp_path):
    [width, _] = judged(tmp_path, [0, 1] * 50)
    assert judged(tmp_path, [0, 1] * 50, margin=width.measured)[0].ok is True
    assert judged(tmp_path, [0, 1] * 50, margin=width.measured - 1e-9)[0].ok is False


def test_numbers_are_judged_by_r2_where_it_is_widest(tmp_path):
    [few] = judged(tmp_path, np.arange(100.0), "regression")
    assert few.ok is False
    assert "about 228 rows of the same mixture are needed" in few.message
    assert verdicts(judged(tmp_path, np.arange(228.0), "regression")) == [True]
    assert verdicts(judged(tmp_path, np.arange(100.0), "regression", expected=0.9)) == [True]


def test_the_positive_class_counts(tmp_path):
    answers = np.repeat([0, 1, 2], [100, 60, 40])
    widths = [judged(tmp_path, answers, positive=label)[0].measured for label in (0, 2)]
    assert widths[0] < widths[1]
    assert judged(tmp_path, answers, positive=7)[0].ok is False


def test_a_class_that_only_the_contract_knows_has_no_rows(tmp_path):
    width, smallest = judged(
        tmp_path, ["a", "b"] * 100, "multiclass-classification", {"type": "string", "enum": ["a", "b", "c"]}
    )
    assert (width.ok, smallest.ok) == (False, False)
    assert "cannot be told" in width.message
    assert "'c', has 0 of 200 rows" in smallest.message


def test_rows_without_an_answer_do_not_count_and_none_cannot_be_looked_at(tmp_path):
    [width, _] = judged(tmp_path, [0.0, 1.0, np.nan] * 50)
    assert "on 100 rows" in width.message
    with pytest.raises(NotAudited, match="no row with an answer"):
        judged(tmp_path, [np.nan, np.nan])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(5, 200), st.integers(5, 200))
def test_twice_the_rows_are_never_known_worse(tmp_path, zeros, ones):
    once, twice = (judged(tmp_path, np.repeat([0, 1], [k * zeros, k * ones]))[0].measured for k in (1, 2))
    assert twice < once
