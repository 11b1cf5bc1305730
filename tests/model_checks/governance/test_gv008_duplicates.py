from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.contract.inference import infer
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.governance.gv008_duplicates import COLUMNS, ROWS, gv008
from model_checks.governance.repeated_rows import repeats_of

SHARED = Path(__file__).parents[4] / "shared" / "data"


def opened(path, target=None):
    return Dataset.from_file(path, Contract.parse(infer(path, target=target)), name=path.name, target=target)


def table(folder, frame, name="train.csv", target=None):
    frame.to_csv(folder / name, index=False)
    rules = Contract.parse({"type": "object", "properties": {c: {"type": "string"} for c in frame}})
    return Dataset.from_file(folder / name, rules, name=name, target=target)


def rows_of(data, **options):
    return next(f for f in gv008(data, **options) if f.rule == ROWS)


def numbers(rows, columns=4, seed=0):
    values = np.random.default_rng(seed).normal(size=(rows, columns)).round(6)
    return pd.DataFrame(values, columns=list("abcdefgh")[:columns])


def test_different_rows_hold(tmp_path):
    findings = list(gv008(table(tmp_path, numbers(100)), table(tmp_path, numbers(50, seed=1), "test.csv")))
    assert [(f.ok, f.where, f.rule) for f in findings] == [
        (True, "train.csv", ROWS), (True, "test.csv", ROWS), (True, "train.csv", COLUMNS),
    ]  # fmt: skip
    assert findings[0].message == "0 of 100 rows repeat an earlier one"


def test_copied_rows_fail_with_their_share_and_first_row_numbers(tmp_path):
    frame = numbers(100)
    finding = rows_of(table(tmp_path, pd.concat([frame, frame[10:15]])))
    assert finding.ok is False
    assert finding.measured == pytest.approx(5 / 105)
    assert "5 of 105 rows repeat an earlier one, 4.8 %, and 0.0 % would by chance" in finding.message
    assert (
        finding.message.endswith("such as the rows 11, 101 and 12, 102") or "such as the rows" in finding.message
    )


def test_rows_are_numbered_from_one_after_the_header(tmp_path):
    finding = rows_of(table(tmp_path, pd.concat([numbers(3), numbers(3)[1:2]])))
    assert finding.message.endswith("such as the rows 2, 4")


@pytest.mark.parametrize(("copies", "ok"), [(2, True), (3, False)])
def test_the_limit_itself_holds(tmp_path, copies, ok):
    frame = numbers(200 - copies)
    assert rows_of(table(tmp_path, pd.concat([frame, frame[:copies]]))).ok is ok


def test_a_table_that_was_appended_to_itself_fails(tmp_path):
    assert rows_of(table(tmp_path, pd.concat([numbers(300)] * 2))).measured == pytest.approx(0.5)


def test_rows_of_few_values_repeat_by_chance(tmp_path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({c: draw.integers(0, k, 400) for c, k in zip("abcdef", (2, 2, 3, 3, 4, 5), strict=True)})
    finding = rows_of(table(tmp_path, frame))
    assert finding.ok is True
    assert "by chance" in finding.message


def test_three_binary_columns_are_not_judged(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(0).integers(0, 2, (500, 3)), columns=list("abc"))
    assert "8 kinds of rows alone" in rows_of(table(tmp_path, frame)).message


def test_a_column_that_follows_from_others_does_not_hide_chance(tmp_path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({c: draw.integers(0, 4, 400) for c in "abcd"})
    assert rows_of(table(tmp_path, frame.assign(sum=frame.a + frame.b))).ok is True


def test_copies_are_seen_where_chance_repeats_a_few_rows_too(tmp_path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({c: draw.integers(0, 6, 1000) for c in "abcdef"})
    assert rows_of(table(tmp_path, frame)).ok is True
    finding = rows_of(table(tmp_path, pd.concat([frame, frame[:200]])))
    assert finding.ok is False
    assert finding.measured == pytest.approx(200 / 1200, abs=0.03)


def test_missing_cells_are_equal_to_each_other(tmp_path):
    frame = numbers(50).assign(e=np.nan)
    assert rows_of(table(tmp_path, pd.concat([frame, frame[:5]]))).ok is False


def test_another_target_on_the_same_features_is_noted_and_no_repeated_row(tmp_path):
    frame = numbers(100).assign(y=0)
    data = table(tmp_path, pd.concat([frame, frame[:7].assign(y=1)]), target="y")
    verdict, note, _ = gv008(data)
    assert (verdict.ok, verdict.measured) == (True, 0)
    assert note.note
    assert note.message == "7 more rows repeat an earlier one with another y"


def test_one_row_repeats_nothing(tmp_path):
    assert rows_of(table(tmp_path, numbers(1))).message == "0 of 1 rows repeat an earlier one"


def test_columns_of_one_content_are_found(tmp_path):
    frame = numbers(60)
    data = table(tmp_path, frame.assign(copy=frame.b, reverse=frame.b[::-1].to_numpy()))
    [finding] = [f for f in gv008(data) if f.rule == COLUMNS]
    assert (finding.ok, finding.where) == (False, "train.csv: copy")
    assert "is equal to b in every row" in finding.message


def test_short_or_almost_constant_columns_and_the_target_are_equal_by_chance(tmp_path):
    flags = numbers(60).assign(x=[1] * 4 + [0] * 56, y=[1] * 4 + [0] * 56, z=0, u=0)
    assert all(f.ok for f in gv008(table(tmp_path, flags)) if f.rule == COLUMNS)
    short = numbers(29)
    assert all(f.ok for f in gv008(table(tmp_path, short.assign(copy=short.b))))
    target = numbers(60)
    assert all(f.ok for f in gv008(table(tmp_path, target.assign(y=target.b), target="y")))


def test_parquet_is_compared_by_its_values(tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql("SELECT i % 95 AS a, (i % 95) / 7 AS b FROM range(100) t(i)").write_parquet(str(path))
    assert rows_of(opened(path)).measured == pytest.approx(0.05)


def test_a_table_that_is_gone_is_not_audited(tmp_path):
    data = table(tmp_path, numbers(3))
    data.path.unlink()
    with pytest.raises(NotAudited, match=r"train\.csv"):
        list(gv008(data))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", "x", 'y"', "é"])), min_size=1, max_size=40))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_counted_as_pandas_counts_them(tmp_path, rows):
    frame = pd.DataFrame(rows, columns=["a", "b"])
    found = repeats_of(table(tmp_path, frame))
    assert found.repeated == frame.duplicated().sum()
    assert found.kinds == len(frame.drop_duplicates())
    sizes = frame.groupby(["a", "b"]).size()
    assert found.pairs == (sizes * (sizes - 1) // 2).sum()


@pytest.mark.parametrize(
    ("name", "target", "repeated", "ok"),
    [
        ("wine_quality_white", "quality", 937, False),
        ("online_shoppers_intention", "Revenue", 125, True),
        ("german_credit_codes_or_labels", "Target", 0, True),
        ("drug200", "Drug", 0, True),
        ("penguins", "species", 0, True),
    ],
)
def test_real_tables_are_judged_as_people_would(name, target, repeated, ok):
    if not SHARED.is_dir():
        pytest.skip("the shared tables are not beside this repository")
    data = opened(SHARED / f"{name}.csv", target)
    assert repeats_of(data).repeated == repeated
    assert all(f.ok for f in gv008(data)) is ok
