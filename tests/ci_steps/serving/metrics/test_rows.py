from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ci_steps.serving.engine import Answered
from ci_steps.serving.metrics.reference import read_bins
from ci_steps.serving.metrics.rows import HELD, RowCounts
from ci_steps.serving.metrics.stability import stability_index
from model_checks.contract.dialect import Contract
from model_checks.profiling.documents import json_of
from tests.model_checks.profiled import profiled

DRAW = np.random.default_rng(3)
ROWS = 2000
TABLE = {
    "age": DRAW.integers(18, 90, ROWS),
    "income": DRAW.normal(1000, 300, ROWS),
    "housing": DRAW.choice(["own", "rent", "free"], ROWS, p=[0.5, 0.3, 0.2]),
    "employed": DRAW.random(ROWS) < 0.4,
}
CONTRACT = Contract.parse(
    {
        "type": "object",
        "properties": {
            "age": {"type": "integer", "minimum": 18},
            "income": {"type": ["number", "null"]},
            "housing": {"type": "string"},
            "employed": {"type": "boolean"},
        },
        "required": ["age"],
    }
)


@pytest.fixture(scope="module")
def bins(tmp_path_factory):
    """Return the bins of a profile that the kit's own scan made."""
    file = tmp_path_factory.mktemp("profile") / "profile.json"
    made = profiled("train.csv", target="y", y=np.repeat(["no", "yes"], ROWS // 2), **TABLE)
    file.write_text(json_of(made), "utf-8")
    return read_bins(file)


def counts_of(bins, classes=("no", "yes"), target="y"):
    return RowCounts(CONTRACT, classes, bins, target, None)


def found(counts):
    return {(family.name.removeprefix("iddr_"), *values): number for family, values, number in counts.samples()}


def columns(rows):
    return {name: [row.get(name) for row in rows] for name in CONTRACT.columns}


def test_the_training_rows_counted_again_are_the_reference(bins):
    counts = counts_of(bins)
    counts.answered({k: v.tolist() for k, v in TABLE.items()}, ROWS, Answered(values=["no"] * ROWS))
    sums = found(counts)
    reference = {key: number for key, number in sums.items() if key[0] == "feature_reference_values"}
    assert len(reference) > 20
    for (_, *rest), number in reference.items():
        assert sums[("feature_values_total", *rest)] == number
    assert {sums[("feature_psi", name)] for name in TABLE} == {0.0}
    assert sums[("rows_total",)] == ROWS
    assert sums[("answers_total", "no")] == ROWS


def test_a_value_outside_is_counted_where_it_belongs(bins):
    counts = counts_of(bins)
    rows = [
        {"age": 1000, "income": None, "housing": "castle", "employed": True},
        {"age": -5, "housing": "own"},
    ]
    counts.answered(columns(rows), 2, Answered(values=["yes", "perhaps"]))
    sums = found(counts)
    low, high = f"<{bins['age'].edges[0]!r}", f">={bins['age'].edges[-1]!r}"
    assert sums[("feature_values_total", "age", low)] == sums[("feature_values_total", "age", high)] == 1
    assert sums[("feature_values_total", "income", "missing")] == 2
    assert sums[("feature_values_total", "housing", "other")] == 1
    assert sums[("unseen_categories_total", "housing")] == 1
    assert sums[("unseen_categories_total", "employed")] == 0
    assert sums[("feature_values_total", "employed", "=true")] == 1
    assert sums[("feature_values_total", "employed", "missing")] == 1
    assert sums[("answers_total", "yes")] == sums[("answers_total", "other")] == 1


def test_a_number_at_an_edge_is_in_the_bin_above_it(bins):
    counts = counts_of(bins)
    edge = bins["income"].edges[3]
    counts.answered(columns([{"age": 20, "income": edge}]), 1, Answered(values=["no"]))
    assert found(counts)[("feature_values_total", "income", f">={edge!r}")] == 1


def test_rows_are_held_until_there_are_enough_or_somebody_asks(bins):
    counts = counts_of(bins)
    row = columns([{"age": 20, "income": 1.0, "housing": "own", "employed": False}])
    for _ in range(HELD - 1):
        counts.answered(row, 1, Answered(values=["no"]))
    assert counts.counters.values[0] == 0
    counts.answered(row, 1, Answered(values=["no"]))
    assert counts.counters.values[0] == HELD
    counts.answered(row, 1, Answered(values=["no"]))
    assert found(counts)[("rows_total",)] == HELD + 1


def test_faults_are_counted_by_column_and_rule_and_never_by_a_name_of_the_client():
    counts = counts_of({})
    before = set(found(counts))
    counts.refused([("age", "minimum"), ("age", "minimum"), ("chosen", "additionalProperties"), ("age", "new")])
    sums = found(counts)
    assert sums[("contract_violations_total", "age", "minimum")] == 2
    assert sums[("contract_violations_total", "", "additionalProperties")] == 1
    assert sums[("contract_violations_total", "", "other")] == 1
    assert set(sums) == before


def test_numbers_that_are_answered_are_counted_by_the_bins_of_the_target(bins):
    counts = counts_of(bins, classes=(), target="income")
    counts.answered(columns([{"age": 20}] * 3), 3, Answered(values=[-1e9, 1e9, 1e9]))
    sums = found(counts)
    assert sums[("answers_total", f"<{bins['income'].edges[0]!r}")] == 1
    assert sums[("answers_total", f">={bins['income'].edges[-1]!r}")] == 2


@pytest.mark.parametrize("values", [[["a", "list"]], [{"an": "object"}]])
def test_answers_that_have_no_class_and_no_bin_are_not_counted_and_no_failure(bins, values):
    for counts in (counts_of(bins), counts_of(bins, classes=(), target="income")):
        counts.answered(columns([{"age": 20}]), 1, Answered(values=values))
        sums = found(counts)
        assert sums[("rows_total",)] == 1
        assert {n for key, n in sums.items() if key[0] == "answers_total"} == {0}


def test_no_series_stands_twice_whatever_classes_and_columns_are_called(bins):
    document = {"type": "object", "properties": {"": {"type": "string"}, "other": {"type": "string"}}}
    contract = Contract.parse(document)
    counts = RowCounts(contract, ("other", "any", 1, "1"), bins, "", None)
    counts.answered({"": ["x"], "other": ["y"]}, 1, Answered(values=["other"]))
    series = [(family.name, values) for family, values, _ in counts.samples()]
    assert len(set(series)) == len(series)
    assert found(counts)[("answers_total", "other")] == 1


def test_a_profile_of_another_version_is_refused(tmp_path):
    (tmp_path / "profile.json").write_text(json.dumps({"version": 99}))
    with pytest.raises(ValueError, match="no profile of version 1"):
        read_bins(tmp_path / "profile.json")
    assert read_bins(tmp_path / "nothing.json") == {}


def test_the_index_is_the_sum_over_the_bins():
    expected, now = np.array([800.0, 150.0, 50.0]), np.array([700.0, 200.0, 100.0])
    terms = (0.7 - 0.8) * np.log(0.7 / 0.8) + (0.2 - 0.15) * np.log(0.2 / 0.15) + (0.1 - 0.05) * np.log(0.1 / 0.05)
    assert stability_index(expected * 1e6, now * 1e6) == pytest.approx(terms, rel=1e-6)
    assert stability_index(expected, now * 0) is None


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=12).filter(any))
def test_the_index_is_the_two_relative_entropies_together(counts):
    expected, now = np.array(counts, dtype=float), np.array(counts[::-1], dtype=float)
    first, second = ((each + 0.5) / (each + 0.5).sum() for each in (expected, now))
    both = stats.entropy(first, second) + stats.entropy(second, first)
    assert stability_index(expected, now) == pytest.approx(both, abs=1e-12)
