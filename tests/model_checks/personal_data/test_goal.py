from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from model_checks.personal_data.classification import classify
from tests.benchmarks import personal_columns_dev, personal_columns_held_out
from tests.benchmarks.personal_columns import scored

SHARED = Path(__file__).parents[3].parent / "shared" / "data"


@pytest.mark.parametrize("half", [personal_columns_dev, personal_columns_held_out])
def test_made_columns_are_told_apart_well_enough(half):
    score = scored(half.columns(random.Random(20260131)))  # noqa: S311 - a test needs no secret
    assert score.binary >= 0.93
    assert score.typed >= 0.90


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real tables lie beside the repository, not in it")
def test_real_tables_without_people_by_name_raise_no_alarm():
    tables = sorted(SHARED.glob("*.csv"))
    assert tables
    assert [f for table in tables for f in found_in(table)] == []


def found_in(table):
    rows = duckdb.read_csv(str(table), all_varchar=True)
    for name in rows.columns:
        values = [v for (v,) in rows.project(f'"{name}"').distinct().fetchall() if v is not None]
        if classify(name, values).kind:
            yield f"{table.name}: {name}"
