from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.governance.gv015_classes_and_groups_are_represented import CLASSES, GROUPS, LEVELS, POWER, gv015
from tests.model_checks.governance.made_tables import dataset, verdicts


def people(women, men, rate=0.5):
    rows = [(sex, int(n < rate * count)) for sex, count in (("f", women), ("m", men)) for n in range(count)]
    return pd.DataFrame(rows, columns=["sex", "y"])


def judged(folder, train, test=None, task="binary-classification", **more):
    rules = more.pop("rules", {})
    tables = [dataset(folder, n, t, "y", **rules) for n, t in (("train", train), ("test", test)) if t is not None]
    sensitive = more.pop("sensitive", ("sex",))
    return list(gv015(tables[0], tables[1] if len(tables) > 1 else None, task, 1, sensitive, **more))


def of(rule, findings):
    return next(f for f in findings if f.rule == rule)


def test_enough_of_every_class_and_group_holds(tmp_path):
    assert verdicts(judged(tmp_path, people(40, 60))) == [True, True, True]


def test_a_rare_class_fails_exactly_below_the_limit(tmp_path):
    table = people(40, 60)
    rare = pd.concat([table, pd.DataFrame({"sex": "f", "y": [2] * 19})])
    finding = of(CLASSES, judged(tmp_path, rare, task="multiclass-classification"))
    assert (finding.ok, finding.measured) == (False, 19)
    assert "too few of '2'" not in finding.message
    assert "too few of 2: 19" in finding.message
    assert of(CLASSES, judged(tmp_path, rare, task="multiclass-classification", fewest=19)).ok is True


def test_a_class_that_only_test_or_the_contract_has_fails(tmp_path):
    test = pd.DataFrame({"sex": ["f"], "y": [7]})
    assert "7: 0" in of(CLASSES, judged(tmp_path, people(40, 60), test)).message
    found = judged(tmp_path, people(40, 60), rules={"y": {"enum": [0, 1, 3, None]}})
    assert "3: 0" in of(CLASSES, found).message


def test_a_small_group_and_one_of_few_positives_fail(tmp_path):
    finding = of(GROUPS, judged(tmp_path, people(19, 60, 0.9)))
    assert (finding.ok, finding.measured) == (False, 19)
    assert "too few of 'f': 19 (18 positive)" in finding.message
    finding = of(GROUPS, judged(tmp_path, people(40, 60, 0.2)))
    assert "'f': 40 (8 positive)" in finding.message


def test_what_decides_is_what_is_measured(tmp_path):
    rows = of(GROUPS, judged(tmp_path, people(12, 60)))
    positives = of(GROUPS, judged(tmp_path, people(40, 60, rate=0.05)))
    assert (rows.measured, rows.limit, rows.unit) == (12, 20, " rows")
    assert (positives.measured, positives.limit, positives.unit) == (2, 10, " positive rows")


def test_small_pairs_of_groups_are_noted(tmp_path):
    table = people(40, 60).assign(region=["n"] * 10 + ["s"] * 90)
    [note] = [f for f in judged(tmp_path, table, sensitive=("sex", "region"), fewest=10) if f.note] or [None]
    assert note is None
    notes = [f for f in judged(tmp_path, table, sensitive=("sex", "region"), fewest=11) if f.note]
    assert "1 of 3 pairs of groups have less than 11 rows: sex and region 'f' and 'n': 10" in notes[0].message


def test_test_groups_need_rows_for_a_difference_and_the_number_is_said(tmp_path):
    short = of(POWER, judged(tmp_path, people(400, 400), people(30, 400)))
    assert short.ok is False
    needed = int(short.message.partition("30 of ")[2])
    assert of(POWER, judged(tmp_path, people(400, 400), people(needed, 400))).ok is True
    assert of(POWER, judged(tmp_path, people(400, 400), people(needed - 1, 400))).ok is False


def test_numbers_are_cut_into_quarters_of_the_training_table(tmp_path):
    table = people(100, 100).assign(age=np.arange(200) / 2 + 20.5)
    finding = next(f for f in judged(tmp_path, table, sensitive=("age",)) if f.rule == GROUPS)
    assert finding.message.startswith("the smallest of 4 groups has 50 rows")


def test_a_level_that_the_contract_lists_and_no_row_has_fails(tmp_path):
    finding = of(LEVELS, judged(tmp_path, people(40, 60), rules={"sex": {"enum": ["f", "m", "x", None]}}))
    assert (finding.ok, finding.measured) == (False, 1)
    assert finding.message == "the contract allows 'x', which no row has"


def test_personal_levels_are_masked(tmp_path):
    rules = {"sex": {"enum": ["f", "m", "other", None], "x-personal": True}}
    found = judged(tmp_path, people(19, 60), rules=rules)
    assert all("other'" not in f.message and "'f'" not in f.message for f in found)


def test_a_range_that_is_mostly_empty_is_noted(tmp_path):
    table = people(40, 60).assign(age=np.linspace(20, 60, 100))
    limits = {"type": "number", "minimum": 0, "maximum": 100}
    assert not [f for f in judged(tmp_path, table, rules={"age": limits}) if f.note]
    notes = [f for f in judged(tmp_path, table, rules={"age": limits | {"maximum": 400}}) if f.note]
    assert "age 10 %" in notes[0].message or "age 20 %" in notes[0].message


def test_numbers_as_answers_have_no_classes(tmp_path):
    table = people(40, 60).assign(y=np.linspace(0, 1, 100))
    rules = [f.rule for f in gv015(dataset(tmp_path, "train", table, "y"), None, "regression", None, ("sex",))]
    assert rules == [GROUPS, LEVELS]


def test_lacking_answers_and_groups_do_not_count_and_none_cannot_be_looked_at(tmp_path):
    table = people(40, 60).assign(y=lambda t: t["y"].astype(float))
    table.loc[:25, "y"] = np.nan
    assert of(GROUPS, judged(tmp_path, table)).measured == 14
    with pytest.raises(NotAudited, match="no row with an answer"):
        judged(tmp_path, table.assign(y=np.nan))
    with pytest.raises(NotAudited, match="no sensitive column 'race'"):
        judged(tmp_path, people(40, 60), sensitive=("race",))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 60), st.integers(1, 60))
def test_the_smallest_group_is_measured(tmp_path, women, men):
    assert of(GROUPS, judged(tmp_path, people(women, men, 1))).measured == min(women, men)
