from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.compiled import compiled
from model_checks.contract.dialect import CastError, Contract, cast
from model_checks.contract.tables import Table, open_table
from tests.model_checks.contract.files import csv_of, parquet_of
from tests.model_checks.contract.schemas import LETTERS, cells_near, contracts, values_near

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
TYPED = {"BIGINT": st.integers(-(2**63), 2**63 - 1), "DOUBLE": st.floats(), "BOOLEAN": st.booleans()} | {
    "VARCHAR": st.text(LETTERS, max_size=8)
}


def verdicts_by_engine(contract: Contract, table: Table) -> list[set[tuple[str, str]]]:
    """Return for each row the (column, rule) pairs that the SQL finds broken; checks the counts too."""
    plan = compiled(contract, table.stored)
    if not plan.clauses:
        return [set() for _ in table.query("SELECT 1 FROM raw")]
    flags = ", ".join(f"coalesce({clause.violated}, FALSE)" for clause in plan.clauses)
    rows = table.query(f"SELECT {flags} FROM ({plan.cells})")  # noqa: S608 - made by the code under test
    totals = table.query(plan.counts)[0]
    assert totals == (len(rows), *(sum(row[i] for row in rows) for i in range(len(plan.clauses))))
    return [{(c.columns[0], c.rule) for c, flag in zip(plan.clauses, row, strict=True) if flag} for row in rows]


def verdicts_of_texts(
    contract: Contract, rows: Sequence[dict[str, str]]
) -> tuple[list[set[tuple[str, str]]], list[Any]]:
    """Return what the dialect says of rows of CSV texts, and the rows that it makes of them."""
    verdicts, parsed = [], []
    for texts in rows:
        faults, row = set(), {}
        for name, column in contract.columns.items():
            try:
                row[name] = cast(column, texts[name])
            except CastError as error:
                faults.add((name, error.fault.rule))
        kept = Contract.parse(contract.document | {"required": []})
        found = {(fault.path, fault.rule) for fault in kept.faults(row)}
        paths = {column.path: name for name, column in contract.columns.items()}
        verdicts.append(faults | {(paths[path], rule) for path, rule in found})
        parsed.append(tuple(row.get(name) for name in contract.columns))
    return verdicts, parsed


@SLOW
@given(st.data())
def test_csv_texts_are_judged_and_cast_as_the_dialect_does(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    row = st.fixed_dictionaries({name: cells_near(contract, name) for name in contract.columns})
    rows = data.draw(st.lists(row, min_size=1, max_size=30))
    with tempfile.TemporaryDirectory() as folder:
        table = open_table(csv_of(Path(folder) / "rows.csv", list(contract.columns), rows))
        expected, parsed = verdicts_of_texts(contract, rows)
        assert verdicts_by_engine(contract, table) == expected
        typed = table.query(compiled(contract, table.stored).typed)
        assert [tuple(map(repr, row)) for row in typed] == [tuple(map(repr, row)) for row in parsed]


@SLOW
@given(st.data())
def test_typed_values_are_judged_as_the_dialect_does(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    stored = {name: data.draw(st.sampled_from(sorted(TYPED))) for name in contract.columns}
    row = st.fixed_dictionaries(
        {
            name: st.none() | TYPED[stored[name]] | values_near(contract, name).filter(_fits(stored[name]))
            for name in stored
        }
    )
    rows = data.draw(st.lists(row, min_size=1, max_size=30))
    with tempfile.TemporaryDirectory() as folder:
        table = open_table(parquet_of(Path(folder) / "rows.parquet", stored, rows))
        assert dict(table.stored) == stored
        paths = {column.path: name for name, column in contract.columns.items()}
        expected = [{(paths[fault.path], fault.rule) for fault in contract.faults(row)} for row in rows]
        assert verdicts_by_engine(contract, table) == expected


def _fits(stored: str) -> Any:
    types = {"BIGINT": int, "DOUBLE": float, "BOOLEAN": bool, "VARCHAR": str}
    return lambda value: type(value) is types[stored] and (stored != "BIGINT" or -(2**63) <= value < 2**63)
