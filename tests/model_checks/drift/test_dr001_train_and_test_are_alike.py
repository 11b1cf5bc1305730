from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.drift.dr001_train_and_test_are_alike import dr001
from model_checks.findings import NotAudited
from tests.model_checks.fake_table import table

ROWS = 400


def numbers(shift=0.0, rows=ROWS, seed=1):
    return np.random.default_rng(seed).normal(shift, 1, rows)


def words(*counts):
    return np.repeat(np.array(["a", "b", "c"], dtype=object)[: len(counts)], counts)


def train(**columns):
    return table("train.csv", **columns)


def test(**columns):
    return table("test.csv", **columns)


test.__test__ = False


def verdicts(findings):
    return [f.ok for f in findings if not f.note]


def test_tables_of_one_distribution_hold_and_say_what_would_have_been_seen():
    [finding] = dr001(train(x=numbers(), w=words(200, 200)), test(x=numbers(seed=2), w=words(190, 210)))
    assert finding.ok is True
    assert finding.message.startswith("2 columns are alike; a distance of 0.1")
    assert "80% of cases" in finding.message


def test_shifted_numbers_fail_in_their_column():
    findings = list(dr001(train(x=numbers(), y=numbers()), test(x=numbers(0.5, seed=2), y=numbers(seed=3))))
    [failure] = [f for f in findings if f.ok is False]
    assert failure.where == "test.csv: x"
    assert failure.measured >= failure.limit == 0.1
    assert 'split = "time"' in failure.fix


def test_shifted_categories_fail():
    [failure] = dr001(train(w=words(200, 200)), test(w=words(100, 300)))
    assert failure.ok is False
    assert "Cramer's V" in failure.message


def test_shifted_truth_values_fail_as_categories():
    first, second = np.repeat([True, False], [200, 200]), np.repeat([True, False], [100, 300])
    [failure] = dr001(train(b=first), test(b=second))
    assert "Cramer's V" in failure.message


def test_share_of_missing_values_is_compared():
    first, second = numbers(), numbers(seed=2)
    second[:100] = np.nan
    [failure] = [f for f in dr001(train(x=first), test(x=second)) if f.ok is False]
    assert failure.rule == "share that lacks a value"
    assert failure.measured == 0.25


def test_column_that_the_test_table_lacks_altogether_fails():
    [failure] = dr001(train(x=numbers()), test(x=np.full(ROWS, np.nan)))
    assert failure.rule == "share that lacks a value"
    assert failure.measured == 1


def test_effect_is_held_against_an_inclusive_limit():
    # 100 of 400 lack a value: a difference of exactly one quarter.
    second = numbers(seed=2)
    second[:100] = np.nan
    tables = train(x=numbers()), test(x=second)
    assert False in verdicts(dr001(*tables, minimum_effect=0.25))
    assert verdicts(dr001(*tables, minimum_effect=0.2501)) == [True]


def test_significant_but_small_shift_is_no_alarm():
    [finding] = dr001(train(x=numbers(rows=20_000)), test(x=numbers(0.1, rows=20_000, seed=2)))
    assert finding.ok is True


def test_large_effect_that_chance_may_explain_is_no_alarm():
    findings = list(dr001(train(x=numbers(rows=30)), test(x=numbers(0.3, rows=30, seed=2)), largest_unseen=1))
    assert verdicts(findings) == [True]


def test_many_columns_of_noise_raise_no_alarm():
    columns = {f"x{n}": numbers(seed=n) for n in range(60)}
    others = {f"x{n}": numbers(seed=1000 + n) for n in range(60)}
    assert verdicts(dr001(train(**columns), test(**others))) == [True]


def test_few_rows_decide_nothing_and_say_how_many_would():
    [finding] = dr001(train(x=numbers(rows=10)), test(x=numbers(rows=5)))
    assert finding.ok is None
    assert finding.fix == "give about 51 rows of train and 26 of test"
    enough = dr001(train(x=numbers(rows=51)), test(x=numbers(rows=26)))
    assert None not in verdicts(enough)


def test_empty_table_decides_nothing():
    [finding] = dr001(train(x=numbers()), test(x=np.array([], dtype=float)))
    assert finding.ok is None
    assert "more rows" in finding.fix


def test_shift_is_expected_and_noted_where_the_split_is_by_time():
    findings = list(dr001(train(x=numbers()), test(x=numbers(0.5, seed=2)), "time"))
    assert verdicts(findings) == [True]
    assert [f.where for f in findings if f.note] == ["test.csv: x"]


def test_column_of_identifiers_cannot_be_decided():
    names = np.array([f"id-{n}" for n in range(ROWS)], dtype=object)
    findings = list(dr001(train(n=names, x=numbers()), test(n=names, x=numbers(seed=2))))
    assert [(f.ok, f.where) for f in findings] == [(None, "test.csv: n"), (True, "test.csv")]


def test_column_that_nobody_fills_cannot_be_decided():
    empty = np.full(ROWS, np.nan)
    [finding] = [f for f in dr001(train(x=empty), test(x=empty)) if f.ok is None]
    assert finding.where == "test.csv: x"


def test_target_is_not_compared():
    tables = [table(n, target="y", x=numbers(seed=s), y=words(*c)) for n, s, c in
              (("train.csv", 1, (200, 200)), ("test.csv", 2, (100, 300)))]  # fmt: skip
    assert verdicts(dr001(*tables)) == [True]


def test_tables_without_features_are_not_audited():
    alone = table(target="y", y=["a"])
    with pytest.raises(NotAudited, match="no feature"):
        list(dr001(alone, alone))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_decides_nothing(seed):
    first, second = numbers(), numbers(0.35, seed=2)
    shuffled = np.random.default_rng(seed).permutation(second)
    assert list(dr001(train(x=first), test(x=second))) == list(dr001(train(x=first), test(x=shuffled)))


def test_inputs_stay_as_they_were():
    first, second = train(x=numbers()), test(x=numbers(0.5))
    before = first.frame.copy()
    list(dr001(first, second))
    pd.testing.assert_frame_equal(first.frame, before)
