from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.contract.inference import infer
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.governance.gv010_no_row_is_in_both import GROUPS, NEAR, ROWS, gv010
from tests.model_checks.governance.made_tables import dataset, verdicts

SHARED = Path(__file__).parents[4] / "shared" / "data"


def frame(rows, seed=1):
    draw = np.random.default_rng(seed)
    data = {"x": draw.normal(size=rows), "z": draw.normal(size=rows), "w": draw.choice(["a", "b"], rows)}
    return pd.DataFrame(data | {"y": draw.integers(0, 2, rows)})


def judged(folder, train, test, *, target="y", **more):
    tables = dataset(folder, "train", train, target), dataset(folder, "test", test, target)
    return list(gv010(*tables, **more))


def test_tables_without_a_common_row_hold(tmp_path):
    [finding] = judged(tmp_path, frame(300), frame(100, seed=2))
    assert finding.ok is True
    assert finding.message == "0 rows of test have all 3 features of a row of train, 0 more nearly"


def test_copies_fail_with_count_share_and_places(tmp_path):
    train = frame(300)
    [finding] = [f for f in judged(tmp_path, train, pd.concat([frame(90, seed=2), train[:10]])) if f.ok is False]
    assert (finding.rule, finding.measured) == (ROWS, 0.1)
    assert (
        "10 rows (10 %) of test have all features of a row of train, 10 of them with its target too"
        in finding.message
    )
    assert "row 91, 92, 93, 94, 95 and others" in finding.message


def test_copies_with_other_answers_are_counted_apart(tmp_path):
    train = frame(300)
    copies = train[:10].assign(y=lambda t: 1 - t["y"])
    [finding] = [f for f in judged(tmp_path, train, pd.concat([frame(90, seed=2), copies])) if f.ok is False]
    assert "0 of them with its target too" in finding.message


def test_few_copies_that_chance_may_explain_are_told_and_pass(tmp_path):
    train = frame(300)
    [finding] = judged(tmp_path, train, pd.concat([frame(97, seed=2), train[:3]]))
    assert finding.ok is True
    assert "3 rows (3 %)" in finding.message
    assert "found in row 98, 99, 100" in finding.message
    [*_, failure] = judged(tmp_path, train, pd.concat([frame(96, seed=2), train[:4]]))
    assert failure.ok is False


def test_the_tolerated_share_is_inclusive(tmp_path):
    train, test = frame(300), pd.concat([frame(90, seed=2), frame(300)[:10]])
    assert False in verdicts(judged(tmp_path, train, test, most_shared=0.0999))
    assert verdicts(judged(tmp_path, train, test, most_shared=0.1)) == [True]


def test_rounded_numbers_and_texts_in_another_case_are_near(tmp_path):
    train = frame(300)
    alike = train[:20].assign(x=train["x"][:20].round(6), w=train["w"][:20].str.upper() + " ")
    [finding] = [f for f in judged(tmp_path, train, pd.concat([frame(80, seed=2), alike])) if f.ok is False]
    assert finding.rule == NEAR
    assert finding.measured >= 0.18
    assert verdicts(judged(tmp_path, train, pd.concat([frame(80, seed=2), alike]), tolerance=0)) == [True]


def test_rows_of_few_different_values_are_equal_by_chance(tmp_path):
    draw = np.random.default_rng(3)
    columns = {f"c{k}": draw.integers(0, k, 5000) for k in (2, 3, 4, 5)}
    # One column follows from another, which makes the columns' frequencies alone expect too few equal rows.
    table = pd.DataFrame(columns | {"same": columns["c5"] * 10, "y": draw.integers(0, 2, 5000)})
    [finding] = judged(tmp_path, table[:4000], table[4000:])
    assert finding.ok is True
    assert "1,000 rows (100 %)" in finding.message
    assert "about 1,000.0 would be by chance" in finding.message


def test_what_chance_gives_is_near_what_it_gave(tmp_path):
    draw = np.random.default_rng(4)
    table = pd.DataFrame({f"c{i}": draw.integers(0, 8, 4000) for i in range(5)} | {"y": draw.integers(0, 2, 4000)})
    [finding] = judged(tmp_path, table[:3000], table[3000:])
    found = set(map(tuple, table.iloc[:3000, :5].to_numpy()))
    shared = sum(tuple(row) in found for row in table.iloc[3000:, :5].to_numpy())
    expected = float(finding.message.partition("; about ")[2].partition(" would")[0])
    assert finding.ok is True
    assert expected == pytest.approx(shared, rel=0.35)


def test_values_that_change_places_between_columns_are_other_rows(tmp_path):
    train = frame(300)
    swapped = train[:50].rename(columns={"x": "z", "z": "x"})[["x", "z", "w", "y"]]
    assert verdicts(judged(tmp_path, train, swapped)) == [True]


def test_a_lacking_value_equals_a_lacking_value(tmp_path):
    train = frame(300)
    train.loc[:40, "x"] = np.nan
    assert False in verdicts(judged(tmp_path, train, train[:40]))


def test_an_index_does_not_hide_copies(tmp_path):
    train, test = frame(300), frame(300)[:60]
    train["id"], test["id"] = np.arange(5000, 5300), np.arange(9000, 9060)
    [finding] = judged(tmp_path, train, test)
    assert (finding.ok, finding.rule) == (False, ROWS)


def test_names_of_rows_in_both_tables_fail(tmp_path):
    train, test = frame(300), frame(60, seed=2)
    train["id"] = [f"k{n:05}" for n in range(300)]
    test["id"] = [f"k{n:05}" for n in range(280, 340)]
    [failure] = [f for f in judged(tmp_path, train, test) if f.ok is False]
    assert failure.where == "test.csv: id"
    assert "20 of 60 names of test are in train too" in failure.message


def test_a_saved_index_that_starts_anew_is_only_noted(tmp_path):
    train, test = frame(300), frame(60, seed=2)
    train["id"], test["id"] = np.arange(300), np.arange(60)
    note, finding = judged(tmp_path, train, test)
    assert note.note
    assert "counts the rows of each file" in note.message
    assert finding.ok is True


def test_measurements_that_happen_to_be_unique_are_no_names(tmp_path):
    train, test = frame(40), frame(40, seed=2)
    train["income"] = np.arange(40) * 97 + 1000
    test["income"] = np.r_[np.arange(37) * 89 + 5000, [1000, 1097, 1194]]
    assert verdicts(judged(tmp_path, train, test)) == [True]


def test_no_group_is_in_both_tables_of_a_split_by_group(tmp_path):
    train, test = frame(300), frame(60, seed=2)
    train["who"], test["who"] = np.arange(300) // 10, 29 + np.arange(60) // 10
    failure, *_ = judged(tmp_path, train, test, split="group", group_column="who")
    assert (failure.ok, failure.rule, failure.measured) == (False, GROUPS, 1)
    assert "with 10 rows of test" in failure.message
    test["who"] += 1
    assert verdicts(judged(tmp_path, train, test, split="group", group_column="who")) == [True, True]
    assert verdicts(judged(tmp_path, train, test, group_column="who")) == [True]


def test_a_split_by_group_without_a_group_decides_nothing(tmp_path):
    first, *_ = judged(tmp_path, frame(30), frame(30, seed=2), split="group")
    assert first.ok is None
    with pytest.raises(NotAudited, match="no group column 'who'"):
        judged(tmp_path, frame(30), frame(30, seed=2), split="group", group_column="who")


def test_tables_without_a_feature_are_not_audited(tmp_path):
    with pytest.raises(NotAudited, match="share no feature"):
        judged(tmp_path, frame(30)[["y"]], frame(30)[["y"]])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(copies=st.integers(5, 40), seed=st.integers(0, 99))
def test_every_copy_is_counted(tmp_path, copies, seed):
    train = frame(200, seed)
    [finding] = judged(tmp_path, train, pd.concat([train[:copies], frame(40, seed + 1000)]))
    assert (finding.ok, finding.measured) == (False, copies / (copies + 40))


@pytest.mark.parametrize(
    ("name", "target", "ok"),
    [
        ("wine_quality_white", "quality", False),
        ("online_shoppers_intention", "Revenue", True),
    ],
)
def test_real_duplicates_leak_and_real_coincidences_do_not(tmp_path, name, target, ok):
    path = SHARED / f"{name}.csv"
    if not path.exists():
        pytest.skip("../shared/data is absent")
    header, *rows = path.read_text("utf-8").splitlines()
    np.random.default_rng(0).shuffle(rows)
    rules, cut, tables = Contract.parse(infer(path, target=target)), len(rows) // 5, []
    for part, kept in (("train", rows[cut:]), ("test", rows[:cut])):
        (tmp_path / f"{part}.csv").write_text("\n".join([header, *kept, ""]), "utf-8")
        tables.append(Dataset.from_file(tmp_path / f"{part}.csv", rules, name=part, target=target))
    assert (False not in verdicts(gv010(*tables))) is ok
