from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.drift.dr002_current_matches_reference import dr002
from model_checks.findings import NotAudited
from model_checks.profiling.documents import json_of
from model_checks.running import run
from tests.model_checks.profiled import profiled, written


def rows(shift=0.0, seed=1, number=600):
    draw = np.random.default_rng(seed)
    return {"x": draw.normal(shift, 1, number), "w": draw.choice(["a", "b"], number)}


REFERENCE = profiled("train.csv", target="y", y=np.resize([0, 1], 600), **rows())


def judged(columns, **options):
    return list(dr002(REFERENCE, profiled("current.csv", like=REFERENCE, **columns), **options))


def test_rows_like_the_reference_match_it_without_labels():
    [finding] = judged(rows(seed=2))
    assert finding.ok is True
    assert "2 columns match the reference, train.csv of 600 rows" in finding.message


def test_drifted_numbers_fail_and_say_what_to_do():
    [failure] = judged(rows(0.5, seed=2))
    assert (failure.ok, failure.where, failure.rule) == (False, "current.csv: x", "values")
    assert "upstream" in failure.fix


def test_labels_are_not_compared():
    assert [f.ok for f in judged(rows(seed=2) | {"y": np.ones(600, dtype=int)})] == [True]


def test_effect_is_held_against_an_inclusive_limit():
    columns = rows(0.5, seed=2)
    [failure] = judged(columns)
    assert judged(columns, minimum_effect=failure.measured)[0].ok is False
    assert judged(columns, minimum_effect=failure.measured + 1e-9)[0].ok is True


def test_a_column_that_production_lacks_fails():
    [failure] = judged({"x": rows(seed=2)["x"]})
    assert (failure.where, failure.measured) == ("current.csv: w", 1)


def test_few_rows_decide_nothing():
    [finding] = [f for f in judged(rows(seed=2, number=8)) if not f.note]
    assert finding.ok is None
    assert "rows of train.csv" in finding.fix


def test_texts_that_the_stored_profile_leaves_out_are_said_not_to_be_compared():
    private = dict(REFERENCE.columns) | {"w": replace(REFERENCE.columns["w"], top=(), other=600, personal=True)}
    kept = replace(REFERENCE, columns=private)
    note, verdict = dr002(kept, profiled("c.csv", like=kept, personal=("w",), **rows(seed=2)))
    assert (note.note, note.where, verdict.ok) == (True, "c.csv: w", True)
    assert "personal" in note.message


def test_tables_without_a_common_feature_are_not_audited():
    alone = profiled("t.csv", target="y", y=np.ones(50))
    with pytest.raises(NotAudited, match="no feature in common"):
        list(dr002(alone, alone))


def test_a_stored_profile_and_a_file_are_enough(tmp_path):
    stored = tmp_path / "profile.json"
    stored.write_text(json_of(REFERENCE), "utf-8")
    current = written(tmp_path, "current.csv", rows(0.5, seed=2))
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(dict(current.contract.document)), "utf-8")
    findings = run("DR002", reference=stored, current=current.path, contract=contract)
    assert [(f.ok, f.where) for f in findings] == [(False, "current.parquet: x")]


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_decides_nothing(seed):
    columns = rows(0.3, seed=2)
    order = np.random.default_rng(seed).permutation(600)
    assert judged(columns) == judged({name: values[order] for name, values in columns.items()})
