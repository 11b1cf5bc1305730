from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.profiling.scanning import profile_of
from tests.model_checks.profiled import profiled, written

if TYPE_CHECKING:
    from pathlib import Path


def csv(folder: Path, text: str, **types) -> Dataset:
    path = folder / "t.csv"
    path.write_text(text, "utf-8")
    document = {
        "type": "object", "x-null-tokens": ["", "NULL"],
        "properties": {n: t if isinstance(t, dict) else {"type": t} for n, t in types.items()},
    }  # fmt: skip
    return Dataset.from_file(path, Contract.parse(document), name="t.csv", target=None)


def draws(rows=5000):
    return np.random.default_rng(1).lognormal(2, 1, rows)


def test_numbers_agree_with_pandas():
    values = draws()
    column = profiled("t", x=values).columns["x"]
    series = pd.Series(values)
    assert (column.rows, column.missing, column.unread, column.values) == (5000, 0, 0, 5000)  # noqa: PD011 - no pandas
    assert (column.minimum, column.maximum) == (series.min(), series.max())
    assert column.mean == pytest.approx(series.mean(), rel=1e-10)
    assert column.deviation == pytest.approx(series.std(), rel=1e-10)
    assert column.distinct == pytest.approx(5000, rel=0.1)
    expected = np.bincount(np.searchsorted(column.edges, values, side="right"), minlength=len(column.edges) + 1)
    assert column.counts == tuple(expected)


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e12])
def test_deviation_keeps_its_digits_far_from_zero(offset):
    values = draws() + offset
    column = profiled("t", x=values).columns["x"]
    assert column.deviation == pytest.approx(pd.Series(values - offset).std(), rel=1e-4)
    far = profiled("t", like=profiled("t", x=draws()), x=values).columns["x"]
    assert far.deviation == pytest.approx(column.deviation, rel=1e-6)
    assert far.mean == pytest.approx(column.mean, rel=1e-10)


def test_constant_has_no_deviation():
    column = profiled("t", x=np.full(1000, 0.1)).columns["x"]
    assert (column.mean, column.deviation, column.distinct, column.top) == (0.1, 0, 1, (("0.1", 1000),))


def test_one_row_has_no_deviation_and_no_row_no_mean():
    one = profiled("t", x=np.array([3.0])).columns["x"]
    none = profiled("t", x=np.array([np.nan, np.nan])).columns["x"]
    assert (one.mean, one.deviation) == (3, None)
    assert (none.mean, none.deviation, none.minimum, none.edges, none.counts) == (None, None, None, (), ())
    assert (none.missing, none.values, none.distinct) == (2, 0, 0)  # noqa: PD011 - no pandas


def test_huge_numbers_overflow_to_no_moments_and_not_to_an_error():
    column = profiled("t", x=np.array([1e308, -1e308, 1e308, 5.0])).columns["x"]
    assert (column.minimum, column.maximum, column.deviation) == (-1e308, 1e308, None)
    assert sum(column.counts) == 4


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=40),
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=40),
)
def test_another_table_is_counted_on_the_same_edges(first, second):
    reference = profiled("t", x=np.array(first, dtype=float))
    edges = reference.columns["x"].edges
    column = profiled("u", like=reference, x=np.array(second, dtype=float)).columns["x"]
    expected = np.bincount(np.searchsorted(edges, second, side="right"), minlength=len(edges) + 1)
    assert column.edges == edges
    assert column.counts == tuple(expected)


def test_counting_by_steps_and_by_searching_give_the_same(tmp_path, monkeypatch):
    from model_checks.profiling import cells

    draw = np.random.default_rng(5)
    table = written(tmp_path, "t", {
        "normal": draw.normal(3, 2, 30_000), "whole": draw.integers(-400, 900, 30_000),
        "tailed": draw.standard_cauchy(30_000), "grid": np.round(draw.normal(0, 1, 30_000), 2),
    })  # fmt: skip
    fast = profile_of(table)
    monkeypatch.setattr(cells, "MOST", 0)
    slow = profile_of(table)
    assert fast == slow
    assert all(len(c.counts) > 30 for c in fast.columns.values())


def test_edges_are_round_and_bins_small():
    for values in (np.random.default_rng(2).normal(0, 1, 100_000), draws(100_000)):
        column = profiled("t", x=values).columns["x"]
        assert not set(column.edges) & set(values.tolist())
        assert max(column.counts) < 0.06 * 100_000


def test_a_sorted_table_gives_the_edges_of_all_of_it():
    values = np.arange(100_000, dtype=float)
    column = profiled("t", x=values).columns["x"]
    assert max(column.counts) < 0.04 * 100_000


def test_numbers_of_few_values_are_levels_too():
    values = np.repeat([3, 1, 2], [500, 200, 100])
    column = profiled("t", x=values).columns["x"]
    assert column.kind == "integer"
    assert column.top == (("3", 500), ("1", 200), ("2", 100))
    assert (column.other, column.distinct, column.edges, column.counts) == (0, 3, (1, 2, 3), (0, 200, 100, 500))
    other = profiled("u", like=profiled("t", x=values), x=np.repeat([2, 9], [10, 5])).columns["x"]
    assert (other.top, other.other, other.counts) == ((("2", 10),), 5, (0, 0, 10, 5))


def test_texts_agree_with_python():
    words = ["red"] * 30 + ["green"] * 50 + [" blue"] * 15 + ["7"] * 4 + ["2024-01-31"] * 3 + ["?"] * 2
    column = profiled("t", w=np.array(words, dtype=object)).columns["w"]
    assert column.top == tuple(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))
    assert (column.distinct, column.other) == (6, 0)
    assert (column.shortest, column.longest) == (1, 10)
    assert column.mean_length == pytest.approx(np.mean([len(w) for w in words]))
    assert (column.padded, column.numeric, column.dated) == (15, 4, 3)
    assert column.placeholders == (("?", 2),)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "bb", " c", "1", "-2.5e3", "01.02.2024", "n/a", "é\U0001f600", ""]), min_size=1, max_size=30),
    st.lists(st.sampled_from(["a", "zz ", "9", "NA", "2020-12-24T08:00", "x'y", "\t"]), max_size=30),
)  # fmt: skip
def test_levels_and_free_text_tell_the_same_of_the_same_rows(first, second):
    reference = profiled("t", w=np.array(first * 2, dtype=object))
    rows = np.array(first + second, dtype=object)
    by_level = profiled("t", like=reference, w=rows).columns["w"]
    # A reference of identifiers makes free text of the column.
    free = profiled(
        "t", like=profiled("t", w=np.array([f"id{n}" for n in range(9)], dtype=object)), w=rows
    ).columns["w"]
    for name in ("shortest", "longest", "mean_length", "padded", "numeric", "dated", "placeholders", "values"):
        assert getattr(by_level, name) == getattr(free, name), name
    assert dict(by_level.top) == Counter(first + second)
    assert (free.top, free.other) == ((), len(rows))


def test_new_levels_of_another_table_are_found_and_named():
    reference = profiled("t", w=np.repeat(["a", "b"], [50, 50]))
    column = profiled("u", like=reference, w=np.repeat(["a", "it's", "c"], [5, 3, 2])).columns["w"]
    assert column.top == (("a", 5), ("it's", 3), ("c", 2))
    assert column.distinct == 3


def test_a_flood_of_new_values_is_counted_in_bounds():
    reference = profiled("t", w=np.repeat(["a", "b"], [50, 50]))
    flood = np.array([f"id-{n}" for n in range(5000)] + ["often"] * 2000, dtype=object)
    column = profiled("u", like=reference, w=flood).columns["w"]
    assert len(column.top) <= 34
    assert column.top[0] == ("often", 2000)
    assert column.other + sum(n for _, n in column.top) == 7000


def test_a_level_that_the_sample_did_not_see_is_counted(tmp_path):
    words = np.repeat(np.array(["a", "b"], dtype=object), 50_000)
    words[77] = "rare"
    column = profile_of(written(tmp_path, "t", {"w": words})).columns["w"]
    assert dict(column.top)["rare"] == 1
    assert column.distinct == 3


def test_identifiers_keep_no_values():
    column = profiled("t", w=np.array([f"id-{n}" for n in range(500)], dtype=object)).columns["w"]
    assert (column.top, column.other) == ((), 500)
    assert column.distinct == pytest.approx(500, rel=0.1)


def test_truth_values_are_levels():
    column = profiled("t", b=np.repeat([True, False], [3, 5])).columns["b"]
    assert (column.kind, column.top, column.distinct) == ("boolean", (("false", 5), ("true", 3)), 2)


def test_cells_of_a_csv_are_read_by_the_contract(tmp_path):
    text = "n,s,b\n1, x,true\nNULL,NULL,yes\n?,y ,false\nNA,,FALSE\nx,-999,\n"
    columns = profile_of(csv(tmp_path, text, n=["number", "null"], s=["string", "null"], b="boolean")).columns
    assert [(c.missing, c.unread, c.values) for c in columns.values()] == [(1, 3, 1), (2, 0, 3), (1, 1, 3)]  # noqa: PD011 - no pandas
    assert columns["n"].placeholders == (("?", 1), ("na", 1))
    assert columns["s"].padded == 2
    assert columns["s"].placeholders == (("-999", 1),)


def test_a_number_that_stands_for_missing_is_counted_at_the_ends():
    values = np.concatenate([draws(1000), np.full(7, -999.0)])
    assert profiled("t", x=values).columns["x"].placeholders == (("-999", 7),)
    assert profiled("t", x=np.arange(0, 3000.0)).columns["x"].placeholders == ()


def test_infinities_count_as_unread_and_nan_too(tmp_path):
    path = tmp_path / "t.parquet"
    values = "(1.0::DOUBLE), ('inf'::DOUBLE), ('-inf'::DOUBLE), ('nan'::DOUBLE), (NULL)"
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {values}) t(x)) TO '{path}' (FORMAT parquet)")  # noqa: S608 - our own
    rules = Contract.parse({"type": "object", "properties": {"x": {"type": ["number", "null"]}}})
    column = profile_of(Dataset.from_file(path, rules, name="t", target=None)).columns["x"]
    assert (column.missing, column.unread, column.infinite, column.values) == (1, 3, 2, 1)  # noqa: PD011 - no pandas
    assert (column.minimum, column.maximum, column.mean) == (1, 1, 1)


def test_columns_that_the_contract_does_not_know_come_last_as_strings(tmp_path):
    rules = Contract.parse({"type": "object", "properties": {"x": {"type": "number"}, "gone": {"type": "number"}}})
    table = written(tmp_path, "t", {"other": np.repeat([7, 8], [3, 5]), "x": draws(8)}, rules=rules)
    columns = profile_of(table).columns
    assert list(columns) == ["x", "other"]
    assert (columns["other"].known, columns["other"].kind) == (False, "string")
    assert columns["other"].top == (("8", 5), ("7", 3))
    assert columns["other"].numeric == 8
    assert columns["x"].known


def test_names_and_levels_are_never_sql():
    name, words = 'say "hi"; --', np.repeat(["it's", 'a"b', "NULL", "\\"], 5)
    column = profiled("t", **{name: words}).columns[name]
    assert {n for n, _ in column.top} == set(words.tolist())


def test_a_column_that_changed_its_type_is_counted_anew():
    reference = profiled("t", x=draws(100))
    words = profiled("u", like=reference, x=np.repeat(["a", "b"], 20)).columns["x"]
    assert words.top == (("a", 20), ("b", 20))


def test_two_scans_give_the_same_profile(tmp_path):
    table = written(tmp_path, "t", {"x": draws(60_000), "w": np.resize(np.array(["a", "b", "c"]), 60_000)})
    assert profile_of(table) == profile_of(table)


def test_a_profile_knows_its_table(tmp_path):
    table = written(tmp_path, "t.csv", {"x": draws(10), "y": np.repeat([0, 1], 5)}, target="y")
    found = profile_of(table)
    assert (found.table, found.digest, found.rows, found.target) == ("t.csv", table.digest, 10, "y")
    assert all(math.isfinite(edge) for c in found.columns.values() for edge in c.edges)
