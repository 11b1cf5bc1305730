from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract.compiled import compiled
from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.profiling.proof import proved
from model_checks.profiling.scanning import profile_of
from tests.model_checks.profiled import profiled

CONTRACT = Contract.parse(
    {
        "type": "object",
        "properties": {
            "n": {"type": "number", "minimum": 0, "exclusiveMaximum": 10},
            "i": {"type": ["integer", "null"], "exclusiveMinimum": -3, "maximum": 5},
            "w": {"type": "string", "enum": ["a", "b"], "maxLength": 2, "minLength": 1},
            "b": {"type": "boolean", "const": True},
        },
    }
)
CELLS = {
    "n": ["0", "10", "9.99", "-1", "x", ""], "i": ["-3", "-2", "5", "6", "1.5", ""],
    "w": ["a", "b", "c", "abc", ""], "b": ["true", "false", "", "TRUE"],
}  # fmt: skip


def judged(rows):
    """Return what the profile proves, and what the compiled contract counts, by (column, rule)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text("\n".join(["n,i,w,b", *(",".join(row) for row in rows), ""]), "utf-8")
        table = Dataset.from_file(path, CONTRACT, name="t", target=None)
        plan = compiled(CONTRACT, table.table.stored)
        _, *counts = table.query(plan.counts)[0]
        profile = profile_of(table)
    places = [(getattr(c, "column", None) or c.columns[0], c.rule) for c in plan.clauses]
    found = {(name, rule) for name, c in CONTRACT.columns.items() for rule in proved(c, profile.columns[name])}
    return found, dict(zip(places, counts, strict=True))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in CELLS)), min_size=1, max_size=4))
def test_what_is_proved_is_broken_by_no_row(rows):
    found, counts = judged(rows)
    assert not {place for place, count in counts.items() if count} & found


def test_all_is_proved_of_a_table_that_obeys():
    found, counts = judged(
        [("0", "-2", "a", "true"), ("9.99", "5", "b", "true"), ("1", "", "a", "true"), ("2", "0", "b", "true")]
    )
    assert set(counts) <= found
    assert sum(counts.values()) == 0


@pytest.mark.parametrize("row", [("10", "5", "a", "true"), ("0", "-3", "a", "true"), ("0", "5", "c", "true")])
def test_a_value_at_a_limit_that_excludes_it_is_not_proved(row):
    found, counts = judged([row])
    broken = {place for place, count in counts.items() if count}
    assert broken
    assert not broken & found


def test_levels_prove_nothing_where_other_values_are_not_named():
    rules = Contract.parse({"type": "object", "properties": {"w": {"type": "string", "enum": ["a", "b"]}}})
    column = profiled("t", rules=rules, w=np.repeat(["a", "b"], 5)).columns["w"]
    assert proved(rules.columns["w"], column) == {"type", "enum"}
    assert proved(rules.columns["w"], replace(column, other=1, rows=column.rows + 1)) == {"type"}


def test_numbers_that_the_profile_may_have_rounded_prove_nothing():
    rules = Contract.parse({"type": "object", "properties": {"i": {"type": "integer", "maximum": 2**53}}})
    for value, known in ((2**53 + 1, {"type"}), (2**53 - 1, {"type", "maximum"})):
        column = profiled("t", rules=rules, i=np.array([value, 5])).columns["i"]
        assert proved(rules.columns["i"], column) == known
