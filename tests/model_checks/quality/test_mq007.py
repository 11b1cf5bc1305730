from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.quality.mq007_groups_alike import mq007
from tests.model_checks.made_predictions import binary, measured, several
from tests.model_checks.made_segments import estimated, judged, made_table, people, refused


def run(frame, predictions, *sensitive, personal=(), **options):
    return list(mq007(made_table(frame, personal=personal), predictions, sensitive, **options))


def rates(first, second, rows=1000):
    """Two groups of so many rows, with these shares of positive answers, half of each truly positive."""
    frame = pd.DataFrame({"sex": ["f"] * rows + ["m"] * rows})
    order = np.concatenate([np.arange(rows) < first * rows, np.arange(rows) < second * rows])
    return frame, binary(np.arange(2 * rows) % 2, order * 0.8 + 0.1)


def test_groups_that_get_the_same_answers_hold():
    frame = people(8000)
    found = [f for f in run(frame, judged(frame), "region") if not f.note]
    assert {f.ok for f in found} == {True}
    assert {f.rule for f in found} == {"share of answers 1", "true 1 rate", "false 1 rate"}
    assert len(found) == 4 * 3


def test_a_refused_group_is_named_with_rates_and_interval():
    frame = people(2000)
    predictions = refused(judged(frame), (frame["region"] == "n").to_numpy())
    found = [f for f in run(frame, predictions, "region", criteria=("equal_opportunity",)) if "is n" in f.where]
    assert found[0].ok is False
    assert found[0].message.startswith("where region is n: true 1 rate is 0.000 on ")
    assert found[0].interval[1] < -0.1
    assert found[0].where == "test: region is n"


def test_two_groups_are_compared_once():
    found = run(*rates(0.5, 0.3), "sex", criteria=("demographic_parity",))
    assert [(f.ok, f.measured) for f in found] == [(False, pytest.approx(0.2))]


def test_the_largest_difference_is_inclusive():
    frame, predictions = rates(0.5, 0.3)
    low, high = run(frame, predictions, "sex", criteria=("demographic_parity",))[0].interval

    def verdict(limit):
        return run(frame, predictions, "sex", criteria=("demographic_parity",), largest_difference=limit)[0].ok

    assert verdict(high) is True
    assert verdict(np.nextafter(high, 0)) is None
    assert verdict(low) is None
    assert verdict(np.nextafter(low, 0)) is False


def test_four_fifths_compares_with_the_highest_rate():
    [finding] = run(*rates(0.5, 0.3), "sex", rule="four-fifths")
    assert (finding.ok, finding.measured) == (False, pytest.approx(0.6))
    assert "sex is m (against sex is f)" in finding.message
    assert run(*rates(0.5, 0.49), "sex", rule="four-fifths")[0].ok is True
    assert run(*rates(0.5, 0.42, 100), "sex", rule="four-fifths")[0].ok is None


def test_the_favourable_answer_may_be_the_negative_one():
    [finding] = run(*rates(0.2, 0.1), "sex", rule="four-fifths", favourable="no")
    assert (finding.ok, finding.rule) == (True, "share of answers 'no'")
    assert "'maybe' is none of the model's classes" in run(*rates(0.2, 0.1), "sex", favourable="maybe")[0].message


def test_few_rows_are_undecided_and_say_how_many_would_decide():
    found = run(*rates(0.5, 0.4, 100), "sex", criteria=("demographic_parity",))
    assert found[0].ok is None
    assert "no number of rows would" in found[0].message
    found = run(*rates(0.5, 0.45, 100), "sex", criteria=("demographic_parity",))
    assert "100 rows of the group cannot decide, about " in found[0].message
    frame = pd.DataFrame({"sex": ["x"] * 10 + ["m"] * 990 + ["f"] * 1000})
    small = run(frame, rates(0.5, 0.5)[1], "sex", criteria=("demographic_parity",))[2]
    assert (small.ok, "10 rows are fewer than the 30" in small.message) == (None, True)


def test_numeric_columns_are_cut_and_missing_values_are_a_group():
    frame = people(4000)
    frame.loc[::9, "age"] = np.nan
    found = run(frame, judged(frame), "age", criteria=("demographic_parity",))
    assert len(found) == 5
    assert found[0].message.startswith("where age from 18 to ")
    assert "where age lacks a value" in found[-1].message


def test_intersections_fail_where_single_columns_hold():
    frame = people(8000)
    frame["sex"] = np.random.default_rng(7).choice(["f", "m"], 8000)
    spoilt = ((frame["region"] == "n") == (frame["sex"] == "f")).to_numpy() & (
        frame["region"].isin(["n", "e"])
    ).to_numpy()
    found = run(frame, refused(judged(frame), spoilt), "region", "sex", criteria=("demographic_parity",))
    assert any(f.ok is False and "region is n and sex is f" in f.message for f in found)
    assert found[-1].message.startswith("of 8 comparisons of groups of two columns")


def test_personal_groups_are_not_shown():
    found = run(*rates(0.5, 0.3), "sex", personal=("sex",))
    assert "sex is in group 1 of 2, by name" in found[0].message


def test_residuals_of_numbers_are_compared():
    frame = people(4000)
    north = (frame["region"] == "n").to_numpy()
    assert {f.ok for f in run(frame, estimated(frame), "region")} == {True}
    found = run(frame, estimated(frame, off=north * 2.0), "region")
    assert [f.ok for f in found][1] is False
    assert "mean residual is" in found[1].message
    assert "a regression has none" in run(frame, estimated(frame), "region", rule="four-fifths")[0].message


def test_every_class_of_several_is_compared():
    frame = pd.DataFrame({"sex": ["f", "m"] * 900})
    found = run(
        frame, several(list("aabbcc") * 300, list("aabbcc") * 300), "sex", criteria=("demographic_parity",)
    )
    assert [f.rule for f in found] == [f"share of answers {c!r}" for c in "abc"]


def test_one_group_alone_is_treated_as_itself():
    frame = pd.DataFrame({"sex": ["f"] * 100})
    [finding] = run(frame, binary([1, 0] * 50, [0.9, 0.1] * 50), "sex")
    assert (finding.ok, finding.message) == (True, "all rows are of one group of sex")


def test_columns_that_are_not_there_or_are_identifiers_are_told():
    frame = people(100)
    assert run(frame, judged(frame), "sex")[0].rule == "sensitive columns are there"
    frame["id"] = [f"k{i}" for i in range(100)]
    assert run(frame, judged(frame), "id")[0].ok is None


def test_answers_that_are_none_fail_and_no_rows_cannot_be_judged():
    frame = people(2)
    assert run(frame, measured([1.0, 2], [1.0, np.nan]), "region")[0].rule == "answers are finite"
    with pytest.raises(NotAudited, match="no rows"):
        run(frame, measured([], []), "region")


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9))
@settings(max_examples=30)
def test_swapping_the_groups_changes_only_the_sign(first, second):
    (frame, one), (_, two) = rates(first, second, 200), rates(second, first, 200)
    a, b = (run(frame, p, "sex", criteria=("demographic_parity",))[0] for p in (one, two))
    assert a.ok is b.ok
    assert a.measured == pytest.approx(-b.measured)
    assert dataclasses.asdict(a)["rule"] == b.rule
