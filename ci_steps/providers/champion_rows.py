"""The test table as the champion reads it, by the contract that was released with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci_steps.providers.champion import Champion
    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset


def rows_for(champion: Champion, features: Contract, test: Dataset) -> Dataset:
    """Return the test table's features as the champion's contract reads them.

    Raises:
        NotAudited: the table lacks what the contract needs.
    """
    lacking = [
        name
        for name, column in features.columns.items()
        if name not in test.columns and (column.required or name not in test.contract.columns)
    ]
    if lacking:
        raise champion.unable(
            f"needs columns that {test.name} lacks: {', '.join(lacking)}", "keep them in the test table"
        )
    rows = test.read_by(features)
    present = test.contract.columns
    other = [n for n, c in features.columns.items() if n not in present or _read_as(c) != _read_as(present[n])]
    if other:  # else the table was read so already, and what is no value in it is no matter of the champion
        _hold(champion, rows, other)
    return rows


def contract_of(champion: Champion) -> Contract:
    """Return the contract that was released with the champion.

    Raises:
        NotAudited: it cannot be read any more.
    """
    from model_checks.contract.dialect import Contract

    try:
        return Contract.load(champion.model.contract_file)
    except ValueError as error:
        raise champion.unable(
            f"has a contract that cannot be read any more: {error}", "roll back to a version whose contract can"
        ) from None


def _read_as(column: Column) -> tuple[object, ...]:
    return column.type, column.null_allowed, column.null_texts


def _hold(champion: Champion, rows: Dataset, columns: list[str]) -> None:
    """Make sure that `columns` hold what the champion's contract says, since the present one says otherwise."""
    clauses = rows.compiled.clauses
    _, *counts = rows.query(rows.compiled.counts)[0]
    for clause, count in zip(clauses, counts, strict=True):
        if count and clause.rule == "type" and clause.columns[0] in columns:
            name = clause.columns[0]
            raise champion.unable(
                f"knows column {name} as {rows.contract.columns[name].type}, and {count} of {rows.rows} rows "
                f"of {rows.name} hold no such value there",
                "add a column of a new name for values of a new kind",
            )
