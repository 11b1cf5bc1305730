from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.contract.dtypes import frame, typed
from model_checks.contract.strategies import NoValue, rows
from tests.model_checks.contract.conditions import documents

KINDS = ("integer", "number", "boolean", "string")
CONTRACT = Contract.parse(
    {
        "type": "object",
        "properties": {kind: {"type": kind} for kind in KINDS}
        | {f"{kind}?": {"type": [kind, "null"]} for kind in KINDS},
        "required": [*KINDS, *(f"{kind}?" for kind in KINDS)],
    }
)
DTYPES = ["int64", "float64", "bool", "object", "float64", "float64", "object", "object"]


@given(st.lists(rows(CONTRACT), max_size=5))
@settings(deadline=None)
def test_types_come_from_the_contract_and_not_from_the_rows(found: list[dict[str, Any]]) -> None:
    table = frame(CONTRACT, found)
    assert list(table.columns) == list(CONTRACT.columns)
    assert [str(dtype) for dtype in table.dtypes] == DTYPES
    pd.testing.assert_frame_equal(typed(CONTRACT, table), table)
    for name in CONTRACT.columns:
        for value, row in zip(table[name], found, strict=True):
            assert value == row[name] or (row[name] is None and isinstance(value, float) and math.isnan(value))


def test_absent_is_lacking_too() -> None:
    contract = Contract.parse(
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}}}
    )
    table = frame(contract, [{"a": 1}, {"b": True}])
    assert [str(dtype) for dtype in table.dtypes] == ["float64", "object"]
    assert table.isna().to_numpy().tolist() == [[False, True], [True, False]]


def test_lacking_text_is_missing_to_an_imputer() -> None:
    from sklearn.impute import SimpleImputer

    contract = Contract.parse({"type": "object", "properties": {"a": {"type": ["string", "null"]}}})
    table = frame(contract, [{"a": "x"}, {"a": None}, {"a": "x"}])
    assert SimpleImputer(strategy="most_frequent").fit_transform(table).tolist() == [["x"], ["x"], ["x"]]


def test_whole_floats_are_integers_and_booleans_keep_their_type() -> None:
    contract = Contract.parse({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})
    assert frame(contract, [{"a": 3.0}, {"a": 2**63 - 1}])["a"].tolist() == [3, 2**63 - 1]


@pytest.mark.parametrize("kind", ["integer", "boolean"])
def test_a_table_that_breaks_its_contract_is_typed_as_one_that_may_lack_values(kind: str) -> None:
    contract = Contract.parse({"type": "object", "properties": {"a": {"type": kind}}, "required": ["a"]})
    table = typed(contract, pd.DataFrame({"a": np.array([1, None], dtype=object), "other": [1, 2]}))
    assert (list(table.columns), table["a"].isna().tolist()) == (["a"], [False, True])
    assert typed(contract, pd.DataFrame({"b": [1]}))["a"].isna().all()


@given(st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_rows_of_a_contract_with_conditions_come_back_as_they_were(data: st.DataObject) -> None:
    contract = Contract.parse(data.draw(documents()))
    try:
        strategy = rows(contract)
    except NoValue:
        return
    found = data.draw(st.lists(strategy, min_size=1, max_size=3))
    for row, back in zip(found, frame(contract, found).to_dict("records"), strict=True):
        kept = {name: value for name, value in row.items() if value is not None}
        assert {name: value for name, value in back.items() if not pd.isna(value)} == {
            name: float(value)
            if contract.columns[name].type == "integer" and contract.columns[name].nullable
            else value
            for name, value in kept.items()
        }


@given(st.lists(rows(CONTRACT), min_size=1, max_size=5))
@settings(deadline=None)
def test_the_service_builds_the_table_that_the_model_was_judged_with(found: list[dict[str, Any]]) -> None:
    from ci_steps.serving.frames import frame_of

    columns = {name: [row.get(name) for row in found] for name in CONTRACT.columns}
    built = frame_of(columns, CONTRACT.columns, len(found))
    pd.testing.assert_frame_equal(built, frame(CONTRACT, found))
