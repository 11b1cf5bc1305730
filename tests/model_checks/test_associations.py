from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model_checks.associations import associations_of, correlation_ratio, cramers_v
from model_checks.contract.dialect import Contract
from model_checks.contract.files import TableError
from model_checks.dataset import Dataset

SHARED = Path(__file__).parents[3] / "shared" / "data"
KINDS = {"f": "number", "i": "integer", "b": "boolean"}


def opened(folder, frame):
    properties = {c: {"type": [KINDS.get(frame[c].dtype.kind, "string"), "null"]} for c in frame}
    frame.to_csv(folder / "t.csv", index=False)
    rules = Contract.parse({"type": "object", "properties": properties})
    return Dataset.from_file(folder / "t.csv", rules, name="t.csv", target=None)


def strength(found, first, second):
    [pair] = [p for p in found.pairs if {p.first, p.second} == {first, second}]
    return pair.strength


def drawn(rows=400, seed=0):
    draw = np.random.default_rng(seed)
    a = draw.normal(size=rows)
    group = draw.integers(0, 3, rows)
    return pd.DataFrame(
        {
            "a": a, "b": np.exp(a) + draw.normal(size=rows) / 5, "c": -(a**3), "d": draw.normal(size=rows) + group,
            "group": [f"g{g}" for g in group], "other": [f"o{(g + n) % 3}" for g, n in zip(group, draw.integers(0, 2, rows), strict=True)],
            "flag": a > 0,
        }
    )  # fmt: skip


def test_numbers_are_correlated_by_rank_as_scipy_does(tmp_path):
    frame = drawn()
    found = associations_of(opened(tmp_path, frame))
    for first, second in (("a", "b"), ("a", "c"), ("b", "d")):
        expected = stats.spearmanr(frame[first], frame[second]).statistic
        assert strength(found, first, second) == pytest.approx(expected, abs=1e-9)
    assert strength(found, "a", "c") == pytest.approx(-1)
    assert found.rows == 400


def test_ties_share_their_rank(tmp_path):
    frame = drawn().round(0)
    expected = stats.spearmanr(frame.a, frame.b).statistic
    assert strength(associations_of(opened(tmp_path, frame)), "a", "b") == pytest.approx(expected, abs=1e-9)


def test_the_correlation_ratio_follows_from_the_variance_ratio():
    frame = drawn()
    codes, values = pd.factorize(frame.group)[0], frame.d.to_numpy()
    f = stats.f_oneway(*(values[codes == k] for k in range(3))).statistic
    n, k = len(values), 3
    squared = f * (k - 1) / (f * (k - 1) + n - k)
    expected = np.sqrt(1 - (1 - squared) * (n - 1) / (n - k))
    assert correlation_ratio(values, codes) == pytest.approx(expected)


def test_cramers_v_follows_from_the_chi_squared_statistic():
    frame = drawn()
    first, second = pd.factorize(frame.group)[0], pd.factorize(frame.other)[0]
    table = pd.crosstab(first, second).to_numpy()
    n = table.sum()
    phi = max(0, stats.chi2_contingency(table, correction=False).statistic / n - 4 / (n - 1))
    assert cramers_v(first, second) == pytest.approx(np.sqrt(phi / (2 - 4 / (n - 1))))


def test_what_has_nothing_in_common_is_near_nothing_and_what_is_the_same_is_one():
    draw = np.random.default_rng(1)
    codes = draw.integers(0, 12, 5000)
    assert cramers_v(codes, draw.integers(0, 12, 5000)) < 0.05
    assert correlation_ratio(draw.normal(size=5000), codes) < 0.05
    assert cramers_v(codes, codes) == pytest.approx(1)
    assert correlation_ratio(codes.astype("float64"), codes) == pytest.approx(1)


def test_rows_that_lack_a_value_are_left_out_of_the_pair(tmp_path):
    frame = drawn()
    frame.loc[::3, "a"] = np.nan
    frame.loc[::4, "group"] = None
    found = associations_of(opened(tmp_path, frame))
    both = frame.dropna(subset=["a"])
    # Ranks are those in the whole column: the same order, in a coarser rank.
    assert strength(found, "a", "b") == pytest.approx(stats.spearmanr(both.a, both.b).statistic, abs=0.01)
    assert 0 < strength(found, "d", "group") < 1


def test_constants_and_pairs_of_few_rows_are_not_measured(tmp_path):
    frame = drawn().assign(same=1.0, word="x")
    frame.loc[9:, "d"] = np.nan
    pairs = {c for p in associations_of(opened(tmp_path, frame)).pairs for c in (p.first, p.second)}
    assert pairs.isdisjoint({"same", "word", "d"})


def test_texts_that_are_mostly_different_are_left_out(tmp_path):
    found = associations_of(opened(tmp_path, drawn().assign(name=[f"n{n}" for n in range(400)])))
    assert found.left_out == ("name",)


def test_every_nth_row_of_a_long_table_is_looked_at(tmp_path):
    frame = pd.DataFrame({"a": np.arange(45_001), "b": np.arange(45_001) % 7})
    assert associations_of(opened(tmp_path, frame)).rows == 15_001


def test_the_strongest_come_first_and_one_column_has_no_pair(tmp_path):
    found = associations_of(opened(tmp_path, drawn()))
    strengths = [abs(p.strength) for p in found.pairs]
    assert strengths == sorted(strengths, reverse=True)
    assert associations_of(opened(tmp_path, drawn()[["a"]])).pairs == ()


def test_a_table_that_is_gone_says_so(tmp_path):
    data = opened(tmp_path, drawn())
    data.path.unlink()
    with pytest.raises(TableError):
        associations_of(data)


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=60))
def test_cramers_v_is_symmetric_and_between_none_and_all(pairs):
    first, second = (np.array([p[i] for p in pairs], dtype="int64") for i in (0, 1))
    one, other = cramers_v(first, second), cramers_v(second, first)
    assert one == pytest.approx(other) if one is not None else other is None
    assert one is None or 0 <= one <= 1


def test_a_real_table_shows_what_is_known_of_it():
    if not SHARED.is_dir():
        pytest.skip("the shared tables are not beside this repository")
    properties = {c: {"type": "number"} for c in ("temp", "atemp", "registered", "cnt", "hr")}
    rules = Contract.parse({"type": "object", "properties": properties})
    found = associations_of(Dataset.from_file(SHARED / "bike_sharing_hour.csv", rules, name="b", target="cnt"))
    assert {(p.first, p.second) for p in found.pairs[:2]} == {("temp", "atemp"), ("registered", "cnt")}
