from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from ci_steps.serving.typical import typical_row
from model_checks.contract.dialect import Contract
from model_checks.contract.judging import faults_of
from model_checks.dataset import Dataset
from model_checks.profiling.documents import json_of
from model_checks.profiling.scanning import profile_of
from tests.ci_steps.serving.packages import CONTRACT
from tests.model_checks.contract.conditions import documents

COLUMNS = Contract.parse(CONTRACT).columns


@pytest.fixture
def profile(tmp_path):
    """The profile of a made table."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "age": random.integers(20, 41, 2000), "income": random.uniform(1000, 3000, 2000),
            "employed": random.random(2000) < 0.8, "housing": random.choice(["free", "rent"], 2000, p=[0.9, 0.1]),
            "years": random.integers(3, 6, 2000), "note": "said",
        }
    )  # fmt: skip
    frame.to_csv(tmp_path / "train.csv", index=False)
    table = Dataset.from_file(tmp_path / "train.csv", Contract.parse(CONTRACT), name="train", target=None)
    (tmp_path / "profile.json").write_text(json_of(profile_of(table)), "utf-8")
    return tmp_path / "profile.json"


def test_a_typical_row_has_the_median_or_the_most_frequent_value(profile):
    row = typical_row(COLUMNS, profile)
    assert row["age"] == pytest.approx(30, abs=2)
    assert isinstance(row["age"], int)
    assert row["income"] == pytest.approx(2000, rel=0.05)
    assert (row["employed"], row["housing"], row["note"]) == (True, "free", "said")
    assert row["years"] in {3, 4, 5}


def test_without_a_profile_it_comes_from_the_middle_of_what_is_allowed(tmp_path):
    row = typical_row(COLUMNS, tmp_path / "none.json")
    assert row == {
        "age": 59, "income": 5e6, "employed": False, "housing": "own", "years": 30, "note": "",
    }  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_every_typical_value_is_allowed(document):
    contract = Contract.parse(document)
    row = typical_row(contract.columns, Path("/nonexistent"))
    assert all(not faults_of(contract.columns[name], value) for name, value in row.items())
