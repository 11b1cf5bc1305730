from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model_checks.drift.classifier_test import area_and_p_value
from model_checks.drift.dr001_train_and_test_are_alike import dr001
from model_checks.drift.dr003_no_model_tells_apart import dr003
from model_checks.findings import NotAudited
from model_checks.profiling.scanning import profile_of
from tests.model_checks.profiled import written

ROWS = 1200


def pair(sign, seed, rows=ROWS):
    draw = np.random.default_rng(seed)
    common = draw.normal(0, 1, rows)
    noise = draw.normal(0, 0.5, (2, rows))
    return {"x": common + noise[0], "y": sign * common + noise[1], "w": draw.choice(["a", "b"], rows)}


@pytest.fixture
def tables(tmp_path):
    def make(first, second, **how):
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "b").mkdir(exist_ok=True)
        return written(tmp_path / "a", "train.csv", first, **how), written(
            tmp_path / "b", "current.csv", second, **how
        )

    return make


def verdicts(findings):
    return [f.ok for f in findings if not f.note]


def test_tables_of_one_distribution_are_not_told_apart(tables):
    [finding] = dr003(*tables(pair(1, 1), pair(1, 2)))
    assert (finding.ok, finding.rule) == (True, "told apart")
    assert finding.measured < 0.1


def test_what_no_single_column_shows_is_found_and_its_columns_are_named(tables):
    train, current = tables(pair(1, 1), pair(-1, 2))
    [failure] = dr003(train, current)
    assert failure.ok is False
    assert "x" in failure.message.partition(", by ")[2]
    assert "w" not in failure.message.partition(", by ")[2].split(";")[0].split(", ")[:2]
    profile = profile_of(train)
    assert verdicts(dr001(profile, profile_of(current, like=profile))) == [True]


def test_effect_is_held_against_the_limit(tables):
    found = tables(pair(1, 1), pair(-1, 2))
    [failure] = dr003(*found)
    assert verdicts(dr003(*found, minimum_effect=failure.measured)) == [False]
    assert verdicts(dr003(*found, minimum_effect=failure.measured + 1e-9)) == [True]


def test_missing_values_tell_tables_apart(tables):
    second = pair(1, 2)
    second["x"] = np.where(np.arange(ROWS) % 2, np.nan, second["x"])
    [failure] = dr003(*tables(pair(1, 1), second))
    assert ", by x" in failure.message


def test_the_target_is_not_looked_at(tables):
    first, second = pair(1, 1) | {"t": np.zeros(ROWS, dtype=int)}, pair(1, 2) | {"t": np.ones(ROWS, dtype=int)}
    assert verdicts(dr003(*tables(first, second, target="t"))) == [True]


@pytest.mark.parametrize("split", ["time", "group"])
def test_a_difference_that_the_split_implies_is_noted(tables, split):
    train, test = tables(pair(1, 1), pair(-1, 2))
    findings = list(dr003(train, None, test, split))
    assert verdicts(findings) == [True]
    assert any(f.note for f in findings)
    assert verdicts(dr003(train, test, None, split)) == [False]


def test_few_rows_decide_nothing_and_say_how_many_more_would(tables):
    [finding] = dr003(*tables(pair(1, 1, 20), pair(1, 2, 20)))
    assert finding.ok is None
    assert "times as many rows" in finding.fix


def test_without_another_table_nothing_is_audited(tables):
    train, _ = tables(pair(1, 1), pair(1, 2))
    with pytest.raises(NotAudited, match="current=<path>"):
        list(dr003(train))


def test_tables_without_a_common_feature_are_not_audited(tables):
    train, current = tables({"x": np.ones(50)}, {"y": np.ones(50)})
    with pytest.raises(NotAudited, match="no feature in common"):
        list(dr003(train, current))


def test_p_values_without_drift_are_no_smaller_than_they_say(tmp_path, tables):
    draw = np.random.default_rng(5)
    p_values = [area_and_p_value(draw.random(300) < 0.5, draw.random(300))[1] for _ in range(400)]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.03)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=8, max_size=80))
def test_area_and_p_value_agree_with_scipy(rows):
    second, scores = (np.array(part) for part in zip(*rows, strict=True))
    if second.all() or not second.any() or len(set(scores)) == 1:
        assert area_and_p_value(second, scores)[1] == pytest.approx(1, abs=0.5)
        return
    exact = stats.mannwhitneyu(
        scores[second], scores[~second], alternative="greater", method="asymptotic", use_continuity=False
    )
    area, p_value = area_and_p_value(second, scores)
    assert area == pytest.approx(exact.statistic / (second.sum() * (~second).sum()))
    assert p_value == pytest.approx(exact.pvalue, rel=1e-6)
