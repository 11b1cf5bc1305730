from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.drift.dr001_train_and_test_are_alike import dr001
from model_checks.findings import NotAudited
from tests.model_checks.profiled import profiled

ROWS = 400


def numbers(shift=0.0, rows=ROWS, seed=1):
    return np.random.default_rng(seed).normal(shift, 1, rows)


def words(*counts):
    return np.repeat(np.array(["a", "b", "c"], dtype=object)[: len(counts)], counts)


def judged(first, second, split="random", *, target=None, personal=(), **options):
    train = profiled("train.csv", target=target, personal=personal, **first)
    test = profiled("test.csv", target=target, personal=personal, like=train, **second)
    return list(dr001(train, test, split, **options))


def verdicts(findings):
    return [f.ok for f in findings if not f.note]


def test_tables_of_one_distribution_hold_and_say_what_would_have_been_seen():
    [finding] = judged({"x": numbers(), "w": words(200, 200)}, {"x": numbers(seed=2), "w": words(190, 210)})
    assert finding.ok is True
    assert finding.message.startswith("2 columns are alike; a distance of 0.1")
    assert "80% of cases" in finding.message


def test_shifted_numbers_fail_in_their_column():
    findings = judged({"x": numbers(), "y": numbers()}, {"x": numbers(0.5, seed=2), "y": numbers(seed=3)})
    [failure] = [f for f in findings if f.ok is False]
    assert failure.where == "test.csv: x"
    assert failure.measured >= failure.limit == 0.03
    assert 'split = "time"' in failure.fix


def test_shifted_categories_fail():
    [failure] = judged({"w": words(200, 200)}, {"w": words(100, 300)})
    assert failure.ok is False
    assert "Cramer's V" in failure.message


def test_shifted_truth_values_fail_as_categories():
    first, second = np.repeat([True, False], [200, 200]), np.repeat([True, False], [100, 300])
    [failure] = judged({"b": first}, {"b": second})
    assert "Cramer's V" in failure.message


def test_new_categories_are_named_with_their_rows():
    [failure] = judged({"w": words(200, 200)}, {"w": words(150, 150, 100)})
    assert failure.ok is False
    assert "new: 'c' (100 rows)" in failure.message


def test_new_category_of_a_personal_column_shows_its_shape_alone():
    second = np.array(["a"] * 150 + ["b"] * 150 + ["Smith"] * 100, dtype=object)
    [failure] = judged({"w": words(200, 200)}, {"w": second}, personal=("w",))
    assert "'Xxxxx'" in failure.message
    assert "Smith" not in failure.message + failure.fix


def test_rare_new_category_is_named_without_an_alarm():
    note, verdict = judged({"w": words(200, 200)}, {"w": words(199, 199, 2)})
    assert (note.note, verdict.ok) == (True, True)
    assert "'c' (2 rows)" in note.message


def test_share_of_missing_values_is_compared():
    first, second = numbers(), numbers(seed=2)
    second[:100] = np.nan
    [failure] = [f for f in judged({"x": first}, {"x": second}) if f.ok is False]
    assert failure.rule == "share that lacks a value"
    assert failure.measured == 0.25


def test_column_that_the_test_table_lacks_altogether_fails():
    for second in ({"x": np.full(ROWS, np.nan), "y": numbers()}, {"y": numbers()}):
        [failure] = [f for f in judged({"x": numbers(), "y": numbers()}, second) if f.ok is False]
        assert failure.where == "test.csv: x"
        assert failure.rule == "share that lacks a value"
        assert failure.measured == 1


def test_effect_is_held_against_an_inclusive_limit():
    # 100 of 400 lack a value: a difference of exactly one quarter.
    second = numbers(seed=2)
    second[:100] = np.nan
    tables = {"x": numbers()}, {"x": second}
    assert False in verdicts(judged(*tables, minimum_effect=0.25))
    assert verdicts(judged(*tables, minimum_effect=0.2501)) == [True]


def test_significant_but_small_shift_is_no_alarm():
    tables = {"x": numbers(rows=200_000)}, {"x": numbers(0.05, rows=200_000, seed=2)}
    [finding] = judged(*tables)
    assert finding.ok is True
    assert False in verdicts(judged(*tables, minimum_effect=0.01))


def test_large_effect_that_chance_may_explain_is_no_alarm():
    findings = judged({"x": numbers(rows=30)}, {"x": numbers(0.3, rows=30, seed=2)}, largest_unseen=1)
    assert verdicts(findings) == [True]


def test_many_columns_of_noise_raise_no_alarm():
    columns = {f"x{n}": numbers(seed=n) for n in range(60)}
    others = {f"x{n}": numbers(seed=1000 + n) for n in range(60)}
    assert verdicts(judged(columns, others)) == [True]


def test_few_rows_decide_nothing_and_say_how_many_would():
    [finding] = judged({"x": numbers(rows=10)}, {"x": numbers(rows=5)})
    assert finding.ok is None
    assert finding.fix == "give about 51 rows of train.csv and 26 of test.csv"
    enough = judged({"x": numbers(rows=51)}, {"x": numbers(rows=26)})
    assert None not in verdicts(enough)


def test_empty_table_decides_nothing():
    train = profiled("train.csv", x=numbers())
    empty = {
        n: replace(c, rows=0, missing=0, unread=0, counts=(0,) * len(c.counts)) for n, c in train.columns.items()
    }
    [finding] = dr001(train, replace(train, table="test.csv", rows=0, columns=empty))
    assert finding.ok is None
    assert "more rows" in finding.fix


@pytest.mark.parametrize("split", ["time", "group"])
def test_shift_is_expected_and_noted_where_the_split_implies_it(split):
    findings = judged({"x": numbers()}, {"x": numbers(0.5, seed=2)}, split)
    assert verdicts(findings) == [True]
    assert f"the split is by {split}" in findings[-1].message
    assert [f.where for f in findings if f.note] == ["test.csv: x"]


def test_column_of_identifiers_is_not_compared_and_said_so():
    names = np.array([f"id-{n}" for n in range(ROWS)], dtype=object)
    findings = judged({"n": names, "x": numbers()}, {"n": names, "x": numbers(seed=2)})
    assert [(f.ok, f.note, f.where) for f in findings] == [(True, True, "test.csv: n"), (True, False, "test.csv")]
    assert "identifiers" in findings[0].message


def test_column_that_nobody_fills_is_said_to_be_empty():
    empty = np.full(ROWS, np.nan)
    findings = judged({"x": empty, "y": numbers()}, {"x": empty, "y": numbers()})
    [note] = [f for f in findings if f.note]
    assert (note.where, note.message) == ("test.csv: x", "not compared: nobody fills it")


def test_nothing_that_can_be_compared_decides_nothing():
    names = np.array([f"id-{n}" for n in range(ROWS)], dtype=object)
    findings = judged({"n": names}, {"n": names})
    assert verdicts(findings) == [None]


def test_target_is_not_compared():
    first, second = {"x": numbers(), "y": words(200, 200)}, {"x": numbers(seed=2), "y": words(100, 300)}
    assert verdicts(judged(first, second, target="y")) == [True]


def test_column_that_the_contract_does_not_know_is_not_compared():
    from model_checks.contract.dialect import Contract

    rules = Contract.parse({"type": "object", "properties": {"x": {"type": "number"}}})
    train = profiled("train.csv", rules=rules, x=numbers(), w=words(200, 200))
    test = profiled("test.csv", like=train, rules=rules, x=numbers(seed=2), w=words(100, 300))
    assert verdicts(dr001(train, test)) == [True]


def test_tables_without_features_are_not_audited():
    alone = profiled("t.csv", target="y", y=words(200, 200))
    with pytest.raises(NotAudited, match="no feature"):
        list(dr001(alone, alone))


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_decides_nothing(seed):
    first, second = numbers(), numbers(0.35, seed=2)
    shuffled = np.random.default_rng(seed).permutation(second)
    assert judged({"x": first}, {"x": second}) == judged({"x": first}, {"x": shuffled})


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_largest_effects_are_there_to_be_drawn(shift):
    findings = judged({"x": numbers(), "y": numbers()}, {"x": numbers(seed=2), "y": numbers(shift, seed=3)})
    drawn = findings[0].series
    assert sorted(drawn.labels) == ["x", "y"]
    assert drawn.y == tuple(sorted(drawn.y, reverse=True))
    assert drawn.limit == 0.03
    assert (drawn.labels[0] == "y" and drawn.y[0] > 0.1) or not shift
    assert not any(f.series for f in findings[1:])
